package fim

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

	"github.com/demarc-sec/demarc/internal/agent/fim/content"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/fim/walk"
)

// met is a file whose content a rule has be read, as a walk met it.
type met struct {
	file content.File
	hash [32]byte
}

// readers gathers such files while a walk goes on.
type readers struct {
	mu  sync.Mutex
	all []met
}

// maxRead is how many files of one walk are read.
const maxRead = 20000

func (r *readers) see(path string, e *entry.Entry, rule *policy.Rule) {
	if e.Size > content.MaxFile {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.all) < maxRead {
		r.all = append(r.all, met{fileOf(path, rule), e.Hash})
	}
}

func fileOf(path string, r *policy.Rule) content.File {
	return content.File{Path: path, Read: r.Read, Secret: r.Secret}
}

// keep keeps what a file says, if it still has that hash, and gives it back as it is kept.
func (s *Scan) keep(slot content.Slot, f content.File, hash [32]byte) ([]byte, error) {
	now := s.reduced(f, hash)
	if now == nil || s.store == nil {
		return now, nil
	}
	return now, s.store.Put(slot, f.Path, hash, now)
}

// reduced is what a file says, as it may be kept; nil where it may not, or is another by now.
func (s *Scan) reduced(f content.File, hash [32]byte) []byte {
	raw, err := walk.Content(s.root(), f.Path, content.MaxFile)
	if err != nil || sha256.Sum256(raw) != hash {
		return nil
	}
	b, ok := f.Reduce(raw, s.store.Tag)
	if !ok {
		return nil
	}
	return append([]byte{}, b...) // an empty file is one
}

// keepAll begins the store of a new baseline.
func (s *Scan) keepAll(all []met) error {
	var err error
	if s.store, err = content.Open(s.Baseline, true); err != nil {
		return err
	}
	s.store.Clear()
	return s.keepThese(all)
}

func (s *Scan) keepThese(all []met) error {
	for _, m := range all {
		if _, err := s.keep(content.Baseline, m.file, m.hash); errors.Is(err, content.ErrFull) {
			return fmt.Errorf("of %s and others: %w", m.file.Path, err)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// describe says in words what changed in a file that its rule has be read. told keeps how it is
// now as well, for the next time.
func (s *Scan) describe(c *Change, d *walk.Difference, told bool) {
	describe(c, d, func(f content.File, e *entry.Entry) ([]byte, bool) {
		if s.store == nil {
			return nil, false
		}
		return s.store.Get(f.Path, e.Hash)
	}, func(f content.File, e *entry.Entry) ([]byte, bool) {
		if !told {
			b := s.reduced(f, e.Hash)
			return b, b != nil
		}
		b, err := s.keep(content.Told, f, e.Hash)
		if err != nil {
			s.store.Drop(content.Told, f.Path) // rather none than one that is not so
		}
		return b, b != nil
	})
}

type saidBy func(f content.File, e *entry.Entry) ([]byte, bool)

func describe(c *Change, d *walk.Difference, before, after saidBy) {
	if d.Rule.Read == "" || d.Old != nil && d.New != nil && d.Attributes&entry.Content == 0 {
		return
	}
	f := fileOf(d.Path, d.Rule)
	of := func(e *entry.Entry, said saidBy) (text []byte, ok bool) {
		switch {
		case e == nil:
			return nil, true
		case e.Kind != entry.File || !e.Hashed || e.Partial:
			return nil, false
		}
		return said(f, e)
	}
	old, known := of(d.Old, before) // first: what is now may take its place
	now, ok := of(d.New, after)
	if !ok || !known {
		return
	}
	w := f.Compare(old, now)
	c.Details = append(c.Details, w.Details...)
	c.Diff = w.Diff
	if w.Grave {
		c.Severity = policy.Critical
	}
}

// fill keeps contents of the baseline that are not kept yet: of one that is older than the store, or
// that packages state.
func (m *Module) fill(all []met) error {
	var missing []met
	for _, one := range all {
		if m.scan.store == nil || m.scan.store.Has(content.Baseline, one.file.Path) {
			continue
		}
		e, _, err := m.judge.index.Find(one.file.Path)
		if err != nil {
			return err
		}
		if e != nil && e.Hashed && e.Hash == one.hash {
			missing = append(missing, one)
		}
	}
	return m.scan.keepThese(missing)
}

// approved has the store follow the baseline.
func (m *Module) approved(path string, e *entry.Entry) error {
	store := m.scan.store
	if store == nil {
		return nil
	}
	defer store.Drop(content.Told, path)
	store.Drop(content.Baseline, path)
	if e == nil || e.Kind != entry.File || !e.Hashed {
		return nil
	}
	r := m.o.Policy.Pick(path, e.Kind, e.Mode, e.Privileged)
	if r == nil || r.Read == "" {
		return nil
	}
	_, err := m.scan.keep(content.Baseline, fileOf(path, r), e.Hash)
	return err
}

package fim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/walk"
)

// Approval is a change that is meant to be: a path, and what somebody saw there;
// nil where nothing was.
type Approval struct {
	Path  string       `json:"path"`
	After *entry.Entry `json:"after"`
}

// approval is asked of Run, to which the baseline belongs.
type approval struct {
	list []Approval
	done chan error
}

// Approve takes changes into the baseline, all or none: none where one of the files
// is not any more as it was when somebody approved it.
func (m *Module) Approve(ctx context.Context, list []Approval) error {
	a := approval{list, make(chan error, 1)}
	select {
	case m.approvals <- a:
	case <-ctx.Done():
		return fmt.Errorf("nobody watches: %w", ctx.Err())
	}
	select {
	case err := <-a.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// taken is how a path is to be recorded; without an entry not at all.
type taken struct {
	dir, name string
	look      entry.Set
	entry     *entry.Entry
}

func (m *Module) approve(list []Approval) error {
	var all []taken
	told := map[string]*entry.Entry{}
	for i := range list {
		a := &list[i]
		if a.Path == "" || a.Path[0] != '/' || path.Clean(a.Path) != a.Path {
			return fmt.Errorf("%q is no path", a.Path)
		}
		t, now, err := m.meant(a)
		if err != nil {
			return err
		}
		all, told[a.Path] = append(all, t), now
	}
	slices.SortFunc(all, func(a, b taken) int {
		return cmp.Or(baseline.Order(a.dir, b.dir), compareText(a.name, b.name))
	})
	all = slices.CompactFunc(all, func(a, b taken) bool { return a.dir == b.dir && a.name == b.name })
	if err := m.scan.amend(all); err != nil {
		return err
	}
	x, err := baseline.OpenIndex(m.o.Baseline)
	if err != nil {
		return err
	}
	m.judge.index.Close()
	m.judge.index = x
	for p, e := range told { // a scan that runs compares with the former baseline
		m.judge.tell(p, e)
		if err := m.approved(p, e); err != nil {
			m.health("degraded", "what "+p+" says is not kept: "+err.Error())
		}
	}
	return nil
}

// meant looks whether a file is still what was approved.
func (m *Module) meant(a *Approval) (taken, *entry.Entry, error) {
	t := taken{dir: path.Dir(a.Path), name: path.Base(a.Path)}
	now, r, err := walk.Examine(m.scan.root(), a.Path, m.o.Policy)
	gone := errors.Is(err, fs.ErrNotExist) || isNotDirectory(err)
	switch {
	case gone && a.After == nil:
		return t, nil, nil
	case gone:
		return t, nil, fmt.Errorf("%s is not there any more", a.Path)
	case err != nil:
		return t, nil, fmt.Errorf("%s: %w", a.Path, err)
	case a.After == nil:
		return t, nil, fmt.Errorf("%s is there again", a.Path)
	}
	look := entry.Everything &^ entry.Content
	if r != nil {
		look = r.Look
	}
	if d := entry.Diff(a.After, now, look); d != 0 {
		return t, nil, fmt.Errorf("%s changed again since: %s", a.Path, d)
	}
	if r != nil { // else it ceased to be what its rule is for
		t.look, t.entry = r.Look, now
	}
	return t, now, nil
}

// amend writes the baseline anew with some records, which stand in its order, in place of
// those that it had.
func (s *Scan) amend(with []taken) error {
	old, err := openBaseline(s.Baseline)
	if err != nil {
		return err
	}
	defer old.Close()
	if len(old.Footer.Signature) > 0 && s.Sign == nil {
		return errors.New("the baseline is signed, and its key is not here; make a new one and sign it")
	}
	w, err := baseline.Create(s.Baseline, old.Header)
	if err != nil {
		return err
	}
	am := amender{w: w, with: with}
	if err := am.all(old); err != nil {
		w.Discard()
		return err
	}
	w.Gaps = old.Footer.Gaps
	return w.Commit(s.Sign)
}

// amender merges records into a baseline.
type amender struct {
	w         *baseline.Writer
	with      []taken
	block     []byte
	n, hashed int
}

func (a *amender) all(old *baseline.Reader) error {
	for {
		dir, records, err := old.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		for len(a.with) > 0 && baseline.Order(a.with[0].dir, dir) < 0 {
			if err := a.alone(); err != nil {
				return err
			}
		}
		if err := a.into(dir, records); err != nil {
			return err
		}
	}
	for len(a.with) > 0 {
		if err := a.alone(); err != nil {
			return err
		}
	}
	return nil
}

// into merges what is of a directory into a block of it.
func (a *amender) into(dir string, records []byte) error {
	var e entry.Entry
	for len(records) > 0 {
		name, body, rest, err := baseline.Split(records)
		if err != nil {
			return err
		}
		for len(a.with) > 0 && a.with[0].dir == dir && a.with[0].name < string(name) {
			a.take()
		}
		if len(a.with) > 0 && a.with[0].dir == dir && a.with[0].name == string(name) {
			a.take()
			records = rest
			continue
		}
		if _, err := baseline.Decode(body, &e); err != nil {
			return err
		}
		a.block = append(a.block, records[:len(records)-len(rest)]...)
		a.n++
		if e.Hashed {
			a.hashed++
		}
		records = rest
	}
	return a.flush(dir)
}

// alone makes a block of the next record.
func (a *amender) alone() error {
	dir := a.with[0].dir
	a.take()
	return a.flush(dir)
}

func (a *amender) take() {
	t := a.with[0]
	a.with = a.with[1:]
	if t.entry == nil {
		return
	}
	a.block = baseline.Append(a.block, []byte(t.name), t.look, t.entry)
	a.n++
	if t.entry.Hashed {
		a.hashed++
	}
}

func (a *amender) flush(dir string) error {
	err := a.w.Block(dir, a.block, a.n, a.hashed)
	a.block, a.n, a.hashed = a.block[:0], 0, 0
	return err
}

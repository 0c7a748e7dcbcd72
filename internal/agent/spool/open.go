package spool

import (
	"bytes"
	"cmp"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// maxHole is how many numbers may be missing before a spool is begun anew.
const maxHole = 1 << 20

// state is what segments do not tell.
type state struct {
	Epoch   string       `json:"epoch"`
	Last    uint64       `json:"last"` // on the disk for sure
	Acked   uint64       `json:"acked"`
	Dropped uint64       `json:"dropped"`
	Pending wire.Dropped `json:"pending"`
}

// Open opens the spool of a directory, which it makes where there is none. What a
// crash left half written is cut off; what is damaged is told as dropped. secret
// is the host's; a spool of another host begins anew.
func Open(dir string, secret []byte, o Options) (*Spool, error) {
	o.Bytes = cmp.Or(o.Bytes, 128<<20)
	o.Segment = cmp.Or(o.Segment, 1<<20)
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(secret) < 16 {
		return nil, errors.New("the spool needs a secret of the host")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := &Spool{dir: dir, secret: secret, o: o, ready: make(chan struct{}, 1)}
	if err := s.recover(); err != nil {
		return nil, fmt.Errorf("opening the spool %s: %w", dir, err)
	}
	if s.last > s.acked {
		s.wake()
	}
	return s, nil
}

func (s *Spool) statePath() string { return filepath.Join(s.dir, "state.json") }

func (s *Spool) save() error {
	b, err := json.Marshal(state{Epoch: s.epoch, Last: s.synced, Acked: s.acked, Dropped: s.dropped, Pending: s.pending})
	if err == nil {
		// To lose it repeats events that are passed over, no more.
		err = atomicfile.WriteLoose(s.statePath(), b)
	}
	if err == nil {
		s.stale = false
	}
	return err
}

// found is a file of the spool as it lies there.
type found struct {
	segment
	epoch string
	err   error
}

func (s *Spool) recover() error {
	var st state
	if b, err := atomicfile.Read(s.statePath(), 64<<10); err == nil {
		if json.Unmarshal(b, &st) != nil {
			st = state{}
		}
	}
	files, err := s.files()
	if err != nil {
		return err
	}
	s.epoch, s.acked, s.dropped, s.pending, s.synced = st.Epoch, st.Acked, st.Dropped, st.Pending, st.Last
	if n := len(files); n > 0 && files[n-1].epoch != "" && files[n-1].epoch != st.Epoch {
		s.epoch, s.acked, s.synced = files[n-1].epoch, 0, 0 // state was lost: what is there counts
	}
	if len(s.epoch) != epochLength {
		return s.anew(files)
	}
	for _, f := range files {
		if f.epoch != "" && f.epoch != s.epoch || errors.Is(f.err, errForeign) {
			return s.anew(files)
		}
	}
	return s.join(files)
}

// files lists segments by their numbers, each as far as it is whole.
func (s *Spool) files() ([]*found, error) {
	list, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var out []*found
	for _, e := range list {
		text, ok := strings.CutSuffix(e.Name(), ".seg")
		if strings.HasPrefix(e.Name(), ".") && e.Type().IsRegular() {
			os.Remove(filepath.Join(s.dir, e.Name())) // half written
		}
		first, err := strconv.ParseUint(text, 10, 64)
		if !ok || err != nil || len(text) != 20 || first == 0 || first > math.MaxInt64 || !e.Type().IsRegular() {
			continue
		}
		f, err := s.look(first)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *found) int { return cmp.Compare(a.first, b.first) })
	return out, nil
}

func (s *Spool) look(first uint64) (*found, error) {
	f, err := os.Open(s.path(first))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := &found{segment: segment{first: first, last: first - 1}}
	host := false
	h, last, end, err := read(f, func(_ *header, rec *record) bool {
		host = kinds[rec.kind] == wire.EventHost
		return true
	})
	out.err = err
	if h == nil {
		return out, nil
	}
	if h.first != first {
		out.err = errHeader
		return out, nil
	}
	if _, err := h.seal(s.secret); err != nil {
		out.err = err
	}
	out.epoch, out.last, out.size = h.epoch, last, end
	out.bulk = host && last == first
	return out, nil
}

// join makes one row of what is there: numbers that are missing in between are
// told as dropped.
func (s *Spool) join(files []*found) error {
	wants := uint64(0) // the number that comes next; 0 while nothing says
	for i, f := range files {
		if wants != 0 && f.first < wants {
			return s.anew(files) // two that overlap: nothing of ours
		}
		if wants != 0 && f.first > wants {
			if err := s.fill(wants, f.first-1); err != nil {
				return s.anewIf(err, files)
			}
		}
		wants = f.first // whatever is in it, those before were given
		if f.last < f.first && i < len(files)-1 {
			os.Remove(s.path(f.first))
			continue
		}
		if f.err != nil { // a torn tail, which nothing is written behind
			if err := os.Truncate(s.path(f.first), f.size); err != nil {
				return err
			}
		}
		g := f.segment
		s.list, s.bytes, wants = append(s.list, &g), s.bytes+g.size, g.last+1
	}
	if wants == 0 {
		wants = s.acked + 1
	}
	// Numbers that were on the disk and are not there any more.
	if s.synced >= wants {
		if err := s.fill(wants, s.synced); err != nil {
			return s.anewIf(err, files)
		}
		wants = s.synced + 1
	}
	s.last, s.synced = wants-1, wants-1
	s.acked = min(s.acked, s.last)
	if len(s.list) > 0 && s.list[0].first > 1 {
		s.acked = max(s.acked, s.list[0].first-1)
	}
	s.prune()
	return s.save()
}

var errHole = errors.New("too many events are missing")

func (s *Spool) anewIf(err error, files []*found) error {
	if errors.Is(err, errHole) {
		return s.anew(files)
	}
	return err
}

// fill tells numbers as dropped.
func (s *Spool) fill(from, to uint64) error {
	if to-from >= maxHole {
		return errHole
	}
	from = max(from, s.acked+1)
	if from > to {
		return nil
	}
	size, err := s.tombstones(from, to, "")
	if err != nil {
		return err
	}
	if n := len(s.list); n > 0 && s.list[n-1].first == from { // an empty one, written over
		s.bytes -= s.list[n-1].size
		s.list = s.list[:n-1]
	}
	s.list = append(s.list, &segment{first: from, last: to, size: size})
	s.bytes += size
	s.dropped += to - from + 1
	return nil
}

// anew begins an epoch. What was there is not ours to read.
func (s *Spool) anew(files []*found) error {
	for _, f := range files {
		if err := os.Remove(s.path(f.first)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	s.epoch, s.list, s.bytes = rand.Text(), nil, 0
	s.last, s.synced, s.acked, s.dropped, s.pending = 0, 0, 0, 0, wire.Dropped{}
	for _, f := range files {
		for n := f.first; n <= f.last; n++ {
			s.drop("unreadable", s.o.Now())
		}
	}
	return s.save()
}

// tombstones writes a segment in which each number stands for an event that was
// dropped, in place of what has the same name, and returns its size.
func (s *Spool) tombstones(from, to uint64, kind wire.EventKind) (int64, error) {
	w, err := s.newWriter(from)
	if err != nil {
		return 0, err
	}
	for n := from; n <= to; n++ {
		e, err := s.tombstone(n, kind)
		if err != nil {
			return 0, err
		}
		if err := w.add(e); err != nil {
			return 0, err
		}
	}
	return w.write()
}

// tombstone stands for an event that was dropped.
func (s *Spool) tombstone(sequence uint64, kind wire.EventKind) (*wire.Event, error) {
	now := s.o.Now().UTC()
	d := wire.Dropped{Count: 1, Kinds: map[wire.EventKind]uint64{}, From: now, To: now}
	if kind != "" {
		d.Kinds[kind] = 1
	}
	body, err := json.Marshal(d)
	return &wire.Event{Sequence: sequence, At: now, Kind: wire.EventDropped, Body: body}, err
}

// writer makes a whole segment at once.
type writer struct {
	path   string
	cipher cipher.AEAD
	b      bytes.Buffer
}

func (s *Spool) newWriter(first uint64) (*writer, error) {
	h, err := newHeader(s.secret, s.epoch, first)
	if err != nil {
		return nil, err
	}
	w := &writer{path: s.path(first)}
	w.b.Write(h.bytes())
	w.cipher, err = h.seal(s.secret)
	return w, err
}

func (w *writer) add(e *wire.Event) error {
	rec, err := enclose(w.cipher, e)
	if err == nil {
		w.b.Write(rec.bytes())
	}
	return err
}

func (w *writer) write() (int64, error) {
	return int64(w.b.Len()), atomicfile.Write(w.path, w.b.Bytes())
}

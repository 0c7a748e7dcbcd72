// Package spool keeps events on the host's disk until the control plane has
// them. It is bounded: what does not fit is counted by kind, and told in an event
// of its own. What lies there can be read with the host's key only.
//
// Numbers go up by one without a hole, within an epoch that is as old as the
// spool. An event leaves the host only once it is on the disk, so that no loss of
// power makes a number mean two things.
package spool

import (
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Options are a spool's bounds. Zero values are the defaults.
type Options struct {
	Bytes   int64 // on disk at most; 128 MiB
	Segment int64 // one file; 1 MiB
	Now     func() time.Time
}

// Shares of the room. Detections may have all of it but a reserve for the events that
// tell of dropped ones; the rest, less, so that a flood of changes leaves room
// for what it may be hiding.
const (
	hostShare      = 60 // percent
	integrityShare = 90
	reserve        = 64 << 10
	aloneFrom      = 256 << 10 // such an event has a segment of its own
)

// ErrDropped is an event that did not fit. It is counted already.
var ErrDropped = errors.New("the spool is full")

// Spool is open once at a time; its methods may be called by many.
type Spool struct {
	dir    string
	secret []byte
	o      Options
	ready  chan struct{}

	mu     sync.Mutex
	epoch  string
	list   []*segment // oldest first; the last may be open
	bytes  int64
	last   uint64 // given
	synced uint64 // of those, on the disk
	acked  uint64
	failed error // of the last attempt to write

	dropped   uint64
	pending   wire.Dropped // not told yet
	told      time.Time
	stale     bool // state differs from what is on the disk
	file      *os.File
	cipher    cipher.AEAD
	alone     bool // the open segment is for the one event in it
	closeOnce sync.Once
}

// segment is a file of the spool.
type segment struct {
	first, last uint64 // last is first-1 where it is empty
	size        int64
	bulk        bool // one host document, which may make room for others
}

func (s *Spool) path(first uint64) string {
	return filepath.Join(s.dir, fmt.Sprintf("%020d.seg", first))
}

// Append puts an event into the spool. ErrDropped says that it did not fit, and was
// counted; another error that the disk refused, which counts as well.
func (s *Spool) Append(kind wire.EventKind, at time.Time, body []byte) error {
	switch {
	case kindByte(kind) == 0:
		return fmt.Errorf("%.40q is no kind of event", kind)
	case !json.Valid(body):
		return fmt.Errorf("the body of a %s event is not JSON", kind)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(body) > wire.MaxEvent {
		s.drop(kind, at)
		return fmt.Errorf("%w: an event of %d bytes; %d are the most", ErrDropped, len(body), wire.MaxEvent)
	}
	if !s.makeRoom(kind, int64(len(body)+recordSize+64)) {
		s.drop(kind, at)
		return ErrDropped
	}
	if err := s.add(kind, at, body); err != nil {
		s.drop(kind, at)
		s.failed = err
		return fmt.Errorf("%w: %w", ErrDropped, err)
	}
	s.failed = nil
	s.wake()
	return nil
}

// share is how much of the room a kind of event may use.
func (s *Spool) share(kind wire.EventKind) int64 {
	most := s.o.Bytes - reserve
	switch kind {
	case wire.EventDropped:
		return s.o.Bytes
	case wire.EventDetection:
		return most
	case wire.EventHost:
		return most * hostShare / 100
	}
	return most * integrityShare / 100
}

// makeRoom tells whether so many bytes fit, and has host documents give way,
// the oldest first: the next one says what is true then.
func (s *Spool) makeRoom(kind wire.EventKind, bytes int64) bool {
	share := s.share(kind)
	for s.bytes+bytes > share {
		if !s.evict() {
			return false
		}
	}
	return true
}

// evict has the oldest host document give way to the number it had, and a note
// that it is gone.
func (s *Spool) evict() bool {
	for _, g := range s.list {
		if !g.bulk {
			continue
		}
		size, err := s.tombstones(g.first, g.last, wire.EventHost)
		if err != nil {
			s.failed = err
			return false
		}
		s.replaced(g, size)
		return true
	}
	return false
}

// replaced takes note that a segment of one event now says that it was dropped.
func (s *Spool) replaced(g *segment, size int64) {
	s.bytes += size - g.size
	g.size, g.bulk = size, false
	s.dropped++
	s.stale = true
	s.leave(g)
}

// leave sees to it that nothing more is written to a segment that was replaced.
func (s *Spool) leave(g *segment) {
	if s.file != nil && s.list[len(s.list)-1] == g {
		s.file.Close()
		s.file = nil
	}
}

// drop counts an event that did not fit.
func (s *Spool) drop(kind wire.EventKind, at time.Time) {
	s.dropped++
	s.stale = true
	p := &s.pending
	if p.Kinds == nil {
		p.Kinds = map[wire.EventKind]uint64{}
	}
	p.Count++
	p.Kinds[kind]++
	if p.From.IsZero() || at.Before(p.From) {
		p.From = at.UTC()
	}
	if at.After(p.To) {
		p.To = at.UTC()
	}
}

// tell puts what was dropped into the spool, where there is room to.
func (s *Spool) tell() {
	now := s.o.Now()
	if s.pending.Count == 0 || s.bytes > s.share(wire.EventIntegrity) && now.Sub(s.told) < time.Minute || s.bytes+1024 > s.o.Bytes {
		return
	}
	body, err := json.Marshal(s.pending)
	if err != nil {
		return
	}
	if err := s.add(wire.EventDropped, now, body); err != nil {
		s.failed = err
		return
	}
	s.pending, s.told, s.stale = wire.Dropped{}, now, true
}

// add writes an event with the next number.
func (s *Spool) add(kind wire.EventKind, at time.Time, body []byte) error {
	bulk := kind == wire.EventHost
	alone := bulk || len(body) >= aloneFrom
	if s.file == nil || alone || s.alone || s.list[len(s.list)-1].size >= s.o.Segment {
		if err := s.begin(); err != nil {
			return err
		}
	}
	g := s.list[len(s.list)-1]
	rec, err := enclose(s.cipher, &wire.Event{Sequence: s.last + 1, At: at, Kind: kind, Body: body})
	if err != nil {
		return err
	}
	b := rec.bytes()
	if _, err := s.file.WriteAt(b, g.size); err != nil {
		// Whatever of it is there is overwritten by the next, or cut off.
		return errors.Join(err, s.file.Truncate(g.size))
	}
	g.size += int64(len(b))
	s.bytes += int64(len(b))
	s.last++
	g.last, g.bulk, s.alone = s.last, bulk, alone
	return nil
}

// begin makes the next segment the one that is written to.
func (s *Spool) begin() error {
	if err := s.sync(); err != nil {
		return err
	}
	h, err := newHeader(s.secret, s.epoch, s.last+1)
	if err != nil {
		return err
	}
	c, err := h.seal(s.secret)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.path(h.first), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(h.bytes()); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = atomicfile.SyncDir(s.dir)
	}
	if err != nil {
		f.Close()
		os.Remove(f.Name())
		return err
	}
	if n := len(s.list); n > 0 && s.list[n-1].last < s.list[n-1].first { // one without a record has this name
		s.bytes -= s.list[n-1].size
		s.list = s.list[:n-1]
	}
	if s.file != nil {
		s.file.Close()
	}
	s.file, s.cipher = f, c
	s.list = append(s.list, &segment{first: h.first, last: s.last, size: int64(headerSize)})
	s.bytes += int64(headerSize)
	s.prune()
	return nil
}

// Sync brings what was appended to the disk.
func (s *Spool) Sync() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sync()
}

func (s *Spool) sync() error {
	if s.synced < s.last {
		if s.file != nil { // otherwise it was replaced by one that is on the disk
			if err := s.file.Sync(); err != nil {
				s.failed = err
				return fmt.Errorf("bringing events to the disk: %w", err)
			}
		}
		s.synced, s.stale = s.last, true
	}
	if !s.stale {
		return nil
	}
	return s.save()
}

// Stats counts events, as a heartbeat tells them.
func (s *Spool) Stats() wire.Spool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return wire.Spool{Epoch: s.epoch, Last: s.synced, Acked: s.acked, Dropped: s.dropped, Bytes: s.bytes}
}

// Err is what the disk said last, nil when it works.
func (s *Spool) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// Ready tells that something was appended since it was last received from.
func (s *Spool) Ready() <-chan struct{} { return s.ready }

func (s *Spool) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// Close brings everything to the disk.
func (s *Spool) Close() error {
	var err error
	s.closeOnce.Do(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		err = s.sync()
		if s.file != nil {
			err = errors.Join(err, s.file.Close())
			s.file = nil
		}
	})
	return err
}

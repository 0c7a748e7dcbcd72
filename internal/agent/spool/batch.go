package spool

import (
	"errors"
	"fmt"
	"os"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Batch returns the oldest events that are not acknowledged: so many at most, and
// of so many bytes unless one alone is larger. All of them are on the disk. A batch
// without events says that there are none.
func (s *Spool) Batch(events int, bytes int) (wire.Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell()
	b := wire.Batch{Epoch: s.epoch}
	if err := s.sync(); err != nil {
		return b, err
	}
	for _, g := range s.list {
		if g.last <= s.acked || g.last < g.first {
			continue
		}
		full, err := s.collect(g, &b, events, &bytes)
		if err != nil {
			return b, fmt.Errorf("reading the spool: %w", err)
		}
		if full {
			break
		}
	}
	return b, nil
}

// collect adds a segment's events to a batch, and tells whether it is full.
func (s *Spool) collect(g *segment, b *wire.Batch, events int, bytes *int) (full bool, err error) {
	f, err := os.Open(s.path(g.first))
	if err != nil {
		return true, err
	}
	defer f.Close()
	var inner error
	open := s.opener()
	_, last, _, err := read(f, func(h *header, rec *record) bool {
		if rec.sequence <= s.acked {
			return true
		}
		if len(b.Events) >= events || rec.sequence > s.synced {
			full = true
			return false
		}
		var e *wire.Event
		if e, inner = open(h, rec); inner != nil {
			return false
		}
		if len(b.Events) > 0 && len(e.Body) > *bytes {
			full = true
			return false
		}
		*bytes -= len(e.Body)
		b.Events = append(b.Events, *e)
		return true
	})
	switch {
	case full:
		return true, nil
	case inner == nil && err == nil && last == g.last:
		return false, nil
	}
	// It was whole when the spool was opened: the disk, or somebody, changed it.
	bad := max(last, s.acked) + 1
	if inner != nil {
		bad = last
	}
	if len(b.Events) > 0 {
		return true, nil // those before it first
	}
	return false, s.replace(g, bad)
}

// opener opens records of one segment after another, and derives a key once for
// each.
func (s *Spool) opener() func(*header, *record) (*wire.Event, error) {
	var of *header
	c := s.cipher
	return func(h *header, rec *record) (*wire.Event, error) {
		if h != of {
			var err error
			if c, err = h.seal(s.secret); err != nil {
				return nil, err
			}
			of = h
		}
		return rec.disclose(c)
	}
}

// replace has what is unreadable of a segment, from a number on, be told as dropped.
func (s *Spool) replace(g *segment, from uint64) error {
	s.leave(g)
	if from > g.last {
		return nil
	}
	size, err := s.tombstones(from, g.last, "")
	if err != nil {
		return err
	}
	s.bytes += size - g.size
	s.dropped += g.last - from + 1
	s.stale = true
	if from != g.first {
		os.Remove(s.path(g.first))
	}
	g.first, g.size, g.bulk = from, size, false
	return errDamaged
}

// errDamaged says that the next attempt will do.
var errDamaged = errors.New("events were damaged on the disk; they are told as dropped")

// ErrAhead is an acknowledgement of what this spool never held: it is older than
// what was sent, as on a host that was set back.
var ErrAhead = errors.New("the control plane has events that are not this spool's")

// Restart begins a new epoch, since the numbers of this one are used up. What was
// not acknowledged is counted as dropped.
func (s *Spool) Restart() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		s.file.Close()
		s.file = nil
	}
	var files []*found
	for _, g := range s.list {
		files = append(files, &found{segment: *g})
	}
	return s.anew(files)
}

// Ack takes note that the control plane has all events up to a number, and
// forgets them.
func (s *Spool) Ack(sequence uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sequence > s.synced {
		return fmt.Errorf("%w: event %d is acknowledged, and %d is the last here", ErrAhead, sequence, s.synced)
	}
	if sequence <= s.acked {
		return nil
	}
	s.acked, s.stale = sequence, true
	s.prune()
	s.tell()
	return s.save()
}

// Refuse gives an event up that the control plane will never take: its number
// says from now on that it was dropped.
func (s *Spool) Refuse(sequence uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.sync(); err != nil {
		return err
	}
	for _, g := range s.list {
		if sequence < g.first || sequence > g.last {
			continue
		}
		size, err := s.without(g, sequence)
		if err != nil {
			return fmt.Errorf("giving event %d up: %w", sequence, err)
		}
		s.replaced(g, size)
		return s.save()
	}
	return nil // acknowledged
}

// without writes a segment anew, but for one event.
func (s *Spool) without(g *segment, sequence uint64) (int64, error) {
	f, err := os.Open(s.path(g.first))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	w, err := s.newWriter(g.first)
	if err != nil {
		return 0, err
	}
	open := s.opener()
	var inner error
	_, _, _, err = read(f, func(h *header, rec *record) bool {
		var e *wire.Event
		if e, inner = open(h, rec); inner == nil && e.Sequence == sequence {
			e, inner = s.tombstone(sequence, e.Kind)
		}
		if inner == nil {
			inner = w.add(e)
		}
		return inner == nil
	})
	if err = errors.Join(err, inner); err != nil {
		return 0, err
	}
	return w.write()
}

// prune removes segments that are acknowledged. The newest stays: it holds the
// number that was given last.
func (s *Spool) prune() {
	for len(s.list) > 1 && s.list[0].last <= s.acked {
		g := s.list[0]
		os.Remove(s.path(g.first))
		s.bytes -= g.size
		s.list = s.list[1:]
	}
}

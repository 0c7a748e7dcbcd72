package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// chain is the last heartbeat, as it lies on the disk: it was there before it was
// sent, so that after any crash the same one is sent again, and none other has its
// number.
type chain struct {
	bytes    []byte // nil before the first
	sequence uint64
	previous string // what the next names as the one before
	at       time.Time
	acked    bool
}

func (c *chain) load(s State, id *Identity) error {
	b, err := atomicfile.Read(s.Path(heartbeatFile), wire.MaxHeartbeat)
	if errors.Is(err, fs.ErrNotExist) {
		c.previous, c.acked = id.First, true
		return nil
	}
	if err != nil {
		return err
	}
	var h wire.Heartbeat
	if err := json.Unmarshal(b, &h); err != nil || h.Sequence == 0 {
		return fmt.Errorf("%s is damaged; enrol this host again", s.Path(heartbeatFile))
	}
	c.bytes, c.sequence, c.at, c.previous = b, h.Sequence, h.At, wire.Hash(b)
	return nil
}

// add makes a heartbeat the last one.
func (c *chain) add(s State, h *wire.Heartbeat) error {
	h.Sequence, h.Previous = c.sequence+1, c.previous
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(s.Path(heartbeatFile), b); err != nil {
		return err
	}
	c.bytes, c.sequence, c.at, c.previous, c.acked = b, h.Sequence, h.At, wire.Hash(b), false
	return nil
}

// again makes another heartbeat in place of one that cannot be taken: what was
// refused as no message is in nobody's chain.
func (c *chain) again() error {
	var h wire.Heartbeat
	if err := json.Unmarshal(c.bytes, &h); err != nil {
		return err
	}
	c.sequence, c.previous, c.acked = h.Sequence-1, h.Previous, true
	return nil
}

// heartbeat is what there is to attest.
func (l *Link) heartbeat() *wire.Heartbeat {
	h := &wire.Heartbeat{
		At: time.Now().UTC(), Boot: Boot(), Uptime: int64(Uptime().Seconds()), Offset: time.Duration(l.offset.Load()).Milliseconds(),
		Version: l.o.Version, Binary: l.o.Binary, Policy: *l.policyHash.Load(), Spool: l.o.Spool.Stats(),
	}
	if l.o.Health != nil {
		h.Modules = l.o.Health()
	}
	for i := range h.Modules {
		if m := &h.Modules[i]; len(m.Reason) > 200 {
			m.Reason = m.Reason[:200]
		}
	}
	return h
}

// beats sends heartbeats, one each interval and each until it is acknowledged.
func (l *Link) beats(ctx context.Context) error {
	b := backoff{pace: l.pace}
	for ctx.Err() == nil {
		if l.chain.acked {
			if err := l.chain.add(l.o.State, l.heartbeat()); err != nil {
				l.o.Log.Error("a heartbeat cannot be kept, and so not be sent", "error", err)
				wait(ctx, b.next(err))
				continue
			}
		}
		pause, err := l.beat(ctx, &b)
		if err != nil {
			return err
		}
		wait(ctx, pause)
	}
	return ctx.Err()
}

// beat sends the last heartbeat and says when the next is due.
func (l *Link) beat(ctx context.Context, b *backoff) (time.Duration, error) {
	var got wire.Beat
	sent := time.Now()
	err := l.client.post(ctx, wire.PathHeartbeat, l.chain.bytes, &got)
	if err == nil && got.Sequence != l.chain.sequence {
		err = fmt.Errorf("heartbeat %d is acknowledged as %d", l.chain.sequence, got.Sequence)
	}
	l.note(err)
	if err != nil {
		return l.refused(ctx, err, b)
	}
	b.ok()
	l.chain.acked, l.acked = true, time.Now()
	l.clock(sent, time.Now(), got.At)
	l.settle(got.Settings)
	l.commands.take(l, got.Commands)
	if got.Renew || l.renewalDue() {
		if err := l.tryRenewal(ctx); err != nil {
			return 0, err
		}
	}
	interval := l.interval
	if l.pace.Interval > 0 {
		interval = l.pace.Interval
	}
	if interval <= 0 {
		interval = 30 * time.Second
	}
	if got.Retry > 0 {
		interval = max(interval, min(time.Duration(got.Retry)*time.Second, time.Hour))
	}
	// One that waited for long says what was; the next says what is.
	if sent.Sub(l.chain.at) > interval {
		return 0, nil
	}
	// A twentieth by chance keeps hosts that were started together apart.
	return interval*39/40 + rand.N(interval/20+1), nil
}

// refused decides what becomes of a heartbeat that was not acknowledged.
func (l *Link) refused(ctx context.Context, err error, b *backoff) (time.Duration, error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err := retired(err); err != nil {
		return 0, err
	}
	pause := b.next(err)
	l.o.Log.Warn("the heartbeat is not acknowledged", "sequence", l.chain.sequence, "error", err, "again_in", pause.Round(time.Second).String())
	var no *Refused
	if errors.As(err, &no) && (no.Code == wire.CodeInvalid || no.Code == wire.CodeTooLarge) {
		return pause, l.chain.again()
	}
	return pause, nil
}

// clock learns how far the host's clock is off: the answer was made somewhere
// between question and answer.
func (l *Link) clock(sent, got, at time.Time) {
	if !at.IsZero() {
		l.offset.Store(int64(at.Sub(sent.Add(got.Sub(sent) / 2).Round(0))))
	}
}

func (l *Link) tryRenewal(ctx context.Context) error {
	if time.Now().Before(l.renewAfter) {
		return nil
	}
	err := l.renew(ctx)
	if err := retired(err); err != nil {
		return err
	}
	if err != nil {
		wait := 5*time.Minute + rand.N(10*time.Minute)
		l.renewAfter = time.Now().Add(wait)
		l.o.Log.Warn("the certificate is not renewed", "error", err, "again_in", wait.Round(time.Second).String())
		return nil
	}
	l.o.Log.Info("the certificate is renewed")
	return nil
}

// Status is what the agent knows of itself, for demarc-agent status.
type Status struct {
	At       time.Time     `json:"at"`
	Sequence uint64        `json:"sequence"`
	Acked    time.Time     `json:"acknowledged,omitzero"` // when one was last
	Error    string        `json:"error,omitempty"`       // of the last attempt
	Offset   int64         `json:"offset_ms"`
	Interval int           `json:"interval"`
	Spool    wire.Spool    `json:"spool"`
	Modules  []wire.Module `json:"modules,omitempty"`
}

// note leaves the state for whoever asks on this host.
func (l *Link) note(err error) {
	s := Status{
		At: time.Now().UTC(), Sequence: l.chain.sequence, Acked: l.acked, Offset: time.Duration(l.offset.Load()).Milliseconds(),
		Interval: int(l.interval.Seconds()), Spool: l.o.Spool.Stats(),
	}
	if err == nil {
		s.Acked = s.At
	} else {
		s.Error = err.Error()
	}
	if l.o.Health != nil {
		s.Modules = l.o.Health()
	}
	if b, err := json.Marshal(s); err == nil {
		_ = atomicfile.WriteLoose(l.o.State.Path(StatusFile), b) // who looks sees an older one
	}
}

// Status reads what the running agent left.
func (s State) Status() (*Status, error) {
	var out Status
	if err := s.read(StatusFile, &out); err != nil {
		return nil, err
	}
	return &out, nil
}

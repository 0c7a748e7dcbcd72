package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/store"
)

// beat takes a heartbeat. Any replica can: the last one lies in the stream,
// and the next is added on condition that it still is the last.
func (f *Fleet) beat(ctx context.Context, n *identity, body []byte) (*wire.Beat, error) {
	hb, err := readBeat(body)
	if err != nil {
		return nil, refuse(wire.CodeInvalid, "%s", err)
	}
	s, err := f.settingsOf(ctx, n.org, n.group)
	if err != nil {
		return nil, err
	}
	n.shared.chain.Lock()
	defer n.shared.chain.Unlock()
	now := f.Now()
	j, err := f.chain(ctx, n, body, hb, &s, now)
	if err != nil {
		return nil, err
	}
	if j.verdict == breaks {
		if err := f.tampered(ctx, n, j.why, j.notes); err != nil {
			return nil, err
		}
		return nil, refuse(wire.CodeTampered, "%s", j.why)
	}
	n.sawAt(now)
	if err := f.remark(ctx, n, hb, &j); err != nil {
		return nil, err
	}
	b := &wire.Beat{At: now, Sequence: hb.Sequence, Renew: !n.notAfter.After(now.Add(renewBefore))}
	if !b.Renew {
		if b.Renew, err = f.outdated(ctx, n); err != nil {
			return nil, err
		}
	}
	if hb.Policy != s.Hash() || j.verdict == rejoins || hb.Sequence == 1 {
		b.Settings = s.wire(hb.Policy)
	}
	if f.asked.has(n.id) && n.state != Tampered {
		if b.Commands, err = f.deliver(ctx, n); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// chain judges a heartbeat and stores it where it fits.
func (f *Fleet) chain(ctx context.Context, n *identity, body []byte, hb *wire.Heartbeat, s *Settings, now time.Time) (judgement, error) {
	for try := range 4 {
		// What this replica remembers is enough where it fits. Before anything else
		// is said, the stream is asked: another replica may have taken one.
		last := n.shared.last
		j := judge(n, last, body, hb, s, now)
		if try > 0 || last == nil || j.verdict != follows {
			kept, err := f.Stream.last(ctx, n.uid)
			if err != nil {
				return j, err
			}
			if last = nil; kept != nil {
				if last, err = readLink(kept); err != nil {
					return j, fmt.Errorf("the last heartbeat of %s: %w", n.uid, err)
				}
			}
			n.shared.last = last
			j = judge(n, last, body, hb, s, now)
		}
		if j.verdict == repeated || j.verdict == breaks {
			return j, nil
		}
		next := &stored{body: body, seen: now}
		after := uint64(0)
		if last != nil {
			after, next.before = last.sequence, last.before
			if last.beat.Boot != hb.Boot {
				next.before = last.beat.Boot
			}
		}
		err := f.Stream.put(ctx, n.uid, next, after)
		if errors.Is(err, errOvertaken) {
			continue
		}
		if err != nil {
			return j, err
		}
		n.shared.last = &link{stored: *next, hash: wire.Hash(body), beat: *hb}
		return j, nil
	}
	return judgement{}, errOvertaken
}

// tampered marks an agent whose chain does not fit.
func (f *Fleet) tampered(ctx context.Context, n *identity, why string, notes []note) error {
	if n.state == Tampered && n.why == line(why, 500) {
		return nil // told already
	}
	return f.change(ctx, n.org, n.id, func(_ context.Context, c *change) error {
		for _, x := range notes {
			c.note(x.kind, "%s", x.text)
		}
		c.distrust(why)
		return nil
	})
}

// distrust brings an agent into the state that only a person ends. It keeps
// the first reason.
func (c *change) distrust(why string) {
	if c.row.State == Revoked || c.row.State == Retired {
		return
	}
	if c.row.State == Tampered {
		c.note("sign", "%s", why)
		return
	}
	c.to(Tampered, why)
	c.row.Anchor = 0
	c.tell(Happened{
		Kind: string(Tampered), Severity: "critical", Text: why,
		Do: "Find out what happened to the server. Revoke the agent and enrol it anew, or trust it if the reason is known.",
	})
}

// remark writes down what a heartbeat says that is not as it was.
func (f *Fleet) remark(ctx context.Context, n *identity, hb *wire.Heartbeat, j *judgement) error {
	moved := hb.Boot != n.boot || line(hb.Version, 64) != n.version
	anchored := n.anchor && j.verdict != repeated
	if len(j.notes)+len(j.found) == 0 && !moved && !anchored {
		return nil
	}
	err := f.change(ctx, n.org, n.id, func(_ context.Context, c *change) error {
		c.row.Boot, c.row.Version = line(hb.Boot, 64), line(hb.Version, 64)
		for _, x := range j.notes {
			c.note(x.kind, "%s", x.text)
			if x.kind == "dropped" {
				c.tell(Happened{Kind: Incomplete, Severity: "medium", Text: x.text, Do: "Let the server reach the control plane, or give its spool more room."})
			}
		}
		if anchored {
			c.row.Anchor = 0
		}
		for _, why := range j.found {
			c.distrust(why)
		}
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil // its organisation was removed a moment ago
	}
	return err
}

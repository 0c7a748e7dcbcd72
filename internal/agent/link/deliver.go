package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/spool"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// batchBytes is how much of events' bodies goes into one batch, unless one alone
// is larger: the host's memory holds it some three times.
const batchBytes = 1 << 20

// deliver sends what the spool has, as long as it has something.
func (l *Link) deliver(ctx context.Context) error {
	b := backoff{pace: l.pace}
	most := wire.MaxEvents
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.o.Spool.Ready():
		case <-time.After(time.Minute): // what was dropped, and told late
		}
		if !wait(ctx, l.pace.Gather) { // what belongs together comes together
			return ctx.Err()
		}
		for {
			more, err := l.send(ctx, &most)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := retired(err); err != nil {
				return err
			}
			if err != nil {
				pause := b.next(err)
				l.o.Log.Warn("events are not taken", "error", err, "again_in", pause.Round(time.Second).String())
				wait(ctx, pause)
				continue
			}
			b.ok()
			if !more {
				break
			}
		}
	}
}

// send sends one batch and tells whether there may be more. most is how many events
// go into one: fewer after one that was refused, until the one is found that
// cannot be taken.
func (l *Link) send(ctx context.Context, most *int) (more bool, err error) {
	batch, err := l.o.Spool.Batch(*most, batchBytes)
	if err != nil || len(batch.Events) == 0 {
		return false, err
	}
	body, err := json.Marshal(batch)
	if err != nil {
		return false, err
	}
	var got wire.Stored
	err = fits(body)
	if err == nil {
		err = l.client.post(ctx, wire.PathEvents, body, &got)
	}
	var no *Refused
	if errors.As(err, &no) && (no.Code == wire.CodeTooLarge || no.Code == wire.CodeInvalid) {
		return l.narrow(&batch, most, err)
	}
	if err != nil {
		return false, err
	}
	last := batch.Events[len(batch.Events)-1].Sequence
	if got.Acked < batch.Events[0].Sequence {
		err = &Refused{Refusal: wire.Refusal{Code: wire.CodeBusy, Why: fmt.Sprintf("nothing of events %d to %d is stored", batch.Events[0].Sequence, last)}}
	} else {
		err = l.acknowledge(got.Acked)
	}
	if err == nil && *most < wire.MaxEvents {
		*most = min(*most*2, wire.MaxEvents)
	}
	if err == nil && got.Retry > 0 {
		wait(ctx, min(time.Duration(got.Retry)*time.Second, time.Hour))
	}
	return true, err
}

func (l *Link) acknowledge(sequence uint64) error {
	err := l.o.Spool.Ack(sequence)
	if errors.Is(err, spool.ErrAhead) {
		// The disk was set back: these numbers are used up, and what has them
		// now would be passed over.
		l.o.Log.Error("the spool is older than what was sent; it begins anew", "error", err)
		return l.o.Spool.Restart()
	}
	return err
}

// fits tells whether a batch is within the wire's bounds, before it is sent.
func fits(body []byte) error {
	sent, _, err := pack(body)
	if err == nil && (len(body) > wire.MaxUnpacked || len(sent) > wire.MaxBatch) {
		err = &Refused{Refusal: wire.Refusal{Code: wire.CodeTooLarge, Why: "the batch is larger than may be sent"}}
	}
	return err
}

// narrow halves the batch that comes next, and gives an event up that is refused
// alone: it would be for ever, and all after it would wait.
func (l *Link) narrow(batch *wire.Batch, most *int, why error) (bool, error) {
	if n := len(batch.Events); n > 1 {
		*most = n / 2
		return true, nil
	}
	e := batch.Events[0]
	l.o.Log.Error("an event cannot be taken, and is dropped", "sequence", e.Sequence, "kind", string(e.Kind), "bytes", len(e.Body), "error", why)
	if e.Kind == wire.EventDropped {
		return false, why // the smallest there is: it is not the event
	}
	return true, l.o.Spool.Refuse(e.Sequence)
}

package link

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Pace is how long is waited for what. The zero value is what an agent does.
type Pace struct {
	Base, Most time.Duration // of the wait after a failure; 1 s and 2 min
	Slow       time.Duration // after a refusal that a person has to mend; 10 min
	Gather     time.Duration // of events before they are sent; 500 ms
	Interval   time.Duration // of heartbeats, in place of what the control plane says
}

func (p Pace) filled() Pace {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&p.Base, time.Second)
	set(&p.Most, 2*time.Minute)
	set(&p.Slow, 10*time.Minute)
	set(&p.Gather, 500*time.Millisecond)
	return p
}

// backoff counts failures in a row.
type backoff struct {
	pace Pace
	n    int
}

func (b *backoff) ok() { b.n = 0 }

// next is how long to wait after a failure. All of it is by chance, up to a bound
// that doubles: those that failed together do not come back together.
func (b *backoff) next(err error) time.Duration {
	bound := min(b.pace.Base<<min(b.n, 20), b.pace.Most)
	b.n++
	if no, ok := errors.AsType[*Refused](err); ok {
		switch {
		case no.Code != wire.CodeBusy && no.Code != wire.CodeTooLarge:
			bound = b.pace.Slow
			return bound/2 + rand.N(bound/2+1)
		case no.After > 0: // what was asked for, and not all at once after it
			return no.After + rand.N(bound+1)
		}
	}
	return rand.N(bound+1) + b.pace.Base/10
}

// wait returns false where there is nothing to wait for any more.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

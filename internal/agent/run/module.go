// Package run is the agent as it runs: its modules, each watched, measured and kept
// within bounds, and the link that tells what they see.
package run

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Module is one part of the agent that looks at something. Run looks until the
// context is done. An error or a panic has it started again, later each time; nil
// says that there is nothing to look at here.
type Module interface {
	Name() string
	Run(ctx context.Context, h *Handle) error
}

// Commanded is a module that can be asked for something.
type Commanded interface {
	// Do does what a command of its kinds asks for.
	Do(ctx context.Context, c wire.CommandBody) error
	Kinds() []wire.CommandKind
}

// Handle is what a module has of the agent.
type Handle struct {
	m      *watched
	Log    *slog.Logger
	Policy json.RawMessage // the module's section; nil where there is none
}

// Emit puts an event into the spool. It is on the disk a moment later. An error
// says that it was dropped, and is counted already.
func (h *Handle) Emit(kind wire.EventKind, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return h.m.spool.Append(kind, time.Now(), b)
}

// Degraded says that the module works, but not as it should, and why. An empty
// reason says that it does again.
func (h *Handle) Degraded(why string) { h.m.say(why) }

// Go starts a function on a thread whose time counts as the module's, and whose panic
// is the module's. What is started with the go statement counts as the agent's, and
// its panic ends the agent.
func (h *Handle) Go(wg *sync.WaitGroup, f func()) {
	wg.Go(func() {
		if err := h.m.contained(func() error { f(); return nil }); err != nil {
			h.m.fail(err)
		}
	})
}

// Pace is called between pieces of work. It waits so long that the module's share of
// a core stays within the limit, and returns an error when the context is done.
func (h *Handle) Pace(ctx context.Context) error { return h.m.pace.wait(ctx, h.m.cpu()) }

// pacer keeps the use of processors below a share of one.
type pacer struct {
	mu    sync.Mutex
	limit float64 // of one core; 0 is none
	cpu   time.Duration
	since time.Time
}

func (p *pacer) wait(ctx context.Context, cpu time.Duration) error {
	d := p.due(cpu, time.Now())
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// due is how long to wait. A window begins with the first call and is left when it was
// used for less: what was not used once is not used twice later.
func (p *pacer) due(cpu time.Duration, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit <= 0 {
		return 0
	}
	if p.since.IsZero() {
		p.cpu, p.since = cpu, now
		return 0
	}
	wanted := time.Duration(float64(cpu-p.cpu) / p.limit)
	d := wanted - now.Sub(p.since)
	if d <= 0 {
		p.cpu, p.since = cpu, now
		return 0
	}
	if d < 5*time.Millisecond {
		return 0 // too short to be worth it; it adds up
	}
	return min(d, time.Second)
}

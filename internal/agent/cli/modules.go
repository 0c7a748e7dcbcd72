package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/link"
	"github.com/demarc-sec/demarc/internal/agent/run"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// modules are the parts of the agent, in the order in which they start. What they keep
// lies in the agent's state.
func modules(s link.State) []run.Module {
	both := &shared{walked: make(chan struct{}, 1)}
	return []run.Module{
		&hostModule{now: make(chan chan<- error), shared: both},
		&integrityModule{dir: s.Path("fim"), shared: both},
		&detectModule{places: s.Path("logs.json")},
	}
}

// hostModule reads the host document at the start, then each hour or as the policy has
// it, after a walk over all files, and when it is asked to.
type hostModule struct {
	now    chan chan<- error // asked to; the answer says what became of it
	shared *shared
}

// hostPolicy is the section "host" of the policy.
type hostPolicy struct {
	Every     string   `json:"every"` // 1h
	Roles     []string `json:"roles"`
	Listeners []string `json:"listeners"`
}

const (
	hostEvery  = time.Hour
	hostOftest = 5 * time.Minute
)

func (*hostModule) Name() string { return "host" }

func (*hostModule) Kinds() []wire.CommandKind { return []wire.CommandKind{wire.CommandScan} }

// Do has the document be read now.
func (m *hostModule) Do(ctx context.Context, _ wire.CommandBody) error {
	answer := make(chan error, 1)
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	select {
	case m.now <- answer:
	case <-ctx.Done():
		return fmt.Errorf("no scan begins: %w", ctx.Err())
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return fmt.Errorf("the scan does not end: %w", ctx.Err())
	}
}

func (m *hostModule) Run(ctx context.Context, h *run.Handle) error {
	if !host.Reads() {
		return run.ErrElsewhere
	}
	policy, every, err := readHostPolicy(h.Policy)
	if err != nil {
		return err
	}
	var answer chan<- error
	for {
		doc, err := m.shared.collect(ctx, policy.Roles, policy.Listeners)
		if err == nil && ctx.Err() == nil {
			err = h.Emit(wire.EventHost, doc)
		}
		if answer != nil {
			answer <- err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		debug.FreeOSMemory() // the next document is due in an hour: until then nobody needs what this one took
		if err != nil {
			h.Degraded(err.Error())
		} else {
			h.Degraded("")
		}
		// A twentieth by chance keeps hosts that were started together apart.
		answer = nil
		t := time.NewTimer(every - every/40 + rand.N(every/20))
		select {
		case <-ctx.Done():
		case <-t.C:
		case answer = <-m.now:
		case <-m.shared.walked: // what it found belongs into the document
		}
		t.Stop()
	}
}

func readHostPolicy(section json.RawMessage) (p hostPolicy, every time.Duration, err error) {
	every = hostEvery
	if len(section) == 0 {
		return p, every, nil
	}
	if err := json.Unmarshal(section, &p); err != nil {
		return p, every, fmt.Errorf("the policy's section host: %w", err)
	}
	if p.Every != "" {
		if every, err = time.ParseDuration(p.Every); err != nil {
			return p, hostEvery, fmt.Errorf("the policy's host.every: %w", err)
		}
		every = max(every, hostOftest)
	}
	return p, every, nil
}

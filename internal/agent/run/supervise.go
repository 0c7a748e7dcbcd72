package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/spool"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// States of a module, as heartbeats tell them.
const (
	stateOK       = "ok"
	stateDegraded = "degraded"
	stateFailed   = "failed"
	stateOff      = "off"
)

// watched is a module that is started again when it ends.
type watched struct {
	Module

	spool *spool.Spool
	log   *slog.Logger
	pace  pacer
	meter meter
	gentle
	first, most time.Duration // of the waits between starts

	mu      sync.Mutex
	state   string
	reason  string
	section json.RawMessage
	cancel  context.CancelFunc // of the current run
}

// gentle says whether a module's threads give way to others.
type gentle bool

// ErrElsewhere is returned by a module that has nothing for the platform it is on:
// it is off, and that is told.
var ErrElsewhere = errors.New("not on this platform")

// errPanic is a panic that ended a module's run.
var errPanic = errors.New("it panicked")

// supervise runs a module until the context is done.
func (m *watched) supervise(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		run, cancel := context.WithCancel(ctx)
		section, enabled := m.begin(cancel)
		if !enabled {
			<-run.Done() // the policy changed, or the agent stops
			continue
		}
		began := time.Now()
		err := m.contained(func() error {
			return m.Run(run, &Handle{m: m, Log: m.log, Policy: section})
		})
		changed := run.Err() != nil
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case changed:
			continue
		case err == nil, errors.Is(err, ErrElsewhere):
			why := "there is nothing to look at"
			if err != nil {
				why = ErrElsewhere.Error()
			}
			m.set(stateOff, why)
			run, cancel := context.WithCancel(ctx)
			m.begun(cancel)
			<-run.Done()
			continue
		}
		if time.Since(began) > 10*time.Minute {
			failures = 0
		}
		m.fail(err)
		pause := m.pause(failures)
		failures++
		m.log.Error("a module ended", "module", m.Name(), "error", err, "again_in", pause.Round(time.Millisecond).String())
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// pause doubles with each failure, up to a bound, half of it by chance.
func (m *watched) pause(failures int) time.Duration {
	d := min(m.first<<min(failures, 20), m.most)
	return d/2 + rand.N(d/2+1)
}

// begin takes note of a run that begins, and tells what the policy says of it.
func (m *watched) begin(cancel context.CancelFunc) (section json.RawMessage, enabled bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cancel = cancel
	var s struct {
		Enabled *bool `json:"enabled"`
	}
	if len(m.section) > 0 && json.Unmarshal(m.section, &s) == nil && s.Enabled != nil && !*s.Enabled {
		m.state, m.reason = stateOff, "by policy"
		return nil, false
	}
	m.state, m.reason = stateOK, ""
	return m.section, true
}

func (m *watched) begun(cancel context.CancelFunc) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cancel = cancel
}

// apply has a module start anew where its section of the policy changed.
func (m *watched) apply(section json.RawMessage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if string(section) == string(m.section) {
		return
	}
	m.section = section
	if m.cancel != nil {
		m.cancel()
	}
}

// contained runs a function on a thread of its own, which is measured and ends with
// it; a panic becomes an error.
func (m *watched) contained(f func() error) error {
	done := make(chan error, 1)
	go func() {
		// Never unlocked: the thread ends with the function, and nobody else gets
		// one that gives way to everybody.
		runtime.LockOSThread()
		if m.gentle {
			giveWay()
		}
		leave := m.meter.enter()
		defer leave()
		defer func() {
			if p := recover(); p != nil {
				m.log.Error("a module panicked", "module", m.Name(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				done <- fmt.Errorf("%w: %.200v", errPanic, p)
			}
		}()
		done <- f()
	}()
	return <-done
}

func (m *watched) fail(err error) { m.set(stateFailed, err.Error()) }

func (m *watched) set(state, reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state, m.reason = state, reason
}

// say takes what a module says of itself.
func (m *watched) say(why string) {
	if why == "" {
		m.set(stateOK, "")
		return
	}
	m.set(stateDegraded, why)
}

func (m *watched) cpu() time.Duration { return m.meter.total() }

// health is the module as a heartbeat tells it.
func (m *watched) health() wire.Module {
	m.mu.Lock()
	defer m.mu.Unlock()
	return wire.Module{Name: m.Name(), State: m.state, Reason: m.reason, CPU: m.cpu().Seconds()}
}

package run

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/link"
	"github.com/demarc-sec/demarc/internal/agent/link/linktest"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// module is one of a test.
type module struct {
	name string
	run  func(ctx context.Context, h *Handle) error
	do   func(wire.CommandBody) error
}

func (m *module) Name() string                             { return m.name }
func (m *module) Run(ctx context.Context, h *Handle) error { return m.run(ctx, h) }
func (m *module) Kinds() []wire.CommandKind {
	if m.do == nil {
		return nil
	}
	return []wire.CommandKind{wire.CommandScan}
}
func (m *module) Do(_ context.Context, c wire.CommandBody) error { return m.do(c) }

var discard = slog.New(slog.DiscardHandler)

var swift = link.Pace{Base: 5 * time.Millisecond, Most: 20 * time.Millisecond, Gather: time.Millisecond, Interval: 10 * time.Millisecond}

// start runs an agent until the condition holds.
func start(t *testing.T, p *linktest.Plane, until func() bool, modules ...Module) error {
	t.Helper()
	state, err := link.OpenState(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	about, err := link.About("1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := state.Enrol(t.Context(), &link.Enrolment{Server: p.URL, Token: p.Token, CA: p.CA()}, about, nil); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{State: state, Version: "1", Log: discard, Modules: modules, Pace: swift, Limits: Limits{Memory: 1 << 30}})
	}()
	for !until() {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			t.Fatalf("it does not come to pass: %+v", p.Seen())
		case <-time.After(2 * time.Millisecond):
		}
	}
	stop()
	return <-done
}

// told is a module as the last heartbeat tells it.
func told(p *linktest.Plane, name string) wire.Module {
	beats := p.Seen().Beats
	if len(beats) == 0 {
		return wire.Module{}
	}
	for _, m := range beats[len(beats)-1].Modules {
		if m.Name == name {
			return m
		}
	}
	return wire.Module{}
}

func TestModules(t *testing.T) {
	p := linktest.New(t)
	var starts atomic.Int64
	panics := &module{name: "panics", run: func(context.Context, *Handle) error {
		starts.Add(1)
		panic("a mistake")
	}}
	inside := &module{name: "inside", run: func(ctx context.Context, h *Handle) error {
		var wg sync.WaitGroup
		h.Go(&wg, func() { panic("in a worker") })
		wg.Wait()
		<-ctx.Done()
		return nil
	}}
	emits := &module{name: "emits", run: func(ctx context.Context, h *Handle) error {
		if err := h.Emit(wire.EventDetection, map[string]int{"n": 1}); err != nil {
			return err
		}
		h.Degraded("only half of it can be seen")
		<-ctx.Done()
		return nil
	}}
	fails := &module{name: "fails", run: func(context.Context, *Handle) error { return errors.New("no such kernel") }}
	nothing := &module{name: "nothing", run: func(context.Context, *Handle) error { return nil }}
	elsewhere := &module{name: "elsewhere", run: func(context.Context, *Handle) error { return ErrElsewhere }}
	err := start(t, p, func() bool {
		return told(p, "elsewhere").Reason == "not on this platform" && told(p, "elsewhere").State == "off" && starts.Load() >= 2 && told(p, "panics").State == "failed" && told(p, "inside").State == "failed" && told(p, "fails").State == "failed" &&
			told(p, "emits").State == "degraded" && told(p, "nothing").State == "off" && len(p.Seen().Events) == 1
	}, panics, emits, fails, nothing, inside, elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	if m := told(p, "panics"); !strings.Contains(m.Reason, "a mistake") {
		t.Errorf("%+v", m)
	}
	if m := told(p, "agent"); m.State != "ok" || m.CPU <= 0 {
		t.Errorf("%+v", m)
	}
}

func TestPolicyAndCommand(t *testing.T) {
	p := linktest.New(t)
	p.Ask(`{"looks":{"enabled":false}}`)
	var sections, did atomic.Value
	sections.Store("")
	did.Store("")
	looks := &module{
		name: "looks",
		run: func(ctx context.Context, h *Handle) error {
			sections.Store(string(h.Policy))
			<-ctx.Done()
			return nil
		},
		do: func(c wire.CommandBody) error { did.Store(c.ID); return nil },
	}
	off, asked := false, false
	err := start(t, p, func() bool {
		if m := told(p, "looks"); m.State == "off" && m.Reason == "by policy" {
			off = true
			p.Ask(`{"looks":{"enabled":true,"every":"1h"}}`)
		}
		if sections.Load() == `{"enabled":true,"every":"1h"}` && !asked {
			asked = true
			p.Command(wire.CommandBody{ID: "c1", Kind: wire.CommandScan, Issued: time.Now(), Expires: time.Now().Add(time.Hour)}, nil)
			p.Command(wire.CommandBody{ID: "c2", Kind: wire.CommandApprove, Issued: time.Now(), Expires: time.Now().Add(time.Hour)}, nil)
		}
		return asked && did.Load() == "c1" && len(p.Seen().Results) == 2
	}, looks)
	if err != nil || !off {
		t.Errorf("off %v, %v", off, err)
	}
	for _, r := range p.Seen().Results {
		if want := map[string]string{"c1": "done", "c2": "failed"}[r.ID]; r.State != want {
			t.Errorf("%+v", r)
		}
	}
}

// What a module's threads use is counted as its own, while they work and after.
func TestMeter(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("threads are not counted on this platform")
	}
	m := &watched{Module: &module{name: "works"}, log: discard}
	work := func(d time.Duration) {
		for me, was := thisThread(), thisThread().cpu(); me.cpu()-was < d; {
			runtime.Gosched()
		}
	}
	before := processCPU()
	err := m.contained(func() error {
		work(30 * time.Millisecond)
		if n := m.cpu(); n < 30*time.Millisecond {
			t.Errorf("%v while it works", n)
		}
		var wg sync.WaitGroup
		h := &Handle{m: m}
		h.Go(&wg, func() { work(20 * time.Millisecond) })
		wg.Wait()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all := processCPU() - before
	if n := m.cpu(); n < 50*time.Millisecond || n > all+10*time.Millisecond {
		t.Errorf("%v of %v", n, all)
	}
}

func TestPace(t *testing.T) {
	p := pacer{limit: 0.25}
	now := time.Now()
	p.due(0, now)
	if d := p.due(100*time.Millisecond, now.Add(100*time.Millisecond)); d != 300*time.Millisecond {
		t.Errorf("waits %v", d)
	}
	if d := p.due(100*time.Millisecond, now.Add(400*time.Millisecond)); d != 0 {
		t.Errorf("waits %v after it waited", d)
	}
	// An hour of nothing is no credit.
	if d := p.due(200*time.Millisecond, now.Add(time.Hour)); d != 0 {
		t.Errorf("waits %v", d)
	}
	if d := p.due(1200*time.Millisecond, now.Add(time.Hour+time.Second)); d != time.Second {
		t.Errorf("waits %v", d)
	}
	if d := (&pacer{}).due(time.Hour, now); d != 0 {
		t.Errorf("without a limit it waits %v", d)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := (&pacer{}).wait(ctx, 0); err == nil {
		t.Error("it goes on although it should end")
	}
}

func TestPause(t *testing.T) {
	m := &watched{first: time.Second, most: 5 * time.Minute}
	for failures, most := range map[int]time.Duration{0: time.Second, 3: 8 * time.Second, 60: 5 * time.Minute} {
		if d := m.pause(failures); d < most/2 || d > most {
			t.Errorf("after %d failures: %v", failures, d)
		}
	}
}

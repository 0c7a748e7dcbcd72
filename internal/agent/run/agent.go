package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/link"
	"github.com/demarc-sec/demarc/internal/agent/spool"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Options of an agent.
type Options struct {
	State   link.State
	Version string
	Log     *slog.Logger
	Modules []Module
	Limits  Limits
	Spool   int64 // bytes on disk; 0 for the default
	Pace    link.Pace
}

// Limits an agent keeps to.
type Limits struct {
	// CPU is the share of one core that each module may use for scans; 0 is no limit.
	CPU float64
	// Memory is what the garbage collector aims at; 0 for 64 MiB.
	Memory int64
	// Ungentle has modules compete with everybody for processors and disks.
	Ungentle bool
}

// apply sets the limits of the process.
func (l Limits) apply() {
	if l.Memory == 0 {
		l.Memory = 64 << 20
	}
	debug.SetMemoryLimit(l.Memory)
	procs := 2 // scans hash on as many
	if l.CPU > 0 && l.CPU <= 1 {
		procs = 1
	}
	runtime.GOMAXPROCS(min(procs, runtime.NumCPU()))
}

// Agent runs modules and tells what they see.
type Agent struct {
	o       Options
	spool   *spool.Spool
	modules []*watched
}

// Run runs an agent until the context is done or it is retired, which is
// link.ErrRetired.
func Run(ctx context.Context, o Options) error {
	o.Limits.apply()
	secret, err := o.State.Secret()
	if err != nil {
		return err
	}
	s, err := spool.Open(o.State.Path(link.SpoolDir), secret, spool.Options{Bytes: o.Spool})
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what matters of it was synchronised, or said
	binary, err := binaryHash()
	if err != nil {
		return err
	}
	a := &Agent{o: o, spool: s}
	for _, m := range o.Modules {
		a.modules = append(a.modules, &watched{
			Module: m, spool: s, log: o.Log, pace: pacer{limit: o.Limits.CPU}, gentle: gentle(!o.Limits.Ungentle),
			first: time.Second, most: 5 * time.Minute, state: stateOff, reason: "it was not started yet",
		})
	}
	l, err := link.New(link.Options{
		State: o.State, Spool: s, Version: o.Version, Binary: binary, Log: o.Log, Pace: o.Pace,
		Health: a.health, Policy: a.policy, Do: a.do,
	})
	if err != nil {
		return err
	}
	a.policy(o.State.Policy())
	return a.run(ctx, l)
}

func (a *Agent) run(ctx context.Context, l *link.Link) error {
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, m := range a.modules {
		wg.Go(func() { m.supervise(ctx) })
	}
	wg.Go(func() { a.flush(ctx) })
	err := l.Run(ctx)
	stop()
	ended := make(chan struct{})
	go func() { wg.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		a.o.Log.Warn("a module does not end; the agent ends without it")
	}
	return err
}

// flush brings what modules saw to the disk, each second that there is something.
func (a *Agent) flush(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := a.spool.Sync(); err != nil {
				a.o.Log.Error("events may not survive a loss of power", "error", err)
			}
		}
	}
}

// health is the agent itself and its modules.
func (a *Agent) health() []wire.Module {
	rest := processCPU()
	var modules []wire.Module
	for _, m := range a.modules {
		h := m.health()
		rest -= time.Duration(h.CPU * float64(time.Second))
		modules = append(modules, h)
	}
	self := wire.Module{Name: "agent", State: stateOK, CPU: max(rest, 0).Seconds()}
	if err := a.spool.Err(); err != nil {
		self.State, self.Reason = stateDegraded, "the spool: "+err.Error()
	}
	return append([]wire.Module{self}, modules...)
}

// policy hands each module its section.
func (a *Agent) policy(b []byte) {
	sections := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &sections); err != nil {
		a.o.Log.Error("the policy is not an object", "error", err)
		return
	}
	for _, m := range a.modules {
		m.apply(sections[m.Name()])
	}
}

// do has the module do what a command asks for that knows how to.
func (a *Agent) do(ctx context.Context, c wire.CommandBody) error {
	for _, m := range a.modules {
		if d, ok := m.Module.(Commanded); ok && slices.Contains(d.Kinds(), c.Kind) {
			return m.contained(func() error { return d.Do(ctx, c) })
		}
	}
	return fmt.Errorf("this agent has nothing that does %q", c.Kind)
}

// binaryHash is that of the running program, also where the file was replaced since.
func binaryHash() (string, error) {
	path := "/proc/self/exe"
	if runtime.GOOS != "linux" {
		var err error
		if path, err = os.Executable(); err != nil {
			return "", err
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading the program that runs: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

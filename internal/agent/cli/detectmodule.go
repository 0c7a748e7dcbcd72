package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
	"github.com/demarc-sec/demarc/internal/agent/logs"
	"github.com/demarc-sec/demarc/internal/agent/run"
	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/detect"
)

// ownRules is where an administrator puts rules of a server's own.
const ownRules = "/etc/demarc-agent/rules"

// detectModule looks for signs of intrusion in what is logged.
type detectModule struct {
	places string // file of how far logs were read
}

// detectPolicy is the section "detect" of the policy.
type detectPolicy struct {
	Off  []string `json:"off"`  // names of rules that are not wanted
	Logs []string `json:"logs"` // files to read besides the usual ones
}

func (*detectModule) Name() string { return "detect" }

func (m *detectModule) Run(ctx context.Context, h *run.Handle) error {
	if runtime.GOOS != "linux" {
		return run.ErrElsewhere
	}
	var policy detectPolicy
	if len(h.Policy) > 0 {
		if err := json.Unmarshal(h.Policy, &policy); err != nil {
			return fmt.Errorf("the policy's section detect: %w", err)
		}
	}
	var dirs []string
	if _, err := os.Stat(ownRules); err == nil {
		dirs = []string{ownRules}
	}
	rules, problems, err := loadRules(false, policy.Off, dirs)
	if err != nil {
		return err
	}
	var unfit string
	for _, p := range problems {
		h.Log.Warn("a rule is not used", "file", p.File, "line", p.Line, "why", p.What)
	}
	if len(problems) > 0 {
		unfit = fmt.Sprintf("%d rules are not used. The first: %s", len(problems), problems[0].Error())
	}
	journal := logs.HasJournal()
	if len(logs.Present(policy.Logs)) == 0 && !journal {
		return nil
	}
	files := logs.Wanted(policy.Logs) // one may come when its program is installed
	engine, limit := rules.Engine(), detect.NewLimit()
	tell := func(a *detect.Alert) {
		a.Seen = time.Now()
		if limit.Admits(a, a.Seen) {
			_ = h.Emit(wire.EventDetection, a) // what does not fit is counted by the spool
		}
	}
	p := &logs.Parser{Now: time.Now, Emit: func(e *detect.Event) { engine.See(e, tell) }}
	return logs.Follow(ctx, p, files, journal, logs.Hooks{
		From: readPlaces(m.places), Saved: m.save(h), Pace: h.Pace, Go: h.Go,
		Said: func(err error) {
			if err != nil {
				h.Degraded(err.Error())
				return
			}
			h.Degraded(unfit)
		},
	})
}

// readPlaces is how far logs were read, or nil where nobody knows.
func readPlaces(path string) *logs.Places {
	b, err := atomicfile.Read(path, 1<<20)
	if err != nil {
		return nil
	}
	p := &logs.Places{}
	if json.Unmarshal(b, p) != nil {
		return nil
	}
	return p
}

// save writes places when they changed.
func (m *detectModule) save(h *run.Handle) func(logs.Places) {
	var before string
	return func(p logs.Places) {
		b, err := json.Marshal(p)
		if err != nil || string(b) == before {
			return
		}
		if err := atomicfile.WriteLoose(m.places, b); err != nil {
			h.Log.Error("where logs were read to is not kept", "error", err)
			return
		}
		before = string(b)
	}
}

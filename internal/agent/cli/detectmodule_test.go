package cli

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/link"
	"github.com/demarc-sec/demarc/internal/agent/link/linktest"
	"github.com/demarc-sec/demarc/internal/agent/run"
	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/detect"
)

// What is logged while the agent runs comes to the control plane as an alert.
func TestDetectModule(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("logs of other systems are not read yet")
	}
	log := filepath.Join(t.TempDir(), "auth.log")
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	policy, err := json.Marshal(map[string]any{"detect": map[string]any{"logs": []string{log}, "off": []string{"su-root"}}})
	if err != nil {
		t.Fatal(err)
	}
	p := linktest.New(t)
	p.Ask(string(policy))
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
	ctx, stop := context.WithTimeout(t.Context(), 15*time.Second)
	defer stop()
	done := make(chan error, 1)
	go func() {
		done <- run.Run(ctx, run.Options{
			State: state, Version: "1", Log: slog.New(slog.DiscardHandler), Modules: []run.Module{&detectModule{places: state.Path("logs.json")}},
			Pace: link.Pace{Base: 5 * time.Millisecond, Most: 20 * time.Millisecond, Gather: time.Millisecond, Interval: 10 * time.Millisecond}, Limits: run.Limits{Memory: 1 << 30},
		})
	}()
	var got *detect.Alert
	for got == nil && ctx.Err() == nil {
		f, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.WriteString("Nov 20 10:00:00 web1 su[9]: pam_unix(su:session): session opened for user root(uid=0) by anna(uid=1000)\n" +
			"Nov 20 10:00:00 web1 usermod[811]: add 'eve' to group 'sudo'\n")
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		for _, e := range p.Seen().Events {
			if e.Kind == wire.EventDetection {
				got = &detect.Alert{}
				if err := json.Unmarshal(e.Body, got); err != nil {
					t.Fatal(err)
				}
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got == nil {
		t.Fatal("no alert comes")
	}
	if got.Rule != "account-privileged-group" || got.Severity != "high" || got.Fields["TargetUser"] != "eve" || got.Seen.IsZero() {
		t.Errorf("%+v", got)
	}
	if places := readPlaces(state.Path("logs.json")); places == nil || places.Files[log].Offset == 0 {
		t.Errorf("where it read to is not kept: %+v", places)
	}
}

package fim

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

// approved is an entry as it comes back from a control plane.
func approved(t *testing.T, c Change) Approval {
	t.Helper()
	a := Approval{Path: c.Path}
	if c.After == nil {
		return a
	}
	text, err := json.Marshal(c.After)
	if err != nil {
		t.Fatal(err)
	}
	a.After = &entry.Entry{}
	if err := json.Unmarshal(text, a.After); err != nil {
		t.Fatal(err)
	}
	return a
}

// What is approved is how things are to be from then on, and only that.
func TestApprove(t *testing.T) {
	root, state := t.TempDir(), t.TempDir()
	put := func(path, text string) {
		t.Helper()
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{"etc/a", "etc/m", "etc/z", "etc/cron.d/job", "etc/zz/last"} {
		put(p, "before")
	}
	p, err := policy.Load("linux")
	if err != nil {
		t.Fatal(err)
	}
	scan := Scan{Root: root, Baseline: filepath.Join(state, "baseline"), Policy: p}
	if _, err := scan.Init(t.Context(), FromScan); err != nil {
		t.Fatal(err)
	}
	put("etc/0first", "new")
	put("etc/m", "after")
	put("etc/b/c", "new in a new directory")
	put("etc/zz/zzz", "new at the end")
	put("etc/z", "after, and nobody approves it")
	if err := os.Remove(filepath.Join(root, "etc/a")); err != nil {
		t.Fatal(err)
	}
	open := func() map[string]Change {
		t.Helper()
		r, err := scan.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]Change{}
		for _, c := range r.Changes {
			out[c.Path] = c
		}
		return out
	}
	before := open()

	m, err := New(Options{Root: root, State: state, Policy: p, CPULimit: 4})
	if err != nil {
		t.Fatal(err)
	}
	s := &seen{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx, s.emit) }()
	if !s.wait(t, 10*time.Second, has("changed /etc/z", "added /etc/0first", "removed /etc/a")) {
		t.Fatalf("it tells %v", s.texts())
	}

	stale := approved(t, before["/etc/m"])
	put("etc/m", "after, and then again")
	if err := m.Approve(ctx, []Approval{approved(t, before["/etc/0first"]), stale}); err == nil || !strings.Contains(err.Error(), "/etc/m changed again") {
		t.Errorf("what is not there any more is approved: %v", err)
	}
	if _, still := open()["/etc/0first"]; !still {
		t.Error("a part of what was refused is in the baseline")
	}
	put("etc/m", "after")
	var list []Approval
	for path, c := range before {
		if path != "/etc/z" {
			list = append(list, approved(t, c))
		}
	}
	if err := m.Approve(ctx, list); err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]Approval{{{Path: "etc/m"}}, {{Path: "/etc/../etc/m"}}, {{Path: ""}}, {{Path: "/etc/z"}}} {
		if err := m.Approve(ctx, bad); err == nil {
			t.Errorf("%+v is approved", bad)
		}
	}
	now := open()
	if _, still := now["/etc/z"]; !still || len(now) != 1 {
		t.Errorf("after the approval %v are open", now)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A scan of everything tells of every file, and whether there were others.
func TestSurvey(t *testing.T) {
	root := t.TempDir()
	for _, p := range []string{"srv/open", "etc/hosts"} {
		path := filepath.Join(root, p)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(root, "srv/open"), 0o666); err != nil { //nolint:gosec // that is what is looked for
		t.Fatal(err)
	}
	met := make(chan string, 100)
	whole := make(chan string, 10)
	m, err := New(Options{Root: root, State: t.TempDir(), CPULimit: 4, Survey: func() (func(string, *entry.Entry, bool), func(string)) {
		return func(path string, e *entry.Entry, _ bool) {
			if e.Mode == 0o666 {
				met <- path
			}
		}, func(why string) { whole <- why }
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx, (&seen{}).emit) }()
	select {
	case why := <-whole:
		if why != "" || len(met) != 1 || <-met != "/srv/open" {
			t.Errorf("a file that no rule is for is not told of; incomplete because %q", why)
		}
	case <-ctx.Done():
		t.Error("no scan ends")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

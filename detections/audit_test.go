package detections_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/logs"
	"github.com/demarc-sec/demarc/internal/detect"
)

// auditRule is a line of the audit rules that come with the agent.
type auditRule struct {
	arch  string
	calls []string
	args  map[string]int64 // a0, a2
	exe   string
	path  string
}

func auditRules(t *testing.T) (all []auditRule) {
	t.Helper()
	text, err := os.ReadFile("../deploy/agent/audit.rules")
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		r := auditRule{args: map[string]int64{}}
		if len(words) < 4 || words[0] != "-a" || words[1] != "always,exit" || len(words)%2 != 0 {
			t.Fatalf("line %d is no rule that adds: %s", n+1, line)
		}
		for i := 2; i < len(words); i += 2 {
			name, value, _ := strings.Cut(words[i+1], "=")
			switch {
			case words[i] == "-S":
				r.calls = append(r.calls, strings.Split(words[i+1], ",")...)
			case words[i] != "-F":
				t.Fatalf("line %d: %s", n+1, words[i])
			case name == "arch":
				r.arch = value
			case name == "exe":
				r.exe = value
			case name == "path":
				r.path = value
			case name == "a0", name == "a2":
				number, err := strconv.ParseInt(value, 0, 64)
				if err != nil {
					t.Fatalf("line %d: %v", n+1, err)
				}
				r.args[name] = number
			case name == "key" && strings.HasPrefix(value, "demarc-"), name == "perm" && value == "wa":
			default:
				t.Fatalf("line %d: %s", n+1, words[i+1])
			}
		}
		if r.arch == "" || len(r.calls) == 0 && r.path == "" {
			t.Fatalf("line %d holds for too much: %s", n+1, line)
		}
		all = append(all, r)
	}
	return all
}

// what is what the rule is about, whatever arguments it holds for.
func (r auditRule) what() string { return strings.Join(r.calls, ",") + " " + r.path }

// logs tells whether the rule has the kernel log the event.
func (r auditRule) logs(e *detect.Event) bool {
	call, _ := e.Get("SYSCALL")
	if arch, _ := e.Get("arch"); r.arch != "b64" || arch != "c000003e" && arch != "c00000b7" {
		return false
	}
	if len(r.calls) > 0 && !slices.Contains(r.calls, call) {
		return false
	}
	for name, want := range r.args {
		text, _ := e.Get(name)
		if got, err := strconv.ParseInt(text, 16, 64); err != nil || got != want {
			return false
		}
	}
	if exe, _ := e.Get("exe"); r.exe != "" && exe != r.exe {
		return false
	}
	return r.path == "" || slices.ContainsFunc(e.Fields, func(f detect.Field) bool { return f.Name == "name" && f.Value == r.path })
}

// Whatever a detection finds in the audit log, the rules that come with the agent
// have the kernel write there; but for what it writes by itself.
func TestAuditRules(t *testing.T) {
	rules := auditRules(t)
	used, checked := map[string]bool{}, 0
	all, err := filepath.Glob("*/hits.log")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		for _, s := range samples(t, path) {
			var events []*detect.Event
			p := logs.Parser{Now: time.Now, Emit: func(e *detect.Event) {
				if kind, _ := e.Get("type"); kind != "" {
					c := *e
					c.Fields = slices.Clone(e.Fields)
					events = append(events, &c)
				}
			}}
			for _, l := range s.lines {
				p.Line(l)
			}
			p.Flush()
			for _, e := range events {
				if kind, _ := e.Get("type"); kind == "CONFIG_CHANGE" {
					continue // of the audit itself: there is no rule for it
				}
				checked++
				found := false
				for _, r := range rules {
					if r.logs(e) {
						used[r.what()], found = true, true
					}
				}
				if !found {
					call, _ := e.Get("SYSCALL")
					exe, _ := e.Get("exe")
					t.Errorf("%s: no rule has %s of %s logged: %s", path, call, exe, s.shows)
				}
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d events are looked at", checked)
	}
	for _, r := range rules {
		if r.arch == "b64" && !used[r.what()] && r.exe == "" {
			t.Errorf("no detection needs %v %s %v", r.calls, r.path, r.args)
		}
		twin := slices.ContainsFunc(rules, func(o auditRule) bool { return o.arch == "b32" && slices.Equal(o.calls, r.calls) && o.path == r.path })
		if r.arch == "b64" && r.exe == "" && !twin {
			t.Errorf("what programs of 32 bits do is not logged: %v %s", r.calls, r.path)
		}
	}
}

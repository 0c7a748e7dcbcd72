package detections_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/logs"
	"github.com/demarc-sec/demarc/internal/detect"
)

type sample struct {
	shows string
	lines []string
}

// samples are separated by lines that say what each shows.
func samples(t *testing.T, path string) (all []sample) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("a detection without samples: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if shows, ok := strings.CutPrefix(line, "## "); ok {
			all = append(all, sample{shows: shows})
			continue
		}
		if len(all) == 0 {
			t.Fatalf("%s: a sample begins with ## and what it shows", path)
		}
		all[len(all)-1].lines = append(all[len(all)-1].lines, line)
	}
	return all
}

// replay gives the alerts of the rule for a sample.
func replay(rules *detect.Rules, name string, s sample) (got []*detect.Alert) {
	e := rules.Engine()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	p := logs.Parser{Now: func() time.Time { return now }}
	p.Emit = func(ev *detect.Event) {
		e.See(ev, func(a *detect.Alert) {
			if a.Rule == name {
				got = append(got, a)
			}
		})
	}
	for _, l := range s.lines {
		p.Line(l)
	}
	p.Flush()
	return got
}

// Each detection finds what it is for, and is quiet about what only looks like it.
func TestDetections(t *testing.T) {
	rules, problems := detect.Load(nil, detect.Dir{Name: "detections", FS: os.DirFS(".")})
	for _, p := range problems {
		t.Error(p)
	}
	known := map[string]*detect.Rule{}
	for _, r := range rules.All {
		known[r.Name] = r
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, d := range entries {
		if !d.IsDir() {
			continue
		}
		n++
		t.Run(d.Name(), func(t *testing.T) {
			r := known[d.Name()]
			if r == nil || !r.Alerts() {
				t.Fatal("no rule of the folder's name raises alerts")
			}
			if len(r.Techniques) == 0 || r.Description == "" {
				t.Error("it says no technique, or not what it finds")
			}
			hits, quiet := samples(t, filepath.Join(d.Name(), "hits.log")), samples(t, filepath.Join(d.Name(), "quiet.log"))
			if len(hits) < 2 || len(quiet) < 3 {
				t.Errorf("%d samples that it finds and %d that it does not; 2 and 3 are the least", len(hits), len(quiet))
			}
			for _, s := range hits {
				got := replay(rules, r.Name, s)
				if len(got) == 0 {
					t.Errorf("it does not find: %s", s.shows)
				} else if len(got[0].Fields) == 0 || got[0].When.Year() != 2026 {
					t.Errorf("%s: the alert says too little: %+v", s.shows, got[0])
				}
			}
			for _, s := range quiet {
				if len(s.lines) == 0 {
					t.Errorf("an empty sample: %s", s.shows)
				}
				if got := replay(rules, r.Name, s); len(got) > 0 {
					t.Errorf("it finds what it should not: %s", s.shows)
				}
			}
		})
	}
	if n < 20 {
		t.Errorf("%d detections", n)
	}
}

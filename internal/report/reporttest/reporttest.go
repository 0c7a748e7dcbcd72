// Package reporttest holds a small but rich assessment that every format is
// tested with, a large one to measure with, and the golden files' helper. Only
// tests import it.
package reporttest

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/report"
)

// Render writes the assessment in the format and returns what came out. It
// writes twice and insists on the same bytes.
func Render(t testing.TB, f report.Format, a *report.Assessment) []byte {
	t.Helper()
	var first, second bytes.Buffer
	if err := f.Write(&first, a); err != nil {
		t.Fatalf("writing: %v", err)
	}
	if err := f.Write(&second, a); err != nil {
		t.Fatalf("writing again: %v", err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("two runs differ:\n%s", cmp.Diff(first.String(), second.String()))
	}
	return first.Bytes()
}

// Golden compares got with testdata/name of the calling package, or writes the
// file when update is set.
func Golden(t testing.TB, update bool, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update if that is right:\n%s", path, diff)
	}
}

// Failing is a writer that fails after n bytes.
type Failing struct{ N int }

func (f *Failing) Write(p []byte) (int, error) {
	if f.N < len(p) {
		n := f.N
		f.N = 0
		return n, os.ErrClosed
	}
	f.N -= len(p)
	return len(p), nil
}

// Empty is an assessment of nothing.
func Empty() *report.Assessment {
	return Finish(&report.Assessment{
		Tool:       report.Tool{Name: "demarc", Version: "1.0.0-test"},
		AssessedAt: "2026-03-14T09:26:53Z",
		Rows:       Rows(),
	}, nil, nil, nil)
}

// Finish gives the assessment its bulk parts and the summary that follows from
// them. Resources, ignored and the like are kept as they are.
func Finish(a *report.Assessment, assets []report.Asset, duties []report.Duty, findings []report.Finding) *report.Assessment {
	a.Assets, a.Duties, a.Findings = slices.Values(assets), slices.Values(duties), slices.Values(findings)
	s := &a.Summary
	s.Assets, s.Duties = len(assets), len(duties)
	s.Owners, s.Statuses = map[string]int{}, map[string]int{}
	s.Results, s.Severities = map[string]int{}, map[string]int{}
	s.Matrix = map[string]map[string]int{}
	for _, d := range duties {
		s.Owners[d.Owner]++
		s.Statuses[d.Status]++
		if s.Matrix[d.Row] == nil {
			s.Matrix[d.Row] = map[string]int{}
		}
		s.Matrix[d.Row][d.Status]++
	}
	for _, f := range findings {
		s.Results[f.Result]++
		if f.Result == report.Fail {
			s.Severities[f.Severity]++
		}
	}
	for _, u := range a.Uncovered {
		s.Uncovered += u.Count
	}
	for _, src := range a.Sources {
		s.Resources += src.Resources
		s.Gaps += len(src.Gaps)
	}
	return a
}

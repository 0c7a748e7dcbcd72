package junit

import (
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	for name, f := range map[string]Format{"by-check.xml": {}, "by-asset.xml": {ByAsset: true}} {
		reporttest.Golden(t, *update, name, reporttest.Render(t, f, reporttest.Sample()))
	}
}

func parse(t *testing.T, f Format, a *report.Assessment) root {
	t.Helper()
	out := reporttest.Render(t, f, a)
	if i := strings.IndexFunc(string(out), func(r rune) bool { return unicode.IsControl(r) && r != '\n' }); i >= 0 {
		t.Errorf("a control character at %d", i)
	}
	var r root
	if err := xml.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCountsAddUp(t *testing.T) {
	for _, f := range []Format{{}, {ByAsset: true}} {
		r := parse(t, f, reporttest.Sample())
		var sum counts
		for _, s := range r.Suites {
			stated := s.counts
			s.count()
			if diff := cmp.Diff(s.counts, stated); diff != "" {
				t.Errorf("%s: %s", s.Name, diff)
			}
			sum.add(s.counts)
		}
		// 21 findings without four that are no test case, three gaps, two types.
		want := counts{Tests: 17 + 5, Failures: 7, Errors: 1, Skipped: 1 + 3 + 2 + 2 + 2}
		if diff := cmp.Diff(want, r.counts); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", f, diff)
		}
		if sum != r.counts {
			t.Errorf("the suites have %+v, the whole %+v", sum, r.counts)
		}
	}
}

func TestUnknownResultIsNeverGreen(t *testing.T) {
	a := reporttest.Empty()
	a.Findings = slices.Values([]report.Finding{{Check: "x", Asset: "y", Result: "novel"}})
	if r := parse(t, Format{}, a); r.Skipped != 1 {
		t.Errorf("%+v", r.counts)
	}
}

func TestEmptyIsADocument(t *testing.T) {
	if r := parse(t, Format{}, reporttest.Empty()); r.Tests != 0 || len(r.Suites) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestWriteReportsTheWritersError(t *testing.T) {
	for _, n := range []int{0, 10, 5000} {
		if err := (Format{}).Write(&reporttest.Failing{N: n}, reporttest.Large(500)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

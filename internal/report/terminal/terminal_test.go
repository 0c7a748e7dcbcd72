package terminal

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// writer makes a report.Format of any of the three ways to write.
type writer func(io.Writer, *report.Assessment) error

func (f writer) Write(w io.Writer, a *report.Assessment) error { return f(w, a) }

func explain(address string, o Options) writer {
	return func(w io.Writer, a *report.Assessment) error { return Explain(w, a, address, o) }
}

// outputs are everything this package can print of the sample.
func outputs(t *testing.T, o Options) map[string][]byte {
	t.Helper()
	out := map[string][]byte{"report": reporttest.Render(t, Format{o}, reporttest.Sample())}
	for _, by := range matrix.Dimensions {
		o.By = by
		out["matrix-"+by] = reporttest.Render(t, writer(func(w io.Writer, a *report.Assessment) error { return Matrix(w, a, o) }), reporttest.Sample())
	}
	for a := range reporttest.Sample().Assets {
		out["explain-"+a.NativeType] = reporttest.Render(t, explain(a.Address, o), reporttest.Sample())
	}
	return out
}

func TestGolden(t *testing.T) {
	for _, width := range []int{80, 140} {
		for name, got := range outputs(t, Options{Width: width}) {
			reporttest.Golden(t, *update, fmt.Sprintf("%d/%s.txt", width, name), got)
		}
	}
	reporttest.Golden(t, *update, "colour/report.txt", reporttest.Render(t, Format{Options{Colour: true}}, reporttest.Sample()))
	reporttest.Golden(t, *update, "80/report-empty.txt", reporttest.Render(t, Format{}, reporttest.Empty()))
}

// Nothing of a source may command the terminal, and without colours nothing
// does at all.
func TestNothingObeyed(t *testing.T) {
	for name, got := range outputs(t, Options{Verbose: true, Limit: -1}) {
		for _, r := range string(got) {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Errorf("%s has %U", name, r)
			}
		}
	}
}

// Colour adds escape sequences of style and changes nothing else.
func TestColourAddsNothingButColour(t *testing.T) {
	coloured := outputs(t, Options{Colour: true})
	for name, want := range outputs(t, Options{}) {
		got := string(coloured[name])
		if !strings.Contains(got, "\x1b[") {
			t.Errorf("%s has no colour", name)
		}
		lines := strings.Split(ansi.Strip(got), "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		if stripped := strings.Join(lines, "\n"); stripped != string(want) {
			t.Errorf("%s reads differently with colours", name)
		}
	}
}

func TestLinesFit(t *testing.T) {
	for _, width := range []int{40, 60, 80, 100, 140, 200} {
		for name, got := range outputs(t, Options{Width: width}) {
			for line := range strings.Lines(string(got)) {
				if n := ansi.StringWidth(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%s at %d: %d wide: %s", name, width, n, line)
				}
			}
		}
	}
}

func TestReportSaysWhatIsNotKnown(t *testing.T) {
	got := strings.Join(strings.Fields(string(reporttest.Render(t, Format{}, reporttest.Sample()))), " ")
	for _, want := range []string{
		"of unknown owner", "Not verified · ", "What could not be seen", "module.vpc comes from", "4 resources have types no catalogue file covers",
		"Only configuration was read", "1 finding was known before", "The waiver expired on 2026-01-31",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if strings.Contains(got, "2028-01-01") {
		t.Error("a change in two years is not soon")
	}
}

func TestFindingsAreBounded(t *testing.T) {
	got := string(reporttest.Render(t, Format{Options{Limit: 3}}, reporttest.Large(500)))
	if !strings.Contains(got, "and 997 more") {
		t.Error("it does not say how many findings are left out")
	}
	if n := strings.Count(got, "\n"); n > 80 {
		t.Errorf("the report has %d lines", n)
	}
}

func TestExplainFindsFoldedResources(t *testing.T) {
	got := string(reporttest.Render(t, explain("aws_s3_bucket_policy.logs", Options{}), reporttest.Sample()))
	if !strings.Contains(got, "  aws_s3_bucket.logs\n") {
		t.Errorf("the bucket is not explained:\n%s", got)
	}
}

func TestExplainWithoutSuchAsset(t *testing.T) {
	err := Explain(io.Discard, reporttest.Sample(), "kms", Options{})
	if !errors.Is(err, ErrNoAsset) || !strings.Contains(err.Error(), "did you mean aws_kms_key.main?") {
		t.Errorf("got %v", err)
	}
	err = Explain(io.Discard, reporttest.Empty(), "\x1b[31mx", Options{})
	if !errors.Is(err, ErrNoAsset) || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("got %v", err)
	}
}

func TestExplainTellsSameAddressInSeveralRoots(t *testing.T) {
	a := reporttest.Empty()
	a.Assets = slices.Values([]report.Asset{{ID: "a:x.y", Address: "x.y"}, {ID: "b:x.y", Address: "x.y"}})
	var b bytes.Buffer
	if err := Explain(&b, a, "x.y", Options{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "  x.y\n"); n != 2 {
		t.Errorf("%d assets explained, want 2", n)
	}
}

func TestWriteReportsTheWritersError(t *testing.T) {
	if err := (Format{}).Write(&reporttest.Failing{N: 100}, reporttest.Sample()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

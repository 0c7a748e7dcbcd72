package digest

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

func TestPercentNeverRoundsSomethingAway(t *testing.T) {
	for _, x := range []struct {
		part, whole int
		want        string
	}{
		{0, 0, "0 %"},
		{0, 7, "0 %"},
		{7, 7, "100 %"},
		{1, 100000, "<1 %"},
		{99999, 100000, ">99 %"},
		{995, 1000, ">99 %"},
		{994, 1000, "99 %"},
		{5, 1000, "1 %"},
		{4, 1000, "<1 %"},
		{1, 3, "33 %"},
		{2, 3, "67 %"},
	} {
		if got := Percent(x.part, x.whole); got != x.want {
			t.Errorf("Percent(%d, %d) = %q, want %q", x.part, x.whole, got, x.want)
		}
	}
}

func TestHeadline(t *testing.T) {
	for _, x := range []struct {
		s    report.Summary
		want string
	}{
		{
			report.Summary{
				Assets: 412, Duties: 9120,
				Owners:   map[string]int{report.Provider: 5563, report.Customer: 3557},
				Statuses: map[string]int{report.Verified: 1657, report.Failing: 96, report.Unverified: 1804, report.Assured: 5563},
			},
			"412 assets, 9,120 duties: 61 % the provider's, 39 % yours. Of yours: 1,657 verified, 96 failing, 1,804 unverified.",
		},
		{report.Summary{}, "0 assets, no duties."},
		{
			report.Summary{
				Assets: 1, Duties: 1000, Owners: map[string]int{report.Provider: 999, report.Unknown: 1},
				Statuses: map[string]int{report.Assured: 999, report.Unverified: 1},
			},
			"1 asset, 1,000 duties: >99 % the provider's, 0 % yours, <1 % of unknown owner.",
		},
	} {
		if diff := cmp.Diff(x.want, Headline(x.s)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestDigestOfTheSample(t *testing.T) {
	d := New(reporttest.Sample(), Limits{Findings: 1})
	var failing []string
	for _, s := range d.Failing {
		failing = append(failing, s.Severity)
		if s.Count != len(s.Findings)+s.More() || len(s.Findings) > 1 {
			t.Errorf("%s: %d findings of %d, %d more", s.Severity, len(s.Findings), s.Count, s.More())
		}
	}
	if diff := cmp.Diff([]string{"critical", "high", "medium"}, failing); diff != "" {
		t.Error(diff)
	}
	if d.Baseline != 1 {
		t.Errorf("%d in the baseline, want 1", d.Baseline)
	}
	if len(d.Unowned) != 1 || d.Unowned[0].Responsibility != "guest-os.deploy" {
		t.Errorf("unowned: %+v", d.Unowned)
	}
	n := 0
	for _, u := range d.Unverified {
		n += u.Duties
	}
	s := reporttest.Sample().Summary
	if want := s.Statuses[report.Unverified] - s.Owners[report.Unknown]; n != want {
		t.Errorf("%d unverified duties, want %d", n, want)
	}
	// A change two years ahead is not soon.
	for _, c := range d.Changes {
		if c.On != "2026-10-01" || c.Address != `aws_lambda_function.report["a=b"]` {
			t.Errorf("change %+v", c)
		}
	}
	if len(d.Changes) != 2 {
		t.Errorf("%d changes, want 2", len(d.Changes))
	}
	if !d.Gaps[0].Error {
		t.Error("the broken input is not the first gap")
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{
		"", "plain", reporttest.NastyEscape, reporttest.NastyLines, reporttest.NastyBidi, reporttest.NastyInvalid,
		"\x1b\x1b[31m[31m", "\x1b]0;never ended", "\u009b31m", "日本語 Zoë", "\x1bPq#0\x1b\\after",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Line(s)
		if i := strings.IndexFunc(got, func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
		}); i >= 0 {
			t.Errorf("%q keeps a control character at %d", got, i)
		}
		if again := Line(got); again != got {
			t.Errorf("%q becomes %q the second time", got, again)
		}
	})
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		reporttest.NastyEscape: "red link",
		"Zoë 日本語":              "Zoë 日本語",
		"a\nb\tc":              "a b c",
		"\x1b]0;no end":        "\uFFFD]0;no end",
		"a\u202eb":             "a\uFFFDb",
		"x\xffy":               "x\uFFFDy",
	} {
		if got := Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBlockKeepsLines(t *testing.T) {
	if got, want := Block("a {\r\n\tb\x1b[1m = 1\x07\n}"), "a {\n b = 1\uFFFD\n}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryStatusHasItsOwnSymbol(t *testing.T) {
	var seen []string
	for _, s := range []string{
		report.Failing, report.Unverified, report.Lapsed, report.Unassured, report.Waived, report.Verified, report.Assured,
	} {
		if x := Symbol(s); slices.Contains(seen, x) {
			t.Errorf("%s shares the symbol %s", s, x)
		} else {
			seen = append(seen, x)
		}
		if Meaning(s) == "" {
			t.Errorf("%s has no meaning", s)
		}
	}
}

func TestShareNeverRoundsAway(t *testing.T) {
	for _, c := range []struct {
		n, of int
		want  string
	}{{0, 0, "–"}, {0, 10, "0 %"}, {10, 10, "100 %"}, {1, 100_000, "<1 %"}, {99_999, 100_000, ">99 %"}, {1, 3, "33 %"}} {
		if got := Share(c.n, c.of); got != c.want {
			t.Errorf("Share(%d, %d) = %q, want %q", c.n, c.of, got, c.want)
		}
	}
}

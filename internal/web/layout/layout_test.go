package layout

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/tenant"
)

func TestWords(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for got, want := range map[string]string{
		Number(1234567):                   "1\u2009234\u2009567",
		Number(-1000):                     "-1\u2009000",
		Number(7):                         "7",
		Ago(now.Add(-2*time.Hour), now):   "2 hours ago",
		Ago(now.Add(-30*time.Hour), now):  "1 day ago",
		Ago(now.Add(-3*time.Second), now): "just now",
		Ago(now.Add(48*time.Hour), now):   "in 2 days",
		Ago(time.Time{}, now):             "never",
		Word("business-unit"):             "Business unit",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestURLs(t *testing.T) {
	r := httptest.NewRequest("GET", "/findings?severity=high&severity=low&cursor=abc&q=x", nil)
	for got, want := range map[string]string{
		Without(r, "severity", "high"): "/findings?q=x&severity=low",
		Without(r, "severity", ""):     "/findings?q=x",
		With(r, "sort", "age"):         "/findings?q=x&severity=high&severity=low&sort=age",
		With(r, "cursor", "d"):         "/findings?cursor=d&q=x&severity=high&severity=low",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What comes from outside is text on the page, and there is no script or style
// in it that the policy would refuse.
func TestShell(t *testing.T) {
	var b strings.Builder
	p := Page{Title: `<script>alert(1)</script>`, Place: "assets", Org: `"><img>`, Problem: "<b>", Who: tenant.Who{Actor: tenant.Actor{Name: "<i>"}}}
	if err := Shell(p).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, bad := range []string{"<script>", "<img", "<b>", "<i>", "style=", "onclick", "<style"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if strings.Count(page, `aria-current="page"`) != 1 {
		t.Error("not one place is the current one")
	}
}

func TestAdvice(t *testing.T) {
	for text, want := range map[string]string{
		"Do it.":                    "Do it.",
		"Set `a < b` so.":           "Set <code>a &lt; b</code> so.",
		"`a` first":                 "<code>a</code> first",
		"Run this:\n  do `it`\nnow": `Run this: <pre class="expression" tabindex="0">  do ` + "`it`" + "\nnow</pre>",
		"An odd ` one":              "An odd <code> one</code>",
		"A line\n":                  "A line",
	} {
		var b strings.Builder
		if err := Advice(text).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(b.String()); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

package markdown

import (
	"errors"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	reporttest.Golden(t, *update, "sample.md", reporttest.Render(t, Format{}, reporttest.Sample()))
	reporttest.Golden(t, *update, "services.md", reporttest.Render(t, Format{By: "service", Limit: 1}, reporttest.Sample()))
	reporttest.Golden(t, *update, "empty.md", reporttest.Render(t, Format{}, reporttest.Empty()))
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":        "plain text",
		"*b* _i_ `c`":       "\\*b\\* \\_i\\_ \\`c\\`",
		"![x](http://e/x)":  `\!\[x\]\(http&#58;//e/x\)`,
		"<img onerror=x>":   "&lt;img onerror=x&gt;",
		"a | b":             `a \| b`,
		"@everyone #1":      "@<!-- -->everyone #<!-- -->1",
		"- item":            `\- item`,
		"12. item":          `12\. item`,
		"one\n# two":        "one #<!-- --> two",
		"&lt;b&gt;":         "&amp;lt;b&amp;gt;",
		"http://e www.e.de": "http&#58;//e www&#46;e.de",
		"\x1b[31mred":       "red",
		"$x$":               "$<!-- -->x$<!-- -->",
		"~~gone~~":          `\~\~gone\~\~`,
	} {
		if got := escape(in); got != want {
			t.Errorf("escape(%q) = %q, want %q", in, got, want)
		}
	}
}

// No tag, link or mention stands in the comment but the package's own.
func TestNothingObeyed(t *testing.T) {
	got := string(reporttest.Render(t, Format{Limit: -1}, reporttest.Sample()))
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(got, -1) {
		switch tag {
		case "<details>", "</details>", "<summary>", "</summary>", "<b>", "</b>", "<sub>", "</sub>", "<code>", "</code>", "<!-- -->":
		default:
			t.Errorf("the comment has the tag %s", tag)
		}
	}
	parted := strings.ReplaceAll(got, "@<!-- -->", "")
	for _, bad := range []string{"](", "://", "@", "\x1b"} {
		if strings.Contains(parted, bad) {
			t.Errorf("the comment has %q", bad)
		}
	}
}

func TestSaysWhatIsNotKnown(t *testing.T) {
	got := string(reporttest.Render(t, Format{}, reporttest.Sample()))
	for _, want := range []string{"Not verified: 16 of your duties, and 1 of unknown owner", "What could not be seen: 3 gaps, 4 resources", "known before (baseline)", "of unknown owner"} {
		if !strings.Contains(got, want) {
			t.Errorf("the comment does not say %q", want)
		}
	}
}

func TestFitsAComment(t *testing.T) {
	got := string(reporttest.Render(t, Format{}, reporttest.Large(2000)))
	if len(got) > MaxBytes {
		t.Errorf("%d bytes", len(got))
	}
	if !strings.Contains(got, "more") {
		t.Error("it does not say that findings are left out")
	}
}

func TestWriteReportsTheWritersError(t *testing.T) {
	if err := (Format{}).Write(&reporttest.Failing{N: 100}, reporttest.Sample()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

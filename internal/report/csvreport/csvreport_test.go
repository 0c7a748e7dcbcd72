package csvreport

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	for name, f := range map[string]Format{"findings.csv": {}, "duties.csv": {Duties: true}} {
		got := reporttest.Render(t, f, reporttest.Sample())
		// In the repository lines end in LF, so that it reads well everywhere.
		reporttest.Golden(t, *update, name, bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")))
	}
}

func TestEveryLineHasEveryColumn(t *testing.T) {
	sample := reporttest.Sample()
	for f, want := range map[Format]int{{}: 21, {Duties: true}: sample.Summary.Duties} {
		lines, err := csv.NewReader(bytes.NewReader(reporttest.Render(t, f, sample))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) != want+1 {
			t.Errorf("%+v: %d lines, want %d and the head", f, len(lines), want)
		}
		for _, l := range lines {
			for _, c := range l {
				if c != "" && strings.ContainsAny(c[:1], "=+-@\t\r") {
					t.Errorf("%q is a formula", c)
				}
			}
		}
	}
}

func TestSafe(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"plain":              "plain",
		"a=b":                "a=b",
		"日本":                 "日本",
		reporttest.NastyName: "'" + reporttest.NastyName,
		"+1":                 "'+1",
		"-1":                 "'-1",
		"@SUM(A1)":           "'@SUM(A1)",
		"\t=1":               "'=1",
		"\r=1":               "'=1",
		"\n=1":               "'=1",
		"  =1":               "'=1",
		"\"=1":               "'\"=1",
		"＝1":                 "'＝1",
		"\x1b[31m=1":         "'=1",
		"|cmd":               "'|cmd",
	} {
		if got := safe(in); got != want {
			t.Errorf("safe(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWriteReportsTheWritersError(t *testing.T) {
	for _, f := range []Format{{}, {Duties: true}} {
		if err := f.Write(&reporttest.Failing{N: 100}, reporttest.Large(500)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}

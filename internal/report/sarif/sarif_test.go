package sarif

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var everything = Format{Indent: true, Passes: true, NotApplicable: true, Category: "prod"}

func TestGolden(t *testing.T) {
	reporttest.Golden(t, *update, "sample.sarif", reporttest.Render(t, everything, reporttest.Sample()))
}

func TestOutputIsValid(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]*report.Assessment{"sample": reporttest.Sample(), "empty": reporttest.Empty(), "large": reporttest.Large(3)} {
		for _, f := range []Format{{}, everything} {
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(reporttest.Render(t, f, a)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s %+v: %v", name, f, err)
			}
		}
	}
}

type log struct {
	Runs []struct {
		Tool    tool     `json:"tool"`
		Results []result `json:"results"`
	} `json:"runs"`
}

func parse(t *testing.T, f Format, a *report.Assessment) log {
	t.Helper()
	var l log
	if err := json.Unmarshal(reporttest.Render(t, f, a), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestKinds(t *testing.T) {
	count := func(f Format) map[string]int {
		n := map[string]int{}
		for _, r := range parse(t, f, reporttest.Sample()).Runs[0].Results {
			kind := r.Kind
			if len(r.Suppressions) > 0 {
				kind += " suppressed"
			}
			n[kind]++
			if (r.Kind == "fail") == (r.Level == "none") {
				t.Errorf("kind %s with level %s", r.Kind, r.Level)
			}
		}
		return n
	}
	if diff := cmp.Diff(map[string]int{"fail": 8, "fail suppressed": 2, "open": 3}, count(Format{})); diff != "" {
		t.Errorf("by default (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"fail": 8, "fail suppressed": 2, "open": 3, "pass": 4, "notApplicable": 4}, count(everything)); diff != "" {
		t.Errorf("with everything (-want +got):\n%s", diff)
	}
}

func TestRuleIndexPointsToTheRule(t *testing.T) {
	run := parse(t, everything, reporttest.Sample()).Runs[0]
	for _, r := range run.Results {
		if r.RuleIndex == nil || run.Tool.Driver.Rules[*r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s points to another rule", r.RuleID)
		}
	}
}

func TestUnknownResultIsNeverAPass(t *testing.T) {
	a := reporttest.Empty()
	a.Findings = slices.Values([]report.Finding{{Check: "x", Result: "novel", Severity: "novel"}})
	r := parse(t, Format{}, a).Runs[0].Results
	if len(r) != 1 || r[0].Kind != "open" || r[0].RuleIndex != nil {
		t.Errorf("%+v", r)
	}
}

func TestArtifact(t *testing.T) {
	for file, want := range map[string]artifactLocation{
		"infra/stage dir/fn#1.tf": {"infra/stage%20dir/fn%231.tf", sourceRoot},
		"./a//b.tf":               {"a/b.tf", sourceRoot},
		"a:b.tf":                  {"./a:b.tf", sourceRoot},
		"日本.tf":                   {"%E6%97%A5%E6%9C%AC.tf", sourceRoot},
		"100%.tf":                 {"100%25.tf", sourceRoot},
		"/abs/x.tf":               {"file:///abs/x.tf", ""},
		"javascript:alert(1)":     {"./javascript:alert%281%29", sourceRoot},
	} {
		if diff := cmp.Diff(want, artifact(file)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
	if l := locations(estate.Location{File: "a", Line: 5, EndLine: 2}, ""); l[0].Physical.Region.EndLine != 0 {
		t.Error("a region ends before it begins")
	}
}

func TestMessagesHoldNoLinks(t *testing.T) {
	for _, r := range parse(t, everything, reporttest.Sample()).Runs[0].Results {
		if strings.Contains(r.Message.Text, "](") {
			t.Errorf("%q has a link", r.Message.Text)
		}
	}
	if got := message("![x](http://evil)").Text; strings.Contains(got, "](") {
		t.Errorf("%q is a link", got)
	}
}

func TestWriteReportsTheWritersError(t *testing.T) {
	if err := (Format{}).Write(&reporttest.Failing{N: 100}, reporttest.Large(500)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

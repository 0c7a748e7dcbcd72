// Package junit writes the findings of an assessment as JUnit XML, for build
// servers that show test results.
//
// A check on an asset is a test case. What fails is a failure; what is waived,
// known before or unknown is skipped and says why, and so is what could not be
// seen at all: it is counted and never green. What does not apply or is the
// provider's is no test case.
package junit

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
)

// Format writes JUnit XML with one suite for each check.
type Format struct {
	ByAsset bool // one suite for each asset instead
}

var _ report.Format = Format{}

type root struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	counts
	Time   string  `xml:"time,attr"`
	Suites []suite `xml:"testsuite"`
}

type suite struct {
	Name string `xml:"name,attr"`
	counts
	Time      string `xml:"time,attr"`
	Timestamp string `xml:"timestamp,attr,omitempty"`
	Cases     []test `xml:"testcase"`
}

type counts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type test struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Time    string   `xml:"time,attr"`
	Failure *outcome `xml:"failure"`
	Error   *outcome `xml:"error"`
	Skipped *outcome `xml:"skipped"`
}

type outcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// Write writes the document. It holds the findings in memory, since a suite
// says first how many cases it has and build servers do the same.
func (f Format) Write(w io.Writer, a *report.Assessment) error {
	r := root{Name: "Demarc", Time: "0", Suites: f.suites(a)}
	if s := unseen(a); len(s.Cases) > 0 {
		r.Suites = append(r.Suites, s)
	}
	for i := range r.Suites {
		s := &r.Suites[i]
		s.Time, s.Timestamp = "0", timestamp(a.AssessedAt)
		s.count()
		r.add(s.counts)
	}
	buffered := bufio.NewWriter(w)
	buffered.WriteString(xml.Header)
	enc := xml.NewEncoder(buffered)
	enc.Indent("", "  ")
	err := enc.Encode(r)
	if err == nil {
		buffered.WriteByte('\n')
		err = buffered.Flush() // a bufio.Writer keeps its first error
	}
	if err != nil {
		return fmt.Errorf("writing the JUnit report: %w", err)
	}
	return nil
}

// suites groups the test cases: checks in the order of the findings, assets in
// the order of their addresses.
func (f Format) suites(a *report.Assessment) []suite {
	var out []suite
	index := map[string]int{}
	if a.Findings == nil {
		return nil
	}
	for x := range a.Findings {
		c, ok := f.test(x)
		if !ok {
			continue
		}
		key, name := x.Check, x.Check+": "+x.Title
		if f.ByAsset {
			key, name = x.Asset, x.Address
		}
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, suite{Name: digest.Line(name)})
		}
		out[i].Cases = append(out[i].Cases, c)
	}
	if f.ByAsset {
		slices.SortStableFunc(out, func(x, y suite) int { return cmp.Compare(x.Name, y.Name) })
	}
	return out
}

func (f Format) test(x report.Finding) (test, bool) {
	c := test{Name: digest.Line(x.Address), Class: digest.Line(x.Check), Time: "0"}
	if f.ByAsset {
		c.Name, c.Class = c.Class, c.Name
	}
	message := digest.Line(x.Message)
	switch {
	case x.Result == report.NotApplicable || x.Result == report.ProviderOwned:
		return c, false
	case x.Result == report.Pass:
	case x.Result == report.Fail && x.Baseline:
		c.Skipped = &outcome{Message: "known before (baseline): " + message}
	case x.Result == report.Fail:
		c.Failure = &outcome{Message: message, Type: digest.Line(x.Severity), Text: detail(x)}
	case x.Result == report.ResultWaived:
		c.Skipped = &outcome{Message: "waived" + waiver(x.Waiver) + ": " + message}
	default:
		c.Skipped = &outcome{Message: "not verified: " + message}
	}
	return c, true
}

func detail(x report.Finding) string {
	var lines []string
	line := func(name, s string) {
		if s = digest.Block(s); s != "" {
			lines = append(lines, name+": "+s)
		}
	}
	line("check", x.Check+", "+x.Title)
	line("severity", x.Severity)
	line("asset", x.Address)
	line("at", digest.At(x.Location))
	line("attribute", x.Attribute)
	line("responsibility", x.Responsibility)
	line("team", x.Team)
	if x.Waiver != nil && x.Waiver.Expired {
		line("waiver", "expired on "+x.Waiver.Until)
	}
	line("why", x.Why)
	line("fix", x.Remediation)
	line("controls", strings.Join(x.Controls, ", "))
	line("fingerprint", x.Fingerprint)
	return "\n" + strings.Join(lines, "\n") + "\n"
}

func waiver(w *report.Waiver) string {
	if w == nil {
		return ""
	}
	var s string
	if w.By != "" {
		s += " by " + digest.Line(w.By)
	}
	if w.Until != "" {
		s += " until " + digest.Line(w.Until)
	}
	if w.Reason != "" {
		s += " (" + digest.Line(w.Reason) + ")"
	}
	return s
}

// unseen is the suite of what could not be looked at.
func unseen(a *report.Assessment) suite {
	s := suite{Name: "what could not be seen"}
	for _, src := range a.Sources {
		for _, g := range src.Gaps {
			name := digest.Line(g.What)
			if at := digest.At(g.Location); at != "" {
				name = at + ": " + name
			}
			c := test{Name: name, Class: digest.Line(src.Path), Time: "0"}
			o := &outcome{Message: digest.Line(strings.Join([]string{g.What, g.Mend}, " ")), Type: digest.Line(g.Kind)}
			if g.Error {
				c.Error = o
			} else {
				o.Type = "" // skipped has no type
				c.Skipped = o
			}
			s.Cases = append(s.Cases, c)
		}
	}
	for _, u := range a.Uncovered {
		s.Cases = append(s.Cases, test{
			Name: digest.Line(u.Type), Class: "uncovered", Time: "0",
			Skipped: &outcome{Message: digest.Plural(u.Count, "resource", "resources") + " of a type no catalogue file covers"},
		})
	}
	return s
}

func (s *suite) count() {
	s.counts = counts{Tests: len(s.Cases)}
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

func (c *counts) add(o counts) {
	c.Tests += o.Tests
	c.Failures += o.Failures
	c.Errors += o.Errors
	c.Skipped += o.Skipped
}

// timestamp is the time without a zone, as the JUnit schemas have it.
func timestamp(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05")
}

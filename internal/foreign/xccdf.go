package foreign

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Bounds on an XML report.
const (
	maxElements  = 50_000_000
	maxXMLDepth  = 256
	maxXCCDFRule = 200_000
)

type xccdfRule struct {
	ID       string   `xml:"id,attr"`
	Severity string   `xml:"severity,attr"`
	Title    string   `xml:"title"`
	FixText  xmlText  `xml:"fixtext"`
	Refs     []xmlRef `xml:"reference"`
	Idents   []ident  `xml:"ident"`
}

type xmlText struct {
	Text string `xml:",chardata"`
}

type xmlRef struct {
	Href string `xml:"href,attr"`
	Text string `xml:",chardata"`
}

type ident struct {
	System string `xml:"system,attr"`
	Text   string `xml:",chardata"`
}

type xccdfResult struct {
	Rule     string  `xml:"idref,attr"`
	Severity string  `xml:"severity,attr"`
	Result   string  `xml:"result"`
	Idents   []ident `xml:"ident"`
	Override []struct {
		Old    string `xml:"old-result"`
		New    string `xml:"new-result"`
		Remark string `xml:"remark"`
	} `xml:"override"`
}

func detectXML(text string) Kind {
	for _, name := range []string{"asset-report-collection", "TestResult", "xccdf"} {
		if strings.Contains(text, name) {
			return XCCDF
		}
	}
	return ""
}

// readXCCDF takes XCCDF results, alone or in a benchmark, and ARF. The decoder
// knows no external entities, and of the standard ones only.
func readXCCDF(r *report) error {
	file, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer file.Close()
	x := &xccdf{report: r, dec: xml.NewDecoder(bufio.NewReaderSize(file, 64<<10)), rules: map[string]xccdfRule{}}
	x.dec.CharsetReader = latin
	for {
		token, err := x.dec.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return x.broken(err)
		}
		if err := x.take(token); err != nil {
			return err
		}
	}
}

// latin reads the encodings that need no table.
func latin(charset string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(charset) {
	case "utf-8", "us-ascii", "ascii":
		return in, nil
	}
	return nil, fmt.Errorf("the encoding %q is not read", clean(charset, 40))
}

// xccdf is a position in the document.
type xccdf struct {
	*report
	dec      *xml.Decoder
	rules    map[string]xccdfRule
	depth    int
	elements int
	host     string
}

func (x *xccdf) line() int {
	line, _ := x.dec.InputPos()
	return line
}

func (x *xccdf) broken(err error) error {
	if x.ctx.Err() != nil {
		return x.ctx.Err()
	}
	what := "the report breaks off here"
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) && syntax.Msg != "unexpected EOF" {
		what = "is not XML from here on: " + clean(syntax.Msg, 200)
	} else if syntax == nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		what = clean(err.Error(), 200)
	}
	return &brokenError{x.line(), what}
}

func (x *xccdf) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.EndElement:
		x.depth--
	case xml.StartElement:
		x.depth++
		if x.elements++; x.elements > maxElements || x.depth > maxXMLDepth {
			return &brokenError{x.line(), "is nested too deep, or holds too many elements"}
		}
		if x.elements%4096 == 0 && x.ctx.Err() != nil {
			return x.ctx.Err()
		}
		return x.element(t)
	}
	return nil
}

// element takes those elements that are decoded whole; the others are entered.
func (x *xccdf) element(t xml.StartElement) error {
	line := x.line()
	decode := func(into any) error {
		x.depth-- // its end is consumed
		if err := x.dec.DecodeElement(into, &t); err != nil {
			return x.broken(err)
		}
		return nil
	}
	switch t.Name.Local {
	case "Rule":
		var rule xccdfRule
		if err := decode(&rule); err != nil {
			return err
		}
		if len(x.rules) < maxXCCDFRule {
			x.rules[rule.ID] = rule
		}
	case "TestResult":
		x.host = ""
	case "target":
		var host string
		if err := decode(&host); err != nil {
			return err
		}
		x.host = cmp.Or(x.host, strings.TrimSpace(host))
	case "rule-result":
		var res xccdfResult
		if err := decode(&res); err != nil {
			return err
		}
		return x.result(line, &res)
	case "oval_definitions", "oval_results", "oval_system_characteristics": // how each answer was found, which is most of a report
		x.depth--
		if err := x.dec.Skip(); err != nil {
			return x.broken(err)
		}
	}
	return nil
}

func (x *xccdf) result(line int, res *xccdfResult) error {
	rule := x.rules[res.Rule]
	f := Finding{
		Tool: "openscap", At: line, Rule: ruleName(res.Rule), Title: cmp.Or(rule.Title, ruleName(res.Rule)), Class: Hardening,
		Severity: severity(cmp.Or(res.Severity, rule.Severity)), Host: x.host, Remediation: rule.FixText.Text,
	}
	switch strings.TrimSpace(res.Result) {
	case "pass", "fixed":
		f.Outcome = Pass
	case "fail":
		f.Outcome = Fail
	case "error", "unknown":
		f.Outcome = Unknown
	default:
		return nil // notapplicable, notchecked, notselected, informational: not asked
	}
	for _, o := range res.Override {
		if strings.TrimSpace(o.Old) == "fail" && strings.TrimSpace(o.New) != "fail" {
			f.Outcome, f.Suppressed = Fail, cmp.Or(strings.TrimSpace(o.Remark), "overridden in the results")
		}
	}
	for _, i := range append(rule.Idents, res.Idents...) {
		if advisory.MatchString(strings.TrimSpace(i.Text)) && strings.Contains(i.System, "cve") {
			f.Class = OSPackage // whether the package with the hole is there
		}
	}
	for _, ref := range rule.Refs[:min(len(rule.Refs), maxList)] {
		f.References = append(f.References, ref.Href)
		if strings.Contains(ref.Href, "nist") && ref.Text != "" {
			f.Controls = append(f.Controls, "NIST-800-53 "+strings.TrimSpace(ref.Text))
		}
	}
	return x.give(f)
}

// ruleName is a rule's id without what every one of them begins with.
func ruleName(id string) string {
	if _, after, ok := strings.Cut(id, "_rule_"); ok && strings.HasPrefix(id, "xccdf_") {
		return after
	}
	return id
}

package foreign

import (
	"cmp"
	"encoding/xml"
	"strings"
)

// maxXCCDFRule bounds the rules that are kept for the results behind them.
const maxXCCDFRule = 200_000

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

// readXCCDF takes XCCDF results, alone or in a benchmark, and ARF.
func readXCCDF(r *report) error {
	x := &xccdf{rules: map[string]xccdfRule{}}
	return r.walk(func(m *markup, t xml.StartElement) error { return x.element(m, t) })
}

// xccdf is what the results of a document refer to.
type xccdf struct {
	rules map[string]xccdfRule
	host  string
}

// element takes those elements that are decoded whole; the others are entered.
func (x *xccdf) element(m *markup, t xml.StartElement) error {
	line := m.line()
	switch t.Name.Local {
	case "Rule":
		var rule xccdfRule
		if err := m.decode(t, &rule); err != nil {
			return err
		}
		if len(x.rules) < maxXCCDFRule {
			x.rules[rule.ID] = rule
		}
	case "TestResult":
		x.host = ""
	case "target":
		var host string
		if err := m.decode(t, &host); err != nil {
			return err
		}
		x.host = cmp.Or(x.host, strings.TrimSpace(host))
	case "rule-result":
		var res xccdfResult
		if err := m.decode(t, &res); err != nil {
			return err
		}
		return x.result(m, line, &res)
	case "oval_definitions", "oval_results", "oval_system_characteristics": // how each answer was found, which is most of a report
		return m.skip()
	}
	return nil
}

func (x *xccdf) result(m *markup, line int, res *xccdfResult) error {
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
	return m.give(f)
}

// ruleName is a rule's id without what every one of them begins with.
func ruleName(id string) string {
	if _, after, ok := strings.Cut(id, "_rule_"); ok && strings.HasPrefix(id, "xccdf_") {
		return after
	}
	return id
}

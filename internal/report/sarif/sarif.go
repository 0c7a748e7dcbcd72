// Package sarif writes the findings of an assessment as SARIF 2.1.0, for code
// hosts and editors.
//
// SARIF knows results, not duties, so this format holds less than the others;
// what could not be seen is told as notifications of the run. The structs are
// our own because the results stream: an estate with a million findings does
// not fit a document model in memory.
package sarif

import (
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
	"github.com/demarc-sec/demarc/internal/report/jsonstream"
)

const (
	schemaURI      = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	informationURI = "https://github.com/demarc-sec/demarc"
	sourceRoot     = "%SRCROOT%"
)

// Format writes SARIF. Results that fail, that are waived and that are unknown
// are always written.
type Format struct {
	Indent        bool
	Passes        bool   // write what passes, too
	NotApplicable bool   // write what does not apply or is the provider's, too
	Category      string // tells several reports on one commit apart
}

var _ report.Format = Format{}

// Write writes one log with one run.
func (f Format) Write(w io.Writer, a *report.Assessment) error {
	baseline := usesBaseline(a)
	rules := map[string]int{}
	for i, c := range a.Checks {
		rules[c.ID] = i
	}
	e := jsonstream.New(w, f.Indent)
	e.Begin("")
	e.Member("$schema", schemaURI)
	e.Member("version", "2.1.0")
	e.BeginArray("runs")
	e.Begin("")
	e.Member("tool", toolOf(a))
	if f.Category != "" {
		e.Member("automationDetails", automation{ID: strings.TrimSuffix(f.Category, "/") + "/"})
	}
	e.Member("invocations", []invocation{invoked(a)})
	e.Member("originalUriBaseIds", map[string]baseURI{sourceRoot: {Description: text{"What was named on the command line is relative to this directory."}}})
	e.Member("columnKind", "utf16CodeUnits")
	jsonstream.Array(e, "results", func(yield func(result) bool) {
		if a.Findings == nil {
			return
		}
		for x := range a.Findings {
			if r, ok := f.result(x, rules, baseline); ok && !yield(r) {
				return
			}
		}
	})
	e.Member("properties", runProperties{Headline: digest.Headline(a.Summary), Summary: a.Summary, Limitations: a.Limitations})
	e.End()
	e.EndArray()
	e.End()
	if err := e.Close(); err != nil {
		return fmt.Errorf("writing the SARIF report: %w", err)
	}
	return nil
}

// usesBaseline reports whether any finding was known before. SARIF wants the
// state of every result or of none.
func usesBaseline(a *report.Assessment) bool {
	if a.Findings == nil {
		return false
	}
	for f := range a.Findings {
		if f.Baseline {
			return true
		}
	}
	return false
}

func toolOf(a *report.Assessment) tool {
	d := driver{Name: "Demarc", Version: a.Tool.Version, InformationURI: informationURI, Rules: []rule{}}
	for _, c := range a.Checks {
		d.Rules = append(d.Rules, ruleOf(c))
	}
	return tool{d}
}

func ruleOf(c report.Check) rule {
	r := rule{
		ID: c.ID, ShortDescription: text{digest.Line(c.Title)}, FullDescription: text{digest.Line(c.Title)},
		Help: help(c), HelpURI: firstURL(c.References), DefaultConfiguration: configuration{level(c.Severity)},
		Properties: ruleProperties{
			Tags: append([]string{"security", c.Responsibility}, c.Controls...), Severity: securitySeverity(c.Severity),
			Responsibility: c.Responsibility, Precision: "very-high", Level: c.Severity,
		},
	}
	if c.Why != "" {
		r.FullDescription = text{digest.Line(c.Why)}
	}
	// A code host refuses a rule with more than twenty tags.
	r.Properties.Tags = r.Properties.Tags[:min(len(r.Properties.Tags), 20)]
	return r
}

func help(c report.Check) multiText {
	var plain, md []string
	part := func(title, body string) {
		if body = digest.Block(body); body != "" {
			plain = append(plain, title+": "+body)
			md = append(md, "**"+title+"**\n\n"+body)
		}
	}
	part("Why it matters", c.Why)
	part("What to do", c.Remediation)
	part("Responsibility", c.Responsibility)
	part("Controls", strings.Join(c.Controls, ", "))
	if len(c.References) > 0 {
		var list []string
		for _, r := range c.References {
			list = append(list, "- "+digest.Line(r))
		}
		plain = append(plain, "References:\n"+strings.Join(list, "\n"))
		md = append(md, "**References**\n\n"+strings.Join(list, "\n"))
	}
	return multiText{strings.Join(plain, "\n\n"), strings.Join(md, "\n\n")}
}

func firstURL(references []string) string {
	for _, r := range references {
		if u, err := url.Parse(r); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
			return u.String()
		}
	}
	return ""
}

// invoked tells what the run could not see.
func invoked(a *report.Assessment) invocation {
	i := invocation{ExecutionSuccessful: true, EndTimeUTC: a.AssessedAt, Notifications: []notification{}}
	for _, s := range a.Sources {
		for _, g := range s.Gaps {
			n := notification{Level: "warning", Message: message(g.What, g.Mend), Descriptor: descriptor{"gap/" + g.Kind}, Locations: locations(g.Location, "")}
			if g.Error {
				n.Level = "error"
				i.ExecutionSuccessful = false
			}
			i.Notifications = append(i.Notifications, n)
		}
	}
	for _, u := range a.Uncovered {
		i.Notifications = append(i.Notifications, notification{
			Level: "warning", Descriptor: descriptor{"uncovered"},
			Message: message(fmt.Sprintf("Nothing is known about %s of type %s: no catalogue file covers it.", digest.Plural(u.Count, "resource", "resources"), u.Type)),
		})
	}
	return i
}

func (f Format) result(x report.Finding, rules map[string]int, baseline bool) (result, bool) {
	r := result{
		RuleID: x.Check, Kind: "fail", Level: level(x.Severity), Message: message(x.Message, x.Remediation),
		Locations:           locations(x.Location, x.Address),
		PartialFingerprints: map[string]string{"demarc/v1": x.Fingerprint, "primaryLocationLineHash": x.Fingerprint},
		Properties: resultProperties{
			Asset: x.Asset, Owner: x.Owner, Team: x.Team, Responsibility: x.Responsibility, Row: x.Row,
			Severity: x.Severity, Result: x.Result, Attribute: x.Attribute, Aliases: x.Aliases, Controls: x.Controls, Waiver: x.Waiver,
			Tool: x.Tool, Count: x.Count, AlsoReportedBy: x.AlsoReportedBy,
		},
	}
	if i, ok := rules[x.Check]; ok {
		r.RuleIndex = &i
	}
	switch x.Result {
	case report.Fail:
		if x.Waiver != nil && x.Waiver.Expired {
			r.Message = message(x.Message, "The waiver expired on "+x.Waiver.Until+".", x.Remediation)
		}
	case report.ResultWaived:
		r.Suppressions = []suppression{suppressed(x.Waiver)}
	case report.Pass:
		r.Kind = "pass"
	case report.NotApplicable, report.ProviderOwned:
		r.Kind = "notApplicable"
	default:
		// "Open" is SARIF's word for too little information to decide.
		r.Kind = "open"
	}
	if r.Kind != "fail" {
		r.Level = "none"
		r.Message = message(x.Message)
	}
	if baseline {
		r.BaselineState = "new"
		if x.Baseline {
			r.BaselineState = "unchanged"
		}
	}
	wanted := r.Kind == "fail" || r.Kind == "open" || r.Kind == "pass" && f.Passes || r.Kind == "notApplicable" && f.NotApplicable
	return r, wanted
}

func suppressed(w *report.Waiver) suppression {
	s := suppression{Kind: "external", Status: "accepted"}
	if w == nil {
		return s
	}
	if strings.HasPrefix(w.Source, "comment") {
		s.Kind = "inSource"
	}
	var why []string
	if w.Reason != "" {
		why = append(why, digest.Line(w.Reason))
	}
	if w.By != "" {
		why = append(why, "by "+digest.Line(w.By))
	}
	if w.Until != "" {
		why = append(why, "until "+digest.Line(w.Until))
	}
	why = append(why, "("+digest.Line(w.Source)+")")
	s.Justification = strings.Join(why, " ")
	return s
}

// message joins the parts to one text. SARIF reads [text](target) as a link,
// which what a user wrote must never become.
func message(parts ...string) text {
	var out []string
	for _, p := range parts {
		if p = digest.Line(p); p != "" {
			out = append(out, p)
		}
	}
	joined := strings.ReplaceAll(strings.Join(out, " "), "](", "] (")
	if joined == "" {
		joined = "No message."
	}
	return text{joined}
}

func locations(at estate.Location, address string) []location {
	var l location
	if at.File != "" {
		p := physical{Artifact: artifact(at.File)}
		if at.Line > 0 {
			p.Region = &region{StartLine: at.Line}
			if at.EndLine >= at.Line {
				p.Region.EndLine = at.EndLine
			}
		}
		l.Physical = &p
	}
	if address != "" {
		l.Logical = []logical{{FullyQualifiedName: digest.Line(address), Kind: "resource"}}
	}
	if l.Physical == nil && l.Logical == nil {
		return nil
	}
	return []location{l}
}

func artifact(file string) artifactLocation {
	if path.IsAbs(file) {
		return artifactLocation{URI: (&url.URL{Scheme: "file", Path: file}).String()}
	}
	return artifactLocation{URI: (&url.URL{Path: path.Clean(file)}).String(), URIBaseID: sourceRoot}
}

func level(severity string) string {
	switch severity {
	case "critical", "high":
		return "error"
	case "low":
		return "note"
	}
	return "warning"
}

// securitySeverity is the number code hosts sort by, in the middle of the
// range they give each severity.
func securitySeverity(severity string) string {
	i := slices.Index(report.Severities, severity)
	if i < 0 {
		return "5.5"
	}
	return []string{"9.5", "8.0", "5.5", "2.5"}[i]
}

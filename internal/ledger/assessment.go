package ledger

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/resolve"
)

// Assessment returns the ledger in the published shape. Sources, uncovered
// types and the run's own data are the caller's to fill in.
func (l *Ledger) Assessment() *report.Assessment {
	a := &report.Assessment{
		Assets:   l.assets(),
		Duties:   l.duties(),
		Findings: l.findings(),
	}
	for _, row := range l.Catalogue.Rows {
		r := report.Row{ID: row.ID, Title: row.Title}
		for _, resp := range row.Responsibilities {
			r.Responsibilities = append(r.Responsibilities, report.Responsibility{ID: resp.ID, Title: resp.Title})
		}
		a.Rows = append(a.Rows, r)
	}
	for _, c := range l.asked() {
		a.Checks = append(a.Checks, describe(c))
	}
	a.Summary = l.summary()
	a.Weakest = l.Weakest(maxWeakest)
	return a
}

// asked lists the checks that have results, by id.
func (l *Ledger) asked() []*check.Check {
	found := make([]*check.Check, l.Checks.Len())
	for i := range l.Entries {
		for _, r := range l.Entries[i].Results {
			found[r.Check.Index] = r.Check
		}
	}
	return slices.DeleteFunc(found, func(c *check.Check) bool { return c == nil })
}

// maxWeakest bounds the ranked links of a report.
const maxWeakest = 50

func describe(c *check.Check) report.Check {
	return report.Check{
		ID: c.ID, Title: c.Title, Severity: string(c.Severity), Responsibility: c.Responsibility, Why: strings.TrimSpace(c.Why),
		Remediation: c.Fix["text"], References: c.References, Controls: check.Controls(c.Controls),
	}
}

func (l *Ledger) assets() iter.Seq[report.Asset] {
	return func(yield func(report.Asset) bool) {
		for i := range l.Entries {
			if !yield(l.Asset(l.Entries[i].Asset)) {
				return
			}
		}
	}
}

// Asset returns an asset in the published shape.
func (l *Ledger) Asset(a *estate.Asset) report.Asset {
	out := report.Asset{
		ID: a.ID, Address: a.Address, Addresses: a.Addresses, Kind: a.Kind, KindTitle: a.Kind, Provider: a.Provider,
		Service: a.Service, ServiceName: a.Service, NativeType: a.NativeType, Name: a.Name, Account: a.Account, Region: a.Region, Instance: a.Instance,
		Environment: a.Environment, Tags: a.Tags, Team: a.Team, Location: a.Location, Calls: a.Calls, Elsewhere: a.Elsewhere, Reported: a.Reported,
		Facts: make(report.Facts, 0, a.FactCount()),
	}
	if t := l.Catalogue.Asset(a.NativeType); t != nil {
		out.KindTitle, out.ServiceName, out.Model = t.Kind.Title, t.Service.Title, t.Model
	}
	for f := range a.Facts() {
		out.Facts = append(out.Facts, report.NamedFact{Name: f.Name, Fact: l.fact(a, f)})
	}
	for _, r := range a.Relations {
		rel := report.Relation{Name: r.Name, Ref: r.Ref}
		if r.To != nil {
			rel.Asset = r.To.ID
		}
		out.Relations = append(out.Relations, rel)
	}
	return out
}

func (l *Ledger) fact(a *estate.Asset, f estate.Fact) report.Fact {
	out := report.Fact{Value: f.Value, Unknown: f.Unknown, How: string(f.Origin.How), Attribute: f.Origin.Attribute}
	if f.Origin.Address != a.Address {
		out.Address = f.Origin.Address
	}
	if f.Origin.At != nil {
		out.Location = *f.Origin.At
	}
	switch v := f.Value.(type) {
	case time.Time:
		out.Value = v.Format(time.DateOnly)
	case []any:
		out.Value = l.plain(v)
	}
	return out
}

// plain replaces what JSON cannot say, or must not: an unknown element becomes
// the text "(unknown)", and a credential is masked.
func (l *Ledger) plain(v any) any {
	switch x := v.(type) {
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = l.plain(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = l.plain(e)
		}
		return out
	case string:
		if l.Redact != nil {
			return l.Redact(x)
		}
		return x
	case nil, bool, float64, int64, int:
		return x
	}
	return "(unknown)"
}

func (l *Ledger) duties() iter.Seq[report.Duty] {
	return func(yield func(report.Duty) bool) {
		for i := range l.Entries {
			e := &l.Entries[i]
			for j := range e.Duties {
				if !yield(l.duty(e, j)) {
					return
				}
			}
		}
	}
}

func (l *Ledger) duty(e *Entry, j int) report.Duty {
	d := e.Duties[j]
	out := report.Duty{
		Asset: e.Asset.ID, Responsibility: d.Responsibility.ID, Row: d.Responsibility.Row,
		Owner: d.Owner.String(), Party: d.Party, Possible: d.Possible, Team: l.team(e.Asset, d),
		Status: e.Statuses[j].String(),
		Basis:  report.Basis{Rule: d.Rule, Note: d.Note, Facts: d.Facts, Inferred: d.Inferred},
	}
	if d.Document != nil {
		out.Basis.Document = &report.Document{URL: d.Document.URL, Title: d.Document.Title}
		out.Basis.VerifiedOn = d.Document.Verified
	}
	for _, r := range e.Results {
		if r.Duty == d && r.Outcome != check.NotApplicable {
			out.Basis.Evidence = append(out.Basis.Evidence, report.Evidence{Check: r.Check.ID, Result: l.result(e, r)})
		}
	}
	if d.ChangesOn != "" {
		if f, ok := e.Asset.Fact(d.ChangesOn); ok {
			if day, isDate := f.Value.(time.Time); isDate {
				out.ChangesOn, out.ChangesTo = day.Format(time.DateOnly), d.ChangesTo
			}
		}
	}
	return out
}

func (l *Ledger) team(a *estate.Asset, d *resolve.Decision) string {
	if d.Owner == resolve.Provider {
		return ""
	}
	if l.TeamOf != nil {
		if t := l.TeamOf(a, d.Responsibility.ID); t != "" {
			return t
		}
	}
	return a.Team
}

// result is a check's outcome with waivers applied.
func (l *Ledger) result(e *Entry, r check.Result) string {
	if r.Outcome == check.Fail {
		if w := e.waivers[r.Check]; w != nil && !w.Expired {
			return report.ResultWaived
		}
	}
	return r.Outcome.String()
}

// findings yields by severity, then check, then asset. Buckets keep it linear.
func (l *Ledger) findings() iter.Seq[report.Finding] {
	return func(yield func(report.Finding) bool) {
		buckets := make([][][2]int32, 4*l.Checks.Len())
		for i := range l.Entries {
			for j, r := range l.Entries[i].Results {
				b := r.Naming(l.Entries[i].Asset).Severity.Rank()*l.Checks.Len() + r.Check.Index
				buckets[b] = append(buckets[b], [2]int32{int32(i), int32(j)})
			}
		}
		for _, bucket := range buckets {
			for _, at := range bucket {
				e := &l.Entries[at[0]]
				if !yield(l.Finding(e, e.Results[at[1]])) {
					return
				}
			}
		}
	}
}

// Finding returns a result in the published shape.
func (l *Ledger) Finding(e *Entry, r check.Result) report.Finding {
	c, a, naming := r.Check, e.Asset, r.Naming(e.Asset)
	f := report.Finding{
		Fingerprint: Fingerprint(c, a), Check: c.ID, Title: c.Title, Severity: string(naming.Severity),
		Result: l.result(e, r), Asset: a.ID, Address: a.Address, Responsibility: c.Responsibility, Row: r.Duty.Responsibility.Row,
		Owner: r.Duty.Owner.String(), Team: l.team(a, r.Duty), Location: a.Location, References: c.References,
		Waiver: e.waivers[c], Aliases: naming.Rows, Controls: naming.Controls,
	}
	if t := r.Theirs; t != nil {
		f.AlsoReportedBy = t.Also
		if t.Tool != "" {
			return l.theirs(f, r)
		}
	}
	if fact, ok := c.Deciding(a); ok {
		f.Attribute = fact.Origin.Attribute
		if fact.Origin.At != nil {
			f.Location = *fact.Origin.At
		}
	}
	switch r.Outcome {
	case check.Fail:
		f.Message = sentence(c.Fail, check.Render(c.Fail, c, a, l.Catalogue))
		f.Why = strings.TrimSpace(c.Why)
		f.Remediation = l.remediation(c, a)
		f.Baseline = l.Baseline[f.Fingerprint]
	case check.Unknown:
		f.Message = "Could not be verified: " + c.Reason(a)
		f.Why = strings.TrimSpace(c.Why)
		f.Remediation = l.remediation(c, a)
	case check.Provider:
		f.Message = "The provider's duty on this asset: " + r.Duty.Responsibility.Title
	case check.NotApplicable:
		f.Message = "Does not apply to this asset"
	default:
		f.Message = c.Title
	}
	return f
}

// theirs completes a finding that another scanner made.
func (l *Ledger) theirs(f report.Finding, r check.Result) report.Finding {
	t := r.Theirs
	f.Tool, f.Count, f.Responsibility, f.Remediation = t.Tool, t.Count, r.Duty.Responsibility.ID, l.redact(t.Remediation)
	if t.Location.File != "" {
		f.Location = t.Location
	}
	f.Message = l.redact(cmp.Or(t.Message, r.Check.Title))
	switch r.Outcome {
	case check.Fail:
		f.Baseline = l.Baseline[f.Fingerprint]
	case check.Unknown:
		f.Message = "Could not be verified by " + t.Tool + ": " + f.Message
	case check.Provider:
		f.Message = "The provider's duty here (" + r.Duty.Responsibility.Title + "): " + f.Message
	}
	if t.Count > 1 {
		f.Message += fmt.Sprintf(" (reported %d times)", t.Count)
	}
	if t.Note != "" {
		f.Message += ". " + t.Note
	}
	return f
}

func (l *Ledger) redact(s string) string {
	if l.Redact == nil {
		return s
	}
	return l.Redact(s)
}

// sentence begins a message with a capital, unless it begins with a name.
func sentence(template, text string) string {
	if !strings.HasPrefix(template, "{kind}") || text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func (l *Ledger) remediation(c *check.Check, a *estate.Asset) string {
	text := check.Render(c.Fix["text"], c, a, l.Catalogue)
	if native := c.FixIn(a.Dialect, a.Provider); native != "" {
		between := " "
		if strings.Contains(strings.TrimSpace(native), "\n") {
			between = "\n" // a piece of configuration stands below the advice
		}
		text = strings.TrimSpace(text) + between + check.Render(native, c, a, l.Catalogue)
	}
	return strings.TrimSpace(text)
}

func (l *Ledger) summary() report.Summary {
	s := report.Summary{
		Assets: len(l.Entries), Owners: map[string]int{}, Statuses: map[string]int{}, Results: map[string]int{},
		Severities: map[string]int{}, Matrix: map[string]map[string]int{},
	}
	for i := range l.Entries {
		e := &l.Entries[i]
		s.Duties += len(e.Duties)
		for j, d := range e.Duties {
			status := e.Statuses[j].String()
			s.Owners[d.Owner.String()]++
			s.Statuses[status]++
			row := s.Matrix[d.Responsibility.Row]
			if row == nil {
				row = map[string]int{}
				s.Matrix[d.Responsibility.Row] = row
			}
			row[status]++
		}
		for _, r := range e.Results {
			result := l.result(e, r)
			s.Results[result]++
			if result == report.Fail {
				s.Severities[string(r.Naming(e.Asset).Severity)]++
			}
		}
	}
	return s
}

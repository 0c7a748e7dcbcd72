// Package digest works out what a report for people says, once for all formats
// that speak to people: the headline, the bounded lists and the words. It
// decides what is said; a format decides how it looks.
package digest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/report"
)

// Limits bound the lists. Zero means the default of the field, a negative
// number no bound at all.
type Limits struct {
	Findings int // failing findings listed for each severity; 10
	Months   int // how far ahead the calendar is looked at; 12
}

// Digest is the extract of an assessment.
type Digest struct {
	Failing    []Severity   // worst first, without what the baseline knows
	Baseline   int          // failing findings known before
	Waived     []Count      // findings accepted as a risk, by check
	Unverified []Unverified // the customer's duties nothing is known of, in the order of the rows
	Unowned    []Unverified // duties whose owner could not be told, likewise
	Changes    []Change     // earliest first
	Gaps       []Gap        // errors first, then as the sources gave them
}

// Severity is the failing findings of one severity. Findings holds the first
// of them, and Count says how many there are.
type Severity struct {
	Severity string
	Count    int
	Findings []report.Finding
}

// More is how many findings are not listed.
func (s Severity) More() int { return s.Count - len(s.Findings) }

// Count is how often something occurs.
type Count struct {
	ID, Title string
	N         int
}

// Unverified counts the unverified duties of one responsibility.
type Unverified struct {
	Row, Responsibility, Title string
	Duties                     int
	Unchecked                  int // of them, those no check looks at; the others gave only unknown results
}

// Change is a date on which the owner of duties changes.
type Change struct {
	On                    string
	Responsibility, Title string
	From, To              string
	Note                  string
	Duties                int
	Address               string // of the first asset
}

// Gap is what one source could not see.
type Gap struct {
	report.Gap
	Source string
}

// New reads the assessment once.
func New(a *report.Assessment, l Limits) *Digest {
	l.Findings = defaulted(l.Findings, 10)
	l.Months = defaulted(l.Months, 12)
	d := &Digest{Gaps: gaps(a)}
	d.findings(a, l.Findings)
	d.duties(a, l.Months)
	return d
}

func defaulted(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func gaps(a *report.Assessment) []Gap {
	var out []Gap
	for _, s := range a.Sources {
		for _, g := range s.Gaps {
			out = append(out, Gap{g, s.Path})
		}
	}
	slices.SortStableFunc(out, func(x, y Gap) int {
		switch {
		case x.Error == y.Error:
			return 0
		case x.Error:
			return -1
		}
		return 1
	})
	return out
}

func (d *Digest) findings(a *report.Assessment, limit int) {
	bySeverity := map[string]*Severity{}
	waived := map[string]*Count{}
	for f := range a.Findings {
		switch {
		case f.Result == report.ResultWaived:
			if waived[f.Check] == nil {
				waived[f.Check] = &Count{ID: f.Check, Title: f.Title}
			}
			waived[f.Check].N++
		case f.Result != report.Fail:
		case f.Baseline:
			d.Baseline++
		default:
			s := bySeverity[f.Severity]
			if s == nil {
				s = &Severity{Severity: f.Severity}
				bySeverity[f.Severity] = s
			}
			s.Count++
			if limit < 0 || len(s.Findings) < limit {
				s.Findings = append(s.Findings, f)
			}
		}
	}
	for _, s := range bySeverity {
		d.Failing = append(d.Failing, *s)
	}
	slices.SortFunc(d.Failing, func(x, y Severity) int {
		return cmp.Or(cmp.Compare(severityRank(x.Severity), severityRank(y.Severity)), cmp.Compare(x.Severity, y.Severity))
	})
	for _, c := range waived {
		d.Waived = append(d.Waived, *c)
	}
	slices.SortFunc(d.Waived, func(x, y Count) int { return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.ID, y.ID)) })
}

func severityRank(s string) int {
	if i := slices.Index(report.Severities, s); i >= 0 {
		return i
	}
	return -1 // one nobody has heard of is not hidden at the end
}

type place struct{ row, responsibility string }

type change struct{ on, responsibility, from, to, note string }

func (d *Digest) duties(a *report.Assessment, months int) {
	from, until := window(a.AssessedAt, months)
	unverified, unowned := map[place]*Unverified{}, map[place]*Unverified{}
	changes := map[change]*Change{}
	for x := range a.Duties {
		if x.Status == report.Unverified {
			into := unverified
			if x.Owner == report.Unknown {
				into = unowned
			}
			at := place{x.Row, x.Responsibility}
			if into[at] == nil {
				into[at] = &Unverified{Row: x.Row, Responsibility: x.Responsibility}
			}
			into[at].Duties++
			if len(x.Basis.Evidence) == 0 {
				into[at].Unchecked++
			}
		}
		if x.ChangesOn >= from && x.ChangesOn != "" && (until == "" || x.ChangesOn <= until) {
			key := change{x.ChangesOn, x.Responsibility, x.Owner, x.ChangesTo, x.Basis.Note}
			if changes[key] == nil {
				changes[key] = &Change{On: x.ChangesOn, Responsibility: x.Responsibility, From: x.Owner, To: x.ChangesTo, Note: x.Basis.Note, Address: x.Asset}
			}
			changes[key].Duties++
		}
	}
	order, titles := vocabulary(a.Rows)
	d.Unverified = ordered(unverified, order, titles)
	d.Unowned = ordered(unowned, order, titles)
	for _, c := range changes {
		c.Title = titles[c.Responsibility]
		d.Changes = append(d.Changes, *c)
	}
	slices.SortFunc(d.Changes, func(x, y Change) int {
		return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(order[x.Responsibility], order[y.Responsibility]),
			cmp.Compare(x.Responsibility, y.Responsibility), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Note, y.Note))
	})
	d.address(a)
}

// address replaces the asset ids of the changes by addresses.
func (d *Digest) address(a *report.Assessment) {
	if len(d.Changes) == 0 {
		return
	}
	wanted := map[string]string{}
	for _, c := range d.Changes {
		wanted[c.Address] = c.Address
	}
	for asset := range a.Assets {
		if _, ok := wanted[asset.ID]; ok {
			wanted[asset.ID] = asset.Address
		}
	}
	for i, c := range d.Changes {
		d.Changes[i].Address = wanted[c.Address]
	}
}

// window is the first and last day the calendar is looked at. The dates are
// ISO dates, so that they compare as strings.
func window(assessedAt string, months int) (from, until string) {
	t, err := time.Parse(time.RFC3339, assessedAt)
	if err != nil {
		return "", ""
	}
	if months < 0 {
		return t.Format(time.DateOnly), ""
	}
	return t.Format(time.DateOnly), t.AddDate(0, months, 0).Format(time.DateOnly)
}

func vocabulary(rows []report.Row) (order map[string]int, titles map[string]string) {
	order, titles = map[string]int{}, map[string]string{}
	for _, r := range rows {
		for _, x := range r.Responsibilities {
			order[x.ID] = len(order)
			titles[x.ID] = x.Title
		}
	}
	return order, titles
}

func ordered(m map[place]*Unverified, order map[string]int, titles map[string]string) []Unverified {
	var out []Unverified
	for _, u := range m {
		u.Title = titles[u.Responsibility]
		out = append(out, *u)
	}
	rank := func(u Unverified) int {
		if i, ok := order[u.Responsibility]; ok {
			return i
		}
		return len(order)
	}
	slices.SortFunc(out, func(x, y Unverified) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x.Responsibility, y.Responsibility), cmp.Compare(x.Row, y.Row))
	})
	return out
}

// Headline is the assessment in a few sentences, such as "412 assets, 9,120
// duties: 61 % the provider's, 39 % yours. Of yours: 220 verified, 96 failing,
// 1,804 unverified."
func Headline(s report.Summary) string {
	if s.Duties == 0 {
		return Plural(s.Assets, "asset", "assets") + ", no duties."
	}
	provider, customer, unknown := s.Owners[report.Provider], s.Owners[report.Customer], s.Owners[report.Unknown]
	whose := []string{Percent(provider, s.Duties) + " the provider's", Percent(customer, s.Duties) + " yours"}
	if unknown > 0 {
		whose = append(whose, Percent(unknown, s.Duties)+" of unknown owner")
	}
	out := []string{Plural(s.Assets, "asset", "assets") + ", " + Plural(s.Duties, "duty", "duties") + ": " + strings.Join(whose, ", ") + "."}
	if customer > 0 {
		out = append(out, "Of yours: "+strings.Join(Yours(s), ", ")+".")
	}
	return strings.Join(out, " ")
}

// Yours lists the customer's duties by status, such as "220 verified".
func Yours(s report.Summary) []string {
	verified, failing, waived := s.Statuses[report.Verified], s.Statuses[report.Failing], s.Statuses[report.Waived]
	out := []string{Number(verified) + " verified", Number(failing) + " failing"}
	if waived > 0 {
		out = append(out, Number(waived)+" waived")
	}
	// Verified, failing and waived duties are the customer's by definition; an
	// unverified one may have no known owner.
	return append(out, Number(s.Owners[report.Customer]-verified-failing-waived)+" unverified")
}

// Providers lists the provider's duties by status.
func Providers(s report.Summary) []string {
	out := []string{Number(s.Statuses[report.Assured]) + " assured"}
	for _, x := range []string{report.Lapsed, report.Unassured} {
		if n := s.Statuses[x]; n > 0 {
			out = append(out, Number(n)+" "+x)
		}
	}
	return out
}

// Share is Percent, or a dash where there is no whole that it could be part of.
func Share(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return Percent(part, whole)
}

// Percent is the part in the whole. It says 100 % only when nothing is
// missing and 0 % only when there is nothing.
func Percent(part, whole int) string {
	switch {
	case part <= 0 || whole <= 0:
		return "0 %"
	case part >= whole:
		return "100 %"
	}
	switch p := (200*part + whole) / (2 * whole); p {
	case 0:
		return "<1 %"
	case 100:
		return ">99 %"
	default:
		return strconv.Itoa(p) + " %"
	}
}

// Number writes n with a comma between thousands.
func Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Plural is the number with its noun.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

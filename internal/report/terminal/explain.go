package terminal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
	"github.com/demarc-sec/demarc/internal/report/matrix"
)

// ErrNoAsset is wrapped by the error of Explain when nothing has the address.
var ErrNoAsset = errors.New("no such asset")

// Explain tells the story of the asset with that address or id: its layers
// from top to bottom, whose each is and why, how it stands, and the facts that
// decided. A native resource folded into an asset leads to that asset; an
// address that several root modules have leads to all of them.
func Explain(w io.Writer, a *report.Assessment, address string, o Options) error {
	found, err := find(a, address)
	if err != nil {
		return err
	}
	s := newScreen(w, o)
	for i, x := range found {
		if i > 0 {
			s.line(0, strings.Repeat("─", s.opts.Width))
		}
		e := explainer{screen: s, a: a, asset: x, addresses: map[string]string{}}
		e.gather()
		e.header()
		e.weakest()
		e.stack()
		e.facts()
		e.relations()
		s.blank()
	}
	return s.flush("explaining the asset")
}

func find(a *report.Assessment, address string) ([]report.Asset, error) {
	var found, near []report.Asset
	if a.Assets != nil {
		for x := range a.Assets {
			switch {
			case x.ID == address:
				return []report.Asset{x}, nil
			case x.Address == address || slices.Contains(x.Addresses, address):
				found = append(found, x)
			case len(near) < 5 && address != "" && strings.Contains(strings.ToLower(x.Address+" "+x.Name), strings.ToLower(address)):
				near = append(near, x)
			}
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	hint := "`demarc assess --format json` lists all addresses"
	if len(near) > 0 {
		var list []string
		for _, x := range near {
			list = append(list, digest.Line(x.Address))
		}
		hint = "did you mean " + strings.Join(list, " or ") + "?"
	}
	return nil, fmt.Errorf("%w: %s; %s", ErrNoAsset, digest.Line(address), hint)
}

type explainer struct {
	*screen
	a         *report.Assessment
	asset     report.Asset
	duties    []report.Duty
	findings  []report.Finding
	addresses map[string]string // of the assets it is related to, by id
}

// gather takes what belongs to the asset out of the streams.
func (e *explainer) gather() {
	if e.a.Duties != nil {
		for d := range e.a.Duties {
			if d.Asset == e.asset.ID {
				e.duties = append(e.duties, d)
			}
		}
	}
	if e.a.Findings != nil {
		for f := range e.a.Findings {
			if f.Asset == e.asset.ID {
				e.findings = append(e.findings, f)
			}
		}
	}
	wanted := map[string]bool{}
	for _, r := range e.asset.Relations {
		wanted[r.Asset] = true
	}
	for _, l := range e.a.Weakest {
		for _, id := range l.Through {
			wanted[id] = true
		}
	}
	for x := range e.a.Assets {
		if wanted[x.ID] {
			e.addresses[x.ID] = x.Address
		}
	}
}

func (e *explainer) header() {
	x := e.asset
	e.blank()
	e.para(2, digest.Line(x.Address), e.strong)
	what := []string{digest.Line(x.KindTitle), digest.Line(x.ServiceName) + " (" + digest.Line(matrix.ModelTitle(x.Model)) + ")"}
	for _, p := range [][2]string{{"", x.Environment}, {"account ", x.Account}, {"", x.Region}, {"team ", x.Team}} {
		if p[1] != "" {
			what = append(what, p[0]+digest.Line(p[1]))
		}
	}
	if x.Name != "" {
		e.para(2, "named "+digest.Line(x.Name), nil)
	}
	e.para(2, strings.Join(what, " · "), nil)
	if at := span(x.Location); at != "" {
		for _, c := range slices.Backward(x.Calls) {
			at += ", called from " + digest.At(c)
		}
		e.para(2, "declared in "+at, e.faint)
	}
	if len(x.Addresses) > 1 {
		e.para(2, "with "+digest.Line(strings.Join(x.Addresses[1:], ", ")), e.faint)
	}
	if x.Elsewhere {
		e.para(2, "Only a part of it is in the sources: what is not, is unknown here.", e.status(report.Unverified))
	}
	counts := map[string]int{}
	for _, d := range e.duties {
		counts[d.Owner]++
	}
	sum := fmt.Sprintf("%s: %s the provider's, %s yours", digest.Plural(len(e.duties), "duty", "duties"), digest.Number(counts[report.Provider]), digest.Number(counts[report.Customer]))
	if n := counts[report.Unknown]; n > 0 {
		sum += fmt.Sprintf(", %s of unknown owner", digest.Number(n))
	}
	e.blank()
	e.para(2, sum+".", nil)
}

func span(l estate.Location) string {
	if l.Line > 0 && l.EndLine > l.Line {
		return fmt.Sprintf("%s-%d", digest.At(l), l.EndLine)
	}
	return digest.At(l)
}

func (e *explainer) weakest() {
	for _, l := range e.a.Weakest {
		if l.Asset != e.asset.ID {
			continue
		}
		e.blank()
		e.hanging(2, fmt.Sprintf("Weakest link %d  ", l.Rank), digest.Line(l.Title), e.status(report.Failing))
		e.para(4, digest.Line(l.Why), nil)
		e.hanging(4, "→ ", digest.Line(l.Do), nil)
		if len(l.Through) > 1 {
			var path []string
			for _, id := range l.Through {
				path = append(path, e.addressOf(id))
			}
			e.para(4, "path: "+strings.Join(path, " → "), e.faint)
		}
	}
}

func (e *explainer) addressOf(id string) string {
	if a := e.addresses[id]; a != "" {
		return digest.Line(a)
	}
	return digest.Line(id)
}

// stack tells the duties row by row, in the order of the rows.
func (e *explainer) stack() {
	rows := slices.Clone(e.a.Rows)
	for _, d := range e.duties {
		if !slices.ContainsFunc(rows, func(r report.Row) bool { return r.ID == d.Row }) {
			rows = append(rows, report.Row{ID: d.Row, Title: d.Row})
		}
	}
	for _, r := range rows {
		titles, order := map[string]string{}, map[string]int{}
		for i, x := range r.Responsibilities {
			titles[x.ID], order[x.ID] = x.Title, i
		}
		var here []report.Duty
		for _, d := range e.duties {
			if d.Row == r.ID {
				here = append(here, d)
			}
		}
		if len(here) == 0 {
			continue
		}
		slices.SortStableFunc(here, func(x, y report.Duty) int { return order[x.Responsibility] - order[y.Responsibility] })
		e.heading(digest.Line(r.Title))
		for _, d := range here {
			e.duty(d, titles[d.Responsibility])
		}
	}
}

func (e *explainer) duty(d report.Duty, title string) {
	text := e.strong(digest.Line(d.Responsibility))
	if title != "" {
		text += "  " + digest.Line(title)
	}
	e.hanging(2, letter(d)+" "+e.status(d.Status)(digest.Symbol(d.Status))+" ", text, nil)
	const in = 6
	e.para(in, e.whose(d)+", "+e.status(d.Status)(d.Status)+": "+e.stands(d), nil)
	if len(d.Possible) > 0 {
		var who []string
		for _, p := range d.Possible {
			who = append(who, digest.Party(p))
		}
		e.para(in, "possible owners: "+strings.Join(who, ", "), nil)
	}
	e.basis(d.Basis, in)
	for _, f := range e.findings {
		if f.Responsibility == d.Responsibility {
			e.finding(f, in)
		}
	}
	if d.ChangesOn != "" {
		e.para(in, fmt.Sprintf("On %s it passes to %s.", digest.Line(d.ChangesOn), digest.Party(d.ChangesTo)), e.status(report.Unverified))
	}
}

func letter(d report.Duty) string {
	if d.Owner == "" {
		return "?"
	}
	return digest.Letter(d.Owner)
}

func (e *explainer) whose(d report.Duty) string {
	switch d.Owner {
	case report.Provider:
		if d.Party != "" {
			return "the provider's (" + digest.Line(d.Party) + ")"
		}
		return "the provider's"
	case report.Customer:
		if d.Team != "" {
			return "yours (team " + digest.Line(d.Team) + ")"
		}
		return "yours"
	}
	return "owner not known"
}

// stands says what the status means here: an unverified duty may lack a check
// or lack what a check needs.
func (e *explainer) stands(d report.Duty) string {
	switch {
	case d.Status == report.Verified && len(d.Basis.Evidence) == 0:
		return "what it rests on is not recorded"
	case d.Status != report.Unverified, d.Owner == report.Unknown:
		return digest.Meaning(d.Status)
	}
	if len(d.Basis.Evidence) == 0 {
		return "no check looks at it"
	}
	return "what the check needs is not known"
}

func (e *explainer) basis(b report.Basis, in int) {
	if b.Note != "" {
		e.para(in, digest.Line(b.Note), nil)
	}
	for _, name := range b.Facts {
		f, ok := e.asset.Facts.Get(name)
		if !ok {
			e.para(in, "because "+digest.Line(name)+" is not among its facts", e.faint)
			continue
		}
		e.para(in, "because "+digest.Line(name)+sense(f)+e.faint(origin(f)), nil)
	}
	switch {
	case b.Document != nil:
		source := digest.Line(b.Document.URL)
		if b.VerifiedOn != "" {
			source += " (read " + digest.Line(b.VerifiedOn) + ")"
		}
		e.para(in, source, e.faint)
	case b.Inferred:
		e.para(in, "inferred: no document of the provider says so", e.faint)
	}
	if e.opts.Verbose {
		e.para(in, "rule "+digest.Line(b.Rule), e.faint)
	}
}

func (e *explainer) finding(f report.Finding, in int) {
	paintOf := map[string]string{report.Pass: report.Verified, report.Fail: report.Failing, report.ResultWaived: report.Waived, report.ProviderOwned: "", report.NotApplicable: ""}
	status, ok := paintOf[f.Result]
	if !ok {
		status = report.Unverified
	}
	head := e.strong(digest.Line(f.Check)) + "  " + digest.Line(f.Message)
	if f.Result == report.Fail {
		head = e.severity(f.Severity)(digest.Line(f.Severity)) + " " + head
	}
	if at := digest.At(f.Location); at != "" {
		head += e.faint("  " + at)
	}
	e.hanging(in, e.status(status)(digest.ResultSymbol(f.Result))+" ", head, nil)
	in += 2
	if f.Waiver != nil {
		e.para(in, waived(*f.Waiver), e.status(report.Waived))
	}
	if f.Baseline {
		e.para(in, "known before (baseline)", e.faint)
	}
	if f.Result == report.Fail || f.Result == report.ResultWaived {
		e.hanging(in, "→ ", digest.Line(f.Remediation), nil)
	}
	if e.opts.Verbose {
		e.para(in, digest.Line(f.Why), e.faint)
		for _, r := range f.References {
			e.para(in, digest.Line(r), e.faint)
		}
		e.para(in, digest.Line(strings.Join(f.Controls, ", ")), e.faint)
	}
}

func waived(w report.Waiver) string {
	out := "waived"
	if w.Expired {
		out = "was waived"
	}
	if w.By != "" {
		out += " by " + digest.Line(w.By)
	}
	if w.Until != "" {
		out += " until " + digest.Line(w.Until)
	}
	if w.Reason != "" {
		out += ": " + digest.Line(w.Reason)
	}
	out += " (" + digest.Line(w.Source) + ")"
	if w.Expired {
		out += "; it has expired"
	}
	return out
}

func (e *explainer) facts() {
	if len(e.asset.Facts) == 0 {
		return
	}
	e.heading("Facts")
	for _, named := range e.asset.Facts {
		f := named.Fact
		p := paint(plain)
		if f.Unknown != "" {
			p = e.status(report.Unverified)
		}
		e.hanging(2, "", digest.Line(named.Name)+p(sense(f))+e.faint(origin(f)), nil)
	}
}

// sense is the value of a fact, or why it has none.
func sense(f report.Fact) string {
	if f.Unknown != "" {
		return " is unknown: " + digest.Line(f.Unknown)
	}
	return " = " + cut(value(f.Value), 80)
}

func value(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.Format(time.RFC3339)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "(cannot be shown)"
	}
	return digest.Line(b.String())
}

func origin(f report.Fact) string {
	var parts []string
	switch {
	case f.How == string(estate.Default):
		parts = append(parts, "the provider's default")
	case f.How == string(estate.Constant):
		parts = append(parts, "always so")
	case f.How == string(estate.Derived):
		parts = append(parts, "derived")
	}
	if f.Attribute != "" {
		parts = append(parts, digest.Line(f.Attribute))
	}
	if f.Address != "" {
		parts = append(parts, "of "+digest.Line(f.Address))
	}
	if at := digest.At(f.Location); at != "" {
		parts = append(parts, at)
	}
	if len(parts) == 0 {
		return ""
	}
	return "  (" + strings.Join(parts, ", ") + ")"
}

func (e *explainer) relations() {
	if len(e.asset.Relations) == 0 {
		return
	}
	e.heading("Relations")
	for _, r := range e.asset.Relations {
		to := e.faint(digest.Line(r.Ref) + " (not in the sources)")
		if r.Asset != "" {
			to = e.accent(e.addressOf(r.Asset))
		}
		e.hanging(2, "", digest.Line(r.Name)+" → "+to, nil)
	}
}

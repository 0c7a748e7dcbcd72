// Package terminal writes an assessment for a person at a terminal: what is
// whose, how it stands, what to do first, and what nobody looked at.
//
// House rules: a status is never told by colour alone; text that came from a
// source passes digest.Line before it is printed; lists are bounded and say
// what they leave out.
package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
	"github.com/demarc-sec/demarc/internal/report/matrix"
)

// Options say how to draw. The zero value is 80 columns without colour.
type Options struct {
	Colour  bool   // the caller knows whether the output is a terminal
	Width   int    // columns; 0 means 80, and 40 is the least
	By      string // the columns of the matrix, one of matrix.Dimensions
	Limit   int    // failing findings listed for each severity; 0 means 5, negative all
	Verbose bool   // say more: sources of every statement, all gaps, references
}

// Format is the report a person sees by default.
type Format struct{ Options }

var _ report.Format = Format{}

// Write writes the report.
func (f Format) Write(w io.Writer, a *report.Assessment) error {
	s := newScreen(w, f.Options)
	limit := f.Limit
	if limit == 0 {
		limit = 5
	}
	d := digest.New(a, digest.Limits{Findings: limit})
	r := reporter{screen: s, a: a, d: d}
	r.masthead()
	r.matrix()
	r.imports()
	r.weakest()
	r.failing()
	r.changes()
	r.unverified()
	r.unseen()
	r.more()
	return s.flush("writing the report")
}

type reporter struct {
	*screen
	a *report.Assessment
	d *digest.Digest
}

func (r *reporter) masthead() {
	var parts []string
	for _, s := range r.a.Sources {
		parts = append(parts, digest.Line(s.Path))
	}
	if n := len(parts); n > 3 {
		parts = append(parts[:2], fmt.Sprintf("%d more", n-2))
	}
	head := []string{"Demarc " + digest.Line(r.a.Tool.Version)}
	if len(parts) > 0 {
		head = append(head, strings.Join(parts, ", "))
	}
	if day, _, ok := strings.Cut(r.a.AssessedAt, "T"); ok {
		head = append(head, digest.Line(day))
	}
	r.blank()
	r.para(2, strings.Join(head, " · "), r.faint)
	r.blank()
	r.para(2, digest.Headline(r.a.Summary), r.strong)
}

func (r *reporter) matrix() {
	if r.a.Summary.Duties == 0 {
		return
	}
	r.heading("Who secures what, and how it stands")
	r.table(matrix.Build(r.a, r.opts.By))
}

// imports says whose the findings of other scanners are.
func (r *reporter) imports() {
	if len(r.a.Imports) == 0 {
		return
	}
	r.heading("Other scanners")
	for _, i := range r.a.Imports {
		r.para(2, digest.Import(i), nil)
		for k, u := range i.Unplaces {
			if k == unplacedShown && !r.opts.Verbose {
				r.para(4, fmt.Sprintf("and %d more reasons for having no place", len(i.Unplaces)-k), r.faint)
				break
			}
			r.para(4, digest.Unplaced(u), r.faint)
		}
	}
}

const (
	weakestShown  = 5
	unplacedShown = 3
)

func (r *reporter) weakest() {
	if len(r.a.Weakest) == 0 {
		return
	}
	r.heading("Weakest links")
	for i, l := range r.a.Weakest {
		if i == weakestShown {
			r.para(2, fmt.Sprintf("and %s", digest.Plural(len(r.a.Weakest)-i, "more weak link", "more weak links")), r.faint)
			break
		}
		if i > 0 {
			r.blank()
		}
		r.link(l)
	}
}

func (r *reporter) link(l report.WeakestLink) {
	number := fmt.Sprintf("%d  ", l.Rank)
	r.hanging(2, number, digest.Line(l.Title), r.strong)
	in := 2 + len(number)
	about := []string{r.severity(l.Severity)(digest.Line(l.Severity)), exposure(l.Exposed)}
	if l.Reaches > 0 {
		about = append(about, "reaches "+digest.Plural(l.Reaches, "asset", "assets"))
	}
	r.para(in, digest.Line(l.Address), r.accent)
	r.para(in, strings.Join(about, " · "), nil)
	r.para(in, digest.Line(l.Why), nil)
	r.hanging(in, "→ ", digest.Line(l.Do), nil)
}

func exposure(s string) string {
	switch s {
	case "yes":
		return "exposed"
	case "no":
		return "not exposed"
	}
	return "exposure not known"
}

func (r *reporter) failing() {
	total := 0
	for _, s := range r.d.Failing {
		total += s.Count
	}
	if total == 0 {
		if r.d.Baseline > 0 {
			r.heading("Failing")
			r.para(2, "Nothing new. "+known(r.d.Baseline), r.faint)
		}
		return
	}
	r.heading("Failing · " + digest.Number(total))
	for i, s := range r.d.Failing {
		if i > 0 {
			r.blank()
		}
		r.line(2, r.severity(s.Severity)(digest.Line(s.Severity))+r.faint(" · "+digest.Number(s.Count)))
		r.findings(s.Findings)
		if n := s.More(); n > 0 {
			r.para(4, "and "+digest.Number(n)+" more", r.faint)
		}
	}
	if r.d.Baseline > 0 {
		r.blank()
		r.para(2, known(r.d.Baseline), r.faint)
	}
}

func known(n int) string {
	return digest.Plural(n, "finding was", "findings were") + " known before (baseline) and not listed."
}

// findings lists them, and says what a run of them has in common only once.
func (r *reporter) findings(all []report.Finding) {
	for i, f := range all {
		if i == 0 || !alike(all[i-1], f) {
			r.hanging(4, r.status(report.Failing)("✗")+" ", r.strong(digest.Line(f.Check))+"  "+digest.Line(f.Title), nil)
		}
		r.spread(6, r.accent(digest.Line(f.Address)), r.faint(digest.At(f.Location)))
		r.para(6, digest.Line(f.Message), nil)
		if f.Waiver != nil && f.Waiver.Expired {
			r.para(6, "The waiver expired on "+digest.Line(f.Waiver.Until)+".", r.status(report.Waived))
		}
		if fix := oneLine(f.Remediation); fix != "" && (i == len(all)-1 || !alike(f, all[i+1])) {
			r.line(6, r.fit("→ "+fix, 6))
		}
	}
}

func alike(x, y report.Finding) bool {
	return x.Check == y.Check && x.Title == y.Title && x.Remediation == y.Remediation
}

func oneLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return digest.Line(s)
}

func (r *reporter) changes() {
	if len(r.d.Changes) == 0 {
		return
	}
	r.heading("The line moves soon")
	for i, c := range r.d.Changes {
		if i == 8 && !r.opts.Verbose {
			r.para(2, "and "+digest.Plural(len(r.d.Changes)-i, "more change", "more changes"), r.faint)
			break
		}
		what := fmt.Sprintf("%s passes from %s to %s on %s", digest.Line(c.Responsibility), digest.Party(c.From), digest.Party(c.To), digest.Plural(c.Duties, "asset", "assets"))
		r.hanging(2, digest.Line(c.On)+"  ", what+r.faint(" ("+also(c)+")"), nil)
		r.para(14, digest.Line(c.Note), r.faint)
	}
}

func also(c digest.Change) string {
	if c.Duties > 1 {
		return digest.Line(c.Address) + " and others"
	}
	return digest.Line(c.Address)
}

func (r *reporter) unverified() {
	if len(r.d.Unverified)+len(r.d.Unowned) == 0 {
		return
	}
	n := 0
	for _, u := range r.d.Unverified {
		n += u.Duties
	}
	r.heading("Not verified · " + digest.Number(n) + " of your duties")
	r.tally(r.d.Unverified, 10, func(u digest.Unverified) string {
		switch {
		case u.Unchecked == u.Duties:
			return "no check looks at it"
		case u.Unchecked == 0:
			return "what the check needs is not known"
		}
		return "no check for " + digest.Number(u.Unchecked) + ", the rest not known"
	})
	if len(r.d.Unowned) > 0 {
		n = 0
		for _, u := range r.d.Unowned {
			n += u.Duties
		}
		r.blank()
		r.para(2, fmt.Sprintf("The owner of %s could not be told, because what decides it is not known:", digest.Plural(n, "duty", "duties")), nil)
		r.tally(r.d.Unowned, 5, func(digest.Unverified) string { return "" })
	}
}

func (r *reporter) tally(all []digest.Unverified, limit int, why func(digest.Unverified) string) {
	width, names, rest := 0, 0, 0
	for _, u := range all {
		width = max(width, len(digest.Number(u.Duties)))
		names = max(names, cells(digest.Line(u.Responsibility)))
	}
	for i, u := range all {
		if i >= limit && !r.opts.Verbose {
			rest += u.Duties
			continue
		}
		text := digest.Line(u.Responsibility)
		if w := why(u); w != "" {
			text = pad(text, min(names, 34)) + r.faint("  "+w)
		}
		r.hanging(2, r.status(report.Unverified)("?")+fmt.Sprintf(" %*s  ", width, digest.Number(u.Duties)), text, nil)
	}
	if rest > 0 {
		r.para(2, fmt.Sprintf("and %s of %s", digest.Plural(rest, "duty", "duties"), digest.Plural(len(all)-limit, "more responsibility", "more responsibilities")), r.faint)
	}
}

func (r *reporter) unseen() {
	s := r.a.Summary
	if len(r.d.Gaps)+len(r.a.Uncovered)+len(r.a.Limitations) == 0 {
		return
	}
	r.heading("What could not be seen")
	for i, g := range r.d.Gaps {
		if i == 8 && !r.opts.Verbose {
			r.para(2, "and "+digest.Plural(len(r.d.Gaps)-i, "more gap", "more gaps"), r.faint)
			break
		}
		mark := r.status(report.Unverified)("?")
		if g.Error {
			mark = r.status(report.Failing)("✗")
		}
		text := digest.Line(g.What)
		if at := digest.At(g.Location); at != "" {
			text += r.faint("  " + at)
		}
		r.hanging(2, mark+" ", text, nil)
		if mend := digest.Line(g.Mend); mend != "" {
			r.hanging(4, "→ ", mend, nil)
		}
	}
	if len(r.a.Uncovered) > 0 {
		var types []string
		for i, u := range r.a.Uncovered {
			if i == 6 && !r.opts.Verbose {
				types = append(types, digest.Plural(len(r.a.Uncovered)-i, "more type", "more types"))
				break
			}
			types = append(types, fmt.Sprintf("%s (%s)", digest.Line(u.Type), digest.Number(u.Count)))
		}
		r.hanging(2, r.status(report.Unverified)("?")+" ", digest.Plural(s.Uncovered, "resource has a type", "resources have types")+" no catalogue file covers: "+strings.Join(types, ", "), nil)
	}
	for _, l := range r.a.Limitations {
		r.hanging(2, r.faint("–")+" ", digest.Line(l), r.faint)
	}
}

func (r *reporter) more() {
	r.blank()
	address := "ADDRESS"
	if len(r.a.Weakest) > 0 {
		address = quoted(digest.Line(r.a.Weakest[0].Address))
	}
	rows := [][2]string{
		{"demarc explain " + address, "the story of one asset"},
		{"demarc matrix --by team", "the matrix by " + strings.Join(matrix.Dimensions[1:len(matrix.Dimensions)-1], ", ") + " or " + matrix.Dimensions[len(matrix.Dimensions)-1]},
		{"--format html --output report.html", "all of it, to click through"},
	}
	width := 0
	for _, x := range rows {
		width = max(width, cells(x[0]))
	}
	for _, x := range rows {
		if width+4+30 > r.opts.Width {
			r.para(2, x[0], nil)
			r.para(4, x[1], r.faint)
			continue
		}
		r.hanging(2, pad(x[0], width)+"  ", x[1], r.faint)
	}
	r.blank()
}

// quoted makes an address one word of a shell.
func quoted(s string) string {
	if strings.ContainsAny(s, " \t\"'`$\\!*?[](){}<>|&;#~") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

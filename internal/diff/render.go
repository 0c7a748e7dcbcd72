package diff

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
)

// most bounds each list of a rendered diff; the JSON form has everything.
const most = 30

// JSON writes the whole diff.
func (d *Diff) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// Sentence says in one line what a moved line means.
func (m Moved) Sentence() string {
	because := ""
	if len(m.Because) > 0 {
		var parts []string
		for _, f := range m.Because {
			name := f.Attribute
			if name == "" {
				name = f.Fact
			}
			parts = append(parts, fmt.Sprintf("%s: %s → %s", name, value(f.Old), value(f.New)))
		}
		because = strings.Join(parts, ", ") + ". "
	}
	switch {
	case m.ToCustomer():
		return fmt.Sprintf("%sYou now own “%s” of this %s; before it was %s's.", because, m.Title, m.Kind, name(m.From))
	case m.To == report.Unknown:
		return fmt.Sprintf("%sWho owns “%s” of this %s can no longer be told (%s); before it was %s's.", because, m.Title, m.Kind,
			strings.Join(m.Possible, " or "), name(m.From))
	case m.From == report.Customer:
		return fmt.Sprintf("%s%s now owns “%s” of this %s; before it was yours.", because, name(m.To), m.Title, m.Kind)
	}
	return fmt.Sprintf("%s“%s” of this %s moves from %s to %s.", because, m.Title, m.Kind, name(m.From), name(m.To))
}

func name(party string) string {
	switch party {
	case report.Unknown:
		return "nobody certain"
	case "aws":
		return "AWS"
	}
	return party
}

func value(v any) string {
	if v == nil {
		return "(unknown)"
	}
	return check.Value(v)
}

// Headline says in one sentence what the change does to the estate.
func (d *Diff) Headline() string {
	toYou, away, open := 0, 0, 0
	for _, m := range d.Moved {
		switch {
		case m.ToCustomer():
			toYou++
		case m.To == report.Unknown:
			open++
		default:
			away++
		}
	}
	if len(d.Moved)+len(d.New)+len(d.Gone)+len(d.Added)+len(d.Removed)+len(d.Blinded) == 0 {
		return "No line moves, and no finding comes or goes."
	}
	var parts []string
	say := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, digest.Plural(n, one, many))
		}
	}
	say(toYou, "duty moves to you", "duties move to you")
	say(away, "duty is handed over", "duties are handed over")
	say(open, "duty has no certain owner any more", "duties have no certain owner any more")
	say(len(d.Added), "new asset", "new assets")
	say(len(d.Removed), "asset gone", "assets gone")
	say(len(d.New), "new finding", "new findings")
	say(len(d.Gone), "finding gone", "findings gone")
	say(len(d.Blinded), "finding that can no longer be decided", "findings that can no longer be decided")
	return strings.Join(parts, ", ") + "."
}

// Text writes the diff for a terminal.
func (d *Diff) Text(w io.Writer) error {
	p := &printer{w: w}
	p.line("%s", d.Headline())
	p.section("Lines that moved", len(d.Moved))
	for _, m := range first(d.Moved) {
		p.line("  %s", digest.Line(m.Address))
		p.line("    %s", digest.Line(m.Sentence()))
		p.line("    %s", basis(m))
	}
	p.rest(len(d.Moved))
	d.assets(p, "New assets", d.Added)
	d.assets(p, "Assets gone", d.Removed)
	d.list(p, "New findings", d.New)
	d.list(p, "No longer decided", d.Blinded)
	d.list(p, "Findings gone", d.Gone)
	return p.err
}

func basis(m Moved) string {
	if m.Document != nil {
		return fmt.Sprintf("by %s — %s", m.Rule, m.Document.URL)
	}
	return fmt.Sprintf("by %s (inferred)", m.Rule)
}

func (d *Diff) assets(p *printer, title string, list []Asset) {
	p.section(title, len(list))
	for _, a := range first(list) {
		p.line("  %s (%s): %s", digest.Line(a.Address), a.Kind, owners(a))
	}
	p.rest(len(list))
}

func owners(a Asset) string {
	text := fmt.Sprintf("%d duties yours, %d the provider's", a.Owners[report.Customer], a.Owners[report.Provider])
	if n := a.Owners[report.Unknown]; n > 0 {
		text += fmt.Sprintf(", %d without certain owner", n)
	}
	if a.Failing > 0 {
		text += fmt.Sprintf("; %d failing", a.Failing)
	}
	return text
}

func (d *Diff) list(p *printer, title string, list []report.Finding) {
	p.section(title, len(list))
	for _, f := range first(list) {
		p.line("  %-8s %s  %s", f.Severity, f.Check, digest.At(f.Location))
		p.line("           %s", digest.Line(f.Message))
	}
	p.rest(len(list))
}

// Markdown writes the diff for a pull-request comment.
func (d *Diff) Markdown(w io.Writer) error {
	p := &printer{w: w}
	p.line("## Responsibility changes\n")
	p.line("**%s**", escape(d.Headline()))
	if len(d.Moved) > 0 {
		p.line("\n### Lines that moved\n")
		p.line("| Asset | What it means | Basis |\n|---|---|---|")
		for _, m := range first(d.Moved) {
			p.line("| %s | %s%s | %s |", code(m.Address), mark(m), escape(m.Sentence()), markdownBasis(m))
		}
		p.rest(len(d.Moved))
	}
	d.markdownAssets(p, "New assets", d.Added)
	d.markdownAssets(p, "Assets gone", d.Removed)
	d.markdownList(p, "New findings", d.New, false)
	d.markdownList(p, "No longer decided", d.Blinded, false)
	d.markdownList(p, "Findings gone", d.Gone, true)
	return p.err
}

func mark(m Moved) string {
	switch {
	case m.ToCustomer():
		return "⬅️ "
	case m.To == report.Unknown:
		return "❔ "
	}
	return "➡️ "
}

func markdownBasis(m Moved) string {
	if m.Document != nil {
		return fmt.Sprintf("[%s](%s)", escape(m.Rule), m.Document.URL)
	}
	return escape(m.Rule) + " (inferred)"
}

func (d *Diff) markdownAssets(p *printer, title string, list []Asset) {
	if len(list) == 0 {
		return
	}
	p.line("\n<details><summary>%s (%d)</summary>\n", title, len(list))
	for _, a := range first(list) {
		p.line("- %s (%s): %s", code(a.Address), escape(a.Kind), owners(a))
	}
	p.rest(len(list))
	p.line("\n</details>")
}

func (d *Diff) markdownList(p *printer, title string, list []report.Finding, folded bool) {
	if len(list) == 0 {
		return
	}
	if folded {
		p.line("\n<details><summary>%s (%d)</summary>\n", title, len(list))
	} else {
		p.line("\n### %s (%d)\n", title, len(list))
	}
	for _, f := range first(list) {
		p.line("- **%s** %s %s — %s", f.Severity, code(f.Check), code(digest.At(f.Location)), escape(f.Message))
	}
	p.rest(len(list))
	if folded {
		p.line("\n</details>")
	}
}

// escape disarms text from sources in Markdown.
func escape(s string) string {
	return strings.NewReplacer("\\", "\\\\", "|", "\\|", "<", "&lt;", ">", "&gt;", "[", "\\[", "]", "\\]", "*", "\\*", "_", "\\_", "`", "\\`",
		"#", "\\#", "@", "@\u200b", "~", "\\~", "!", "\\!", "://", ":\u200b//").Replace(digest.Line(s))
}

func code(s string) string {
	return "`" + strings.NewReplacer("`", "'", "|", "¦").Replace(digest.Line(s)) + "`"
}

func first[T any](list []T) []T { return slices.Clip(list[:min(len(list), most)]) }

// printer remembers the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) section(title string, n int) {
	if n > 0 {
		p.line("\n%s (%d)", title, n)
	}
}

func (p *printer) rest(n int) {
	if n > most {
		p.line("\n… and %d more; --format json has all", n-most)
	}
}

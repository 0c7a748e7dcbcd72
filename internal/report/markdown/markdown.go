// Package markdown writes an assessment as Markdown that fits a comment on a
// pull request.
//
// Whatever came from a source is escaped, so that nobody's tag or name can
// format the comment, link, load an image or mention anybody. Details fold
// away, and lists are bounded: a code host cuts long comments off.
package markdown

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
	"github.com/demarc-sec/demarc/internal/report/matrix"
)

// MaxBytes keeps below the 65,536 characters GitHub allows a comment, with room
// to spare for a caller's own lines.
const MaxBytes = 60_000

// Format writes Markdown in the dialect of GitHub and GitLab.
type Format struct {
	By    string // the columns of the matrix, one of matrix.Dimensions
	Limit int    // failing findings listed for each severity; 0 means 10, negative all
}

var _ report.Format = Format{}

// Write writes the comment. With the default limit it stays below MaxBytes: if
// it would not, it lists fewer findings and says so.
func (f Format) Write(w io.Writer, a *report.Assessment) error {
	limit := f.Limit
	if limit == 0 {
		limit = 10
	}
	text := f.text(a, limit)
	for f.Limit == 0 && len(text) > MaxBytes && limit > 1 {
		limit /= 2
		text = f.text(a, limit)
	}
	buffered := bufio.NewWriter(w)
	buffered.WriteString(text)
	if err := buffered.Flush(); err != nil { // it keeps the first error
		return fmt.Errorf("writing the Markdown report: %w", err)
	}
	return nil
}

func (f Format) text(a *report.Assessment, limit int) string {
	c := comment{a: a, d: digest.New(a, digest.Limits{Findings: limit})}
	c.linef("## Demarc")
	c.linef("**%s**", escape(digest.Headline(a.Summary)))
	c.imports()
	c.matrix(f.By)
	c.weakest()
	c.failing()
	c.changes()
	c.unverified()
	c.unseen()
	c.linef("<sub>Demarc %s · %s</sub>", escape(a.Tool.Version), escape(a.AssessedAt))
	return c.String()
}

// imports says whose the findings of other scanners are, and folds why some
// have no place.
func (c *comment) imports() {
	for _, i := range c.a.Imports {
		c.linef("%s", escape(digest.Import(i)))
		if len(i.Unplaces) == 0 {
			continue
		}
		c.details(escape(fmt.Sprintf("%s of %s on no known asset", digest.Plural(i.Unplaced, "finding", "findings"), digest.Line(i.Tool))), func() {
			c.WriteByte('\n')
			for k, u := range i.Unplaces {
				if k == 5 {
					c.itemf("- and %s", digest.Plural(len(i.Unplaces)-k, "more reason", "more reasons"))
					break
				}
				c.itemf("- %s", escape(digest.Unplaced(u)))
			}
		})
	}
}

type comment struct {
	strings.Builder
	a *report.Assessment
	d *digest.Digest
}

// linef writes a paragraph. Its arguments must be escaped.
func (c *comment) linef(format string, args ...any) {
	if c.Len() > 0 {
		c.WriteByte('\n')
	}
	c.itemf(format, args...)
}

// itemf writes a line of a list or table.
func (c *comment) itemf(format string, args ...any) {
	c.WriteString(fmt.Sprintf(format+"\n", args...))
}

// details folds what body writes.
func (c *comment) details(summary string, body func()) {
	c.linef("<details><summary>%s</summary>", summary)
	body()
	c.linef("</details>")
}

const maxColumns = 8

func (c *comment) matrix(by string) {
	t := matrix.Build(c.a, by)
	if len(t.Columns) == 0 || c.a.Summary.Duties == 0 {
		return
	}
	shown := t.Columns[:min(len(t.Columns), maxColumns)]
	head, rule := "| |", "|:--|"
	for _, col := range shown {
		head += " " + escape(col.Title) + " |"
		rule += ":-:|"
	}
	c.linef("%s", head)
	c.itemf("%s", rule)
	used := map[string]bool{}
	for _, r := range t.Rows {
		var line strings.Builder
		line.WriteString("| " + escape(r.Title) + " |")
		for _, x := range r.Cells[:len(shown)] {
			used[x.Worst] = true
			line.WriteString(" " + cell(x) + " |")
		}
		c.itemf("%s", line.String())
	}
	var legend []string
	for _, s := range matrix.Worst {
		if used[s] {
			legend = append(legend, symbol(s)+" "+s)
		}
	}
	c.linef("<sub>**C** yours, **P** the provider's; a cell shows the worst of its duties: %s</sub>", strings.Join(legend, ", "))
	if n := len(t.Columns) - len(shown); n > 0 {
		c.linef("And %s not shown here.", digest.Plural(n, "column", "columns"))
	}
}

func cell(x matrix.Cell) string {
	if x.Duties == 0 {
		return " "
	}
	return digest.Letter(x.Owner()) + " " + symbol(x.Worst)
}

// symbol is a picture that code hosts show in colour, and different in shape.
func symbol(status string) string {
	switch status {
	case report.Failing:
		return "❌"
	case report.Unverified:
		return "❔"
	case report.Lapsed:
		return "⌛"
	case report.Unassured:
		return "⚪"
	case report.Waived:
		return "➖"
	case report.Verified:
		return "✅"
	case report.Assured:
		return "🔵"
	}
	return "❔"
}

func (c *comment) weakest() {
	if len(c.a.Weakest) == 0 {
		return
	}
	c.linef("### Weakest links")
	c.WriteByte('\n')
	for i, l := range c.a.Weakest {
		if i == 5 {
			c.linef("And %d more.", len(c.a.Weakest)-i)
			break
		}
		about := []string{escape(l.Severity)}
		switch l.Exposed {
		case "yes":
			about = append(about, "exposed")
		case "no":
		default:
			about = append(about, "exposure not known")
		}
		if l.Reaches > 0 {
			about = append(about, "reaches "+digest.Plural(l.Reaches, "asset", "assets"))
		}
		c.itemf("%d. **%s** %s (%s)  ", i+1, escape(l.Title), code(l.Address), strings.Join(about, ", "))
		c.itemf("   %s  ", escape(l.Why))
		c.itemf("   → %s", escape(l.Do))
	}
}

func (c *comment) failing() {
	total := 0
	for _, s := range c.d.Failing {
		total += s.Count
	}
	if total == 0 {
		c.linef("### Failing: nothing of what was checked%s", c.known(" new"))
		return
	}
	c.linef("### Failing: %s", digest.Number(total))
	for i, s := range c.d.Failing {
		summary := fmt.Sprintf("<b>%s</b>: %s", escape(s.Severity), digest.Number(s.Count))
		// The worst are open at once, the others fold.
		if i == 0 {
			summary = strings.NewReplacer("<b>", "**", "</b>", "**").Replace(summary)
			c.linef("%s", summary)
			c.findings(s)
			continue
		}
		c.details(summary, func() { c.findings(s) })
	}
	if k := c.known(""); k != "" {
		c.linef("%s", strings.TrimPrefix(k, ", "))
	}
}

func (c *comment) known(otherwise string) string {
	if c.d.Baseline == 0 {
		return ""
	}
	return otherwise + ", " + digest.Plural(c.d.Baseline, "finding was", "findings were") + " known before (baseline)"
}

func (c *comment) findings(s digest.Severity) {
	c.WriteByte('\n')
	for _, f := range s.Findings {
		at := ""
		if f.Location.File != "" {
			at = " at " + code(digest.At(f.Location))
		}
		c.itemf("- ❌ %s **%s** %s%s  ", code(f.Check), escape(f.Title), code(f.Address), at)
		lines := []string{escape(clip(f.Message))}
		if f.Waiver != nil && f.Waiver.Expired {
			lines = append(lines, "The waiver expired on "+escape(f.Waiver.Until)+".")
		}
		if f.Remediation != "" {
			lines = append(lines, "→ "+escape(clip(f.Remediation)))
		}
		c.itemf("  %s", strings.Join(lines, "  \n  "))
	}
	if n := s.More(); n > 0 {
		c.linef("and %s more", digest.Number(n))
	}
}

func (c *comment) changes() {
	if len(c.d.Changes) == 0 {
		return
	}
	c.details(fmt.Sprintf("The line moves soon: %d", len(c.d.Changes)), func() {
		c.WriteByte('\n')
		for i, x := range c.d.Changes {
			if i == 10 {
				c.linef("and %d more", len(c.d.Changes)-i)
				break
			}
			c.itemf("- **%s** %s passes from %s to %s on %s, such as %s. %s", escape(x.On), code(x.Responsibility),
				escape(digest.Party(x.From)), escape(digest.Party(x.To)), digest.Plural(x.Duties, "asset", "assets"), code(x.Address), escape(clip(x.Note)))
		}
	})
}

func (c *comment) unverified() {
	n := 0
	for _, u := range c.d.Unverified {
		n += u.Duties
	}
	unowned := 0
	for _, u := range c.d.Unowned {
		unowned += u.Duties
	}
	if n+unowned == 0 {
		return
	}
	summary := "Not verified: " + digest.Number(n) + " of your duties"
	if unowned > 0 {
		summary += ", and " + digest.Number(unowned) + " of unknown owner"
	}
	c.details(summary, func() {
		c.linef("| responsibility | duties | why |")
		c.itemf("|:--|--:|:--|")
		for i, u := range c.d.Unverified {
			if i == 20 {
				c.linef("and %s", digest.Plural(len(c.d.Unverified)-i, "more responsibility", "more responsibilities"))
				break
			}
			c.itemf("| %s | %s | %s |", code(u.Responsibility), digest.Number(u.Duties), why(u))
		}
		if len(c.d.Unowned) > 0 {
			c.WriteByte('\n')
		}
		for i, u := range c.d.Unowned {
			if i == 10 {
				c.linef("and %s", digest.Plural(len(c.d.Unowned)-i, "more responsibility", "more responsibilities"))
				break
			}
			c.itemf("- %s: the owner of %s could not be told", code(u.Responsibility), digest.Plural(u.Duties, "duty", "duties"))
		}
	})
}

func why(u digest.Unverified) string {
	switch {
	case u.Unchecked == u.Duties:
		return "no check looks at it"
	case u.Unchecked == 0:
		return "what the check needs is not known"
	}
	return "no check for " + digest.Number(u.Unchecked) + ", the rest not known"
}

func (c *comment) unseen() {
	if len(c.d.Gaps)+len(c.a.Uncovered)+len(c.a.Limitations) == 0 {
		return
	}
	var sum []string
	if n := len(c.d.Gaps); n > 0 {
		sum = append(sum, digest.Plural(n, "gap", "gaps"))
	}
	if n := c.a.Summary.Uncovered; n > 0 {
		sum = append(sum, digest.Plural(n, "resource", "resources")+" of uncovered types")
	}
	summary := "What could not be seen"
	if len(sum) > 0 {
		summary += ": " + strings.Join(sum, ", ")
	}
	c.details(summary, func() {
		c.WriteByte('\n')
		for i, g := range c.d.Gaps {
			if i == 20 {
				c.itemf("- and %d more", len(c.d.Gaps)-i)
				break
			}
			at := ""
			if g.Location.File != "" {
				at = " at " + code(digest.At(g.Location))
			}
			mark := "❔"
			if g.Error {
				mark = "❌"
			}
			mend := ""
			if g.Mend != "" {
				mend = " → " + escape(clip(g.Mend))
			}
			c.itemf("- %s %s%s%s", mark, escape(clip(g.What)), at, mend)
		}
		for i, u := range c.a.Uncovered {
			if i == 20 {
				c.itemf("- and %d more types no catalogue file covers", len(c.a.Uncovered)-i)
				break
			}
			c.itemf("- ❔ %s of type %s, which no catalogue file covers", digest.Plural(u.Count, "resource", "resources"), code(u.Type))
		}
		for _, l := range c.a.Limitations {
			c.itemf("- %s", escape(l))
		}
	})
}

// clip bounds what one finding may say in a comment.
func clip(s string) string {
	const most = 400
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// escaper makes every character that means something in Markdown or HTML mean
// itself. Code hosts look for mentions, issues and formulas in what was
// rendered, where an entity no longer helps; an empty comment parts the sign
// from what follows.
var escaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;",
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`, "(", `\(`, ")", `\)`,
	"+", `\+`, "!", `\!`, "|", `\|`, "~", `\~`, "://", "&#58;//", "www.", "www&#46;", "WWW.", "WWW&#46;",
	"$", "$<!-- -->", "#", "#<!-- -->", "@", "@<!-- -->",
)

// escape makes text of unknown origin a piece of plain text on one line.
func escape(s string) string {
	s = escaper.Replace(digest.Line(s))
	// What makes a list or a heading does so at the beginning only.
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "=") {
		s = `\` + s
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }); i > 0 && s[i] == '.' {
		s = s[:i] + `\` + s[i:]
	}
	return s
}

// code shows text as code. Inside code nothing is obeyed but its own end and,
// in a table, the bar; HTML's code element with everything escaped has neither
// problem.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + escape(s) + "</code>"
}

package terminal

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/demarc-sec/demarc/internal/report"
)

// paint colours a piece of text.
type paint func(string) string

// screen lays text out in a given width. It keeps the first error.
type screen struct {
	out  *bufio.Writer
	opts Options

	strong, faint, accent, title paint

	blankLast bool
}

func newScreen(w io.Writer, o Options) *screen {
	if o.Width == 0 {
		o.Width = 80
	}
	o.Width = max(o.Width, 40)
	s := &screen{out: bufio.NewWriter(w), opts: o}
	style := lipgloss.NewStyle()
	s.strong = s.paint(style.Bold(true))
	s.faint = s.paint(style.Faint(true))
	s.accent = s.paint(style.Foreground(lipgloss.Cyan))
	s.title = s.paint(style.Bold(true).Underline(true))
	return s
}

// paint is the style, or nothing when colours are off. The sixteen colours of
// the terminal are used, so that they fit the theme of whoever reads.
func (s *screen) paint(style lipgloss.Style) paint {
	if !s.opts.Colour {
		return plain
	}
	return func(t string) string {
		if t == "" {
			return ""
		}
		return style.Render(t)
	}
}

func plain(s string) string { return s }

func (s *screen) status(status string) paint {
	style := lipgloss.NewStyle()
	switch status {
	case report.Failing:
		style = style.Foreground(lipgloss.Red).Bold(true)
	case report.Unverified:
		style = style.Foreground(lipgloss.Yellow)
	case report.Lapsed, report.Unassured:
		style = style.Foreground(lipgloss.Magenta)
	case report.Waived:
		style = style.Foreground(lipgloss.Blue)
	case report.Verified:
		style = style.Foreground(lipgloss.Green)
	case report.Assured, "":
		style = style.Faint(true)
	default:
		style = style.Foreground(lipgloss.Yellow)
	}
	return s.paint(style)
}

func (s *screen) severity(severity string) paint {
	style := lipgloss.NewStyle().Bold(true)
	switch severity {
	case "critical":
		style = style.Foreground(lipgloss.Red)
	case "high":
		style = style.Foreground(lipgloss.BrightRed)
	case "medium":
		style = style.Foreground(lipgloss.Yellow)
	case "low":
		style = style.Foreground(lipgloss.Blue)
	}
	return s.paint(style)
}

func (s *screen) blank() {
	if !s.blankLast {
		s.out.WriteByte('\n')
	}
	s.blankLast = true
}

func (s *screen) heading(text string) {
	s.blank()
	s.line(2, s.title(text))
	s.blank()
}

// line prints one line as it is.
func (s *screen) line(indent int, text string) {
	s.out.WriteString(strings.TrimRight(strings.Repeat(" ", indent)+text, " "))
	s.out.WriteByte('\n')
	s.blankLast = false
}

// para wraps text at the width. Nothing is printed for no text.
func (s *screen) para(indent int, text string, p paint) { s.hanging(indent, "", text, p) }

// hanging is a paragraph whose further lines stand below the text after lead.
func (s *screen) hanging(indent int, lead, text string, p paint) {
	if text == "" {
		return
	}
	if p == nil {
		p = plain
	}
	in := indent + cells(lead)
	if in > s.opts.Width-20 { // no room beside the lead
		s.line(indent, lead)
		lead, in = "", indent+2
	}
	for i, l := range wrap(text, s.opts.Width-in) {
		if i == 0 && lead != "" {
			s.line(indent, lead+p(l))
			continue
		}
		s.line(in, p(l))
	}
}

// spread puts right beside left when both fit, and below it otherwise.
func (s *screen) spread(indent int, left, right string) {
	switch {
	case right == "":
		s.para(indent, left, nil)
	case indent+cells(left)+2+cells(right) <= s.opts.Width:
		s.line(indent, left+"  "+right)
	default:
		s.para(indent, left, nil)
		s.para(indent, right, nil)
	}
}

// fit cuts text to what the line has left after the indent.
func (s *screen) fit(text string, indent int) string {
	return ansi.Truncate(text, s.opts.Width-indent, "…")
}

func (s *screen) flush(doing string) error {
	if err := s.out.Flush(); err != nil { // it keeps the first error
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// wrap breaks at blanks, and inside a word only where it is longer than a line.
func wrap(text string, width int) []string {
	lines := strings.Split(lipgloss.Wrap(text, max(width, 10), ""), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return lines
}

// cells is how many columns a terminal gives the text.
func cells(s string) int { return ansi.StringWidth(s) }

func pad(s string, width int) string { return s + strings.Repeat(" ", max(width-cells(s), 0)) }

func cut(s string, width int) string { return ansi.Truncate(s, width, "…") }

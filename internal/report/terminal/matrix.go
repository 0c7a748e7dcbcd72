package terminal

import (
	"io"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
	"github.com/demarc-sec/demarc/internal/report/matrix"
)

// Matrix writes the headline and the matrix alone, its columns by Options.By.
func Matrix(w io.Writer, a *report.Assessment, o Options) error {
	s := newScreen(w, o)
	s.blank()
	s.para(2, digest.Headline(a.Summary), s.strong)
	s.blank()
	s.table(matrix.Build(a, o.By))
	s.blank()
	return s.flush("writing the matrix")
}

// wide is the width from which cells tell their numbers.
const wide = 110

// table draws the matrix. Columns that do not fit are drawn in further blocks
// below, each with the row titles.
func (s *screen) table(t *matrix.Table) {
	if len(t.Columns) == 0 {
		return
	}
	g := s.grid(t)
	for first := 0; first < len(t.Columns); {
		last := g.block(first)
		if first > 0 {
			s.blank()
		}
		s.block(t, g, first, last)
		first = last
	}
	s.blank()
	s.legend(t)
}

// grid is where things stand.
type grid struct {
	width, title, gap int
	heads             []string
	columns           []int // widths
	cells             [][]string
	counts            bool
}

func (s *screen) grid(t *matrix.Table) grid {
	g := grid{width: s.opts.Width - 2, gap: 2, counts: s.opts.Width >= wide}
	for _, r := range t.Rows {
		var line []string
		for _, c := range r.Cells {
			line = append(line, cell(c, g.counts))
		}
		g.cells = append(g.cells, line)
		g.title = max(g.title, cells(digest.Line(r.Title)))
	}
	for i, c := range t.Columns {
		head := digest.Line(c.Title)
		if t.By == "model" && c.ID == "on-premises" && !g.counts {
			head = "On-prem"
		}
		widest := 0
		for _, line := range g.cells {
			widest = max(widest, cells(line[i]))
		}
		head = cut(head, max(widest, 14))
		g.heads = append(g.heads, head)
		g.columns = append(g.columns, max(widest, cells(head)))
	}
	widest := g.title
	g.title = min(widest, 44)
	// Rather cut a title than push a column out, as long as it can be read.
	for g.title > 28 && g.block(0) < len(t.Columns) {
		g.title--
	}
	if g.block(0) < len(t.Columns) {
		g.title = min(44, g.width/2, widest)
	}
	return g
}

// block returns the end of the columns that fit beside the titles, beginning
// with first; at least one.
func (g grid) block(first int) int {
	used := g.title
	for i := first; i < len(g.columns); i++ {
		used += g.gap + g.columns[i]
		if used > g.width && i > first {
			return i
		}
	}
	return len(g.columns)
}

func (s *screen) block(t *matrix.Table, g grid, first, last int) {
	between := strings.Repeat(" ", g.gap)
	var head strings.Builder
	head.WriteString(strings.Repeat(" ", g.title))
	for i := first; i < last; i++ {
		head.WriteString(between + s.faint(pad(g.heads[i], g.columns[i])))
	}
	s.line(2, head.String())
	for k, r := range t.Rows {
		var line strings.Builder
		line.WriteString(pad(cut(digest.Line(r.Title), g.title), g.title))
		for i := first; i < last; i++ {
			line.WriteString(between + s.status(r.Cells[i].Worst)(pad(g.cells[k][i], g.columns[i])))
		}
		s.line(2, line.String())
	}
}

// cell is the owner's letter and the symbol of the worst status; with numbers,
// how many duties have that status, of how many.
func cell(c matrix.Cell, counts bool) string {
	if c.Duties == 0 {
		return "·"
	}
	out := digest.Letter(c.Owner()) + " " + digest.Symbol(c.Worst)
	if !counts {
		return out
	}
	n := c.Statuses[c.Worst]
	if n == c.Duties {
		return out + " " + digest.Number(n)
	}
	return out + " " + digest.Number(n) + "/" + digest.Number(c.Duties)
}

// legend explains the letters and symbols that occur.
func (s *screen) legend(t *matrix.Table) {
	owners, statuses := map[string]bool{}, map[string]bool{}
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			owners[c.Owner()] = true
			statuses[c.Worst] = true
		}
	}
	var letters []string
	for _, o := range []string{report.Customer, report.Provider, "both", report.Unknown} {
		if owners[o] {
			words := map[string]string{report.Customer: "yours", report.Provider: "the provider's", "both": "some of each", report.Unknown: "owner not known"}
			letters = append(letters, digest.Letter(o)+" "+words[o])
		}
	}
	var symbols []string
	for _, x := range matrix.Worst {
		if statuses[x] {
			symbols = append(symbols, digest.Symbol(x)+" "+x)
		}
	}
	s.legendLine(letters)
	s.legendLine(symbols)
	note := "A cell shows the worst of its duties"
	if s.opts.Width >= wide {
		note += ", how many have that status, and of how many"
	}
	s.para(2, note+".", s.faint)
}

// legendLine keeps each entry together when the line is wrapped.
func (s *screen) legendLine(entries []string) {
	entries = slices.Clone(entries)
	for i, e := range entries {
		entries[i] = strings.ReplaceAll(e, " ", "\u00a0")
	}
	for _, l := range wrap(strings.Join(entries, "  "), s.opts.Width-2) {
		s.line(2, s.faint(strings.ReplaceAll(l, "\u00a0", " ")))
	}
}

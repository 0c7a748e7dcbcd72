package chart

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
)

// Heat is the matrix as it is drawn: rows of the stack against columns, and
// through each column the demarcation line.
type Heat struct {
	Columns []HeatColumn
	Rows    []HeatRow
	Hidden  int // columns that are left out
}

// HeatColumn is the head of a column.
type HeatColumn struct {
	Title string
	All   Counts
}

// HeatRow is one row of the stack.
type HeatRow struct {
	ID, Title, URL string
	Cells          []HeatCell
}

// HeatCell is one cell.
type HeatCell struct {
	Counts
	Label string // row and column
	Worst string // status; empty where there are no duties
	URL   string

	left, right float64   // where the line is, in percent
	above       []float64 // where it was in the row above
}

// MostColumns is how many columns are drawn unless all are asked for.
const MostColumns = 24

// NewHeat lays out a matrix. link is where a cell leads; a nil column is the
// whole row. Unless all is set, only the first columns are taken.
func NewHeat(t *matrix.Table, all bool, link func(row string, column *string) string) *Heat {
	h := &Heat{}
	columns := t.Columns
	if !all && len(columns) > MostColumns {
		h.Hidden = len(columns) - MostColumns
		columns = columns[:MostColumns]
	}
	whole := len(t.Columns) > 1
	if whole {
		h.Columns = append(h.Columns, HeatColumn{Title: "Whole estate", All: newCounts()})
	}
	for _, c := range columns {
		h.Columns = append(h.Columns, HeatColumn{Title: c.Title, All: newCounts()})
	}
	lines := make([][]float64, len(h.Columns))
	for _, row := range t.Rows {
		if row.Total.Duties == 0 {
			continue
		}
		if row.ID == "across" {
			clear(lines)
		}
		r := HeatRow{ID: row.ID, Title: row.Title, URL: link(row.ID, nil)}
		if whole {
			r.Cells = append(r.Cells, heatCell(row.Total, row.Title+", whole estate", r.URL))
		}
		for i, c := range columns {
			r.Cells = append(r.Cells, heatCell(row.Cells[i], row.Title+", "+c.Title, link(row.ID, &c.ID)))
		}
		for i := range r.Cells {
			c := &r.Cells[i]
			h.Columns[i].All.add(c.Counts)
			c.above = lines[i]
			if c.Total() > 0 {
				lines[i] = []float64{c.left, c.right}
			}
		}
		h.Rows = append(h.Rows, r)
	}
	return h
}

func newCounts() Counts { return Counts{map[string]int{}, map[string]int{}} }

func (c Counts) add(more Counts) {
	for k, n := range more.Owners {
		c.Owners[k] += n
	}
	for k, n := range more.Statuses {
		c.Statuses[k] += n
	}
}

// along keeps the line a little away from the sides, so that it shows there.
func along(share float64) float64 { return 3 + 94*share }

func heatCell(c matrix.Cell, label, url string) HeatCell {
	out := HeatCell{Counts: Counts{c.Owners, c.Statuses}, Label: label, Worst: c.Worst, URL: url}
	if n := float64(out.Total()); n > 0 {
		out.left = along(float64(c.Owners[report.Customer]) / n)
		out.right = along(float64(c.Owners[report.Customer]+c.Owners[report.Unknown]) / n)
	}
	return out
}

// worst status among some, by count.
func (c Counts) worst(among []string) string {
	for _, s := range among {
		if c.Of(s) > 0 {
			return s
		}
	}
	return ""
}

// area is a rectangle of a cell, from one place to another.
type area struct {
	Status  string
	From, W float64
}

// areas are the parts of the cell, each in its worst status.
func (c HeatCell) areas() []area {
	var out []area
	if s := c.worst(yours); s != "" {
		out = append(out, area{s, 0, c.left})
	}
	if c.right > c.left {
		out = append(out, area{UnknownOwner, c.left, c.right - c.left})
	}
	if s := c.worst(theirs); s != "" {
		out = append(out, area{s, c.right, 100 - c.right})
	}
	return out
}

// strips tell at the foot how much of a side has which status.
func (c HeatCell) strips() []area {
	var out []area
	for _, side := range []struct {
		statuses []string
		owner    string
		from, to float64
	}{{yours, report.Customer, 0, c.left}, {theirs, report.Provider, c.right, 100}} {
		var pieces []area
		x := side.from
		for _, s := range side.statuses {
			if n := c.Of(s); n > 0 {
				w := (side.to - side.from) * float64(n) / float64(max(1, c.Owners[side.owner]))
				pieces = append(pieces, area{s, x, w})
				x += w
			}
		}
		if len(pieces) > 1 {
			out = append(out, pieces...)
		}
	}
	return out
}

// stroke is a piece of the demarcation line; upright ones go down the cell.
type stroke struct {
	X1, X2  float64
	Upright bool
}

// strokes join the cell's line to that of the row above.
func (c HeatCell) strokes() []stroke {
	out := []stroke{{c.left, c.left, true}}
	if c.unsure() {
		out = append(out, stroke{c.right, c.right, true})
	}
	if c.above == nil {
		return out
	}
	if c.above[0] != c.left {
		out = append(out, stroke{c.above[0], c.left, false})
	}
	if (c.unsure() || c.above[1] != c.above[0]) && c.above[1] != c.right {
		out = append(out, stroke{c.above[1], c.right, false})
	}
	return out
}

func (c HeatCell) unsure() bool { return c.right > c.left }

// label says in words everything the cell shows.
func (c HeatCell) label() string {
	if c.Total() == 0 {
		return c.Label + ": no duty"
	}
	return c.Label + ": " + c.Describe() + " Worst: " + strings.ToLower(StatusTitle(c.Worst)) + "."
}

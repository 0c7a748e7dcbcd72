// Package matrix fills the chart everybody knows, rows of the stack against
// kinds of service, from an assessment: who owns each cell, and what is the
// worst that is known of it. Every format that shows the matrix builds it here.
package matrix

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/demarc-sec/demarc/internal/report"
)

// Dimensions are what the columns may stand for. The first is the default.
var Dimensions = []string{"model", "provider", "service", "environment", "team", "account"}

// Worst lists the statuses of a duty, worst first.
var Worst = []string{
	report.Failing, report.Unverified, report.Lapsed, report.Unassured,
	report.Waived, report.Verified, report.Assured,
}

// Table is the matrix. Every row has one cell for every column.
type Table struct {
	By      string
	Columns []Column
	Rows    []Row
}

// Column is one delivery model, service, team and so on. ID is empty for what
// has none, and that column stands last.
type Column struct{ ID, Title string }

// Row is one row of the stack, in the order of the assessment's rows.
type Row struct {
	ID, Title string
	Cells     []Cell
	Total     Cell // over all columns
}

// Cell counts the duties of one row in one column. A cell without duties has
// no worst status.
type Cell struct {
	Duties   int
	Owners   map[string]int // provider, customer, unknown
	Statuses map[string]int
	Worst    string
}

// Build aggregates the duties of a by row and by one of Dimensions. An empty
// dimension means the default; one that is not known gives a single column of
// everything. The result depends on the contents of a alone.
//
// A team's column holds the duties given to that team; a duty given to none
// counts for the team of its asset.
func Build(a *report.Assessment, by string) *Table {
	if by == "" {
		by = Dimensions[0]
	}
	b := builder{by: by, columns: map[string]string{}, cells: map[place]*Cell{}, seen: map[string]bool{}}
	assets := b.assets(a)
	for d := range a.Duties {
		column := assets[d.Asset]
		if by == "team" && d.Team != "" {
			column = d.Team
		}
		b.post(Count{d.Row, column, d.Owner, d.Status, 1})
	}
	return b.table(a.Rows)
}

// Count is how many duties of a row in a column have that owner and status.
type Count struct {
	Row, Column, Owner, Status string
	Duties                     int
}

// Sum makes the table of what was counted elsewhere. Titles are those of
// columns, where they differ from their ids.
func Sum(by string, rows []report.Row, titles map[string]string, counts iter.Seq[Count]) *Table {
	b := builder{by: by, columns: map[string]string{}, cells: map[place]*Cell{}, seen: map[string]bool{}}
	for c := range counts {
		if _, ok := b.columns[c.Column]; !ok {
			b.columns[c.Column] = cmp.Or(titles[c.Column], titleOf(by, c.Column))
		}
		b.post(c)
	}
	return b.table(rows)
}

func titleOf(by, column string) string {
	if by == "model" {
		return ModelTitle(column)
	}
	return named(column).Title
}

// Owner tells who owns the duties of the cell: report.Provider,
// report.Customer or report.Unknown, "both" where some duties are the
// provider's and some the customer's, and nothing where there are none.
// Duties without a known owner do not hide the known ones.
func (c Cell) Owner() string {
	provider, customer := c.Owners[report.Provider] > 0, c.Owners[report.Customer] > 0
	switch {
	case provider && customer:
		return "both"
	case provider:
		return report.Provider
	case customer:
		return report.Customer
	case c.Duties > 0:
		return report.Unknown
	}
	return ""
}

// Rank orders statuses, worst lowest. A status that is not known ranks with
// the unverified, so that it can never pass for good.
func Rank(status string) int {
	if i := slices.Index(Worst, status); i >= 0 {
		return i
	}
	return slices.Index(Worst, report.Unverified)
}

type place struct{ row, column string }

type builder struct {
	by      string
	columns map[string]string // id to title
	cells   map[place]*Cell
	seen    map[string]bool // rows
}

// assets returns the column of every asset, and gives each asset's column a
// place in the table even where it has no duties.
func (b *builder) assets(a *report.Assessment) map[string]string {
	out := map[string]string{}
	for asset := range a.Assets {
		c := column(asset, b.by)
		out[asset.ID] = c.ID
		// Titles may differ between assets of one id; the smallest is chosen so
		// that the order of assets does not matter.
		if t, ok := b.columns[c.ID]; !ok || c.Title < t {
			b.columns[c.ID] = c.Title
		}
	}
	return out
}

func column(a report.Asset, by string) Column {
	switch by {
	case "model":
		return Column{a.Model, ModelTitle(a.Model)}
	case "provider":
		return named(a.Provider)
	case "service":
		if a.ServiceName != "" && a.Service != "" {
			return Column{a.Service, a.ServiceName}
		}
		return named(a.Service)
	case "environment":
		return named(a.Environment)
	case "team":
		return named(a.Team)
	case "account":
		return named(a.Account)
	}
	return Column{"all", "All"}
}

func named(id string) Column {
	if id == "" {
		return Column{"", "not known"}
	}
	return Column{id, id}
}

// models are the delivery models from the most to be done to the least.
var models = []Column{
	{"on-premises", "On-premises"},
	{"iaas", "IaaS"},
	{"caas", "CaaS"},
	{"paas", "PaaS"},
	{"faas", "FaaS"},
	{"saas", "SaaS"},
}

// ModelTitle is the delivery model as people write it.
func ModelTitle(id string) string {
	for _, m := range models {
		if m.ID == id {
			return m.Title
		}
	}
	return named(id).Title
}

func (b *builder) post(n Count) {
	if _, ok := b.columns[n.Column]; !ok {
		b.columns[n.Column] = named(n.Column).Title
	}
	b.seen[n.Row] = true
	at := place{n.Row, n.Column}
	c := b.cells[at]
	if c == nil {
		c = &Cell{Owners: map[string]int{}, Statuses: map[string]int{}}
		b.cells[at] = c
	}
	c.Duties += n.Duties
	c.Owners[n.Owner] += n.Duties
	c.Statuses[n.Status] += n.Duties
}

func (b *builder) table(rows []report.Row) *Table {
	t := &Table{By: b.by, Columns: b.ordered()}
	for _, r := range rows {
		t.Rows = append(t.Rows, b.row(r.ID, r.Title, t.Columns))
		delete(b.seen, r.ID)
	}
	// Rows that only duties name still count: nothing found may vanish.
	for _, id := range slices.Sorted(maps.Keys(b.seen)) {
		t.Rows = append(t.Rows, b.row(id, id, t.Columns))
	}
	return t
}

func (b *builder) ordered() []Column {
	out := make([]Column, 0, len(b.columns))
	for id, title := range b.columns {
		out = append(out, Column{id, title})
	}
	slices.SortFunc(out, func(x, y Column) int {
		if (x.ID == "") != (y.ID == "") {
			return cmp.Compare(len(y.ID), len(x.ID))
		}
		if b.by == "model" {
			if c := cmp.Compare(modelRank(x.ID), modelRank(y.ID)); c != 0 {
				return c
			}
		}
		return cmp.Compare(x.ID, y.ID)
	})
	return out
}

func modelRank(id string) int {
	if i := slices.IndexFunc(models, func(m Column) bool { return m.ID == id }); i >= 0 {
		return i
	}
	return len(models)
}

func (b *builder) row(id, title string, columns []Column) Row {
	r := Row{ID: id, Title: title, Total: Cell{Owners: map[string]int{}, Statuses: map[string]int{}}}
	for _, col := range columns {
		c := Cell{Owners: map[string]int{}, Statuses: map[string]int{}}
		if got := b.cells[place{id, col.ID}]; got != nil {
			c = *got
		}
		c.Worst = worst(c.Statuses)
		r.Cells = append(r.Cells, c)

		r.Total.Duties += c.Duties
		for k, n := range c.Owners {
			r.Total.Owners[k] += n
		}
		for k, n := range c.Statuses {
			r.Total.Statuses[k] += n
		}
	}
	r.Total.Worst = worst(r.Total.Statuses)
	return r
}

func worst(statuses map[string]int) string {
	w := ""
	for _, s := range slices.Sorted(maps.Keys(statuses)) {
		if w == "" || Rank(s) < Rank(w) {
			w = s
		}
	}
	return w
}

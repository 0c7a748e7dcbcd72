package inventory

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// facetting is what one kind of cells is counted by: the dimensions of the
// cell, then the parts of each key of its counts.
type facetting struct {
	what  string
	parts [maxMeasureParts]string
	asked []field // of the parts
}

// AssetFacets counts assets. The text of the query, and those that are gone,
// are not looked at.
func (inv *Inventory) AssetFacets(ctx context.Context, who tenant.Who, ask AssetQuery) (Facets, error) {
	return inv.facets(ctx, who, ask.Where, facetting{ofAssets, [3]string{"status", "severity", "exposed"}, []field{
		{"status", ask.Statuses}, {"severity", ask.Severities}, {"exposed", ask.Exposed},
	}})
}

// DutyFacets counts duties by what both the query and the cells know: not by
// kind, region, party, responsibility or text.
func (inv *Inventory) DutyFacets(ctx context.Context, who tenant.Who, ask DutyQuery) (Facets, error) {
	return inv.facets(ctx, who, ask.Where, facetting{ofDuties, [3]string{"row", "owner", "status"}, []field{
		{"row", ask.Rows}, {"owner", ask.Owners}, {"status", ask.Statuses},
	}})
}

// FindingFacets counts findings that there are now, by their result. A query
// that asks for no result counts those that fail.
func (inv *Inventory) FindingFacets(ctx context.Context, who tenant.Who, ask FindingQuery) (Facets, error) {
	results := slices.Clone(ask.Results)
	for _, s := range ask.States {
		if r, ok := resultOf[s]; ok {
			results = append(results, r)
		}
	}
	if len(results) == 0 {
		results = []string{report.Fail}
	}
	return inv.facets(ctx, who, ask.Where, facetting{ofFindings, [3]string{"check", "severity", "result"}, []field{
		{"check", ask.Checks}, {"severity", ask.Severities}, {"result", results},
	}})
}

// resultOf is the result of findings in a state, where there is one.
var resultOf = map[string]string{Open: report.Fail, Waived: report.ResultWaived, Unverified: report.ResultUnknown, Passing: report.Pass}

// facets counts in one pass over the cells: what misses the filter of one
// dimension alone still counts for that dimension.
func (inv *Inventory) facets(ctx context.Context, who tenant.Who, w Where, f facetting) (Facets, error) {
	all, s, err := inv.cells(ctx, who, w.Group, f.what)
	if err != nil {
		return nil, err
	}
	asked := f.filters(w)
	c := counter{facetting: f, asked: asked, dims: dimensions(f.what == ofAssets, asked), sums: map[string]counts{}}
	c.begin(all.keys)
	for row := range all.all {
		if s.has(row.GroupID) {
			c.count(row)
		}
	}
	c.end(all.keys)
	return inv.named(ctx, who, c.sums)
}

// filters are the values that are asked for, by dimension.
func (f *facetting) filters(w Where) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	add := func(name, value string) {
		if out[name] == nil {
			out[name] = map[string]bool{}
		}
		out[name][value] = true
	}
	for _, field := range append(w.fields(), f.asked...) {
		if f.what != ofAssets && (field.name == "kind" || field.name == "region") {
			continue
		}
		for _, v := range field.values {
			add(field.name, v)
		}
	}
	for _, s := range w.Sources {
		add("source", strconv.FormatInt(s, 10))
	}
	return out
}

// counter counts cells under filters.
type counter struct {
	facetting
	asked map[string]map[string]bool
	dims  []dimension
	sums  map[string]counts

	missed []int                  // by key: how many of its parts are not asked for,
	miss   []int                  // and the last of them
	full   []int                  // by key: what all filters take
	but    [maxMeasureParts][]int // by part and key: what all take but that part's
}

// dimension sums cells by their value of it. Neighbours mostly have the same, so
// that looking up and adding is put off until another comes.
type dimension struct {
	name   string
	text   func(*cell) string
	number func(*cell) int64 // in place of text
	asked  map[string]bool   // nil: all values
	sums   counts

	value string // of the last cell,
	id    int64  // as number gives it
	met   bool   // a cell
	fits  bool   // the value is asked for
	n     int    // not yet in sums
}

// numbered are the dimensions whose values are ids; textual those of all cells,
// after which assets have two more.
var (
	numbered = []dimension{
		{name: "source", number: func(c *cell) int64 { return c.Source }},
		{name: "group", number: func(c *cell) int64 { return c.GroupID }},
	}
	textual = []string{"provider", "service", "model", "account", "environment", "team", "kind", "region"}
)

func dimensions(whole bool, asked map[string]map[string]bool) []dimension {
	out := slices.Clone(numbered)
	names := textual
	if !whole {
		names = names[:len(names)-2]
	}
	for _, name := range names {
		out = append(out, dimension{name: name, text: columns[name]})
	}
	for i := range out {
		out[i].asked, out[i].sums = asked[out[i].name], counts{}
	}
	return out
}

// at goes to the value of a cell, and tells whether it is asked for.
func (d *dimension) at(c *cell) bool {
	switch {
	case d.number != nil:
		id := d.number(c)
		if d.met && id == d.id {
			return d.fits
		}
		d.settle()
		d.id, d.value = id, strconv.FormatInt(id, 10)
	default:
		v := d.text(c)
		if d.met && v == d.value {
			return d.fits
		}
		d.settle()
		d.value = v
	}
	d.met, d.fits = true, d.asked == nil || d.asked[d.value]
	return d.fits
}

func (d *dimension) settle() {
	if d.n != 0 {
		d.sums[d.value] += d.n
		d.n = 0
	}
}

func (c *counter) begin(keys [][maxMeasureParts]string) {
	c.missed, c.miss, c.full = make([]int, len(keys)), make([]int, len(keys)), make([]int, len(keys))
	for part, name := range c.parts {
		c.but[part] = make([]int, len(keys))
		want := c.asked[name]
		for k := range keys {
			if want != nil && !want[keys[k][part]] {
				c.missed[k]++
				c.miss[k] = part
			}
		}
	}
}

func (c *counter) count(row *cell) {
	missed, miss := 0, 0
	for i := range c.dims {
		if !c.dims[i].at(row) {
			missed, miss = missed+1, i
		}
	}
	if missed > 1 {
		return
	}
	taken := 0
	for _, t := range row.counts {
		n := int(t.n)
		switch {
		case c.missed[t.key] == 0:
			taken += n
			if missed == 0 {
				c.full[t.key] += n
			}
		case c.missed[t.key] == 1 && missed == 0:
			c.but[c.miss[t.key]][t.key] += n
		}
	}
	switch {
	case taken == 0:
	case missed == 1:
		c.dims[miss].n += taken
	default:
		for i := range c.dims {
			c.dims[i].n += taken
		}
	}
}

func (c *counter) end(keys [][maxMeasureParts]string) {
	for i := range c.dims {
		d := &c.dims[i]
		d.settle()
		if len(d.sums) > 0 {
			c.sums[d.name] = d.sums
		}
	}
	for part, name := range c.parts {
		for k := range keys {
			if n := c.full[k] + c.but[part][k]; n != 0 {
				bump(c.sums, name, keys[k][part], n)
			}
		}
	}
}

// named sorts facets, most first, and gives them titles.
func (inv *Inventory) named(ctx context.Context, who tenant.Who, sums map[string]counts) (Facets, error) {
	t, err := inv.titlesOf(ctx, who.Org, nameService, nameKind, nameCheck)
	if err != nil {
		return nil, store.Translate(err)
	}
	rows, err := inv.matrixRows(ctx, who.Org)
	if err != nil {
		return nil, store.Translate(err)
	}
	for _, r := range rows {
		t[[2]string{"row", r.ID}] = r.Title
	}
	out := Facets{}
	for name, c := range sums {
		facets := make([]Facet, 0, len(c))
		for v, n := range c {
			facets = append(facets, Facet{v, facetTitle(t, who.Tree, name, v), n})
		}
		slices.SortFunc(facets, func(a, b Facet) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value)) })
		out[name] = facets
	}
	return out, nil
}

func facetTitle(t titles, tree *tenant.Tree, name, v string) string {
	switch name {
	case "model":
		return matrix.ModelTitle(v)
	case "group":
		if id, err := strconv.ParseInt(v, 10, 64); err == nil {
			if g, ok := tree.Group(id); ok {
				return g.Name
			}
		}
	}
	if v == "" {
		return "none"
	}
	return t.of(name, v)
}

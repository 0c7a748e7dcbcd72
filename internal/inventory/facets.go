package inventory

import (
	"cmp"
	"context"
	"slices"
	"strconv"

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
	results := ask.Results
	for _, s := range ask.States {
		results = append(results, map[string]string{Open: "fail", Waived: "waived", Unverified: "unknown", Passing: "pass"}[s])
	}
	if len(results) == 0 {
		results = []string{"fail"}
	}
	return inv.facets(ctx, who, ask.Where, facetting{ofFindings, [3]string{"check", "severity", "result"}, []field{
		{"check", ask.Checks}, {"severity", ask.Severities}, {"result", results},
	}})
}

// facets counts in one pass over the cells: what misses the filter of one
// dimension alone still counts for that dimension.
func (inv *Inventory) facets(ctx context.Context, who tenant.Who, w Where, f facetting) (Facets, error) {
	rows, err := inv.cells(ctx, who, w.Group, f.what)
	if err != nil {
		return nil, err
	}
	whole := f.what == ofAssets
	asked := map[string]map[string]bool{}
	for _, field := range append(w.fields(), f.asked...) {
		if len(field.values) > 0 && (whole || field.name != "kind" && field.name != "region") {
			asked[field.name] = set(field.values)
		}
	}
	for _, s := range w.Sources {
		if asked["source"] == nil {
			asked["source"] = map[string]bool{}
		}
		asked["source"][strconv.FormatInt(s, 10)] = true
	}
	sums := map[string]counts{}
	for i := range rows {
		f.count(&rows[i], whole, asked, sums)
	}
	return inv.named(ctx, who, sums)
}

func (f *facetting) count(row *cellRow, whole bool, asked map[string]map[string]bool, sums map[string]counts) {
	values := row.values(whole)
	missed, miss := 0, ""
	for _, v := range values {
		if want := asked[v.name]; want != nil && !want[v.value] {
			missed, miss = missed+1, v.name
		}
	}
	if missed > 1 {
		return
	}
	total := 0
	eachCount(row.Counts, func(key string, n int) {
		parts := cut(key)
		missed, miss := missed, miss
		for i, name := range f.parts {
			if want := asked[name]; want != nil && !want[parts[i]] {
				missed, miss = missed+1, name
			}
		}
		switch missed {
		case 0:
			total += n
			for i, name := range f.parts {
				bump(sums, name, parts[i], n)
			}
		case 1:
			for i, name := range f.parts {
				if name == miss {
					bump(sums, name, parts[i], n)
					return
				}
			}
			for _, v := range values {
				if v.name == miss {
					bump(sums, v.name, v.value, n)
				}
			}
		}
	})
	if total != 0 {
		for _, v := range values {
			bump(sums, v.name, v.value, total)
		}
	}
}

type value struct{ name, value string }

// values are the dimensions of a cell; whole ones have a kind and region too.
func (c *cellRow) values(whole bool) []value {
	out := []value{
		{"source", strconv.FormatInt(c.Source, 10)}, {"group", strconv.FormatInt(c.GroupID, 10)}, {"provider", c.Provider}, {"service", c.Service},
		{"model", c.Model}, {"account", c.Account}, {"environment", c.Environment}, {"team", c.Team},
	}
	if whole {
		out = append(out, value{"kind", c.Kind}, value{"region", c.Region})
	}
	return out
}

func set(values []string) map[string]bool {
	out := make(map[string]bool, len(values))
	for _, v := range values {
		out[v] = true
	}
	return out
}

// cells reads those of one kind that somebody may read in a group.
func (inv *Inventory) cells(ctx context.Context, who tenant.Who, group int64, what string) ([]cellRow, error) {
	s, err := reads(who, group)
	if err != nil {
		return nil, err
	}
	var rows []cellRow
	err = s.narrow(inv.DB.NewSelect().Model(&rows), "l").Where("l.what = ?", what).Scan(ctx)
	return rows, store.Translate(err)
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
		facets := []Facet{}
		for v, n := range c {
			if n != 0 {
				facets = append(facets, Facet{v, facetTitle(t, who.Tree, name, v), n})
			}
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

package inventory_test

import (
	"context"
	"maps"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
)

type (
	ctxT = context.Context
	txT  = bun.Tx
)

// number counts rows by the values of some columns.
func (h *house) number(query string) map[string]int {
	h.t.Helper()
	rows, err := h.db.QueryContext(h.ctx(), query)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			h.t.Error(err)
		}
	}()
	out := map[string]int{}
	for rows.Next() {
		var key string
		var n int
		if err := rows.Scan(&key, &n); err != nil {
			h.t.Fatal(err)
		}
		out[key] = n
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	return out
}

func facet(f inventory.Facets, name string) map[string]int {
	out := map[string]int{}
	for _, v := range f[name] {
		out[v.Value] = v.Count
	}
	return out
}

// holds checks that what is counted is what a count over the rows gives.
func (h *house) holds() {
	h.t.Helper()
	all := h.system()
	same := func(what string, want, got map[string]int) {
		h.t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			h.t.Errorf("%s (-counted over rows +kept):\n%s", what, diff)
		}
	}
	sum := func(m map[string]int) (n int) {
		for v := range maps.Values(m) {
			n += v
		}
		return n
	}
	duties := h.number(`SELECT status, COUNT(*) FROM duties WHERE gone IS NULL GROUP BY status`)
	open := h.number(`SELECT CAST(severity AS TEXT), COUNT(*) FROM findings WHERE state = 'open' GROUP BY severity`)
	results := h.number(`SELECT result, COUNT(*) FROM findings WHERE gone IS NULL GROUP BY result`)
	assets := h.number(`SELECT service, COUNT(*) FROM assets WHERE gone IS NULL GROUP BY service`)

	table, err := h.inv.Matrix(h.ctx(), all, inventory.MatrixQuery{By: "service"})
	if err != nil {
		h.t.Fatal(err)
	}
	statuses := map[string]int{}
	for _, row := range table.Rows {
		for status, n := range row.Total.Statuses {
			statuses[status] += n
		}
	}
	same("the matrix", duties, statuses)

	totals, err := h.inv.Totals(h.ctx(), all, 0, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	same("totals of duties", duties, totals.Statuses)
	same("totals of findings", results, totals.Results)
	ranks := map[string]string{"critical": "0", "high": "1", "medium": "2", "low": "3"}
	byRank := map[string]int{}
	for severity, n := range totals.Open {
		byRank[ranks[severity]] = n
	}
	same("open findings", open, byRank)
	if totals.Assets != sum(assets) {
		h.t.Errorf("%d assets, want %d", totals.Assets, sum(assets))
	}

	facets, err := h.inv.AssetFacets(h.ctx(), all, inventory.AssetQuery{})
	if err != nil {
		h.t.Fatal(err)
	}
	same("facets of assets", assets, facet(facets, "service"))
	if facets, err = h.inv.DutyFacets(h.ctx(), all, inventory.DutyQuery{}); err != nil {
		h.t.Fatal(err)
	}
	same("facets of duties by row", h.number(`SELECT layer, COUNT(*) FROM duties WHERE gone IS NULL GROUP BY layer`), facet(facets, "row"))
	same("facets of duties by team", h.number(`SELECT team, COUNT(*) FROM duties WHERE gone IS NULL GROUP BY team`), facet(facets, "team"))
	if facets, err = h.inv.FindingFacets(h.ctx(), all, inventory.FindingQuery{}); err != nil {
		h.t.Fatal(err)
	}
	same("facets of findings", h.number(`SELECT check_id, COUNT(*) FROM findings WHERE state = 'open' GROUP BY check_id`), facet(facets, "check"))

	trend, err := h.inv.Trend(h.ctx(), all, 0, nil, 400)
	if err != nil {
		h.t.Fatal(err)
	}
	if diff := cmp.Diff(totals, trend[len(trend)-1].Totals); diff != "" {
		h.t.Errorf("the trend's last day (-totals +trend):\n%s", diff)
	}
	if first := trend[0].Totals; first.Assets != 0 || first.Duties != 0 || sum(first.Results) != 0 {
		h.t.Errorf("the trend does not begin with nothing: %+v", first)
	}
}

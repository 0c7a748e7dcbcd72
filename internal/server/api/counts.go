package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Matrix is who owns what and how well it is looked after. Every row has one
// cell for every column, in the same order.
type Matrix struct {
	By      string         `json:"by"`
	Columns []MatrixColumn `json:"columns"`
	Rows    []MatrixRow    `json:"rows"`
}

// MatrixColumn is one value of the dimension; the one without id is for what has none.
type MatrixColumn struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// MatrixRow is one row of the stack.
type MatrixRow struct {
	ID    string       `json:"id"`
	Title string       `json:"title"`
	Cells []MatrixCell `json:"cells"`
	Total MatrixCell   `json:"total"`
}

// MatrixCell counts duties.
type MatrixCell struct {
	Duties   int            `json:"duties"`
	Owners   map[string]int `json:"owners"`
	Statuses map[string]int `json:"statuses"`
	Worst    string         `json:"worst,omitempty"`
}

func matrixOf(t *matrix.Table) Matrix {
	cell := func(c matrix.Cell) MatrixCell { return MatrixCell(c) }
	return Matrix{
		By:      t.By,
		Columns: mapped(t.Columns, func(c matrix.Column) MatrixColumn { return MatrixColumn(c) }),
		Rows: mapped(t.Rows, func(r matrix.Row) MatrixRow {
			return MatrixRow{r.ID, r.Title, mapped(r.Cells, cell), cell(r.Total)}
		}),
	}
}

// Some are the filters of counts over time.
type Some struct {
	Group  int64   `query:"group" minimum:"1" doc:"It and those below it."`
	Source []int64 `query:"source,explode" maxItems:"100"`
}

func (a *API) counts(api huma.API) {
	add(a, api, operation{id: "get-matrix", method: http.MethodGet, path: "/matrix", tag: "matrix", summary: "Who owns what, and how well it is looked after", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Some
			By          string   `query:"by" enum:"model,provider,service,environment,team,account" default:"model"`
			Provider    []string `query:"provider,explode" maxItems:"100"`
			Service     []string `query:"service,explode" maxItems:"100"`
			Model       []string `query:"model,explode" maxItems:"100"`
			Account     []string `query:"account,explode" maxItems:"100"`
			Environment []string `query:"environment,explode" maxItems:"100"`
			Team        []string `query:"team,explode" maxItems:"100"`
		},
		) (*item[Matrix], error) {
			t, err := a.Inventory.Matrix(ctx, who, inventory.MatrixQuery{By: in.By, Where: inventory.Where{
				Group: in.Group, Sources: in.Source, Providers: values(in.Provider), Services: values(in.Service), Models: values(in.Model),
				Accounts: values(in.Account), Environments: values(in.Environment), Teams: values(in.Team),
			}})
			if err != nil {
				return nil, err
			}
			return one(matrixOf(t), nil)
		})
	add(a, api, operation{id: "get-totals", method: http.MethodGet, path: "/totals", tag: "trend", summary: "Totals of what there is", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ Some }) (*item[inventory.Totals], error) {
			return one(a.Inventory.Totals(ctx, who, in.Group, in.Source))
		})
	add(a, api, operation{id: "get-trend", method: http.MethodGet, path: "/trend", tag: "trend", summary: "Totals at the end of each of the last days", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Some
			Days int `query:"days" minimum:"1" maximum:"1098" default:"90"`
		},
		) (*item[[]inventory.Point], error) {
			return one(a.Inventory.Trend(ctx, who, in.Group, in.Source, in.Days))
		})
	add(a, api, operation{id: "list-weakest", method: http.MethodGet, path: "/weakest", tag: "weakest", summary: "The weakest links, worst first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Group int64 `query:"group" minimum:"1" doc:"It and those below it."`
			Limit int   `query:"limit" minimum:"1" maximum:"200" default:"10"`
		},
		) (*item[[]inventory.Weak], error) {
			return one(a.Inventory.Weakest(ctx, who, in.Group, in.Limit))
		})
}

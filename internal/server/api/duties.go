package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
)

type DutyFilter struct {
	Within
	Worded
	Owner          []string `query:"owner,explode" maxItems:"20" enum:"provider,customer,unknown"`
	Party          []string `query:"party,explode" maxItems:"100"`
	Status         []string `query:"status,explode" maxItems:"20"`
	Row            []string `query:"row,explode" maxItems:"100"`
	Responsibility []string `query:"responsibility,explode" maxItems:"100"`
	MovingBefore   string   `query:"moving_before" format:"date" doc:"The line moves before this day."`
	Sort           string   `query:"sort" enum:"asset,moving" default:"asset"`
}

func (f DutyFilter) query(p Paging) (inventory.DutyQuery, error) {
	q := inventory.DutyQuery{
		Where: f.where(), Paging: p.inventory(), Text: f.Text, Owners: f.Owner, Parties: values(f.Party), Statuses: f.Status,
		Rows: f.Row, Responsibilities: f.Responsibility, Sort: f.Sort,
	}
	var err error
	q.MovingBefore, err = day("moving_before", f.MovingBefore)
	return q, err
}

func (a *API) duties(api huma.API) {
	const tag = "duties"
	add(a, api, operation{id: "list-duties", method: http.MethodGet, path: "/duties", tag: tag, summary: "List duties", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			DutyFilter
			Paging
		},
		) (*list[inventory.Duty], error) {
			q, err := in.query(in.Paging)
			if err != nil {
				return nil, err
			}
			p, err := a.Inventory.Duties(ctx, who, q)
			return listed(ctx, p.Items, p.Next, err)
		})
	add(a, api, operation{id: "count-duties", method: http.MethodGet, path: "/duties/facets", tag: tag, summary: "Count duties by each of their dimensions", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ DutyFilter }) (*item[inventory.Facets], error) {
			q, err := in.query(Paging{})
			if err != nil {
				return nil, err
			}
			return one(a.Inventory.DutyFacets(ctx, who, q))
		})
}

package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
)

type AssetFilter struct {
	Within
	Worded
	Status   []string `query:"status,explode" maxItems:"20"`
	Severity []string `query:"severity,explode" maxItems:"20" enum:"critical,high,medium,low"`
	Exposed  []string `query:"exposed,explode" maxItems:"20" enum:"yes,no,unknown"`
	Gone     bool     `query:"gone" doc:"Those that are gone instead of those that are there."`
	Sort     string   `query:"sort" enum:"risk,address,newest" default:"risk"`
}

func (f AssetFilter) query(p Paging) inventory.AssetQuery {
	return inventory.AssetQuery{
		Where: f.where(), Paging: p.inventory(), Text: f.Text, Statuses: f.Status, Severities: f.Severity, Exposed: f.Exposed, Gone: f.Gone, Sort: f.Sort,
	}
}

func (a *API) assets(api huma.API) {
	const tag = "assets"
	add(a, api, operation{id: "list-assets", method: http.MethodGet, path: "/assets", tag: tag, summary: "List assets", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			AssetFilter
			Paging
		},
		) (*list[inventory.Asset], error) {
			p, err := a.Inventory.Assets(ctx, who, in.query(in.Paging))
			return listed(ctx, p.Items, p.Next, err)
		})
	add(a, api, operation{id: "count-assets", method: http.MethodGet, path: "/assets/facets", tag: tag, summary: "Count assets by each of their dimensions", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ AssetFilter }) (*item[inventory.Facets], error) {
			return one(a.Inventory.AssetFacets(ctx, who, in.query(Paging{})))
		})
	add(a, api, operation{
		id: "get-asset", method: http.MethodGet, path: "/assets/{id}", tag: tag, needs: tenant.Read,
		summary: "Get an asset with its layers, facts, relations, findings and history",
	}, func(ctx context.Context, who tenant.Who, in *ByID) (*item[*inventory.AssetDetail], error) {
		return one(a.Inventory.Asset(ctx, who, in.ID))
	})
}

package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

func (a *API) snapshots(api huma.API) {
	const tag = "snapshots"
	add(a, api, operation{id: "list-snapshots", method: http.MethodGet, path: "/snapshots", tag: tag, summary: "List snapshots, newest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Source []int64 `query:"source,explode" maxItems:"100"`
		},
		) (*list[inventory.Snapshot], error) {
			all, err := a.Sources.List(ctx, who)
			if err != nil {
				return nil, err
			}
			var ids []int64
			for _, s := range all {
				if len(in.Source) == 0 || slices.Contains(in.Source, s.ID) {
					ids = append(ids, s.ID)
				}
			}
			if len(ids) == 0 {
				if who.Reach(tenant.Read).None() {
					return nil, tenant.ErrForbidden
				}
				if len(in.Source) > 0 {
					return nil, store.ErrNotFound
				}
				return listed[inventory.Snapshot](ctx, nil, "", nil)
			}
			p, err := a.Inventory.Snapshots(ctx, who, ids, in.inventory())
			return listed(ctx, p.Items, p.Next, err)
		})
	add(a, api, operation{
		id: "get-snapshot", method: http.MethodGet, path: "/snapshots/{id}", tag: tag, summary: "Get a snapshot with its summary and what it could not see", needs: tenant.Read,
		description: "Its summary is of the whole source, so it is for those who may read the whole organisation.",
	}, func(ctx context.Context, who tenant.Who, in *ByID) (*item[*inventory.SnapshotDetail], error) {
		return one(a.Inventory.Snapshot(ctx, who, in.ID))
	})
}

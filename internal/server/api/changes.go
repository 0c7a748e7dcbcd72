package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
)

func (a *API) changes(api huma.API) {
	const tag = "changes"
	add(a, api, operation{id: "list-changes", method: http.MethodGet, path: "/changes", tag: tag, summary: "List what changed, newest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Group    int64     `query:"group" minimum:"1"`
			Source   []int64   `query:"source,explode" maxItems:"100"`
			Snapshot int64     `query:"snapshot" minimum:"1"`
			Asset    int64     `query:"asset" minimum:"1"`
			Kind     []string  `query:"kind,explode" maxItems:"30" enum:"source-added,source-gone,asset-added,asset-gone,line-moved,status-changed,duty-added,duty-gone,finding-new,finding-resolved,finding-regressed,finding-waived,finding-reopened,finding-blinded,finding-settled"`
			Since    time.Time `query:"since"`
			Until    time.Time `query:"until"`
		},
		) (*list[inventory.Change], error) {
			p, err := a.Inventory.Changes(ctx, who, inventory.ChangeQuery{
				Paging: in.inventory(), Group: in.Group, Sources: in.Source, Snapshot: in.Snapshot, Asset: in.Asset, Kinds: in.Kind, Since: in.Since, Until: in.Until,
			})
			return listed(ctx, p.Items, p.Next, err)
		})
	add(a, api, operation{
		id: "get-difference", method: http.MethodGet, path: "/changes/difference", tag: tag, needs: tenant.Read,
		summary:     "What differs between two moments, or two snapshots of a source",
		description: "Give from and to (now if absent), or from_snapshot and to_snapshot.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Group        int64     `query:"group" minimum:"1"`
		Source       []int64   `query:"source,explode" maxItems:"100"`
		From         time.Time `query:"from"`
		To           time.Time `query:"to"`
		FromSnapshot int64     `query:"from_snapshot" minimum:"1"`
		ToSnapshot   int64     `query:"to_snapshot" minimum:"1"`
	},
	) (*item[*inventory.Difference], error) {
		switch {
		case in.FromSnapshot != 0 && in.ToSnapshot != 0 && in.From.IsZero() && in.To.IsZero() && len(in.Source) == 0:
			return one(a.Inventory.BetweenSnapshots(ctx, who, in.Group, in.FromSnapshot, in.ToSnapshot))
		case in.FromSnapshot != 0 || in.ToSnapshot != 0 || in.From.IsZero():
			return nil, fmt.Errorf("%w: give from, and to if it is not now; or from_snapshot and to_snapshot", errInvalid)
		case in.To.IsZero():
			in.To = a.Now()
		}
		return one(a.Inventory.Between(ctx, who, in.Group, in.Source, in.From, in.To))
	})
}

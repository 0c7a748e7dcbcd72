package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// Retention is how long history is kept.
type Retention struct {
	Days int       `json:"days,omitzero" doc:"Absent where it is kept for ever."`
	Last time.Time `json:"last,omitzero" doc:"When older history was last forgotten."`
	Next time.Time `json:"next,omitzero"`
}

func (a *API) retention(api huma.API) {
	add(a, api, operation{
		id: "get-retention", method: http.MethodGet, path: "/retention", tag: "snapshots", summary: "Get how long history is kept", needs: tenant.Administer,
		description: "It is set where the server is started.",
	}, func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[Retention], error) {
		r, err := a.Inventory.Retention(ctx, who)
		return one(Retention{int(r.Keep / (24 * time.Hour)), r.Last, r.Next}, err)
	})
}

package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/views"
)

// View is a saved view as the API shows it.
type View struct {
	ID      int64       `json:"id"`
	Place   views.Place `json:"place" enum:"assets,findings,duties" doc:"The list it is of."`
	Name    string      `json:"name"`
	Query   string      `json:"query" doc:"The filters, as the query of the list's address in the console."`
	Group   int64       `json:"group,omitzero" doc:"That it is shared with; absent where it is private."`
	Owner   Somebody    `json:"owner"`
	URL     string      `json:"url" doc:"Where the console shows it."`
	Created time.Time   `json:"created"`
	Changed time.Time   `json:"changed"`
}

func viewOf(v views.View) View {
	return View{
		ID: v.ID, Place: v.Place, Name: v.Name, Query: v.Query, Group: v.Group, Owner: Somebody(v.Owner),
		URL: fmt.Sprintf("/views/%d", v.ID), Created: v.Created, Changed: v.Changed,
	}
}

// ViewInput is what a view is to be.
type ViewInput struct {
	Name  string `json:"name" minLength:"1" maxLength:"100"`
	Query string `json:"query,omitempty" maxLength:"4000" doc:"As severity=high&severity=critical."`
	Group int64  `json:"group,omitempty" minimum:"1" doc:"Whoever reads there sees it too. Private if absent."`
}

func (a *API) view(ctx context.Context, who tenant.Who, id int64) (View, error) {
	v, err := a.Views.Get(ctx, who, id)
	return viewOf(v), err
}

func (a *API) views(api huma.API) {
	const tag = "views"
	add(a, api, operation{id: "list-views", method: http.MethodGet, path: "/views", tag: tag, summary: "List saved views: one's own, and those of groups one reads", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Place string `query:"place" enum:"assets,findings,duties"`
		},
		) (*list[View], error) {
			all, err := a.Views.List(ctx, who, views.Place(in.Place))
			if err != nil {
				return nil, err
			}
			items, next, err := cut(mapped(all, viewOf), in.Paging, func(v View) string { return numbered(v.ID) })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{
		id: "add-view", method: http.MethodPost, path: "/views", tag: tag, summary: "Save a view", needs: tenant.Read, status: http.StatusCreated,
		description: "Sharing it with a group takes a role there that does more than read.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			ViewInput
			Place views.Place `json:"place" enum:"assets,findings,duties"`
		}
	},
	) (*made[View], error) {
		b := in.Body
		v, err := a.Views.Add(ctx, who, views.View{Place: b.Place, Name: b.Name, Query: b.Query, Group: b.Group})
		return &made[View]{Location: fmt.Sprintf("%s/views/%d", v1, v.ID), Body: viewOf(v)}, err
	})
	add(a, api, operation{id: "get-view", method: http.MethodGet, path: "/views/{id}", tag: tag, summary: "Get a saved view", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[View], error) {
			return one(a.view(ctx, who, in.ID))
		})
	add(a, api, operation{id: "change-view", method: http.MethodPut, path: "/views/{id}", tag: tag, summary: "Change a saved view: one's own, or of a group one administers"},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			OnlyIf
			Body ViewInput
		},
		) (*item[View], error) {
			if _, err := ifStill(ctx, in.OnlyIf, func(ctx context.Context) (View, error) { return a.view(ctx, who, in.ID) }); err != nil {
				return nil, err
			}
			v, err := a.Views.Change(ctx, who, views.View{ID: in.ID, Name: in.Body.Name, Query: in.Body.Query, Group: in.Body.Group})
			return one(viewOf(v), err)
		})
	add(a, api, operation{id: "remove-view", method: http.MethodDelete, path: "/views/{id}", tag: tag, summary: "Remove a saved view: one's own, or of a group one administers"},
		removal(a.view, a.Views.Remove))
}

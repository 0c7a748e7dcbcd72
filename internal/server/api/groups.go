package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Group is a group as the API shows it.
type Group struct {
	ID     int64            `json:"id"`
	Parent int64            `json:"parent,omitzero" doc:"Absent for the organisation's own group."`
	Kind   tenant.GroupKind `json:"kind" enum:"organisation,business-unit,environment,product,team"`
	Name   string           `json:"name"`
	Scope  tenant.Scope     `json:"scope"`
}

// GroupInput is what a group is to be.
type GroupInput struct {
	Parent int64            `json:"parent,omitempty" minimum:"1" doc:"The organisation's own group if absent."`
	Kind   tenant.GroupKind `json:"kind" enum:"business-unit,environment,product,team"`
	Name   string           `json:"name" minLength:"1" maxLength:"200"`
	Scope  tenant.Scope     `json:"scope,omitzero" doc:"Which assets lie in it: those that every field takes. A scope without fields takes none."`
}

func (in GroupInput) noun(who tenant.Who, id int64) tenant.Group {
	if in.Parent == 0 {
		in.Parent = who.Tree.Root()
	}
	return tenant.Group{ID: id, Org: who.Org, Parent: in.Parent, Kind: in.Kind, Name: in.Name, Scope: in.Scope}
}

func groupOf(g tenant.Group) Group { return Group{g.ID, g.Parent, g.Kind, g.Name, g.Scope} }

// group returns one that the actor may see: where they read, or administer.
func group(who tenant.Who, id int64) (Group, error) {
	g, ok := who.Tree.Group(id)
	if !ok || !seesGroup(who, id) {
		return Group{}, store.ErrNotFound
	}
	return groupOf(g), nil
}

func seesGroup(who tenant.Who, id int64) bool {
	return who.Reach(tenant.Read).Has(id) || who.Reach(tenant.Administer).Has(id)
}

func (a *API) groups(api huma.API) {
	const tag = "groups"
	add(a, api, operation{id: "list-groups", method: http.MethodGet, path: "/groups", tag: tag, summary: "List groups", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[Group], error) {
			if who.Reach(tenant.Read).None() && who.Reach(tenant.Administer).None() {
				return nil, tenant.ErrForbidden
			}
			var all []Group
			for _, id := range who.Tree.Subtree(who.Tree.Root()) {
				if g, err := group(who, id); err == nil {
					all = append(all, g)
				}
			}
			items, next, err := cut(all, in.Paging, func(g Group) string { return numbered(g.ID) })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{id: "get-group", method: http.MethodGet, path: "/groups/{id}", tag: tag, summary: "Get a group", needs: tenant.Read},
		func(_ context.Context, who tenant.Who, in *ByID) (*item[Group], error) { return one(group(who, in.ID)) })
	add(a, api, operation{
		id: "add-group", method: http.MethodPost, path: "/groups", tag: tag, summary: "Add a group", needs: tenant.Administer, status: http.StatusCreated,
		description: "Assets that its scope takes are placed in it, so that a group with a scope takes an administrator of the whole organisation.",
	}, func(ctx context.Context, who tenant.Who, in *struct{ Body GroupInput }) (*made[Group], error) {
		id, err := a.Directory.Add(ctx, who, in.Body.noun(who, 0))
		if err != nil {
			return nil, err
		}
		who, err = a.replaced(ctx, who)
		if err != nil {
			return nil, err
		}
		g, err := group(who, id)
		return &made[Group]{Location: fmt.Sprintf("%s/groups/%d", v1, id), Body: g}, err
	})
	add(a, api, operation{id: "change-group", method: http.MethodPut, path: "/groups/{id}", tag: tag, summary: "Change a group", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			OnlyIf
			Body GroupInput
		},
		) (*item[Group], error) {
			if _, err := ifStill(ctx, in.OnlyIf, func(context.Context) (Group, error) { return group(who, in.ID) }); err != nil {
				return nil, err
			}
			if err := a.Directory.Change(ctx, who, in.Body.noun(who, in.ID)); err != nil {
				return nil, err
			}
			who, err := a.replaced(ctx, who)
			if err != nil {
				return nil, err
			}
			return one(group(who, in.ID))
		})
	add(a, api, operation{
		id: "remove-group", method: http.MethodDelete, path: "/groups/{id}", tag: tag, summary: "Remove a group", needs: tenant.Administer,
		description: "Its assets are placed in other groups. A group with sources or with groups below it stays.",
	}, removal(
		func(_ context.Context, who tenant.Who, id int64) (Group, error) { return group(who, id) },
		func(ctx context.Context, who tenant.Who, id int64) error {
			if err := who.Check(tenant.Administer, 0); err != nil {
				return err
			}
			all, err := a.Sources.List(ctx, who)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(all, func(s sources.Source) bool { return s.Group == id }) {
				return fmt.Errorf("%w: there are sources in the group; move them first", errInvalid)
			}
			if err := a.Directory.Drop(ctx, who, id); err != nil {
				return err
			}
			_, err = a.replaced(ctx, who)
			return err
		},
	))
}

// replaced places assets anew by the groups there are now.
func (a *API) replaced(ctx context.Context, who tenant.Who) (tenant.Who, error) {
	tree, err := a.Directory.Tree(ctx, who.Org)
	if err != nil {
		return who, err
	}
	who.Tree = tree
	if who.Check(tenant.Administer, 0) != nil {
		return who, nil //nolint:nilerr // whoever administers a part moves nothing
	}
	_, _, err = a.Inventory.Replace(ctx, who)
	return who, err
}

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Invitation is an open invitation as the API shows it.
type Invitation struct {
	ID      int64     `json:"id"`
	Email   string    `json:"email"`
	Name    string    `json:"name"`
	Grants  []Grant   `json:"grants"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// Invited is the answer to an invitation: the secret of the link, shown only now.
type Invited struct {
	Secret  string    `json:"secret" doc:"The link is the console's /invitation?code=SECRET; it holds once."`
	Expires time.Time `json:"expires"`
}

func (a *API) invitations(api huma.API) {
	const tag = "invitations"
	add(a, api, operation{id: "list-invitations", method: http.MethodGet, path: "/invitations", tag: tag, summary: "List open invitations", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[Invitation], error) {
			all, err := a.People.Invitations(ctx, who)
			if err != nil {
				return nil, err
			}
			items, next, err := cut(mapped(all, func(i identity.Invitation) Invitation {
				return Invitation{i.ID, i.Email, i.Name, mapped(i.Grants, grantOf), i.Created, i.Expires}
			}), in.Paging, func(i Invitation) string { return numbered(i.ID) })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{
		id: "invite", method: http.MethodPost, path: "/invitations", tag: tag, summary: "Invite somebody", needs: tenant.Administer, status: http.StatusCreated,
		description: "A new invitation replaces an older one for the same address.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Email  string  `json:"email" format:"email" maxLength:"254"`
			Name   string  `json:"name" minLength:"1" maxLength:"200"`
			Grants []Grant `json:"grants" minItems:"1" maxItems:"100"`
		}
	},
	) (*item[Invited], error) {
		link, err := a.People.Invite(ctx, who, in.Body.Email, in.Body.Name, mapped(in.Body.Grants, toGrant))
		return one(Invited(link), err)
	})
	add(a, api, operation{id: "uninvite", method: http.MethodDelete, path: "/invitations/{id}", tag: tag, summary: "Make an invitation void", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.People.Uninvite(ctx, who, in.ID)
		})
}

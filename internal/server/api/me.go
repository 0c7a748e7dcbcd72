package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// Me is who makes the request.
type Me struct {
	Kind         tenant.ActorKind `json:"kind" enum:"person,service"`
	ID           int64            `json:"id"`
	Name         string           `json:"name"`
	Email        string           `json:"email,omitempty"`
	Organisation Organisation     `json:"organisation"`
	Grants       []Grant          `json:"grants"`
	Token        *TokenReach      `json:"token,omitempty" doc:"The token of the request, which narrows what its holder may do."`

	// Permissions say where each is had: everywhere, or in some groups.
	Permissions map[string]Reach `json:"permissions" doc:"Where whoever asks has each permission."`
}

// Organisation is the one that the request is in.
type Organisation struct {
	ID   int64  `json:"id"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// TokenReach is what a token allows.
type TokenReach struct {
	ID          int64               `json:"id"`
	Permissions []tenant.Permission `json:"permissions"`
	Group       int64               `json:"group,omitzero"`
}

// Reach is where somebody has a permission.
type Reach struct {
	Everywhere bool    `json:"everywhere"`
	Groups     []int64 `json:"groups"`
}

// Grant is a role in a group and those below it.
type Grant struct {
	Group int64       `json:"group" minimum:"1"`
	Role  tenant.Role `json:"role" enum:"viewer,contributor,approver,responder,administrator,auditor"`
}

func grantOf(g tenant.Grant) Grant { return Grant(g) }

func (a *API) me(api huma.API) {
	add(a, api, operation{id: "get-me", method: http.MethodGet, path: "/me", tag: "me", summary: "Who the token or session is of, and what they may do"},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[Me], error) {
			org, err := a.Directory.Organisation(ctx, who.Org)
			if err != nil {
				return nil, err
			}
			m := Me{
				Kind: who.Kind, ID: who.ID, Name: who.Name, Email: who.Email, Organisation: Organisation{org.ID, org.Slug, org.Name},
				Grants: mapped(who.Grants, grantOf), Permissions: map[string]Reach{},
			}
			if t := who.Token; t != nil {
				m.Token = &TokenReach{t.ID, t.Permissions, t.Group}
			}
			for _, p := range tenant.Permissions {
				if r := who.Reach(p); !r.None() {
					m.Permissions[string(p)] = Reach{r.All, r.Groups}
				}
			}
			return one(m, nil)
		})
}

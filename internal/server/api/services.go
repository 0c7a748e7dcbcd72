package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ServiceAccount is a program that uses the API.
type ServiceAccount struct {
	ID       int64     `json:"id"`
	Name     string    `json:"name"`
	Created  time.Time `json:"created"`
	Disabled time.Time `json:"disabled,omitzero"`
	Grants   []Grant   `json:"grants"`
}

func serviceOf(s identity.ServiceAccount) ServiceAccount {
	return ServiceAccount{s.ID, s.Name, s.Created, s.Disabled, mapped(s.Grants, grantOf)}
}

func (a *API) service(ctx context.Context, who tenant.Who, id int64) (ServiceAccount, error) {
	all, err := a.People.Services(ctx, who)
	if err != nil {
		return ServiceAccount{}, err
	}
	for _, s := range all {
		if s.ID == id {
			return serviceOf(s), nil
		}
	}
	return ServiceAccount{}, store.ErrNotFound
}

func (a *API) services(api huma.API) {
	const tag = "service-accounts"
	add(a, api, operation{id: "list-service-accounts", method: http.MethodGet, path: "/service-accounts", tag: tag, summary: "List service accounts, by name", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[ServiceAccount], error) {
			all, err := a.People.Services(ctx, who)
			if err != nil {
				return nil, err
			}
			items, next, err := cut(mapped(all, serviceOf), in.Paging, func(s ServiceAccount) string { return s.Name })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{id: "add-service-account", method: http.MethodPost, path: "/service-accounts", tag: tag, summary: "Add a service account", needs: tenant.Administer, status: http.StatusCreated},
		func(ctx context.Context, who tenant.Who, in *struct {
			Body struct {
				Name   string  `json:"name" minLength:"1" maxLength:"200"`
				Grants []Grant `json:"grants" minItems:"1" maxItems:"100"`
			}
		},
		) (*made[ServiceAccount], error) {
			id, err := a.People.AddService(ctx, who, in.Body.Name, mapped(in.Body.Grants, toGrant))
			if err != nil {
				return nil, err
			}
			s, err := a.service(ctx, who, id)
			return &made[ServiceAccount]{Location: fmt.Sprintf("%s/service-accounts/%d", v1, id), Body: s}, err
		})
	add(a, api, operation{id: "get-service-account", method: http.MethodGet, path: "/service-accounts/{id}", tag: tag, summary: "Get a service account", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[ServiceAccount], error) {
			return one(a.service(ctx, who, in.ID))
		})
	act := func(id, summary string, do func(ctx context.Context, who tenant.Who, id int64) error) {
		add(a, api, operation{id: id + "-service-account", method: http.MethodPost, path: "/service-accounts/{id}/" + id, tag: tag, summary: summary, needs: tenant.Administer},
			func(ctx context.Context, who tenant.Who, in *ByID) (*item[ServiceAccount], error) {
				if err := do(ctx, who, in.ID); err != nil {
					return nil, err
				}
				return one(a.service(ctx, who, in.ID))
			})
	}
	act("disable", "Make its tokens dead", func(ctx context.Context, who tenant.Who, id int64) error {
		return a.People.DisableService(ctx, who, id)
	})
	act("enable", "Make its tokens hold again", func(ctx context.Context, who tenant.Who, id int64) error {
		return a.People.EnableService(ctx, who, id)
	})
	add(a, api, operation{id: "remove-service-account", method: http.MethodDelete, path: "/service-accounts/{id}", tag: tag, summary: "Remove a service account with its tokens", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.People.RemoveService(ctx, who, in.ID)
		})
	a.grants(api, tag, "service-account", "/service-accounts/{id}/grants", tenant.Service)
	add(a, api, operation{id: "list-service-account-tokens", method: http.MethodGet, path: "/service-accounts/{id}/tokens", tag: tag, summary: "List a service account's tokens", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			Paging
		},
		) (*list[Token], error) {
			all, err := a.People.ServiceTokens(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			items, next, err := cut(mapped(all, tokenOf), in.Paging, func(t Token) string { return numbered(t.ID) })
			return listed(ctx, items, next, err)
		})
}

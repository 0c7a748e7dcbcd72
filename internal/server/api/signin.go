package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// SignInRules are what the organisation asks of those who sign in.
type SignInRules struct {
	SecondFactor identity.SecondFactor `json:"second_factor" enum:"nobody,deciders,everybody" doc:"For whom a password alone is not enough; deciders are those who administer, or approve waivers."`
}

func (a *API) rules(ctx context.Context, who tenant.Who) (SignInRules, error) {
	r, err := a.People.Rules(ctx, who)
	return SignInRules(r), err
}

func (a *API) signIn(api huma.API) {
	const tag = "people"
	add(a, api, operation{id: "get-sign-in-rules", method: http.MethodGet, path: "/sign-in-rules", tag: tag, summary: "Get what the organisation asks of those who sign in", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[SignInRules], error) {
			return one(a.rules(ctx, who))
		})
	add(a, api, operation{
		id: "change-sign-in-rules", method: http.MethodPut, path: "/sign-in-rules", tag: tag, summary: "Change what the organisation asks of those who sign in", needs: tenant.Administer,
		description: "It holds from the next request on, for tokens of people too.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		OnlyIf
		Body SignInRules
	},
	) (*item[SignInRules], error) {
		if _, err := ifStill(ctx, in.OnlyIf, func(ctx context.Context) (SignInRules, error) { return a.rules(ctx, who) }); err != nil {
			return nil, err
		}
		if err := a.People.SetRules(ctx, who, identity.Rules(in.Body)); err != nil {
			return nil, err
		}
		return one(a.rules(ctx, who))
	})
}

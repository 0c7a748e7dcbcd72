package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// IdentityProvider is one of OpenID Connect that may let people into the
// organisation, with what is about this organisation alone.
type IdentityProvider struct {
	Name        string          `json:"name"`
	Title       string          `json:"title"`
	Issuer      string          `json:"issuer"`
	ClientID    string          `json:"client_id"`
	ReturnURL   string          `json:"return_url" doc:"Where it has to send people back to."`
	Scopes      []string        `json:"scopes" doc:"Asked for besides openid, profile and email."`
	Domains     []string        `json:"domains" doc:"Within them it knows people by their e-mail address; without any by subject alone."`
	TrustEmail  bool            `json:"trust_email" doc:"Addresses are taken as verified that it does not call so."`
	GroupsClaim string          `json:"groups_claim,omitempty"`
	Grants      []ProviderGrant `json:"grants"`
	ACR         []string        `json:"acr" doc:"It must know people in one of these contexts of authentication."`
	AMR         []string        `json:"amr" doc:"It must know people by one of these methods."`
}

// ProviderGrant gives everybody in a group of a provider's a role.
type ProviderGrant struct {
	Claim string      `json:"claim" doc:"The group as the provider calls it; * is everybody it signs in."`
	Path  []string    `json:"path" doc:"The names of the group, from below the whole organisation; empty is the whole."`
	Role  tenant.Role `json:"role" enum:"viewer,contributor,approver,responder,administrator,auditor"`
}

func (a *API) providerOf(p identity.Provider) IdentityProvider {
	return IdentityProvider{
		Name: p.Name, Title: p.Title, Issuer: p.Issuer, ClientID: p.ClientID, ReturnURL: a.People.ReturnURL(p.Name), Scopes: p.Scopes, Domains: p.Domains,
		TrustEmail: p.TrustEmail, GroupsClaim: p.GroupsClaim, ACR: p.ACR, AMR: p.AMR,
		Grants: mapped(p.Grants, func(g identity.ClaimGrant) ProviderGrant { return ProviderGrant{g.Claim, g.Path, g.Role} }),
	}
}

func (a *API) providers(api huma.API) {
	add(a, api, operation{
		id: "list-identity-providers", method: http.MethodGet, path: "/identity-providers", tag: "people", summary: "List the identity providers that may let people in", needs: tenant.Administer,
		description: "They are set where the server is started, as they hold for all that it serves. Their secrets are shown to nobody.",
	}, func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[IdentityProvider], error) {
		all, err := a.People.ProvidersOf(ctx, who)
		if err != nil {
			return nil, err
		}
		items, next, err := cut(mapped(all, a.providerOf), in.Paging, func(p IdentityProvider) string { return p.Name })
		return listed(ctx, items, next, err)
	})
}

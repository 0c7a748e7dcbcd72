package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Token is an API token without its secret.
type Token struct {
	ID          int64               `json:"id"`
	Name        string              `json:"name"`
	Holder      Somebody            `json:"holder"`
	Hint        string              `json:"hint" doc:"The first characters, to recognise it by."`
	Permissions []tenant.Permission `json:"permissions"`
	Group       int64               `json:"group,omitzero" doc:"It works there and below; absent: wherever its holder may."`
	Created     time.Time           `json:"created"`
	Expires     time.Time           `json:"expires"`
	Used        time.Time           `json:"used,omitzero"`
}

// NewToken is a token with its secret, which is shown only now.
type NewToken struct {
	Token
	Secret string `json:"secret"`
}

func tokenOf(t identity.Token) Token {
	return Token{t.ID, t.Name, Somebody{t.Kind, t.Holder, t.HolderName}, t.Hint, t.Permissions, t.Group, t.Created, t.Expires, t.Used}
}

func (a *API) tokens(api huma.API) {
	const tag = "tokens"
	add(a, api, operation{
		id: "list-tokens", method: http.MethodGet, path: "/tokens", tag: tag, summary: "List one's own tokens, or everybody's",
		description: "Everybody's are for an administrator of the whole organisation, the latest first, 200 a page.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Paging
		All bool `query:"all" doc:"Everybody's."`
	},
	) (*list[Token], error) {
		if in.All {
			all, next, err := a.People.AllTokens(ctx, who, in.Cursor)
			if err == nil && len(all) > in.Limit {
				all, next = all[:in.Limit], store.Cursor(all[in.Limit-1].ID)
			}
			return listed(ctx, mapped(all, tokenOf), next, err)
		}
		all, err := a.People.Tokens(ctx, who)
		if err != nil {
			return nil, err
		}
		items, next, err := cut(mapped(all, tokenOf), in.Paging, func(t Token) string { return numbered(t.ID) })
		return listed(ctx, items, next, err)
	})
	add(a, api, operation{
		id: "create-token", method: http.MethodPost, path: "/tokens", tag: tag, summary: "Create a token", status: http.StatusCreated,
		description: "From the console's session alone: no token makes another one. One's own takes a sign-in within the last hour; one of a service account takes an administrator.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Name           string              `json:"name" minLength:"1" maxLength:"200"`
			ServiceAccount int64               `json:"service_account,omitempty" minimum:"1" doc:"Who is to hold it; whoever asks if absent."`
			Permissions    []tenant.Permission `json:"permissions" minItems:"1" enum:"read,contribute,request-waiver,approve-waiver,respond,administer,read-audit"`
			Group          int64               `json:"group,omitempty" minimum:"1"`
			Expires        time.Time           `json:"expires" doc:"Within a year."`
		}
	},
	) (*item[NewToken], error) {
		b := in.Body
		t, secret, err := a.People.CreateToken(ctx, who, identity.NewToken{Name: b.Name, Service: b.ServiceAccount, Permissions: b.Permissions, Group: b.Group, Expires: b.Expires})
		return one(NewToken{tokenOf(t), secret}, err)
	})
	add(a, api, operation{id: "revoke-token", method: http.MethodDelete, path: "/tokens/{id}", tag: tag, summary: "Revoke a token: one's own, or as an administrator any"},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.People.RevokeToken(ctx, who, in.ID)
		})
}

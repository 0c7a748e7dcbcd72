package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// AppSetup is what an authenticator app needs, shown only now.
type AppSetup struct {
	URL    string `json:"url" doc:"otpauth://… as apps read it, from a picture mostly."`
	Secret string `json:"secret" doc:"The same for typing, in base32."`
}

// RecoveryCodes stand in for an authenticator app, each once.
type RecoveryCodes struct {
	Codes []string `json:"codes" doc:"Shown only now."`
}

// Passkey is a credential of a device or a password manager.
type Passkey struct {
	ID      int64     `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"`
}

func (a *API) passkeys(ctx context.Context, who tenant.Who) ([]Passkey, error) {
	all, err := a.People.Passkeys(ctx, who)
	return mapped(all, func(k identity.Passkey) Passkey { return Passkey(k) }), err
}

// recently says of changes to how one signs in what they take.
const recently = "It takes a sign-in within the last hour. " + owned

// factors adds what one signs in with besides a password. That passkeys are made by
// the console alone is in docs/api.md.
func (a *API) factors(api huma.API) {
	codes := func(codes []string, err error) (*item[RecoveryCodes], error) { return one(RecoveryCodes{codes}, err) }
	add(a, api, operation{
		id: "begin-app", method: http.MethodPost, path: "/account/app", tag: ownTag, summary: "Begin to set up an authenticator app",
		description: "It is asked for from confirm-app on, in the same session. " + recently,
	}, func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[AppSetup], error) {
		setup, err := a.People.BeginTOTP(ctx, who)
		return one(AppSetup(setup), err)
	})
	add(a, api, operation{
		id: "confirm-app", method: http.MethodPost, path: "/account/app/confirm", tag: ownTag, summary: "Confirm the authenticator app by its first code, and end one's other sessions",
		description: recently,
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Code string `json:"code" minLength:"1" maxLength:"64"`
		}
	},
	) (*item[RecoveryCodes], error) {
		return codes(a.People.FinishTOTP(ctx, who, in.Body.Code))
	})
	add(a, api, operation{id: "remove-app", method: http.MethodDelete, path: "/account/app", tag: ownTag, summary: "Ask for one's authenticator app no more, and end one's other sessions", description: recently},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*none, error) {
			return nil, a.People.RemoveTOTP(ctx, who)
		})
	add(a, api, operation{id: "renew-recovery-codes", method: http.MethodPost, path: "/account/recovery-codes", tag: ownTag, summary: "Replace one's recovery codes", description: recently},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[RecoveryCodes], error) {
			return codes(a.People.RenewRecoveryCodes(ctx, who))
		})

	add(a, api, operation{
		id: "list-passkeys", method: http.MethodGet, path: "/account/passkeys", tag: ownTag, summary: "List one's own passkeys",
		description: "They are made in the console, since it takes a browser. " + owned,
	}, func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[Passkey], error) {
		all, err := a.passkeys(ctx, who)
		if err != nil {
			return nil, err
		}
		items, next, err := cut(all, in.Paging, func(k Passkey) string { return numbered(k.ID) })
		return listed(ctx, items, next, err)
	})
	add(a, api, operation{id: "rename-passkey", method: http.MethodPut, path: "/account/passkeys/{id}", tag: ownTag, summary: "Give one of one's own passkeys another name", description: owned},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			Body struct {
				Name string `json:"name" minLength:"1" maxLength:"200"`
			}
		},
		) (*none, error) {
			return nil, a.People.RenamePasskey(ctx, who, in.ID, in.Body.Name)
		})
	add(a, api, operation{id: "remove-passkey", method: http.MethodDelete, path: "/account/passkeys/{id}", tag: ownTag, summary: "Remove one of one's own passkeys", description: recently},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.People.RemovePasskey(ctx, who, in.ID)
		})
}

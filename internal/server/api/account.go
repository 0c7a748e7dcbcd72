package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Account is one's own account.
type Account struct {
	ID            int64     `json:"id"`
	Email         string    `json:"email"`
	Name          string    `json:"name"`
	Created       time.Time `json:"created"`
	HasPassword   bool      `json:"has_password"`
	HasTOTP       bool      `json:"has_totp"`
	RecoveryCodes int       `json:"recovery_codes" doc:"How many are left."`
	Passkeys      int       `json:"passkeys"`
	CanMail       bool      `json:"can_mail" doc:"Another e-mail address can be confirmed: the installation sends mail."`
}

// ownTag is the subject of what is one's own.
const ownTag = "account"

// owned says of each operation on it who may.
const owned = "From a session alone: a token, whoever holds it, is answered 403."

func (a *API) own(ctx context.Context, who tenant.Who) (Account, error) {
	p, err := a.People.Me(ctx, who)
	if err != nil {
		return Account{}, err
	}
	left, err := a.People.RecoveryCodesLeft(ctx, who)
	return Account{p.ID, p.Email, p.Name, p.Created, p.HasPassword, p.HasTOTP, left, p.Passkeys, a.People.SendsMail()}, err
}

func (a *API) account(api huma.API) {
	add(a, api, operation{id: "get-account", method: http.MethodGet, path: "/account", tag: ownTag, summary: "Get one's own account", description: owned},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[Account], error) {
			return one(a.own(ctx, who))
		})
	add(a, api, operation{id: "change-account", method: http.MethodPut, path: "/account", tag: ownTag, summary: "Change one's own name", description: owned},
		func(ctx context.Context, who tenant.Who, in *struct {
			OnlyIf
			Body struct {
				Name string `json:"name" minLength:"1" maxLength:"200"`
			}
		},
		) (*item[Account], error) {
			if _, err := ifStill(ctx, in.OnlyIf, func(ctx context.Context) (Account, error) { return a.own(ctx, who) }); err != nil {
				return nil, err
			}
			if err := a.People.ChangeName(ctx, who, in.Body.Name); err != nil {
				return nil, err
			}
			return one(a.own(ctx, who))
		})
	add(a, api, operation{
		id: "change-email", method: http.MethodPost, path: "/account/email", tag: ownTag, summary: "Ask for another e-mail address", status: http.StatusAccepted,
		description: "A link goes to the new address, which is one's own from when it is opened. It takes a sign-in within the last hour. " + owned,
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Email string `json:"email" format:"email" maxLength:"254"`
		}
	},
	) (*none, error) {
		return nil, a.People.ChangeEmail(ctx, who, in.Body.Email)
	})
	add(a, api, operation{
		id: "change-password", method: http.MethodPost, path: "/account/password", tag: ownTag, summary: "Change one's own password, and end one's other sessions",
		description: "A first password has no old one, and takes a sign-in within the last hour. " + owned,
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Old      string `json:"old,omitempty" maxLength:"512"`
			Password string `json:"password" minLength:"1" maxLength:"512" doc:"Of 12 to 128 characters, and none that is tried first."`
		}
	},
	) (*none, error) {
		return nil, a.People.ChangePassword(ctx, who, in.Body.Old, in.Body.Password)
	})
	add(a, api, operation{id: "list-organisations", method: http.MethodGet, path: "/account/organisations", tag: ownTag, summary: "List the organisations that one belongs to", description: owned},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[Organisation], error) {
			if _, err := a.People.Me(ctx, who); err != nil {
				return nil, err
			}
			all, err := a.People.Organisations(ctx)
			if err != nil {
				return nil, err
			}
			items, next, err := cut(mapped(all, func(o tenant.Organisation) Organisation { return Organisation{o.ID, o.Slug, o.Name} }), in.Paging,
				func(o Organisation) string { return numbered(o.ID) })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{
		id: "choose-organisation", method: http.MethodPost, path: "/account/organisation", tag: ownTag, summary: "Look at another organisation from now on", description: owned,
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Organisation int64 `json:"organisation" minimum:"1"`
		}
	},
	) (*none, error) {
		if _, err := a.People.Me(ctx, who); err != nil {
			return nil, err
		}
		return nil, a.People.ChooseOrganisation(ctx, in.Body.Organisation)
	})
}

// Session is one browser that one is signed in with.
type Session struct {
	ID      int64     `json:"id"`
	Begun   time.Time `json:"begun"`
	Seen    time.Time `json:"seen" doc:"To the minute."`
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
	Current bool      `json:"current" doc:"It is the one that asks."`
}

func (a *API) sessions(api huma.API) {
	add(a, api, operation{id: "list-sessions", method: http.MethodGet, path: "/account/sessions", tag: ownTag, summary: "List one's own sessions, the latest 200", description: owned},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[Session], error) {
			all, err := a.People.Sessions(ctx, who)
			if err != nil {
				return nil, err
			}
			items, next, err := cut(mapped(all, func(s identity.Session) Session { return Session(s) }), in.Paging, func(s Session) string { return numbered(s.ID) })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{id: "end-session", method: http.MethodDelete, path: "/account/sessions/{id}", tag: ownTag, summary: "End one of one's own sessions", description: owned},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.People.EndSession(ctx, who, in.ID)
		})
	add(a, api, operation{id: "end-other-sessions", method: http.MethodPost, path: "/account/end-other-sessions", tag: ownTag, summary: "End all of one's own sessions but the one that asks", description: owned},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*none, error) {
			return nil, a.People.EndOtherSessions(ctx, who)
		})
}

package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Person is a member of the organisation as the API shows them.
type Person struct {
	ID          int64         `json:"id"`
	Email       string        `json:"email"`
	Name        string        `json:"name"`
	Created     time.Time     `json:"created"`
	Disabled    time.Time     `json:"disabled,omitzero" doc:"Since when the organisation is closed to them."`
	Seen        time.Time     `json:"seen,omitzero" doc:"Their last sign-in or use of a session."`
	HasPassword bool          `json:"has_password"`
	HasTOTP     bool          `json:"has_totp"`
	Passkeys    int           `json:"passkeys"`
	Grants      []PersonGrant `json:"grants"`
}

// PersonGrant is a grant with where it comes from.
type PersonGrant struct {
	Grant
	Provider string `json:"provider,omitempty" doc:"The identity provider whose groups give it; absent where an administrator did."`
}

func personOf(m identity.Member) Person {
	return Person{
		ID: m.ID, Email: m.Email, Name: m.Name, Created: m.Created, Disabled: m.Disabled, Seen: m.Seen, HasPassword: m.HasPassword, HasTOTP: m.HasTOTP,
		Passkeys: m.Passkeys,
		Grants:   mapped(m.Grants, func(g identity.Granted) PersonGrant { return PersonGrant{grantOf(g.Grant), g.Provider} }),
	}
}

// PasswordLink is the secret of a link, shown only now.
type PasswordLink struct {
	Secret  string    `json:"secret" doc:"The link is the console's /password?code=SECRET; it holds once."`
	Expires time.Time `json:"expires"`
}

func (a *API) person(ctx context.Context, who tenant.Who, id int64) (Person, error) {
	m, err := a.People.Member(ctx, who, id)
	return personOf(m), err
}

func toGrant(g Grant) tenant.Grant { return tenant.Grant(g) }

func (a *API) people(api huma.API) {
	const tag = "people"
	add(a, api, operation{id: "list-people", method: http.MethodGet, path: "/people", tag: tag, summary: "List the organisation's people, by e-mail address", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[Person], error) {
			m, err := a.People.Members(ctx, who, in.Cursor, in.Limit)
			return listed(ctx, mapped(m.Members, personOf), m.Next, err)
		})
	add(a, api, operation{id: "get-person", method: http.MethodGet, path: "/people/{id}", tag: tag, summary: "Get one of the organisation's people", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Person], error) {
			return one(a.person(ctx, who, in.ID))
		})
	add(a, api, operation{
		id: "add-person", method: http.MethodPost, path: "/people", tag: tag, summary: "Make somebody known who signs in through an identity provider", needs: tenant.Administer, status: http.StatusCreated,
		description: "Who has an account already is invited instead.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Email    string  `json:"email" format:"email" maxLength:"254"`
			Name     string  `json:"name" minLength:"1" maxLength:"200"`
			Grants   []Grant `json:"grants" maxItems:"100"`
			Provider string  `json:"provider,omitempty" maxLength:"100" doc:"With subject: what the provider calls the person."`
			Subject  string  `json:"subject,omitempty" maxLength:"255"`
		}
	},
	) (*made[Person], error) {
		b := in.Body
		id, err := a.People.AddPerson(ctx, who, identity.NewPerson{Email: b.Email, Name: b.Name, Grants: mapped(b.Grants, toGrant), Provider: b.Provider, Subject: b.Subject})
		if err != nil {
			return nil, err
		}
		p, err := a.person(ctx, who, id)
		return &made[Person]{Location: fmt.Sprintf("%s/people/%d", v1, id), Body: p}, err
	})
	act := func(id, summary string, do func(ctx context.Context, who tenant.Who, person int64) error) {
		add(a, api, operation{id: id + "-person", method: http.MethodPost, path: "/people/{id}/" + strings.TrimSuffix(id, "-of"), tag: tag, summary: summary, needs: tenant.Administer},
			func(ctx context.Context, who tenant.Who, in *ByID) (*item[Person], error) {
				if err := do(ctx, who, in.ID); err != nil {
					return nil, err
				}
				return one(a.person(ctx, who, in.ID))
			})
	}
	act("disable", "Close the organisation to somebody; their sessions and tokens are dead from then on", func(ctx context.Context, who tenant.Who, id int64) error {
		return a.People.Disable(ctx, who, id)
	})
	act("enable", "Open the organisation to somebody again", func(ctx context.Context, who tenant.Who, id int64) error {
		return a.People.Enable(ctx, who, id)
	})
	act("end-sessions-of", "End somebody's sessions in the console", func(ctx context.Context, who tenant.Who, id int64) error {
		return a.People.EndSessionsOf(ctx, who, id)
	})
	act("reset-app-of", "Take away somebody's authenticator app, which they lost", func(ctx context.Context, who tenant.Who, id int64) error {
		return a.People.ResetTOTP(ctx, who, id)
	})
	act("reset-passkeys-of", "Take away somebody's passkeys, which they lost", func(ctx context.Context, who tenant.Who, id int64) error {
		return a.People.ResetPasskeys(ctx, who, id)
	})
	add(a, api, operation{
		id: "make-password-link", method: http.MethodPost, path: "/people/{id}/password-link", tag: tag, summary: "Make a link by which somebody sets a new password", needs: tenant.Administer,
		description: "Not for somebody who belongs to another organisation too. A new link replaces an older one.",
	}, func(ctx context.Context, who tenant.Who, in *ByID) (*item[PasswordLink], error) {
		link, err := a.People.PasswordLink(ctx, who, in.ID)
		return one(PasswordLink(link), err)
	})
	add(a, api, operation{id: "remove-person", method: http.MethodDelete, path: "/people/{id}", tag: tag, summary: "Take somebody out of the organisation", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.People.Remove(ctx, who, in.ID)
		})
	a.grants(api, tag, "person", "/people/{id}/grants", tenant.Person)
}

// grants adds what gives and takes the roles of a kind of actor.
func (a *API) grants(api huma.API, tag, noun, path string, kind tenant.ActorKind) {
	add(a, api, operation{id: "give-" + noun + "-role", method: http.MethodPost, path: path, tag: tag, summary: "Give a role in a group", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			Body Grant
		},
		) (*none, error) {
			return nil, a.People.Give(ctx, who, identity.Holder{Kind: kind, ID: in.ID}, toGrant(in.Body))
		})
	add(a, api, operation{id: "take-" + noun + "-role", method: http.MethodDelete, path: path + "/{group}/{role}", tag: tag, summary: "Take a role in a group away", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			Group int64       `path:"group" minimum:"1"`
			Role  tenant.Role `path:"role" enum:"viewer,contributor,approver,responder,administrator,auditor"`
		},
		) (*none, error) {
			return nil, a.People.Take(ctx, who, identity.Holder{Kind: kind, ID: in.ID}, tenant.Grant{Group: in.Group, Role: in.Role})
		})
}

// Package account is the pages about oneself: name, how one signs in,
// sessions, and API tokens of one's own.
package account

import (
	"context"
	"net/http"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// identities is what the pages ask of identity.
type identities interface {
	Me(ctx context.Context, who tenant.Who) (identity.Person, error)
	SendsMail() bool
	ChangeEmail(ctx context.Context, who tenant.Who, email string) error
	ChangeName(ctx context.Context, who tenant.Who, name string) error
	Organisations(ctx context.Context) ([]tenant.Organisation, error)
	ChooseOrganisation(ctx context.Context, org int64) error

	ChangePassword(ctx context.Context, who tenant.Who, old, password string) error
	BeginTOTP(ctx context.Context, who tenant.Who) (identity.TOTPSetup, error)
	FinishTOTP(ctx context.Context, who tenant.Who, code string) ([]string, error)
	RemoveTOTP(ctx context.Context, who tenant.Who) error
	RenewRecoveryCodes(ctx context.Context, who tenant.Who) ([]string, error)
	RecoveryCodesLeft(ctx context.Context, who tenant.Who) (int, error)
	Passkeys(ctx context.Context, who tenant.Who) ([]identity.Passkey, error)
	BeginPasskey(ctx context.Context, who tenant.Who) ([]byte, error)
	FinishPasskey(ctx context.Context, who tenant.Who, name string, answer []byte) error
	RenamePasskey(ctx context.Context, who tenant.Who, id int64, name string) error
	RemovePasskey(ctx context.Context, who tenant.Who, id int64) error

	Owed(ctx context.Context, who tenant.Who) (identity.Owed, error)

	Sessions(ctx context.Context, who tenant.Who) ([]identity.Session, error)
	EndSession(ctx context.Context, who tenant.Who, id int64) error
	EndOtherSessions(ctx context.Context, who tenant.Who) error

	Tokens(ctx context.Context, who tenant.Who) ([]identity.Token, error)
	CreateToken(ctx context.Context, who tenant.Who, n identity.NewToken) (identity.Token, string, error)
	RevokeToken(ctx context.Context, who tenant.Who, id int64) error
}

// Pages are the pages.
type Pages struct {
	People identities
	Now    func() time.Time
}

// Enrolment are the paths by which somebody adds a second factor, who has no
// role before they did.
var Enrolment = []string{"/account/security", "/account/app/begin", "/account/app", "/account/passkeys/begin", "/account/passkeys/finish"}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	for pattern, f := range map[string]page.Func{
		"GET /account":               p.profile,
		"POST /account/name":         p.changeName,
		"POST /account/email":        p.changeEmail,
		"POST /account/organisation": p.chooseOrganisation,

		"GET /account/security":              p.security,
		"POST /account/password":             p.changePassword,
		"POST /account/app/begin":            p.beginApp,
		"POST /account/app":                  p.finishApp,
		"POST /account/app/remove":           p.removeApp,
		"POST /account/recovery-codes":       p.renewCodes,
		"POST /account/passkeys/begin":       p.beginPasskey,
		"POST /account/passkeys/finish":      p.finishPasskey,
		"POST /account/passkeys/{id}/rename": p.renamePasskey,
		"POST /account/passkeys/{id}/remove": p.removePasskey,
		"GET /account/sessions":              p.sessions,
		"POST /account/sessions/{id}/end":    p.endSession,
		"POST /account/sessions/end-others":  p.endOthers,
		"GET /account/tokens":                p.tokens,
		"POST /account/tokens":               p.createToken,
		"POST /account/tokens/{id}/revoke":   p.revokeToken,
	} {
		mux.Handle(pattern, page.For(f))
	}
}

// profileView is the first page.
type profileView struct {
	layout.Page
	Me            identity.Person
	Organisations []tenant.Organisation
	Tab           string
	Mails         bool // a new address can be confirmed
}

func (p *Pages) profileView(r *http.Request, who tenant.Who) (v profileView, err error) {
	v = profileView{Page: page.Of(r, "", "Your account"), Tab: "profile", Mails: p.People.SendsMail()}
	if v.Me, err = p.People.Me(r.Context(), who); err != nil {
		return v, err
	}
	v.Organisations, err = p.People.Organisations(r.Context())
	return v, err
}

func (p *Pages) profile(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.profileView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, profile(v))
}

func (p *Pages) changeName(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	name, err := in.Line("name", 200), in.Err()
	if err == nil {
		err = p.People.ChangeName(r.Context(), who, name)
	}
	if told, ok := page.Told(err); ok {
		v, err := p.profileView(r, who)
		if err != nil {
			return err
		}
		v.Problem = told
		return page.Render(w, r, http.StatusUnprocessableEntity, profile(v))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/account", "Your name is changed.")
}

func (p *Pages) changeEmail(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	email, err := in.Line("email", identity.MaxEmail), in.Err()
	if err == nil {
		err = p.People.ChangeEmail(r.Context(), who, email)
	}
	if told, ok := page.Told(err); ok {
		v, failed := p.profileView(r, who)
		if failed != nil {
			return failed
		}
		v.Problem = told
		return page.Render(w, r, page.Status(w, err), profile(v))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/account", "A link is on its way to "+email+". Your address changes when you open it, unless somebody has it already.")
}

func (p *Pages) chooseOrganisation(w http.ResponseWriter, r *http.Request, _ tenant.Who) error {
	in := page.ReadForm(r)
	org, err := in.Number("organisation"), in.Err()
	if err == nil {
		err = p.People.ChooseOrganisation(r.Context(), org)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/", "You look at another organisation now.")
}

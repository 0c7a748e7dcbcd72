package signin

import (
	"context"
	"net/http"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

func (p *Pages) registerLinks(mux *http.ServeMux) {
	mux.Handle("GET /first", open(p.showFirst))
	mux.Handle("POST /first", open(p.first))
	mux.Handle("POST /first/accept", open(p.accept(p.People.AcceptFirstAs, "You administer this organisation too.")))
	mux.Handle("GET /invitation", open(p.showInvitation))
	mux.Handle("POST /invitation", open(p.join))
	mux.Handle("POST /invitation/accept", open(p.accept(p.People.JoinAs, "You joined.")))
	mux.Handle("GET /password", open(p.showPassword))
	mux.Handle("POST /password", open(p.resetPassword))
	mux.Handle("GET /forgotten", open(p.showForgotten))
	mux.Handle("POST /forgotten", open(p.forgotten))
	mux.Handle("GET /address", open(p.showAddress))
	mux.Handle("POST /address", open(p.confirmAddress))
}

// FirstURL is the path of the link by which an organisation gets its first
// administrator.
func FirstURL(secret string) string { return "/first?code=" + secret }

// InvitationURL is the path of an invitation's link.
func InvitationURL(secret string) string { return "/invitation?code=" + secret }

// PasswordURL is the path of the link by which somebody sets a new password.
func PasswordURL(secret string) string { return "/password?code=" + secret }

// joining is the form of somebody who comes to have an account.
type joining struct {
	layout.Page
	Secret      string
	Email, Name string
	FixedEmail  bool
	SignedIn    bool // as somebody
}

func (p *Pages) showFirst(w http.ResponseWriter, r *http.Request) error {
	secret := r.URL.Query().Get("code")
	if err := p.People.CheckFirstLink(r.Context(), secret); err != nil {
		return err
	}
	f := joining{Page: page.Of(r, "", "First administrator"), Secret: secret}
	f.SignedIn = f.Who.ID != 0
	return page.Render(w, r, http.StatusOK, first(f))
}

func (p *Pages) first(w http.ResponseWriter, r *http.Request) error {
	in := page.ReadForm(r)
	f := joining{
		Page: page.Of(r, "", "First administrator"), Secret: in.Line("code", 100),
		Email: in.Line("email", identity.MaxEmail), Name: in.Line("name", 200),
	}
	password := in.Text("password", 4096)
	err := in.Err()
	if err == nil {
		err = p.People.AcceptFirst(r.Context(), f.Secret, f.Email, f.Name, password)
	}
	if err != nil {
		status, err := refused(w, err, &f.Problem)
		if err != nil {
			return err
		}
		return page.Render(w, r, status, first(f))
	}
	return page.Done(w, r, "/", "Welcome. You administer all of the organisation; invite the others under Settings.")
}

func (p *Pages) showInvitation(w http.ResponseWriter, r *http.Request) error {
	secret := r.URL.Query().Get("code")
	inv, err := p.People.ReadInvitation(r.Context(), secret)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, invited(p.joining(r, secret, inv), inv))
}

func (p *Pages) joining(r *http.Request, secret string, inv identity.Invitation) joining {
	f := joining{Page: page.Of(r, "", "Invitation"), Secret: secret, Email: inv.Email, Name: inv.Name, FixedEmail: true}
	f.SignedIn = f.Who.ID != 0
	return f
}

func (p *Pages) join(w http.ResponseWriter, r *http.Request) error {
	in := page.ReadForm(r)
	secret, name, password := in.Line("code", 100), in.Line("name", 200), in.Text("password", 4096)
	inv, err := p.People.ReadInvitation(r.Context(), secret)
	if err != nil {
		return err
	}
	if err = in.Err(); err == nil {
		err = p.People.Join(r.Context(), secret, name, password)
	}
	if err != nil {
		f := p.joining(r, secret, inv)
		f.Name = name
		status, err := refused(w, err, &f.Problem)
		if err != nil {
			return err
		}
		return page.Render(w, r, status, invited(f, inv))
	}
	return page.Done(w, r, "/", "Welcome. Add a passkey or an authenticator app under your name, so that a password alone opens nothing.")
}

// accept takes a link as whoever is signed in.
func (p *Pages) accept(take func(ctx context.Context, secret string) error, done string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		in := page.ReadForm(r)
		secret := in.Line("code", 100)
		if err := in.Err(); err != nil {
			return err
		}
		if err := take(r.Context(), secret); err != nil {
			return err
		}
		return page.Done(w, r, "/", done)
	}
}

func (p *Pages) showPassword(w http.ResponseWriter, r *http.Request) error {
	secret := r.URL.Query().Get("code")
	if err := p.People.CheckPasswordLink(r.Context(), secret); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, newPassword(joining{Page: page.Of(r, "", "A new password"), Secret: secret}))
}

func (p *Pages) resetPassword(w http.ResponseWriter, r *http.Request) error {
	in := page.ReadForm(r)
	f := joining{Page: page.Of(r, "", "A new password"), Secret: in.Line("code", 100)}
	password := in.Text("password", 4096)
	err := in.Err()
	if err == nil {
		err = p.People.ResetPassword(r.Context(), f.Secret, password)
	}
	if err != nil {
		status, err := refused(w, err, &f.Problem)
		if err != nil {
			return err
		}
		return page.Render(w, r, status, newPassword(f))
	}
	return page.Done(w, r, "/sign-in", "Your password is changed. Sign in with it.")
}

// Package signin is the pages that come before the console: signing in and
// out, and the one-time links by which people come to have an account.
//
// The secret of a link stands in the query, which no log keeps.
package signin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// people is what the pages ask of identity.
type people interface {
	SignInWithPassword(ctx context.Context, email, password string) (identity.Step, error)
	SignInWithCode(ctx context.Context, code string) error
	BeginPasskeySignIn(ctx context.Context) ([]byte, error)
	FinishPasskeySignIn(ctx context.Context, answer []byte) error
	SignInProviders() []identity.ProviderChoice
	BeginProviderSignIn(ctx context.Context, name, returnTo string) (string, error)
	FinishProviderSignIn(ctx context.Context, name string, query url.Values) (string, error)
	SignOut(ctx context.Context) error

	CheckFirstLink(ctx context.Context, secret string) error
	AcceptFirst(ctx context.Context, secret, email, name, password string) error
	AcceptFirstAs(ctx context.Context, secret string) error
	ReadInvitation(ctx context.Context, secret string) (identity.Invitation, error)
	Join(ctx context.Context, secret, name, password string) error
	JoinAs(ctx context.Context, secret string) error
	CheckPasswordLink(ctx context.Context, secret string) error
	ResetPassword(ctx context.Context, secret, password string) error
	SendsMail() bool
	Forgotten(ctx context.Context, email string) error
	CheckAddressLink(ctx context.Context, secret string) (string, error)
	ConfirmAddress(ctx context.Context, secret string) error
}

// Pages are the pages.
type Pages struct{ People people }

// Public are the paths that somebody may see who is not signed in; those that
// end with a slash, with all below them.
var Public = []string{"/sign-in", "/sign-in/", "/sign-out", "/first", "/first/accept", "/invitation", "/invitation/accept", "/password", "/forgotten", "/address"}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /sign-in", open(p.show))
	mux.Handle("POST /sign-in", open(p.password))
	mux.Handle("GET /sign-in/code", open(p.askCode))
	mux.Handle("POST /sign-in/code", open(p.code))
	mux.Handle("POST /sign-in/passkey/begin", open(p.beginPasskey))
	mux.Handle("POST /sign-in/passkey/finish", open(p.finishPasskey))
	mux.Handle("GET /sign-in/{provider}/begin", open(p.beginProvider))
	mux.Handle("GET /sign-in/{provider}/callback", open(p.finishProvider))
	mux.Handle("POST /sign-out", open(p.signOut))
	p.registerLinks(mux)
}

// open makes a handler of a page that anybody may see.
func open(f func(w http.ResponseWriter, r *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := f(w, r); err != nil {
			page.Fail(w, r, err)
		}
	})
}

// form is what the sign-in page shows.
type form struct {
	layout.Page
	Next      string // where to go afterwards
	Again     bool   // an act needs a sign-in that is more recent
	Email     string
	Providers []identity.ProviderChoice
}

// form reads where to go afterwards from the query or the form.
func (p *Pages) form(r *http.Request) form {
	f := form{Page: page.Of(r, "", "Sign in"), Next: page.Local(r.FormValue("next")), Again: r.FormValue("again") != "", Providers: p.People.SignInProviders()}
	f.Email = f.Who.Email
	return f
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	f := p.form(r)
	if _, in := identity.WhoOf(r.Context()); in && !f.Again {
		return page.Done(w, r, f.Next, "")
	}
	return page.Render(w, r, http.StatusOK, signIn(f))
}

// refused shows a page again with what went wrong. The status of too many
// attempts is its own.
func refused(w http.ResponseWriter, err error, problem *string) (int, error) {
	told, ok := page.Told(err)
	if !ok {
		return 0, err
	}
	*problem = told
	return page.Status(w, err), nil
}

func (p *Pages) password(w http.ResponseWriter, r *http.Request) error {
	in := page.ReadForm(r)
	email, password := in.Line("email", identity.MaxEmail), in.Text("password", 4096)
	f := p.form(r)
	f.Email = email
	step, err := identity.Step(""), in.Err()
	if err == nil {
		step, err = p.People.SignInWithPassword(r.Context(), email, password)
	}
	if err != nil {
		status, err := refused(w, err, &f.Problem)
		if err != nil {
			return err
		}
		return page.Render(w, r, status, signIn(f))
	}
	if step == identity.NeedsCode {
		return page.Done(w, r, "/sign-in/code?"+url.Values{"next": {f.Next}}.Encode(), "")
	}
	return page.Done(w, r, f.Next, "")
}

func (p *Pages) askCode(w http.ResponseWriter, r *http.Request) error {
	f := p.form(r)
	f.Title = "Your code"
	return page.Render(w, r, http.StatusOK, code(f))
}

func (p *Pages) code(w http.ResponseWriter, r *http.Request) error {
	f := p.form(r)
	f.Title = "Your code"
	in := page.ReadForm(r)
	given, err := in.Line("code", 64), in.Err()
	if err == nil {
		err = p.People.SignInWithCode(r.Context(), given)
	}
	if errors.Is(err, identity.ErrExpired) {
		f.Title = "Sign in"
		status, err := refused(w, err, &f.Problem)
		if err != nil {
			return err
		}
		return page.Render(w, r, status, signIn(f))
	}
	if err != nil {
		status, err := refused(w, err, &f.Problem)
		if err != nil {
			return err
		}
		return page.Render(w, r, status, code(f))
	}
	return page.Done(w, r, f.Next, "")
}

func (p *Pages) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	options, err := p.People.BeginPasskeySignIn(r.Context())
	return page.Answer(w, options, err)
}

func (p *Pages) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	answer, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err == nil {
		err = p.People.FinishPasskeySignIn(r.Context(), answer)
	}
	return page.Answer(w, []byte("{}"), err)
}

func (p *Pages) beginProvider(w http.ResponseWriter, r *http.Request) error {
	to, err := p.People.BeginProviderSignIn(r.Context(), r.PathValue("provider"), page.Local(r.FormValue("next")))
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (p *Pages) finishProvider(w http.ResponseWriter, r *http.Request) error {
	to, err := p.People.FinishProviderSignIn(r.Context(), r.PathValue("provider"), r.URL.Query())
	if err != nil {
		f := p.form(r)
		status, err := refused(w, err, &f.Problem)
		if err != nil {
			return err
		}
		return page.Render(w, r, status, signIn(f))
	}
	return page.Done(w, r, to, "")
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := p.People.SignOut(r.Context()); err != nil {
		return err
	}
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`) // the cookie is a new one already
	return page.Done(w, r, "/sign-in", "You are signed out.")
}

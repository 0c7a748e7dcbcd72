package signin

import (
	"net/http"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// forgottenForm is the page of somebody who forgot their password.
type forgottenForm struct {
	layout.Page
	Email string
	Mails bool // the installation sends links
	Sent  bool
}

func (p *Pages) showForgotten(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, forgotten(forgottenForm{Page: page.Of(r, "", "Forgotten password"), Mails: p.People.SendsMail()}))
}

// forgotten says the same whoever has the address, or nobody.
func (p *Pages) forgotten(w http.ResponseWriter, r *http.Request) error {
	in := page.ReadForm(r)
	f := forgottenForm{Page: page.Of(r, "", "Forgotten password"), Mails: p.People.SendsMail(), Email: in.Line("email", identity.MaxEmail)}
	err := in.Err()
	if err == nil {
		err = p.People.Forgotten(r.Context(), f.Email)
	}
	if err != nil {
		status, err := refused(w, err, &f.Problem)
		if err != nil {
			return err
		}
		return page.Render(w, r, status, forgotten(f))
	}
	f.Sent = true
	return page.Render(w, r, http.StatusOK, forgotten(f))
}

// addressForm is the page that a link to a new address opens. The link alone
// changes nothing: programs that look into mail open links.
type addressForm struct {
	layout.Page
	Secret, Email string
}

func (p *Pages) showAddress(w http.ResponseWriter, r *http.Request) error {
	secret := r.URL.Query().Get("code")
	email, err := p.People.CheckAddressLink(r.Context(), secret)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, address(addressForm{page.Of(r, "", "Your new address"), secret, email}))
}

func (p *Pages) confirmAddress(w http.ResponseWriter, r *http.Request) error {
	in := page.ReadForm(r)
	secret, err := in.Line("code", 100), in.Err()
	if err == nil {
		err = p.People.ConfirmAddress(r.Context(), secret)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/sign-in", "Your address is changed. Sign in with it.")
}

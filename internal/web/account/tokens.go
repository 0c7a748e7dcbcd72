package account

import (
	"net/http"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

// tokensView is the page of one's API tokens.
type tokensView struct {
	layout.Page
	Tokens []identity.Token
	Form   people.TokenForm
	Now    time.Time
}

func (p *Pages) tokensView(r *http.Request, who tenant.Who) (tokensView, error) {
	all, err := p.People.Tokens(r.Context(), who)
	return tokensView{page.Of(r, "", "Your API tokens"), all, people.NewTokenForm("/account/tokens", who), p.Now()}, err
}

func (p *Pages) tokens(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.tokensView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, tokens(v))
}

func (p *Pages) createToken(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	n := people.ReadToken(in, p.Now())
	err := in.Err()
	var made identity.Token
	var secret string
	if err == nil {
		made, secret, err = p.People.CreateToken(r.Context(), who, n)
	}
	if told, ok := page.Told(err); ok {
		v, err := p.tokensView(r, who)
		if err != nil {
			return err
		}
		v.Problem = told
		v.Form.Fill(n)
		return page.Render(w, r, http.StatusUnprocessableEntity, tokens(v))
	}
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, newToken(page.Of(r, "", "A new token"), made, secret))
}

func (p *Pages) revokeToken(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err == nil {
		err = p.People.RevokeToken(r.Context(), who, id)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/account/tokens", "The token holds no more.")
}

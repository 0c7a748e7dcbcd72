package settings

import (
	"net/http"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// signInView is what the organisation asks of those who sign in.
type signInView struct {
	layout.Page
	Rules identity.Rules
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	rules, err := p.People.Rules(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, signInPage(signInView{page.Of(r, "settings", "Sign-in"), rules}))
}

func (p *Pages) setSignIn(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	rules, err := identity.Rules{SecondFactor: identity.SecondFactor(in.Line("second-factor", 40))}, in.Err()
	if err == nil {
		err = p.People.SetRules(r.Context(), who, rules)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/settings/sign-in", "It holds from now on.")
}

package settings

import (
	"net/http"
	"strings"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

type providersView struct {
	layout.Page
	Providers []identity.Provider // with what is about this organisation alone
	redirect  func(provider string) string
}

// providers shows those that may let people into the organisation. They are
// configured where the server is started, since they hold for all of it.
func (p *Pages) providers(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	all, err := p.People.ProvidersOf(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, providersPage(providersView{page.Of(r, "settings", "Identity providers"), all, p.People.ReturnURL}))
}

func claimGrant(g identity.ClaimGrant) string {
	who := "Everybody it signs in"
	if g.Claim != "*" {
		who = "Members of " + g.Claim
	}
	where := "everything"
	if len(g.Path) > 0 {
		where = strings.Join(g.Path, " / ")
	}
	return who + ": " + string(g.Role) + " in " + where
}

package settings

import (
	"net/http"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

type providersView struct {
	layout.Page
	Providers []identity.Provider // with what is about this organisation alone
	URL       string
}

// redirect is what the provider has to be told.
func (v providersView) redirect(p identity.Provider) string {
	return strings.TrimSuffix(v.URL, "/") + "/sign-in/" + p.Name + "/callback"
}

// providers shows those that may let people into the organisation. They are
// configured where the server is started, since they hold for all of it.
func (p *Pages) providers(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	if err := who.Check(tenant.Administer, 0); err != nil {
		return err
	}
	org, err := p.Groups.Organisation(r.Context(), who.Org)
	if err != nil {
		return err
	}
	v := providersView{Page: page.Of(r, "settings", "Identity providers"), URL: p.URL}
	for _, provider := range p.Providers {
		if len(provider.Organisations) > 0 && !slices.Contains(provider.Organisations, org.Slug) {
			continue
		}
		provider.ClientSecret, provider.Organisations = "", nil
		provider.Grants = slices.DeleteFunc(slices.Clone(provider.Grants), func(g identity.ClaimGrant) bool { return g.Organisation != org.Slug })
		v.Providers = append(v.Providers, provider)
	}
	return page.Render(w, r, http.StatusOK, providersPage(v))
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

package servers

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

// tokenForm is a token as it is asked for.
type tokenForm struct {
	Groups []people.Group
	Chosen fleet.Token
	Days   int64
}

func newTokenForm(who tenant.Who) tokenForm {
	f := tokenForm{Groups: people.Groups(who.Tree, who.Reach(tenant.Administer)), Days: 1, Chosen: fleet.Token{Most: 1}}
	if len(f.Groups) > 0 {
		f.Chosen.Group = f.Groups[0].ID
	}
	return f
}

// tokenDays are how long a token can hold.
var tokenDays = []int64{1, 7, 30, 90, 365}

// tokensView is the page of the tokens.
type tokensView struct {
	layout.Page
	r      *http.Request
	now    time.Time
	Tokens []fleet.Token
	Next   string
	Form   tokenForm

	Authorities []fleet.Authority // for those who administer the whole organisation
}

func (p *Pages) tokensView(r *http.Request, who tenant.Who) (*tokensView, error) {
	if who.Reach(tenant.Administer).None() {
		return nil, tenant.ErrForbidden
	}
	list, next, err := p.Fleet.Tokens(r.Context(), who, r.URL.Query().Get("cursor"), 0)
	v := &tokensView{page.Of(r, "servers", "Enrol servers"), r, p.Now(), list, next, newTokenForm(who), nil}
	if err == nil && who.Reach(tenant.Administer).Has(who.Tree.Root()) {
		v.Authorities, err = p.Fleet.Authorities(r.Context(), who)
	}
	return v, err
}

// replaceable tells whether the next authority can be made.
func (v *tokensView) replaceable() bool {
	return !slices.ContainsFunc(v.Authorities, func(a fleet.Authority) bool { return !a.Newest && a.Retired.IsZero() })
}

func (p *Pages) replaceAuthority(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	if _, err := p.Fleet.ReplaceAuthority(r.Context(), who); err != nil {
		return err
	}
	return page.Done(w, r, "/servers/tokens", "The new authority signs from now on. Agents renew their certificates within a day; the one before is trusted until none by it holds.")
}

func (p *Pages) retireAuthority(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err == nil {
		err = p.Fleet.RetireAuthority(r.Context(), who, id, "")
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/servers/tokens", "The authority is trusted no more, and its key is destroyed. Its agents renew with their next heartbeat.")
}

func (p *Pages) tokens(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.tokensView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, tokensPage(v))
}

func (p *Pages) addToken(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	days := in.Number("days")
	t := fleet.Token{Name: in.Line("name", 200), Group: in.Number("group"), Most: in.Number("most"), Ephemeral: in.Has("ephemeral")}
	t.Expires = p.Now().Add(time.Duration(min(max(days, 1), 365)) * 24 * time.Hour)
	err := in.Err()
	var made fleet.Token
	var secret string
	if err == nil {
		made, secret, err = p.Fleet.AddToken(r.Context(), who, t)
	}
	if told, ok := page.Told(err); ok {
		v, err := p.tokensView(r, who)
		if err != nil {
			return err
		}
		v.Problem, v.Form.Chosen, v.Form.Days = told, t, days
		return page.Render(w, r, http.StatusUnprocessableEntity, tokensPage(v))
	}
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, newToken(page.Of(r, "servers", "Enrol a server"), made, enrolCommand(p.URL, secret)))
}

// enrolCommand is the line to run on a server. The token goes in by standard
// input, so that the list of processes does not show it.
func enrolCommand(url, secret string) string {
	return "echo " + secret + " | sudo demarc-agent enrol --server " + strings.TrimSuffix(url, "/") + " --token-file - && sudo systemctl start demarc-agent"
}

func (p *Pages) revokeToken(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err == nil {
		err = p.Fleet.RevokeToken(r.Context(), who, id)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/servers/tokens", "No server can enrol by the token any more. Those that did stay.")
}

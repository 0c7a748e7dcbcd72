package settings

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

type servicesView struct {
	layout.Page
	Services []identity.ServiceAccount
	Groups   []people.Group
	Name     string
	Chosen   tenant.Grant
}

func (p *Pages) servicesView(r *http.Request, who tenant.Who) (v servicesView, err error) {
	v = servicesView{Page: page.Of(r, "settings", "Service accounts"), Groups: people.Groups(who.Tree, who.Reach(tenant.Administer)), Chosen: tenant.Grant{Role: tenant.Contributor}}
	v.Services, err = p.People.Services(r.Context(), who)
	return v, err
}

func (p *Pages) services(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.servicesView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, servicesPage(v))
}

func (p *Pages) addService(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	name, grant := in.Line("name", 200), people.ReadGrant(in)
	id, err := int64(0), in.Err()
	if err == nil {
		id, err = p.People.AddService(r.Context(), who, name, []tenant.Grant{grant})
	}
	if told, ok := page.Told(err); ok {
		v, err := p.servicesView(r, who)
		if err != nil {
			return err
		}
		v.Problem, v.Name, v.Chosen = told, name, grant
		return page.Render(w, r, http.StatusUnprocessableEntity, servicesPage(v))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/settings/services/"+strconv.FormatInt(id, 10), name+" is added. Make a token for it.")
}

type serviceView struct {
	layout.Page
	Service identity.ServiceAccount
	Tokens  []identity.Token
	Groups  []people.Group
	Form    people.TokenForm
	Now     time.Time
}

func (v serviceView) base() string {
	return "/settings/services/" + strconv.FormatInt(v.Service.ID, 10)
}

func (p *Pages) serviceView(r *http.Request, who tenant.Who) (v serviceView, err error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return v, err
	}
	all, err := p.People.Services(r.Context(), who)
	if err != nil {
		return v, err
	}
	err = store.ErrNotFound
	for _, s := range all {
		if s.ID == id {
			v.Service, err = s, nil
		}
	}
	if err != nil {
		return v, err
	}
	v.Page, v.Groups, v.Now = page.Of(r, "settings", v.Service.Name), people.Groups(who.Tree, who.Reach(tenant.Administer)), p.Now()
	v.Form = people.NewServiceTokenForm(v.base()+"/token", who)
	v.Tokens, err = p.People.ServiceTokens(r.Context(), who, id)
	return v, err
}

func (p *Pages) service(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.serviceView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, servicePage(v))
}

func (p *Pages) serviceToken(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	in := page.ReadForm(r)
	n := people.ReadToken(in, p.Now())
	n.Service = id
	err = in.Err()
	var made identity.Token
	var secret string
	if err == nil {
		made, secret, err = p.People.CreateToken(r.Context(), who, n)
	}
	if told, ok := page.Told(err); ok {
		v, err := p.serviceView(r, who)
		if err != nil {
			return err
		}
		v.Problem = told
		v.Form.Fill(n)
		return page.Render(w, r, http.StatusUnprocessableEntity, servicePage(v))
	}
	if err != nil {
		return err
	}
	title := "The token " + made.Name
	text := "It is shown only now, and holds until " + made.Expires.UTC().Format("2 January 2006") + "."
	return page.Render(w, r, http.StatusOK, secretPage(page.Of(r, "settings", title), title, text, secret, "/settings/services/"+strconv.FormatInt(id, 10)))
}

func (p *Pages) actOnService(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	here := "/settings/services/" + strconv.FormatInt(id, 10)
	acts := map[string]struct {
		do   func(ctx context.Context, who tenant.Who, id int64) error
		to   string
		done string
	}{
		"disable": {p.People.DisableService, here, "Its tokens hold no more."},
		"enable":  {p.People.EnableService, here, "Its tokens hold again."},
		"remove":  {p.People.RemoveService, "/settings/services", "The service account is removed, with its tokens."},
	}
	a, ok := acts[r.PathValue("act")]
	if !ok {
		return store.ErrNotFound
	}
	if err := a.do(r.Context(), who, id); err != nil {
		return err
	}
	return page.Done(w, r, a.to, a.done)
}

type tokensView struct {
	layout.Page
	Tokens []identity.Token
	Next   string
	Now    time.Time
}

func (p *Pages) tokens(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v := tokensView{Page: page.Of(r, "settings", "API tokens"), Now: p.Now()}
	var err error
	if v.Tokens, v.Next, err = p.People.AllTokens(r.Context(), who, r.URL.Query().Get("cursor")); err != nil {
		return err
	}
	for i := range v.Tokens { // of everybody's, whose counts
		v.Tokens[i].Name += " · " + v.Tokens[i].HolderName
	}
	return page.Render(w, r, http.StatusOK, tokensPage(r, v))
}

func (p *Pages) revoke(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err == nil {
		err = p.People.RevokeToken(r.Context(), who, id)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, back(r, "/settings/tokens"), "The token holds no more.")
}

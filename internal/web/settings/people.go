package settings

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
	"github.com/demarc-sec/demarc/internal/web/signin"
)

type peopleView struct {
	layout.Page
	Members     identity.Members
	Invitations []identity.Invitation
	Groups      []people.Group // to give roles in
	Email, Name string         // of an invitation that could not be made
	Chosen      tenant.Grant
	Now         time.Time
}

func (p *Pages) peopleView(r *http.Request, who tenant.Who) (v peopleView, err error) {
	v = peopleView{Page: page.Of(r, "settings", "People"), Groups: people.Groups(who.Tree, who.Reach(tenant.Administer)), Now: p.Now(), Chosen: tenant.Grant{Role: tenant.Viewer}}
	if v.Members, err = p.People.Members(r.Context(), who, r.URL.Query().Get("cursor"), 100); err != nil {
		return v, err
	}
	v.Invitations, err = p.People.Invitations(r.Context(), who)
	return v, err
}

func (p *Pages) people(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.peopleView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, peoplePage(r, v))
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	email, name, grant := in.Line("email", identity.MaxEmail), in.Line("name", 200), people.ReadGrant(in)
	err := in.Err()
	var link identity.OneTime
	if err == nil {
		link, err = p.People.Invite(r.Context(), who, email, name, []tenant.Grant{grant})
	}
	if told, ok := page.Told(err); ok {
		v, err := p.peopleView(r, who)
		if err != nil {
			return err
		}
		v.Problem, v.Email, v.Name, v.Chosen = told, email, name, grant
		return page.Render(w, r, http.StatusUnprocessableEntity, peoplePage(r, v))
	}
	if err != nil {
		return err
	}
	return p.showLink(w, r, "Invitation for "+email, signin.InvitationURL(link.Secret), link.Expires, "/settings/people")
}

// showLink shows a one-time link, once.
func (p *Pages) showLink(w http.ResponseWriter, r *http.Request, title, path string, expires time.Time, then string) error {
	text := "Send this link to them over a way you trust. It holds once, until " + expires.UTC().Format("2 January, 15:04 UTC") + ", and is shown only now."
	return page.Render(w, r, http.StatusOK, secretPage(page.Of(r, "settings", title), title, text, p.URL+path, then))
}

func (p *Pages) uninvite(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err == nil {
		err = p.People.Uninvite(r.Context(), who, id)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/settings/people", "The invitation holds no more.")
}

type personView struct {
	layout.Page
	Member identity.Member
	Groups []people.Group
	Whole  bool // who asks administers the whole organisation
	Now    time.Time
}

func (v personView) base() string { return "/settings/people/" + strconv.FormatInt(v.Member.ID, 10) }

func (p *Pages) personView(r *http.Request, who tenant.Who) (v personView, err error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return v, err
	}
	v = personView{Groups: people.Groups(who.Tree, who.Reach(tenant.Administer)), Whole: who.Check(tenant.Administer, 0) == nil, Now: p.Now()}
	v.Member, err = p.People.Member(r.Context(), who, id)
	v.Page = page.Of(r, "settings", v.Member.Name)
	return v, err
}

func (p *Pages) person(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.personView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, personPage(v))
}

// actOnPerson does one of the acts that need no more than the person.
func (p *Pages) actOnPerson(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	here := "/settings/people/" + strconv.FormatInt(id, 10)
	act := r.PathValue("act")
	if act == "password-link" {
		link, err := p.People.PasswordLink(r.Context(), who, id)
		if err != nil {
			return err
		}
		return p.showLink(w, r, "A link for a new password", signin.PasswordURL(link.Secret), link.Expires, here)
	}
	acts := map[string]struct {
		do   func(ctx context.Context, who tenant.Who, person int64) error
		to   string
		done string
	}{
		"disable":        {p.People.Disable, here, "The organisation is closed to them; their sessions and tokens hold no more."},
		"enable":         {p.People.Enable, here, "The organisation is open to them again."},
		"remove":         {p.People.Remove, "/settings/people", "They are removed, with their roles and tokens here."},
		"reset-app":      {p.People.ResetTOTP, here, "Their authenticator app is asked for no more."},
		"reset-passkeys": {p.People.ResetPasskeys, here, "Their passkeys sign them in no more."},
		"end-sessions":   {p.People.EndSessionsOf, here, "Their sessions are ended."},
	}
	a, ok := acts[act]
	if !ok {
		return store.ErrNotFound
	}
	if err := a.do(r.Context(), who, id); err != nil {
		return err
	}
	return page.Done(w, r, a.to, a.done)
}

// give gives a person or a service account a role in a group.
func (p *Pages) give(kind tenant.ActorKind) page.Func {
	return p.grant(kind, "The role is given.", p.People.Give)
}

// take takes one away.
func (p *Pages) take(kind tenant.ActorKind) page.Func {
	return p.grant(kind, "The role is taken away.", p.People.Take)
}

func (p *Pages) grant(kind tenant.ActorKind, done string, do func(context.Context, tenant.Who, identity.Holder, tenant.Grant) error) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		in := page.ReadForm(r)
		g := people.ReadGrant(in)
		if err := in.Err(); err != nil {
			return err
		}
		if err := do(r.Context(), who, identity.Holder{Kind: kind, ID: id}, g); err != nil {
			return err
		}
		place := map[tenant.ActorKind]string{tenant.Person: "people", tenant.Service: "services"}[kind]
		return page.Done(w, r, "/settings/"+place+"/"+strconv.FormatInt(id, 10), done)
	}
}

// back is the page a form stood on, or another one.
func back(r *http.Request, otherwise string) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return otherwise
	}
	return u.RequestURI()
}

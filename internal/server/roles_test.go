package server

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// join invites somebody through the console, who joins.
func (b *browser) join(email string, role tenant.Role, group int64) *browser {
	b.t.Helper()
	a := b.post("/settings/people/invite", url.Values{"email": {email}, "name": {email}, "role": {string(role)}, "group": {strconv.FormatInt(group, 10)}})
	b.want("an invitation", a, http.StatusOK, "holds once")
	link, err := url.Parse(between(b.t, a.body, `<code class="secret" tabindex="0">`, "<"))
	if err != nil {
		b.t.Fatal(err)
	}
	out := b.s.browser(b.t)
	out.want("the invitation's page", out.get(link.RequestURI()), http.StatusOK, email)
	joined := out.post("/invitation", url.Values{"code": {link.Query().Get("code")}, "name": {email}, "password": {password}})
	if joined.at != "/" || !strings.Contains(joined.body, "Welcome") {
		b.t.Fatalf("joining: %d at %s", joined.status, joined.at)
	}
	return out
}

// allowed is what each role gets from the settings in the whole organisation.
var allowed = []struct {
	method, path string
	form         url.Values
	roles        []tenant.Role // of those that may; the others are told that they may not
}{
	{"GET", "/account", nil, tenant.Roles},
	{"GET", "/account/security", nil, tenant.Roles},
	{"GET", "/account/sessions", nil, tenant.Roles},
	{"GET", "/account/tokens", nil, tenant.Roles},
	{"GET", "/catalogue", nil, tenant.Roles},
	{"GET", "/catalogue/aws/rds", nil, tenant.Roles},
	{"GET", "/catalogue/checks", nil, tenant.Roles},
	{"GET", "/catalogue/checks/encryption-at-rest", nil, tenant.Roles},
	{"GET", "/catalogue/calendar", nil, tenant.Roles},
	{"GET", "/settings/groups", nil, tenant.Roles},
	{"GET", "/settings/groups/{group}", nil, tenant.Roles},
	{"GET", "/settings/groups/new", nil, administrators},
	{"POST", "/settings/groups", url.Values{"name": {"x"}}, administrators},
	{"POST", "/settings/groups/{group}", url.Values{"name": {"Web"}}, administrators},
	{"GET", "/settings/people", nil, administrators},
	{"GET", "/settings/people/{person}", nil, administrators},
	{"POST", "/settings/people/invite", url.Values{"email": {"new@shop.test"}, "name": {"x"}, "group": {"{group}"}}, administrators},
	{"POST", "/settings/people/{person}/give", url.Values{"group": {"{group}"}, "role": {"viewer"}}, administrators},
	{"POST", "/settings/people/{person}/end-sessions", nil, administrators},
	{"POST", "/settings/people/{person}/password-link", nil, administrators},
	{"GET", "/settings/services", nil, administrators},
	{"POST", "/settings/services", url.Values{"name": {"y"}, "group": {"{group}"}}, administrators},
	{"GET", "/settings/services/{service}", nil, administrators},
	{"POST", "/settings/services/{service}/token", url.Values{"name": {"z"}, "permission": {"read"}}, administrators},
	{"POST", "/settings/services/{service}/disable", nil, administrators},
	{"GET", "/settings/tokens", nil, administrators},
	{"GET", "/settings/providers", nil, administrators},
	{"GET", "/settings/sign-in", nil, administrators},
	{"POST", "/settings/sign-in", url.Values{"second-factor": {"nobody"}}, administrators},
	{"GET", "/settings/history", nil, administrators},
	{"GET", "/settings/audit", nil, []tenant.Role{tenant.Administrator, tenant.Auditor}},
	{"GET", "/settings/audit/export", nil, []tenant.Role{tenant.Administrator, tenant.Auditor}},
	{"POST", "/settings/audit/verify", nil, []tenant.Role{tenant.Administrator, tenant.Auditor}},
}

var administrators = []tenant.Role{tenant.Administrator}

// fill puts the ids of a place's things into a path or a form.
func (p place) fill(s string) string {
	return strings.NewReplacer("{group}", strconv.FormatInt(p.group, 10), "{person}", strconv.FormatInt(p.person, 10), "{service}", strconv.FormatInt(p.service, 10)).Replace(s)
}

func (p place) form(form url.Values) url.Values {
	out := url.Values{}
	for k, vs := range form {
		for _, v := range vs {
			out.Add(k, p.fill(v))
		}
	}
	return out
}

// place is an organisation with a group, somebody in it and a service account.
type place struct {
	org                    tenant.Organisation
	admin                  *browser
	root                   int64
	group, person, service int64
}

func (s *Server) place(t *testing.T, slug string) place {
	t.Helper()
	p := place{}
	p.org, p.admin = s.organisation(t, slug, slug)
	tree, err := s.Directory.Tree(t.Context(), p.org.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.root = tree.Root()
	p.admin.want("a group", p.admin.post("/settings/groups", url.Values{"name": {"Web"}, "parent": {strconv.FormatInt(p.root, 10)}, "scope": {"1"}, "tags": {"team=web"}}), http.StatusOK, "Web is added.")
	if tree, err = s.Directory.Tree(t.Context(), p.org.ID); err != nil {
		t.Fatal(err)
	}
	p.group = tree.Children(p.root)[0]
	p.admin.join("sam@"+slug+".test", tenant.Viewer, p.group)
	_, people, _ := strings.Cut(p.admin.get("/settings/people").body, "ada@"+slug+".test") // who stands first
	if p.person, err = strconv.ParseInt(between(t, people, `href="/settings/people/`, `"`), 10, 64); err != nil {
		t.Fatal(err)
	}
	a := p.admin.post("/settings/services", url.Values{"name": {"pipeline"}, "role": {"contributor"}, "group": {strconv.FormatInt(p.group, 10)}})
	if p.service, err = strconv.ParseInt(strings.TrimPrefix(a.at, "/settings/services/"), 10, 64); err != nil {
		t.Fatal(err)
	}
	return p
}

// Each role sees and does in the settings what it may, and no more.
func TestRolesOfPages(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		for _, role := range tenant.Roles {
			b := p.admin.join(string(role)+"@shop.test", role, p.root)
			for _, c := range allowed {
				may := false
				for _, r := range c.roles {
					may = may || r == role
				}
				var a answered
				if c.method == http.MethodGet {
					a = b.get(p.fill(c.path))
				} else {
					form := p.form(c.form)
					if strings.HasPrefix(c.path, "/settings/groups") {
						form.Set("parent", strconv.FormatInt(p.root, 10))
					}
					a = b.post(p.fill(c.path), form)
				}
				if may != (a.status == http.StatusOK) || (!may && a.status != http.StatusForbidden) {
					t.Errorf("%s: %s %s is answered %d", role, c.method, c.path, a.status)
				}
			}
			if shown := strings.Contains(b.get("/settings/groups").body, `href="/settings/people"`); shown != (role == tenant.Administrator) {
				t.Errorf("%s: the tab People is shown: %v", role, shown)
			}
		}
	})
}

// What belongs to another organisation is not there, whoever asks.
func TestOtherOrganisationsPages(t *testing.T) {
	eachServer(t, func(t *testing.T, s *Server) {
		shop, bank := s.place(t, "shop"), s.place(t, "bank")
		for _, c := range allowed {
			if !strings.Contains(c.path, "{") {
				continue
			}
			path := shop.fill(c.path)
			var a answered
			if c.method == http.MethodGet {
				a = bank.admin.get(path)
			} else {
				a = bank.admin.post(path, bank.form(c.form))
			}
			if a.status != http.StatusNotFound {
				t.Errorf("%s %s is answered %d", c.method, path, a.status)
			}
		}
		for path, form := range map[string]url.Values{
			"/settings/people/invite": {"email": {"x@bank.test"}, "name": {"x"}, "role": {"viewer"}, "group": {strconv.FormatInt(shop.group, 10)}},
			"/settings/groups":        {"name": {"x"}, "parent": {strconv.FormatInt(shop.root, 10)}},
			"/account/organisation":   {"organisation": {strconv.FormatInt(shop.org.ID, 10)}},
		} {
			if a := bank.admin.post(path, form); a.status != http.StatusNotFound && a.status != http.StatusUnprocessableEntity {
				t.Errorf("%s with what is another organisation's is answered %d", path, a.status)
			}
		}
		for _, path := range []string{"/settings/groups", "/settings/people", "/settings/services", "/settings/tokens", "/settings/audit"} {
			if body := bank.admin.get(path).body; strings.Contains(body, "shop") {
				t.Errorf("%s shows another organisation's", path)
			}
		}
	})
}

// Somebody who administers one group decides on it, and not on what other
// groups hold or who else there is.
func TestAdministratorOfAGroup(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		p.admin.post("/settings/groups", url.Values{"name": {"Secret"}, "parent": {strconv.FormatInt(p.root, 10)}})
		b := p.admin.join("gus@shop.test", tenant.Administrator, p.group)
		here := "/settings/groups/" + strconv.FormatInt(p.group, 10)
		body := b.get("/settings/groups").body
		if strings.Contains(body, "Secret") || !strings.Contains(body, "Web") {
			t.Error("the groups are not those of theirs alone")
		}
		if a := b.get("/settings/groups/" + strconv.FormatInt(p.root, 10)); a.status != http.StatusNotFound {
			t.Errorf("the root is answered %d", a.status)
		}
		b.want("another name", b.post(here, url.Values{"name": {"Web shop"}, "kind": {"product"}}), http.StatusOK, "Web shop is changed.")
		b.want("a wider scope", b.post(here, url.Values{"name": {"Web shop"}, "kind": {"product"}, "scope": {"1"}, "environments": {"production"}}), http.StatusForbidden, "administrator of the whole organisation")
		b.want("a group below", b.post("/settings/groups", url.Values{"name": {"Cart"}, "parent": {strconv.FormatInt(p.group, 10)}}), http.StatusOK, "Cart is added.")
		b.want("removing it", b.post(here+"/remove", nil), http.StatusForbidden, "administrator of the whole organisation")
		people := b.get("/settings/people")
		b.want("their people", people, http.StatusOK, "sam@shop.test")
		if strings.Contains(people.body, "ada@shop.test") {
			t.Error("they see who has no role in their group")
		}
		b.want("a role elsewhere", b.post("/settings/people/"+strconv.FormatInt(p.person, 10)+"/give", url.Values{"role": {"viewer"}, "group": {strconv.FormatInt(p.root, 10)}}), http.StatusForbidden, "Not allowed")
		b.want("the audit log", b.get("/settings/audit"), http.StatusForbidden, "Not allowed")
		b.want("disabling somebody", b.post("/settings/people/"+strconv.FormatInt(p.person, 10)+"/disable", nil), http.StatusForbidden, "Not allowed")
	})
}

// The scope that was typed is the group's, and comes back into the form.
func TestScopeEditor(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		here := "/settings/groups/" + strconv.FormatInt(p.group, 10)
		a := p.admin.post(here, url.Values{
			"name": {"Web"}, "kind": {"team"}, "parent": {strconv.FormatInt(p.root, 10)}, "scope": {"1"},
			"paths": {"live/prod/\r\n\r\n  *.tf "}, "tags": {"team=web\nowner"}, "environments": {"production"},
		})
		p.admin.want("the scope", a, http.StatusOK, "environment production, path live/prod/ or *.tf, tag owner or team=web")
		p.admin.want("the form", p.admin.get(here), http.StatusOK, "live/prod/\n*.tf</textarea>")
		p.admin.want("a name with nothing in it", p.admin.post(here, url.Values{"name": {" "}}), http.StatusUnprocessableEntity, "A name has 1 to 200 characters")
		p.admin.want("below itself", p.admin.post(here, url.Values{"name": {"Web"}, "parent": {strconv.FormatInt(p.group, 10)}}), http.StatusUnprocessableEntity, "cannot stand below itself")
		p.admin.want("what was done", p.admin.get("/settings/audit?action=group"), http.StatusOK, "group.changed")
		p.admin.want("the chain", p.admin.post("/settings/audit/verify", nil), http.StatusOK, "entries are as they were written")
		p.admin.want("removing it", p.admin.post(here+"/remove", nil), http.StatusOK, "Web is removed.")
	})
}

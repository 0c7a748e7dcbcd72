package identity_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/identity/oidctest"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// login is an identity provider whose people come back to where no server is.
type login struct {
	*oidctest.Provider

	t *testing.T
}

func newLogin(t *testing.T) *login {
	t.Helper()
	l := &login{oidctest.Start(t), t}
	l.Serve("https://demarc.test/sign-in/corp/callback")
	return l
}

func (l *login) config() identity.Provider {
	return identity.Provider{
		Name: "corp", Title: "Corp", Issuer: l.URL, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret,
		Domains: []string{"Shop.test"}, Organisations: []string{"shop"}, GroupsClaim: "realm.groups",
		Grants: []identity.ClaimGrant{
			{Claim: "web", Organisation: "shop", Path: []string{"Web"}, Role: tenant.Contributor},
			{Claim: "tills", Organisation: "shop", Path: []string{"Web", "Tills"}, Role: tenant.Approver},
			{Claim: "chiefs", Organisation: "shop", Role: tenant.Administrator},
			{Claim: "lost", Organisation: "shop", Path: []string{"Nowhere"}, Role: tenant.Administrator},
		},
	}
}

// pass signs in at the provider and returns the query it sends back.
func (l *login) pass(to, user string) url.Values {
	l.t.Helper()
	jar, err := cookiejar.New(nil)
	must(l.t, err)
	var back url.Values
	c := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "demarc.test" {
			back = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	form, err := c.Get(to)
	must(l.t, err)
	must(l.t, form.Body.Close())
	page := form.Request.URL
	sent, err := c.PostForm(l.URL+page.Path, url.Values{"username": {user}, "password": {oidctest.Password}, "id": {page.Query().Get("authRequestID")}})
	must(l.t, err)
	must(l.t, sent.Body.Close())
	if back == nil {
		l.t.Fatalf("the provider does not send %s back", user)
	}
	return back
}

// through signs somebody in through the provider; change may meddle with what
// it sends back.
func (b *browser) through(l *login, user string, change func(url.Values)) (to string, err error) {
	b.w.t.Helper()
	var there string
	must(b.w.t, b.do(func(ctx context.Context) (err error) {
		there, err = b.w.BeginProviderSignIn(ctx, "corp", "/findings?x=1")
		return err
	}))
	q := l.pass(there, user)
	if change != nil {
		change(q)
	}
	err = b.do(func(ctx context.Context) error { to, err = b.w.FinishProviderSignIn(ctx, "corp", q); return err })
	return to, err
}

func withLogin(t *testing.T, f func(t *testing.T, w *world, l *login)) {
	t.Helper()
	l := newLogin(t)
	each(t, func(t *testing.T, w *world) { l.t = t; f(t, w, l) }, func(c *identity.Config) { c.Providers = []identity.Provider{l.config()} })
}

func grantsOf(who tenant.Who) []tenant.Grant {
	slices.SortFunc(who.Grants, func(a, b tenant.Grant) int { return int(a.Group - b.Group) })
	return who.Grants
}

func TestProviderGroups(t *testing.T) {
	withLogin(t, func(t *testing.T, w *world, l *login) {
		ada := w.first(w.shop, "ada@shop.test")
		l.Add("dee", "Dee@Shop.test", true, "web", "tills", "lost", "unheard of")
		b := w.browser()
		to, err := b.through(l, "dee", nil)
		must(t, err)
		if to != "/findings?x=1" {
			t.Errorf("sent to %q", to)
		}
		who := b.who()
		want := []tenant.Grant{{Group: w.web, Role: tenant.Contributor}, {Group: w.tills, Role: tenant.Approver}}
		if who.Email != "Dee@Shop.test" || who.Name != "Given dee" || who.Org != w.shop.ID || !slices.Equal(grantsOf(who), want) {
			t.Errorf("dee is %+v", who.Actor)
		}
		// What an administrator gives stays, what the groups gave goes with them.
		must(t, w.Give(t.Context(), ada.who(), person(who.ID), tenant.Grant{Group: w.stock, Role: tenant.Viewer}))
		l.Add("dee", "dee@shop.test", true, "tills")
		_, err = b.through(l, "dee", nil)
		must(t, err)
		want = []tenant.Grant{{Group: w.tills, Role: tenant.Approver}, {Group: w.stock, Role: tenant.Viewer}}
		if got := b.who(); got.ID != who.ID || !slices.Equal(grantsOf(got), want) {
			t.Errorf("dee is %+v, want %v", got.Actor, want)
		}
		// Disabled is disabled, whatever the provider says.
		must(t, w.Disable(t.Context(), ada.who(), who.ID))
		l.Add("dee", "dee@shop.test", true, "tills", "chiefs")
		_, err = b.through(l, "dee", nil)
		must(t, err)
		is(t, "somebody disabled", b.as(nothing), identity.ErrNoOrganisation)
		if !w.recorded(w.shop, "person.linked") {
			t.Error("the link is not recorded")
		}
	})
}

func TestProviderKnowsPeople(t *testing.T) {
	withLogin(t, func(t *testing.T, w *world, l *login) {
		ctx := t.Context()
		ada, cyd := w.first(w.shop, "ada@shop.test"), w.first(w.bank, "cyd@shop.test") // an account of the bank with an address of the shop
		through := func(user string) error { _, err := w.browser().through(l, user, nil); return err }

		l.Add("stranger", "stranger@shop.test", true)
		is(t, "somebody without a role", through("stranger"), identity.ErrNoAccount)
		l.Add("unverified", "ada@shop.test", false, "chiefs")
		is(t, "an address that is not verified", through("unverified"), identity.ErrNoAccount)
		l.Add("elsewhere", "eve@elsewhere.test", true, "chiefs")
		is(t, "an address of another domain", through("elsewhere"), identity.ErrNoAccount)
		l.Add("cyd", "cyd@shop.test", true, "chiefs")
		is(t, "an account of another organisation", through("cyd"), identity.ErrNoAccount)
		must(t, cyd.as(nothing))

		l.Add("ada", "ADA@shop.test", true)
		b := w.browser()
		_, err := b.through(l, "ada", nil)
		must(t, err)
		if b.who().ID != ada.who().ID {
			t.Error("a verified address is not known")
		}
		l.Add("ada", "ada@elsewhere.test", false) // known by subject from now on
		_, err = b.through(l, "ada", nil)
		must(t, err)
		l.Add("ada2", "ada@shop.test", true, "chiefs")
		is(t, "a second subject of the same address", through("ada2"), identity.ErrNoAccount)

		viewer := []tenant.Grant{{Group: w.web, Role: tenant.Viewer}}
		id, err := w.AddPerson(ctx, ada.who(), identity.NewPerson{Email: "fay@anywhere.test", Name: "Fay", Grants: viewer, Provider: "corp", Subject: "fay-1"})
		must(t, err)
		for _, n := range []identity.NewPerson{
			{Email: "g@x.test", Name: "G", Grants: viewer, Provider: "corp", Subject: "fay-1"},
			{Email: "g@x.test", Name: "G", Grants: viewer, Provider: "other", Subject: "1"},
			{Email: "g@x.test", Name: "G", Grants: viewer, Provider: "corp"},
			{Email: "fay@anywhere.test", Name: "G", Grants: viewer},
			{Email: "g@x.test", Name: "G"},
		} {
			_, err := w.AddPerson(ctx, ada.who(), n)
			is(t, n.Email+" "+n.Provider, err, identity.ErrInvalid)
		}
		l.Add("fay-1", "", false)
		b = w.browser()
		_, err = b.through(l, "fay-1", nil)
		must(t, err)
		if b.who().ID != id {
			t.Error("a subject set up before is not known")
		}
	})
}

// A provider that takes the last administrator's group away leaves the role.
func TestProviderLastAdministrator(t *testing.T) {
	withLogin(t, func(t *testing.T, w *world, l *login) {
		l.Add("dee", "dee@shop.test", true, "chiefs")
		b := w.browser()
		for range 2 {
			_, err := b.through(l, "dee", nil)
			must(t, err)
			must(t, b.who().Check(tenant.Administer, 0))
			l.Add("dee", "dee@shop.test", true)
		}
		w.join(b, "other@shop.test", tenant.Grant{Group: w.root, Role: tenant.Administrator})
		_, err := b.through(l, "dee", nil)
		must(t, err)
		is(t, "with another administrator", b.who().Check(tenant.Administer, 0), tenant.ErrForbidden)
	})
}

func TestProviderAnswersThatDoNotHold(t *testing.T) {
	withLogin(t, func(t *testing.T, w *world, l *login) {
		l.Add("dee", "dee@shop.test", true, "web")
		for name, c := range map[string]struct {
			change func(url.Values)
			want   error
		}{
			"another state":  {func(q url.Values) { q.Set("state", "x") }, identity.ErrExpired},
			"no state":       {func(q url.Values) { q.Del("state") }, identity.ErrExpired},
			"another code":   {func(q url.Values) { q.Set("code", "x") }, identity.ErrSignIn},
			"no code":        {func(q url.Values) { q.Del("code") }, identity.ErrSignIn},
			"an error":       {func(q url.Values) { q.Set("error", "access_denied") }, identity.ErrSignIn},
			"another issuer": {func(q url.Values) { q.Set("iss", "https://evil.test") }, identity.ErrSignIn},
		} {
			b := w.browser()
			_, err := b.through(l, "dee", c.change)
			is(t, name, err, c.want)
			is(t, "signed in by "+name, b.as(nothing), identity.ErrUnauthenticated)
		}

		// The answer to another browser's request signs nobody in: neither
		// with the state, nor with a code that was asked for with another
		// verifier and nonce.
		begin := func(b *browser) (there string) {
			must(t, b.do(func(ctx context.Context) (err error) { there, err = w.BeginProviderSignIn(ctx, "corp", ""); return err }))
			return there
		}
		finish := func(b *browser, q url.Values) error {
			return b.do(func(ctx context.Context) error { _, err := w.FinishProviderSignIn(ctx, "corp", q); return err })
		}
		mine, theirs := w.browser(), w.browser()
		answer := l.pass(begin(theirs), "dee")
		begin(mine)
		is(t, "another browser's answer", finish(mine, answer), identity.ErrExpired)
		is(t, "an answer to nothing", finish(mine, answer), identity.ErrExpired)
		there, err := url.Parse(begin(mine))
		must(t, err)
		answer.Set("state", there.Query().Get("state"))
		is(t, "another browser's code", finish(mine, answer), identity.ErrSignIn)
		if c := there.Query(); c.Get("code_challenge_method") != "S256" || c.Get("code_challenge") == "" || c.Get("nonce") == "" {
			t.Errorf("the request has no proof: %v", c)
		}

		own := w.browser()
		answer = l.pass(begin(own), "dee")
		must(t, finish(own, answer))
		is(t, "an answer used before", finish(own, answer), identity.ErrExpired)
		must(t, w.browser().do(func(ctx context.Context) error { // places elsewhere are not gone to
			for _, to := range []string{"//evil.test", "https://evil.test/", "/\\evil.test", "javascript:x", "", "x"} {
				if _, err := w.BeginProviderSignIn(ctx, "corp", to); err != nil {
					return err
				}
			}
			return nil
		}))
	})
}

// Without the provider the rest goes on.
func TestProviderThatIsDown(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	each(t, func(t *testing.T, w *world) {
		w.first(w.shop, "ada@shop.test")
		err := w.browser().do(func(ctx context.Context) error { _, err := w.BeginProviderSignIn(ctx, "corp", "/"); return err })
		if err == nil {
			t.Error("a provider that is down is met")
		}
		_, err = w.browser().signIn("ada@shop.test", password)
		must(t, err)
	}, func(c *identity.Config) {
		c.Providers = []identity.Provider{{Name: "corp", Issuer: gone.URL, ClientID: "x"}}
	})
}

// A provider that serves one organisation lets nobody into another, nor
// change how they sign in there.
func TestProviderStaysWithin(t *testing.T) {
	withLogin(t, func(t *testing.T, w *world, l *login) {
		ctx := t.Context()
		ada, cyd := w.first(w.shop, "ada@shop.test"), w.first(w.bank, "cyd@bank.test")
		l.Add("ada", "ada@shop.test", true)
		b := w.browser()
		_, err := b.through(l, "ada", nil)
		must(t, err)
		must(t, b.as(func(ctx context.Context, who tenant.Who) error { _, err := w.BeginTOTP(ctx, who); return err }))
		invite := func() string {
			link, err := w.Invite(ctx, cyd.who(), "ada@shop.test", "Ada", []tenant.Grant{{Group: w.vault, Role: tenant.Administrator}})
			must(t, err)
			return link.Secret
		}
		secret := invite()
		is(t, "joining another", b.do(func(ctx context.Context) error { return w.JoinAs(ctx, secret) }), identity.ErrInvalid)
		must(t, ada.do(func(ctx context.Context) error { return w.JoinAs(ctx, invite()) }))

		_, err = b.through(l, "ada", nil)
		must(t, err)
		if b.who().Org != w.shop.ID {
			t.Error("the session is in the organisation that the provider does not serve")
		}
		is(t, "choosing another", b.do(func(ctx context.Context) error { return w.ChooseOrganisation(ctx, w.bank.ID) }), store.ErrNotFound)
		var orgs []tenant.Organisation
		must(t, b.do(func(ctx context.Context) (err error) { orgs, err = w.Organisations(ctx); return err }))
		if len(orgs) != 1 || orgs[0].ID != w.shop.ID {
			t.Errorf("it may choose from %v", orgs)
		}
		for name, f := range map[string]func(ctx context.Context, who tenant.Who) error{
			"ChangePassword": func(ctx context.Context, who tenant.Who) error {
				return w.ChangePassword(ctx, who, password, "walrus pine eleven clouds")
			},
			"BeginTOTP":    func(ctx context.Context, who tenant.Who) error { _, err := w.BeginTOTP(ctx, who); return err },
			"BeginPasskey": func(ctx context.Context, who tenant.Who) error { _, err := w.BeginPasskey(ctx, who); return err },
		} {
			is(t, name, b.as(f), tenant.ErrForbidden)
			if name == "BeginTOTP" {
				must(t, ada.as(f))
			}
		}
		must(t, ada.do(func(ctx context.Context) error { return w.ChooseOrganisation(ctx, w.bank.ID) }))
		_, err = w.AddPerson(ctx, cyd.who(), identity.NewPerson{
			Email: "dee@bank.test", Name: "Dee", Grants: []tenant.Grant{{Group: w.vault, Role: tenant.Viewer}}, Provider: "corp", Subject: "dee",
		})
		is(t, "a subject of a provider that serves others", err, identity.ErrInvalid)
	})
}

package server

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/signin"
)

const password = "lamp orchid seventeen rivers"

// eachServer runs a test against a server of each engine.
func eachServer(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Helper()
	eachServerAs(t, Config{}, f)
}

// eachServerAs is eachServer with a configuration.
func eachServerAs(t *testing.T, c Config, f func(t *testing.T, s *Server)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, start(t, c)) })
	t.Run("postgresql", func(t *testing.T) {
		c.DatabaseURL = storetest.PostgreSQLURL(t)
		f(t, start(t, c))
	})
}

// browser is somebody who uses the console.
type browser struct {
	t      *testing.T
	s      *Server
	client *http.Client
}

func (s *Server) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, s, &http.Client{Jar: jar}}
}

// answered is an answer after all redirects.
type answered struct {
	status int
	at     string // path and query
	body   string
	header http.Header
}

func (b *browser) do(method, path, kind string, body io.Reader) answered {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.s.URL+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answered{resp.StatusCode, resp.Request.URL.RequestURI(), string(text), resp.Header}
}

func (b *browser) get(path string) answered { b.t.Helper(); return b.do(http.MethodGet, path, "", nil) }

func (b *browser) post(path string, form url.Values) answered {
	b.t.Helper()
	return b.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *browser) want(what string, a answered, status int, text string) {
	b.t.Helper()
	if a.status != status || !strings.Contains(a.body, text) {
		body := a.body[strings.Index(a.body, "<main")+1:]
		b.t.Fatalf("%s: %d at %s without %q:\n%.2500s", what, a.status, a.at, text, body)
	}
}

// organisation makes an organisation with its first administrator.
func (s *Server) organisation(t *testing.T, slug, name string) (tenant.Organisation, *browser) {
	t.Helper()
	org, err := s.Directory.Create(t.Context(), slug, name)
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.Identity.FirstLink(t.Context(), org.ID)
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser(t)
	b.want("the first link", b.get(signin.FirstURL(link.Secret)), http.StatusOK, "The first administrator")
	a := b.post("/first", url.Values{"code": {link.Secret}, "email": {"ada@" + slug + ".test"}, "name": {"Ada of " + name}, "password": {password}})
	if a.at != "/" || !strings.Contains(a.body, "Welcome") || !strings.Contains(a.body, "Ada of "+name) {
		t.Fatalf("the first administrator: %d at %s", a.status, a.at)
	}
	return org, b
}

func signInForm(email, next string) url.Values {
	return url.Values{"email": {email}, "password": {password}, "next": {next}}
}

// What is not public is for those who are signed in: pages lead to the
// sign-in and back, programs are told.
func TestSignInFirst(t *testing.T) {
	eachServer(t, func(t *testing.T, s *Server) {
		_, _ = s.organisation(t, "shop", "Shop")
		b := s.browser(t)
		a := b.get("/settings/people?q=x")
		if a.status != http.StatusOK || a.at != "/sign-in?next=%2Fsettings%2Fpeople%3Fq%3Dx" {
			t.Errorf("a page: %d at %s", a.status, a.at)
		}
		a = b.get("/api/v1/anything")
		if a.status != http.StatusUnauthorized || a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("the API: %d %v", a.status, a.header)
		}
		b.want("a wrong password", b.post("/sign-in", url.Values{"email": {"ada@shop.test"}, "password": {"not this one at all"}}), http.StatusUnprocessableEntity, "did not succeed")
		a = b.post("/sign-in", signInForm("ada@shop.test", "/nowhere?q=x"))
		if a.at != "/nowhere?q=x" || a.status != http.StatusNotFound {
			t.Errorf("signed in: %d at %s", a.status, a.at)
		}
		if a = b.get("/sign-in?next=/nowhere"); a.at != "/nowhere" {
			t.Errorf("a sign-in when signed in leads to %s", a.at)
		}
		b.want("signing out", b.post("/sign-out", nil), http.StatusOK, "You are signed out.")
		if a = b.get("/"); a.at != "/sign-in" {
			t.Errorf("signed out: at %s", a.at)
		}
	})
}

// The sign-in leads nowhere but into the console.
func TestOpenRedirect(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		_, _ = s.organisation(t, "shop", "Shop")
		for _, next := range []string{"https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/\t/evil.test"} {
			b := s.browser(t)
			b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			if a := b.get("/sign-in?" + url.Values{"next": {next}}.Encode()); strings.Contains(a.body, "evil") || strings.Contains(a.body, "alert(") {
				t.Errorf("%q stands on the page", next)
			}
			a := b.post("/sign-in", signInForm("ada@shop.test", next))
			if a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
				t.Errorf("%q leads to %q", next, a.header.Get("Location"))
			}
			if a = b.get("/sign-in?" + url.Values{"next": {next}}.Encode()); a.header.Get("Location") != "/" {
				t.Errorf("when signed in, %q leads to %q", next, a.header.Get("Location"))
			}
		}
	})
}

// clock is a time that passes when it is told to.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

// between is what stands between two texts.
func between(t *testing.T, text, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, before)
	found, _, end := strings.Cut(rest, after)
	if !ok || !end {
		t.Fatalf("there is nothing between %q and %q", before, after)
	}
	return html.UnescapeString(found)
}

// Somebody sets an authenticator app up and signs in with its codes, and with
// a recovery code.
func TestAuthenticatorApp(t *testing.T) {
	c := &clock{}
	eachServerAs(t, Config{Now: c.now}, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		setup := ada.post("/account/app/begin", nil)
		ada.want("the set-up", setup, http.StatusOK, `class="qr"`)
		ada.want("a wrong code", ada.post("/account/app", url.Values{"code": {"000000"}}), http.StatusUnprocessableEntity, "")
		setup = ada.post("/account/app/begin", nil)
		secret := strings.ReplaceAll(between(t, setup.body, `<code class="secret">`, "<"), " ", "")
		code := func() string {
			t.Helper()
			out, err := totp.GenerateCode(secret, c.now())
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		codes := ada.post("/account/app", url.Values{"code": {code()}})
		ada.want("the first code", codes, http.StatusOK, "shown only now")
		recovery := between(t, codes.body, "<li><code>", "<")
		ada.post("/sign-out", nil)

		a := ada.post("/sign-in", signInForm("ada@shop.test", "/account"))
		if a.at != "/sign-in/code?next=%2Faccount" {
			t.Fatalf("after the password: at %s", a.at)
		}
		if a := ada.get("/account"); !strings.HasPrefix(a.at, "/sign-in") {
			t.Fatalf("with the password alone: at %s", a.at)
		}
		ada.want("a wrong code", ada.post("/sign-in/code", url.Values{"code": {"000000"}, "next": {"/account"}}), http.StatusUnprocessableEntity, "did not succeed")
		c.pass(30 * time.Second)
		if a := ada.post("/sign-in/code", url.Values{"code": {code()}, "next": {"/account"}}); a.at != "/account" || a.status != http.StatusOK {
			t.Fatalf("after the code: %d at %s", a.status, a.at)
		}
		ada.post("/sign-out", nil)
		ada.post("/sign-in", signInForm("ada@shop.test", ""))
		if a := ada.post("/sign-in/code", url.Values{"code": {recovery}, "next": {"//evil.test"}}); a.at != "/" {
			t.Fatalf("after the recovery code: at %s", a.at)
		}
		ada.want("how one signs in", ada.get("/account/security"), http.StatusOK, "9 recovery codes are left")
		ada.want("the app is taken away", ada.post("/account/app/remove", nil), http.StatusOK, "asked for no more")
	})
}

// What changes how somebody signs in needs a recent sign-in, and comes back
// to where it was asked for.
func TestRecentSignIn(t *testing.T) {
	c := &clock{}
	eachServerAs(t, Config{Now: c.now}, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		for range 4 {
			c.pass(20 * time.Minute)
			ada.get("/account")
		}
		a := ada.post("/account/app/begin", nil)
		if !strings.HasPrefix(a.at, "/sign-in?again=1") {
			t.Fatalf("an hour later: %d at %s", a.status, a.at)
		}
		ada.want("the page says why", a, http.StatusOK, "Sign in again")
		if a = ada.post("/sign-in", signInForm("ada@shop.test", "/account/security")); a.at != "/account/security" {
			t.Errorf("signed in again: at %s", a.at)
		}
		ada.want("now it is done", ada.post("/account/app/begin", nil), http.StatusOK, `class="qr"`)
	})
}

// A session that is ended elsewhere is over, and a token of one's own works
// until it is revoked.
func TestSessionsAndTokens(t *testing.T) {
	eachServer(t, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		other := s.browser(t)
		other.post("/sign-in", signInForm("ada@shop.test", ""))
		ada.want("both sessions", ada.get("/account/sessions"), http.StatusOK, "End all others")
		ada.want("the other is ended", ada.post("/account/sessions/end-others", nil), http.StatusOK, "All sessions but this one are ended.")
		if a := other.get("/account"); !strings.HasPrefix(a.at, "/sign-in") {
			t.Errorf("the ended session: at %s", a.at)
		}

		made := ada.post("/account/tokens", url.Values{"name": {"laptop"}, "permission": {"read"}, "days": {"30"}})
		ada.want("a token", made, http.StatusOK, "shown only now")
		secret := between(t, made.body, `<code class="secret" tabindex="0">`, "<")
		bearer := func() int {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/v1/nothing-here", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+secret)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			return resp.StatusCode
		}
		if got := bearer(); got == http.StatusUnauthorized {
			t.Errorf("the token is answered %d", got)
		}
		id := between(t, ada.get("/account/tokens").body, `action="/account/tokens/`, "/revoke")
		ada.want("the token is revoked", ada.post("/account/tokens/"+id+"/revoke", nil), http.StatusOK, "holds no more")
		if got := bearer(); got != http.StatusUnauthorized {
			t.Errorf("a revoked token is answered %d", got)
		}
		ada.want("a token that may nothing", ada.post("/account/tokens", url.Values{"name": {"x"}}), http.StatusUnprocessableEntity, "at least one permission")
	})
}

// Somebody who has an account takes links with it, each once, and chooses
// between the organisations.
func TestOneAccountInTwoOrganisations(t *testing.T) {
	eachServer(t, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		bank, err := s.Directory.Create(t.Context(), "bank", "Bank")
		if err != nil {
			t.Fatal(err)
		}
		link, err := s.Identity.FirstLink(t.Context(), bank.ID)
		if err != nil {
			t.Fatal(err)
		}
		ada.want("the link when signed in", ada.get(signin.FirstURL(link.Secret)), http.StatusOK, "Administer it as Ada of Shop")
		a := ada.post("/first/accept", url.Values{"code": {link.Secret}})
		if a.at != "/" {
			t.Fatalf("accepting: %d at %s", a.status, a.at)
		}
		ada.want("the link again", ada.post("/first/accept", url.Values{"code": {link.Secret}}), http.StatusUnprocessableEntity, "does not hold any more")
		ada.want("what it is now", ada.get("/settings/groups"), http.StatusOK, `<div class="muted">Bank</div>`)
		ada.want("both", ada.get("/account"), http.StatusOK, "You look at")
		ada.post("/account/organisation", url.Values{"organisation": {between(t, ada.get("/account").body, `<option value="`, `"`)}})
		ada.want("the other one", ada.get("/settings/groups"), http.StatusOK, `<div class="muted">Shop</div>`)
	})
}

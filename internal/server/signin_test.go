package server

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/signin"
)

const password = "lamp orchid seventeen rivers"

// eachServer runs a test against a server of each engine.
func eachServer(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Run("sqlite", func(t *testing.T) { f(t, start(t, Config{})) })
	t.Run("postgresql", func(t *testing.T) { f(t, start(t, Config{DatabaseURL: storetest.PostgreSQLURL(t)})) })
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
	s := start(t, Config{})
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
}

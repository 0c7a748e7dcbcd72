package server

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// tab is a page of a Chromium. It collects what the page complains of.
type tab struct {
	t   *testing.T
	s   *Server
	ctx context.Context

	mu         sync.Mutex
	complaints []string
}

type action = chromedp.Action[chromedp.Void]

// chromium opens a tab of a browser of its own, and skips the test where there
// is no Chromium.
func (s *Server) chromium(t *testing.T) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("DEMARC_REQUIRE_BROWSER") == "1" {
			t.Fatal("no Chromium on this machine, and DEMARC_REQUIRE_BROWSER=1")
		}
		t.Skip("no Chromium on this machine; install it to run the console's tests")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	alloc, stopAlloc := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(func() { stop(); stopAlloc() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	b := &tab{t: t, s: s, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	call(b, cdplog.Enable, cdp.Empty{})
	b.look(1440, 1000, "light")
	return b
}

func call[P, R any](b *tab, c cdp.Command[P, R], params P) R {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, c, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *tab) listen(e any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := e.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		b.complaints = append(b.complaints, e.Entry.Text)
	}
}

// quiet fails the test when a page complained of anything.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		b.t.Errorf("a page complains: %s", c)
	}
	b.complaints = nil
}

func (b *tab) run(actions ...action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.run(chromedp.Navigate(b.s.URL + path)) }

func (b *tab) eval(script string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+script+")", chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// wait polls until a condition holds, also over a page that loads.
func (b *tab) wait(condition string) {
	b.t.Helper()
	for range 200 {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("document.readyState === 'complete' && !!("+condition+")"))
		if err == nil && v {
			return
		}
		time.Sleep(30 * time.Millisecond)
	}
	b.quiet()
	b.t.Fatalf("never came true: %s, at %s", condition, b.eval("location.href"))
}

func (b *tab) click(selector string) { b.t.Helper(); b.run(chromedp.Click(chromedp.CSS(selector))) }

func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.run(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// look sets the size of the window and its colours.
func (b *tab) look(width, height int64, scheme string) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 700})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// signIn signs in with a password.
func (b *tab) signIn(email string) {
	b.t.Helper()
	b.open("/sign-in?next=/account")
	b.fill("#email", email)
	b.fill("#password", password)
	b.click("form .primary")
	b.wait("location.pathname === '/account'")
}

// A passkey is made and signs in, in a browser with an authenticator, by the
// console's own script, and no page breaks its policy.
func TestPasskeyInBrowser(t *testing.T) {
	s := start(t, Config{})
	_, _ = s.organisation(t, "shop", "Shop")
	b := s.chromium(t)
	call(b, webauthn.Enable, webauthn.EnableParams{})
	call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	b.signIn("ada@shop.test")
	b.open("/account/security")
	b.fill("#passkey-name", "Work laptop")
	b.click("[data-passkey=create]")
	b.wait("document.body.textContent.includes('Work laptop') && !document.querySelector('[data-passkey]').disabled")
	b.open("/account")
	b.click("form[action='/sign-out'] button")
	b.wait("location.pathname === '/sign-in'")
	b.open("/sign-in?next=/account/sessions")
	b.click("[data-passkey=get]")
	b.wait("location.pathname === '/account/sessions'")
	b.quiet()
}

// furnish gives an organisation groups, people, programs and tokens.
func (s *Server) furnish(t *testing.T, org tenant.Organisation, ada *browser) {
	t.Helper()
	group := func(parent int64, kind tenant.GroupKind, name string, scope tenant.Scope) int64 {
		id, err := s.Directory.AddGroup(t.Context(), tenant.Group{Org: org.ID, Parent: parent, Kind: kind, Name: name, Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	tree, err := s.Directory.Tree(t.Context(), org.ID)
	if err != nil {
		t.Fatal(err)
	}
	retail := group(tree.Root(), tenant.BusinessUnit, "Retail", tenant.Scope{})
	web := group(retail, tenant.Product, "Web shop", tenant.Scope{Tags: map[string]string{"team": "web"}, Environments: []string{"production", "staging"}})
	group(web, tenant.Environment, "Production", tenant.Scope{Environments: []string{"production"}, Paths: []string{"live/prod/"}})
	group(retail, tenant.Product, "Tills", tenant.Scope{Accounts: []string{"111122223333"}})
	group(tree.Root(), tenant.BusinessUnit, "Logistics", tenant.Scope{Teams: []string{"logistics"}})
	for i, name := range []string{"Bruno Keller", "Chidi Anagonye", "Dana Whitfield"} {
		email := strings.ToLower(strings.Fields(name)[0]) + "@shop.test"
		a := ada.post("/settings/people/invite", url.Values{"email": {email}, "name": {name}, "role": {string(tenant.Roles[i])}, "group": {strconv.FormatInt(web, 10)}})
		link := between(t, a.body, `<code class="secret" tabindex="0">`, "<")
		if i < 2 {
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			s.browser(t).post("/invitation", url.Values{"code": {u.Query().Get("code")}, "name": {name}, "password": {password}})
		}
	}
	a := ada.post("/settings/services", url.Values{"name": {"Pipeline of the web shop"}, "role": {"contributor"}, "group": {strconv.FormatInt(web, 10)}})
	ada.post(a.at+"/token", url.Values{"name": {"GitHub Actions"}, "permission": {"read", "contribute"}, "days": {"90"}})
	ada.post("/account/tokens", url.Values{"name": {"laptop"}, "permission": {"read"}, "days": {"30"}})
}

// TestPictures writes pictures of the pages for people to look at, when
// DEMARC_PICTURES names a directory.
func TestPictures(t *testing.T) {
	dir := os.Getenv("DEMARC_PICTURES")
	if dir == "" {
		t.Skip("DEMARC_PICTURES names no directory")
	}
	s := start(t, Config{Providers: []identity.Provider{{
		Name: "acme", Title: "Acme ID", Issuer: "https://id.acme.test", ClientID: "demarc", Domains: []string{"shop.test"}, GroupsClaim: "groups",
		Grants: []identity.ClaimGrant{{Claim: "cloud-team", Organisation: "shop", Path: []string{"Retail"}, Role: tenant.Contributor}},
	}}})
	org, ada := s.organisation(t, "shop", "Shop")
	s.furnish(t, org, ada)
	b := s.chromium(t)
	only := os.Getenv("DEMARC_PICTURE")
	shoot := func(name string) {
		t.Helper()
		if only != "" && !strings.Contains(name, only) {
			return
		}
		for _, v := range []struct {
			suffix        string
			width, height int64
			scheme        string
		}{{"light", 1440, 1000, "light"}, {"dark", 1440, 1000, "dark"}, {"phone", 390, 844, "dark"}} {
			b.look(v.width, v.height, v.scheme)
			time.Sleep(150 * time.Millisecond)
			if wide := b.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
				t.Errorf("%s scrolls sideways by %s at %d", name, wide, v.width)
			}
			picture := chromedp.CaptureScreenshot()
			if v.suffix == "phone" {
				picture = chromedp.FullScreenshot(100)
			}
			png, err := chromedp.Run(b.ctx, picture)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+"-"+v.suffix+".png"), png, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		b.look(1440, 1000, "light")
	}
	b.open("/sign-in")
	shoot("sign-in")
	b.signIn("ada@shop.test")
	for name, path := range map[string]string{
		"account": "/account", "account-security": "/account/security", "account-sessions": "/account/sessions", "account-tokens": "/account/tokens",
		"groups": "/settings/groups", "group": "/settings/groups/3", "people": "/settings/people", "person": "/settings/people/2",
		"services": "/settings/services", "service": "/settings/services/1", "tokens": "/settings/tokens", "providers": "/settings/providers", "history": "/settings/history", "audit": "/settings/audit",
		"catalogue": "/catalogue?provider=aws", "catalogue-rds": "/catalogue/aws/rds", "checks": "/catalogue/checks", "check": "/catalogue/checks/encryption-at-rest",
		"calendar": "/catalogue/calendar", "not-found": "/nowhere",
	} {
		if only != "" && !strings.Contains(name, only) {
			continue
		}
		b.open(path)
		shoot(name)
	}
	b.open("/account/security")
	b.click("form[action='/account/app/begin'] button")
	b.wait("document.querySelector('.qr')")
	shoot("app")
}

package server

import (
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/browsertest"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/identity/oidctest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Somebody signs in through an identity provider in a browser, comes to the
// page they wanted with the role of their group there, and signs out.
func TestSignInThroughProvider(t *testing.T) {
	p := oidctest.Start(t)
	p.Add("dee", "dee@shop.test", true, "security")
	p.Add("eve", "eve@elsewhere.test", true, "security")
	s := start(t, Config{Version: "test", Providers: []identity.Provider{{
		Name: "corp", Title: "Corp", Issuer: p.URL, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret,
		Domains: []string{"shop.test"}, Organisations: []string{"shop"}, GroupsClaim: "realm.groups",
		Grants: []identity.ClaimGrant{{Claim: "security", Organisation: "shop", Role: tenant.Auditor}},
	}}})
	p.Serve(s.URL + "/sign-in/corp/callback")
	if _, err := s.Directory.Create(t.Context(), "shop", "Shop"); err != nil {
		t.Fatal(err)
	}

	b := browsertest.Open(t, s.URL+"/settings/audit")
	signIn := func(name string) {
		t.Helper()
		b.Submit(`main a[href^="/sign-in/corp/begin"]`)
		if !strings.HasPrefix(b.Str("location.href"), p.URL+"/login/") {
			t.Fatalf("the provider's button leads to %s: %s", b.Str("location.href"), b.Str("document.body.innerText"))
		}
		b.Fill("#username", name)
		b.Fill("#password", oidctest.Password)
		b.Submit("form button")
	}
	signIn("dee")
	if got := b.Str("location.href"); got != s.URL+"/settings/audit" {
		t.Fatalf("after signing in one is at %s: %s", got, b.Str("document.body.innerText"))
	}
	if !strings.Contains(b.Str("document.querySelector('main').innerText"), "Given dee\tsession.begun") {
		t.Errorf("the audit log does not tell of the sign-in: %s", b.Str("document.querySelector('main').innerText"))
	}
	b.Go(s.URL + "/sources")
	if b.Is(`document.querySelector('main a[href="/sources/new"]')`) {
		t.Error("an auditor is offered to add a source")
	}

	b.Submit(`form[action="/sign-out"] button`)
	b.Go(s.URL + "/")
	if got := b.Str("location.pathname"); got != "/sign-in" {
		t.Fatalf("after signing out one is led to %s", got)
	}

	// The provider speaks for its own domain alone.
	signIn("eve")
	b.Go(s.URL + "/")
	if got := b.Str("location.pathname"); got != "/sign-in" {
		t.Errorf("somebody of another domain gets to %s", got)
	}
}

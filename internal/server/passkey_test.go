package server

import (
	"testing"

	"github.com/chromedp/cdproto/webauthn"

	"github.com/demarc-sec/demarc/internal/browsertest"
)

// A passkey is made and signs in, in a browser with an authenticator, by the
// console's own script, and no page breaks its policy.
func TestPasskeyInBrowser(t *testing.T) {
	s := start(t, Config{})
	_, _ = s.organisation(t, "shop", "Shop")
	b := browsertest.Open(t, s.URL+"/sign-in?next=/account")
	browsertest.Call(b, webauthn.Enable, webauthn.EnableParams{})
	browsertest.Call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	b.Fill("#email", "ada@shop.test")
	b.Fill("#password", password)
	b.Submit("main form .primary")
	b.Go(s.URL + "/account/security")
	b.Fill("#passkey-name", "Work laptop")
	b.Click("[data-passkey=create]")
	b.Wait("document.body.textContent.includes('Work laptop') && !document.querySelector('[data-passkey]').disabled")
	b.Go(s.URL + "/account")
	b.Submit("form[action='/sign-out'] button")
	b.Go(s.URL + "/sign-in?next=/account/sessions")
	b.Click("[data-passkey=get]")
	b.Wait("location.pathname === '/account/sessions'")
	b.Quiet()
}

package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// bearer asks the API with a token and returns the status and the body.
func (s *Server) bearer(t *testing.T, secret, path string) (int, string) {
	t.Helper()
	b := s.browser(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	resp, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var text strings.Builder
	if err := resp.Write(&text); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, text.String()
}

// Where a second factor is required, a password alone opens nothing but the
// pages that add one, in the console and in the API.
func TestSecondFactorRequired(t *testing.T) {
	eachServer(t, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		ada := p.admin
		approver := ada.join("ari@shop.test", tenant.Approver, p.group)
		viewer := ada.join("vic@shop.test", tenant.Viewer, p.root)
		made := viewer.post("/account/tokens", url.Values{"name": {"laptop"}, "permission": {"read"}, "days": {"30"}})
		token := between(t, made.body, `<code class="secret" tabindex="0">`, "<")
		ada.want("no such rule", ada.post("/settings/sign-in", url.Values{"second-factor": {"some"}}), http.StatusUnprocessableEntity, "one of")

		ada.post("/settings/sign-in", url.Values{"second-factor": {"deciders"}})
		for name, b := range map[string]*browser{"the administrator": ada, "an approver": approver} {
			for _, path := range []string{"/", "/findings", "/settings/sign-in", "/account/tokens", "/account", "/views"} {
				if a := b.get(path); a.at != "/account/security" || !strings.Contains(a.body, "asks for a second factor") || strings.Contains(a.body, `href="/findings"`) {
					t.Errorf("%s at %s: %d at %s", name, path, a.status, a.at)
				}
			}
			if a := b.get("/api/v1/me"); a.status != http.StatusForbidden || !strings.Contains(a.body, `"second-factor"`) {
				t.Errorf("%s at the API: %d %s", name, a.status, a.body)
			}
			if a := b.post("/account/tokens", url.Values{"name": {"x"}, "permission": {"read"}}); a.at != "/account/security" {
				t.Errorf("%s makes a token: %d at %s", name, a.status, a.at)
			}
		}
		viewer.want("a viewer", viewer.get("/findings"), http.StatusOK, "<h1>Findings")
		if status, _ := s.bearer(t, token, "/api/v1/me"); status != http.StatusOK {
			t.Errorf("a viewer's token: %d", status)
		}

		enrol(t, ada)
		ada.want("with an app", ada.get("/settings/sign-in"), http.StatusOK, "Those who decide")
		ada.post("/settings/sign-in", url.Values{"second-factor": {"everybody"}})
		if a := viewer.get("/findings"); a.at != "/account/security" {
			t.Errorf("a viewer, where everybody needs one: at %s", a.at)
		}
		if status, body := s.bearer(t, token, "/api/v1/findings"); status != http.StatusForbidden || !strings.Contains(body, `"second-factor"`) {
			t.Errorf("a viewer's token, where everybody needs one: %d", status)
		}
		enrol(t, viewer)
		if status, _ := s.bearer(t, token, "/api/v1/findings"); status != http.StatusOK {
			t.Errorf("a token of somebody who has an app: %d", status)
		}
		viewer.want("going on", viewer.get("/findings"), http.StatusOK, "<h1>Findings")
		viewer.want("the app is taken away", viewer.post("/account/app/remove", nil), http.StatusOK, "asks for a second factor")
		late := s.browser(t)
		if a := late.post("/sign-in", signInForm("vic@shop.test", "/findings")); a.at != "/account/security" {
			t.Errorf("signed in with a password: at %s", a.at)
		}
		late.want("signing out", late.post("/sign-out", nil), http.StatusOK, "You are signed out.")
		other := s.place(t, "bank")
		other.admin.want("another organisation", other.admin.get("/settings/sign-in"), http.StatusOK, "Nobody")
	})
}

// enrol sets an authenticator app up.
func enrol(t *testing.T, b *browser) {
	t.Helper()
	setup := b.post("/account/app/begin", nil)
	code, err := totp.GenerateCode(strings.ReplaceAll(between(t, setup.body, `<code class="secret">`, "<"), " ", ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b.want("a first code", b.post("/account/app", url.Values{"code": {code}}), http.StatusOK, "shown only now")
}

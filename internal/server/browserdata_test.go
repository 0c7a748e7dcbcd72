package server

import (
	"net/http"
	"strings"
	"testing"
)

// What programs are answered is no page, even to a browser that is led to it; the
// console's pages and the API's own description are.
func TestAnswersAreNoPages(t *testing.T) {
	s := start(t, Config{})
	_, ada := s.organisation(t, "shop", "Shop")
	for path, sandboxed := range map[string]bool{"/api/v1/me": true, "/api/v1/nothing": true, "/api": true, "/api/docs": false, "/": false, "/account": false} {
		a := ada.get(path)
		policy := a.header.Get("Content-Security-Policy")
		if strings.HasSuffix(policy, "; sandbox") != sandboxed || !strings.HasPrefix(policy, "default-src 'none'") || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s has the policy %q", path, policy)
		}
	}
}

// Signing out asks the browser to forget what it keeps of this host.
func TestSigningOutClearsTheBrowser(t *testing.T) {
	s := start(t, Config{})
	_, ada := s.organisation(t, "shop", "Shop")
	ada.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a := ada.post("/sign-out", nil)
	if got := a.header.Get("Clear-Site-Data"); a.status != http.StatusSeeOther || got != `"cache", "storage"` {
		t.Errorf("signing out is answered %d with %q", a.status, got)
	}
}

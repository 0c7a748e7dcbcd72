package server

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// programToken is a token of a service account that administers an organisation.
func (s *Server) programToken(t *testing.T, org int64) string {
	t.Helper()
	tree, err := s.Directory.Tree(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	who := tenant.Who{Actor: tenant.BySystem(org), Tree: tree}
	account, err := s.Identity.AddService(t.Context(), who, "program", []tenant.Grant{{Group: tree.Root(), Role: tenant.Administrator}})
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := s.Identity.CreateToken(t.Context(), who, identity.NewToken{Name: "program", Service: account, Permissions: tenant.Permissions, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// isProblem holds an answer to being one that programs can go by.
func isProblem(t *testing.T, what string, status int, code string, resp *http.Response, body string) {
	t.Helper()
	var p struct {
		Code   string `json:"code"`
		Status int    `json:"status"`
	}
	err := json.Unmarshal([]byte(body), &p)
	if err != nil || resp.StatusCode != status || p.Status != status || p.Code != code || resp.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: %s as %s: %.300s", what, resp.Status, resp.Header.Get("Content-Type"), body)
	}
}

// Whatever a program asks for below /api, and however, it is answered with a
// problem where it cannot be served: never with a page, nor with plain text.
func TestProgramsGetProblems(t *testing.T) {
	s := start(t, Config{})
	org, _ := s.organisation(t, "shop", "Shop")
	token := s.programToken(t, org.ID)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	send := func(method, path, token string, headers ...string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return sent(t, client, r)
	}
	for _, c := range []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"OPTIONS", "/api/v1/assets", 405, "method-not-allowed", "GET, HEAD"},
		{"TRACE", "/api/v1/assets", 405, "method-not-allowed", "GET, HEAD"},
		{"PATCH", "/api/v1/groups", 405, "method-not-allowed", "GET, HEAD, POST"},
		{"BREW", "/api/v1/groups/1", 405, "method-not-allowed", "DELETE, GET, HEAD, PUT"},
		{"POST", "/api/docs", 405, "method-not-allowed", "GET, HEAD"},
		{"GET", "/api/v1/nothing", 404, "not-found", ""},
		{"POST", "/api/v1/jobs/1/nothing", 404, "not-found", ""},
		{"OPTIONS", "/api/nothing", 404, "not-found", ""},
		{"GET", "/api/v1/duties?party=V~%00x", 400, "bad-request", ""},
		{"GET", "/api/v1/duties?party%00=x", 400, "bad-request", ""},
		{"GET", "/api/v1/duties?party=%zz", 400, "bad-request", ""},
		{"GET", "/api/v1/checks/%00", 404, "not-found", ""},
		{"GET", "/api", 404, "not-found", ""},
		{"GET", "/api/", 404, "not-found", ""},
		{"GET", "/api/v1/assets/", 404, "not-found", ""},
		{"GET", "/api/v1//assets", 404, "not-found", ""},
		{"GET", "/api/v1/../v1/assets", 404, "not-found", ""},
	} {
		resp, body := send(c.method, c.path, token)
		isProblem(t, c.method+" "+c.path, c.status, c.code, resp, body)
		if got := resp.Header.Get("Allow"); got != c.allow {
			t.Errorf("%s %s allows %q, want %q", c.method, c.path, got, c.allow)
		}
		if c.path != "/api/docs" { // which is for anybody
			resp, body = send(c.method, c.path, "")
			isProblem(t, c.method+" "+c.path+" by nobody", 401, "unauthenticated", resp, body)
			resp, body = send(c.method, c.path, "dmc_wrong")
			isProblem(t, c.method+" "+c.path+" with a token that does not hold", 401, "unauthenticated", resp, body)
		}
	}
	if resp, body := get(t, client, s.URL+"/apiary"); strings.Contains(resp.Header.Get("Content-Type"), "json") {
		t.Errorf("/apiary is none of the API's: %s %s", resp.Status, body)
	}
}

func sent(t *testing.T, c *http.Client, r *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if _, err := io.Copy(&b, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp, b.String()
}

// The console tells people, too, instead of asking the database for what none has.
func TestIllegible(t *testing.T) {
	s := start(t, Config{})
	_, ada := s.organisation(t, "shop", "Shop")
	for _, path := range []string{"/duties?party=V~%00x", "/assets?q=%00", "/findings?state=%zz"} {
		if a := ada.get(path); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := ada.post("/settings/groups", url.Values{"name": {"a\x00b"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a name with NUL in a form: %d", a.status)
	}
	if a := ada.do(http.MethodPost, "/api/v1/groups", "application/json", strings.NewReader(`{"kind":"team","name":"a\u0000b"}`)); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
		t.Errorf("a name with NUL in JSON: %d %s", a.status, a.body)
	}
	if a := ada.do(http.MethodPost, "/api/v1/groups", "application/json", strings.NewReader(`{"kind":"team","name":"a\\u0000b"}`)); a.status != http.StatusCreated {
		t.Errorf("a name that only looks like it: %d %s", a.status, a.body)
	}
}

// A panic below /api is a problem, too, and says nothing of its reason.
func TestProgramsGetProblemsOfPanics(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	h := layered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("hunter2") }), requestID, observed(log, newMetrics("test")), recovered(log))
	for path, kind := range map[string]string{"/api/v1/assets": "application/problem+json", "/assets": "text/plain; charset=utf-8"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != 500 || w.Header().Get("Content-Type") != kind || strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%s: %d as %s: %s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
}

// Where the database is gone, a program with a token gets a problem as well.
func TestProgramsGetProblemsWithoutDatabase(t *testing.T) {
	s := start(t, Config{DatabaseURL: storetest.PostgreSQLURL(t)})
	org, _ := s.organisation(t, "shop", "Shop")
	token := s.programToken(t, org.ID)
	s.ready.Store(false)
	if err := s.DB.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/v1/assets", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, body := sent(t, http.DefaultClient, r)
	isProblem(t, "without a database", 500, "internal", resp, body)
}

// The console's session serves its own pages as a token would, but not those
// of other sites.
func TestSessionOnTheAPI(t *testing.T) {
	s := start(t, Config{})
	_, ada := s.organisation(t, "shop", "Shop")
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"another-site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"same-site", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://other.localhost"}, 403},
		{"an-old-browser", []string{"Origin", "https://evil.example"}, 403},
		{"sandboxed", []string{"Origin", "null"}, 403},
		{"own-page", []string{"Sec-Fetch-Site", "same-origin", "Origin", s.URL}, 201},
		{"own-page-in-an-old-browser", []string{"Origin", s.URL}, 201},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/api/v1/groups", strings.NewReader(`{"kind":"team","name":"`+c.name+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Set(c.headers[i], c.headers[i+1])
		}
		resp, body := sent(t, ada.client, r)
		if c.status == 403 {
			isProblem(t, c.name, 403, "forbidden", resp, body)
		} else if resp.StatusCode != c.status {
			t.Errorf("%s: %s: %s", c.name, resp.Status, body)
		}
		made := strings.Contains(ada.get("/api/v1/groups").body, `"`+c.name+`"`)
		if made != (c.status == 201) {
			t.Errorf("%s: the group is there: %v", c.name, made)
		}
	}
	// A form of another site, without a script, has no JSON to send.
	if a := ada.do(http.MethodPost, "/api/v1/groups", "text/plain", strings.NewReader(`{"kind":"team","name":"form"}`)); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("JSON as plain text: %d %s", a.status, a.body)
	}
	if a := ada.get("/api/v1/me"); a.status != 200 || !strings.Contains(a.body, "ada@shop.test") || strings.Contains(a.body, `"token"`) {
		t.Errorf("by session: %d %s", a.status, a.body)
	}
}

package server

import (
	"mime"
	"net/http"
	"strings"
	"testing"
)

// Every answer says what it is, texts with their characters, and every page
// of the console lets somebody sign out.
func TestAnswersSayWhatTheyAre(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		paths := map[string]string{
			"/assets.csv": "text/csv", "/findings.csv": "text/csv", "/api/v1/me": "application/json", "/api/v1/nothing": "application/problem+json", "/api/openapi.json": "application/vnd.oai.openapi+json",
			"/settings/audit/export": "", "/healthz": "text/plain", "/nowhere": "text/html", "/sign-in?again=1": "text/html",
		}
		pages := []string{"/", "/assets", "/duties", "/findings", "/changes", "/waivers", "/sources", "/sources/new", "/views", "/settings/notifications", "/nowhere"}
		for _, c := range allowed {
			if c.method == http.MethodGet && !strings.HasSuffix(c.path, "/export") {
				pages = append(pages, p.fill(c.path))
			}
		}
		for _, path := range pages {
			paths[path] = "text/html"
			if body := p.admin.get(path).body; !strings.Contains(body, `action="/sign-out"`) {
				t.Errorf("%s lets nobody sign out", path)
			}
		}
		for path, want := range paths {
			a := p.admin.get(path)
			kind, params, err := mime.ParseMediaType(a.header.Get("Content-Type"))
			if err != nil || (want != "" && kind != want) {
				t.Errorf("%s is %q, want %s", path, a.header.Get("Content-Type"), want)
			}
			if strings.HasPrefix(kind, "text/") && !strings.EqualFold(params["charset"], "utf-8") {
				t.Errorf("%s does not say its characters: %q", path, a.header.Get("Content-Type"))
			}
			if a.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s may be taken for something else", path)
			}
		}
	})
}

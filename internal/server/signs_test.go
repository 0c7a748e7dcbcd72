package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// The pages of detections: what is shown, what credentials are cut out, and who may say
// what it was.
func TestDetectionsPages(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		p.admin.want("no detection", p.admin.get("/detections"), http.StatusOK, "No open detection")
		who := person(t, s, p.org.ID, "ada@shop.test")
		number := strings.TrimPrefix(furnishFleet(t, s, who, p.group), "/servers/")
		const guessed = "A password was guessed over SSH"
		for path, want := range map[string][2]string{ // what is shown and what is not
			"/detections": {guessed, "No open detection"}, "/detections?severity=high": {guessed, "No detection"}, "/detections?severity=low": {"No detection is like that", "203.0.113.9"},
			"/detections?rule=ssh-success-after-failures": {guessed, "No detection"}, "/detections?state=closed": {"No detection is like that", "web-1"},
			"/detections?explained=yes": {"No detection is like that", "web-1"}, "/detections?since=7": {guessed, "No detection"}, "/detections?server=" + number: {guessed, "No detection"},
			"/detections.csv": {guessed, "hunter22"},
		} {
			if a := p.admin.get(path); a.status != http.StatusOK || !strings.Contains(a.body, want[0]) || strings.Contains(a.body, want[1]) {
				t.Errorf("%s is answered %d without %q, or with %q", path, a.status, want[0], want[1])
			}
		}
		id := between(t, p.admin.get("/detections").body, `name="detection" value="`, `"`)
		one := p.admin.get("/detections/" + id)
		for _, text := range []string{guessed, "203.0.113.9", "password=[cut out]", "https://attack.mitre.org/techniques/T1110/", "What it may be else", "correlation:", "Nothing yet", "/var/log/auth.log"} {
			if !strings.Contains(one.body, text) {
				t.Errorf("the page of a detection does not show %q", text)
			}
		}
		if strings.Contains(one.body, "hunter22") {
			t.Error("the page shows a password")
		}

		bank := s.place(t, "bank")
		if a := bank.admin.get("/detections"); strings.Contains(a.body, guessed) {
			t.Error("another organisation is shown it")
		}
		if a := bank.admin.get("/detections/" + id); a.status != http.StatusNotFound {
			t.Errorf("another organisation is answered %d", a.status)
		}
		if a := bank.admin.post("/detections/decide", url.Values{"detection": {id}, "state": {"closed"}, "note": {"x"}}); a.status != http.StatusNotFound {
			t.Errorf("another organisation's decision is answered %d", a.status)
		}
		for _, role := range tenant.Roles {
			b := p.admin.join(string(role)+"@shop.test", role, p.root)
			may := role == tenant.Responder || role == tenant.Administrator
			for _, path := range []string{"/detections", "/detections/" + id} {
				if a := b.get(path); a.status != http.StatusOK || strings.Contains(a.body, `action="/detections/decide"`) && !may && path != "/detections" || strings.Contains(a.body, "Acknowledge") != may {
					t.Errorf("%s: %s is answered %d, or has buttons for who may not", role, path, a.status)
				}
			}
			want := http.StatusForbidden
			if may {
				want = http.StatusUnprocessableEntity // without a note
			}
			if a := b.post("/detections/decide", url.Values{"detection": {id}, "state": {"closed"}, "single": {"1"}}); a.status != want {
				t.Errorf("%s: closing it without a note is answered %d", role, a.status)
			}
		}
		p.admin.want("one choice fewer than needed", p.admin.post("/detections/decide", url.Values{"state": {"acknowledged"}}), http.StatusUnprocessableEntity, "Choose 1 to 200")
		p.admin.want("acknowledged", p.admin.post("/detections/decide", url.Values{"detection": {id}, "state": {"acknowledged"}}), http.StatusOK, "somebody looks into it")
		p.admin.want("closed", p.admin.post("/detections/decide", url.Values{"detection": {id}, "state": {"closed"}, "note": {"A test of ours."}, "single": {"1"}}), http.StatusOK, "A test of ours.")
		p.admin.want("the list", p.admin.get("/detections"), http.StatusOK, "No open detection")
		p.admin.want("opened", p.admin.post("/detections/decide", url.Values{"detection": {id}, "state": {"open"}, "single": {"1"}}), http.StatusOK, "Open again")
	})
}

// The page of planned work: who makes plans and ends them, and what a form says that is
// not right.
func TestPlannedPage(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		p.admin.want("nothing", p.admin.get("/planned"), http.StatusOK, "There is none yet")
		window := url.Values{"name": {"Friday"}, "why": {"updates"}, "day": {"5", "6"}, "begins": {"22:00"}, "minutes": {"90"}, "zone": {"Europe/Zurich"}, "until": {"30"}}
		deployment := url.Values{"name": {"Releases"}, "why": {"pipeline"}, "unit": {"deploy.service"}, "paths": {"/srv/shop\n"}, "until": {"30"}}
		p.admin.want("a window", p.admin.post("/planned/windows", window), http.StatusOK, "Fri Sat 22:00, 1 h 30 min, Europe/Zurich")
		p.admin.want("a deployment", p.admin.post("/planned/deployments", deployment), http.StatusOK, "unit deploy.service")
		for field, want := range map[string]string{"zone": "is no time zone", "why": "Say why", "begins": "begins between"} {
			bad := url.Values{"name": {"x"}, "why": {"x"}, "day": {"5"}, "begins": {"22:00"}, "minutes": {"90"}, "until": {"30"}}
			bad.Set(field, map[string]string{"zone": "Mars", "begins": "noon"}[field])
			p.admin.want("a window with another "+field, p.admin.post("/planned/windows", bad), http.StatusUnprocessableEntity, want)
		}
		p.admin.want("root", p.admin.post("/planned/deployments", url.Values{"name": {"x"}, "why": {"x"}, "user": {"root"}, "until": {"1"}}), http.StatusUnprocessableEntity, "Root alone is everybody")

		shown := p.admin.get("/planned").body
		ends := []string{"/planned/windows/" + between(t, shown, `action="/planned/windows/`, `/end"`) + "/end", "/planned/deployments/" + between(t, shown, `action="/planned/deployments/`, `/end"`) + "/end"}
		bank := s.place(t, "bank")
		if strings.Contains(bank.admin.get("/planned").body, "Releases") {
			t.Error("another organisation is shown it")
		}
		for _, end := range ends {
			if a := bank.admin.post(end, nil); a.status != http.StatusNotFound {
				t.Errorf("another organisation's %s is answered %d", end, a.status)
			}
		}
		for _, role := range tenant.Roles {
			if role == tenant.Administrator {
				continue
			}
			b := p.admin.join(string(role)+"@shop.test", role, p.root)
			if a := b.get("/planned"); a.status != http.StatusOK || !strings.Contains(a.body, "Friday") || strings.Contains(a.body, `method="post" action="/planned`) {
				t.Errorf("%s: the page is answered %d, or has forms", role, a.status)
			}
			for path, form := range map[string]url.Values{"/planned/windows": window, "/planned/deployments": deployment, ends[0]: nil, ends[1]: nil} {
				if form != nil {
					form.Set("group", fmt.Sprint(p.root))
				}
				if a := b.post(path, form); a.status != http.StatusForbidden {
					t.Errorf("%s: %s is answered %d", role, path, a.status)
				}
			}
		}
		for _, end := range ends {
			p.admin.want("its end", p.admin.post(end, nil), http.StatusOK, "ended by")
		}
	})
}

// The view of what one server has otherwise than those beside it.
func TestDifferencesPage(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		p.admin.want("nothing is compared", p.admin.get("/integrity?view=group"), http.StatusOK, "Nothing is compared")
		who := person(t, s, p.org.ID, "ada@shop.test")
		oddOneOut(t, s, who, p.group)
		for path, want := range map[string][2]string{
			"/integrity?view=group": {"3 of 3 beside it agree on another content", "sshd"}, "/integrity?view=group&kind=content": {"app-4", "app-1"},
			"/integrity?view=group&kind=missing": {"No file is like that", "app-4"}, "/integrity?view=group&q=/etc": {"No file is like that", "app-4"},
		} {
			if a := p.admin.get(path); a.status != http.StatusOK || !strings.Contains(a.body, want[0]) || strings.Contains(a.body, want[1]) {
				t.Errorf("%s is answered %d without %q, or with %q", path, a.status, want[0], want[1])
			}
		}
		for _, role := range tenant.Roles {
			if a := p.admin.join(string(role)+"@shop.test", role, p.group).get("/integrity?view=group"); a.status != http.StatusOK || !strings.Contains(a.body, "/usr/bin/curl") {
				t.Errorf("%s: answered %d, or without what differs", role, a.status)
			}
		}
		bank := s.place(t, "bank")
		if strings.Contains(bank.admin.get("/integrity?view=group").body, "/usr/bin/curl") {
			t.Error("another organisation is shown it")
		}
	})
}

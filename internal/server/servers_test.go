package server

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/host/hosttree"
	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// inside serves an agent's requests in this process.
type inside struct{ h http.Handler }

func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	i.h.ServeHTTP(rec, r.WithContext(context.WithoutCancel(r.Context())))
	resp := rec.Result()
	resp.ProtoMajor = 2
	return resp, nil
}

// seeded is a server with an agent that enrolled into a group.
func (s *Server) seeded(t *testing.T, who tenant.Who, group int64, name string) (*agentHost, int64) {
	t.Helper()
	_, token, err := s.Fleet.AddToken(t.Context(), who, fleet.Token{Group: group, Name: name, Most: 1, Expires: s.Config.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	h := newAgentHost(t, "https://inside")
	h.client = &http.Client{Transport: inside{s.agents}}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, h.key)
	if err != nil {
		t.Fatal(err)
	}
	in := wire.Enrol{
		Token: token, Request: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})),
		Host: wire.Host{
			Hostname: name, MachineID: "m-" + name, Boot: "b1", OS: "linux", Arch: "amd64", Distro: "debian", Release: "12", Kernel: "6.1.0-28-amd64", Version: "1.4.0",
			Virtual: "kvm", Addresses: []string{"10.0.0.7", "fd00::7"}, Labels: []string{"role=web"},
		},
	}
	if status := h.post(h.client, wire.PathEnrol, in, &h.enrolled); status != http.StatusOK {
		t.Fatalf("enrolling %s answers %d", name, status)
	}
	h.previous = wire.Hash(h.own(h.key).Certificate[0])
	h.beat = wire.Heartbeat{
		Boot: "b1", Uptime: 86_400, Version: "1.4.0", Policy: h.enrolled.Settings.PolicyHash, Spool: wire.Spool{Epoch: "e1", Last: 7, Acked: 4, Bytes: 4096},
		Modules: []wire.Module{
			{Name: "agent", State: "ok", CPU: 1.25},
			{Name: "fim", State: "ok", CPU: 42.5},
			{Name: "host", State: "degraded", Reason: "/etc/shadow may not be read by this user", CPU: 3.75},
			{Name: "detect", State: "off"},
		},
	}
	if status := h.beats(h.client); status != http.StatusOK {
		t.Fatalf("the first heartbeat of %s answers %d", name, status)
	}
	list, _, err := s.Fleet.List(t.Context(), who, fleet.Query{Text: h.enrolled.Agent})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d agents, %v", len(list), err)
	}
	return h, list[0].ID
}

// installed is a package as dpkg's database has it.
func installed(name, version string) string {
	return fmt.Sprintf("Package: %s\nStatus: install ok installed\nMaintainer: Debian <x@lists.debian.org>\nArchitecture: amd64\nVersion: %s\n\n", name, version)
}

// inventoried is a document of a server on which sshd lets root in.
func inventoried(t *testing.T, name string) string {
	t.Helper()
	opt, err := hosttree.Parse([]byte("-- etc/hostname --\n" + name + "\n-- etc/os-release --\nID=debian\nVERSION_ID=\"12\"\n-- etc/passwd --\nroot:x:0:0:root:/root:/bin/bash\n" +
		"-- etc/ssh/sshd_config --\nPermitRootLogin yes\nPasswordAuthentication yes\n-- proc/sys/kernel/randomize_va_space --\n2\n" +
		"-- var/lib/dpkg/status --\n" + installed("openssl", "3.0.11-1~deb12u2") + installed("openssh", "1:9.2p1-2+deb12u3") + installed("curl", "7.88.1-10+deb12u8") + installed("zlib1g", "1:1.2.13.dfsg-1")))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(host.Collect(t.Context(), opt))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// furnishFleet is a fleet with a server of most kinds; it returns the address of one that
// has everything.
func furnishFleet(t *testing.T, s *Server, who tenant.Who, web int64) string {
	t.Helper()
	ctx, root := t.Context(), who.Tree.Root()
	settings, err := s.Fleet.Settings(ctx, who, root)
	if err != nil {
		t.Fatal(err)
	}
	settings.Group, settings.Interval, settings.RetireEphemeral = root, time.Hour, 4*time.Hour // pictures take a while
	if _, err := s.Fleet.SetSettings(ctx, who, settings); err != nil {
		t.Fatal(err)
	}
	s.patched(t)
	h, id := s.seeded(t, who, web, "web-1")
	h.says(wire.EventHost, inventoried(t, "web-1"))
	h.says(wire.EventIntegrity, `{"path":"/usr/bin/curl","what":"changed","severity":"info","rule":"programs","cause":{"kind":"package","group":"apt-get upgrade 2026-11-28T10:35:20Z","explains":true},"after":{}}`)
	h.says(wire.EventIntegrity, `{"path":"/etc/ssh/sshd_config","what":"changed","severity":"high","rule":"sshd","process":{"pid":7,"exe":"/usr/bin/vi","user":"mallory"},"diff":"@@ -1,2 +1,2 @@\n # the server\n-PermitRootLogin no\n+PermitRootLogin yes\n","after":{}}`)
	h.says(wire.EventCoverage, `{"source":"live","backend":"fanotify","complete":false,"paths":["/etc","/usr/bin"],"gaps":[{"reason":"the queue of the kernel overflowed","seconds":2.5}]}`)
	h.says(wire.EventDetection, `{"rule":"ssh-success-after-failures","title":"A password was guessed over SSH","severity":"high","techniques":["T1110","T1078"],"count":6,"log":"/var/log/auth.log","fields":{"SourceIp":"203.0.113.9","User":"ann"},"text":"Accepted password for ann from 203.0.113.9 port 4711 ssh2; password=hunter22"}`)
	if _, err := s.Fleet.AddDeployer(ctx, who, fleet.Deployer{Group: web, Name: "Releases", Why: "the pipeline of the shop", Unit: "deploy.service", Paths: []string{"/srv/shop"}, Until: s.Config.Now().AddDate(0, 1, 0)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Fleet.AddWindow(ctx, who, fleet.Window{Name: "Patch night", Why: "monthly updates", Days: []time.Weekday{time.Friday}, Minute: 22 * 60, Length: 2 * time.Hour, Zone: "Europe/Zurich", Until: s.Config.Now().AddDate(0, 6, 0)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Fleet.Command(ctx, who, id, wire.CommandScan); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"web-2", "web-3", "db-1", "db-2.internal.example.com", "build-1"} {
		group := web
		if !strings.HasPrefix(name, "web") {
			group = root
		}
		if _, other := s.seeded(t, who, group, name); name == "build-1" {
			if _, err := s.Fleet.Revoke(ctx, who, other, "its disk was stolen"); err != nil {
				t.Fatal(err)
			}
		}
	}
	thief, _ := s.seeded(t, who, web, "web-4")
	thief.previous = strings.Repeat("0", len(thief.previous))
	if status := thief.beats(thief.client); status == http.StatusOK {
		t.Fatal("a heartbeat that does not fit is taken")
	}
	until(t, "the asset of web-1, and what became of its files", func() bool {
		list, _, err := s.Fleet.FileChanges(ctx, who, fleet.ChangeQuery{Agent: id})
		said, _, err2 := s.Fleet.Coverage(ctx, who, fleet.CoverageQuery{Agent: id})
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		assets, err := s.Inventory.Assets(ctx, who, inventory.AssetQuery{Text: "host/web-1"})
		if err != nil {
			t.Fatal(err)
		}
		software, _, err := s.Fleet.ListSoftware(ctx, who, fleet.SoftwareQuery{Results: []string{"vulnerable"}})
		if err != nil {
			t.Fatal(err)
		}
		return len(list) == 2 && len(said) == 1 && len(assets.Items) == 1 && len(software) == 1
	})
	until(t, "what it logged", func() bool {
		list, _, err := s.Fleet.Detections(ctx, who, fleet.DetectionQuery{Agent: id})
		return err == nil && len(list) == 1
	})
	return fmt.Sprintf("/servers/%d", id)
}

// oddOneOut has four servers tell hashes, and compares them: one has another curl.
func oddOneOut(t *testing.T, s *Server, who tenant.Who, group int64) {
	t.Helper()
	for i, c := range []string{"a", "a", "a", "f"} {
		h, _ := s.seeded(t, who, group, fmt.Sprint("app-", i+1))
		d := wire.Digests{Policy: "linux 1", Complete: true, Files: map[string]string{"/usr/bin/curl": strings.Repeat(c, wire.DigestLength), "/usr/sbin/sshd": strings.Repeat("5", wire.DigestLength)}}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		h.says(wire.EventDigests, string(text))
	}
	later := s.Config.Now() // a group is not compared again at once
	compare := &fleet.Fleet{DB: s.DB, Groups: s.Directory, Now: func() time.Time { return later }, Log: s.log}
	until(t, "the comparison", func() bool {
		later = later.Add(time.Hour)
		if err := compare.Compare(t.Context()); err != nil {
			t.Fatal(err)
		}
		list, _, err := s.Fleet.Differences(t.Context(), who, fleet.DifferenceQuery{})
		return err == nil && len(list) == 1
	})
}

// The pages of servers: the fleet and one server, what each role may do there,
// and nothing of it for another organisation.
func TestServersPages(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		p.admin.want("the empty fleet", p.admin.get("/servers"), http.StatusOK, "Enrol the first server")
		made := p.admin.post("/servers/tokens", url.Values{"name": {"One server"}, "most": {"1"}, "days": {"1"}, "group": {fmt.Sprint(p.group)}})
		p.admin.want("a token", made, http.StatusOK, "--server "+s.URL+" --token-file -")
		secret := strings.Fields(between(t, made.body, `<code class="secret" tabindex="0">echo `, "<"))[0]
		tokens := p.admin.get("/servers/tokens")
		p.admin.want("the tokens", tokens, http.StatusOK, "0 of 1")
		if strings.Contains(tokens.body, secret) {
			t.Error("the token is shown again")
		}
		p.admin.want("a token without a name", p.admin.post("/servers/tokens", url.Values{"name": {""}, "group": {fmt.Sprint(p.group)}}), http.StatusUnprocessableEntity, "A name has 1 to 200")
		token := between(t, tokens.body, `action="/servers/tokens/`, "/revoke")
		p.admin.want("its end", p.admin.post("/servers/tokens/"+token+"/revoke", nil), http.StatusOK, "revoked")
		p.admin.want("the authority of agents", p.admin.get("/servers/tokens"), http.StatusOK, "Make a new authority")
		replaced := p.admin.post("/servers/authorities", nil)
		p.admin.want("a new authority", replaced, http.StatusOK, "trusted still")
		if strings.Contains(replaced.body, "Make a new authority") {
			t.Error("another one can be made while the one before is trusted")
		}

		who := person(t, s, p.org.ID, "ada@shop.test")
		here := furnishFleet(t, s, who, p.group)
		list := p.admin.get("/servers")
		p.admin.want("the fleet", list, http.StatusOK, "web-1")
		for _, text := range []string{"build-1", "its disk was stolen", "Tampered with", `class="treemap"`, "7 servers"} {
			if !strings.Contains(list.body, text) {
				t.Errorf("the fleet does not show %q", text)
			}
		}
		for path, want := range map[string][2]string{ // what is shown and what is not
			"/servers?state=tampered": {"web-4", ">web-1<"}, "/servers?q=db": {"db-1", ">web-1<"}, "/servers?system=nothing": {"No server is like that", ">web-1<"},
			"/servers?state=retired": {"No server is like that", ">web-1<"}, fmt.Sprintf("/servers?group=%d", p.group): {"web-1", ">db-1<"},
			"/servers.csv?state=revoked": {"build-1,revoked,by Ada of shop: its disk was stolen", "web-1"},
		} {
			if a := p.admin.get(path); a.status != http.StatusOK || !strings.Contains(a.body, want[0]) || strings.Contains(a.body, want[1]) {
				t.Errorf("%s is answered %d without %q, or with %q", path, a.status, want[0], want[1])
			}
		}
		if a := p.admin.get("/servers.xlsx"); a.status != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
			t.Errorf("the workbook is answered %d", a.status)
		}

		page := p.admin.get(here)
		for _, text := range []string{
			"debian 12", "6.1.0-28-amd64", "m-web-1", "42.5 s", "may not be read by this user", "3 events", "/etc/ssh/sshd_config", "by /usr/bin/vi as mallory", "unexplained",
			"apt-get upgrade", "with gaps", "the queue of the kernel overflowed", "Scan the server", "waits for a heartbeat", "Enrolled",
			"Each duty of host/web-1", "Packages and vulnerabilities", "findings fail", `href="/findings/`,
		} {
			if !strings.Contains(page.body, text) {
				t.Errorf("the page of a server does not show %q", text)
			}
		}
		if a := p.admin.get("/api/v1" + strings.Replace(here, "servers", "agents", 1)); !strings.Contains(a.body, `"name":"fim","state":"ok","cpu":42.5`) || !strings.Contains(a.body, `"waiting":3`) {
			t.Errorf("programs are not told of the last heartbeat: %s", a.body)
		}
		s.rolesOnServers(t, p, here)

		bank := s.place(t, "bank")
		for _, path := range []string{here, here + "/scan", here + "/revoke", here + "/retire", here + "/trust", here + "/commands/1/withdraw", "/servers/tokens/" + token + "/revoke"} {
			a := bank.admin.post(path, url.Values{"why": {"x"}})
			if path == here {
				a = bank.admin.get(path)
			}
			if a.status != http.StatusNotFound {
				t.Errorf("%s is answered %d to another organisation", path, a.status)
			}
		}
		if a := bank.admin.post("/servers/tokens", url.Values{"name": {"x"}, "group": {fmt.Sprint(p.group)}}); a.status != http.StatusNotFound && a.status != http.StatusUnprocessableEntity {
			t.Errorf("a token for another organisation's group is answered %d", a.status)
		}
		if a := bank.admin.get("/servers"); a.status != http.StatusOK || strings.Contains(a.body, "web-1") {
			t.Errorf("another organisation's fleet is answered %d, or shows this one's", a.status)
		}

		p.admin.want("retiring", p.admin.post(here+"/retire", url.Values{"why": {"the trial is over"}}), http.StatusOK, "the trial is over")
		p.admin.want("a scan of what is retired", p.admin.post(here+"/scan", nil), http.StatusUnprocessableEntity, "does nothing that it is asked")
		p.admin.want("an act that there is not", p.admin.post(here+"/reboot", nil), http.StatusNotFound, "Not here")
	})
}

// rolesOnServers holds each role to what it may do with a server.
func (s *Server) rolesOnServers(t *testing.T, p place, here string) {
	t.Helper()
	responders := []tenant.Role{tenant.Responder, tenant.Administrator}
	for _, role := range tenant.Roles {
		b := p.admin.join(string(role)+"@shop.test", role, p.root)
		for _, c := range []struct {
			method, path string
			roles        []tenant.Role
			unfit        bool // those that may are told that it cannot be done now
		}{
			{"GET", "/servers", tenant.Roles, false},
			{"GET", "/servers.csv", tenant.Roles, false},
			{"GET", here, tenant.Roles, false},
			{"GET", "/servers/tokens", administrators, false},
			{"POST", "/servers/tokens", administrators, true},               // without a name
			{"POST", "/servers/authorities", administrators, true},          // one waits to be retired
			{"POST", "/servers/authorities/2/retire", administrators, true}, // it signs
			{"POST", here + "/scan", responders, false},
			{"POST", here + "/integrity", responders, false},
			{"POST", here + "/trust", administrators, true}, // it is not tampered with
		} {
			var got answered
			if c.method == http.MethodGet {
				got = b.get(c.path)
			} else {
				got = b.post(c.path, url.Values{"why": {"x"}})
			}
			want := http.StatusForbidden
			for _, r := range c.roles {
				if r == role {
					want = map[bool]int{false: http.StatusOK, true: http.StatusUnprocessableEntity}[c.unfit]
				}
			}
			if got.status != want {
				t.Errorf("%s: %s %s is answered %d, want %d", role, c.method, c.path, got.status, want)
			}
		}
		body := b.get(here).body
		for act, roles := range map[string][]tenant.Role{"scan": responders, "revoke": responders, "retire": administrators} {
			may := false
			for _, r := range roles {
				may = may || r == role
			}
			if strings.Contains(body, `action="`+here+`/`+act+`"`) != may {
				t.Errorf("%s: the button for %s is shown: %v", role, act, !may)
			}
		}
		if role == tenant.Viewer {
			for _, act := range []string{"revoke", "retire"} {
				if a := b.post(here+"/"+act, nil); a.status != http.StatusForbidden {
					t.Errorf("a viewer's %s is answered %d", act, a.status)
				}
			}
		}
	}
}

// The page of changed files: what nothing explains apart from what something
// does, and into the baseline by whoever may, with four eyes where they are asked for.
func TestIntegrityPage(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		p.admin.want("no change", p.admin.get("/integrity"), http.StatusOK, "No unexplained change")
		who := person(t, s, p.org.ID, "ada@shop.test")
		here := furnishFleet(t, s, who, p.group)
		number := strings.TrimPrefix(here, "/servers/")
		const sshd, curl = "/etc/ssh/sshd_config", "/usr/bin/curl"
		for path, want := range map[string][2]string{ // what is shown and what is not
			"/integrity": {sshd, curl}, "/integrity?view=explained": {curl, sshd}, "/integrity?severity=high": {sshd, curl},
			"/integrity?severity=low": {"No change is like that", sshd}, "/integrity?q=/etc/": {sshd, curl}, "/integrity?q=/usr/": {"No change is like that", sshd},
			"/integrity?server=" + number: {sshd, curl}, "/integrity?view=explained&cause=package": {"Package: apt-get upgrade", sshd},
			"/integrity?state=approved": {"No change is like that", sshd},
		} {
			if a := p.admin.get(path); a.status != http.StatusOK || !strings.Contains(a.body, want[0]) || strings.Contains(a.body, want[1]) {
				t.Errorf("%s is answered %d without %q, or with %q", path, a.status, want[0], want[1])
			}
		}
		change := between(t, p.admin.get("/integrity").body, `name="change" value="`, `"`)
		other := between(t, p.admin.get("/integrity?view=explained").body, `name="change" value="`, `"`)

		bank := s.place(t, "bank")
		if a := bank.admin.get("/integrity"); a.status != http.StatusOK || strings.Contains(a.body, sshd) {
			t.Errorf("another organisation is answered %d, or shown this one's", a.status)
		}
		if a := bank.admin.get("/integrity?server=" + number); a.status != http.StatusNotFound {
			t.Errorf("another organisation is answered %d of this one's server", a.status)
		}
		if a := bank.admin.post("/integrity/approve", url.Values{"change": {change}}); a.status != http.StatusNotFound {
			t.Errorf("another organisation's approval is answered %d", a.status)
		}

		people := map[tenant.Role]*browser{}
		for _, role := range tenant.Roles {
			b := p.admin.join(string(role)+"@shop.test", role, p.root)
			people[role] = b
			a := b.get("/integrity")
			may := role == tenant.Responder || role == tenant.Administrator
			if a.status != http.StatusOK || strings.Contains(a.body, `name="change"`) != may {
				t.Errorf("%s: the page is answered %d, or has boxes to choose by for who may not", role, a.status)
			}
			want := http.StatusForbidden
			if may {
				want = http.StatusUnprocessableEntity // nothing is chosen
			}
			if a := b.post("/integrity/approve", nil); a.status != want {
				t.Errorf("%s: approving nothing is answered %d", role, a.status)
			}
		}
		if a := people[tenant.Viewer].post("/integrity/approve", url.Values{"change": {change}}); a.status != http.StatusForbidden {
			t.Errorf("a viewer's approval is answered %d", a.status)
		}

		p.admin.want("one pair of eyes", p.admin.post("/integrity/approve", url.Values{"change": {other}}), http.StatusOK, "takes them into its baseline")
		p.admin.want("the same again", p.admin.post("/integrity/approve", url.Values{"change": {other}}), http.StatusUnprocessableEntity, "is asked already")
		settings, err := s.Fleet.Settings(t.Context(), who, p.root)
		if err != nil {
			t.Fatal(err)
		}
		settings.FourEyes = true
		if _, err := s.Fleet.SetSettings(t.Context(), who, settings); err != nil {
			t.Fatal(err)
		}
		asked := p.admin.post("/integrity/approve", url.Values{"change": {change}})
		p.admin.want("four eyes", asked, http.StatusOK, "waits for a second person")
		command := between(t, asked.body, `action="`+here+`/commands/`, `/withdraw"`)
		approve := here + "/commands/" + command + "/approve"
		if strings.Contains(asked.body, approve) {
			t.Error("who asked is offered to approve")
		}
		if a := p.admin.post(approve, nil); a.status == http.StatusOK {
			t.Error("who asked approves")
		}
		if a := people[tenant.Viewer].post(approve, nil); a.status != http.StatusForbidden {
			t.Errorf("a viewer's second pair of eyes is answered %d", a.status)
		}
		if !strings.Contains(people[tenant.Responder].get(here).body, approve) {
			t.Error("a responder is not offered to approve")
		}
		people[tenant.Responder].want("the second pair", people[tenant.Responder].post(approve, nil), http.StatusOK, "approved by responder@shop.test")
	})
}

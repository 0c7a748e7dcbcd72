package fleet_test

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/vuln"
	"github.com/demarc-sec/demarc/internal/vuln/feed"
	vulnstore "github.com/demarc-sec/demarc/internal/vuln/store"
)

// record is one of Debian 12 in OSV's format; without a fixed version there is
// none.
func record(id, pkg, fixed string) string {
	end := ""
	if fixed != "" {
		end = fmt.Sprintf(`,{"fixed":%q}`, fixed)
	}
	return fmt.Sprintf(`{"id":"DEBIAN-%s","upstream":[%q],"modified":%q,"published":"2026-09-01T00:00:00Z","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
"affected":[{"package":{"ecosystem":"Debian:12","name":%q},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}%s]}]}]}`, id, id, time.Now().UTC().Format(time.RFC3339), pkg, end)
}

// fills makes the database have some records, as of a time.
func (w *world) fills(dir string, asOf time.Time, kev string, records ...string) {
	w.t.Helper()
	from := w.t.TempDir()
	if err := os.MkdirAll(filepath.Join(from, "Debian"), 0o755); err != nil {
		w.t.Fatal(err)
	}
	name := filepath.Join(from, "Debian", "all.zip")
	out := must2(os.Create(name))(w.t)
	z := zip.NewWriter(out)
	for i, r := range records {
		f := must2(z.Create(fmt.Sprintf("%d.json", i)))(w.t)
		must2(f.Write([]byte(r)))(w.t)
	}
	if err := errors.Join(z.Close(), out.Close(), os.Chtimes(name, asOf, asOf)); err != nil {
		w.t.Fatal(err)
	}
	text := `{"dateReleased":"2026-11-27T10:00:00Z","vulnerabilities":[{"cveID":"` + kev + `","dateAdded":"2026-11-01","dueDate":"2026-11-22"}]}`
	if err := os.WriteFile(filepath.Join(from, "known_exploited_vulnerabilities.json"), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	got, err := feed.Update(w.t.Context(), feed.Options{Dir: dir, Mirror: from, Now: w.clock.now, EPSS: "none"})
	if err != nil || len(got.Failed) > 0 {
		w.t.Fatalf("%+v, %v", got, err)
	}
}

// opened reads the database anew each time.
func opened(t *testing.T, dir string) func() (*vulnstore.DB, error) {
	return func() (*vulnstore.DB, error) {
		db, err := vulnstore.Open(dir)
		if err == nil {
			t.Cleanup(func() { _ = db.Close() })
		}
		return db, err
	}
}

func (w *world) evaluates() {
	w.t.Helper()
	if _, err := w.Evaluate(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func deb(name, version, use string) string {
	return fmt.Sprintf(`{"manager":"dpkg","name":%q,"version":%q,"arch":"amd64","source":%q,"source_version":%q,"vendor":"X <x@lists.debian.org>"%s}`, name, version, name, version, use)
}

func document(distro, release string, packages ...string) string {
	list := ""
	for i, p := range packages {
		if i > 0 {
			list += ","
		}
		list += p
	}
	return fmt.Sprintf(`{"demarc_host":1,"read":["packages"],"host":{"hostname":"x"},"os":{"id":%q},"kernel":{"restart_wanted":false},"packages":{"distro":{"id":%q,"version":%q},"kernel":{"running":"6.1.0-28-amd64"},"use_read":true,
"databases":[{"manager":"dpkg","path":"/var/lib/dpkg","packages":%d}],"packages":[%s]}}`, distro, distro, release, len(packages), list)
}

func (w *world) vulnerabilities(who tenant.Who, q fleet.VulnerabilityQuery) (names []string) {
	w.t.Helper()
	list, _, err := w.Vulnerabilities(w.t.Context(), who, q)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, v := range list {
		names = append(names, fmt.Sprintf("%s %d/%d", v.Name, v.Fixable, v.Servers))
	}
	return names
}

func (w *world) results() map[string]int64 {
	w.t.Helper()
	_, facets, err := w.SoftwareFacets(w.t.Context(), w.admin(), fleet.SoftwareQuery{})
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]int64{}
	for _, c := range facets[0].Values {
		if c.N != 0 {
			out[c.Value] = c.N
		}
	}
	return out
}

func want[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestSoftware(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		dir := t.TempDir()
		stop := w.run(w.Fleet)
		token := w.token(0)
		a, b, c := w.join(token, "web-1", "m1", "b1"), w.join(token, "web-2", "m2", "b1"), w.join(token, "odd", "m3", "b1")
		for _, h := range []*host{a, b, c} {
			h.beats().want(200)
		}
		openssl := deb("openssl", "3.0.11-1~deb12u2", `,"use":{"loaded":["nginx"],"listening":["tcp 0.0.0.0:443"]}`)
		a.says(wire.EventHost, document("debian", "12", openssl, deb("zlib1g", "1.2.13", ""))).want(200)
		b.says(wire.EventHost, document("debian", "12", deb("openssl", "3.0.15-1~deb12u1", ""), deb("curl", "7.88.1-10", ""))).want(200)
		c.says(wire.EventHost, document("oddix", "5", deb("openssl", "3.0.11-1~deb12u2", ""))).want(200)
		eventually(t, "the documents", func() bool { return w.results()["not_evaluated"] == 3 })
		stop() // from here on in the test's own time
		want(t, "before any evaluation", w.results(), map[string]int64{"not_evaluated": 3})

		// Without data nothing is clean.
		w.Software = &fleet.Software{DB: opened(t, dir), Calendars: lifecycles.FS, Policy: vuln.DefaultPolicy, Workers: 2}
		w.clock.pass(time.Second)
		w.evaluates()
		want(t, "without data", w.results(), map[string]int64{"not_evaluated": 3})
		if s, err := w.ServerSoftware(t.Context(), w.admin(), a.agent().ID); err != nil || s.Why != "there is no data of Debian; run demarc vuln update" || s.Evaluated.IsZero() {
			t.Errorf("%+v, %v", s, err)
		}

		// Data comes: everything is evaluated by it, at once.
		w.fills(dir, w.clock.now(), "CVE-2026-1002", record("CVE-2026-1001", "openssl", "3.0.14-1~deb12u2"), record("CVE-2026-1002", "curl", ""), record("CVE-2026-1003", "openssl", "3.0.13-1~deb12u1"))
		w.evaluates()
		want(t, "with data", w.results(), map[string]int64{"vulnerable": 2, "not_evaluated": 1})
		want(t, "all", w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{}), []string{"CVE-2026-1002 0/1", "CVE-2026-1001 1/1", "CVE-2026-1003 1/1"})
		want(t, "with a fix", w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{Fixes: []string{"yes"}}), []string{"CVE-2026-1001 1/1", "CVE-2026-1003 1/1"})
		want(t, "exploited", w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{Exploited: []string{"yes"}}), []string{"CVE-2026-1002 0/1"})
		want(t, "listening", w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{Uses: []string{"listening"}, Severities: []string{"critical", "nonsense"}}), []string{"CVE-2026-1001 1/1", "CVE-2026-1003 1/1"})
		want(t, "no severity that there is", len(w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{Severities: []string{"nonsense"}})), 0)
		want(t, "of another system", len(w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{Systems: []string{"debian 11"}})), 0)
		want(t, "by name", w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{Text: "cve-2026-1003"}), []string{"CVE-2026-1003 1/1"})
		w.pagesOfVulnerabilities(t)
		w.reachOfVulnerabilities(t, a)
		servers, _, err := w.VulnerableServers(t.Context(), w.admin(), "CVE-2026-1001", fleet.VulnerabilityQuery{})
		if err != nil || len(servers) != 1 || servers[0].Hostname != "web-1" || servers[0].Use != "listening" || servers[0].Fixed != "3.0.14-1~deb12u2" || servers[0].Days(w.clock.now()) < 30 ||
			!slices.Equal(servers[0].Listening, []string{"tcp 0.0.0.0:443"}) || servers[0].Packages[0].Name != "openssl" {
			t.Errorf("%+v, %v", servers, err)
		}
		got, _, err := w.ServerPackages(t.Context(), w.admin(), a.agent().ID, fleet.PackageQuery{})
		if err != nil || len(got) != 2 || got[0].Result != "vulnerable" || got[0].Vulnerabilities != 2 || got[1].Result != "clean" {
			t.Errorf("%+v, %v", got, err)
		}
		if got, _, err := w.ServerPackages(t.Context(), w.admin(), c.agent().ID, fleet.PackageQuery{}); err != nil || got[0].Result != "not_evaluated" || got[0].Why == "" {
			t.Errorf("%+v, %v", got, err)
		}

		// The fix is installed on one; the flaw of the other is not exploited any more.
		w.run(w.Fleet)
		a.says(wire.EventHost, document("debian", "12", deb("openssl", "3.0.15-1~deb12u1", ""), deb("zlib1g", "1.2.13", ""))).want(200)
		eventually(t, "the fix", func() bool { return w.results()["clean"] == 1 })
		want(t, "after the fix", w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{}), []string{"CVE-2026-1002 0/1"})
		if _, err := w.Vulnerability(t.Context(), w.admin(), "CVE-2026-1001"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what nobody has is %v", err)
		}

		// The data gets old: what was clean is not any more, what was found stays known.
		w.clock.pass(8 * 24 * time.Hour)
		eventually(t, "that the data is too old", func() bool { return w.results()["not_evaluated"] == 3 })
		want(t, "with old data", w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{}), []string{"CVE-2026-1002 0/1"})
		data, err := w.VulnerabilityData(t.Context(), w.admin())
		if err != nil || len(data.Families) != 1 || !data.Families[0].TooOld || data.Families[0].Records != 3 {
			t.Errorf("%+v, %v", data, err)
		}

		// A server that leaves takes what was found with it.
		if _, err := w.Retire(t.Context(), w.admin(), b.agent().ID, "gone"); err != nil {
			t.Fatal(err)
		}
		want(t, "after it left", len(w.vulnerabilities(w.admin(), fleet.VulnerabilityQuery{})), 0)
		want(t, "after it left", w.results(), map[string]int64{"not_evaluated": 2})
		if total, _, err := w.VulnerabilityFacets(t.Context(), w.admin(), fleet.VulnerabilityQuery{}); err != nil || total != 0 {
			t.Errorf("%d are counted, %v", total, err)
		}
	})
}

// pagesOfVulnerabilities walks over the list one by one.
func (w *world) pagesOfVulnerabilities(t *testing.T) {
	t.Helper()
	var names []string
	for q := (fleet.VulnerabilityQuery{Limit: 1}); ; {
		list, next, err := w.Vulnerabilities(t.Context(), w.admin(), q)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		names = append(names, list[0].Name)
		if q.Cursor = next; next == "" {
			break
		}
	}
	want(t, "page by page", names, []string{"CVE-2026-1002", "CVE-2026-1001", "CVE-2026-1003"})
	if _, _, err := w.Vulnerabilities(t.Context(), w.admin(), fleet.VulnerabilityQuery{Cursor: "x"}); !errors.Is(err, fleet.ErrInvalid) {
		t.Errorf("a cursor of others is %v", err)
	}
	total, facets, err := w.VulnerabilityFacets(t.Context(), w.admin(), fleet.VulnerabilityQuery{Fixes: []string{"yes"}})
	if err != nil || total != 2 || facets[2].Name != "fix" || len(facets[2].Values) != 2 {
		t.Errorf("%d, %v, %v", total, facets, err)
	}
}

// reachOfVulnerabilities holds that nobody sees what is on servers of other groups.
func (w *world) reachOfVulnerabilities(t *testing.T, h *host) {
	t.Helper()
	other := must2(w.dir.AddGroup(t.Context(), tenant.Group{Org: w.org, Parent: w.tree().Root(), Kind: tenant.Team, Name: "Other"}))(t)
	for _, role := range tenant.Roles {
		if got := w.vulnerabilities(w.as(role, w.web), fleet.VulnerabilityQuery{}); len(got) != 3 {
			t.Errorf("%s of the group sees %v", role, got)
		}
		stranger := w.as(role, other)
		if got := w.vulnerabilities(stranger, fleet.VulnerabilityQuery{}); len(got) != 0 {
			t.Errorf("%s of another group sees %v", role, got)
		}
		for what, err := range map[string]error{
			"one":      second(w.Vulnerability(t.Context(), stranger, "CVE-2026-1001")),
			"software": second(w.ServerSoftware(t.Context(), stranger, h.agent().ID)),
			"packages": failed(w.ServerPackages(t.Context(), stranger, h.agent().ID, fleet.PackageQuery{})),
			"servers":  failed(w.VulnerableServers(t.Context(), stranger, "CVE-2026-1001", fleet.VulnerabilityQuery{})),
			"found":    failed(w.ServerVulnerabilities(t.Context(), stranger, h.agent().ID, "", 10)),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s of another group asks for %s: %v", role, what, err)
			}
		}
		if list, _, err := w.ListSoftware(t.Context(), stranger, fleet.SoftwareQuery{}); err != nil || len(list) != 0 {
			t.Errorf("%s of another group sees the software of %d servers, %v", role, len(list), err)
		}
	}
}

func failed[T, U any](_ T, _ U, err error) error { return err }

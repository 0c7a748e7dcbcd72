package server

import (
	"archive/zip"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// records are of Debian 12, in OSV's format.
func records(now time.Time) map[string]string {
	out := map[string]string{}
	for _, r := range []struct{ cve, pkg, fixed, vector, published string }{
		{"CVE-2026-1001", "openssl", "3.0.14-1~deb12u2", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "2026-09-01"},
		{"CVE-2026-1002", "openssh", "1:9.2p1-2+deb12u9", "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", "2026-10-03"},
		{"CVE-2026-1003", "curl", "", "CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N", "2026-11-20"},
	} {
		end := ""
		if r.fixed != "" {
			end = fmt.Sprintf(`,{"fixed":%q}`, r.fixed)
		}
		out["DEBIAN-"+r.cve+".json"] = fmt.Sprintf(`{"id":"DEBIAN-%[1]s","upstream":[%[1]q],"modified":%[2]q,"published":"%[3]sT00:00:00Z","details":"A flaw in %[4]s","severity":[{"type":"CVSS_V3","score":%[5]q}],
"affected":[{"package":{"ecosystem":"Debian:12","name":%[4]q},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}%[6]s]}]}]}`, r.cve, now.UTC().Format(time.RFC3339), r.published, r.pkg, r.vector, end)
	}
	return out
}

// mirrored is a mirror of vulnerability data in a directory.
func mirrored(t *testing.T, now time.Time) string {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "Debian", "all.zip")
	if err := os.Mkdir(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for file, text := range records(now) {
		w, err := z.Create(file)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	day := now.UTC().Add(-26 * time.Hour)
	err = errors.Join(z.Close(), f.Close(), os.Chtimes(name, day, day),
		os.WriteFile(filepath.Join(dir, "known_exploited_vulnerabilities.json"), []byte(`{"dateReleased":"`+day.Format(time.RFC3339)+`","vulnerabilities":[{"cveID":"CVE-2026-1002","dateAdded":"2026-10-20","dueDate":"2026-11-10","knownRansomwareCampaignUse":"Known"}]}`), 0o600),
		os.WriteFile(filepath.Join(dir, "epss_scores-current.csv.gz"), []byte("#model_version:v1,score_date:"+day.Format(time.RFC3339)+"\ncve,epss,percentile\nCVE-2026-1001,0.43,0.97\nCVE-2026-1002,0.91,0.99\n"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// patched brings vulnerability data to the server, as its own task would.
func (s *Server) patched(t *testing.T) {
	t.Helper()
	s.Config.Patching.Mirror = mirrored(t, s.Config.Now())
	if !s.update(t.Context()) {
		t.Fatal("the vulnerability data was not updated")
	}
}

// The pages of vulnerabilities, for each role, and nothing of them for another
// organisation.
func TestVulnerabilityPages(t *testing.T) {
	eachServerAs(t, Config{}, func(t *testing.T, s *Server) {
		p := s.place(t, "shop")
		p.admin.want("no server", p.admin.get("/vulnerabilities"), http.StatusOK, "No server has sent its packages")
		p.admin.want("no data", p.admin.get("/settings/vulnerabilities"), http.StatusOK, "There is no data")
		who := person(t, s, p.org.ID, "ada@shop.test")
		here := furnishFleet(t, s, who, p.group)
		for path, want := range map[string][]string{
			"/vulnerabilities":                              {"CVE-2026-1001", "CVE-2026-1002", "CVE-2026-1003", "exploited", "ransomware", "91.0 %", "debian 12: 3.0.14-1~deb12u2", "Found 3 times"},
			"/vulnerabilities?severity=critical":            {"CVE-2026-1001", "!CVE-2026-1003"},
			"/vulnerabilities?fix=no":                       {"CVE-2026-1003", "!CVE-2026-1001"},
			"/vulnerabilities?q=cve-2026-1002":              {"CVE-2026-1002", "!CVE-2026-1001"},
			"/vulnerabilities?system=nothing":               {"No vulnerability is like that", "!CVE-2026-1001"},
			"/vulnerabilities/servers":                      {"web-1", "Vulnerable", "1 exploited"},
			"/vulnerabilities/servers?result=clean":         {"No server is like that", "!web-1"},
			"/vulnerabilities/CVE-2026-1001":                {"1 server has it", "web-1", "fixed in 3.0.14-1~deb12u2", "openssl 3.0.11-1~deb12u2"},
			"/vulnerabilities.csv?exploited=yes":            {"CVE-2026-1002,high,", ",yes,2026-10-20,2026-11-10,yes,", "!CVE-2026-1001"},
			"/vulnerabilities/servers.csv":                  {"web-1,", ",vulnerable,"},
			here:                                            {here + "/packages"},
			here + "/packages":                              {"3 vulnerabilities", "zlib1g", "Clean", "CVE-2026-1003"},
			here + "/packages?q=zlib":                       {"zlib1g", "!<th scope=\"row\">curl"},
			here + "/packages?result=clean":                 {"zlib1g", "!<th scope=\"row\">curl"},
			"/settings/vulnerabilities":                     {"Debian", "1 day", s.Config.Patching.Mirror},
			"/api/v1/vulnerabilities?exploited=yes":         {`"name":"CVE-2026-1002"`, "!CVE-2026-1001"},
			"/api/v1/vulnerabilities/CVE-2026-1001/servers": {`"hostname":"web-1"`, `"fix":"yes"`},
		} {
			a := p.admin.get(path)
			if a.status != http.StatusOK {
				t.Errorf("%s is answered %d", path, a.status)
			}
			for _, text := range want {
				text, not := strings.CutPrefix(text, "!")
				if strings.Contains(a.body, text) == not {
					t.Errorf("%s shows %q: %v", path, text, not)
				}
			}
		}
		if a := p.admin.get("/vulnerabilities.xlsx"); a.status != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
			t.Errorf("the workbook is answered %d", a.status)
		}
		for _, role := range tenant.Roles {
			b := p.admin.join(string(role)+"@shop.test", role, p.root)
			for _, path := range []string{"/vulnerabilities", "/vulnerabilities/servers", "/vulnerabilities/CVE-2026-1001", "/vulnerabilities.csv", here + "/packages", "/settings/vulnerabilities"} {
				if a := b.get(path); a.status != http.StatusOK {
					t.Errorf("%s of a %s is answered %d", path, role, a.status)
				}
			}
		}
		bank := s.place(t, "bank")
		for path, status := range map[string]int{"/vulnerabilities": 200, "/vulnerabilities/servers": 200, "/vulnerabilities/CVE-2026-1001": 404, "/vulnerabilities.csv": 200, here + "/packages": 404} {
			if a := bank.admin.get(path); a.status != status || strings.Contains(a.body, "openssl") || strings.Contains(a.body, "web-1") {
				t.Errorf("%s is answered %d to another organisation, or shows what is not its", path, a.status)
			}
		}
	})
}

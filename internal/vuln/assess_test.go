package vuln

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/vuln/feed"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

var today = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// mirror lays out the records of testdata as OSV's bucket has them.
func mirror(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	families, err := os.ReadDir("testdata/osv")
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range families {
		if err := os.MkdirAll(filepath.Join(dir, f.Name()), 0o755); err != nil {
			tb.Fatal(err)
		}
		out, err := os.Create(filepath.Join(dir, f.Name(), "all.zip"))
		if err != nil {
			tb.Fatal(err)
		}
		z := zip.NewWriter(out)
		if err := z.AddFS(os.DirFS(filepath.Join("testdata/osv", f.Name()))); err != nil {
			tb.Fatal(err)
		}
		if err := z.Close(); err != nil {
			tb.Fatal(err)
		}
		if err := out.Close(); err != nil {
			tb.Fatal(err)
		}
		written := today.Add(-24 * time.Hour)
		if err := os.Chtimes(out.Name(), written, written); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// database has the records of testdata.
func database(tb testing.TB) *store.DB {
	tb.Helper()
	from, dir := mirror(tb), tb.TempDir()
	text := "#model_version:v2025.03.14,score_date:2026-11-27T12:55:00Z\ncve,epss,percentile\nCVE-2024-6387,0.91,0.99\nCVE-2023-5363,0.01,0.5\n"
	write(tb, filepath.Join(from, "epss_scores-current.csv.gz"), text) // read packed or not
	write(tb, filepath.Join(from, "known_exploited_vulnerabilities.json"), `{"dateReleased":"2026-11-27T10:00:00Z","vulnerabilities":[{"cveID":"CVE-2023-5363","dateAdded":"2026-11-01","dueDate":"2026-11-22","knownRansomwareCampaignUse":"Known"}]}`)
	got, err := feed.Update(tb.Context(), feed.Options{Dir: dir, Mirror: from, Now: func() time.Time { return today }})
	if err != nil || len(got.Failed) > 0 || len(got.Families) < 6 {
		tb.Fatalf("%+v, %v", got, err)
	}
	db, err := store.Open(dir)
	if err != nil || len(db.Problems) > 0 {
		tb.Fatal(err, db.Problems)
	}
	tb.Cleanup(func() { db.Close() })
	return db
}

func write(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// host makes an inventory of packages written name version [source [version]].
func host(id, release, manager string, pkgs ...string) *packages.Inventory {
	inv := &packages.Inventory{Distro: packages.Distro{ID: id, Version: release}, Databases: []packages.Database{{Manager: manager}}}
	vendor := map[string]string{"rocky": "Rocky Enterprise Software Foundation", "almalinux": "AlmaLinux", "rhel": "Red Hat, Inc.", "sles": "SUSE LLC <https://www.suse.com/>", "debian": "X <x@lists.debian.org>"}[id]
	for _, text := range pkgs {
		f := strings.Fields(text)
		p := packages.Package{Manager: manager, Name: f[0], Version: f[1], Source: f[0], SourceVersion: f[1], Vendor: vendor}
		if len(f) > 2 {
			p.Source = f[2]
		}
		if len(f) > 3 {
			p.SourceVersion = f[3]
		}
		inv.Packages = append(inv.Packages, p)
	}
	return inv
}

func assess(tb testing.TB, inv *packages.Inventory, db *store.DB) *Report {
	tb.Helper()
	r, err := Assess(inv, db, lifecycles.FS, today, DefaultPolicy)
	if err != nil {
		tb.Fatal(err)
	}
	if got := r.Counts.Clean + r.Counts.Vulnerable + r.Counts.NotEvaluated; got != len(inv.Packages) {
		tb.Errorf("%d packages counted of %d", got, len(inv.Packages))
	}
	return r
}

// found writes what was found as lines: CVE, packages, fix.
func found(r *Report) []string {
	out := []string{}
	for _, v := range r.Vulnerabilities {
		var names []string
		for _, p := range v.Packages {
			names = append(names, p.Name)
		}
		slices.Sort(names)
		out = append(out, strings.TrimSpace(v.ID+" "+strings.Join(names, ",")+" "+v.Fixed))
	}
	slices.Sort(out)
	return out
}

// Each case is something that a matcher of the field got wrong.
func TestTraps(t *testing.T) {
	db := database(t)
	for _, c := range []struct {
		name string
		inv  *packages.Inventory
		want []string
	}{
		{
			"records name the source, the inventory binaries", host("ubuntu", "22.04", packages.Dpkg, "openssh-server 1:8.9p1-3ubuntu0.6 openssh", "openssh-client 1:8.9p1-3ubuntu0.6 openssh"),
			[]string{"CVE-2024-6387 openssh-client,openssh-server 1:8.9p1-3ubuntu0.10"},
		},
		{
			"an inventory without sources is helped by what records say of binaries", noSource(host("ubuntu", "22.04", packages.Dpkg, "openssh-server 1:8.9p1-3ubuntu0.6")),
			[]string{"CVE-2024-6387 openssh-server 1:8.9p1-3ubuntu0.10"},
		},
		{"a backport has the fix at upstream's old version", host("debian", "12", packages.Dpkg, "openssh-server 1:9.2p1-2+deb12u3 openssh"), []string{}},
		{"a rebuild is newer than what it rebuilds", host("debian", "12", packages.Dpkg, "libssl3 3.0.11-1~deb12u2+b1 openssl 3.0.11-1~deb12u2"), []string{}},
		{"nobody means to mend it, which is told", host("debian", "12", packages.Dpkg, "zlib1g 1:1.2.13.dfsg-1 zlib"), []string{"CVE-2099-0001 zlib1g"}},
		{"a tilde is older", host("debian", "12", packages.Dpkg, "libssl3 3.0.11-1~deb12u1 openssl"), []string{"CVE-2023-5363 libssl3 3.0.11-1~deb12u2"}},
		{
			"an advisory for two CVEs, one of them mended before", host("debian", "12", packages.Dpkg, "curl 7.88.1-10+deb12u7"),
			[]string{"CVE-2099-0011 curl 7.88.1-10+deb12u9"},
		},
		{"a withdrawn record", host("debian", "12", packages.Dpkg, "bash 5.2.15-2"), []string{}},
		{"another release's record", host("debian", "12", packages.Dpkg, "bash 4.0-1"), []string{}},
		{"a binary with the name of another source", host("debian", "12", packages.Dpkg, "git 1.0-1 gnuit"), []string{}},
		{
			"a kernel that was signed again, its headers and its dependency", host("debian", "12", packages.Dpkg,
				"linux-image-6.1.0-17-amd64 6.1.69-1 linux-signed-amd64 6.1.69+1", "linux-headers-6.1.0-17-amd64 6.1.69-1 linux", "linux-libc-dev 6.1.69-1 linux", "linux-image-amd64 6.1.69-1 linux-signed-amd64 6.1.69+1"),
			[]string{"CVE-2099-0020 linux-image-6.1.0-17-amd64 6.1.76-1", "CVE-2099-0021 linux-image-6.1.0-17-amd64"},
		},
		{"a boot loader that was signed again, with the fix", host("debian", "12", packages.Dpkg, "grub-efi-amd64-signed 1+2.06+13+deb12u1 grub-efi-amd64-signed"), []string{}},
		{"and without", host("debian", "12", packages.Dpkg, "grub-efi-amd64-signed 1+2.06+12 grub-efi-amd64-signed"), []string{"CVE-2099-0032 grub-efi-amd64-signed 2.06-13+deb12u1"}},
		{"subscribers have the fix that others wait for", host("ubuntu", "22.04", packages.Dpkg, "gimp 2.10.30-1ubuntu0.1+esm1"), []string{}},
		{"and others are told of it", host("ubuntu", "22.04", packages.Dpkg, "gimp 2.10.30-1build1"), []string{"CVE-2099-0101 gimp 2.10.30-1ubuntu0.1+esm1"}},
		{"the last affected version is affected", host("ubuntu", "22.04", packages.Dpkg, "libpython3.10-stdlib 3.10.12-1~22.04.3 python3.10"), []string{"CVE-2099-0103 libpython3.10-stdlib"}},
		{"and the next is not", host("ubuntu", "22.04", packages.Dpkg, "libpython3.10-stdlib 3.10.12-1~22.04.4 python3.10"), []string{}},
		{"Alpine's own order of versions", host("alpine", "3.19.1", packages.Apk, "openssh-server 9.6_p1-r0 openssh", "libcrypto3 3.1.4-r5 openssl"), []string{"CVE-2024-6387 openssh-server 9.6_p1-r1"}},
		{"an epoch of zero that is written out", host("rocky", "9.4", packages.RPM, "openssh-server 8.7p1-38.el9_4.1 openssh"), []string{}},
		{"an rpm by its source", host("rocky", "9.4", packages.RPM, "openssh-server 8.7p1-38.el9 openssh"), []string{"CVE-2024-6387 openssh-server 0:8.7p1-38.el9_4.1"}},
		{
			"a source package's file name leaves the epoch out", host("rocky", "9.4", packages.RPM, "openssl-libs 1:3.0.7-29.el9_4 openssl 3.0.7-29.el9_4", "openssl-fips-provider 3.0.7-2.el9 openssl 3.0.7-29.el9_4"),
			[]string{},
		},
		{
			"streams of a module have no order among them", module(host("rocky", "9.4", packages.RPM, "nodejs 1:18.20.2-1.module+el9.4.0+1+cccccccc"), "nodejs:18:9040020240419113329:rhel9"),
			[]string{"CVE-2099-1003 nodejs 1:18.20.4-1.module+el9.4.0+2+bbbbbbbb"},
		},
		{"a package outside of modules", host("rocky", "9.4", packages.RPM, "nodejs 1:16.20.2-8.el9_4"), []string{}},
		{"an advisory that names binaries", host("almalinux", "9.4", packages.RPM, "openssh-server 8.7p1-38.el9 openssh"), []string{"CVE-2024-6387 openssh-server 8.7p1-38.el9_4.alma.1"}},
		{"repositories of one release, not of another product", host("rhel", "9.4", packages.RPM, "openssh-server 8.7p1-38.el9 openssh"), []string{"CVE-2024-6387 openssh-server 0:8.7p1-38.el9_4.1"}},
		{"SUSE's packages come from modules", host("sles", "15.5", packages.RPM, "libopenssl1_1 1.1.1l-150500.17.19.1 openssl-1_1"), []string{"CVE-2099-2001 libopenssl1_1 1.1.1l-150500.17.25.1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := assess(t, c.inv, db)
			if diff := cmp.Diff(c.want, found(r)); diff != "" {
				t.Error(diff)
			}
			if want := map[bool]Result{true: Clean, false: Vulnerable}[len(c.want) == 0]; r.Result != want {
				if c.inv.Distro.ID != "sles" || r.Result != Vulnerable {
					t.Errorf("%s: %v %+v", r.Result, r.Why, r.NotEvaluated)
				}
			}
		})
	}
}

func noSource(inv *packages.Inventory) *packages.Inventory {
	for i := range inv.Packages {
		inv.Packages[i].Source, inv.Packages[i].SourceVersion = "", ""
	}
	return inv
}

func module(inv *packages.Inventory, label string) *packages.Inventory {
	inv.Packages[0].Module = label
	return inv
}

// What is missing never reads as clean.
func TestNotEvaluated(t *testing.T) {
	db := database(t)
	empty, err := store.Open(filepath.Join(t.TempDir(), "nothing"))
	if err != nil {
		t.Fatal(err)
	}
	good := func() *packages.Inventory {
		return host("debian", "12", packages.Dpkg, "openssh-server 1:9.2p1-2+deb12u3 openssh")
	}
	later := func(d time.Duration) *Report {
		r, err := Assess(good(), db, lifecycles.FS, today.Add(d), DefaultPolicy)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	broken := good()
	broken.Problems = []string{"dpkg's status: cut"}
	nothing := &packages.Inventory{Distro: packages.Distro{ID: "debian", Version: "12"}}
	rolling := good()
	rolling.Distro.Rolling = true
	foreign := host("rocky", "9.4", packages.RPM, "htop 3.3.0-1.el9")
	foreign.Packages[0].Vendor = "Fedora Project"
	elsewhere := host("debian", "12", packages.Dpkg, "docker-ce 5:24.0.7-1~debian.12~bookworm")
	elsewhere.Packages[0].Vendor = "Docker <support@docker.com>"
	rebuilt := host("debian", "12", packages.Dpkg, "curl 99.0-1nodesource1") // newer than any fix, and no build of Debian's
	ppa := host("ubuntu", "22.04", packages.Dpkg, "openssh-server 1:99.0-1 openssh")
	ppa.Packages[0].Vendor = "Somebody <somebody@example.com>"
	strange := host("debian", "12", packages.Dpkg, "openssh-server x:1 openssh")
	for name, c := range map[string]struct {
		r    *Report
		want string
	}{
		"no data at all":                    {assess(t, good(), empty), "there is no data of Debian"},
		"no data of the family":             {assess(t, host("mageia", "9", packages.RPM, "bash 5"), db), "there is no data of Mageia"},
		"data too old":                      {later(30 * 24 * time.Hour), "older than 7 days"},
		"no such release":                   {assess(t, host("debian", "14", packages.Dpkg, "bash 5"), db), "nothing about release 14"},
		"a distribution without records":    {assess(t, host("amzn", "2023", packages.RPM, "bash 5"), db), "no data for amzn"},
		"an unknown distribution":           {assess(t, host("someos", "1", packages.Dpkg, "bash 5"), db), "not known here"},
		"nobody knows what it is":           {assess(t, host("", "", packages.Dpkg, "bash 5"), db), "which distribution"},
		"unstable":                          {assess(t, rolling, db), "unstable"},
		"the release is out of support":     {assess(t, host("debian", "10", packages.Dpkg, "bash 5.0-4+deb10u1"), db), "support of the release ended on 2024-06-30"},
		"an inventory that is not complete": {assess(t, broken, db), "not complete: dpkg"},
		"no package database":               {assess(t, nothing, db), "no package database"},
		"a package of another vendor":       {assess(t, foreign, db), "1 package was not evaluated"},
		"a package from elsewhere":          {assess(t, elsewhere, db), "1 package was not evaluated"},
		"a rebuild by somebody else":        {assess(t, rebuilt, db), "1 package was not evaluated"},
		"a package of a personal archive":   {assess(t, ppa, db), "1 package was not evaluated"},
		"a snap":                            {assess(t, withSnap(good()), db), "1 package was not evaluated"},
		"a version that is none":            {assess(t, strange, db), "1 package was not evaluated"},
		"no source and no record of it":     {assess(t, noSource(host("ubuntu", "22.04", packages.Dpkg, "unheard 1.0")), db), "1 package was not evaluated"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.r.Result != NotEvaluated || !strings.Contains(strings.Join(c.r.Why, "; "), c.want) {
				t.Errorf("%s: %v %+v", c.r.Result, c.r.Why, c.r.NotEvaluated)
			}
		})
	}
	if r := assess(t, good(), db); r.Result != Clean || len(r.Why) > 0 {
		t.Errorf("the good one: %s, %v", r.Result, r.Why)
	}
}

func withSnap(inv *packages.Inventory) *packages.Inventory {
	inv.Packages = append(inv.Packages, packages.Package{Manager: packages.Snap, Name: "lxd", Version: "5.0", Source: "lxd"})
	return inv
}

// A release that is out of support still has the vulnerabilities that are known.
func TestEndedIsStillVulnerable(t *testing.T) {
	r := assess(t, host("debian", "10", packages.Dpkg, "bash 5.0-4"), database(t))
	if r.Result != Vulnerable || r.OS.State != "ended" || r.Counts.Vulnerable != 1 {
		t.Errorf("%s, %+v, %+v", r.Result, r.OS, r.Counts)
	}
}

func TestVulnerability(t *testing.T) {
	inv := host("debian", "12", packages.Dpkg, "openssh-server 1:9.2p1-2 openssh", "libssl3 3.0.10-1~deb12u1 openssl")
	inv.UseRead = true
	inv.Packages[0].Use = &packages.Use{Loaded: []string{"sshd"}, Listening: []string{"tcp 0.0.0.0:22"}}
	r := assess(t, inv, database(t))
	if len(r.Vulnerabilities) != 2 {
		t.Fatalf("%+v", r.Vulnerabilities)
	}
	ssl, ssh := r.Vulnerabilities[0], r.Vulnerabilities[1] // what attackers use comes first
	if ssl.KEV == nil || !ssl.KEV.Ransomware || ssl.Use != "installed" || ssl.Severity != "high" {
		t.Errorf("%+v", ssl)
	}
	want := Vulnerability{
		ID: "CVE-2024-6387", Advisories: []string{"DEBIAN-CVE-2024-6387", "DSA-5724-1"}, Source: "openssh", Packages: []Package{{Name: "openssh-server", Version: "1:9.2p1-2"}},
		Fixed: "1:9.2p1-2+deb12u3", Severity: "high", Score: 8.1, Vector: "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", Exploit: store.Exploit{EPSS: 0.91, Percentile: 0.99},
		Published: time.Date(2024, 7, 1, 8, 0, 0, 0, time.UTC), Days: 880, Overdue: true, Use: "listening", Loaded: []string{"sshd"}, Listening: []string{"tcp 0.0.0.0:22"},
		Summary: "A race in the handling of signals by sshd.", URL: "https://www.debian.org/security/2024/dsa-5724",
	}
	if diff := cmp.Diff(want, ssh); diff != "" {
		t.Error(diff)
	}
	if r.Counts.Overdue != 2 || r.Counts.Fixable != 2 || r.Counts.BySeverity["high"] != 2 {
		t.Errorf("%+v", r.Counts)
	}
}

// A kernel that does not run is mended by removing it; it does not make the
// running one vulnerable.
func TestKernel(t *testing.T) {
	db := database(t)
	inv := host("debian", "12", packages.Dpkg, "linux-image-6.1.0-17-amd64 6.1.69-1 linux-signed-amd64 6.1.69+1", "linux-image-6.1.0-18-amd64 6.1.76-1 linux-signed-amd64 6.1.76+1")
	inv.Kernel = packages.Kernel{Running: "6.1.0-18-amd64", Installed: []packages.KernelPackage{
		{Release: "6.1.0-17-amd64", Package: "linux-image-6.1.0-17-amd64", Version: "6.1.69-1"}, {Release: "6.1.0-18-amd64", Package: "linux-image-6.1.0-18-amd64", Version: "6.1.76-1"},
	}}
	r := assess(t, inv, db)
	if r.Kernel.State != "current" {
		t.Errorf("%+v", r.Kernel)
	}
	for _, v := range r.Vulnerabilities {
		if resting := v.Packages[0].Name == "linux-image-6.1.0-17-amd64"; v.NotRunning != resting || v.Overdue && resting {
			t.Errorf("%+v", v)
		}
	}
	inv.Kernel.Running = "6.1.0-17-amd64"
	r = assess(t, inv, db)
	if r.Kernel.State != "restart_pending" || r.Kernel.Newest != "6.1.0-18-amd64" {
		t.Errorf("%+v", r.Kernel)
	}
	inv.Kernel.Running = "6.18.0-own"
	if r = assess(t, inv, db); r.Kernel.State != "unknown" {
		t.Errorf("%+v", r.Kernel)
	}
	inv.Kernel = packages.Kernel{}
	if r = assess(t, inv, db); r.Kernel.State != "unknown" || r.Vulnerabilities[0].NotRunning {
		t.Errorf("%+v", r.Kernel)
	}
}

func TestSupport(t *testing.T) {
	for _, c := range []struct{ id, release, announced, want, ends string }{
		{"debian", "12", "", "supported", ""},
		{"debian", "11", "", "ended", "2026-08-14"},
		{"debian", "5", "", "ended", ""},
		{"debian", "99", "", "unknown", ""},
		{"rhel", "7.9", "", "extended", "2029-05-31"},
		{"centos", "7", "", "ended", "2024-06-30"},
		{"amzn", "2", "", "ended", "2026-06-30"},
		{"alpine", "3.15.4", "", "ended", "2023-11-01"},
		{"fedora", "38", "2024-05-21", "ended", "2024-05-21"},
		{"fedora", "99", "2099-05-21", "supported", "2099-05-21"},
		{"someos", "1", "", "unknown", ""},
	} {
		d := packages.Distro{ID: c.id, Version: c.release, Support: c.announced}
		if s := support(distributions[c.id], d, lifecycles.FS, today); s.State != c.want || s.Ends != c.ends {
			t.Errorf("%s %s: %+v", c.id, c.release, s)
		}
	}
}

// Benchmark: 720 packages against 3,500 names of 40,000 records, two thousand of
// them of the kernel, as a release of Debian has.
func BenchmarkAssess(b *testing.B) {
	dir := b.TempDir()
	from := b.TempDir()
	if err := os.MkdirAll(from+"/Debian", 0o755); err != nil {
		b.Fatal(err)
	}
	out, err := os.Create(from + "/Debian/all.zip")
	if err != nil {
		b.Fatal(err)
	}
	z := zip.NewWriter(out)
	record := func(i int, name, fixed string) {
		w, err := z.Create(fmt.Sprintf("DEBIAN-CVE-2090-%05d.json", i))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = fmt.Fprintf(w, `{"id":"DEBIAN-CVE-2090-%05d","modified":"2026-11-20T00:00:00Z","published":"2026-01-01T00:00:00Z","upstream":["CVE-2090-%05d"],"details":"Something is wrong in it.","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"Debian:12","name":%q},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}%s]}]}]}`, i, i, name, fixed)
	}
	for i := range 40_000 {
		switch {
		case i < 2_000:
			record(i, "linux", map[bool]string{true: `,{"fixed":"6.1.76-1"}`}[i%4 != 0])
		case i%100 == 0:
			record(i, fmt.Sprintf("source%d", i%3500), `,{"fixed":"2.0-1"}`)
		default:
			record(i, fmt.Sprintf("source%d", i%3500), `,{"fixed":"0.9-1"}`)
		}
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	if err := out.Close(); err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	start := now
	if got, err := feed.Update(b.Context(), feed.Options{Dir: dir, Mirror: from, EPSS: "none", KEV: "none"}); err != nil || len(got.Failed) > 0 {
		b.Fatal(got, err)
	}
	b.Logf("40,000 records stored in %s", time.Since(start))
	inv := host("debian", "12", packages.Dpkg, "linux-image-6.1.0-18-amd64 6.1.70-1 linux-signed-amd64 6.1.70+1")
	for i := range 719 {
		inv.Packages = append(inv.Packages, host("debian", "12", packages.Dpkg, fmt.Sprintf("binary%d 1.0-1 source%d", i, i*2)).Packages...)
	}
	for _, kind := range []string{"cold", "warm"} {
		b.Run(kind, func(b *testing.B) {
			db, err := store.Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if kind == "cold" {
					db.Close()
					if db, err = store.Open(dir); err != nil {
						b.Fatal(err)
					}
				}
				r, err := Assess(inv, db, lifecycles.FS, now, DefaultPolicy)
				if err != nil || r.Result != Vulnerable || r.Counts.Vulnerabilities < 2000 {
					b.Fatal(r, err)
				}
			}
			db.Close()
		})
	}
}

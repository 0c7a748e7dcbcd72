package packages

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var ignoreAt = cmpopts.IgnoreUnexported(Package{})

// host makes a root of texts.
func host(files map[string]string) fstest.MapFS {
	m := make(fstest.MapFS)
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text), ModTime: time.Unix(1700000000, 0)}
	}
	return m
}

const debianStatus = `Package: openssh-server
Status: install ok installed
Priority: optional
Installed-Size: 1842
Maintainer: Debian OpenSSH Maintainers <debian-ssh@lists.debian.org>
Architecture: amd64
Source: openssh
Version: 1:9.2p1-2+deb12u3
Conffiles:
 /etc/ssh/moduli b6c9ba1e0b9b0d1a7b6b0b2b3b4b5b6b
 /etc/init.d/ssh 5b8d8b8c8d8e8f808182838485868788 obsolete
Description: secure shell (SSH) server
 Several lines
 of it.

Package: libssl3
Status: hold ok installed
Architecture: amd64
Multi-Arch: same
Source: openssl (3.0.11-1~deb12u2)
Version: 3.0.11-1~deb12u2+b1

Package: vim-common
Status: deinstall ok config-files
Architecture: all
Version: 2:9.0.1378-2

Package: half
Status: install ok unpacked
Architecture: all
Version: 1.0

Package: linux-image-6.1.0-18-amd64
Status: install ok installed
Architecture: amd64
Source: linux-signed-amd64 (6.1.76+1)
Version: 6.1.76-1

Package: linux-image-amd64
Status: install ok installed
Architecture: amd64
Source: linux-signed-amd64 (6.1.76+1)
Version: 6.1.76-1
`

func debian() fstest.MapFS {
	return host(map[string]string{
		"etc/os-release":                           "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n# a comment\n",
		"etc/debian_version":                       "12.5\n",
		"var/lib/dpkg/status":                      debianStatus,
		"var/lib/dpkg/info/openssh-server.list":    "/.\n/etc\n/usr/sbin\n/usr/sbin/sshd\n/etc/ssh/moduli\n",
		"var/lib/dpkg/info/openssh-server.md5sums": "0123456789abcdef0123456789abcdef  usr/sbin/sshd\nbad line\n",
		"var/lib/dpkg/info/libssl3:amd64.list":     "/.\n/lib/x86_64-linux-gnu/libssl.so.3\n",
		"var/lib/dpkg/info/libssl3:amd64.md5sums":  "fedcba9876543210fedcba9876543210  lib/x86_64-linux-gnu/libssl.so.3\n",
		"proc/sys/kernel/osrelease":                "6.1.0-18-amd64\n",
		"run/reboot-required":                      "",
		"proc/7/maps":                              "7f00-7f01 r-xp 00000000 08:01 1  /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)\n7f02-7f03 rw-p 00000000 00:00 0  [heap]\n",
	})
}

func TestDebian(t *testing.T) {
	inv := Read(debian())
	at := time.Unix(1700000000, 0).UTC()
	want := []Package{
		{Manager: Dpkg, Name: "half", Version: "1.0", Arch: "all", Source: "half", SourceVersion: "1.0"},
		{Manager: Dpkg, Name: "libssl3", Version: "3.0.11-1~deb12u2+b1", Arch: "amd64", Source: "openssl", SourceVersion: "3.0.11-1~deb12u2", Held: true, Installed: at},
		{Manager: Dpkg, Name: "linux-image-6.1.0-18-amd64", Version: "6.1.76-1", Arch: "amd64", Source: "linux-signed-amd64", SourceVersion: "6.1.76+1"},
		{Manager: Dpkg, Name: "linux-image-amd64", Version: "6.1.76-1", Arch: "amd64", Source: "linux-signed-amd64", SourceVersion: "6.1.76+1"},
		{
			Manager: Dpkg, Name: "openssh-server", Version: "1:9.2p1-2+deb12u3", Arch: "amd64", Source: "openssh", SourceVersion: "1:9.2p1-2+deb12u3",
			Vendor: "Debian OpenSSH Maintainers <debian-ssh@lists.debian.org>", Size: 1842 << 10, Installed: at,
		},
	}
	if diff := cmp.Diff(want, inv.Packages, ignoreAt); diff != "" || len(inv.Problems) > 0 {
		t.Error(diff, inv.Problems)
	}
	kernel := Kernel{Running: "6.1.0-18-amd64", Reboot: true, Installed: []KernelPackage{{"6.1.0-18-amd64", "linux-image-6.1.0-18-amd64", "6.1.76-1"}}}
	if diff := cmp.Diff(kernel, inv.Kernel); diff != "" {
		t.Error(diff)
	}
	if d := inv.Distro; d.ID != "debian" || d.Version != "12" || d.Codename != "bookworm" || d.Rolling {
		t.Errorf("%+v", d)
	}
}

func TestManifest(t *testing.T) {
	fsys := debian()
	got, err := Manifest(fsys, Read(fsys).Packages[4])
	want := map[string]Digest{
		"/usr/sbin/sshd":  {"md5", "0123456789abcdef0123456789abcdef"},
		"/etc/ssh/moduli": {"md5", "b6c9ba1e0b9b0d1a7b6b0b2b3b4b5b6b"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	var paths []string
	stop := errors.New("enough")
	err = WalkManifests(fsys, func(p Package, e Entry) error {
		paths = append(paths, e.Path)
		if len(paths) == 3 {
			return stop
		}
		return nil
	})
	if err != stop || len(paths) != 3 { //nolint:errorlint // it comes back as it was given
		t.Error(paths, err)
	}
}

// A system whose /lib is a link to /usr/lib maps /usr/lib/…, while the package
// that shipped it still says /lib/….
func TestJoin(t *testing.T) {
	fsys := debian()
	inv := Read(fsys)
	inv.Join(fsys, []Process{{PID: 7, Name: "sshd", Program: "/usr/sbin/sshd"}, {PID: 8, Name: "gone"}}, []Listener{{7, "tcp 0.0.0.0:22"}, {7, "tcp 0.0.0.0:22"}})
	if !inv.UseRead || len(inv.Problems) > 0 {
		t.Fatal(inv.Problems)
	}
	want := map[string]*Use{
		"libssl3":        {Loaded: []string{"sshd"}, Listening: []string{"tcp 0.0.0.0:22"}},
		"openssh-server": {Loaded: []string{"sshd"}, Listening: []string{"tcp 0.0.0.0:22"}},
	}
	got := make(map[string]*Use)
	for _, p := range inv.Packages {
		if p.Use != nil {
			got[p.Name] = p.Use
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	unknown := Read(fsys)
	unknown.Join(fsys, []Process{{PID: 99, Name: "nobody's"}}, nil)
	if unknown.UseRead || len(unknown.Problems) == 0 {
		t.Error("a use that could not be read was taken for none")
	}
}

func TestDistroless(t *testing.T) {
	fsys := host(map[string]string{
		"usr/lib/os-release":                 "ID=debian\nVERSION_ID=12\n",
		"var/lib/dpkg/status.d/base":         "Package: base-files\nArchitecture: amd64\nVersion: 12.4+deb12u5\n",
		"var/lib/dpkg/status.d/base.md5sums": "0123456789abcdef0123456789abcdef  etc/debian_version\n",
		"var/lib/dpkg/status.d/ssl":          "Package: libssl3\nArchitecture: amd64\nSource: openssl\nVersion: 3.0.11-1~deb12u2\n",
	})
	inv := Read(fsys)
	if len(inv.Packages) != 2 || inv.Packages[1].Source != "openssl" || len(inv.Problems) > 0 {
		t.Errorf("%+v", inv)
	}
	got, err := Manifest(fsys, inv.Packages[0])
	if err != nil || got["/etc/debian_version"].Hex == "" {
		t.Error(got, err)
	}
}

const alpine = `C:Q1pOHVgCBrGVLeDzNQqMYVhjPTjEI=
P:libcrypto3
V:3.1.4-r5
A:x86_64
S:1729
I:4268032
T:Crypto library from openssl
o:openssl
m:Ariadne Conill <ariadne@dereferenced.org>
t:1706235600
F:etc
F:etc/ssl
R:openssl.cnf
Z:Q1wGuxVEOK9iGLj1i8D3BSBnT7MJA=
F:usr/lib
R:libcrypto.so.3
a:0:0:755
Z:Q2ZxhaM2JjN3NmYzI4ODQ2ZxhaM2JjN3NmYzI4ODQ=

P:linux-virt
V:6.6.14-r0
A:x86_64
o:linux-lts
`

func TestAlpine(t *testing.T) {
	fsys := host(map[string]string{"etc/os-release": "ID=alpine\nVERSION_ID=3.19.1\n", "lib/apk/db/installed": alpine, "usr/lib/apk/db/installed": alpine})
	inv := Read(fsys)
	if len(inv.Packages) != 2 || len(inv.Databases) != 1 {
		t.Fatalf("%+v", inv)
	}
	want := Package{
		Manager: Apk, Name: "libcrypto3", Version: "3.1.4-r5", Arch: "x86_64", Source: "openssl", SourceVersion: "3.1.4-r5",
		Vendor: "Ariadne Conill <ariadne@dereferenced.org>", Size: 4268032,
	}
	if diff := cmp.Diff(want, inv.Packages[0], ignoreAt); diff != "" {
		t.Error(diff)
	}
	got, err := Manifest(fsys, inv.Packages[0])
	if err != nil || got["/etc/ssl/openssl.cnf"] != (Digest{"sha1", "c06bb154438af6218b8f58bc0f70520674fb3090"}) {
		t.Error(got, err)
	}
}

func rpmHost(t *testing.T, at, database string) fstest.MapFS {
	t.Helper()
	f, err := os.Open("rpmdb/testdata/" + database + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	m := host(map[string]string{"etc/os-release": "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"\nSUPPORT_END=\"2032-05-31\"\n", "proc/sys/kernel/osrelease": "5.14.0-362.8.1.el9_3.x86_64"})
	m[at] = &fstest.MapFile{Data: b}
	return m
}

func TestRPM(t *testing.T) {
	for at, database := range map[string]string{"var/lib/rpm/Packages": "Packages", "usr/lib/sysimage/rpm/Packages.db": "Packages.db", "var/lib/rpm/rpmdb.sqlite": "rpmdb.sqlite"} {
		t.Run(database, func(t *testing.T) {
			fsys := rpmHost(t, at, database)
			inv := Read(fsys)
			if len(inv.Packages) != 8 || len(inv.Problems) > 0 {
				t.Fatalf("%+v", inv)
			}
			byName := make(map[string]Package)
			for _, p := range inv.Packages {
				byName[p.Name] = p
			}
			p := byName["openssl-libs"]
			if p.Version != "1:3.0.7-28.el9_4" || p.Source != "openssl" || p.SourceVersion != p.Version || p.Vendor != "Rocky Enterprise Software Foundation" || p.Installed.IsZero() || p.Size == 0 {
				t.Errorf("%+v", p)
			}
			if byName["nodejs"].Module == "" || byName["htop"].Vendor != "Fedora Project" {
				t.Errorf("%+v", byName)
			}
			kernel := Kernel{Running: "5.14.0-362.8.1.el9_3.x86_64", Installed: []KernelPackage{{"5.14.0-427.13.1.el9_4.x86_64", "kernel-core", "5.14.0-427.13.1.el9_4"}}}
			if diff := cmp.Diff(kernel, inv.Kernel); diff != "" {
				t.Error(diff)
			}
			entries := make(map[string]Entry)
			if err := WalkManifests(fsys, func(p Package, e Entry) error {
				entries[e.Path] = e
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if e := entries["/usr/bin/openssl"]; e.Digest.Algorithm != "sha256" || len(e.Digest.Hex) != 64 || e.Mode&0o4000 == 0 || e.Size != int64(len("program openssl")) {
				t.Errorf("%+v", e)
			}
			if e := entries["/etc/openssl.conf"]; !e.Config {
				t.Errorf("%+v", e)
			}
			if e := entries["/var/log/openssl.log"]; !e.Ghost {
				t.Errorf("%+v", e)
			}
			if e := entries["/usr/lib64/libopenssl.so.1"]; e.Link != "libopenssl.so.1.0" || e.Digest.Hex != "" {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestSnap(t *testing.T) {
	inv := Read(host(map[string]string{
		"var/lib/snapd/state.json":      `{"data":{"snaps":{"lxd":{"type":"app","current":"24322","channel":"5.0/stable"},"core20":{"current":"2105"},"../up":{"current":"1"}}}}`,
		"snap/lxd/24322/meta/snap.yaml": "name: lxd\nversion: 5.0.3-ffb17cf\n",
	}))
	var got []string
	for _, p := range inv.Packages {
		got = append(got, p.Name+" "+p.Version)
	}
	if diff := cmp.Diff([]string{"../up revision 1", "core20 revision 2105", "lxd 5.0.3-ffb17cf"}, got); diff != "" {
		t.Error(diff)
	}
}

// Nothing to read, what cannot be read and a hostile database are three things.
func TestUnreadable(t *testing.T) {
	empty := Read(fstest.MapFS{})
	if len(empty.Databases) != 0 || len(empty.Problems) != 0 || empty.Packages == nil {
		t.Errorf("%+v", empty)
	}
	for name, text := range map[string]string{
		"var/lib/snapd/state.json": "{",
		"var/lib/rpm/Packages":     strings.Repeat("x", 8192),
		"var/lib/dpkg/status":      "Package: nameless\nStatus: install ok installed\n",
	} {
		inv := Read(host(map[string]string{name: text}))
		if len(inv.Packages) != 0 || len(inv.Problems) != 1 {
			t.Errorf("%s: %+v", name, inv)
		}
	}
	inv := Read(fstest.MapFS{"var/lib/dpkg/status": &fstest.MapFile{Mode: fs.ModeDir}})
	if len(inv.Problems) != 1 {
		t.Errorf("%+v", inv)
	}
	long := Read(host(map[string]string{"var/lib/dpkg/status": "Package: a\nStatus: install ok installed\nVersion: " + strings.Repeat("1", 10_000) + "\n"}))
	if len(long.Packages) != 1 || len(long.Packages[0].Version) > MaxField || len(long.Problems) == 0 {
		t.Error("a field without bound")
	}
}

func TestKernelRelease(t *testing.T) {
	for _, c := range []struct {
		p    Package
		want string
	}{
		{Package{Manager: Dpkg, Name: "linux-image-5.15.0-91-generic"}, "5.15.0-91-generic"},
		{Package{Manager: Dpkg, Name: "linux-image-unsigned-5.15.0-91-generic"}, "5.15.0-91-generic"},
		{Package{Manager: Dpkg, Name: "linux-image-generic"}, ""},
		{Package{Manager: Dpkg, Name: "linux-image-6.1.0-18-amd64-dbg"}, ""},
		{Package{Manager: Dpkg, Name: "linux-headers-5.15.0-91-generic"}, ""},
		{Package{Manager: RPM, Name: "kernel", Version: "4.14.336-257.562.amzn2", Arch: "x86_64"}, "4.14.336-257.562.amzn2.x86_64"},
		{Package{Manager: RPM, Name: "kernel-default", Version: "5.14.21-150500.55.44.1", Arch: "x86_64"}, "5.14.21-150500.55.44-default"},
		{Package{Manager: RPM, Name: "kernel-headers", Version: "5.14.0-1.el9", Arch: "x86_64"}, ""},
		{Package{Manager: Apk, Name: "linux-lts", Source: "linux-lts", Version: "6.6.14-r0"}, "6.6.14-0-lts"},
		{Package{Manager: Apk, Name: "linux-headers", Source: "linux-headers", Version: "6.6-r0"}, ""},
	} {
		if got := kernelRelease(c.p); got != c.want {
			t.Errorf("%s: %q, not %q", c.p.Name, got, c.want)
		}
	}
}

func TestJSON(t *testing.T) {
	inv := Read(debian())
	b, err := json.Marshal(inv)
	if err != nil {
		t.Fatal(err)
	}
	var back Inventory
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(inv, &back, ignoreAt, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{`"databases":`, `"source_version":`, `"installed":`} {
		if !strings.Contains(string(b), name) {
			t.Errorf("%s is not in %s", name, b)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("var/lib/dpkg/status", []byte(debianStatus))
	f.Add("lib/apk/db/installed", []byte(alpine))
	f.Add("var/lib/snapd/state.json", []byte(`{"data":{"snaps":{"lxd":{"current":"1"}}}}`))
	f.Add("etc/os-release", []byte("ID='debian'\nNAME=\"a\\\"b\"\nVERSION_ID="))
	f.Add("var/lib/dpkg/info/half.md5sums", []byte("0123456789abcdef0123456789abcdef  x\n"))
	f.Add("proc/7/maps", []byte("7f00 r-xp /usr/lib/x"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		if !fs.ValidPath(name) || name == "." {
			return
		}
		fsys := fstest.MapFS{name: &fstest.MapFile{Data: b}}
		if name != "var/lib/dpkg/status" && !strings.HasPrefix(name, "var/lib/dpkg/status/") {
			fsys["var/lib/dpkg/status"] = &fstest.MapFile{Data: []byte(debianStatus)}
		}
		inv := Read(fsys)
		inv.Join(fsys, []Process{{PID: 7, Name: "sshd"}}, nil)
		if _, err := json.Marshal(inv); err != nil {
			t.Error(err)
		}
		_ = WalkManifests(fsys, func(Package, Entry) error { return nil })
	})
}

func BenchmarkRead(b *testing.B) {
	if _, err := os.Stat("/var/lib/dpkg/status"); err != nil {
		b.Skip("this system has no dpkg")
	}
	fsys := os.DirFS("/")
	for b.Loop() {
		if inv := Read(fsys); len(inv.Packages) == 0 {
			b.Fatal("no packages")
		}
	}
}

func TestRunning(t *testing.T) {
	fsys := host(map[string]string{"proc/7/comm": "sshd\n", "proc/8/comm": "kthreadd\n", "proc/self/comm": "x\n"})
	fsys["proc/7/exe"] = &fstest.MapFile{Data: []byte("/usr/sbin/sshd (deleted)"), Mode: fs.ModeSymlink}
	if diff := cmp.Diff([]Process{{7, "sshd", "/usr/sbin/sshd"}}, Running(fsys)); diff != "" {
		t.Error(diff)
	}
}

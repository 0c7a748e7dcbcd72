package cli

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/agent/fim"
)

// agent runs a command line.
func agent(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

// put makes a file with all directories above it.
func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// server makes the root of a small server.
func server(t *testing.T) (root, baseline string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("file integrity is Linux's alone so far")
	}
	root = t.TempDir()
	put(t, filepath.Join(root, "etc/passwd"), "root:x:0:0::/root:/bin/sh\n")
	put(t, filepath.Join(root, "etc/hosts"), "127.0.0.1 localhost\n")
	put(t, filepath.Join(root, "usr/bin/tool"), "tool 1")
	put(t, filepath.Join(root, "home/x/letter"), "dear y")
	return root, filepath.Join(t.TempDir(), "state", "baseline")
}

func TestFIM(t *testing.T) {
	root, base := server(t)
	args := func(c string, more ...string) []string {
		return append([]string{"fim", c, "--root", root, "--baseline", base}, more...)
	}
	if code, _, errs := agent(t, args("check")...); code != exitInput || !strings.Contains(errs, "there is no baseline") {
		t.Errorf("%d %s", code, errs)
	}
	if code, out, errs := agent(t, args("init")...); code != 0 || !strings.Contains(out, "coverage: complete") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	if code, _, errs := agent(t, args("init")...); code != exitInput || !strings.Contains(errs, "--replace") {
		t.Errorf("%d %s", code, errs)
	}
	if code, out, errs := agent(t, args("check")...); code != exitClean || !strings.Contains(out, "nothing changed") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	put(t, filepath.Join(root, "etc/hosts"), "127.0.0.1 localhost bank\n")
	put(t, filepath.Join(root, "home/x/letter"), "dear z")
	put(t, filepath.Join(root, "etc/ld.so.preload"), "/tmp/evil.so\n")
	if err := os.Chmod(filepath.Join(root, "usr/bin/tool"), 0o4755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "etc/passwd")); err != nil {
		t.Fatal(err)
	}
	code, out, errs := agent(t, args("check", "--json")...)
	var report fim.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != exitFound {
		t.Fatalf("%d %v %s", code, err, errs)
	}
	var got []string
	for _, c := range report.Changes {
		got = append(got, strings.Join([]string{c.Severity, c.What, c.Path, strings.Join(c.Attributes, "+"), c.Rule}, " "))
	}
	want := []string{"critical added /etc/ld.so.preload  preload", "high removed /etc/passwd  accounts", "high changed /usr/bin/tool mode programs", "medium changed /etc/hosts size+sha256 names"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !report.Coverage.Complete || report.Summary.Unexplained != 4 || report.Format != fim.Format {
		t.Errorf("%+v", report.Summary)
	}
	if code, out, _ := agent(t, args("check", "--window", "2000-01-01T00:00:00Z/2999-01-01T00:00:00Z=CHG-17", "--fail-on", "unexplained")...); code != exitClean || !strings.Contains(out, "CHG-17") {
		t.Errorf("%d %s", code, out)
	}
	if code, _, errs := agent(t, args("init", "--replace")...); code != 0 {
		t.Fatal(errs)
	}
	if code, out, _ := agent(t, args("check")...); code != exitClean {
		t.Error(out)
	}
}

func TestFIMDiff(t *testing.T) {
	root, base := server(t)
	agent(t, "fim", "init", "--root", root, "--baseline", base)
	put(t, filepath.Join(root, "usr/bin/tool"), "tool 2")
	other := base + "2"
	agent(t, "fim", "init", "--root", root, "--baseline", other)
	if code, out, errs := agent(t, "fim", "diff", base, other); code != exitFound || !strings.Contains(out, "/usr/bin/tool  sha256") || strings.Contains(out, "hosts") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	if code, out, _ := agent(t, "fim", "diff", base, base); code != exitClean {
		t.Error(out)
	}
}

func TestFIMSigned(t *testing.T) {
	root, base := server(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	pemFile := func(name, kind string, der []byte) string {
		path := filepath.Join(t.TempDir(), name)
		put(t, path, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
		return path
	}
	private, _ := x509.MarshalECPrivateKey(key)
	public, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
	wrong, _ := x509.MarshalPKIXPublicKey(&other.PublicKey)
	if code, _, errs := agent(t, "fim", "init", "--root", root, "--baseline", base, "--sign-key", pemFile("k", "EC PRIVATE KEY", private)); code != 0 {
		t.Fatal(errs)
	}
	if code, out, errs := agent(t, "fim", "check", "--root", root, "--baseline", base, "--verify-key", pemFile("p", "PUBLIC KEY", public)); code != exitClean {
		t.Error(out, errs)
	}
	if code, _, errs := agent(t, "fim", "check", "--root", root, "--baseline", base, "--verify-key", pemFile("w", "PUBLIC KEY", wrong)); code != exitInput || !strings.Contains(errs, "signature") {
		t.Error(code, errs)
	}
	b, _ := os.ReadFile(base)
	b[len(b)/2] ^= 1
	put(t, base, string(b))
	if code, _, errs := agent(t, "fim", "check", "--root", root, "--baseline", base); code != exitInput || !strings.Contains(errs, "tampered") {
		t.Error(code, errs)
	}
}

func TestFIMInput(t *testing.T) {
	root, base := server(t)
	for _, c := range []struct{ args, want string }{
		{"fim init --root " + root, "--root needs --baseline"},
		{"fim init --root /nowhere --baseline " + base, "no such file"},
		{"fim init --baseline " + base + " --policy nope", `no policy "nope"`},
		{"fim init --baseline " + base + " --cpu-limit fast", "no share of a core"},
		{"fim init --from air --root " + root + " --baseline " + base, "not from"},
		{"fim init --from packages --root " + root + " --baseline " + base, "no database"},
		{"fim check --window x --baseline " + base, "FROM/TO=NAME"},
		{"fim check --fail-on x --baseline " + base, "--fail-on"},
		{"fim diff a", "accepts 2 arg"},
		{"fim init --baseline " + base + " --aide-config /nowhere", "no such file"},
	} {
		if code, _, errs := agent(t, strings.Fields(c.args)...); code != exitInput || !strings.Contains(errs, c.want) {
			t.Errorf("%s: %d %s", c.args, code, errs)
		}
	}
}

// A baseline from packages finds what was changed before it was made.
func TestFIMFromPackages(t *testing.T) {
	root, base := server(t)
	put(t, filepath.Join(root, "var/lib/dpkg/status"), "Package: tool\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n")
	put(t, filepath.Join(root, "var/lib/dpkg/info/tool.list"), "/.\n/usr\n/usr/bin\n/usr/bin/tool\n/usr/bin/other\n")
	put(t, filepath.Join(root, "var/lib/dpkg/info/tool.md5sums"), "7c9b2c7b1d0b0a4c3ec8ab2c8e09a9e1  usr/bin/tool\n795f3202b17cb6bc3d4b771d8c6c9eaf  usr/bin/other\n")
	put(t, filepath.Join(root, "usr/bin/other"), "other") // whose hash the manifest has
	put(t, filepath.Join(root, "usr/bin/foreign"), "x")
	if code, out, errs := agent(t, "fim", "init", "--from", "packages", "--root", root, "--baseline", base); code != 0 || !strings.Contains(out, "1 are as packages brought them, 1 are not, 1 belong to no package") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	code, out, _ := agent(t, "fim", "check", "--root", root, "--baseline", base)
	if code != exitFound || !strings.Contains(out, "added   /usr/bin/foreign") || !strings.Contains(out, "changed /usr/bin/tool  sha256") || strings.Contains(out, "/usr/bin/other") {
		t.Errorf("%d %s", code, out)
	}
}

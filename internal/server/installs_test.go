package server

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// agents is a directory of both shapes: of packages and of platforms.
func agentsToOffer(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	program := "#!/bin/sh\ncase $1 in version) echo demarc-agent 1.2.3;; *) echo \"$@\" > \"$DEMARC_INSTALL_ROOT/asked\";; esac\n"
	for name, text := range map[string]string{
		"linux-" + runtime.GOARCH + "/demarc-agent": program,
		"windows-amd64/demarc-agent.exe":            "MZ",
		"demarc-agent-linux-riscv64.deb":            "package",
		"SHA256SUMS":                                "not offered",
		"seal.key":                                  "not offered",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A server installs from the control plane, and gets what the script knows the
// sum of, also after the agents were replaced.
func TestInstalls(t *testing.T) {
	dir := agentsToOffer(t)
	s := start(t, Config{TLS: TLS{SelfSigned: true}, Agents: dir})
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // the test's own
	sum := func(text string) string {
		h := sha256.Sum256([]byte(text))
		return hex.EncodeToString(h[:])
	}
	for path, want := range map[string]string{
		"windows-amd64":                         "MZ",
		"demarc-agent-windows-amd64.exe":        "MZ",
		"windows-amd64.sha256":                  sum("MZ") + "  windows-amd64\n",
		"demarc-agent-linux-riscv64.deb":        "package",
		"demarc-agent-linux-riscv64.deb.sha256": sum("package") + "  demarc-agent-linux-riscv64.deb\n",
	} {
		if resp, body := get(t, client, s.URL+"/agent/download/"+path); resp.StatusCode != http.StatusOK || body != want {
			t.Errorf("%s: %s %q, want %q", path, resp.Status, body, want)
		}
	}
	for _, path := range []string{"seal.key", "SHA256SUMS", "linux-s390x", "..%2Fseal.key", "windows-amd64%2Fdemarc-agent.exe"} {
		if resp, body := get(t, client, s.URL+"/agent/download/"+path); resp.StatusCode == http.StatusOK {
			t.Errorf("%s is given out: %q", path, body)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "windows-amd64", "demarc-agent.exe"), []byte("MZ2"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, script := get(t, client, s.URL+"/agent/install.sh")
	if !strings.Contains(script, sum("MZ2")+"  demarc-agent-windows-amd64.exe") || !strings.Contains(script, "server='"+s.URL+"'") {
		t.Errorf("the script does not know what is offered now:\n%.300s", script)
	}

	if _, err := exec.LookPath("curl"); err != nil || runtime.GOOS != "linux" {
		t.Skip("the script itself needs Linux and curl")
	}
	root := t.TempDir()
	c := exec.CommandContext(t.Context(), "sh", "-s", "--", "--ca-file", filepath.Join(s.Config.DataDir, "tls", "self-signed.crt"), "--token", "t")
	c.Stdin, c.Env = strings.NewReader(script), append(os.Environ(), "DEMARC_INSTALL_ROOT="+root)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	asked, err := os.ReadFile(filepath.Join(root, "asked"))
	if err != nil || !strings.Contains(string(asked), "enrol --server "+s.URL) {
		t.Errorf("the agent was asked for %q, %v", asked, err)
	}
	if _, err := os.Stat(filepath.Join(root, "usr/lib/systemd/system/demarc-agent.service")); err != nil {
		t.Error(err)
	}
}

// Where nothing is offered, it says by what it would be.
func TestInstallsNothing(t *testing.T) {
	s := start(t, Config{})
	for _, path := range []string{"/agent/install.sh", "/agent/download/linux-amd64"} {
		if resp, body := get(t, http.DefaultClient, s.URL+path); resp.StatusCode != http.StatusNotFound || !strings.Contains(body, "--agents") {
			t.Errorf("%s: %s %q", path, resp.Status, body)
		}
	}
	s = start(t, Config{Agents: agentsToOffer(t)})
	if resp, body := get(t, http.DefaultClient, s.URL+"/agent/install.sh"); resp.StatusCode != http.StatusNotFound || !strings.Contains(body, "https") {
		t.Errorf("without TLS: %s %q", resp.Status, body)
	}
	if _, err := New(t.Context(), Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", Agents: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "there are none") {
		t.Errorf("an empty directory: %v", err)
	}
}

package agent

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// program stands for the agent: it writes down what it is asked for.
const program = `#!/bin/sh
case $1 in
version) echo "demarc-agent 1.2.3" ;;
*) echo "$@" > "$DEMARC_INSTALL_ROOT/asked" ;;
esac
`

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// installs runs the script against a control plane that offers what is given, in a
// directory of its own.
func installs(t *testing.T, offered map[string]string, sums map[string]string, args ...string) (root, said string, err error) {
	t.Helper()
	for _, need := range []string{"sh", "curl", "sha256sum"} {
		if _, err := exec.LookPath(need); err != nil || runtime.GOOS != "linux" {
			t.Skip("the script needs Linux and " + need)
		}
	}
	m := http.NewServeMux()
	for name, text := range offered {
		m.HandleFunc("GET "+PathDownload+name, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) })
	}
	s := httptest.NewTLSServer(m)
	defer s.Close()
	root = t.TempDir()
	ca := filepath.Join(root, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	script, err := Script(s.URL, sums)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-s", "--", "--ca-file", ca}, args...)...)
	cmd.Stdin = strings.NewReader(script)
	cmd.Env = append(os.Environ(), "DEMARC_INSTALL_ROOT="+root)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return root, out.String(), err
}

func offer() (files, sums map[string]string) {
	name := "demarc-agent-linux-" + runtime.GOARCH
	files = map[string]string{name: program, "demarc-agent.service": string(Unit)}
	return files, map[string]string{name: sum([]byte(program)), "demarc-agent.service": sum(Unit)}
}

func TestInstall(t *testing.T) {
	files, sums := offer()
	root, said, err := installs(t, files, sums, "--token", "a b", "--label", "role=web")
	if err != nil || !strings.Contains(said, "installed: demarc-agent 1.2.3") {
		t.Fatalf("%v\n%s", err, said)
	}
	asked, _ := os.ReadFile(filepath.Join(root, "asked"))
	if s := string(asked); !strings.HasPrefix(s, "enrol --server https://127.0.0.1:") || !strings.HasSuffix(s, "--token a b --label role=web\n") {
		t.Errorf("asked: %s", s)
	}
	if _, err := os.Stat(filepath.Join(root, "usr/lib/systemd/system/demarc-agent.service")); err != nil {
		t.Error(err)
	}
	if root, _, err = installs(t, files, sums, "--no-enrol"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(root, "asked")); err == nil {
		t.Error("it enrols although it should not")
	}
}

func TestAnotherSum(t *testing.T) {
	files, sums := offer()
	for name := range files {
		other := map[string]string{}
		maps.Copy(other, files)
		other[name] += "\n# and a little more\n"
		_, said, err := installs(t, other, sums, "--token", "t")
		if err == nil || !strings.Contains(said, "sum") {
			t.Errorf("%s: %v\n%s", name, err, said)
		}
	}
	root, said, err := installs(t, files, map[string]string{"demarc-agent-linux-riscv64": sum(nil)})
	if err == nil || !strings.Contains(said, "the control plane has no demarc-agent-linux-") {
		t.Errorf("%v\n%s", err, said)
	}
	if _, err := os.Stat(filepath.Join(root, "usr")); err == nil {
		t.Error("something is installed")
	}
}

func TestWhatMayStandInAScript(t *testing.T) {
	_, sums := offer()
	for _, server := range []string{"", "http://demarc.example.com", "https://x'; rm -rf /; '", "https://x/$(id)", "https://"} {
		if _, err := Script(server, sums); err == nil {
			t.Errorf("%q is taken", server)
		}
	}
	for _, bad := range []map[string]string{nil, {"a b": sum(nil)}, {"a": "abc"}, {"a'": sum(nil)}} {
		if _, err := Script("https://demarc.example.com", bad); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

// The recipes are what the tools that read them take.
func TestRecipes(t *testing.T) {
	t.Run("cloud-init", func(t *testing.T) {
		bin, err := exec.LookPath("cloud-init")
		if err != nil {
			t.Skip("cloud-init is not installed")
		}
		if out, err := exec.CommandContext(t.Context(), bin, "schema", "--config-file", "cloud-init.yaml").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("packer", func(t *testing.T) { // as far as its language goes
		text, err := os.ReadFile("image.pkr.hcl")
		if err != nil {
			t.Fatal(err)
		}
		file, problems := hclsyntax.ParseConfig(text, "image.pkr.hcl", hcl.InitialPos)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok || len(body.Blocks) == 0 || body.Blocks[len(body.Blocks)-1].Type != "build" {
			t.Error("it builds nothing")
		}
	})
	t.Run("systemd", func(t *testing.T) {
		bin, err := exec.LookPath("systemd-analyze")
		if err != nil {
			t.Skip("systemd-analyze is not installed")
		}
		unit := filepath.Join(t.TempDir(), "demarc-agent.service")
		// The program is not installed where this runs.
		if err := os.WriteFile(unit, bytes.Replace(Unit, []byte("/usr/bin/demarc-agent run"), []byte("/bin/true run"), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), bin, "verify", unit).CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 {
			t.Errorf("%v\n%s", err, out)
		}
		// 0 is nothing exposed and 100 everything; what is left open has its reasons in the unit.
		if out, err := exec.CommandContext(t.Context(), bin, "security", "--offline=true", "--no-pager", "--threshold=50", unit).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

func TestShellcheck(t *testing.T) {
	bin, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("shellcheck is not installed")
	}
	scripts, _ := filepath.Glob("scripts/*.sh")
	if out, err := exec.CommandContext(t.Context(), bin, append(scripts, "install.sh")...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

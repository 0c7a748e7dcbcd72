//go:build proof && linux

package proof

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const (
	oldVersion = "1.0.0"
	newVersion = "1.0.1"
	agentState = "/var/lib/demarc-agent"
)

// machine is this machine once more: everything is there, and what is written is
// forgotten.
type machine struct {
	t    *testing.T
	root string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	dir, err := os.MkdirTemp("", "demarc-machine-")
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{t, filepath.Join(dir, "root")}
	t.Cleanup(func() {
		exec.Command("umount", "-l", m.root).Run() //nolint:errcheck // it may not be there
		exec.Command("umount", "-l", dir).Run()    //nolint:errcheck // likewise
		os.RemoveAll(dir)
	})
	mount := func(args ...string) {
		if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
			t.Skipf("a copy of this machine cannot be made here: %s", out)
		}
	}
	mount("-t", "tmpfs", "tmpfs", dir)
	for _, name := range []string{"written", "work", "root"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mount("-t", "overlay", "overlay", "-o", "lowerdir=/,upperdir="+filepath.Join(dir, "written")+",workdir="+filepath.Join(dir, "work"), m.root)
	mount("--bind", "/proc", filepath.Join(m.root, "proc"))
	t.Cleanup(func() { exec.Command("umount", "-l", filepath.Join(m.root, "proc")).Run() }) //nolint:errcheck // it may not be there
	return m
}

// takes copies a file into it.
func (m *machine) takes(file, to string) {
	m.t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		m.t.Fatal(err)
	}
	write(m.t, filepath.Join(m.root, to), string(b))
}

// does runs a script in it, which has to go well.
func (m *machine) does(script string) string {
	m.t.Helper()
	out, err := m.tries(script)
	if err != nil {
		m.t.Fatalf("%s: %v: %s", script, err, out)
	}
	return out
}

func (m *machine) tries(script string) (string, error) {
	c := exec.Command("chroot", m.root, "sh", "-euc", script)
	c.Dir = "/"
	out, err := c.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// holds checks what a script prints.
func (m *machine) holds(what, script, want string) {
	m.t.Helper()
	if got := m.does(script); got != want {
		m.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// identity is which agent it is.
func (m *machine) identity() string {
	m.t.Helper()
	var id struct{ Agent string }
	if err := json.Unmarshal([]byte(m.does("cat "+agentState+"/identity.json")), &id); err != nil || id.Agent == "" {
		m.t.Fatalf("the identity is %+v, %v", id, err)
	}
	return id.Agent
}

// packed makes the packages of both versions, in directories by version.
func packed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, version := range []string{newVersion, oldVersion} {
		c := exec.Command("make", "packages", "FLAVOURS="+runtime.GOARCH, "VERSION="+version)
		c.Dir = "../../.."
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("making the packages: %v: %s", err, out)
		}
		if err := os.CopyFS(filepath.Join(dir, version), os.DirFS("../../../bin/packages")); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestPackages installs what is shipped as people install it: by the line that the control
// plane shows, over an older version, and away again.
func TestPackages(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root installs packages")
	}
	dir := packed(t)
	p := startControlPlane(t, forAgents, "--agents", filepath.Join(dir, oldVersion))
	for _, kind := range []struct {
		name, tool, upgrade, remove string
	}{
		{"deb", "dpkg", "dpkg -i /tmp/new.deb", "dpkg -r demarc-agent"},
		{"rpm", "rpm", "rpm --force-debian --nodeps -U /tmp/new.rpm", "rpm --force-debian -e demarc-agent"},
	} {
		t.Run(kind.name, func(t *testing.T) {
			if _, err := exec.LookPath(kind.tool); err != nil {
				t.Skipf("there is no %s here", kind.tool)
			}
			p := p.of(t)
			m := newMachine(t)
			m.takes(filepath.Join(p.data, "tls", "self-signed.crt"), "/tmp/ca.pem")
			write(t, filepath.Join(m.root, "tmp/token"), p.enrol)
			for version, name := range map[string]string{oldVersion: "old", newVersion: "new"} {
				m.takes(filepath.Join(dir, version, "demarc-agent-linux-"+runtime.GOARCH+"."+kind.name), "/tmp/"+name+"."+kind.name)
			}
			enrol := "--token-file /tmp/token --ca-file /tmp/ca.pem --cloud none"
			if kind.name == "deb" {
				if _, err := os.Stat("/etc/debian_version"); err != nil {
					t.Skip("this is no Debian")
				}
				m.does("curl -fsS --cacert /tmp/ca.pem https://" + p.network.address + "/agent/install.sh | sh -s -- " + enrol)
			} else { // the script would take the deb here
				m.does("rpm --force-debian --nodeps -i /tmp/old.rpm")
				m.does("demarc-agent enrol --server https://" + p.network.address + " " + enrol)
			}
			m.holds("version", "demarc-agent version", "demarc-agent "+oldVersion)
			m.holds("program", "stat -c '%A %U:%G' /usr/bin/demarc-agent", "-rwxr-xr-x root:root")
			m.holds("unit", "stat -c '%A %U:%G' /usr/lib/systemd/system/demarc-agent.service", "-rw-r--r-- root:root")
			m.holds("configuration", "stat -c '%A %U:%G' /etc/demarc-agent/agent.yaml", "-rw------- root:root")
			m.holds("audit rules", "stat -c '%A %U:%G' /usr/share/demarc-agent/audit.rules; ls /etc/audit/rules.d/*demarc* 2>/dev/null || true", "-rw-r--r-- root:root")
			m.holds("user", "getent passwd demarc-agent | cut -d: -f6,7", agentState+":/usr/sbin/nologin")
			m.holds("state", "stat -c '%A %U:%G' "+agentState, "drwx------ demarc-agent:demarc-agent")
			m.holds("what is in it of somebody else's", "find "+agentState+" ! -user demarc-agent", "")
			m.holds("what others may read", "find "+agentState+" -perm /077", "")
			agent := m.identity()

			run := exec.Command("chroot", m.root, "setpriv", "--reuid=demarc-agent", "--regid=demarc-agent", "--clear-groups",
				"--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "demarc-agent", "run", "--log-level", "error")
			run.Dir, run.Stderr = "/", t.Output()
			if err := run.Start(); err != nil {
				t.Fatal(err)
			}
			said := ""
			t.Cleanup(func() {
				if t.Failed() {
					t.Log(said)
				}
			})
			p.until("the agent of the "+kind.name+" is active, as its own user", 30*time.Second, func() bool {
				out, err := m.tries("demarc-agent status")
				said = out
				return err == nil
			})
			if err := errors.Join(run.Process.Signal(os.Interrupt), run.Wait()); err != nil {
				t.Errorf("it ends with %v", err)
			}

			m.does("echo 'log-level: warn' >> /etc/demarc-agent/agent.yaml; " + kind.upgrade)
			m.holds("version after the upgrade", "demarc-agent version", "demarc-agent "+newVersion)
			m.holds("configuration after the upgrade", "tail -n 1 /etc/demarc-agent/agent.yaml", "log-level: warn")
			if now := m.identity(); now != agent {
				t.Errorf("after the upgrade it is %s and was %s", now, agent)
			}
			m.does(kind.remove)
			if out, err := m.tries("test -e /usr/bin/demarc-agent -o -e /usr/lib/systemd/system/demarc-agent.service"); err == nil {
				t.Errorf("removed, it is there: %s", out)
			}
			if now := m.identity(); now != agent {
				t.Errorf("removed, the identity is %s and was %s", now, agent)
			}
			if kind.name == "deb" {
				m.does("dpkg -i /tmp/new.deb")
				if now := m.identity(); now != agent {
					t.Errorf("installed again, it is %s and was %s", now, agent)
				}
				m.does("dpkg -P demarc-agent")
				m.holds("what a purge leaves", "ls -d "+agentState+" /etc/demarc-agent 2>/dev/null || true; getent passwd demarc-agent || true", "")
			}
		})
	}
}

package policy

import (
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

func no() bool  { return false }
func yes() bool { return true }

func TestBuiltIn(t *testing.T) {
	if len(Names()) < 4 {
		t.Fatal(Names())
	}
	for _, n := range Names() {
		p, err := Load(n)
		if err != nil {
			t.Errorf("%s: %v", n, err)
			continue
		}
		if p.Name != n || len(p.Rules) < 42 || len(p.Hash()) != 64 {
			t.Errorf("%s: %d rules", p.Name, len(p.Rules))
		}
	}
}

func TestPick(t *testing.T) {
	for _, c := range []struct {
		policy, path string
		kind         entry.Kind
		mode         uint32
		caps         func() bool
		want         string
	}{
		{"linux", "/etc/passwd", entry.File, 0o644, no, "accounts"},
		{"linux", "/etc/motd", entry.File, 0o644, no, "configuration"},
		{"linux", "/etc", entry.Directory, 0o755, no, "configuration"},
		{"linux", "/etc/ssh/ssh_host_rsa_key", entry.File, 0o600, no, "ssh-host-keys"},
		{"linux", "/etc/ssh/sshd_config.d/a.conf", entry.File, 0o600, no, "sshd-config"},
		{"linux", "/home/x/.ssh/authorized_keys2", entry.File, 0o600, no, "ssh-user-keys"},
		{"linux", "/home/x/letter", entry.File, 0o755, no, ""},
		{"linux", "/home/x/shell", entry.File, 0o4755, no, "privileged"},
		{"linux", "/home/x/ping", entry.File, 0o755, yes, "privileged"},
		{"linux", "/home/x/d", entry.Directory, 0o2755, yes, ""},
		{"linux", "/tmp/x", entry.File, 0o644, no, ""},
		{"linux", "/tmp/x", entry.File, 0o755, no, "dropped"},
		{"linux", "/usr/bin/passwd", entry.File, 0o4755, no, "programs"},
		{"linux", "/usr/lib/x86_64-linux-gnu/security/pam_unix.so", entry.File, 0o644, no, "pam-modules"},
		{"linux", "/usr/lib/python3/dist-packages/a/__pycache__/b.pyc", entry.File, 0o644, no, ""},
		{"linux", "/usr/lib/systemd/system-generators/x", entry.File, 0o755, no, "generators"},
		{"linux", "/etc/passwd.swp", entry.File, 0o644, no, ""},
		{"linux", "/etc/adjtime", entry.File, 0o644, no, ""},
		{"linux", "/proc/1/exe", entry.File, 0o4755, no, ""},
		{"linux", "/var/lib/docker/a/b/c", entry.File, 0o4755, no, ""},
		{"linux", "/var/spool/cron/crontabs/root", entry.File, 0o600, no, "cron"},
		{"linux", "/etc/systemd/journald.conf", entry.File, 0o600, no, "logging"},
		{"web", "/var/www/html/a/b.php", entry.File, 0o644, no, "web-scripts"},
		{"web", "/var/www/html/a/b.png", entry.File, 0o644, no, "web-content"},
		{"kubernetes", "/etc/kubernetes/manifests/etcd.yaml", entry.File, 0o600, no, "static-pods"},
		{"pci", "/usr/lib/x/libc.so.6", entry.File, 0o644, no, "libraries"},
	} {
		p, err := Load(c.policy)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if r := p.Pick(c.path, c.kind, c.mode, c.caps); r != nil {
			got = r.ID
		}
		if got != c.want {
			t.Errorf("%s: %s %o is for %q, want %q", c.policy, c.path, c.mode, got, c.want)
		}
	}
}

func TestPrunes(t *testing.T) {
	p, err := Parse([]byte("name: x\nnever: [/a/b/**]\nrules:\n- {id: r, paths: [/a/**], look: [mode], tier: live, severity: low, except: [/a/c]}\n- {id: s, paths: [/a/c/d], look: [mode], tier: live, severity: low}\n"), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := p.Root().Enter("a")
	if a == nil || p.Root().Enter("z") != nil || a.Enter("b") != nil {
		t.Error("what is entered is not what rules are for")
	}
	if r := p.Pick("/a/c/d", entry.File, 0, no); r == nil || r.ID != "s" {
		t.Errorf("a more particular rule does not win over an exception: %v", r)
	}
	if r := p.Pick("/a/c/e", entry.File, 0, no); r != nil {
		t.Errorf("below an exception there is %s", r.ID)
	}
}

func TestInherits(t *testing.T) {
	p, err := Parse([]byte("name: mine\ninherits: [linux]\nwithout: [opt]\nrules:\n- {id: accounts, paths: [/etc/passwd], look: [membership, mode], tier: scheduled, severity: low}\n"), "mine.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Rule("accounts"); r == nil || r.Severity != Low || r.Live || r.Look != entry.Type|entry.Mode {
		t.Errorf("%+v", r)
	}
	if p.Rule("opt") != nil {
		t.Error("a rule is there that was left out")
	}
}

func TestRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"name: x":                "no rules",
		"rules: []":              "needs a name",
		"nam: x":                 "nam",
		"name: x\ninherits: [y]": `no policy is called "y"`,
		"name: x\nrules:\n- {id: a, paths: [b], look: [mode], tier: live, severity: low}":                "not an absolute path",
		"name: x\nrules:\n- {id: a, paths: [/b/../c], look: [mode], tier: live, severity: low}":          "not a name",
		"name: x\nrules:\n- {id: a, paths: ['/b['], look: [mode], tier: live, severity: low}":            "not a pattern",
		"name: x\nrules:\n- {id: a, paths: [/b], look: [colour], tier: live, severity: low}":             "colour",
		"name: x\nrules:\n- {id: a, paths: [/b], look: [mode], tier: now, severity: low}":                "tier is",
		"name: x\nrules:\n- {id: a, paths: [/b], look: [mode], tier: live, severity: bad}":               "severity is",
		"name: x\nwithout: [a]\nrules:\n- {id: a, paths: [/b], look: [mode], tier: live, severity: low}": "no inherited rule",
	} {
		if _, err := Parse([]byte(text), "x.yaml"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("name: x\nrules:\n- {id: a, paths: ['/b/**/c*'], look: [mode], tier: live, severity: low}"), "/b/x/cc")
	f.Fuzz(func(_ *testing.T, text []byte, path string) {
		if p, err := Parse(text, "fuzz.yaml"); err == nil {
			p.Pick(path, entry.File, 0o755, no)
		}
	})
}

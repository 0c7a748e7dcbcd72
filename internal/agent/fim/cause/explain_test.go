package cause

import (
	"bytes"
	"crypto/md5" //nolint:gosec // what dpkg's manifests are made of
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

var upgraded = time.Date(2026, 11, 20, 10, 35, 20, 0, time.UTC)

// host is a Debian server on which openssl was upgraded.
func host(t *testing.T) *Explainer {
	t.Helper()
	root := t.TempDir()
	for path, text := range map[string]string{
		"usr/bin/openssl": "the new program",
		"var/lib/dpkg/status": "Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.17-1\n\n" +
			"Package: other\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n",
		"var/lib/dpkg/info/openssl.list":    "/.\n/usr\n/usr/bin\n/usr/bin/openssl\n/usr/share/doc/openssl/changelog\n",
		"var/lib/dpkg/info/openssl.md5sums": sumOf("the new program") + "  usr/bin/openssl\n",
		"var/log/dpkg.log": "2026-11-20 10:35:20 startup archives unpack\n2026-11-20 10:35:21 upgrade openssl:amd64 3.0.16-1 3.0.17-1\n" +
			"2026-11-20 10:35:25 status installed openssl:amd64 3.0.17-1\n",
		"var/log/apt/history.log":                                 "\nStart-Date: 2026-11-20  10:35:20\nCommandline: apt-get upgrade\nUpgrade: openssl:amd64 (3.0.16-1, 3.0.17-1), libssl3:amd64 (3.0.16-1, 3.0.17-1)\nEnd-Date: 2026-11-20  10:35:30\n",
		"opt/puppetlabs/puppet/cache/state/last_run_summary.yaml": "---\ntime:\n  total: 30.5\n  last_run: 1763809200\n",
	} {
		file := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	x := New(root, []Span{{Kind: Deployment, Name: "release 7", From: upgraded.Add(time.Hour), To: upgraded.Add(2 * time.Hour), Paths: []string{"/srv/app"}}},
		func(path, algorithm string) (string, error) {
			b, err := os.ReadFile(filepath.Join(root, path))
			if err != nil || algorithm != "md5" {
				return "", os.ErrNotExist
			}
			return sumOf(string(b)), nil
		})
	x.zone = time.UTC
	return x
}

func sumOf(text string) string {
	sum := md5.Sum([]byte(text)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}

func process(exe string, uid uint32, parent *Process, command ...string) *Process {
	return &Process{PID: 7, Exe: exe, UID: &uid, Parent: parent, Command: command}
}

func TestExplain(t *testing.T) {
	program := &entry.Entry{Kind: entry.File, Mode: 0o755}
	puppet := time.Unix(1763809200, 0)
	for _, c := range []struct {
		name     string
		s        Subject
		tamper   string // what the program is instead
		kind     Kind
		explains bool
		group    string
	}{
		{"equals the manifest", Subject{Path: "/usr/bin/openssl", At: upgraded.Add(2 * time.Second), Entry: program}, "", Package, true, "apt-get upgrade at 2026-11-20T10:35:20Z"},
		{"equals it, whenever that was", Subject{Path: "/usr/bin/openssl", At: upgraded.Add(90 * time.Hour), Entry: program}, "", Package, true, "package openssl 3.0.17-1"},
		{"differs from it while it was unpacked", Subject{Path: "/usr/bin/openssl", At: upgraded.Add(2 * time.Second), Entry: program}, "a back door", Generated, false, "apt-get upgrade at 2026-11-20T10:35:20Z"},
		{"differs from it later", Subject{Path: "/usr/bin/openssl", At: upgraded.Add(90 * time.Hour), Entry: program}, "a back door", "", false, ""},
		{"its content, writable for all", Subject{Path: "/usr/bin/openssl", At: upgraded.Add(90 * time.Hour), Entry: &entry.Entry{Kind: entry.File, Mode: 0o777}}, "", "", false, ""},
		{"its content, set-user-id", Subject{Path: "/usr/bin/openssl", At: upgraded.Add(90 * time.Hour), Entry: &entry.Entry{Kind: entry.File, Mode: 0o4755}}, "", "", false, ""},
		{"the database", Subject{Path: "/var/lib/dpkg/status", At: upgraded.Add(time.Second), Entry: program}, "", Generated, true, "apt-get upgrade at 2026-11-20T10:35:20Z"},
		{"what scripts make is a hint", Subject{Path: "/etc/ld.so.cache", At: upgraded.Add(time.Second), Entry: program}, "", Generated, false, "apt-get upgrade at 2026-11-20T10:35:20Z"},
		{"what it took away", Subject{Path: "/usr/lib/old.so", Removed: true, At: upgraded.Add(time.Second)}, "", Generated, true, "apt-get upgrade at 2026-11-20T10:35:20Z"},
		{"what another package still has", Subject{Path: "/usr/bin/openssl", Removed: true, At: upgraded.Add(time.Second)}, "", Generated, false, "apt-get upgrade at 2026-11-20T10:35:20Z"},
		{"not of packages, while they come", Subject{Path: "/usr/local/bin/x", At: upgraded.Add(time.Second), Entry: program}, "", "", false, ""},
		{"a deployment", Subject{Path: "/srv/app/main", At: upgraded.Add(time.Hour), Entry: program}, "", Deployment, true, "release 7"},
		{"elsewhere during it", Subject{Path: "/srv/application", At: upgraded.Add(time.Hour), Entry: program}, "", "", false, ""},
		{"Puppet ran", Subject{Path: "/etc/motd", At: puppet.Add(-10 * time.Second), Entry: program}, "", Management, false, "puppet at 2025-11-22T11:00:00Z"},
		{"Puppet did not run yet", Subject{Path: "/etc/motd", At: puppet.Add(-60 * time.Second), Entry: program}, "", "", false, ""},
		{"written by a package manager's child", Subject{Path: "/etc/x", At: upgraded.Add(90 * time.Hour), Entry: program, Process: process("/usr/bin/sed", 0, process("/usr/bin/dpkg", 0, nil, "dpkg"), "sed")}, "", Generated, true, "dpkg (pid 7)"},
		{"an interpreter runs the manager", Subject{Path: "/etc/x", At: upgraded.Add(90 * time.Hour), Entry: program, Process: process("/usr/bin/python3.11", 0, nil, "python3", "/usr/bin/ansible-playbook", "x")}, "", Management, true, "python3 /usr/bin/ansible-playbook x (pid 7)"},
		{"a stranger by that name", Subject{Path: "/etc/x", At: upgraded.Add(90 * time.Hour), Entry: program, Process: process("/tmp/dpkg", 0, nil, "dpkg")}, "", Generated, false, "dpkg (pid 7)"},
		{"somebody else's", Subject{Path: "/etc/x", At: upgraded.Add(90 * time.Hour), Entry: program, Process: process("/usr/bin/dpkg", 1000, nil, "dpkg")}, "", Generated, false, "dpkg (pid 7)"},
		{"a login", Subject{Path: "/etc/x", At: upgraded.Add(90 * time.Hour), Entry: program, Process: &Process{LoginUser: "eve"}}, "", Login, false, "login of eve"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := host(t)
			if c.tamper != "" {
				if err := os.WriteFile(filepath.Join(x.Root, "usr/bin/openssl"), []byte(c.tamper), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got := x.Explain([]Subject{c.s})[0]
			switch {
			case c.kind == "":
				if got != nil {
					t.Errorf("cause %+v where there is none", got)
				}
			case got == nil:
				t.Error("no cause")
			case got.Kind != c.kind || got.Explains != c.explains || got.Group != c.group:
				t.Errorf("%s %q, explains %v; want %s %q, %v", got.Kind, got.Group, got.Explains, c.kind, c.group, c.explains)
			}
		})
	}
}

// wtmp is records as the login programs write them.
func wtmp(records ...struct {
	kind uint16
	line string
	user string
	from string
	at   time.Time
},
) []byte {
	var out bytes.Buffer
	for _, r := range records {
		var b [utmpSize]byte
		binary.LittleEndian.PutUint16(b[:], r.kind)
		copy(b[8:40], r.line)
		copy(b[44:76], r.user)
		copy(b[76:332], r.from)
		binary.LittleEndian.PutUint32(b[340:], uint32(r.at.Unix()))
		out.Write(b[:])
	}
	return out.Bytes()
}

type record = struct {
	kind uint16
	line string
	user string
	from string
	at   time.Time
}

func TestWhoWasLoggedIn(t *testing.T) {
	x := host(t)
	log := wtmp(
		record{userProcess, "pts/0", "ann", "192.0.2.7", upgraded.Add(10 * time.Hour)},
		record{deadProcess, "pts/0", "", "", upgraded.Add(11 * time.Hour)},
		record{userProcess, "pts/1", "bob", "", upgraded.Add(20 * time.Hour)},
		record{bootTime, "~", "reboot", "", upgraded.Add(21 * time.Hour)},
		record{userProcess, "pts/0", "cem", "", upgraded.Add(30 * time.Hour)},
	)
	if err := os.WriteFile(filepath.Join(x.Root, "var/log/wtmp"), append(log, "cut off"...), 0o600); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]string{
		9 * time.Hour: "", 10*time.Hour + time.Minute: "ann was logged in on pts/0 from 192.0.2.7", 12 * time.Hour: "",
		20*time.Hour + time.Minute: "bob was logged in on pts/1", 22 * time.Hour: "", 40 * time.Hour: "cem was logged in on pts/0",
	} {
		c := x.Explain([]Subject{{Path: "/etc/x", At: upgraded.Add(after)}})[0]
		if (c == nil) != (want == "") || c != nil && (c.Detail != want || c.Explains) {
			t.Errorf("after %s: %+v, want %q", after, c, want)
		}
	}
}

func TestReadCloudInit(t *testing.T) {
	runs := readCloudInit(strings.NewReader(`{"v1": {"datasource": "DataSourceEc2", "init": {"start": 1763809200.5, "finished": 1763809202, "errors": []},
		"modules-final": {"start": 1763809300, "finished": null}, "backwards": {"start": 20, "finished": 10}}}`))
	if len(runs) != 1 || runs[0].Name != "cloud-init init" || runs[0].From.Unix() != 1763809200 || runs[0].To.Sub(runs[0].From) != 1500*time.Millisecond+slack {
		t.Errorf("%+v", runs)
	}
}

// Whatever logs hold, reading them ends, and their times are in order.
func FuzzLogs(f *testing.F) {
	f.Add([]byte("Start-Date: 2026-11-20  10:35:20\nUpgrade: a:amd64 (1, 2), b (3)\nEnd-Date: 2026-11-20  10:35:30\n"))
	f.Add([]byte("2026-11-20 10:35:21 upgrade openssl:amd64 1 2\n2026-11-20 10:35:19 remove x:all 1\n"))
	f.Add([]byte("time:\n  total: 1e309\n  last_run: 1763809200\n"))
	f.Add([]byte(`{"v1":{"init":{"start":1,"finished":1e18}}}`))
	f.Add(wtmp(record{userProcess, "pts/0", "ann", "", upgraded}, record{deadProcess, "pts/0", "", "", upgraded}))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, all := range [][]*Transaction{readAptHistory(bytes.NewReader(b), time.UTC), readDpkgLog(bytes.NewReader(b), time.UTC)} {
			for _, tr := range all {
				if tr.To.Before(tr.From) {
					t.Fatalf("ends %s, begins %s", tr.To, tr.From)
				}
			}
		}
		if s, ok := readPuppet(bytes.NewReader(b)); ok && s.To.Before(s.From) {
			t.Fatalf("%+v", s)
		}
		for _, s := range readCloudInit(bytes.NewReader(b)) {
			if s.To.Before(s.From) {
				t.Fatalf("%+v", s)
			}
		}
		readWtmp(bytes.NewReader(b))
	})
}

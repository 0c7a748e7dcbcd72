package aide

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

const sample = `
# settings that say where things are
database_in=file:/var/lib/aide/aide.db
gzip_dbout=yes
@@define RUN run
@@ifndef CHROOT
@@define CHROOT srv
@@endif
Checksums = sha256+sha512
OwnerMode = p+u+g+ftype
Full = OwnerMode+n+i+s+b+l+X+m+c+Checksums
Log = Full+growing+ANF-s-m-c-Checksums
@@if not defined MISSING
/etc/more$ f OwnerMode
@@else
/etc/less$ f OwnerMode
@@endif
/var/log/[a-z]+\\.log$ f Log
=/tmp$ d OwnerMode
!/etc/mtab$
!/var/cache
-/opt/x$
/opt OwnerMode
/with\ space Full
/@@{CHROOT}/www d OwnerMode
/etc Full
/@@{NOWHERE}/x Full
/usr/(?=x) Full
`

func no() bool { return false }

func TestParse(t *testing.T) {
	p, err := Parse(sample, "aide.conf")
	if err != nil {
		t.Fatal(err)
	}
	const all = entry.Type | entry.Mode | entry.UID | entry.GID
	for _, c := range []struct {
		path string
		kind entry.Kind
		look entry.Set // 0: not looked at
	}{
		{"/etc/passwd", entry.File, all | entry.Links | entry.Inode | entry.Size | entry.Target | entry.ACL | entry.Label | entry.Xattrs | entry.Capabilities | entry.Mtime | entry.Ctime | entry.Content},
		{"/etc/more", entry.File, all},
		{"/etc/mtab", entry.File, 0},
		{"/etc", entry.Directory, all | entry.Links | entry.Inode | entry.Size | entry.Target | entry.ACL | entry.Label | entry.Xattrs | entry.Capabilities | entry.Mtime | entry.Ctime | entry.Content},
		{"/var/log/a.log", entry.File, all | entry.Links | entry.Inode | entry.Target | entry.ACL | entry.Label | entry.Xattrs | entry.Capabilities | entry.Growing},
		{"/var/log/a.log.1", entry.File, 0},
		{"/var/log/a.log", entry.Directory, 0},
		{"/tmp", entry.Directory, all},
		{"/tmp/x", entry.File, 0},
		{"/var/cache/x", entry.File, 0},
		{"/opt/x", entry.Directory, 0},
		{"/opt/x/y", entry.File, all},
		{"/srv/www/a", entry.Directory, all},
		{"/srv/www/a", entry.File, 0},
	} {
		var got entry.Set
		if r := p.Pick(c.path, c.kind, 0o644, no); r != nil {
			got = r.Look
		}
		if got != c.look {
			t.Errorf("%s %s: %v, want %v", c.path, c.kind, got, c.look)
		}
	}
	notes := strings.Join(p.Notes, "\n")
	for _, want := range []string{"@@{NOWHERE} is not defined", "invalid or unsupported Perl syntax", "numbers of blocks"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note says %q:\n%s", want, notes)
		}
	}
	if r := p.Pick("/var/log/a.log", entry.File, 0, no); r == nil || !r.AllowNew || r.AllowRemoved {
		t.Errorf("%+v", r)
	}
	if p.Pick("/with space", entry.File, 0, no) == nil {
		t.Error("an escaped space ends a pattern")
	}
}

func TestIncludes(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "d"), 0o755); err != nil {
		t.Fatal(err)
	}
	write("d/a", "/a p\n", 0o644)
	write("d/b", "#!/bin/sh\nfalse\n", 0o755)
	write("d/c.bak", "nonsense", 0o644)
	write("aide.conf", "@@x_include "+dir+"/d ^[a-z]+$\n@@include d/a\n", 0o644)
	p, err := Load(filepath.Join(dir, "aide.conf"))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Rules) != 2 || len(p.Notes) != 1 || !strings.Contains(p.Notes[0], "not run") {
		t.Errorf("%d rules, notes %q", len(p.Rules), p.Notes)
	}
	write("loop", "@@include loop\n", 0o644)
	if _, err := Load(filepath.Join(dir, "loop")); err == nil || !strings.Contains(err.Error(), "deep") {
		t.Errorf("%v", err)
	}
}

// A line that cannot be expanded is left out and told, never cut short.
func TestExpands(t *testing.T) {
	for text, note := range map[string]string{
		"@@define E\n@@{E}\n/a p": "",
		"@@define D /a\n@@{D} p":  "",
		"/a p\n/b@@{D p":          "not closed",
		"/a p\n/b@@{D} p":         "@@{D} is not defined",
		"/a p\n@@define D " + strings.Repeat("d", maxExpanded) + "\n/b@@{D} p": "longer than",
	} {
		p, err := Parse(text, "x")
		if err != nil {
			t.Errorf("%.40q: %v", text, err)
			continue
		}
		notes := strings.Join(p.Notes, "\n")
		if (note == "") != (notes == "") || !strings.Contains(notes, note) {
			t.Errorf("%.40q: notes %q, want %q", text, notes, note)
		}
		if p.Pick("/a", entry.File, 0o644, no) == nil || p.Pick("/b", entry.File, 0o644, no) != nil {
			t.Errorf("%.40q: what is selected", text)
		}
	}
}

func TestRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "nothing is selected",
		"/a":                     "names no group",
		"/a nope":                `called "nope"`,
		"nonsense":               "no selection",
		"@@ifdef X\n/a p":        "@@endif is missing",
		"@@endif":                "without a condition",
		"@@strange":              "not known",
		"!a":                     "slash",
		"@@if colour x\n@@endif": "not a condition",
		"/" + strings.Repeat("a", maxRegexp+1) + " p": "longer",
	} {
		if _, err := Parse(text, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

// The configuration of the aide package, if it is installed.
func TestDebian(t *testing.T) {
	p, err := Load("/etc/aide/aide.conf")
	if os.IsNotExist(err) {
		t.Skip("AIDE is not installed here")
	}
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Pick("/usr/bin/env", entry.File, 0o755, no); r == nil || r.Look&entry.Content == 0 {
		t.Errorf("%+v", r)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample, "/etc/passwd")
	f.Fuzz(func(_ *testing.T, text, path string) {
		if p, err := Parse(text, "x"); err == nil {
			p.Pick(path, entry.File, 0o755, no)
			var _ policy.Scope = p.Root()
		}
	})
}

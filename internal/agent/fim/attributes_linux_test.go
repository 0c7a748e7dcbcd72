package fim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

// acl is an access control list as the kernel takes it, that lets one more user read.
func acl(user uint32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, perm uint16
		id        uint32
	}{{1, 6, 1<<32 - 1}, {2, 4, user}, {4, 4, 1<<32 - 1}, {0x10, 4, 1<<32 - 1}, {0x20, 4, 1<<32 - 1}} {
		b = binary.LittleEndian.AppendUint16(b, e.tag)
		b = binary.LittleEndian.AppendUint16(b, e.perm)
		b = binary.LittleEndian.AppendUint32(b, e.id)
	}
	return b
}

// capability lets a program bind low ports.
var capability = []byte{1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

// attribute is how one attribute, and as far as that can be no other, is changed on a real file system.
type attribute struct {
	name   string
	make   func(path string) error // a file of mode 0644 where it is nil
	change func(path string) error
}

func file(path string) error { return os.WriteFile(path, []byte("text"), 0o644) } //nolint:gosec // the mode is the test's

func xattr(name string, value []byte) func(string) error {
	return func(path string) error { return unix.Lsetxattr(path, name, value, 0) }
}

func replaced(by func(path string) error) func(string) error {
	return func(path string) error { return errors.Join(os.Remove(path), by(path)) }
}

func link(to string) func(string) error {
	return func(path string) error { return os.Symlink(to, path) }
}

func node(minor uint32) func(string) error {
	return func(path string) error {
		return unix.Mknod(path, unix.S_IFCHR|0o600, int(unix.Mkdev(1, minor))) //nolint:gosec // small numbers
	}
}

func directory(path string) error { return os.Mkdir(path, 0o755) } //nolint:gosec // the mode is the test's

var attributesOf = []attribute{
	{"type", nil, replaced(directory)},
	{"mode", nil, func(p string) error { return os.Chmod(p, 0o600) }},
	{"mode", directory, func(p string) error { return os.Chmod(p, 0o777|os.ModeSticky) }},
	{"uid", nil, func(p string) error { return os.Lchown(p, 65534, -1) }},
	{"uid", link("x"), func(p string) error { return os.Lchown(p, 65534, -1) }},
	{"gid", nil, func(p string) error { return os.Lchown(p, -1, 65534) }},
	{"size", nil, func(p string) error { return os.Truncate(p, 100) }},
	{"growing", nil, func(p string) error { return os.Truncate(p, 1) }},
	{"mtime", nil, func(p string) error { return os.Chtimes(p, time.Time{}, time.Unix(1, 5)) }},
	{"ctime", nil, func(p string) error { return os.Chmod(p, 0o644) }}, //nolint:gosec // the mode it has
	{"inode", nil, func(p string) error { return errors.Join(file(p+".new"), os.Rename(p+".new", p)) }},
	{"links", nil, func(p string) error { return os.Link(p, p+".link") }},
	{"sha256", nil, func(p string) error { return os.WriteFile(p, []byte("next"), 0o600) }},
	{"target", link("x"), replaced(link("y"))},
	{"device", node(3), replaced(node(5))},
	{"acl", nil, xattr("system.posix_acl_access", acl(1000))},
	{"acl", directory, xattr("system.posix_acl_default", acl(1000))},
	{"acl", func(p string) error { return errors.Join(file(p), xattr("system.posix_acl_access", acl(1000))(p)) }, xattr("system.posix_acl_access", acl(1001))},
	{"capabilities", nil, xattr("security.capability", capability)},
	{"capabilities", func(p string) error { return errors.Join(file(p), xattr("security.capability", capability)(p)) }, func(p string) error { return unix.Lremovexattr(p, "security.capability") }},
	{"selinux", nil, xattr("security.selinux", []byte("system_u:object_r:shadow_t:s0\x00"))},
	{"xattrs", nil, xattr("user.note", []byte("1"))},
	{"xattrs", nil, xattr("trusted.note", []byte("1"))},
	{"xattrs", link("x"), xattr("trusted.note", []byte("1"))},
	{"xattrs", func(p string) error { return errors.Join(file(p), xattr("user.note", make([]byte, 3000))(p)) }, xattr("user.note", append(make([]byte, 2999), 1))},
}

// Each attribute that a policy can name is read from a real file system and compared: by a scan, and
// by looking at one file. One that is not named does not show.
func TestEachAttribute(t *testing.T) {
	tested := map[string]bool{"md5": true} // which no policy can name
	for i, a := range attributesOf {
		tested[a.name] = true
		t.Run(fmt.Sprintf("%d %s", i, a.name), func(t *testing.T) { a.test(t) })
	}
	for _, n := range (^entry.Set(0)).Names() {
		if !tested[n] {
			t.Errorf("nothing changes %s", n)
		}
	}
}

func (a *attribute) test(t *testing.T) {
	root := t.TempDir()
	path := filepath.Join(root, "etc/it")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if a.make == nil {
		a.make = file
	}
	if err := a.make(path); err != nil {
		t.Skipf("this file system or this user cannot have it: %v", err)
	}
	named, others := a.scan(t, root, a.name), a.scan(t, root, a.others()...)
	var judges []*judge
	for _, s := range []*Scan{named, others} {
		j, err := newJudge(s)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = j.index.Close() })
		judges = append(judges, j)
	}
	time.Sleep(15 * time.Millisecond) // the clock of a file system ticks
	if err := a.change(path); err != nil {
		t.Skipf("this file system or this user cannot change it: %v", err)
	}
	for i, s := range []*Scan{named, others} {
		r, err := s.Check(t.Context())
		if err != nil || !r.Coverage.Complete {
			t.Fatal(err, r)
		}
		d, err := judges[i].look("/etc/it")
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(r.Changes, func(c Change) bool { return c.Path == "/etc/it" })
		switch {
		case i == 1 && (at >= 0 && slices.Contains(r.Changes[at].Attributes, a.name) || d != nil && slices.Contains(d.Attributes.Names(), a.name)):
			t.Errorf("%s shows where it is not named", a.name)
		case i == 0 && (at < 0 || !slices.Equal(r.Changes[at].Attributes, []string{a.name})):
			t.Errorf("a scan sees %+v", r.Changes)
		case i == 0 && (d == nil || !slices.Equal(d.Attributes.Names(), []string{a.name})):
			t.Errorf("a look sees %+v", d)
		}
	}
}

// others are all attributes but one; growing and size stand for the same.
func (a *attribute) others() (names []string) {
	for _, n := range (^entry.Set(0)).Names() {
		if n != a.name && n != "md5" && n != "growing" {
			names = append(names, n)
		}
	}
	return names
}

// scan has a baseline of what one policy looks at.
func (a *attribute) scan(t *testing.T, root string, look ...string) *Scan {
	t.Helper()
	text := "name: one\nrules:\n- {id: it, paths: [/etc/*], tier: live, severity: low, look: ["
	for _, n := range look {
		text += n + ", "
	}
	p, err := policy.Parse([]byte(text+"]}\n"), "one.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &Scan{Root: root, Baseline: filepath.Join(t.TempDir(), "baseline"), Policy: p}
	if _, err := s.Init(t.Context(), FromScan); err != nil {
		t.Fatal(err)
	}
	return s
}

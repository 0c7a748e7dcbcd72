package content

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func tag(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s)))[:16] }

// said is what is told of a change.
func said(t *testing.T, f File, old, now string) Words {
	t.Helper()
	a, ok := f.Reduce([]byte(old), tag)
	b, ok2 := f.Reduce([]byte(now), tag)
	if !ok || !ok2 {
		t.Fatal("it is no text")
	}
	return f.Compare(a, b)
}

const (
	keyA = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0dYo6mCk0l1fFZQ3jZbS0m1D0mV5kq0k9o7r6S8b1c"
	keyB = "AAAAC3NzaC1lZDI1NTE5AAAAIK1dYo6mCk0l1fFZQ3jZbS0m1D0mV5kq0k9o7r6S8b1c"
	hash = "$6$rounds=5000$Zk3n1$qJ8zR4n7sDfG5hJkL0pO9iU8yT7rE6wQ"
	next = "$y$j9T$abc1$Zk3n1qJ8zR4n7sDfG5hJkL0pO9iU8yT7rE6wX"
)

func TestWords(t *testing.T) {
	root := "root:x:0:0:root:/root:/bin/bash\n"
	for _, c := range []struct {
		path, read, old, now string
		want                 []string
		grave                bool
	}{
		{"/etc/passwd", "accounts", root, root + "evil:x:0:0::/root:\n", []string{"user evil added with uid 0, home /root, shell /bin/sh"}, true},
		{"/etc/passwd", "accounts", root + "bob:x:1000:1000:Bob:/home/bob:/bin/sh\n", root + "bob:x:0:1000:Bob:/home/bob:/bin/bash\n", []string{"uid of bob changed from 1000 to 0", "shell of bob changed from /bin/sh to /bin/bash"}, true},
		{"/etc/passwd", "accounts", root + "bob:x:1000:1000::/home/bob:/bin/sh\n", root, []string{"user bob removed, who had uid 1000"}, false},
		{"/etc/passwd", "accounts", root, "root::0:0:root:/root:/bin/bash\n", []string{"root has no password: none is asked for"}, true},
		{"/etc/passwd", "accounts", root, "root:" + hash + ":0:0:root:/root:/bin/bash\n", []string{"password of root set"}, false},
		{"/etc/shadow", "accounts", "bob:" + hash + ":1:0:99999:7:::\n", "bob:" + next + ":2:0:99999:7:::\n", []string{"password of bob changed"}, false},
		{"/etc/shadow", "accounts", "bob:" + hash + ":1:0:99999:7:::\n", "bob:!" + hash + ":1:0:99999:7:::\n", []string{"password of bob locked"}, false},
		{"/etc/shadow", "accounts", "bob:!" + hash + ":1:0:99999:7:::\n", "bob:" + hash + ":1:0:90:7:::\n", []string{"password of bob unlocked", "greatest age of the password of bob changed from 99999 to 90 days"}, false},
		{"/etc/shadow", "accounts", "bob:!:1:0:99999:7:::\n", "bob::1:0:99999:7:::\n", []string{"bob has no password: none is asked for"}, true},
		{"/etc/shadow", "accounts", "", "bob:" + hash + ":1:0:99999:7:::\n", []string{"entry of bob added", "bob has a password"}, false},
		{"/etc/group", "accounts", "sudo:x:27:ann\n", "sudo:x:27:bob\ndocker:x:99:bob,eve\n", []string{"bob added to group sudo", "ann removed from group sudo", "group docker added with bob, eve"}, false},
		{"/etc/gshadow", "accounts", "sudo:" + hash + "::\n", "sudo:" + next + "::\n", []string{"password of group sudo changed"}, false},
		{"/etc/subuid", "accounts", "bob:100000:65536\n", "bob:100000:65536\neve:0:65536\n", []string{"range added: eve:0:65536"}, false},
		{"/etc/sudoers.d/x", "accounts", "# hi\n%sudo ALL=(ALL) ALL\n", "%sudo ALL=(ALL)\\\n  ALL\nbob ALL=(ALL) NOPASSWD: ALL\n#1000 ALL=ALL\n", []string{"rule of sudo added: bob ALL=(ALL) NOPASSWD: ALL", "rule of sudo added: #1000 ALL=ALL"}, false},
		{"/etc/sudoers", "accounts", "# hi\n", "# ho\n", []string{"nothing but order, comments or spaces changed"}, false},
		{"/home/bob/.ssh/authorized_keys", "keys", "", "ssh-ed25519 " + keyA + " bob@laptop\n", []string{"key " + fingerprint(keyA) + " (ssh-ed25519) added for bob, comment bob@laptop"}, false},
		{"/root/.ssh/authorized_keys", "keys", "ssh-ed25519 " + keyA + " a\n", "command=\"ls \\\"x y\\\"\",no-pty ssh-ed25519 " + keyA + " a\n# no\nssh-ed25519 " + keyB + "\n", []string{
			"key " + fingerprint(keyA) + ` of root may be used for something else: it had no options and has command="ls \"x y\"",no-pty`, "key " + fingerprint(keyB) + " (ssh-ed25519) added for root",
		}, false},
		{"/root/.ssh/authorized_keys", "keys", "ssh-ed25519 " + keyA + " a\n", "nonsense\n", []string{"key that cannot be read, nonsense added for root", "key " + fingerprint(keyA) + " (ssh-ed25519) removed from root, comment a"}, false},
	} {
		w := said(t, File{c.path, c.read, strings.Contains(c.path, "shadow")}, c.old, c.now)
		if !slices.Equal(w.Details, c.want) || w.Grave != c.grave || w.Diff != "" {
			t.Errorf("%s: %q, grave %v, want %q", c.path, w.Details, w.Grave, c.want)
		}
	}
}

func fingerprint(key string) string {
	line, _, _ := strings.Cut(string(reduceKeys("ssh-ed25519 "+key+"\n")), "\t")
	return line
}

func TestText(t *testing.T) {
	f := File{"/etc/ssh/sshd_config", "text", false}
	w := said(t, f, "a\nb\nc\nPermitRootLogin no\nd\ne\nf\n", "a\nb\nc\nPermitRootLogin yes\nd\ne\nf\n")
	if want := "@@ -2,5 +2,5 @@\n b\n c\n-PermitRootLogin no\n+PermitRootLogin yes\n d\n e\n"; w.Diff != want || len(w.Details) != 0 {
		t.Errorf("%q", w.Diff)
	}
	w = said(t, f, "password = hunter22\n", "password = hunter23\n")
	if w.Diff != "" || len(w.Details) != 1 || !strings.Contains(w.Details[0], "credential") {
		t.Errorf("%+v", w)
	}
	w = said(t, f, "", strings.Repeat("a line that is long enough to matter\n", 5000))
	if len(w.Diff) > maxDiff+100 || !strings.HasSuffix(w.Diff, "and more\n") {
		t.Errorf("%d bytes", len(w.Diff))
	}
	if w = said(t, f, "", "x\ny"); w.Diff != "@@ -0,0 +1,2 @@\n+x\n+y\n" {
		t.Errorf("%q", w.Diff)
	}
	for _, raw := range []string{"a\x00b", "\xff", strings.Repeat("x", MaxFile+1)} {
		if _, ok := f.Reduce([]byte(raw), tag); ok {
			t.Errorf("%.10q is text", raw)
		}
	}
	if _, ok := (File{"/etc/ssl/private/x", "text", true}).Reduce([]byte("x"), tag); ok {
		t.Error("secret content is shown")
	}
}

// No state of what is kept or told holds a password's hash or a credential.
func FuzzNoSecret(f *testing.F) {
	f.Add("bob:x:1:2", ":3:4\nroot", uint8(0))
	f.Add("[x]\n", "\n# token", uint8(5))
	paths := []File{{"/etc/passwd", "accounts", false}, {"/etc/shadow", "accounts", true}, {"/etc/gshadow", "accounts", true}, {"/etc/sudoers", "accounts", false}, {"/root/.ssh/authorized_keys", "keys", false}, {"/etc/x.conf", "text", false}}
	const value = "Zk3n1qJ8zR4n7sDfG5hJk"
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		if len(before)+len(after) > 4096 || strings.Contains(before+after, value) {
			return
		}
		file := paths[int(which)%len(paths)]
		secret := "\npassword=" + value + "\n"
		if file.Read == "accounts" && file.Path != "/etc/sudoers" {
			secret = "\nbob:" + value + ":1:2:3:4\n"
		}
		old, ok := file.Reduce([]byte(before), tag)
		now, ok2 := file.Reduce([]byte(before+secret+after), tag)
		if !ok || !ok2 {
			return
		}
		w := file.Compare(old, now)
		back := file.Compare(now, old)
		for _, s := range append(append([]string{string(now), w.Diff, back.Diff}, w.Details...), back.Details...) {
			if strings.Contains(s, value) {
				t.Errorf("%s: %q", file.Path, s)
			}
		}
	})
}

// A script makes the second text of the first.
func FuzzDiff(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nc\nd\n")
	f.Add("", "x")
	f.Add(strings.Repeat("a\nb\n", 300), strings.Repeat("b\nc\n", 300))
	f.Fuzz(func(t *testing.T, old, now string) {
		a, b := split([]byte(old)), split([]byte(now))
		var x, y []string
		for _, e := range script(a, b) {
			if e.op != '+' {
				x = append(x, e.line)
			}
			if e.op != '-' {
				y = append(y, e.line)
			}
		}
		if !slices.Equal(x, a) || !slices.Equal(y, b) {
			t.Errorf("%q to %q goes by %q to %q", a, b, x, y)
		}
		if d := Unified([]byte(old), []byte(now)); len(d) > maxDiff+200 || (d == "") != slices.Equal(a, b) {
			t.Errorf("%q", d)
		}
	})
}

func TestStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baseline")
	if s, err := Open(path, false); s != nil || err != nil {
		t.Fatal(s, err)
	}
	s, err := Open(path, true)
	if err != nil {
		t.Fatal(err)
	}
	h1, h2 := sha256.Sum256([]byte("1")), sha256.Sum256([]byte("2"))
	for _, err := range []error{s.Put(Baseline, "/etc/a", h1, []byte("first text")), s.Put(Told, "/etc/a", h2, []byte("second text"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if s, err = Open(path, false); err != nil { // as after a restart
		t.Fatal(err)
	}
	for h, want := range map[[32]byte]string{h1: "first text", h2: "second text"} {
		if b, ok := s.Get("/etc/a", h); !ok || string(b) != want {
			t.Errorf("%q", b)
		}
	}
	if _, ok := s.Get("/etc/b", h1); ok {
		t.Error("of another path")
	}
	if _, ok := s.Get("/etc/a", sha256.Sum256(nil)); ok {
		t.Error("of another hash")
	}
	// What somebody put in another's place is not believed, nor what is damaged; nothing is readable.
	dir := path + ".contents"
	one, two := filepath.Join(dir, s.name(Baseline, "/etc/a")), filepath.Join(dir, s.name(Told, "/etc/a"))
	sealed, err := os.ReadFile(one)
	if err != nil || bytes.Contains(sealed, []byte("first")) {
		t.Fatal("it is not sealed")
	}
	if err := os.WriteFile(two, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Get("/etc/a", h2); ok {
		t.Error("what was replaced is believed")
	}
	s.Drop(Told, "/etc/a")
	if s.Has(Told, "/etc/a") || !s.Has(Baseline, "/etc/a") {
		t.Error("the wrong one is dropped")
	}
	s.bytes = maxBytes - 10
	if err := s.Put(Told, "/etc/c", h1, []byte("x")); !errors.Is(err, ErrFull) {
		t.Errorf("past the bound: %v", err)
	}
	s.Clear()
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 || s.Has(Baseline, "/etc/a") {
		t.Errorf("%v, %v", list, err)
	}
	if err := os.WriteFile(filepath.Join(dir, keyName), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, false); err == nil {
		t.Error("a key that is none is taken")
	}
}

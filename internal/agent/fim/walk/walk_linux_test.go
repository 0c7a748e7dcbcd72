package walk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

// put makes a file with all directories above it.
func put(t *testing.T, root, path, text string, mode os.FileMode) {
	t.Helper()
	full := filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(full, mode); err != nil {
		t.Fatal(err)
	}
}

// check compares a tree with a baseline, and says what differs as text.
func check(t *testing.T, root, path string, p *policy.Policy, o Options) ([]string, *Result) {
	t.Helper()
	old, err := baseline.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	o.Root, o.Policy, o.Old, o.Workers = root, p, old, 2
	var out []string
	r, err := Walk(t.Context(), o, func(b *Batch) error {
		for _, d := range b.Differences {
			switch {
			case d.Old == nil:
				out = append(out, "+"+d.Path)
			case d.New == nil:
				out = append(out, "-"+d.Path)
			default:
				out = append(out, d.Path+" "+(d.Attributes&^(entry.Mtime|entry.Ctime|entry.Inode|entry.Links)).String())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, r
}

func TestChanges(t *testing.T) {
	root := t.TempDir()
	for _, p := range []string{"a/same", "a/content", "a/mode", "a/gone", "a b/x", "a.b/x", "z/deep/er/gone", "z/last", "a/b/c/d"} {
		put(t, root, p, p, 0o644)
	}
	for i := range 3 * chunkSize {
		put(t, root, fmt.Sprintf("many/%04d", i), "x", 0o644)
	}
	if err := os.Symlink("same", filepath.Join(root, "a/link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(root, "a/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, path := everything(t), filepath.Join(t.TempDir(), "baseline")
	first := make1(t, root, path, p, 2)
	if got, r := check(t, root, path, p, Options{}); len(got) > 0 || r.Hashed > 0 || r.Entries != first.Entries {
		t.Fatalf("nothing changed: %v %+v", got, r.Counts)
	}
	if got, r := check(t, root, path, p, Options{Full: true}); len(got) > 0 || r.Hashed != first.Hashed || r.Hashed < 3*chunkSize {
		t.Fatalf("nothing changed: %v %+v", got, r.Counts)
	}
	put(t, root, "a/content", "a/CONTENT", 0o644)
	put(t, root, "many/0500", "y", 0o644)
	put(t, root, "many/0500a", "new", 0o644)
	put(t, root, "aa/new", "new", 0o644)
	for _, err := range []error{
		os.Chmod(filepath.Join(root, "a/mode"), 0o4755|os.ModeSetuid), os.Remove(filepath.Join(root, "a/gone")), os.RemoveAll(filepath.Join(root, "z/deep")),
		os.Remove(filepath.Join(root, "a/link")), os.Symlink("content", filepath.Join(root, "a/link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"/a/content sha256", "-/a/gone", "/a/link size+target", "/a/mode mode", "+/aa", "+/aa/new", "/many/0500 sha256", "+/many/0500a",
		"-/z/deep", "-/z/deep/er", "-/z/deep/er/gone",
	}
	got, _ := check(t, root, path, p, Options{})
	got = slices.DeleteFunc(got, func(s string) bool { return strings.HasSuffix(s, " ") })
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// A file of the same size whose times were set back is found by a full scan, and
// by its ctime even without.
func TestTimesSetBack(t *testing.T) {
	root := t.TempDir()
	put(t, root, "a", "before", 0o644)
	info, _ := os.Stat(filepath.Join(root, "a"))
	p, path := everything(t), filepath.Join(t.TempDir(), "baseline")
	make1(t, root, path, p, 1)
	put(t, root, "a", "beFore", 0o644)
	if err := os.Chtimes(filepath.Join(root, "a"), info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if got, _ := check(t, root, path, p, Options{}); !slices.Equal(got, []string{"/a sha256"}) {
		t.Errorf("%q", got)
	}
}

func TestXattrs(t *testing.T) {
	root := t.TempDir()
	put(t, root, "a", "x", 0o755)
	put(t, root, "b", "x", 0o755)
	p, path := everything(t), filepath.Join(t.TempDir(), "baseline")
	make1(t, root, path, p, 1)
	if err := unix.Setxattr(filepath.Join(root, "a"), "user.note", []byte("x"), 0); err != nil {
		t.Skipf("no extended attributes here: %v", err)
	}
	// cap_net_raw+ep, as the kernel stores it.
	if err := unix.Setxattr(filepath.Join(root, "b"), "security.capability", []byte{1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0); err != nil {
		t.Skipf("no capabilities here: %v", err)
	}
	if got, _ := check(t, root, path, p, Options{}); !slices.Equal(got, []string{"/a xattrs", "/b capabilities"}) {
		t.Errorf("%q", got)
	}
}

// A file becomes privileged, where only those are looked at, and ceases to be.
func TestPrivileged(t *testing.T) {
	root := t.TempDir()
	put(t, root, "home/x/shell", "x", 0o755)
	put(t, root, "home/x/su", "x", 0o4755|os.ModeSetuid)
	p, err := policy.Parse([]byte("name: p\nrules:\n- {id: privileged, only: privileged, paths: [/**], look: [mode, owner], tier: live, severity: high}"), "p.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "baseline")
	if r := make1(t, root, path, p, 1); r.Entries != 1 {
		t.Fatalf("%+v", r.Counts)
	}
	put(t, root, "home/x/shell", "x", 0o4755|os.ModeSetuid)
	put(t, root, "home/x/su", "x", 0o755)
	if got, _ := check(t, root, path, p, Options{}); !slices.Equal(got, []string{"+/home/x/shell", "/home/x/su mode"}) {
		t.Errorf("%q", got)
	}
}

// What cannot be read is a gap, and nothing in it is gone.
func TestGaps(t *testing.T) {
	root := t.TempDir()
	deep := root
	for i := range maxDepth + 3 {
		deep = filepath.Join(deep, fmt.Sprint(i%10))
	}
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	p, path := everything(t), filepath.Join(t.TempDir(), "baseline")
	r := make1(t, root, path, p, 2)
	if r.AllGaps != 1 || len(r.Gaps) != 1 || !strings.Contains(r.Gaps[0].Reason, "deep") {
		t.Errorf("%+v", r.Gaps)
	}
}

func TestStops(t *testing.T) {
	root := t.TempDir()
	for i := range 50 {
		put(t, root, fmt.Sprintf("%d/x", i), "x", 0o644)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Walk(ctx, Options{Root: root, Policy: everything(t), Encode: true}, func(*Batch) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	stop := errors.New("stop")
	if _, err = Walk(t.Context(), Options{Root: root, Policy: everything(t), Encode: true}, func(*Batch) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
}

// A walk that was interrupted is gone on with: what it hashed is not hashed again.
func TestGoesOn(t *testing.T) {
	root := t.TempDir()
	for i := range 100 {
		put(t, root, fmt.Sprintf("%02d/x", i), fmt.Sprint(i), 0o644)
	}
	p, path := everything(t), filepath.Join(t.TempDir(), "baseline")
	w, err := baseline.Create(path, baseline.Header{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	_, err = Walk(t.Context(), Options{Root: root, Policy: p, Encode: true, Workers: 1}, func(b *Batch) error {
		if n++; n > 50 {
			return errors.New("interrupted")
		}
		return w.Block(b.Dir, b.Records, b.N, b.Hashed)
	})
	if err == nil || w.Keep() != nil {
		t.Fatal(err)
	}
	cache, err := baseline.OpenPartial(path)
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	r, err := Walk(t.Context(), Options{Root: root, Policy: p, Encode: true, Cache: cache}, func(*Batch) error { return nil })
	if err != nil || r.Unchanged < 49 || r.Hashed > 52 || r.Entries != 200 {
		t.Errorf("%v %+v", err, r.Counts)
	}
}

func TestExamine(t *testing.T) {
	root := t.TempDir()
	put(t, root, "a/b", "content", 0o640)
	if err := os.Symlink("a", filepath.Join(root, "l")); err != nil {
		t.Fatal(err)
	}
	e, r, err := Examine(root, "/a/b", everything(t))
	if err != nil || r == nil || e.Hash != sha256.Sum256([]byte("content")) || e.Mode != 0o640 {
		t.Errorf("%+v %v", e, err)
	}
	if _, _, err := Examine(root, "/l/b", everything(t)); err == nil {
		t.Error("a link in the path is followed")
	}
	if sum, err := Digest(root, "/a/b", "md5"); err != nil || sum != "9a0364b9e99bb480dd25e1f0284c8555" {
		t.Errorf("%s %v", sum, err)
	}
	if _, err := Digest(root, "/l/b", "sha1"); err == nil {
		t.Error("a link in the path is followed")
	}
}

// Of a file past the limit both ends are hashed, and its size.
func TestPartial(t *testing.T) {
	root := t.TempDir()
	put(t, root, "big", strings.Repeat("x", 3*partSize), 0o600)
	p := everything(t)
	scan := func() (e *entry.Entry) {
		o := Options{Root: root, Policy: p, HashLimit: 2 * partSize, Each: func(_ string, f *entry.Entry, _ *policy.Rule) { e = f }}
		if _, err := Walk(t.Context(), o, func(*Batch) error { return nil }); err != nil {
			t.Fatal(err)
		}
		return e
	}
	before := scan()
	if !before.Partial || !before.Hashed {
		t.Fatalf("%+v", before)
	}
	f, err := os.OpenFile(filepath.Join(root, "big"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte("y"), 3*partSize-1); err != nil {
		t.Fatal(err)
	}
	if after := scan(); after.Hash == before.Hash {
		t.Error("a change at the end is not seen")
	}
}

func FuzzDirents(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x18\x00\x08abc\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, i := range parseDirents(b, nil) {
			if len(i.name) == 0 {
				t.Error("a name is empty")
			}
		}
	})
}

package baseline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

var full = entry.Entry{
	Kind: entry.File, Mode: 0o4755, UID: 1, GID: 2, Links: 3, Device: 4, Size: 5, Mtime: 6, Ctime: 7, Inode: 8, Hashed: true,
	Hash: [32]byte{1, 2}, Partial: true, Target: "t", Xattrs: []entry.Xattr{{Name: "user.a", Value: []byte("b")}}, Known: entry.MD5 | entry.Type, MD5: [16]byte{9},
}

func write(t *testing.T, path string) {
	t.Helper()
	w, err := Create(path, Header{Host: "h", Root: "/"})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"/", "/a", "/a/b", "/a.b"} {
		var b []byte
		for i := range 3 {
			b = Append(b, fmt.Appendf(nil, "n%d", i), entry.Everything, &full)
		}
		if err := w.Block(dir, b, 3, 3); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(func(string) ([]byte, error) { return []byte("signed"), nil }); err != nil {
		t.Fatal(err)
	}
}

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b")
	write(t, path)
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Footer.Entries != 12 || string(r.Footer.Signature) != "signed" || r.Header.Host != "h" {
		t.Errorf("%+v %+v", r.Header, r.Footer)
	}
	n := 0
	for {
		_, records, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for len(records) > 0 {
			var body []byte
			_, body, records, err = Split(records)
			if err != nil {
				t.Fatal(err)
			}
			var e entry.Entry
			look, err := Decode(body, &e)
			if err != nil || look != entry.Everything {
				t.Fatal(look, err)
			}
			if d := cmp.Diff(full, e); d != "" {
				t.Fatal(d)
			}
			n++
		}
	}
	if n != 12 {
		t.Errorf("%d records", n)
	}
}

// Whatever byte is another, and wherever it is cut, it is not believed.
func TestDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b")
	write(t, path)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	foot := len(good) - 150 // the footer's own counts are no more than a convenience, its hash is not
	for i := 0; i < foot; i += 3 {
		bad := slices.Clone(good)
		bad[i] ^= 0x40
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Open(path); err == nil {
			r.Close()
			t.Fatalf("byte %d of %d can be changed", i, len(good))
		}
	}
	for i := 0; i < len(good); i += 7 {
		if err := os.WriteFile(path, good[:i], 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Open(path); err == nil {
			r.Close()
			t.Fatalf("it can be cut at %d of %d", i, len(good))
		}
	}
	if err := os.WriteFile(path, append(good, 'x'), 0o600); err != nil {
		t.Fatal(err)
	}
	var damaged *Damaged
	if _, err := Open(path); !errors.As(err, &damaged) {
		t.Errorf("something may stand after its end: %v", err)
	}
}

func TestPartial(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b")
	write(t, path)
	good, _ := os.ReadFile(path)
	if err := os.WriteFile(path+".partial", good[:len(good)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := OpenPartial(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n := 0
	for {
		if _, _, err = r.Next(); err != nil {
			break
		}
		n++
	}
	if !errors.Is(err, io.EOF) || n < 1 || n > 3 {
		t.Errorf("%d blocks, %v", n, err)
	}
}

func TestOrder(t *testing.T) {
	dirs := []string{"/a.b", "/a/b", "/a", "/", "/a/b/c", "/a b", "/b"}
	slices.SortFunc(dirs, Order)
	if d := cmp.Diff([]string{"/", "/a", "/a/b", "/a/b/c", "/a b", "/a.b", "/b"}, dirs); d != "" {
		t.Error(d)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(Append(nil, []byte("x"), entry.Everything, &full))
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			_, body, rest, err := Split(b)
			if err != nil {
				return
			}
			var e entry.Entry
			_, _ = Decode(body, &e)
			b = rest
		}
	})
}

func FuzzOpen(f *testing.F) {
	path := filepath.Join(f.TempDir(), "b")
	w, _ := Create(path, Header{})
	_ = w.Block("/", Append(nil, []byte("x"), 1, &full), 1, 1)
	_ = w.Commit(nil)
	good, _ := os.ReadFile(path)
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		p := filepath.Join(t.TempDir(), "b")
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Skip(err)
		}
		if r, err := Open(p); err == nil {
			for err == nil {
				_, _, err = r.Next()
			}
			r.Close()
		}
	})
}

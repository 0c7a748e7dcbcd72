package sources

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t testing.TB, compress bool, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	tw := tar.NewWriter(&b)
	if compress {
		tw = tar.NewWriter(gz)
	}
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(h.Name))
		}
		if err := tw.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := tw.Write([]byte(h.Name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if compress {
		if err := gz.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// found reads what lies below a directory.
func found(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUnpack(t *testing.T) {
	file := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o777} }
	link := tar.Header{Name: "link", Linkname: "/etc", Typeflag: tar.TypeSymlink}
	for name, c := range map[string]struct {
		upload string
		data   []byte
		want   map[string]string // nil: refused
	}{
		"one file":      {"plan.json", []byte("{}"), map[string]string{"plan.json": "{}"}},
		"zip":           {"a.zip", zipped(t, "main.tf", "modules/a/x.tf"), map[string]string{"main.tf": "main.tf", "modules/a/x.tf": "modules/a/x.tf"}},
		"tar":           {"a.tar", tarred(t, false, file("main.tf")), map[string]string{"main.tf": "main.tf"}},
		"tar.gz":        {"a.tgz", tarred(t, true, file("./a/main.tf"), link), map[string]string{"a/main.tf": "./a/main.tf"}},
		"out of it":     {"a.zip", zipped(t, "../x.tf"), nil},
		"backslash":     {"a.zip", zipped(t, `..\..\x.tf`), nil},
		"absolute":      {"a.tar", tarred(t, false, file("/etc/x.tf")), nil},
		"through links": {"a.tar", tarred(t, false, link, file("link/x.tf")), map[string]string{"link/x.tf": "link/x.tf"}},
		"twice":         {"a.zip", zipped(t, "main.tf", "./main.tf"), nil},
		"half a zip":    {"a.zip", zipped(t, "main.tf")[:40], nil},
		"half a gzip":   {"a.tgz", tarred(t, true, file("main.tf"))[:30], nil},
	} {
		dir := t.TempDir()
		err := Unpack(t.Context(), c.upload, bytes.NewReader(c.data), dir)
		switch {
		case c.want == nil && !errors.Is(err, ErrInvalid):
			t.Errorf("%s: %v, want it refused", name, err)
		case c.want != nil && (err != nil || !maps.Equal(found(t, dir), c.want)):
			t.Errorf("%s: %v, %v, want %v", name, found(t, dir), err, c.want)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(zipped(f, "a/b.tf"))
	f.Add(tarred(f, true, tar.Header{Name: "a", Typeflag: tar.TypeReg}))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		outer := t.TempDir()
		dir := filepath.Join(outer, "in")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := Unpack(t.Context(), "x", bytes.NewReader(data), dir); err != nil && strings.Contains(err.Error(), outer) {
			t.Errorf("the error shows a path of ours: %v", err)
		}
		entries, err := os.ReadDir(outer)
		if err != nil || len(entries) != 1 {
			t.Errorf("something lies outside: %v, %v", entries, err)
		}
	})
}

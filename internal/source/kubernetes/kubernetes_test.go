package kubernetes

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// readAll reads every file of dir that Detect takes.
func readAll(t testing.TB, dir string) *sourcetest.Recorder {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(p)
		if err == nil && Detect(p, src[:min(len(src), 64<<10)]) {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, dir, files, Options{Scan: sourcetest.Scan}, rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

// TestGolden reads each archive of testdata and compares what came of it with
// the archive's own golden.json.
func TestGolden(t *testing.T) {
	sourcetest.Golden(t, func(t *testing.T, dir, _ string) *sourcetest.Recorder { return readAll(t, dir) })
}

func TestDetect(t *testing.T) {
	long := strings.Repeat("x", 70<<10)
	for _, x := range []struct {
		name, text string
		want       bool
	}{
		{"a.yaml", "apiVersion: v1\nkind: Pod\n", true},
		{"a.yml", "# c\n---\nmetadata: {}\nkind: Pod\r\napiVersion: v1\r\n", true},
		{"a.yaml", "foo: bar\n---\n\"apiVersion\": v1\n'kind': Pod\n", true},
		{"a.yaml", "---\n{apiVersion: v1, kind: Pod}\n", true},
		{"a.json", "{\"kind\": \"Pod\",\n\"apiVersion\": \"v1\"}", true},
		{"a.json", `{"apiVersion":"v1","items":[{"kind":"Pod","x":"` + long, true},
		{"a.yaml", "apiVersion: v1\nitems:\n- kind: Pod\n  x: " + long, true},
		{"a.yaml", "apiVersion: v1\n---\nkind: Pod\n", false},
		{"a.yaml", "x:\n  apiVersion: v1\n  kind: Pod\n", false},
		{"a.yaml", "apiVersion: 1\nproviders: []\n", false},
		{"a.yaml", "apiVersion:\nkind: Pod\n", false},
		{"a.json", `{"x": {"apiVersion": "v1", "kind": "Pod"}}`, false},
		{"a.json", `{"x": "apiVersion", "y": "kind"}`, false},
		{"a.txt", "apiVersion: v1\nkind: Pod\n", false},
		{"overlay/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", false},
		{"Chart.yaml", "apiVersion: v2\nkind: x\n", false},
	} {
		head := x.text[:min(len(x.text), 64<<10)]
		if got := Detect(x.name, []byte(head)); got != x.want {
			t.Errorf("Detect(%q, %.60q) = %v", x.name, head, got)
		}
	}
}

// readText reads one file that says text.
func readText(t testing.TB, name, text string) *sourcetest.Recorder {
	t.Helper()
	dir := t.TempDir()
	p := filepath.Join(dir, name)
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, dir, []string{p}, Options{}, rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestHostile(t *testing.T) {
	const head = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"
	for name, x := range map[string]struct {
		file, text string
		objects    int
		gap        string // what a gap must say
	}{
		"deep flow":      {"a.yaml", head + "spec: " + strings.Repeat("[", 100_000), 0, "nested too deeply"},
		"deep block":     {"a.yaml", head + "spec: \n" + strings.Repeat("- ", 100_000) + "x", 0, "nested too deeply"},
		"deep json":      {"a.json", `{"apiVersion":"v1","kind":"Pod","spec":` + strings.Repeat("[", 100_000), 0, "nested too deeply"},
		"long line":      {"a.yaml", head + "data: \"" + strings.Repeat("x", 10<<20) + "\"\n", 1, ""},
		"long json line": {"a.json", `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"data":"` + strings.Repeat("x", 10<<20) + `"}`, 1, ""},
		"binary":         {"a.yaml", head + "\x00\x01\x02", 0, "no text"},
		"many documents": {"a.yaml", strings.Repeat("---\napiVersion: v1\nkind: Pod\nmetadata: {generateName: x}\n", 60_000), 50_000, "more than 50000 documents"},
		"many comments":  {"a.yaml", head + strings.Repeat("# x\n", 300_000), 1, ""},
		"many keys":      {"a.yaml", head + "data: {" + strings.Repeat("a, ", 300_000) + "b}\n", 1, "written twice"},
		"odd key":        {"a.yaml", head + "? [a, b]\n: c\n", 0, "not plain text"},
		"merge circle":   {"a.yaml", head + "a: &a {<<: *a}\n", 0, "inside what it names"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			rec := readText(t, x.file, x.text)
			t.Logf("took %v", time.Since(start))
			if len(rec.Resources) != x.objects {
				t.Errorf("%d objects, want %d; gaps %.300v", len(rec.Resources), x.objects, rec.Gaps)
			}
			said := ""
			for _, g := range rec.Gaps {
				said += g.What + "\n"
			}
			if x.gap == "" && said != "" || !strings.Contains(said, x.gap) {
				t.Errorf("gaps say %.300q, want %q", said, x.gap)
			}
		})
	}
}

func TestOutsideIsNotRead(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.yaml")
	inside := filepath.Join(dir, "in")
	if err := os.Mkdir(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(secret, []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(inside, "link.yaml")); err != nil {
		t.Skip(err)
	}
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), inside, inside, []string{secret, "link.yaml", "../secret.yaml"}, Options{}, rec); err != nil {
		t.Fatal(err)
	}
	if len(rec.Resources) != 0 || len(rec.Gaps) != 3 {
		t.Errorf("read %d objects, %d gaps: %v", len(rec.Resources), len(rec.Gaps), rec.Gaps)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Read(ctx, t.TempDir(), ".", []string{"a.yaml"}, Options{}, &sourcetest.Recorder{}); err == nil {
		t.Error("no error although the context was done")
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range files {
		a, _ := sourcetest.Archive(f, name)
		for _, x := range a.Files {
			f.Add(x.Data)
		}
	}
	f.Add([]byte("%YAML 1.1\n--- !!map {apiVersion: v1, kind: List, items: [*x]}\n...\n"))
	f.Add([]byte("apiVersion: v1\nkind: Pod\ns: |2-\n    # a\n  b\n#c"))
	f.Fuzz(func(t *testing.T, src []byte) {
		Detect("a.yaml", src)
		Detect("a.json", src)
		rec := &sourcetest.Recorder{}
		r := &reader{ctx: t.Context(), sink: rec, dir: "."}
		lines := bytes.Count(src, []byte("\n")) + 1
		for _, x := range r.parse("a.yaml", src) {
			if x.Type == "" || x.Address == "" || x.Body == nil {
				t.Errorf("half a resource: %+v", x)
			}
			if x.Location.Line < 1 || x.Location.EndLine > lines || x.Location.Line > x.Location.EndLine {
				t.Errorf("%s at %+v of %d lines", x.Address, x.Location, lines)
			}
			for p, l := range x.Lines {
				if l < 1 || l > lines {
					t.Errorf("%s on line %d of %d", p, l, lines)
				}
			}
		}
		for _, g := range rec.Gaps {
			if strings.Contains(g.What, "stopped inside the reader") {
				t.Error("panicked")
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	a, _ := sourcetest.Archive(b, "testdata/objects.txtar")
	src := bytes.Repeat(append([]byte("---\n"), a.Files[0].Data...), 200)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		r := &reader{ctx: b.Context(), sink: &sourcetest.Recorder{}, dir: "."}
		if n := len(r.parse("a.yaml", src)); n != 1000 {
			b.Fatal(n)
		}
	}
}

package kubernetes

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source"
)

var update = flag.Bool("update", false, "write the golden parts of testdata anew")

// recorder keeps what a reader yields.
type recorder struct {
	Resources []*source.Resource
	Gaps      []source.Gap
}

func (r *recorder) Resource(x *source.Resource) { r.Resources = append(r.Resources, x) }
func (r *recorder) Gap(g source.Gap)            { r.Gaps = append(r.Gaps, g) }

// readAll reads every file of dir that Detect takes.
func readAll(t testing.TB, dir string) *recorder {
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
	rec := &recorder{}
	if err := Read(t.Context(), dir, dir, files, Options{Scan: scan}, rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

// scan stands for the scanner of credentials.
func scan(path, text string) []string {
	if strings.Contains(text, "hunter") || strings.HasSuffix(path, ".secret") {
		return []string{path + ": password"}
	}
	return nil
}

func TestGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	if len(files) == 0 {
		t.Fatal("no testdata")
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			last := &a.Files[len(a.Files)-1]
			dir := t.TempDir()
			for _, f := range a.Files[:len(a.Files)-1] {
				p := filepath.Join(dir, filepath.FromSlash(f.Name))
				if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(p, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got := render(t, readAll(t, dir))
			if *update {
				last.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := gocmp.Diff(string(last.Data), got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

// render writes down what was read, for eyes.
func render(t testing.TB, rec *recorder) string {
	var b strings.Builder
	for _, r := range rec.Resources {
		fmt.Fprintf(&b, "%s\n\ttype %s root %s at %s:%d-%d\n", r.Address, r.Type, r.Root, r.Location.File, r.Location.Line, r.Location.EndLine)
		for _, part := range []struct {
			name string
			v    any
		}{{"body", r.Body}, {"lines", r.Lines}, {"refs", r.Refs}, {"comments", r.Comments}} {
			var buf bytes.Buffer
			enc := json.NewEncoder(&buf)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(part.v); err != nil {
				t.Fatal(err)
			}
			if s := strings.TrimSpace(buf.String()); s != "null" {
				fmt.Fprintf(&b, "\t%s %s\n", part.name, s)
			}
		}
	}
	for _, g := range rec.Gaps {
		fmt.Fprintf(&b, "gap %s line %d fatal %v: %s (%s)\n", g.Kind, g.At.Line, g.Fatal, g.What, g.Mend)
	}
	return b.String()
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
func readText(t testing.TB, name, text string) *recorder {
	t.Helper()
	dir := t.TempDir()
	p := filepath.Join(dir, name)
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	rec := &recorder{}
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
	rec := &recorder{}
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
	if err := Read(ctx, t.TempDir(), ".", []string{"a.yaml"}, Options{}, &recorder{}); err == nil {
		t.Error("no error although the context was done")
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range files {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, x := range a.Files[:len(a.Files)-1] {
			f.Add(x.Data)
		}
	}
	f.Add([]byte("%YAML 1.1\n--- !!map {apiVersion: v1, kind: List, items: [*x]}\n...\n"))
	f.Add([]byte("apiVersion: v1\nkind: Pod\ns: |2-\n    # a\n  b\n#c"))
	f.Fuzz(func(t *testing.T, src []byte) {
		Detect("a.yaml", src)
		Detect("a.json", src)
		rec := &recorder{}
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
	a, err := txtar.ParseFile("testdata/objects.txtar")
	if err != nil {
		b.Fatal(err)
	}
	src := bytes.Repeat(append([]byte("---\n"), a.Files[0].Data...), 200)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		r := &reader{ctx: b.Context(), sink: &recorder{}, dir: "."}
		if n := len(r.parse("a.yaml", src)); n != 1000 {
			b.Fatal(n)
		}
	}
}

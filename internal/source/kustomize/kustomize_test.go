package kustomize

import (
	"bytes"
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

func (r *recorder) said() string {
	var b strings.Builder
	for _, g := range r.Gaps {
		fmt.Fprintf(&b, "gap %s %s:%d fatal %v: %s (%s)\n", g.Kind, g.At.File, g.At.Line, g.Fatal, g.What, g.Mend)
	}
	return b.String()
}

func unpack(t testing.TB, files []txtar.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		p := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// readAll surveys dir and reads every root.
func readAll(t testing.TB, dir string) (*recorder, *Plan) {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && Detect(p) {
			dirs = append(dirs, filepath.Dir(p))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := Survey(t.Context(), dir, dirs)
	if err != nil {
		t.Fatal(err)
	}
	rec := &recorder{Gaps: plan.Gaps}
	for _, root := range plan.Roots {
		if err := Read(t.Context(), dir, root, Options{Scan: scan}, rec); err != nil {
			t.Fatal(err)
		}
	}
	return rec, plan
}

func scan(path, text string) []string {
	if strings.Contains(text, "hunter") {
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
			rec, plan := readAll(t, unpack(t, a.Files[:len(a.Files)-1]))
			got := fmt.Sprintf("roots %v\n", plan.Roots) + render(t, rec)
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
			for _, f := range []string{"base/web.yaml", "base/kustomization.yaml", "prod/quiet.yaml", "prod/token.txt"} {
				if !plan.Claimed[f] {
					t.Errorf("%s is not claimed", f)
				}
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
	return b.String() + rec.said()
}

const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"

func TestHostile(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
	tree := ""
	for i := range 40 {
		tree += fmt.Sprintf("-- l%d/kustomization.yaml --\nresources: [../a%d, ../b%d]\n", i, i, i)
		for _, side := range []string{"a", "b"} {
			tree += fmt.Sprintf("-- %s%d/kustomization.yaml --\nnamePrefix: %s\nresources: [../l%d]\n", side, i, side, i+1)
		}
	}
	for name, x := range map[string]struct {
		files, root, gap string
		objects          int
	}{
		"tree of bases":     {tree + "-- l40/kustomization.yaml --\nresources: [x.yaml]\n-- l40/x.yaml --\n" + pod, "l0", "too large", 0},
		"circle":            {"-- a/kustomization.yaml --\nresources: [../b]\n-- b/kustomization.yaml --\nresources: [../a]\n", "a", "builds upon itself", 0},
		"bomb":              {"-- a/kustomization.yaml --\nresources: [x.yaml]\n-- a/x.yaml --\n" + pod + bomb, "a", "too large once", 0},
		"bomb within":       {"-- a/kustomization.yaml --\n" + bomb, "a", "too large once", 0},
		"bomb in a patch":   {"-- a/kustomization.yaml --\nresources: [x.yaml]\npatches:\n- patch: |-\n    " + strings.ReplaceAll(pod+bomb, "\n", "\n    ") + "\n-- a/x.yaml --\n" + pod, "a", "too large once", 1},
		"unknown field":     {"-- a/kustomization.yaml --\nnosuch: 1\n", "a", "cannot be built", 0},
		"not YAML":          {"-- a/kustomization.yaml --\n{{ x }}: [\n", "a", "cannot be built", 0},
		"plugin":            {"-- a/kustomization.yaml --\ngenerators: [g.yaml]\n-- a/g.yaml --\napiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\nname: x\nrepo: https://example.com\n", "a", "run programs or fetch files", 0},
		"named like a host": {"-- a/kustomization.yaml --\nresources: [github.com/x/y]\n-- a/github.com/x/y/kustomization.yaml --\n", "a", "which is elsewhere", 0},
		"long line":         {"-- a/kustomization.yaml --\nresources: [x.yaml]\n-- a/x.yaml --\n" + pod + "x: " + strings.Repeat("y", 10<<20) + "\n", "a", "", 1},
		"patch elsewhere":   {"-- a/kustomization.yaml --\nresources: [x.yaml]\npatches: [{path: 'HTTPS://example.com/p.yaml'}]\n-- a/x.yaml --\n" + pod, "a", "which is elsewhere", 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := unpack(t, txtar.Parse([]byte(x.files)).Files)
			rec := &recorder{}
			start := time.Now()
			if err := Read(t.Context(), dir, x.root, Options{}, rec); err != nil {
				t.Fatal(err)
			}
			t.Logf("took %v", time.Since(start))
			if len(rec.Resources) != x.objects || x.gap == "" && rec.said() != "" || !strings.Contains(rec.said(), x.gap) {
				t.Errorf("%d objects, want a gap %q, got %s", len(rec.Resources), x.gap, rec.said())
			}
		})
	}
}

func TestOutsideIsNotRead(t *testing.T) {
	dir := unpack(t, []txtar.File{
		{Name: "secret.yaml", Data: []byte(pod)},
		{Name: "in/kustomization.yaml", Data: []byte("resources: [../secret.yaml, link.yaml, /etc/passwd]\nconfigMapGenerator: [{name: x, files: [../secret.yaml]}]\n")},
	})
	if err := os.Symlink(filepath.Join(dir, "secret.yaml"), filepath.Join(dir, "in/link.yaml")); err != nil {
		t.Skip(err)
	}
	rec := &recorder{}
	if err := Read(t.Context(), filepath.Join(dir, "in"), ".", Options{}, rec); err != nil {
		t.Fatal(err)
	}
	for _, r := range rec.Resources {
		if r.Type != "core/ConfigMap" || r.Body["data"] != nil {
			t.Errorf("read %s: %v", r.Address, r.Body)
		}
	}
	if len(rec.Gaps) < 3 {
		t.Errorf("gaps: %s", rec.said())
	}
}

func FuzzRead(f *testing.F) {
	a, err := txtar.ParseFile("testdata/overlays.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range a.Files {
		if Detect(x.Name) {
			f.Add(x.Data, []byte(pod))
		}
	}
	f.Add([]byte("resources: [x.yaml]\nreplacements: [{source: {kind: Pod}, targets: [{select: {kind: Pod}, fieldPaths: [spec.x]}]}]"), []byte(pod))
	f.Fuzz(func(t *testing.T, k, x []byte) {
		dir := unpack(t, []txtar.File{{Name: "kustomization.yaml", Data: k}, {Name: "x.yaml", Data: x}})
		rec, _ := readAll(t, dir)
		if strings.Contains(rec.said(), "reading what was built stopped") {
			t.Error(rec.said())
		}
		for _, r := range rec.Resources {
			if r.Location.Line < 1 || r.Address == "" {
				t.Errorf("%s at %+v", r.Address, r.Location)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	a, err := txtar.ParseFile("testdata/overlays.txtar")
	if err != nil {
		b.Fatal(err)
	}
	dir := unpack(b, a.Files[:len(a.Files)-1])
	for b.Loop() {
		if err := Read(b.Context(), dir, "prod", Options{}, &recorder{}); err != nil {
			b.Fatal(err)
		}
	}
}

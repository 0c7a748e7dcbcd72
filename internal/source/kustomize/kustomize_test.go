package kustomize

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// readAll surveys dir and reads every root.
func readAll(t testing.TB, dir string) (*sourcetest.Recorder, *Plan) {
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
	rec := &sourcetest.Recorder{Gaps: plan.Gaps}
	for _, root := range plan.Roots {
		if err := Read(t.Context(), dir, root, Options{Scan: sourcetest.Scan}, rec); err != nil {
			t.Fatal(err)
		}
	}
	return rec, plan
}

// TestGolden reads each archive of testdata and compares what came of it with
// the archive's own golden.json. The comment names the roots.
func TestGolden(t *testing.T) {
	sourcetest.Golden(t, func(t *testing.T, dir, comment string) *sourcetest.Recorder {
		rec, plan := readAll(t, dir)
		if roots := "roots: " + strings.Join(plan.Roots, " ") + "\n"; !strings.Contains(comment, roots) {
			t.Errorf("%sstands not in the archive's comment", roots)
		}
		for _, f := range []string{"base/web.yaml", "base/kustomization.yaml", "prod/quiet.yaml", "prod/token.txt"} {
			if !plan.Claimed[f] {
				t.Errorf("%s is not claimed", f)
			}
		}
		return rec
	})
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
			dir := sourcetest.Unpack(t, txtar.Parse([]byte(x.files)).Files)
			rec := &sourcetest.Recorder{}
			start := time.Now()
			if err := Read(t.Context(), dir, x.root, Options{}, rec); err != nil {
				t.Fatal(err)
			}
			t.Logf("took %v", time.Since(start))
			if len(rec.Resources) != x.objects || x.gap == "" && rec.Said() != "" || !strings.Contains(rec.Said(), x.gap) {
				t.Errorf("%d objects, want a gap %q, got %s", len(rec.Resources), x.gap, rec.Said())
			}
		})
	}
}

func TestOutsideIsNotRead(t *testing.T) {
	dir := sourcetest.Unpack(t, []txtar.File{
		{Name: "secret.yaml", Data: []byte(pod)},
		{Name: "in/kustomization.yaml", Data: []byte("resources: [../secret.yaml, link.yaml, /etc/passwd]\nconfigMapGenerator: [{name: x, files: [../secret.yaml]}]\n")},
	})
	if err := os.Symlink(filepath.Join(dir, "secret.yaml"), filepath.Join(dir, "in/link.yaml")); err != nil {
		t.Skip(err)
	}
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), filepath.Join(dir, "in"), ".", Options{}, rec); err != nil {
		t.Fatal(err)
	}
	for _, r := range rec.Resources {
		if r.Type != "core/ConfigMap" || r.Body["data"] != nil {
			t.Errorf("read %s: %v", r.Address, r.Body)
		}
	}
	if len(rec.Gaps) < 3 {
		t.Errorf("gaps: %s", rec.Said())
	}
}

func FuzzRead(f *testing.F) {
	a, _ := sourcetest.Archive(f, "testdata/overlays.txtar")
	for _, x := range a.Files {
		if Detect(x.Name) {
			f.Add(x.Data, []byte(pod))
		}
	}
	f.Add([]byte("resources: [x.yaml]\nreplacements: [{source: {kind: Pod}, targets: [{select: {kind: Pod}, fieldPaths: [spec.x]}]}]"), []byte(pod))
	f.Fuzz(func(t *testing.T, k, x []byte) {
		dir := sourcetest.Unpack(t, []txtar.File{{Name: "kustomization.yaml", Data: k}, {Name: "x.yaml", Data: x}})
		rec, _ := readAll(t, dir)
		if strings.Contains(rec.Said(), "reading what was built stopped") {
			t.Error(rec.Said())
		}
		for _, r := range rec.Resources {
			if r.Location.Line < 1 || r.Address == "" {
				t.Errorf("%s at %+v", r.Address, r.Location)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	a, _ := sourcetest.Archive(b, "testdata/overlays.txtar")
	dir := sourcetest.Unpack(b, a.Files)
	for b.Loop() {
		if err := Read(b.Context(), dir, "prod", Options{}, &sourcetest.Recorder{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestRemoteBase reads what lies here of an overlay whose base lies elsewhere:
// a patch of the base finds nothing, which must not stop the rest.
func TestRemoteBase(t *testing.T) {
	dir := sourcetest.Unpack(t, txtar.Parse([]byte(`
-- over/kustomization.yaml --
resources: ["https://github.com/x/y//base?ref=v1", own.yaml]
patches:
- path: replicas.yaml
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: own}
    spec: {replicas: 5}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: theirs}
    spec: {replicas: 6}
patchesStrategicMerge: [replicas.yaml]
configMapGenerator:
- {name: settings, behavior: merge, literals: [a=b]}
replacements:
- source: {kind: ConfigMap, name: theirs, fieldPath: data.x}
  targets: [{select: {kind: Deployment, name: own}, fieldPaths: [spec.template.spec.hostname]}]
-- over/own.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: own}
spec: {replicas: 1, template: {spec: {containers: [{name: c, image: i}]}}}
-- over/replicas.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: theirs}
spec: {replicas: 3}
`)).Files)
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "over", Options{}, rec); err != nil {
		t.Fatal(err)
	}
	if len(rec.Resources) != 2 {
		t.Fatalf("%d objects, want the deployment and the settings: %s", len(rec.Resources), rec.Said())
	}
	own := rec.Find(t, "Deployment/own")
	if spec, _ := own.Body["spec"].(map[string]any); spec["replicas"] != 5.0 || own.Location.File != "over/own.yaml" {
		t.Errorf("%+v at %v", own.Body, own.Location)
	}
	for _, want := range []string{"base?ref=v1", "its replacements are left out"} {
		if !strings.Contains(rec.Said(), want) {
			t.Errorf("nothing said of %q: %s", want, rec.Said())
		}
	}
}

package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// TestGolden reads each archive of testdata and compares what came of it with
// the archive's own golden.json.
func TestGolden(t *testing.T) {
	sourcetest.Golden(t, func(t *testing.T, dir, _ string) *sourcetest.Recorder {
		rec := &sourcetest.Recorder{}
		if err := Read(t.Context(), dir, "shop", Options{Scan: sourcetest.Scan}, rec); err != nil {
			t.Fatal(err)
		}
		return rec
	})
}

// readTemplate renders a chart of one template.
func readTemplate(t testing.TB, template, values string, opt Options) *sourcetest.Recorder {
	t.Helper()
	dir := sourcetest.Unpack(t, []txtar.File{
		{Name: "c/Chart.yaml", Data: []byte("apiVersion: v2\nname: c\nversion: 1.0.0\n")},
		{Name: "c/values.yaml", Data: []byte(values)},
		{Name: "c/templates/a.yaml", Data: []byte(template)},
	})
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, filepath.Join(dir, "c"), opt, rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

const pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n"

func TestHostile(t *testing.T) {
	many := func(n int, f func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	for name, x := range map[string]struct{ template, values, gap string }{
		"endless range":   {`{{ range 1000000000000 }}{{ end }}` + pod, "", "more than Demarc gives"},
		"nested range":    {`{{ range until 10000 }}{{ range until 10000 }}{{ range until 10000 }}x{{ end }}{{ end }}{{ end }}`, "", "more than Demarc gives"},
		"until":           {`{{ until 1000000000 }}`, "", "more than Demarc gives"},
		"seq":             {`{{ seq 1 1000000000 }}`, "", "more than Demarc gives"},
		"repeat":          {`{{ repeat 1000000000 "xxxxxxxx" }}`, "", "more than Demarc gives"},
		"negative repeat": {`{{ repeat -1 "x" }}`, "", "negative"},
		"indent":          {`{{ indent 1000000000 "x" }}`, "", "more than Demarc gives"},
		"printf":          {`{{ printf "%999999d" 1 }}`, "", "more than Demarc gives"},
		"doubling text":   {`{{ $x := "x" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}`, "", "more than Demarc gives"},
		"doubling list":   {`{{ $x := list 1 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}`, "", "more than Demarc gives"},
		"doubling dict":   {`{{ $x := dict }}{{ range until 60 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ $x }}`, "", "more than Demarc gives"},
		"circle":          {`{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ $x }}`, "", "more than Demarc gives"},
		"circle by two":   {`{{ $x := dict }}{{ $y := dict "x" $x }}{{ $_ := set $x "y" (list $y) }}{{ toYaml $x }}`, "", "more than Demarc gives"},
		"recursion":       {`{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}`, "", "more than Demarc gives"},
		"template":        {`{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}`, "", "more than Demarc gives"},
		"tree of templates": {many(40, func(i int) string {
			return fmt.Sprintf(`{{ define "t%d" }}{{ template "t%d" . }}{{ template "t%d" . }}{{ end }}`, i, i+1, i+1)
		}) + `{{ define "t40" }}x{{ end }}{{ template "t0" . }}`, "", "more than Demarc gives"},
		"tpl":              {`{{ tpl .Values.x . }}`, "x: '{{ tpl .Values.x . }}'", "more than Demarc gives"},
		"range in tpl":     {`{{ tpl .Values.x . }}`, "x: '{{ range 1000000000000 }}{{ end }}'", "more than Demarc gives"},
		"uniq":             {`{{ uniq (until 100000) }}`, "", "more than Demarc gives"},
		"deep":             {strings.Repeat("{{ if true }}", 40_000) + strings.Repeat("{{ end }}", 40_000) + pod, "", ""},
		"deep brackets":    {"{{ " + strings.Repeat("(", 200_000), "", "max expression depth"},
		"alias bomb":       {pod, "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n", "cannot be loaded"},
		"unknown function": {"\n\n{{ nosuch 1 }}", "", `function "nosuch" not defined`},
		"files":            {`{{ .Files.Get "../../secret" }}{{ .Files.Get "/etc/passwd" }}` + pod, "", ""},
		"environment":      {`{{ env "HOME" }}`, "", `function "env" not defined`},
		"network":          {`{{ getHostByName "example.com" }}` + pod, "", ""},
		"lookup":           {`{{ (lookup "v1" "Secret" "a" "b").data }}` + pod, "", ""},
		"long line":        {pod + "x: " + strings.Repeat("y", 900_000), "", ""},
		"too large":        {pod + "x: " + strings.Repeat("y", 2<<20), "", "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			rec := readTemplate(t, x.template, x.values, Options{})
			t.Logf("took %v", time.Since(start))
			if x.gap == "" && rec.Said() != "" || !strings.Contains(rec.Said(), x.gap) {
				t.Errorf("want a gap %q, got %s", x.gap, rec.Said())
			}
			if x.gap == "" && len(rec.Resources) != 1 {
				t.Errorf("%d objects", len(rec.Resources))
			}
		})
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	rec := readTemplate(t, "{{/* one\ntwo */}}\n{{- if true -}}\n\n\n{{ .Values.a.b }}\n{{ end }}", "", Options{})
	if len(rec.Gaps) != 1 || rec.Gaps[0].At.File != "c/templates/a.yaml" || rec.Gaps[0].At.Line != 6 {
		t.Errorf("got %s", rec.Said())
	}
}

func TestValues(t *testing.T) {
	dir := t.TempDir()
	values := filepath.Join(dir, "prod.yaml")
	if err := os.WriteFile(values, []byte("a: {b: from file, c: from file}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	rec := readTemplate(t, pod+`data: ["{{ .Values.a.b }}", "{{ .Values.a.c }}", "{{ .Values.a.d }}", "{{ .Release.Name }}", "{{ .Release.Namespace }}"]`,
		"a: {b: own, c: own, d: own}", Options{ValuesFiles: []string{values}, Set: map[string]string{"a.c": "set"}, Namespace: "shop", Release: "rel"})
	if len(rec.Resources) != 1 {
		t.Fatal(rec.Said())
	}
	want := []any{"from file", "set", "own", "rel", "shop"}
	if diff := gocmp.Diff(want, rec.Resources[0].Body["data"]); diff != "" {
		t.Error(diff)
	}
}

// archived packs files as a chart's archive has them.
func archived(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	tw := tar.NewWriter(zw)
	for name, data := range files {
		if err := tw.WriteHeader(&tar.Header{Name: "x/" + name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchives(t *testing.T) {
	chart := func(name string) []byte { return []byte("apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n") }
	inner := archived(t, map[string][]byte{"Chart.yaml": chart("inner"), "templates/p.yaml": []byte(pod)})
	outer := archived(t, map[string][]byte{"Chart.yaml": chart("outer"), "charts/inner-1.0.0.tgz": inner})
	deep := inner
	for range 20 {
		deep = archived(t, map[string][]byte{"Chart.yaml": chart("deep"), "charts/deep.tgz": deep})
	}
	for name, x := range map[string]struct {
		archive []byte
		gap     string
		objects int
	}{
		"within another": {outer, "", 1},
		"too deep":       {deep, "nested too deeply", 0},
		"broken":         {outer[:len(outer)/2], "cannot be unpacked", 0},
		"too large":      {archived(t, map[string][]byte{"Chart.yaml": chart("big"), "x": make([]byte, 70<<20)}), "too large", 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := sourcetest.Unpack(t, []txtar.File{
				{Name: "Chart.yaml", Data: chart("c")},
				{Name: "charts/outer-1.0.0.tgz", Data: x.archive},
			})
			rec := &sourcetest.Recorder{}
			if err := Read(t.Context(), dir, ".", Options{}, rec); err != nil {
				t.Fatal(err)
			}
			if len(rec.Resources) != x.objects || !strings.Contains(rec.Said(), x.gap) || x.gap == "" && rec.Said() != "" {
				t.Errorf("%d objects, %s", len(rec.Resources), rec.Said())
			}
			for _, r := range rec.Resources {
				if r.Location.File != "charts/outer-1.0.0.tgz" {
					t.Errorf("at %+v", r.Location)
				}
			}
		})
	}
}

func TestOutsideIsNotRead(t *testing.T) {
	dir := sourcetest.Unpack(t, []txtar.File{
		{Name: "secret.yaml", Data: []byte(pod)},
		{Name: "other/Chart.yaml", Data: []byte("apiVersion: v2\nname: other\nversion: 1.0.0\n")},
		{Name: "other/templates/p.yaml", Data: []byte(pod)},
		{Name: "in/c/Chart.yaml", Data: []byte("apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: other, version: 1.0.0, repository: 'file://../../other'}]\n")},
		{Name: "in/c/templates/x", Data: nil},
	})
	if err := os.Symlink(filepath.Join(dir, "secret.yaml"), filepath.Join(dir, "in/c/templates/link.yaml")); err != nil {
		t.Skip(err)
	}
	rec := &sourcetest.Recorder{}
	if err := Read(t.Context(), filepath.Join(dir, "in"), "c", Options{}, rec); err != nil {
		t.Fatal(err)
	}
	if len(rec.Resources) != 0 || !strings.Contains(rec.Said(), "helm dependency build") {
		t.Errorf("%d objects, %s", len(rec.Resources), rec.Said())
	}
}

// TestInstrumentedTextRendersTheSame is what lets charts be rewritten at all.
func FuzzInstrument(f *testing.F) {
	a, _ := sourcetest.Archive(f, "testdata/web.txtar")
	for _, x := range a.Files {
		if strings.Contains(x.Name, "/templates/") {
			f.Add(string(x.Data))
		}
	}
	f.Add("{ {{- `{` }}}{{/* x\n */}}\n{{ with $x := .a }}{{ $x }}{{ else with .b }}{{ . }}{{ end }}{\n{{block \"b\" .}}\n{{end}}")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\uE010\uE011") {
			return
		}
		out, err := instrument("a", text, 0)
		if err != nil {
			return
		}
		rec := readTemplateText(t, text)
		got := readTemplateText(t, out)
		if strings.HasPrefix(rec, "error") != strings.HasPrefix(got, "error") {
			t.Errorf("%q renders %q, rewritten %q", text, rec, got)
		} else if u := unmark(got); !strings.HasPrefix(rec, "error") && string(u.text) != rec {
			t.Errorf("%q renders %q, rewritten %q", text, rec, u.text)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	a, _ := sourcetest.Archive(b, "testdata/web.txtar")
	dir := sourcetest.Unpack(b, a.Files)
	for b.Loop() {
		if err := Read(b.Context(), dir, "shop", Options{}, &sourcetest.Recorder{}); err != nil {
			b.Fatal(err)
		}
	}
}

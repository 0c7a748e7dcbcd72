package compose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func read(t *testing.T, files map[string]string) *sourcetest.Recorder {
	t.Helper()
	dir := sourcetest.Write(t, t.TempDir(), files)
	c := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, filepath.Join(dir, "compose.yaml"), c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRead(t *testing.T) {
	c := read(t, map[string]string{
		".env":             "TAG=1.4\n# no\nexport EMPTY=\n",
		"shared/base.yaml": "services:\n  common:\n    read_only: true\n    user: app\n",
		"../outside.yaml":  "services: {x: {privileged: true}}\n",
		"compose.yaml": `x-log: &log
  logging: {driver: json-file}
services:
  # demarc:waive=runs-as-root
  web:
    <<: *log
    image: shop:${TAG}-${EMPTY:-none}-${FLAVOUR:+x}
    extends: {file: shared/base.yaml, service: common}
    user: root
    environment: [A=1, B, "C=${SECRET}", "D=$$x"]
    labels: {a: b}
  asked:
    image: shop:${UNSET}
    extends: {file: ../../outside.yaml, service: x}
`,
	})
	if len(c.Resources) != 2 {
		t.Fatalf("read %d resources, gaps %v", len(c.Resources), c.Gaps)
	}
	want := map[string]any{
		"logging": map[string]any{"driver": "json-file"}, "image": "shop:1.4-none-", "read_only": true, "user": "root",
		"extends": map[string]any{"file": "shared/base.yaml", "service": "common"}, "labels": map[string]any{"a": "b"},
		"environment": map[string]any{
			"A": "1", "B": &source.Unknown{Reason: "variable B comes from the shell"}, "D": "$x",
			"C": &source.Unknown{Reason: "variable SECRET has no default", NotNull: true, Text: source.HoleOpen + "SECRET" + source.HoleClose},
		},
	}
	r := c.Resources[0]
	if diff := cmp.Diff(want, r.Body); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if r.Location.Line != 5 || r.Lines["image"] != 7 || len(r.Comments) != 1 || r.Comments[0].Text != "demarc:waive=runs-as-root" {
		t.Errorf("location %v, lines %v, comments %v", r.Location, r.Lines, r.Comments)
	}
	if u, ok := c.Resources[1].Body["image"].(*source.Unknown); !ok || !strings.Contains(u.Reason, "UNSET") {
		t.Errorf("an unset variable gives %v", c.Resources[1].Body["image"])
	}
	if len(c.Gaps) != 1 || !strings.Contains(c.Gaps[0].What, "cannot be read") || c.Resources[1].Body["privileged"] != nil {
		t.Errorf("a file outside: gaps %v", c.Gaps)
	}
}

func TestBadInput(t *testing.T) {
	bomb := "services:\n  a: &a {x: [1,2,3,4,5,6,7,8,9]}\n"
	for i := 'b'; i < 'n'; i++ {
		bomb += "  " + string(i) + ": &" + string(i) + " {" + strings.Repeat("k", 1) + ": [*" + string(i-1) + ", *" + string(i-1) + ", *" + string(i-1) + ", *" + string(i-1) + ", *" + string(i-1) + ", *" + string(i-1) + "]}\n"
	}
	for name, text := range map[string]string{
		"no yaml":           "services: [",
		"a list":            "- a\n",
		"services a list":   "services: [a]\n",
		"a service of text": "services: {a: text}\n",
		"extends itself":    "services: {a: {extends: a}}\n",
		"extends in circle": "services: {a: {extends: b}, b: {extends: a}}\n",
		"too large":         "services:\n" + strings.Repeat("#", maxFile),
		"deep":              "services: {a: " + strings.Repeat("[", 20*maxDepth),
		"deep but closed":   "services: {a: {b: " + strings.Repeat("[", 2*maxDepth) + strings.Repeat("]", 2*maxDepth) + "}}\n",
		"a bomb":            bomb,
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, map[string]string{"compose.yaml": text})
			if len(c.Gaps) == 0 {
				t.Errorf("no gap; %d resources", len(c.Resources))
			}
			for _, g := range c.Gaps {
				if !strings.HasPrefix(g.What, "compose.yaml: ") || g.Mend == "" {
					t.Errorf("gap %+v names not the file, or no mend", g)
				}
			}
		})
	}
}

func TestDetect(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       bool
	}{
		{"compose.yaml", "services:\n  a: {image: x}\n", true},
		{"docker-compose.prod.yml", "services: {}\nservices:\n", true},
		{"stack.yml", "version: \"3\"\nservices:\n  web:\n    image: x\n", true},
		{"values.yaml", "services:\n  web:\n    port: 80\n", false},
		{"other.yaml", "apiVersion: v1\nkind: Pod\n", false},
		{"compose.json", "{}", false},
	} {
		if got := Detect(tc.name, []byte(tc.text)); got != tc.want {
			t.Errorf("Detect(%s) = %v", tc.name, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"services: {a: {image: x}}", "services:\n  a: &a\n    image: ${X:-y}\n  b:\n    <<: *a\n", "services: {a: {extends: {service: b}}, b: {environment: [A=1]}}",
		"x: &x [*x]\nservices: {a: *x}", "services: {a: {environment: {A: null, 1: true}}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "compose.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c := &sourcetest.Recorder{}
		if err := Read(t.Context(), dir, "compose.yaml", c); err != nil {
			t.Error(err)
		}
	})
}

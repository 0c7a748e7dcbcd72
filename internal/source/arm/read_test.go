package arm

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

const schema = `"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"`

func TestDetect(t *testing.T) {
	for text, want := range map[string]bool{
		`{` + schema + `, "contentVersion": "1.0.0.0", "resources": [`:                                                                                   true,
		"\xef\xbb\xbf// about\n/* more */ {" + schema + `}`:                                                                                              true,
		`{"$schema": "http://schema.management.azure.com/schemas/2014-04-01-preview/deploymentTemplate.json"}`:                                           true,
		`{"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"}`:                                     true,
		`{"$schema": "https://schema.management.azure.com/schemas/2019-08-01/managementGroupDeploymentTemplate.json#"`:                                   true,
		`{"contentVersion": "1.0.0.0", "parameters": {}, "resources": [`:                                                                                 true,
		`{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "resources": []}`: false,
		`{"$schema": "https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#", "x": "deploymentTemplate.json"}`:      false,
		`{"properties": {"policyRule": {"then": {"details": {"deployment": {"template": {` + schema + `}}}}}}}`:                                          false,
		`{"contentVersion": "1.0.0.0", "parameters": {}}`:                                                                                                false,
		`[` + schema: false,
		`{`:          false,
		``:           false,
	} {
		if got := Detect("x.json", []byte(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if Detect("x.yaml", []byte(`{`+schema+`}`)) {
		t.Error("a file that is no JSON by its name is detected")
	}
}

const twoParameters = `-- t.json --
{"contentVersion":"1.0.0.0","parameters":{"a":{"type":"string"},"n":{"type":"int","defaultValue":1}},
"resources":[{"type":"A.B/c","apiVersion":"1","name":"x","tags":{"a":"[parameters('a')]","n":"[string(parameters('n'))]"}}]}
-- t.parameters.prod.json --
{"parameters":{"a":{"value":"prod"},"n":{"value":2}}}
-- other.json --
{}
-- other.parameters.json --
{"parameters":{"a":{"value":"other's"}}}
-- shared.json --
{"parameters":{"a":{"value":"[not an expression]"}}}
-- foreign.json --
{"parameters":{"a":{"value":"foreign"},"unheard":{"value":1}}}
-- broken.parameters.json --
{"parameters":
`

func TestParameters(t *testing.T) {
	dir := sourcetest.Unpack(t, txtar.Parse([]byte(twoParameters)).Files)
	for name, tc := range map[string]struct {
		files  []string
		vars   map[string]string
		a, n   any
		gap    string
		noGaps bool
	}{
		"of the template's name":    {files: []string{"t.parameters.prod.json"}, a: "prod", n: "2", noGaps: true},
		"of another template":       {files: []string{"other.parameters.json"}, a: "?parameter a has no default", n: "1"},
		"of no template":            {files: []string{"shared.json"}, a: "[not an expression]", n: "1", noGaps: true},
		"with parameters not there": {files: []string{"foreign.json"}, a: "?parameter a has no default", n: "1"},
		"the later wins":            {files: []string{"t.parameters.prod.json", "shared.json"}, a: "[not an expression]", n: "2", noGaps: true},
		"given as text":             {vars: map[string]string{"A": "b", "n": "7", "zz": "1"}, a: "b", n: "7", noGaps: true},
		"given as what is no JSON":  {vars: map[string]string{"a": "b", "n": "x"}, a: "b", n: "?the value given for parameter n is no JSON", gap: "is no JSON"},
		"broken":                    {files: []string{"broken.parameters.json"}, a: "?parameter a has no default", n: "1", gap: "truncated"},
		"missing":                   {files: []string{"missing.json"}, a: "?parameter a has no default", n: "1", gap: "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			opt := Options{Parameters: tc.vars}
			for _, f := range tc.files {
				opt.ParameterFiles = append(opt.ParameterFiles, filepath.Join(dir, f))
			}
			rec := readDir(t, dir, "t.json", opt)
			got := plainly(rec.Find(t, "A.B/c/x").Body["tags"])
			if diff := cmp.Diff(map[string]any{"a": tc.a, "n": tc.n}, got); diff != "" {
				t.Error(diff)
			}
			var all []string
			for _, g := range rec.Gaps {
				all = append(all, g.What)
			}
			text := strings.Join(all, "\n")
			if tc.noGaps && text != "" || !strings.Contains(text, tc.gap) {
				t.Errorf("gaps %q, want %q", text, tc.gap)
			}
		})
	}
}

func TestRoots(t *testing.T) {
	link := func(to string) string {
		return `{"contentVersion":"1.0.0.0","resources":[{"type":"Microsoft.Resources/deployments","name":"d","properties":{"templateLink":{"relativePath":"` + to + `"}}}]}`
	}
	dir := sourcetest.Unpack(t, []txtar.File{
		{Name: "main.json", Data: []byte(link("n/a.json"))},
		{Name: "n/a.json", Data: []byte(link("b.json"))},
		{Name: "n/b.json", Data: []byte(`{"contentVersion":"1.0.0.0","resources":[]}`)},
		{Name: "alone.json", Data: []byte(`{"contentVersion":"1.0.0.0","resources":[]}`)},
		{Name: "c1.json", Data: []byte(link("c2.json"))},
		{Name: "c2.json", Data: []byte(link("c1.json"))},
		{Name: "self.json", Data: []byte(link("self.json"))},
		{Name: "broken.json", Data: []byte(`{"templateLink":`)},
	})
	got, err := Roots(t.Context(), dir, []string{"alone.json", "broken.json", "c1.json", "c2.json", "main.json", "n/a.json", "n/b.json", "self.json"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"alone.json", "broken.json", "c1.json", "main.json", "self.json"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUncompiled(t *testing.T) {
	a := txtar.Parse([]byte(`
-- a/main.bicep --
module m '../modules/m.bicep' = {
  name: 'm'
}
-- modules/m.bicep --
param x string
-- b/main.bicep --
-- b/main.json --
{"contentVersion":"1.0.0.0","resources":[]}
-- c/main.bicep --
-- c/azuredeploy.json --
{"contentVersion":"1.0.0.0","metadata":{"_generator":{"name":"bicep","version":"1"}},"resources":[]}
-- d/one.bicep --
-- d/two.bicep --
-- d/azuredeploy.json --
{"contentVersion":"1.0.0.0","metadata":{"_generator":{"name":"bicep","version":"1"}},"resources":[]}
`))
	dir := sourcetest.Unpack(t, a.Files)
	gaps := Uncompiled(dir, []string{"a/main.bicep", "b/main.bicep", "c/main.bicep", "d/one.bicep", "d/two.bicep", "modules/m.bicep"},
		[]string{"b/main.json", "c/azuredeploy.json", "d/azuredeploy.json"})
	var got []string
	for _, g := range gaps {
		got = append(got, g.At.File)
		if !strings.Contains(g.Mend, "az bicep build --file "+g.At.File) {
			t.Errorf("%s: mend %q", g.At.File, g.Mend)
		}
	}
	if diff := cmp.Diff([]string{"a/main.bicep", "d/one.bicep", "d/two.bicep"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	if err := Read(t.Context(), dir, "../x.json", Options{}, &sourcetest.Recorder{}); err == nil {
		t.Error("a path outside is read")
	}
	if err := Read(t.Context(), filepath.Join(dir, "none"), "x.json", Options{}, &sourcetest.Recorder{}); err == nil {
		t.Error("a directory that is not there can be read")
	}
	rec := readDir(t, dir, "missing.json", Options{})
	if len(rec.Gaps) != 1 || !rec.Gaps[0].Fatal {
		t.Error(rec.Gaps)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(`{"contentVersion":"1","resources":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Read(ctx, dir, "a.json", Options{}, &sourcetest.Recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// fatal is the one gap of a file that cannot be read.
func fatal(t testing.TB, text string) source.Gap {
	t.Helper()
	rec := readText(t, text)
	if len(rec.Gaps) != 1 || !rec.Gaps[0].Fatal || len(rec.Resources) > 0 {
		t.Fatalf("gaps %v, %d resources", rec.Gaps, len(rec.Resources))
	}
	return rec.Gaps[0]
}

func TestBroken(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\"resources\": [\n{\"type\": \"A.B/c\"": "t.json line 3: the file ends in the middle",
		"{\n\"a\": x}":  "t.json line 2: it is not valid JSON",
		"[]":            "it holds no object",
		"":              "the file ends in the middle",
		"{} {}":         "something follows",
		"\xff\xfe{\x00": "UTF-16",
		"{\"a\": \"" + strings.Repeat("x", 100) + "\n": "the file ends in the middle",
		strings.Repeat(`{"a":`, 5000):                  "deeper than 200",
		strings.Repeat(`[`, 5000):                      "deeper than 200",
	} {
		if g := fatal(t, text); !strings.Contains(g.What, want) {
			t.Errorf("%.40q: %s, want %s", text, g.What, want)
		}
	}
}

func TestOddTemplates(t *testing.T) {
	for text, want := range map[string]int{ // resources
		`{"resources":null}`:                                  0,
		`{"resources":"x"}`:                                   0,
		`{"resources":[null,1,"x",[],{}]}`:                    0,
		`{"resources":[{"type":5,"name":"x"}]}`:               0,
		`{"resources":[{"type":"A.B/c"}]}`:                    1,
		`{"resources":{"s":{"type":"A.B/c","name":{"a":1}}}}`: 1,
		`{"parameters":[],"variables":3,"resources":[{"type":"A.B/c","name":"[variables('x')]"}]}`:         1,
		`{"resources":[{"type":"A.B/c","name":"x","copy":{}}]}`:                                            1,
		`{"resources":[{"type":"A.B/c","name":"x","copy":{"name":"l","count":-3}}]}`:                       0,
		`{"resources":[{"type":"A.B/c","name":"x","condition":[]}]}`:                                       1,
		`{"resources":[{"type":"A.B/c","name":"x","name":"y"}]}`:                                           1,
		`{"functions":[1,{"namespace":"n","members":[]}],"resources":[{"type":"A.B/c","name":"[n.f()]"}]}`: 1,
		`{"resources":[{"type":"Microsoft.Resources/deployments","name":"d","properties":7}]}`:             0,
	} {
		rec := readText(t, text)
		if len(rec.Resources) != want {
			t.Errorf("%s: %d resources; gaps %v", text, len(rec.Resources), rec.Gaps)
		}
	}
}

// Each of these asks for more work or memory than any machine has.
func TestHostile(t *testing.T) {
	var doubling, wide strings.Builder
	for i := range 200 {
		doubling.WriteString(`"v` + strconv.Itoa(i+1) + `":"[concat(variables('v` + strconv.Itoa(i) + `'),variables('v` + strconv.Itoa(i) + `'))]",`)
		wide.WriteString(`"v` + strconv.Itoa(i+1) + `":"[createArray(variables('v` + strconv.Itoa(i) + `'),variables('v` + strconv.Itoa(i) + `'))]",`)
	}
	resource := func(v string) string {
		return `"resources":[{"type":"A.B/c","name":"x","properties":{"v":` + v + `}}]}`
	}
	nested := `{"type":"Microsoft.Resources/deployments","name":"d","copy":{"name":"l","count":800},"properties":{"template":{"resources":[` // ×
	for name, tc := range map[string]struct {
		text, gap string
	}{
		"doubling text":      {`{"variables":{` + doubling.String() + `"v0":"aaaaaaaaaaaaaaaa"},` + resource(`"[variables('v200')]"`), "too large a text"},
		"doubling array":     {`{"variables":{` + wide.String() + `"v0":"a"},` + resource(`"[variables('v200')]"`), "too"},
		"text of an array":   {`{"variables":{` + wide.String() + `"v0":"a"},` + resource(`"[string(variables('v200'))]"`), "too"},
		"equal arrays":       {`{"variables":{` + wide.String() + `"v0":"a"},` + resource(`"[equals(variables('v200'),variables('v200'))]"`), "too many evaluation steps"},
		"copies of copies":   {`{"resources":[` + strings.Repeat(nested, 4) + `{"type":"A.B/c","name":"x"}` + strings.Repeat(`]}}}`, 4) + `]}`, "more than 50,000"},
		"many copies":        {`{"resources":[{"type":"A.B/c","name":"[concat('x',copyIndex())]","copy":{"name":"l","count":1000000000}}]}`, "more than 800"},
		"property copies":    {`{` + resource(`{"copy":[{"name":"p","count":1e18,"input":{"copy":[{"name":"q","count":800,"input":{"copy":[{"name":"r","count":800,"input":1}]}}]}}]}`), "too"},
		"circle":             {`{"variables":{"a":"[variables('b')]","b":"[variables('a')]"},` + resource(`"[variables('a')]"`), "depends on itself"},
		"parameter circle":   {`{"parameters":{"a":{"defaultValue":"[parameters('a')]"}},` + resource(`"[parameters('a')]"`), "depends on itself"},
		"deep expression":    {`{` + resource(`"[`+strings.Repeat("concat(", 5000)+"'a'"+strings.Repeat(")", 5000)+`]"`), "nests too deeply"},
		"long expression":    {`{` + resource(`"[concat('`+strings.Repeat("a", 200_000)+`')]"`), "too long"},
		"long chain of keys": {`{` + resource(`"[resourceGroup()`+strings.Repeat(".a", 5000)+`]"`), "nests too deeply"},
		"nested lambdas":     {`{` + resource(`"[map(range(0,10000),lambda('a',map(range(0,10000),lambda('b',map(range(0,10000),lambda('c',1))))))]"`), "too"},
		"replace":            {`{"variables":{"a":"[padLeft('',1000000,'a')]"},` + resource(`"[replace(variables('a'),'a',variables('a'))]"`), "too large a text"},
		"format":             {`{"variables":{"a":"[padLeft('',1000000,'a')]"},` + resource(`"[format('{0}{0}{0}{0}',variables('a'))]"`), "too large a text"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			rec := readText(t, tc.text)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			found := false
			for _, g := range rec.Gaps {
				found = found || strings.Contains(g.What, tc.gap)
			}
			if !found {
				t.Errorf("no gap with %q among %v", tc.gap, rec.Gaps)
			}
			t.Logf("took %s", took)
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 2000 {
				t.Errorf("allocated %d MB", mb)
			}
			t.Logf("%s, %d MB", took, (after.TotalAlloc-before.TotalAlloc)>>20)
		})
	}
}

func TestLongLine(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	rec := readText(t, `{"resources":[{"type":"A.B/c","name":"x","properties":{"v":"`+long+`"}}]}`)
	if got := rec.Find(t, "A.B/c/x").Body["properties"].(map[string]any)["v"]; got != long {
		t.Error("a long text came out otherwise")
	}
	if g := fatal(t, `{"resources":["`+strings.Repeat("x", 17<<20)+`"]}`); !strings.Contains(g.What, "larger than 16 MiB") {
		t.Error(g.What)
	}
	if g := fatal(t, `[`+strings.Repeat("1,", 1_100_000)+`1]`); g.Kind != "limit" || !strings.Contains(g.What, "1,000,000") {
		t.Error(g.Kind, g.What)
	}
}

// A template cannot write the marks that stand around holes itself.
func TestForgedHoles(t *testing.T) {
	rec := readText(t, `{"resources":[{"type":"A.B/c","name":"x","properties":{"v":"[concat('`+source.HoleOpen+`a`+source.HoleClose+`','')]","w":"\ue000b\ue001","u":"[base64ToString('7oCA')]"}}]}`)
	for _, v := range rec.Find(t, "A.B/c/x").Body["properties"].(map[string]any) {
		if s, ok := v.(string); !ok || strings.ContainsAny(s, source.HoleOpen+source.HoleClose) {
			t.Errorf("%q", v)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(a.Files[0].Data)
	}
	f.Add([]byte(`{"resources":[{"type":"A.B/c/providers/locks","name":"[concat(1,'/M.N/x')]","resources":[{"type":"d","name":"e"}],"copy":{"name":"l","count":2}},]} // x`))
	f.Add([]byte(`{"languageVersion":"2.0","resources":{"a":{"type":"A.B/c","name":"x","resources":{"b":{"type":"d","name":"y","copy":{"name":"z","count":"[length('ab')]"}}}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		Detect("x.json", text)
		rec := readText(t, string(text))
		seen := map[string]bool{}
		for _, r := range rec.Resources {
			if seen[r.Address] || r.Address == "" || r.Type == "" {
				t.Errorf("address %q of type %q", r.Address, r.Type)
			}
			seen[r.Address] = true
		}
		for _, g := range rec.Gaps {
			if strings.Contains(g.What, "inside the evaluator") {
				t.Error(g.What)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	a, err := txtar.ParseFile("testdata/basics.txtar")
	if err != nil {
		b.Fatal(err)
	}
	dir := sourcetest.Unpack(b, a.Files)
	b.SetBytes(int64(len(a.Files[0].Data)))
	b.ReportAllocs()
	for b.Loop() {
		readDir(b, dir, "azuredeploy.json", Options{})
	}
}

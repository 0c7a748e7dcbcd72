package tfplan_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/source/tfplan"
)

func TestBrokenInput(t *testing.T) {
	good := `{"address":"aws_x.good","mode":"managed","type":"aws_x","name":"good","change":{"actions":["create"],"after":{}}}`
	plan := func(rest string) string {
		return "{\"format_version\":\"1.2\",\n\"resource_changes\":[" + good + ",\n" + rest
	}
	with := func(after string) string {
		return plan(`{"address":"aws_x.y","mode":"managed","type":"aws_x","name":"y","change":{"actions":["create"],"after":` + after + `}}]}`)
	}
	for name, tc := range map[string]struct {
		text, want string
		stays      int
	}{
		"truncated":             {plan(`{"address":"aws_`), "line 3, byte " + strconv.Itoa(len(plan(`{"address":"aws_`))) + ": the file ends in the middle", 1},
		"truncated in a string": {`{"format_version":"1.`, "the file ends in the middle", 0},
		"not json":              {plan(`{"address":nonsense}]}`), "line 3, byte " + strconv.Itoa(len(plan(`{"address":n`))) + ": it is not valid JSON: invalid character 'o'", 1},
		"not utf-8":             {with("{\"a\":\"\xff\xfe\"}"), "invalid UTF-8", 1},
		"too deep":              {with(strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)), "nest deeper than 100 levels", 1},
		"much too deep":         {with(strings.Repeat(`[`, 12_000)), "exceeded max depth", 1},
		"duplicate attribute":   {with(`{"a":1,"a":2}`), `the name "a" comes twice`, 1},
		"duplicate member":      {plan(`{"address":"a","address":"b"}]}`), `the name "address" comes twice`, 1},
		"duplicate section":     {`{"format_version":"1.2","resource_changes":[],"resource_changes":[]}`, "comes twice", 0},
		"changes are no list":   {`{"format_version":"1.2","resource_changes":{"a":1}}`, "expected a list, found an object", 0},
		"change is no object":   {plan(`{"change":[]}]}`), "expected an object, found a list", 1},
		"element is no object":  {plan(`7]}`), "line 3: an element of resource_changes is no object", 1},
		"no type":               {plan(`{"address":3,"change":{"actions":["create"],"after":{}}}]}`), "without address, type or name", 1},
		"no values":             {with(`[]`), "has no values", 1},
		"future plan":           {`{"format_version":"2.0","resource_changes":[` + good + `]}`, `format_version "2.0" is not supported`, 0},
		"no version":            {`{"resource_changes":[` + good + `]}`, "no format_version", 0},
		"future state":          {`{"format_version":"3.1","values":{}}`, `format_version "3.1" is not supported`, 0},
		"old raw state":         {`{"version":3,"serial":1,"lineage":"x","terraform_version":"0.11"}`, "its version is 3", 0},
		"empty":                 {``, "it is empty", 0},
		"another json":          {`{"Resources":{}}`, "neither a Terraform plan nor a state", 0},
		"configuration broken":  {plan(`{}],"configuration":{"root_module":{"resources":[{"type":`), "the file ends in the middle", 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := readText(t, tc.text)
			if len(c.Resources) != tc.stays {
				t.Errorf("%d resources stay, want %d", len(c.Resources), tc.stays)
			}
			for _, g := range c.Gaps {
				if strings.Contains(g.What, tc.want) && strings.HasPrefix(g.What, "plan.json") && g.Fatal {
					return
				}
			}
			t.Errorf("gaps %+v, want %q", c.Gaps, tc.want)
		})
	}
}

func TestNotAFile(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                        "it is a directory",
		filepath.Join(dir, "none"): "no such file",
		os.DevNull:                 "not a regular file",
	} {
		c := readFile(t, path)
		if len(c.Gaps) != 1 || !strings.Contains(c.Gaps[0].What, want) || !c.Gaps[0].Fatal {
			t.Errorf("%s: gaps %+v, want %q", path, c.Gaps, want)
		}
	}
}

func TestGapsAreBounded(t *testing.T) {
	c := readText(t, `{"format_version":"1.2","resource_changes":[`+strings.Repeat("1,", 5000)+`1]}`)
	if len(c.Gaps) > 30 {
		t.Errorf("%d gaps", len(c.Gaps))
	}
}

// A configuration can double the references with each module it nests.
func TestReferencesAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"format_version":"1.2","resource_changes":[],"configuration":{"root_module":`)
	const depth = 60
	for i := range depth {
		b.WriteString(`{"resources":[{"mode":"managed","type":"aws_x","name":"y` + strconv.Itoa(i) + `","expressions":{"a":{"references":["var.p","var.q"]}}}],
"module_calls":{"m":{"expressions":{"p":{"references":["var.p","var.q","aws_x.y` + strconv.Itoa(i) + `","module.m.o"]},"q":{"references":["var.q","var.p","module.m.o"]}},
"module":`)
	}
	b.WriteString(`{"outputs":{"o":{"expression":{"references":["var.p"]}}}}` + strings.Repeat("}}}", depth) + `}}`)
	text := b.String()
	path := strings.TrimSuffix(strings.Repeat("module.m.", depth-1), ".")
	change := `{"address":"` + path + `.aws_x.y59","module_address":"` + path + `","mode":"managed","type":"aws_x","name":"y59","change":{"actions":["create"],"after":{},"after_unknown":{"a":true}}}`
	c := readText(t, strings.Replace(text, `"resource_changes":[]`, `"resource_changes":[`+change+`]`, 1))
	if len(c.Resources) != 1 || len(c.Gaps) > 0 {
		t.Fatalf("%d resources, gaps %+v", len(c.Resources), c.Gaps)
	}
	if n := len(c.Resources[0].Refs["a"]); n == 0 || n > 256 {
		t.Errorf("%d references", n)
	}
}

// Reading holds no more of a plan ten times as large, but for its
// configuration.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a large plan")
	}
	path := writePlan(t, 8_000)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	peak := &peakMeter{}
	if err := tfplan.Read(t.Context(), "", path, peak); err != nil || peak.n != 8_000 {
		t.Fatal(peak.n, err)
	}
	t.Logf("%.1f MiB live while reading a plan of %.1f MiB", float64(peak.heap)/(1<<20), float64(info.Size())/(1<<20))
	if limit := uint64(info.Size()) / 2; peak.heap > limit {
		t.Errorf("%d MiB live while reading a plan of %d MiB", peak.heap>>20, info.Size()>>20)
	}
}

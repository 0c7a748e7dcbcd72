package jsonreport

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

const schemaPath = "../../../docs/assessment.schema.json"

func TestGolden(t *testing.T) {
	got := reporttest.Render(t, Format{Indent: true}, reporttest.Sample())
	reporttest.Golden(t, *update, "sample.json", got)
}

func TestOutputIsValid(t *testing.T) {
	schema := compile(t)
	for name, a := range map[string]*report.Assessment{
		"sample": reporttest.Sample(), "empty": reporttest.Empty(), "nothing": {}, "large": reporttest.Large(3),
	} {
		if name == "nothing" {
			a.AssessedAt = "2026-03-14T09:26:53Z"
			a.Tool = report.Tool{Name: "demarc", Version: "1"}
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(reporttest.Render(t, Format{}, a)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The schema must say no as well.
func TestSchemaRejects(t *testing.T) {
	schema := compile(t)
	sample := string(reporttest.Render(t, Format{}, reporttest.Sample()))
	for name, change := range map[string][2]string{
		"an unknown member":       {`"tool":{`, `"tool":{"colour":"red",`},
		"a second owner":          {`"owner":"provider"`, `"owner":"shared"`},
		"an unknown status":       {`"status":"assured"`, `"status":"fine"`},
		"an unknown result":       {`"result":"unknown"`, `"result":"ok"`},
		"a duty without a status": {`"status":"assured",`, ``},
		"a date of another shape": {`"changes_on":"2026-10-01"`, `"changes_on":"1 October"`},
		"known and unknown":       {`{"unknown":"known only after apply"`, `{"value":1,"unknown":"known only after apply"`},
	} {
		broken := strings.Replace(sample, change[0], change[1], 1)
		if broken == sample {
			t.Errorf("%s: the sample has no %s", name, change[0])
			continue
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(broken))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(v) == nil {
			t.Errorf("the schema accepts %s", name)
		}
	}
}

// Every member of the schema is described, for it is what readers have.
func TestSchemaDescribesEverything(t *testing.T) {
	f, err := os.Open(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if properties, ok := v["properties"].(map[string]any); ok {
				if v["additionalProperties"] != false {
					t.Errorf("%s admits members it does not know", path)
				}
				for name, p := range properties {
					if d, _ := p.(map[string]any)["description"].(string); d == "" {
						t.Errorf("%s.%s has no description", path, name)
					}
				}
			}
			for k, x := range v {
				walk(path+"/"+k, x)
			}
		case []any:
			for i, x := range v {
				walk(fmt.Sprintf("%s/%d", path, i), x)
			}
		}
	}
	walk("", v)
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestRoundTrip(t *testing.T) {
	narrowed := reporttest.Empty()
	narrowed.Narrowed = []string{"--check"}
	for _, a := range []*report.Assessment{reporttest.Sample(), reporttest.Empty(), narrowed} {
		first := reporttest.Render(t, Format{}, a)
		got, err := Load(bytes.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(first), string(reporttest.Render(t, Format{}, got))); diff != "" {
			t.Errorf("reading and writing changes it (-want +got):\n%s", diff)
		}
	}
}

func TestLoadKeepsValues(t *testing.T) {
	a, err := Load(bytes.NewReader(reporttest.Render(t, Format{}, reporttest.Sample())))
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]report.Fact{}
	for x := range a.Assets {
		if x.Address == "aws_s3_bucket.logs" {
			for _, f := range x.Facts {
				facts[f.Name] = f.Fact
			}
		}
	}
	for name, want := range map[string]any{
		"lifecycle_days": int64(9007199254740993), "versioning": false, "name_prefix": "", "allowed_origins": []any{},
	} {
		if diff := cmp.Diff(want, facts[name].Value); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if n := len(slices.Collect(a.Duties)); n != a.Summary.Duties {
		t.Errorf("%d duties, and the summary says %d", n, a.Summary.Duties)
	}
}

func TestLoadExplainsWhatIsWrong(t *testing.T) {
	sample := string(reporttest.Render(t, Format{}, reporttest.Empty()))
	for name, x := range map[string]struct{ in, want string }{
		"nothing":          {"", "ends in the middle"},
		"not JSON":         {"<html>", "invalid character"},
		"an array":         {"[]", "does not begin with an object"},
		"another document": {`{"$schema":"sarif","runs":[]}`, "no schema_version"},
		"a cut file":       {sample[:len(sample)-40], "ends in the middle"},
		"a later version":  {strings.Replace(sample, `"schema_version":"1.1"`, `"schema_version":"2.0"`, 1), "schema version 2.0"},
		"no version":       {strings.Replace(sample, `"schema_version":"1.1"`, `"schema_version":"new"`, 1), "is not a version"},
		"lost findings":    {strings.Replace(sample, `"findings":[],`, ``, 1), "lacks findings"},
		"null findings":    {strings.Replace(sample, `"findings":[],`, `"findings":null,`, 1), "member findings"},
		"wrong type":       {strings.Replace(sample, `"findings":[],`, `"findings":[{"check":7}],`, 1), "element 0"},
		"twice":            {strings.Replace(sample, `"findings":[],`, `"findings":[],"findings":[],`, 1), "duplicate"},
		"more":             {sample + "{}", "follows its end"},
		"deep":             {strings.Repeat(`{"a":`, 20000), "depth"},
	} {
		_, err := Load(strings.NewReader(x.in))
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: error is %v, want one with %q", name, err, x.want)
		}
	}
}

func TestLoadPassesOverLaterMembers(t *testing.T) {
	sample := string(reporttest.Render(t, Format{}, reporttest.Empty()))
	in := strings.Replace(sample, `"schema_version":"1.1"`, `"novel":[{"a":1}],"schema_version":"1.7"`, 1)
	if _, err := Load(strings.NewReader(in)); err != nil {
		t.Error(err)
	}
}

func TestLoadIsBounded(t *testing.T) {
	sample := reporttest.Render(t, Format{}, reporttest.Sample())
	if _, err := load(bytes.NewReader(sample), int64(len(sample))); err != nil {
		t.Errorf("exactly at the limit: %v", err)
	}
	if _, err := load(bytes.NewReader(sample), int64(len(sample)-2)); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("over the limit: %v", err)
	}
}

func TestWriteReportsTheWritersError(t *testing.T) {
	for _, n := range []int{0, 100, 70_000} {
		if err := (Format{}).Write(&reporttest.Failing{N: n}, reporttest.Large(500)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// A hundred times the assets must not need more memory.
func TestWriteIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a few seconds")
	}
	peak := func(assets int) uint64 {
		w := &watcher{}
		if err := (Format{}).Write(w, reporttest.Large(assets)); err != nil {
			t.Fatal(err)
		}
		return w.peak
	}
	small, large := peak(1_000), peak(100_000)
	if large > small+8<<20 {
		t.Errorf("1,000 assets need %d MiB and 100,000 need %d MiB", small>>20, large>>20)
	}
}

// watcher samples the live heap while the report is written.
type watcher struct {
	written, next int
	peak          uint64
}

func (w *watcher) Write(p []byte) (int, error) {
	w.written += len(p)
	if w.written > w.next {
		w.next = w.written + 64<<20
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		w.peak = max(w.peak, m.HeapAlloc)
	}
	return len(p), nil
}

func BenchmarkWrite(b *testing.B) {
	a := reporttest.Large(1_000)
	b.ReportAllocs()
	for b.Loop() {
		c := &counter{}
		if err := (Format{}).Write(c, a); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(c.n)
	}
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }

func FuzzLoad(f *testing.F) {
	for _, a := range []*report.Assessment{reporttest.Sample(), reporttest.Empty()} {
		var b bytes.Buffer
		if err := (Format{}).Write(&b, a); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte(`{"schema_version":"1.0"`))
	f.Add([]byte(`{"assets":[{"facts":{"x":{"value":1e400}}}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		a, err := Load(bytes.NewReader(in))
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := (Format{}).Write(&first, a); err != nil {
			t.Fatalf("writing what was read: %v", err)
		}
		again, err := Load(&first)
		if err != nil {
			t.Fatalf("reading what was written: %v", err)
		}
		want := io.Writer(&second)
		if err := (Format{}).Write(want, again); err != nil {
			t.Fatal(err)
		}
	})
}

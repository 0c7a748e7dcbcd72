package export

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

const (
	bucket = `{"name":"//storage.googleapis.com/%s","asset_type":"storage.googleapis.com/Bucket","resource":{"data":{"name":"%[1]s"}}}`
	volume = `{"resourceType":"AWS::EC2::Volume","resourceId":"%s","configuration":{"encrypted":true}}`
)

func TestBrokenFiles(t *testing.T) {
	a, b := fmt.Sprintf(bucket, "a"), fmt.Sprintf(bucket, "b")
	for name, tc := range map[string]struct {
		text      string
		resources int
		gap       string
	}{
		"truncated line":       {a + "\n" + b[:40], 1, "line 2: the record ends in the middle"},
		"broken line between":  {a + "\n{x}\n\n" + b + "\n", 2, "line 2: it is not valid JSON"},
		"line that is a list":  {a + "\n[" + b + "]\n", 2, ""},
		"line that is a text":  {a + "\n\"x\"\n" + b + "\n", 2, "line 2: a record is no object"},
		"name twice":           {a + "\n" + `{"name":"//x/y","name":"//x/z","asset_type":"x/Y"}` + "\n" + b, 2, `"name" comes twice`},
		"truncated array":      {"[" + a + ",\n" + b + ",\n{", 2, "line 3: the file ends in the middle"},
		"broken array":         {"[" + a + ",\nx" + b + "]", 1, "line 2: it is not valid JSON"},
		"deep":                 {a + "\n" + `{"name":"//x/y","asset_type":"x/Y","resource":{"data":` + strings.Repeat("[", 9000), 1, "deeper than 100"},
		"wrong types":          {`[{"name":"//x/y","assetType":"x/Y","resource":{"data":7},"iamPolicy":[1],"ancestors":{"a":1}}, {"name":"//x/z","assetType":"x/Y","resource":[]}]`, 1, ""},
		"values one by one":    {"{\n" + a[1:] + "\n{\n" + b[1:], 2, ""},
		"trailing rubbish":     {"[" + a + "] x", 1, "it is not valid JSON"},
		"ten megabytes a line": {a + "\n" + fmt.Sprintf(bucket, strings.Repeat("x", 10<<20)) + "\n" + b, 3, ""},
		"not an export":        {`{"a":1}`, 0, "no export that Demarc knows"},
		"empty":                {"", 0, "it is empty"},
		"graph of odd shapes":  {`{"data":[{"id":"/subscriptions/x/providers/M.A/b/c","type":"m.a/b","properties":"{}","tags":[],"location":5},{"id":5,"type":"m.a/b"}]}`, 1, "no id or no type"},
		"config of odd shapes": {`{"fileVersion":"1.0","configurationItems":[` + fmt.Sprintf(volume, "v") + `,{"resourceType":"A::B::C","resourceId":"x","configuration":"[1","supplementaryConfiguration":[],"tags":"no"},5]}`, 2, "a record is no object"},
	} {
		t.Run(name, func(t *testing.T) {
			rec := readText(t, tc.text)
			if len(rec.Resources) != tc.resources {
				t.Errorf("%d resources, want %d", len(rec.Resources), tc.resources)
			}
			var gaps []string
			for _, g := range rec.Gaps {
				gaps = append(gaps, g.What)
				if !g.Fatal {
					t.Errorf("a broken file is not fatal: %s", g.What)
				}
			}
			all := strings.Join(gaps, "\n")
			if tc.gap == "" && all != "" || !strings.Contains(all, tc.gap) {
				t.Errorf("gaps %q, want %q", all, tc.gap)
			}
		})
	}
}

// A reading keeps little of a large file.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 60 MB")
	}
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "big.json"))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 20_000)
	for i := range 3000 {
		_, _ = fmt.Fprintf(f, `{"name":"//storage.googleapis.com/b%d","asset_type":"storage.googleapis.com/Bucket","resource":{"data":{"name":"b%[1]d","long":"%s"}}}`+"\n", i, long)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	c := &counter{}
	start := time.Now()
	if err := Read(t.Context(), dir, "big.json", Options{}, c); err != nil {
		t.Fatal(err)
	}
	if c.n != 3000 || c.gaps != 0 {
		t.Errorf("%d resources, %d gaps", c.n, c.gaps)
	}
	if c.peak > 64<<20 {
		t.Errorf("held %d MB", c.peak>>20)
	}
	t.Logf("%s, held %d MB", time.Since(start), c.peak>>20)
}

// counter counts what it is given and looks at the memory now and then.
type counter struct {
	n, gaps int
	peak    uint64
}

func (c *counter) Resource(*source.Resource) {
	if c.n++; c.n%500 == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		c.peak = max(c.peak, m.HeapAlloc)
	}
}
func (c *counter) Gap(source.Gap) { c.gaps++ }

// Policies that are kept for a second reading are bounded in number.
func TestMergedWhereverTheyStand(t *testing.T) {
	policy := `{"name":"//storage.googleapis.com/%s","asset_type":"storage.googleapis.com/Bucket","iam_policy":{"bindings":[{"role":"%[1]s"}]}}`
	rec := readText(t, strings.Join([]string{
		fmt.Sprintf(policy, "a"), fmt.Sprintf(bucket, "a"), fmt.Sprintf(bucket, "b"), fmt.Sprintf(bucket, "c"), fmt.Sprintf(policy, "b"),
	}, "\n"))
	if len(rec.Resources) != 3 {
		t.Fatalf("%d resources", len(rec.Resources))
	}
	for _, r := range rec.Resources {
		p, has := r.Body["iamPolicy"].(map[string]any)
		if want := r.Name != "c"; has != want || has && p["bindings"].([]any)[0].(map[string]any)["role"] != r.Name || r.Partial {
			t.Errorf("%s: policy %v, partial %v", r.Name, r.Body["iamPolicy"], r.Partial)
		}
	}
}

// Resources and policies are exported into files of their own.
func TestSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	policy := `{"name":"//storage.googleapis.com/%s","asset_type":"storage.googleapis.com/Bucket","iam_policy":{"bindings":[]},"ancestors":["projects/1"]}`
	write("resources.json", fmt.Sprintf(bucket, "a")+"\n"+fmt.Sprintf(bucket, "b"))
	write("policies.json", fmt.Sprintf(policy, "a")+"\n"+fmt.Sprintf(policy, "elsewhere"))
	write("snapshot.json", `{"fileVersion":"1.0","configurationItems":[`+fmt.Sprintf(volume, "v")+`]}`)
	write("broken.json", `{"name":"//a/b","asset_type":"a/B","iam_policy":{`)
	files := []string{"resources.json", "policies.json", "snapshot.json", "broken.json"}
	known, err := Learn(t.Context(), dir, files)
	if err != nil {
		t.Fatal(err)
	}
	rec := &sourcetest.Recorder{}
	for _, f := range files {
		if err := Read(t.Context(), dir, f, Options{Known: known}, rec); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, r := range rec.Resources {
		_, has := r.Body["iamPolicy"].(map[string]any)
		got = append(got, fmt.Sprintf("%s %s policy=%v partial=%v", r.Root, r.Name, has, r.Partial))
	}
	want := []string{
		"resources.json a policy=true partial=false", "resources.json b policy=false partial=false",
		"policies.json elsewhere policy=true partial=true", "snapshot.json v policy=false partial=true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(rec.Gaps) != 1 {
		t.Error(rec.Gaps)
	}
}

func FuzzRead(f *testing.F) {
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
	f.Fuzz(func(t *testing.T, text []byte) {
		rec := readText(t, string(text))
		for _, r := range rec.Resources {
			if r.Address == "" || r.Type == "" || r.Provider == "" || r.Body == nil {
				t.Errorf("%+v", r)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	f, err := os.Create(filepath.Join(dir, "snapshot.json"))
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.WriteString(f, `{"fileVersion":"1.0","configurationItems":[`)
	for i := range 2000 {
		if i > 0 {
			_, _ = io.WriteString(f, ",")
		}
		_, _ = fmt.Fprintf(f, `{"resourceType":"AWS::EC2::Volume","resourceId":"vol-%d","ARN":"arn:aws:ec2:eu-west-1:111122223333:volume/vol-%[1]d","awsRegion":"eu-west-1",`+
			`"configuration":{"encrypted":true,"size":100,"attachments":[{"device":"/dev/sda1","instanceId":"i-%[1]d"}]},"tags":{"env":"prod"}}`, i)
	}
	size, _ := f.Seek(0, io.SeekCurrent)
	_, _ = io.WriteString(f, `]}`)
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if err := Read(b.Context(), dir, "snapshot.json", Options{}, &sourcetest.Recorder{}); err != nil {
			b.Fatal(err)
		}
	}
}

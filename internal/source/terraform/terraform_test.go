package terraform

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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

func (r *recorder) find(t testing.TB, address string) *source.Resource {
	t.Helper()
	for _, x := range r.Resources {
		if x.Address == address {
			return x
		}
	}
	t.Fatalf("no resource %s among %d", address, len(r.Resources))
	return nil
}

// unpack writes a txtar archive's files into a new directory.
func unpack(t testing.TB, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// readAll reads every root below dir.
func readAll(t testing.TB, dir string, opt Options) *recorder {
	t.Helper()
	roots, gaps, err := FindRoots(dir)
	if err != nil {
		t.Fatal(err)
	}
	rec := &recorder{Gaps: gaps}
	for _, root := range roots {
		if err := Read(t.Context(), dir, root, opt, rec); err != nil {
			t.Fatal(err)
		}
	}
	return rec
}

// readText reads one module from a txtar text, or from a plain main.tf.
func readText(t testing.TB, text string) *recorder {
	t.Helper()
	a := txtar.Parse([]byte(text))
	if len(a.Files) == 0 {
		a.Files = []txtar.File{{Name: "main.tf", Data: []byte(text)}}
	}
	return readAll(t, unpack(t, a), Options{})
}

// TestGolden reads each archive of testdata and compares what came of it with
// the archive's own golden.json.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			golden := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "golden.json" })
			var want []byte
			if golden >= 0 {
				want = a.Files[golden].Data
				a.Files = slices.Delete(a.Files, golden, golden+1)
			}
			got := render(t, readAll(t, unpack(t, a), Options{}))
			if *update {
				a.Files = append(a.Files, txtar.File{Name: "golden.json", Data: got})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := gocmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// render writes resources and gaps for eyes: holes as ⟦…⟧, unknown values as
// one string, empty fields left out.
func render(t testing.TB, rec *recorder) []byte {
	t.Helper()
	type view struct {
		Address  string
		Root     string `json:",omitempty"`
		Data     bool   `json:",omitempty"`
		Region   string `json:",omitempty"`
		Account  string `json:",omitempty"`
		At       string
		Calls    []string `json:",omitempty"`
		Body     any
		Set      []string            `json:",omitempty"`
		Refs     map[string][]string `json:",omitempty"`
		Lines    map[string]int      `json:",omitempty"`
		Comments []source.Comment    `json:",omitempty"`
	}
	out := struct {
		Resources []view
		Gaps      []source.Gap `json:",omitempty"`
	}{Gaps: rec.Gaps}
	for _, r := range rec.Resources {
		v := view{
			Address: r.Address, Root: r.Root, Data: r.Data, Region: r.Region, Account: r.Account,
			At: place(r.Location.File, r.Location.Line, r.Location.EndLine), Body: visible(r.Body), Lines: r.Lines, Comments: r.Comments,
		}
		for _, c := range r.Calls {
			v.Calls = append(v.Calls, place(c.File, c.Line, c.EndLine))
		}
		for name := range r.Set {
			v.Set = append(v.Set, name)
		}
		slices.Sort(v.Set)
		for path, refs := range r.Refs {
			if v.Refs == nil {
				v.Refs = map[string][]string{}
			}
			for _, ref := range refs {
				v.Refs[path] = append(v.Refs[path], strings.TrimSuffix(ref.Address+" "+ref.Attribute, " "))
			}
		}
		out.Resources = append(out.Resources, v)
	}
	var buf strings.Builder
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		t.Fatal(err)
	}
	return []byte(buf.String())
}

func place(file string, line, end int) string {
	b, _ := json.Marshal([]int{line, end})
	return file + string(b)
}

// visible replaces unknown values by text.
func visible(v any) any {
	switch v := v.(type) {
	case *source.Unknown:
		s := "UNKNOWN " + v.Reason
		if v.NotNull {
			s += ", not null"
		}
		if v.Text != "" {
			s += ": " + shown(v.Text)
		}
		return s
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[shown(k)] = visible(e)
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, visible(e))
		}
		return out
	}
	return v
}

func shown(s string) string {
	return strings.NewReplacer(source.HoleOpen, "⟦", source.HoleClose, "⟧").Replace(s)
}

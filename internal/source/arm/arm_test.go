package arm

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source"
)

var update = flag.Bool("update", false, "rewrite golden files")

// recorder keeps what a reader yields.
type recorder struct {
	resources []*source.Resource
	gaps      []source.Gap
}

func (r *recorder) Resource(x *source.Resource) { r.resources = append(r.resources, x) }
func (r *recorder) Gap(g source.Gap)            { r.gaps = append(r.gaps, g) }

func (r *recorder) get(t testing.TB, address string) *source.Resource {
	t.Helper()
	for _, x := range r.resources {
		if x.Address == address {
			return x
		}
	}
	var have []string
	for _, x := range r.resources {
		have = append(have, x.Address)
	}
	t.Fatalf("no resource %s among %q; gaps: %v", address, have, r.gaps)
	return nil
}

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

func readDir(t testing.TB, dir, name string, opt Options) *recorder {
	t.Helper()
	r := &recorder{}
	if err := Read(t.Context(), dir, name, opt, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// readText reads one template.
func readText(t testing.TB, text string) *recorder {
	t.Helper()
	a := &txtar.Archive{Files: []txtar.File{{Name: "t.json", Data: []byte(text)}}}
	return readDir(t, unpack(t, a), "t.json", Options{})
}

// TestGolden reads azuredeploy.json of each archive in testdata and compares
// what came of it with the archive's own golden.json. The archive's comment
// may name parameters files to apply.
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
			var want []byte
			if i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "golden.json" }); i >= 0 {
				want = a.Files[i].Data
				a.Files = slices.Delete(a.Files, i, i+1)
			}
			dir := unpack(t, a)
			var opt Options
			for line := range strings.Lines(string(a.Comment)) {
				if file, ok := strings.CutPrefix(strings.TrimSpace(line), "parameters: "); ok {
					opt.ParameterFiles = append(opt.ParameterFiles, filepath.Join(dir, file))
				}
			}
			got := render(t, readDir(t, dir, "azuredeploy.json", opt))
			if *update {
				a.Files = append(a.Files, txtar.File{Name: "golden.json", Data: got})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
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
		Type     string
		Address  string
		Name     string
		Data     bool   `json:",omitempty"`
		Region   string `json:",omitempty"`
		Account  string `json:",omitempty"`
		At       string
		Calls    []string `json:",omitempty"`
		Body     any
		Refs     map[string][]string `json:",omitempty"`
		Lines    map[string]int      `json:",omitempty"`
		Comments []source.Comment    `json:",omitempty"`
	}
	out := struct {
		Resources []view
		Gaps      []source.Gap `json:",omitempty"`
	}{Gaps: rec.gaps}
	for _, r := range rec.resources {
		v := view{
			Type: r.Type, Address: r.Address, Name: r.Name, Data: r.Data, Region: r.Region, Account: r.Account,
			At: place(r.Location.File, r.Location.Line, r.Location.EndLine), Body: visible(r.Body), Lines: r.Lines, Comments: r.Comments,
		}
		for _, c := range r.Calls {
			v.Calls = append(v.Calls, place(c.File, c.Line, c.EndLine))
		}
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
	enc.SetIndent("", " ")
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
			s += ": " + strings.NewReplacer(source.HoleOpen, "⟦", source.HoleClose, "⟧").Replace(v.Text)
		}
		return s
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = visible(e)
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

package sourcetest

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source"
)

var update = flag.Bool("update", false, "write the golden parts of testdata anew")

// goldenFile is the part of an archive that says what comes of the others.
const goldenFile = "golden.json"

// Golden has each archive of testdata read, unpacked into dir, and compares
// what came of it with the archive's own golden.json. What the archive's
// comment means is the reader's affair.
func Golden(t *testing.T, read func(t *testing.T, dir, comment string) *Recorder) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, want := Archive(t, name)
			got := Render(t, read(t, Unpack(t, a.Files), string(a.Comment)))
			if *update {
				a.Files = append(a.Files, txtar.File{Name: goldenFile, Data: got})
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

// Archive reads an archive, and takes the golden part out of it.
func Archive(t testing.TB, name string) (a *txtar.Archive, golden []byte) {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == goldenFile }); i >= 0 {
		golden = a.Files[i].Data
		a.Files = slices.Delete(a.Files, i, i+1)
	}
	return a, golden
}

// GoldenFile compares what came of a reading with the golden file of that name.
func GoldenFile(t testing.TB, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// view is a resource for eyes. Type and Name are left out where the address
// says them, and Set where it is what Body holds.
type view struct {
	Address  string
	Type     string `json:",omitempty"`
	Name     string `json:",omitempty"`
	Dialect  string
	Root     string `json:",omitempty"`
	Data     bool   `json:",omitempty"`
	Partial  bool   `json:",omitempty"`
	Why      string `json:",omitempty"`
	Region   string `json:",omitempty"`
	Account  string `json:",omitempty"`
	At       string
	Calls    []string `json:",omitempty"`
	Body     any
	Set      *[]string           `json:",omitempty"` // null where the source cannot tell
	Refs     map[string][]string `json:",omitempty"`
	Lines    map[string]int      `json:",omitempty"`
	Comments []source.Comment    `json:",omitempty"`
}

// Render writes resources and gaps for eyes: holes as ⟦…⟧, unknown values as
// one string, empty fields left out.
func Render(t testing.TB, rec *Recorder) []byte {
	t.Helper()
	out := struct {
		Resources []view
		Gaps      []source.Gap `json:",omitempty"`
	}{Gaps: rec.Gaps}
	for _, r := range rec.Resources {
		out.Resources = append(out.Resources, viewOf(r))
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

func viewOf(r *source.Resource) view {
	v := view{
		Address: r.Address, Dialect: string(r.Dialect), Root: r.Root, Data: r.Data, Partial: r.Partial, Why: r.PartialWhy, Region: r.Region, Account: r.Account,
		At: place(r.Location.File, r.Location.Line, r.Location.EndLine), Body: Visible(r.Body), Set: setOf(r), Lines: r.Lines, Comments: r.Comments,
	}
	if !strings.Contains(r.Address, r.Type+".") {
		v.Type = r.Type
	}
	if !strings.HasSuffix(withoutKey(r.Address), r.Name) {
		v.Name = r.Name
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
	return v
}

// setOf lists the arguments that are written, where they are not just those
// that the body holds.
func setOf(r *source.Resource) *[]string {
	var held []string
	for name, v := range r.Body {
		if v != nil {
			held = append(held, name)
		}
	}
	slices.Sort(held)
	set := slices.AppendSeq([]string{}, maps.Keys(r.Set))
	slices.Sort(set)
	switch {
	case r.Set == nil:
		return new([]string)
	case slices.Equal(set, held):
		return nil
	}
	return &set
}

// withoutKey strips the last instance key of an address.
func withoutKey(address string) string {
	if i := strings.LastIndexByte(address, '['); i > 0 && strings.HasSuffix(address, "]") {
		return address[:i]
	}
	return address
}

func place(file string, line, end int) string { return fmt.Sprintf("%s[%d,%d]", file, line, end) }

// Visible replaces unknown values by text.
func Visible(v any) any {
	switch v := v.(type) {
	case *source.Unknown:
		s := "UNKNOWN " + v.Reason
		if v.NotNull {
			s += ", not null"
		}
		if v.Text != "" {
			s += ": " + Shown(v.Text)
		}
		return s
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[Shown(k)] = Visible(e)
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, Visible(e))
		}
		return out
	}
	return v
}

// Shown writes the holes of a text as ⟦…⟧.
func Shown(text string) string { return holes.Replace(text) }

var holes = strings.NewReplacer(source.HoleOpen, "⟦", source.HoleClose, "⟧")

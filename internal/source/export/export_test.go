package export

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
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

func readText(t testing.TB, text string) *recorder {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "export.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	if err := Read(t.Context(), dir, "export.json", Options{}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestGolden reads export.json of each archive in testdata and compares what
// came of it with the archive's own golden.json.
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
			var want, in []byte
			for _, f := range a.Files {
				if f.Name == "golden.json" {
					want = f.Data
				} else {
					in = f.Data
				}
			}
			got := render(t, readText(t, string(in)))
			if *update {
				a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "golden.json" })
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

func render(t testing.TB, rec *recorder) []byte {
	t.Helper()
	type view struct {
		Dialect, Type, Address, Name string
		Region                       string `json:",omitempty"`
		Account                      string `json:",omitempty"`
		Partial                      bool   `json:",omitempty"`
		At                           string
		Body                         any
	}
	out := struct {
		Resources []view
		Gaps      []source.Gap `json:",omitempty"`
	}{Gaps: rec.gaps}
	for _, r := range rec.resources {
		out.Resources = append(out.Resources, view{
			Dialect: string(r.Dialect), Type: r.Type, Address: r.Address, Name: r.Name, Region: r.Region, Account: r.Account, Partial: r.Partial,
			At: fmt.Sprintf("%s[%d,%d]", r.Location.File, r.Location.Line, r.Location.EndLine), Body: visible(r.Body),
		})
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

func visible(v any) any {
	switch v := v.(type) {
	case *source.Unknown:
		return "UNKNOWN " + v.Reason
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

func TestDetect(t *testing.T) {
	for text, want := range map[string]string{
		`{"count":1,"data":[{"id":"/subscriptions/x/providers/Microsoft.A/b/c","type":"microsoft.a/b"`:                    ResourceGraph,
		`[{"id":"/subscriptions/x/resourceGroups/y","name":"y","type":"microsoft.resources/subscriptions/resourcegroups"`: ResourceGraph,
		`{"name":"//a.googleapis.com/b","asset_type":"a/B"`:                                                               AssetInventory,
		`{"assets":[{"assetType":"a/B","name":"//a.googleapis.com/b"`:                                                     AssetInventory,
		`{"fileVersion":"1.0","configurationItems":[]}`:                                                                   Config,
		`{"configurationItems":[{"resourceType":"AWS::S3::Bucket","configuration":"{}"`:                                   Config,
		`{"Results":["{\"resourceType\":\"AWS::S3::Bucket\"}"`:                                                            Config,
		`{"ResourceDescriptions":[{"Identifier":"a","Properties":"{}"}],"TypeName":"AWS::A::B"}`:                          CloudControl,
		`{"data":[{"id":1,"type":"x"}]}`:                                                                                  "",
		`{"results":[{"id":"/a","type":"page"}]}`:                                                                         "",
		`{"$schema":"https://x/deploymentTemplate.json#","resources":[]}`:                                                 "",
		`{"Resources":{}}`: "",
		`[1,2]`:            "",
		`[`:                "",
		``:                 "",
		`{"format_version":"1.2","planned_values":{}}`: "",
	} {
		got, ok := Detect("f.json", []byte(text))
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v; want %q", text, got, ok, want)
		}
	}
	if _, ok := Detect("f.yaml", []byte(`{"name":"//a.googleapis.com/b","asset_type":"a/B"}`)); ok {
		t.Error("a file that is no JSON by its name is detected")
	}
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	if err := Read(t.Context(), dir, "../x.json", Options{}, &recorder{}); err == nil {
		t.Error("a path outside is read")
	}
	r := &recorder{}
	if err := Read(t.Context(), dir, "missing.json", Options{}, r); err != nil || len(r.gaps) != 1 || !r.gaps[0].Fatal {
		t.Errorf("a file that is not there: %v, %v", err, r.gaps)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(`{"name":"//a/b","asset_type":"c/D"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Read(ctx, dir, "a.json", Options{}, r); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

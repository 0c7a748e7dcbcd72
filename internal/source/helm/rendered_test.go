package helm

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/demarc-sec/demarc/internal/source/manifest"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// TestRenderedAsHelm holds what is read of charts against what the helm program
// writes for them: the same objects, value for value. Secrets are not among
// them, as what they hold is not kept; lookups find nothing in either.
func TestRenderedAsHelm(t *testing.T) {
	charts, err := filepath.Glob("testdata/rendered/*.txtar")
	if err != nil || len(charts) != 3 {
		t.Fatalf("want three charts, have %v: %v", charts, err)
	}
	for _, file := range charts {
		chart := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(chart, func(t *testing.T) {
			a, _ := sourcetest.Archive(t, file)
			want := map[string]any{}
			for _, f := range a.Files {
				if f.Name == "helm.yaml" {
					want = objects(t, string(f.Data))
				}
			}
			rec := &sourcetest.Recorder{}
			if err := Read(t.Context(), sourcetest.Unpack(t, a.Files), chart, Options{Namespace: "prod", Release: "shop", Scan: sourcetest.Scan}, rec); err != nil {
				t.Fatal(err)
			}
			if len(rec.Gaps) > 0 || len(want) == 0 {
				t.Errorf("%d objects of helm's, gaps: %s", len(want), rec.Said())
			}
			got := map[string]any{}
			for _, r := range rec.Resources {
				got[r.Address] = plain(t, r.Body)
			}
			if d := gocmp.Diff(want, got); d != "" {
				t.Errorf("-helm +demarc:\n%s", d)
			}
		})
	}
}

// objects reads the objects of a stream by kind and name.
func objects(t *testing.T, text string) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, doc := range regexp.MustCompile(`(?m)^---$`).Split(text, -1) {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(doc), &object); err != nil {
			t.Fatal(err)
		}
		if len(object) == 0 {
			continue
		}
		meta, _ := object["metadata"].(map[string]any)
		kind, _ := object["kind"].(string)
		name, _ := meta["name"].(string)
		namespace, _ := meta["namespace"].(string)
		out[manifest.Address(namespace, kind, name)] = plain(t, object)
	}
	return out
}

// plain is a value as JSON reads it back.
func plain(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

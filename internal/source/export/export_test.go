package export

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func readText(t testing.TB, text string) *sourcetest.Recorder {
	t.Helper()
	return readDir(t, sourcetest.Write(t, t.TempDir(), map[string]string{"export.json": text}))
}

// readDir reads the export.json of dir.
func readDir(t testing.TB, dir string) *sourcetest.Recorder {
	t.Helper()
	r := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "export.json", Options{}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestGolden reads export.json of each archive in testdata and compares what
// came of it with the archive's own golden.json.
func TestGolden(t *testing.T) {
	sourcetest.Golden(t, func(t *testing.T, dir, _ string) *sourcetest.Recorder { return readDir(t, dir) })
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
	if err := Read(t.Context(), dir, "../x.json", Options{}, &sourcetest.Recorder{}); err == nil {
		t.Error("a path outside is read")
	}
	r := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "missing.json", Options{}, r); err != nil || len(r.Gaps) != 1 || !r.Gaps[0].Fatal {
		t.Errorf("a file that is not there: %v, %v", err, r.Gaps)
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

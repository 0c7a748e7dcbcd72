package terraform

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// readAll reads every root below dir.
func readAll(t testing.TB, dir string, opt Options) *sourcetest.Recorder {
	t.Helper()
	roots, gaps, err := FindRoots(dir)
	if err != nil {
		t.Fatal(err)
	}
	rec := &sourcetest.Recorder{Gaps: gaps}
	for _, root := range roots {
		if err := Read(t.Context(), dir, root, opt, rec); err != nil {
			t.Fatal(err)
		}
	}
	return rec
}

// readText reads one module from a txtar text, or from a plain main.tf.
func readText(t testing.TB, text string) *sourcetest.Recorder {
	t.Helper()
	a := txtar.Parse([]byte(text))
	if len(a.Files) == 0 {
		a.Files = []txtar.File{{Name: "main.tf", Data: []byte(text)}}
	}
	return readAll(t, sourcetest.Unpack(t, a.Files), Options{})
}

// TestGolden reads each archive of testdata and compares what came of it with
// the archive's own golden.json.
func TestGolden(t *testing.T) {
	sourcetest.Golden(t, func(t *testing.T, dir, _ string) *sourcetest.Recorder { return readAll(t, dir, Options{}) })
}

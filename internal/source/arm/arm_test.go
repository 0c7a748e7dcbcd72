package arm

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func readDir(t testing.TB, dir, name string, opt Options) *sourcetest.Recorder {
	t.Helper()
	r := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, name, opt, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// readText reads one template.
func readText(t testing.TB, text string) *sourcetest.Recorder {
	t.Helper()
	a := &txtar.Archive{Files: []txtar.File{{Name: "t.json", Data: []byte(text)}}}
	return readDir(t, sourcetest.Unpack(t, a.Files), "t.json", Options{})
}

// TestGolden reads azuredeploy.json of each archive in testdata and compares
// what came of it with the archive's own golden.json. The archive's comment
// may name parameters files to apply.
func TestGolden(t *testing.T) {
	sourcetest.Golden(t, func(t *testing.T, dir, comment string) *sourcetest.Recorder {
		var opt Options
		for line := range strings.Lines(comment) {
			if file, ok := strings.CutPrefix(strings.TrimSpace(line), "parameters: "); ok {
				opt.ParameterFiles = append(opt.ParameterFiles, filepath.Join(dir, file))
			}
		}
		return readDir(t, dir, "azuredeploy.json", opt)
	})
}

package assess

import (
	"bytes"
	"testing"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/jsonreport"
	"github.com/demarc-sec/demarc/internal/testestate"
)

// TestLazy demands the same report, byte for byte, whether data is parsed when
// it is met or all at once.
func TestLazy(t *testing.T) {
	dir := t.TempDir()
	if err := testestate.WriteTree(dir, 400); err != nil {
		t.Fatal(err)
	}
	eager := engine(t)
	lazy, err := NewEngine(EngineOptions{Today: testDay, Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, "../../examples"} {
		if want, got := written(t, eager, path), written(t, lazy, path); !bytes.Equal(want, got) {
			at := 0
			for at < min(len(want), len(got)) && want[at] == got[at] {
				at++
			}
			from := max(at-200, 0)
			t.Errorf("%s: the reports differ after\n%s\nall at once: %.200s\nlazily: %.200s", path, want[from:at], want[at:], got[at:])
		}
	}
}

func written(t *testing.T, e *Engine, path string) []byte {
	t.Helper()
	res, err := e.Run(t.Context(), Options{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (jsonreport.Format{}).Write(&b, res.Assessment(report.Tool{}, testDay)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

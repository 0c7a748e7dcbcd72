package htmlreport

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/demarc-sec/demarc/internal/browsertest"
	"github.com/demarc-sec/demarc/internal/report"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// render writes the page to a file and gives its URL.
func render(t testing.TB, f report.Format, a *report.Assessment) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, a); err != nil {
		t.Fatalf("writing: %v", err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// open loads the page and waits until it is ready for use.
func open(t *testing.T, url string, first ...browsertest.Step) *browsertest.Tab {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser does the work, and nothing here runs at once")
	}
	b := browsertest.Open(t, url, first...)
	b.Wait("document.documentElement.dataset.ready")
	return b
}

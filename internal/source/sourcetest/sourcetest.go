// Package sourcetest is what the tests of readers share: a sink that keeps
// what it is given, files to read, and golden archives. Only tests use it.
package sourcetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/source"
)

// Recorder is a sink that keeps what a reader yields.
type Recorder struct {
	Resources []*source.Resource
	Gaps      []source.Gap
}

// Resource keeps r.
func (rec *Recorder) Resource(r *source.Resource) { rec.Resources = append(rec.Resources, r) }

// Gap keeps g.
func (rec *Recorder) Gap(g source.Gap) { rec.Gaps = append(rec.Gaps, g) }

// Find returns the resource at the address. The test ends where there is none.
func (rec *Recorder) Find(t testing.TB, address string) *source.Resource {
	t.Helper()
	for _, r := range rec.Resources {
		if r.Address == address {
			return r
		}
	}
	t.Fatalf("no resource %s among %q; gaps: %s", address, rec.Addresses(), rec.Said())
	return nil
}

// Addresses lists where the resources are, in the order they were yielded.
func (rec *Recorder) Addresses() []string {
	var out []string
	for _, r := range rec.Resources {
		out = append(out, r.Address)
	}
	return out
}

// Said tells the gaps, a line each; it is empty without any.
func (rec *Recorder) Said() string {
	var b strings.Builder
	for _, g := range rec.Gaps {
		fmt.Fprintf(&b, "gap %s %s:%d fatal %v: %s (%s)\n", g.Kind, g.At.File, g.At.Line, g.Fatal, g.What, g.Mend)
	}
	return b.String()
}

// Scan stands for the scanner of credentials: it takes what hunter writes for
// a password, and whatever is called a secret.
func Scan(path, text string) []string {
	if strings.Contains(text, "hunter") || strings.HasSuffix(path, ".secret") {
		return []string{path + ": password"}
	}
	return nil
}

// Write writes files, by names with slashes, below dir, and returns dir.
func Write(t testing.TB, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), []byte(text))
	}
	return dir
}

// Unpack writes an archive's files into a new directory, which it returns.
func Unpack(t testing.TB, files []txtar.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(f.Name)), f.Data)
	}
	return dir
}

func write(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

package check

import (
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/plainyaml"

	data "github.com/demarc-sec/demarc/checks"
	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// TestBuiltInDecoded demands that the quick reader of the built-in data makes of
// every check what the strict decoder makes of it, and knows nearly all of them.
func TestBuiltInDecoded(t *testing.T) {
	names, err := fs.Glob(data.FS, "*/check.yaml")
	if err != nil {
		t.Fatal(err)
	}
	declined := 0
	for _, name := range names {
		text, err := fs.ReadFile(data.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		var quick, strict Check
		if plainyaml.Decode(text, &quick) != nil {
			declined++
			continue
		}
		if err := strictyaml.Decode(name, text, &strict); err != nil {
			t.Errorf("%v, but the quick reader takes it", err)
		} else if !cmp.Equal(strict, quick, cmp.AllowUnexported(Check{}, Row{})) {
			t.Errorf("%s is read otherwise by the quick reader:\n%s", name, cmp.Diff(strict, quick, cmp.AllowUnexported(Check{}, Row{})))
		}
	}
	t.Logf("%d of %d files are left to the library", declined, len(names))
	if len(names) < 300 || declined > len(names)/50 {
		t.Errorf("%d of %d files are left to the library, which takes ten times as long", declined, len(names))
	}
}

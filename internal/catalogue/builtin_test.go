package catalogue

import (
	"io/fs"
	"path"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	data "github.com/demarc-sec/demarc/catalogue"
	"github.com/demarc-sec/demarc/internal/plainyaml"
	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// TestBuiltInDecoded demands that the quick reader of the built-in data makes of
// every file what the strict decoder makes of it, and knows nearly all of them.
func TestBuiltInDecoded(t *testing.T) {
	files, declined := 0, 0
	for _, pattern := range []string{"*.yaml", "evidence/*.yaml", "services/*/*/*.yaml"} {
		names, err := fs.Glob(data.FS, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(data.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			files++
			quick, strict := shape(name), shape(name)
			if plainyaml.Decode(text, quick) != nil {
				declined++
				continue
			}
			if err := strictyaml.Decode(name, text, strict); err != nil {
				t.Errorf("%v, but the quick reader takes it", err)
			} else if !cmp.Equal(strict, quick, cmp.AllowUnexported(Form{})) {
				t.Errorf("%s is read otherwise by the quick reader:\n%s", name, cmp.Diff(strict, quick, cmp.AllowUnexported(Form{})))
			}
		}
	}
	t.Logf("%d of %d files are left to the library", declined, files)
	if files < 500 || declined > files/50 {
		t.Errorf("%d of %d files are left to the library, which takes ten times as long", declined, files)
	}
}

// shape is what a file is decoded into.
func shape(name string) any {
	switch path.Base(name) {
	case "service.yaml":
		return &Service{}
	case "twins.yaml":
		return &twinFile{}
	case "facts.yaml":
		return &map[string]*FactSpec{}
	case "models.yaml":
		return &Models{}
	case "responsibilities.yaml":
		return &struct {
			Rows yaml.MapSlice `yaml:"rows"`
		}{}
	}
	if path.Dir(name) == "evidence" {
		return &Evidence{}
	}
	return new(any)
}

// TestBuiltInDeclined demands that a file which the quick reader gives up
// halfway is read as if it had never begun.
func TestBuiltInDeclined(t *testing.T) {
	s := &Service{ID: "aws/x"}
	if err := DecodeBuiltIn("x", []byte("title: X\nassets:\n  a:\n    identity: [\n      name]\nnotes: \"one\n  two\"\n"), s); err != nil {
		t.Fatal(err)
	}
	if s.ID != "aws/x" || s.Title != "X" || s.Notes != "one two" || s.Assets["a"] == nil {
		t.Errorf("got %+v", s)
	}
	if err := DecodeBuiltIn("x", []byte("title: X\nno_such_key: 1\n"), s); err == nil {
		t.Error("an unknown key is accepted")
	}
}

package signs

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/detections"
)

// Of every rule that comes with Demarc people are told what it finds and what to do.
func TestAbout(t *testing.T) {
	dirs, err := fs.ReadDir(detections.FS, ".")
	if err != nil || len(dirs) < 20 {
		t.Fatal(len(dirs), err)
	}
	for _, d := range dirs {
		a, ok := Of(d.Name())
		if !ok || a.Title == "" || a.About == "" || a.Do == "" || len(a.Techniques) == 0 || len(a.Else) == 0 || !strings.Contains(a.Text, "detection:") {
			t.Errorf("of %s is known: %v %+v", d.Name(), ok, a.Rule)
		}
	}
	for _, name := range []string{"", "..", "../x", "nothing-like-it", "ssh-brute-force/rule.yaml"} {
		if _, ok := Of(name); ok {
			t.Errorf("%q is a rule", name)
		}
	}
}

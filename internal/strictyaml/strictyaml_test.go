package strictyaml

import (
	"strings"
	"testing"
)

func TestDecodeBounds(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"aliases":         {"a0: &a0 [x, x]\na1: &a1 [*a0, *a0]\na2: [*a1, *a1]\n", ""},
		"deep brackets":   {strings.Repeat("[", 100_000), "nested more than"},
		"deep braces":     {strings.Repeat("a: {", 20_000), "nested more than"},
		"deep dashes":     {strings.Repeat("- ", 50_000) + "x", "nested more than"},
		"deep questions":  {strings.Repeat("? ", 50_000) + "x", "nested more than"},
		"large":           {strings.Repeat("#", MaxFile+1), "larger than"},
		"alias of itself": {"a: &a [*a]\n", ""},
		"anchors":         {strings.Repeat("&a ", 100_000), ""},
		"tags":            {strings.Repeat("!!a ", 100_000), ""},
		"tag of nothing":  {"list: !\n", "a tag (!)"},
		"many keys":       {strings.Repeat("a: b\n", 100_000), "already defined"},
	} {
		t.Run(name, func(t *testing.T) {
			var v struct {
				List []string `yaml:"list"`
			}
			err := Decode("x.yaml", []byte(c.text), &v)
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want one of %q", err, c.want)
			}
		})
	}
}

// FuzzDecode holds that no text makes the library panic through.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"list: [a]\n", "list: !\n", "map: {a: {b: 1}}\n", "list: &a [*a]\n", "map: !!binary x\nlist: |\n  a\n", "? - a\n: b\n", "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		var v struct {
			List []string       `yaml:"list"`
			Map  map[string]any `yaml:"map"`
			Any  any            `yaml:"any"`
			Deep []struct {
				Name *string           `yaml:"name"`
				Of   map[string]string `yaml:"of"`
			} `yaml:"deep"`
		}
		_ = Decode("x.yaml", text, &v)
	})
}

package catalogue

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	data "github.com/demarc-sec/demarc/catalogue"
)

// Overlays come from the repositories that are assessed: what they hold must
// neither crash the program nor exhaust it.

// bomb is twelve lists of ten aliases of the one before.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 12 {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9)+fmt.Sprintf("*a%d", i))
	}
	return b.String()
}

func TestLoadRefusesBombs(t *testing.T) {
	text := "title: X\nmodel: paas\ndocuments: {d: {url: \"https://x.example\", title: T}}\nassets:\n  x_a:\n    kind: object-store\n    facts:\n" +
		"      encrypted_at_rest: {from: a, map: {" + strings.ReplaceAll(strings.TrimSpace(bomb()), "\n", ", ") + "}}\n"
	name := "services/x/y/service.yaml"
	_, err := Load(Options{Overlays: []fs.FS{fstest.MapFS{name: {Data: []byte(text)}}}})
	if err == nil || !strings.Contains(err.Error(), "more than 10000 members") {
		t.Errorf("error %v", err)
	}
}

// FuzzVocabulary lays any text over one of the files of the vocabulary.
func FuzzVocabulary(f *testing.F) {
	files := []string{"responsibilities.yaml", "parties.yaml", "facts.yaml", "kinds.yaml", "models.yaml"}
	for i, seed := range []string{
		"rows: {data: {a.b: T}, x: }\n", "parties: {aws: {title: A, side: provider}, x: }\n", "x: \ny: {type: bool, is: Z, derived: q}\n",
		"groups: {g: [a, b]}\nkinds: {k: {title: K, has: [g]}, x: }\n", "columns: [a]\nowners: {x: , y: {owner: [p, c], evidence: {aws: d}}}\n",
		"a: [*b]", "rows: [1]", "\xff", "", "rows: {1: {2: 3}}",
	} {
		f.Add(i, []byte(seed))
	}
	f.Fuzz(func(_ *testing.T, file int, text []byte) {
		c := &Catalogue{Models: &Models{}, Responsibilities: map[string]*Responsibility{}}
		name := files[uint(file)%uint(len(files))]
		_ = c.loadVocabulary([]fs.FS{data.FS, fstest.MapFS{name: {Data: text}}}) // mistakes are expected, panics are not
	})
}

// only is the catalogue base with no services but those of the files.
func only(base *Catalogue, files fstest.MapFS) (*Catalogue, error) {
	c := *base
	c.clear()
	return &c, errors.Join(c.loadServices([]fs.FS{files}), c.link())
}

// FuzzService lays any text over the catalogue as a service's file.
func FuzzService(f *testing.F) {
	for _, seed := range []string{
		"", "title: X\nmodel: paas\ndocuments:\n  d: {url: \"https://x.example\", title: T}\n",
		"title: X\nmodel: paas\nassets:\n  x_a:\n    kind: object-store\n    facts:\n      encrypted_at_rest: {from: a, equals: b}\n",
		"title: X\nmodel: paas\nassets: {x_a: &a {kind: object-store, facts: {}}, x_b: *a}\nparts: {x_p: {of: x_a, by: a}}\n",
		"owners:\n  - {rule: r, for: [guest-os.deploy], when: 'kind == \"', owner: customer, inferred: true}\n",
		"assets: {x_a: }\nparts: {x_p: }\nignored: {x_i: }\nowners: [null]\n", "assets: &a {x_a: {facts: *a}}\n",
		"documents: {d: }\nalso: [x]\nwithout: [y]\nlegacy: {a: b}\n", "a: &a [*a, *a]", "<<: *x", "\xff", "? [a]: b",
	} {
		f.Add([]byte(seed))
	}
	base := embedded(f)
	f.Fuzz(func(_ *testing.T, text []byte) {
		_, _ = only(base, fstest.MapFS{"services/x/y/service.yaml": {Data: text}}) // mistakes are expected, panics are not
	})
}

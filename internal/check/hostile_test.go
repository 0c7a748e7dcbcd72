package check

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// FuzzCheck compiles any text as a check of an overlay.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		"id: x\ntitle: T\nseverity: low\nresponsibility: encryption-at-rest.configure\npass: encrypted_at_rest\nfail: F\nwhy: W\nfix: {text: T}\n",
		"rows: [null, {id: a, when: 'name ==', severity: x}]\n", "applies: {when: '!', kinds: [x], types: [y], services: [z]}\nneeds: [q]\n",
		"pass: linked('x').all(b, b.y)\nfix: \ncontrols: {a: }\nelsewhere: {c: [d]}\n", "rows: &a [*a]", "\xff", "",
	} {
		f.Add([]byte(seed))
	}
	cat := embedded(f)
	f.Fuzz(func(_ *testing.T, text []byte) {
		c := &Check{Dir: "x"}
		if strictyaml.Decode("x/check.yaml", text, c) == nil {
			_ = c.compile(cat) // mistakes are expected, panics are not
		}
	})
}

package plainyaml

import (
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// TestLikeTheLibrary demands that plain texts are read as the library reads them.
func TestLikeTheLibrary(t *testing.T) {
	for _, text := range []string{
		"",
		"# nothing\n",
		"a: 1\nb: -2\nc: 0.5\nd: 1.25\ne: true\nf: false\ng: null\nh: ~\ni:\nj: text of # three\n",
		"a: 2026-y\nb: 1z.b\nc: v1.2.3\nd: a:b\ne: http://x/#y   # comment\n",
		"a: 'it''s'\nb: \"say \\\"x\\\" \\\\ \\n\\t\"\nc: '# no comment'\n",
		"\"a b\": 1\n'c: d': 2\nAWS::X::Y: 3\n",
		"a: [1, b c, \"d, e\", [f], {g: h}, ]\nb: {}\nc: []\n",
		"a: {b: 1,\n    c: [x,   # comment\n        y]}\nd: 1\n",
		"a:\n  # comment\n  b: 1\n\n  c:\n    - d\n    - e: f\n      g: h\n    -   i: j\n        k: l\nm:\n- n\n- o\np: q\n",
		"a:\n  - b:\n      c: d\n    e:\n      - f\n  -\n    g: h\n",
		"a: |\n  one\n    two\n\n  three\nb: |-\n  x\n\n\nc: >-\n  one\n  two\nd: >\n  one\n  two\n",
		"a: >-\n  one\n    ? two\n    : three\n  four\nb: 1\n",
		"a: &x {b: 1}\nc: *x\nd: [&y z, *y]\ne: &w\n  f: g\nh: *w\n",
		"a:\n  [b,\n   c]\nd: 1\n",
	} {
		var got, want any
		if err := Decode([]byte(text), &got); err != nil {
			t.Errorf("%q is declined", text)
			continue
		}
		if err := yaml.Unmarshal([]byte(text), &want); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q:\n%s", text, d)
		}
	}
}

// TestDeclines demands that whatever is not plain is left to the library.
func TestDeclines(t *testing.T) {
	for _, text := range []string{
		"a", "- a", "---\na: 1\n", "a: 1\n...\n", "\ta: 1\n", " a: 1\n", "a: 1\r\n", // documents
		"a: 1\n b: 2\n", "a:\n  b: 1\n c: 2\n", "a: b\n  c\n", "a: 'b\n  c'\n", "a: \"b\n  c\"\n", // lines
		"a: b: c\n", "a: b:\n", "a: [b\n", "a: [b]c\n", "a: {b}\n", "a: {b: 1\n", "a: [b: c]\n", "a: {b:1}\n", // punctuation
		"a: !!str 1\n", "a: *x\n", "a:\n  <<: {b: 1}\n", "? a\n: b\n", "- - a\n", "a: |+\n  b\n", "a: |2\n   b\n", // features
		"a: 1\na: 2\n", "a: {b: 1, b: 2}\n", // keys twice
		"a: 0x1\n", "a: 010\n", "a: 1_000\n", "a: 1e3\n", "a: .5\n", "a: +1\n", "a: .inf\n", "a: True\n", "a: NULL\n", "a: 0o7\n", // scalars
		"a: \"\\x41\"\n", "a: @b\n", "a: `b`\n", "a: %b\n", // marks
		"a: >-\n  b\n\n  c\n", "a: |\n    b\n  c\n", "a: |\n", // texts
	} {
		var v map[string]any
		if err := Decode([]byte(text), &v); err == nil {
			t.Errorf("%q is read as %v", text, v)
		}
	}
	var typed struct {
		A string   `yaml:"a"`
		B []string `yaml:"b"`
		C bool     `yaml:"c"`
		D float64  `yaml:"d"`
		E struct{} `yaml:"e"`
	}
	for _, text := range []string{"a: [x]\n", "b: x\n", "c: x\n", "d: x\n", "e: x\n", "f: x\n", "a: x\na: y\n"} {
		if err := Decode([]byte(text), &typed); err == nil {
			t.Errorf("%q is read as %v", text, typed)
		}
	}
}

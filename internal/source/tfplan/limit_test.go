package tfplan

import (
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func TestHugeString(t *testing.T) {
	for _, text := range []string{
		`{"format_version":"1.2","x":"` + strings.Repeat("a", 2<<20) + `"}`,
		`{"format_version":"1.2","` + strings.Repeat("a", 2<<20) + `":1}`,
		`{"format_version":"1.2","resource_changes":[{"change":{"after":{"x":` + strings.Repeat("1", 2<<20) + `}}}]}`,
	} {
		var sink sourcetest.Recorder
		r := reader{ctx: t.Context(), file: strings.NewReader(text), shown: "f", sink: &sink, maxString: 1 << 20, maxResource: maxResource}
		g := gapOf("f", r.plan())
		if g.Kind != "limit" || !strings.Contains(g.What, "a single string is too long") {
			t.Errorf("gap %+v", g)
		}
	}
}

func TestHugeResource(t *testing.T) {
	const element = `{"change":{"after":{"x":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29]}}}`
	text := `{"format_version":"1.2","resource_changes":[` + element + `]}`
	for limit, want := range map[int64]string{60: "limit", 200: ""} {
		var sink sourcetest.Recorder
		r := reader{ctx: t.Context(), file: strings.NewReader(text), shown: "f", sink: &sink, maxString: maxString, maxResource: limit}
		if err := r.plan(); (err != nil) != (want != "") || err != nil && gapOf("f", err).Kind != want {
			t.Errorf("limit %d: %v, want %q", limit, err, want)
		}
	}
}

package normalise

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/source"
)

func TestKnownEnd(t *testing.T) {
	hole := "/subscriptions/" + source.HoleOpen + "x" + source.HoleClose
	for _, c := range []struct {
		name    string
		mapping catalogue.Mapping
		text    string
		decides bool
	}{
		{"a suffix in the known end", catalogue.Mapping{Suffix: "abc"}, hole + "/roles/abc", true},
		{"an end shorter than the suffix", catalogue.Mapping{Suffix: "abc"}, hole + "bc", false},
		{"names without a slash, after one", catalogue.Mapping{Matches: "(abc|def)$"}, hole + "/roles/abc", true},
		{"a name that may begin earlier", catalogue.Mapping{Matches: "(abc|def)$"}, hole + "bc", false},
		{"an expression that may reach further", catalogue.Mapping{Matches: "(a.*|def)$"}, hole + "/roles/abc", false},
		{"a text with nothing unknown said", catalogue.Mapping{Suffix: "abc"}, "", false},
		{"a test of the beginning too", catalogue.Mapping{Suffix: "abc", Prefix: "/x"}, hole + "/roles/abc", false},
	} {
		if _, decides := knownEnd(&c.mapping, &source.Unknown{Text: c.text}); decides != c.decides {
			t.Errorf("%s: decides = %v", c.name, decides)
		}
	}
}

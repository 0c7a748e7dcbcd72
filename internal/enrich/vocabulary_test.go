package enrich

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/demarc-sec/demarc/catalogue"
)

// TestVocabulary: what the vocabulary says an enricher derives stands in that
// enricher's code.
func TestVocabulary(t *testing.T) {
	b, err := catalogue.FS.ReadFile("facts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var facts map[string]struct {
		Derived string `yaml:"derived"`
	}
	if err := yaml.Unmarshal(b, &facts); err != nil {
		t.Fatal(err)
	}
	code := map[string]string{}
	for name, f := range facts {
		if f.Derived == "" {
			continue
		}
		if _, ok := code[f.Derived]; !ok {
			files, _ := filepath.Glob(filepath.Join(f.Derived, "*.go"))
			var all strings.Builder
			for _, file := range files {
				if !strings.HasSuffix(file, "_test.go") {
					b, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					all.Write(b)
				}
			}
			code[f.Derived] = all.String()
		}
		if !strings.Contains(code[f.Derived], `"`+name+`"`) {
			t.Errorf("%s: internal/enrich/%s does not derive it", name, f.Derived)
		}
	}
}

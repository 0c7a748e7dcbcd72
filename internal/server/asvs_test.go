package server

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestASVS holds the walk through OWASP's standard to the tests that it names.
func TestASVS(t *testing.T) {
	doc, err := os.ReadFile("../../docs/security/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range function.FindAllStringSubmatch(string(text), -1) {
			there[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+) \|.*$`).FindAllStringSubmatch(string(doc), -1)
	if len(rows) != 253 { // what levels 1 and 2 of version 5.0 ask for
		t.Errorf("%d requirements are walked through, want 253", len(rows))
	}
	for _, row := range rows {
		for _, name := range regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(row[0], -1) {
			if !there[name[1]] {
				t.Errorf("%s names %s, which is no test", row[1], name[1])
			}
		}
	}
}

package server

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cryptographic are the packages that the inventory has to name.
var cryptographic = regexp.MustCompile(`^(crypto/|hash/|math/rand|golang\.org/x/crypto|golang\.org/x/oauth2|filippo\.io/|github\.com/(go-webauthn|pquerna|coreos/go-oidc|golang-jwt|zitadel))`)

// The inventory of cryptography names what the program imports, and nothing
// that it does not.
func TestCryptographyIsListed(t *testing.T) {
	doc, err := os.ReadFile("../../docs/security/cryptography.md")
	if err != nil {
		t.Fatal(err)
	}
	imported := map[string]string{}
	for _, root := range []string{"..", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && strings.HasSuffix(d.Name(), "test") {
				return fs.SkipDir // what only tests import, such as storetest
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, i := range file.Imports {
				if name := strings.Trim(i.Path.Value, `"`); cryptographic.MatchString(name) {
					imported[name] = path
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(imported) < 15 {
		t.Fatalf("only %d packages are found: the test looks in the wrong place", len(imported))
	}
	for name, path := range imported {
		if !strings.Contains(string(doc), "`"+name+"`") {
			t.Errorf("%s imports %s, which docs/security/cryptography.md does not name", path, name)
		}
	}
	for _, m := range regexp.MustCompile("`([a-z.]+/[a-z0-9./-]+)`").FindAllStringSubmatch(string(doc), -1) {
		if cryptographic.MatchString(m[1]) && imported[m[1]] == "" {
			t.Errorf("docs/security/cryptography.md names %s, which nothing imports", m[1])
		}
	}
}

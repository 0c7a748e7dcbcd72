package cloudformation

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// TestTransform holds what a SAM template becomes, one resource or gap a line.
// The logical ids, and what they refer to, are those that SAM's own translator
// gives; where it makes an id of a hash, ours differs.
func TestTransform(t *testing.T) {
	template, err := os.ReadFile("testdata/transform/serverless.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rec := readText(t, string(template), Options{Region: "eu-west-1", Account: "123456789012"})
	var b strings.Builder
	for _, r := range rec.Resources {
		body, err := json.Marshal(sourcetest.Visible(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %s %s\n", r.Address, r.Type, body)
	}
	for _, g := range rec.Gaps {
		fmt.Fprintf(&b, "gap at line %d: %s\n", g.At.Line, g.What)
	}
	sourcetest.GoldenFile(t, "testdata/transform/serverless.txt", b.String())
}

package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

const documentFile = "../../../docs/openapi.json"

// docs/openapi.json is the document of this code.
func TestDocumentIsKept(t *testing.T) {
	text, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", " "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	if *update {
		if err := os.WriteFile(documentFile, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(documentFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, b.Bytes()) {
		t.Error("docs/openapi.json is not of this code; run go test ./internal/server/api -run TestDocumentIsKept -update")
	}
}

// TestAddressesStandApart holds that no address with a word is also one of a
// neighbour's with a parameter there, which takes other methods: it would answer
// for them.
func TestAddressesStandApart(t *testing.T) {
	text, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(text, &doc); err != nil || len(doc.Paths) < 100 {
		t.Fatal(len(doc.Paths), err)
	}
	for words, own := range doc.Paths {
		for pattern, methods := range doc.Paths {
			if words == pattern || !fits(strings.Split(words, "/"), strings.Split(pattern, "/")) {
				continue
			}
			for m := range methods {
				if _, ok := own[m]; !ok && m != "parameters" {
					t.Errorf("%s %s is answered by %s", strings.ToUpper(m), words, pattern)
				}
			}
		}
	}
}

func fits(words, pattern []string) bool {
	return slices.EqualFunc(words, pattern, func(word, part string) bool { return word == part || strings.HasPrefix(part, "{") })
}

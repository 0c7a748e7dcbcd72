//go:build ignore

// Command managed_gen writes managed.txt from a directory with one file per
// policy, each the answer of iam:GetPolicyVersion.
//
//	go run managed_gen.go DIR SOURCE DATE > managed.txt
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/demarc-sec/demarc/internal/iampolicy"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: managed_gen DIR SOURCE DATE")
	}
	files, err := os.ReadDir(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("# What policies published by AWS permit; see managed.go.\n# Source: %s, as of %s.\n", os.Args[2], os.Args[3])
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(os.Args[1], f.Name()))
		if err != nil {
			log.Fatal(err)
		}
		var answer struct {
			PolicyVersion struct{ Document json.RawMessage }
		}
		if err := json.Unmarshal(b, &answer); err != nil {
			log.Fatalf("reading %s: %v", f.Name(), err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, answer.PolicyVersion.Document); err != nil {
			log.Fatalf("reading %s: %v", f.Name(), err)
		}
		fmt.Println(iampolicy.ManagedLine(f.Name(), compact.String()))
	}
}

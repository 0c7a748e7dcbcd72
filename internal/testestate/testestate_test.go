package testestate_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/tfplan"
	"github.com/demarc-sec/demarc/internal/testestate"
	"github.com/hashicorp/hcl/v2/hclparse"
)

type collector struct {
	resources []*source.Resource
	gaps      []source.Gap
}

func (c *collector) Resource(r *source.Resource) { c.resources = append(c.resources, r) }
func (c *collector) Gap(g source.Gap)            { c.gaps = append(c.gaps, g) }

func TestPlanIsRead(t *testing.T) {
	for _, n := range []int{1, 40, 1000} {
		var first, second bytes.Buffer
		for _, b := range []*bytes.Buffer{&first, &second} {
			if err := testestate.WritePlan(b, n); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%d resources: two plans differ", n)
		}
		path := filepath.Join(t.TempDir(), "plan.json")
		if err := os.WriteFile(path, first.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		var c collector
		if err := tfplan.Read(t.Context(), "", path, &c); err != nil {
			t.Fatal(err)
		}
		if len(c.resources) != n || len(c.gaps) > 0 {
			t.Fatalf("%d resources and gaps %v, want %d", len(c.resources), c.gaps, n)
		}
		checkLinks(t, c.resources)
	}
}

// checkLinks wants every reference to lead to a resource of the plan, and every
// resource to know its account.
func checkLinks(t *testing.T, all []*source.Resource) {
	t.Helper()
	if len(all) < 40 {
		return // cut off in the middle of a stack
	}
	known, types, refs := map[string]bool{}, map[string]bool{}, 0
	for _, r := range all {
		if known[r.Address] {
			t.Errorf("%s comes twice", r.Address)
		}
		known[r.Address], types[r.Type] = true, true
	}
	dangling := 0
	for _, r := range all {
		if r.Account != "123456789012" || r.Region != "eu-central-1" {
			t.Errorf("%s: account %q, region %q", r.Address, r.Account, r.Region)
		}
		for path, list := range r.Refs {
			for _, ref := range list {
				if refs++; !known[ref.Address] {
					dangling++
					t.Logf("%s.%s -> %s is not in the plan", r.Address, path, ref.Address)
				}
			}
		}
	}
	// The last stack may be cut off before what it refers to.
	if dangling > 10 || refs < len(all) || len(types) < 25 {
		t.Errorf("%d references, %d of them dangling; %d types", refs, dangling, len(types))
	}
}

func TestTreeIsValid(t *testing.T) {
	for _, n := range []int{5, 500} {
		dir := t.TempDir()
		if err := testestate.WriteTree(dir, n); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.tf"))
		modules, _ := filepath.Glob(filepath.Join(dir, "modules", "*", "*.tf"))
		if n == 500 && (len(files) < 5 || len(modules) != 8) {
			t.Errorf("%d files in the root, %d in modules", len(files), len(modules))
		}
		parser, root := hclparse.NewParser(), 0
		for _, f := range append(files, modules...) {
			if _, diags := parser.ParseHCLFile(f); diags.HasErrors() {
				t.Error(diags)
			}
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			root += len(regexp.MustCompile(`(?m)^resource `).FindAll(text, -1))
		}
		if n == 5 && root != 5 {
			t.Errorf("%d resources, want 5", root)
		}
	}
}

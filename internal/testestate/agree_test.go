package testestate_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/terraform"
	"github.com/demarc-sec/demarc/internal/source/tfplan"
	"github.com/demarc-sec/demarc/internal/testestate"
)

// An estate read from its plan and from its configuration is the same: the
// same resources, written arguments, references, accounts and regions.
func TestReadersAgree(t *testing.T) {
	const n = 200
	dir := t.TempDir()
	if err := testestate.WriteTree(dir, n); err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(t.TempDir(), "plan.json")
	f, err := os.Create(plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := testestate.WritePlan(f, n); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var fromTree, fromPlan collector
	if err := terraform.Read(t.Context(), dir, ".", terraform.Options{}, &fromTree); err != nil {
		t.Fatal(err)
	}
	if err := tfplan.Read(t.Context(), "", plan, &fromPlan); err != nil {
		t.Fatal(err)
	}
	if len(fromTree.gaps)+len(fromPlan.gaps) > 0 {
		t.Errorf("gaps: %v, %v", fromTree.gaps, fromPlan.gaps)
	}
	a, b := essence(&fromPlan), essence(&fromTree)
	if len(a) != len(b) {
		t.Fatalf("%d resources in the plan, %d in the tree", len(a), len(b))
	}
	bad := 0
	for i := range a {
		if diff := gocmp.Diff(a[i], b[i], alike); diff != "" {
			t.Errorf("plan (-) and tree (+) differ: %s", diff)
			if bad++; bad == 5 {
				t.FailNow()
			}
		}
	}
}

// alike lets the configuration know more of an unknown value, and say nothing
// of what is nil.
var alike = gocmp.Options{
	gocmp.Comparer(func(x, y *source.Unknown) bool { return x.NotNull == y.NotNull }),
	cmpopts.IgnoreMapEntries(func(_ string, v any) bool { return v == nil }),
}

// asSet makes a list unknown of which an element is: Terraform does so where it
// is a set, which only the provider tells.
func asSet(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = asSet(v[name])
		}
	case []any:
		for i := range v {
			v[i] = asSet(v[i])
			if u, ok := v[i].(*source.Unknown); ok {
				return u
			}
		}
	}
	return v
}

// what both readers must tell of a resource
type what struct {
	Address, Type, Name, Provider, Account, Region string
	Set                                            map[string]bool
	Refs                                           map[string][]source.Ref
	Body                                           map[string]any // of what is written
}

func essence(c *collector) []what {
	var out []what
	for _, r := range c.resources {
		body := map[string]any{}
		for name := range r.Set {
			body[name] = asSet(r.Body[name])
		}
		out = append(out, what{r.Address, r.Type, r.Name, r.Provider, r.Account, r.Region, r.Set, r.Refs, body})
	}
	slices.SortFunc(out, func(x, y what) int { return cmp.Compare(x.Address, y.Address) })
	return out
}

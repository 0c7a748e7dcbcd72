package organisation

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/estate"
)

func TestWorkloadsInManagement(t *testing.T) {
	in := func(acc *estate.Asset, kind, native string) *estate.Asset {
		return &estate.Asset{Kind: kind, Means: native, Relations: []estate.Relation{{Name: "account", To: acc}}}
	}
	for _, c := range []struct {
		name string
		org  bool
		kind string
		want any // nil: no such fact
	}{
		{"management with a workload", true, "function", true},
		{"management without", true, "log-store", false},
		{"member with a workload", false, "function", nil},
	} {
		acc := &estate.Asset{Kind: "account"}
		e := &estate.Estate{Assets: []*estate.Asset{acc, in(acc, c.kind, "x")}}
		if c.org {
			e.Assets = append(e.Assets, in(acc, "governance", "aws_organizations_organization"))
		}
		Enrich(e)
		f, ok := acc.Fact("workloads_in_management")
		if ok != (c.want != nil) || f.Value != c.want {
			t.Errorf("%s: got %v (%v), want %v", c.name, f.Value, ok, c.want)
		}
	}
}

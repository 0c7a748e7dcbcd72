package offices

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/estate"
)

func role(account *estate.Asset, value any) *estate.Asset {
	a := &estate.Asset{Provider: "azure", Kind: "identity-policy", Relations: []estate.Relation{{Name: "account", To: account}}}
	f := estate.Fact{Name: "manages_locks", Value: value}
	if value == nil {
		f.Unknown = "later"
	}
	a.SetFact(f)
	return a
}

func TestLockRole(t *testing.T) {
	for _, c := range []struct {
		name  string
		roles []any
		want  any // nil: unknown
	}{
		{"no role", nil, nil},
		{"one for locks", []any{true}, true},
		{"one for something else", []any{false}, false},
		{"several, one for locks", []any{false, nil, true}, true},
		{"one for something else, one not known", []any{false, nil}, nil},
	} {
		acc, other := &estate.Asset{Kind: "account", Provider: "azure"}, &estate.Asset{Kind: "account", Provider: "azure"}
		aws := &estate.Asset{Kind: "account", Provider: "aws"}
		e := &estate.Estate{Assets: []*estate.Asset{acc, other, aws, role(other, true)}}
		for _, v := range c.roles {
			e.Assets = append(e.Assets, role(acc, v))
		}
		Enrich(e)
		got, ok := acc.Fact("lock_role")
		if !ok || got.Value != c.want || got.Known() != (c.want != nil) {
			t.Errorf("%s: got %v (%s), want %v", c.name, got.Value, got.Unknown, c.want)
		}
		if _, ok := aws.Fact("lock_role"); ok {
			t.Errorf("%s: an account of another provider has the fact", c.name)
		}
	}
}

package check

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/resolve"
)

// TestRunSharesResults holds that assets share results exactly when these are
// the same, whoever was asked first.
func TestRunSharesResults(t *testing.T) {
	resp := &catalogue.Responsibility{ID: "data.configure"}
	duties := []*resolve.Decision{{Responsibility: resp, Owner: resolve.Customer}}
	others := []*resolve.Decision{{Responsibility: resp, Owner: resolve.Provider}}
	cat := embedded(t)
	set := loadEagerly(t).Fork()
	typ := cat.Asset("aws_ebs_volume")
	asset := func(encrypted any) *estate.Asset {
		a := &estate.Asset{Provider: typ.Service.Provider, Service: typ.Service.ID, Kind: typ.KindID, NativeType: typ.Type, Means: typ.Means}
		f := estate.Fact{Name: "encrypted_at_rest", Value: encrypted}
		if encrypted == nil {
			f.Unknown = "known after apply"
		}
		a.SetFacts([]estate.Fact{f})
		return a
	}
	for _, c := range set.on(asset(true)) {
		resp.ID = c.Responsibility // the fact is in the checks of one responsibility at least
		break
	}
	first := set.Run(asset(true), duties)
	if len(first) == 0 {
		t.Fatal("no check asks whether a volume is encrypted")
	}
	if again := set.Run(asset(true), duties); &again[0] != &first[0] {
		t.Error("two assets that are the same have results of their own")
	}
	for name, c := range map[string]struct {
		encrypted any
		duties    []*resolve.Decision
		want      Outcome
	}{
		"not encrypted": {false, duties, Fail}, "unknown": {nil, duties, Unknown}, "theirs": {true, others, Provider}, "encrypted": {true, duties, Pass},
	} {
		got := set.Run(asset(c.encrypted), c.duties)
		if len(got) != len(first) || got[0].Outcome != c.want || got[0].Duty != c.duties[0] {
			t.Errorf("%s: %v on %v, want %v", name, got[0].Outcome, got[0].Duty.Owner, c.want)
		}
	}
}

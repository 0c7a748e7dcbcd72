package defaults

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/estate"
)

func disk(account *estate.Asset, region string, how estate.How, value bool) *estate.Asset {
	a := &estate.Asset{Kind: "disk", Region: region, Relations: []estate.Relation{{Name: "account", To: account}}}
	a.SetFact(estate.Fact{Name: "encrypted_at_rest", Value: value, Origin: estate.Origin{How: how}})
	return a
}

func TestAccountDefaultHoldsForTheSilent(t *testing.T) {
	for _, c := range []struct {
		name    string
		account any // value of the account's fact; nil unknown
		how     estate.How
		other   string // region of a second disk
		want    any
	}{
		{"silent", true, estate.Default, "", true},
		{"says no", true, estate.Set, "", false},
		{"account does not", false, estate.Default, "", false},
		{"account not known", nil, estate.Default, "", false},
		{"several regions", true, estate.Default, "us-east-1", nil},
	} {
		acc := &estate.Asset{Kind: "account"}
		f := estate.Fact{Name: "encrypted_at_rest_by_default", Value: c.account}
		if c.account == nil {
			f.Unknown = "not read"
		}
		acc.SetFact(f)
		d := disk(acc, "eu-central-1", c.how, false)
		e := &estate.Estate{Assets: []*estate.Asset{acc, d}}
		if c.other != "" {
			e.Assets = append(e.Assets, disk(acc, c.other, estate.Set, true))
		}
		Enrich(e)
		if got, _ := d.Fact("encrypted_at_rest"); got.Value != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got.Value, c.want)
		}
	}
}

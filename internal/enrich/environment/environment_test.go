package environment

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
)

func TestEnrich(t *testing.T) {
	for _, c := range []struct {
		tags          map[string]string
		root, account string
		want          string
	}{
		{map[string]string{"Environment": "prod"}, "", "", "production"},
		{map[string]string{"env": "PRD"}, "envs/dev", "", "production"},
		{map[string]string{"Stage": "pre-prod"}, "", "", "staging"},
		{map[string]string{"environment": "blue"}, "", "", "blue"},
		{map[string]string{"environment": "prod", "env": "dev"}, "", "", ""},
		{map[string]string{"Name": "prod-db"}, "", "", ""},
		{nil, "accounts/prod", "", "production"},
		{nil, "envs/staging-eu", "", "staging"},
		{nil, "environments/test/network", "", "test"},
		{nil, "test/fixtures", "", ""},
		{nil, "live/dev/db", "", "development"},
		{nil, "live", "", ""},
		{nil, "prod.tfplan.json", "", "production"},
		{nil, "modules/dev", "", ""},
		{nil, "product/api", "", ""},
		{nil, "dev-tools/prod", "", ""},
		{nil, "infra", "acme-prod", "production"},
		{nil, "infra", "acme-nonprod", ""},
		{nil, "infra", "acme-non-prod", ""},
		{nil, "infra", "111122223333", ""},
		{nil, "", "", ""},
	} {
		acc := et.Asset(c.account, "account", nil)
		a := et.Link(et.Asset("a", "disk", nil), "account", acc)
		a.Tags, a.Root = c.tags, c.root
		Enrich(et.Estate(a))
		if a.Environment != c.want {
			t.Errorf("%v %q %q: %q, want %q", c.tags, c.root, c.account, a.Environment, c.want)
		}
	}
	a := et.Asset("a", "disk", nil)
	a.Environment, a.Tags = "given", map[string]string{"env": "prod"}
	Enrich(et.Estate(a))
	if a.Environment != "given" {
		t.Error("what the configuration says was overwritten")
	}
}

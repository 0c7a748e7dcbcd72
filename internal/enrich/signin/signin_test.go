package signin

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
)

func TestPolicies(t *testing.T) {
	policy := func(enforced, mfa, legacy, admins, everyone any) et.Facts {
		return et.Facts{"policy_enforced": enforced, "mfa_required": mfa, "legacy_sign_in_blocked": legacy, "covers_admins": admins, "covers_everyone": everyone}
	}
	unknown := et.Unknown("")
	for _, c := range []struct {
		name                       string
		policies                   []et.Facts
		admins, everyone, baseline any
	}{
		{"none", nil, unknown, unknown, unknown},
		{"all asked", []et.Facts{policy(true, true, false, true, true), policy(true, false, true, true, true)}, true, true, true},
		{"no old protocols shut", []et.Facts{policy(true, true, false, true, true)}, true, true, false},
		{"only reporting", []et.Facts{policy(false, true, false, true, true)}, false, false, false},
		{"administrators only", []et.Facts{policy(true, true, false, true, false)}, true, false, false},
		{"one policy asks, another covers", []et.Facts{policy(true, true, false, false, false), policy(true, false, false, true, true)}, false, false, false},
		{"state not known", []et.Facts{policy(et.Unknown("later"), true, false, true, true)}, et.Unknown("later"), et.Unknown("later"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			acc := et.Asset("acc", "account", nil)
			other := et.Asset("other", "account", nil)
			aws := et.Asset("aws", "account", nil)
			acc.Provider, other.Provider = "azure", "azure"
			all := []*estate.Asset{acc, other, aws}
			for _, f := range c.policies {
				p := et.Link(et.Asset("p", "governance", f), "account", acc)
				p.Provider = "azure"
				all = append(all, p)
			}
			Enrich(et.Estate(all...))
			et.Want(t, acc, et.Facts{"admin_second_factor": c.admins, "everyone_second_factor": c.everyone, "sign_in_baseline": c.baseline})
			et.Want(t, other, et.Facts{"everyone_second_factor": unknown})
			et.Want(t, aws, et.Facts{"everyone_second_factor": et.Absent})
		})
	}
}

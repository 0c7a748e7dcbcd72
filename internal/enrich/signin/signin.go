// Package signin derives what the conditional access policies of a directory,
// taken together, ask of the people who sign in.
package signin

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// questions are the account's facts, and the facts of a policy in force that
// answer each.
var questions = []struct {
	fact  string
	needs []string
}{
	{"admin_second_factor", []string{"policy_enforced", "mfa_required", "covers_admins"}},
	{"everyone_second_factor", []string{"policy_enforced", "mfa_required", "covers_everyone"}},
}

// baseline are what the provider's security defaults ask for. Defaults and
// policies exclude each other, so where there are policies they must ask it.
var baseline = append(questions[1:2:2], struct {
	fact  string
	needs []string
}{"", []string{"policy_enforced", "legacy_sign_in_blocked", "covers_everyone"}})

// Enrich derives the facts of Azure's accounts. One policy must meet a
// question as a whole. Without a policy in the sources the answer is unknown:
// they may be kept elsewhere, or the defaults be on, which no source tells.
func Enrich(e *estate.Estate) {
	by := map[*estate.Asset][]*estate.Asset{}
	for _, a := range e.Assets {
		if _, ok := a.Fact("covers_everyone"); ok && a.Provider == "azure" && !a.Elsewhere {
			if acc := derive.Account(a); acc != nil {
				by[acc] = append(by[acc], a)
			}
		}
	}
	for _, a := range e.Assets {
		if a.Kind != "account" || a.Provider != "azure" {
			continue
		}
		for _, q := range questions {
			out, from := asked(by[a], q.needs, derive.At(a))
			derive.SetBool(a, q.fact, out, from)
		}
		out, from := tri.True, derive.At(a)
		for _, b := range baseline {
			var one tri.Bool
			one, from = asked(by[a], b.needs, from)
			out = tri.And(out, one)
		}
		derive.SetBool(a, "sign_in_baseline", out, from)
	}
}

// asked tells whether a policy has all of the facts, and which one decided.
func asked(policies []*estate.Asset, needs []string, from estate.Origin) (tri.Bool, estate.Origin) {
	if len(policies) == 0 {
		return tri.Unknown("no source describes a conditional access policy of the directory"), from
	}
	out := tri.False
	for _, p := range policies {
		one := tri.True
		for _, need := range needs {
			one = tri.And(one, derive.Is(p, need))
		}
		if one.IsTrue() || len(policies) == 1 {
			from = derive.FromFact(p, needs[len(needs)-1])
		}
		out = tri.Or(out, one)
	}
	return out, from
}

package exposure

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// grants are the role assignments of the estate by whom they are given to.
// Where rights are assigned and not attached, as in Azure, an identity says
// nothing of its power itself.
type grants map[*estate.Asset][]*estate.Asset

func newGrants(e *estate.Estate) grants {
	out := make(grants)
	for _, a := range e.Assets {
		if _, ok := a.Fact("grants_roles"); !ok {
			continue
		}
		for to := range derive.Linked(a, "attached_to") {
			out[to] = append(out[to], a)
		}
	}
	return out
}

// power tells whether the asset, or an identity it acts as, may do everything
// or hand out roles. A role that is assigned elsewhere stays unknown, so that
// the answer is no only for what has no identity at all.
func (g grants) power(a *estate.Asset) (power tri.Bool, by *estate.Asset) {
	holders := []*estate.Asset{a}
	for r := range derive.Linked(a, "role") {
		holders = append(holders, r)
	}
	for _, h := range holders {
		for _, grant := range g[h] {
			b := tri.Or(derive.Is(grant, "every_action"), derive.Is(grant, "grants_roles"))
			if b.IsTrue() {
				return tri.True, grant
			}
		}
	}
	if b, ok := derive.Bool(a, "instance_role"); ok && b.IsFalse() {
		return tri.False, nil
	}
	return tri.Unknown("which roles its identity is given elsewhere is not known"), nil
}

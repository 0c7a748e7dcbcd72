// Package offices derives, for each account, whether there is a role of the
// customer's own for a task that should be somebody's and not everybody's.
package offices

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// office is a task, and the fact of a role that says it is for it.
type office struct {
	fact     string // of the account
	provider string
	role     string // fact of the roles
}

var all = []office{
	{fact: "lock_role", provider: "azure", role: "manages_locks"},
}

// Enrich sets one fact for each office on every account of its provider: true
// when a role in the sources is for the task, false when they hold roles of the
// customer's own and none is, and unknown when they hold none at all.
func Enrich(e *estate.Estate) {
	for _, o := range all {
		o.enrich(e)
	}
}

func (o office) enrich(e *estate.Estate) {
	roles := map[*estate.Asset][]*estate.Asset{}
	for _, a := range e.Assets {
		if _, ok := a.Fact(o.role); ok && a.Provider == o.provider {
			if acc := derive.Account(a); acc != nil {
				roles[acc] = append(roles[acc], a)
			}
		}
	}
	for _, acc := range e.Assets {
		if acc.Kind != "account" || acc.Provider != o.provider {
			continue
		}
		out, from := tri.Unknown("no role of the customer's own was read"), derive.At(acc)
		for i, a := range roles[acc] {
			b, _ := derive.Bool(a, o.role)
			if i == 0 {
				out, from = b, derive.FromFact(a, o.role)
				continue
			}
			if b.IsTrue() && !out.IsTrue() {
				from = derive.FromFact(a, o.role)
			}
			out = tri.Or(out, b)
		}
		derive.SetBool(acc, o.fact, out, from)
	}
}

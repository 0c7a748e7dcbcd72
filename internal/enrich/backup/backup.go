// Package backup derives which assets a backup plan covers.
package backup

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/enrich/selection"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// stateful are the kinds a backup plan can select and whose loss hurts.
var stateful = map[string]bool{
	"object-store": true, "file-store": true, "disk": true, "relational-database": true, "database-cluster": true,
	"key-value-database": true, "document-database": true, "graph-database": true, "time-series-database": true,
	"data-warehouse": true, "virtual-machine": true,
}

// Enrich derives backup_covered. Where the sources have plans for an account,
// what none of them selects is not covered; where they have none, plans may
// well be kept elsewhere, and the answer is unknown.
func Enrich(e *estate.Estate) {
	var plans []plan
	for _, a := range e.Assets {
		if a.Kind == "backup-plan" {
			plans = append(plans, plan{a, selection.New(a)})
		}
	}
	for _, a := range e.Assets {
		if stateful[a.Kind] && !a.Elsewhere && asked(a) {
			covered, by := cover(a, plans)
			from := derive.At(a)
			if by != nil {
				from = derive.FromFact(by, "selections")
			}
			derive.SetBool(a, "backup_covered", covered, from)
		}
	}
}

// asked tells whether plans have to do with the asset at all. On Azure they are
// made for machines; its databases and stores keep backups of their own, and a
// plan for machines says nothing about them.
func asked(a *estate.Asset) bool { return a.Provider != "azure" || a.Kind == "virtual-machine" }

type plan struct {
	asset *estate.Asset
	*selection.Selector
}

func cover(a *estate.Asset, plans []plan) (tri.Bool, *estate.Asset) {
	out, here := tri.False, false
	for _, p := range plans {
		if !selection.SameAccount(p.asset, a) {
			continue
		}
		here = true
		b := p.Selects(a)
		if b.IsTrue() {
			return b, p.asset
		}
		out = tri.Or(out, b)
	}
	if !here {
		return tri.Unknown("no backup plan of the account is in the sources"), nil
	}
	return out, nil
}

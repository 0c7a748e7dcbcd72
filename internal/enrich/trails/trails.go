// Package trails derives what the audit trails of an account record, taken
// together.
package trails

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// questions are the account's facts, and the trail's facts that answer each.
var questions = map[string][]string{
	"trail_covers_account":   {"multi_region", "management_events"},
	"object_writes_recorded": {"multi_region", "object_write_events"},
	"object_reads_recorded":  {"multi_region", "object_read_events"},
}

// Enrich derives the account's facts. One trail must meet a question as a
// whole. Where the sources show no trail of the account, or an organisation's
// trail in another one may cover it, the answer is unknown rather than false.
func Enrich(e *estate.Estate) {
	by := make(map[*estate.Asset][]*estate.Asset)
	organisation := false
	for _, a := range e.Assets {
		if _, ok := a.Fact("multi_region"); !ok || a.Kind != "audit-trail" || a.Elsewhere {
			continue
		}
		organisation = organisation || !derive.Is(a, "organization_wide").IsFalse()
		if acc := derive.Account(a); acc != nil {
			by[acc] = append(by[acc], a)
		}
	}
	for _, a := range e.Assets {
		if a.Kind != "account" || a.Provider != "aws" {
			continue
		}
		for name, facts := range questions {
			out, from := tri.False, derive.At(a)
			for _, t := range by[a] {
				on, ok := derive.Bool(t, "recorder_enabled")
				if !ok {
					on = tri.True
				}
				for _, f := range facts {
					on = tri.And(on, derive.Is(t, f))
				}
				if on.IsTrue() || len(by[a]) == 1 {
					from = derive.FromFact(t, facts[len(facts)-1])
				}
				out = tri.Or(out, on)
			}
			switch {
			case out.IsTrue():
			case len(by[a]) == 0:
				out = tri.Unknown("no source describes an audit trail of the account")
			case out.IsFalse() && organisation:
				out = tri.Unknown("a trail of the organisation may cover the account")
			}
			derive.SetBool(a, name, out, from)
		}
	}
}

// Package watchers derives, for each account, which services that watch it
// the sources switch on.
package watchers

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// watcher is a service whose presence in an account is a fact of the account.
type watcher struct {
	fact    string
	service string
	types   map[string]bool // nil: every type that has the needed facts
	needs   []string        // bool facts that must all hold
}

var all = []watcher{
	{fact: "threat_detection_on", service: "aws/guardduty", types: set("aws_guardduty_detector"), needs: []string{"detector_enabled"}},
	{fact: "configuration_recorded", service: "aws/config", needs: []string{"recorder_enabled", "records_all"}},
	{fact: "findings_collected", service: "aws/securityhub", types: set("aws_securityhub_account"), needs: []string{"detector_enabled"}},
	{fact: "external_access_analysed", service: "aws/access-analyzer", needs: []string{"detector_enabled"}},
	{fact: "vulnerabilities_scanned", service: "aws/inspector", types: set("aws_inspector2_enabler"), needs: []string{"detector_enabled"}},
}

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Enrich sets one fact for each watcher on every account: true when the
// sources switch one on, false when all they hold are off, and unknown when
// they say nothing of it.
func Enrich(e *estate.Estate) {
	found := map[*estate.Asset][]*estate.Asset{}
	var accounts []*estate.Asset
	for _, a := range e.Assets {
		if a.Kind == "account" && a.Provider == "aws" {
			accounts = append(accounts, a)
		}
		for _, w := range all {
			if a.Service != w.service {
				continue
			}
			for _, r := range a.Linked("account") {
				if r.To != nil {
					found[r.To] = append(found[r.To], a)
				}
			}
			break
		}
	}
	for _, acc := range accounts {
		for _, w := range all {
			out, from, seen := tri.Unknown("nothing that was read switches it on or off"), derive.At(acc), false
			for _, a := range found[acc] {
				b, ok := w.on(a)
				if !ok {
					continue
				}
				if !seen {
					out, seen = tri.False, true
				}
				out, from = tri.Or(out, b), derive.FromFact(a, w.needs[0])
			}
			derive.SetBool(acc, w.fact, out, from)
		}
	}
}

// on tells whether an asset is such a watcher, and switched on.
func (w watcher) on(a *estate.Asset) (tri.Bool, bool) {
	if a.Service != w.service || w.types != nil && !w.types[a.Means] {
		return tri.False, false
	}
	out := tri.True
	for _, need := range w.needs {
		b, ok := derive.Bool(a, need)
		if !ok {
			return tri.False, false
		}
		out = tri.And(out, b)
	}
	return out, true
}

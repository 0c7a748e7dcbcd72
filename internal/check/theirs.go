package check

import (
	"slices"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/resolve"
)

// Theirs is what other scanners have to do with a result.
type Theirs struct {
	Tool        string // whose result it is; empty where it is our own
	Message     string
	Remediation string
	Location    estate.Location
	Count       int    // how often the tool reported the rule on the asset
	Note        string // how it stands to our own result

	Also         []string // other tools that report the same
	Suppressed   string   // why a tool's users set it aside; empty where they did not
	SuppressedBy string
}

// Rule makes a check of another scanner's rule: it runs nothing, and only
// names what the tool's results are of.
func Rule(tool, rule, title string, severity Severity, responsibility string) *Check {
	return &Check{
		ID: tool + ":" + rule, Title: title, Severity: severity, Responsibility: responsibility, Fix: map[string]string{},
		Elsewhere: map[string][]string{tool: {rule}},
	}
}

// Report makes a result of what another scanner found.
func Report(c *Check, duty *resolve.Decision, outcome Outcome, naming *Naming, theirs *Theirs) Result {
	if duty.Owner == resolve.Provider {
		outcome = Provider
	}
	return Result{Check: c, Duty: duty, Outcome: outcome, Theirs: theirs, naming: naming}
}

// With returns a set that has the checks too, behind its own, in that order.
func (s *Set) With(more []*Check) *Set {
	out := *s
	out.entries = append(slices.Clip(s.entries), make([]*entry, len(more))...)
	for i, c := range more {
		e := c.entry()
		e.index = len(s.entries) + i
		c.Index = e.index
		out.entries[e.index] = e
	}
	out.byNeeds()
	out.cache = newCache()
	return &out
}

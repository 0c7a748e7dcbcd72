package check

import (
	"slices"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/resolve"
)

// Outcome of a check on an asset.
type Outcome uint8

// The outcomes. The zero value is Unknown, so that a forgotten one can never
// count as a pass.
const (
	Unknown Outcome = iota
	Fail
	Pass
	NotApplicable // the check's condition excludes the asset
	Provider      // the duty is the provider's here: not run
)

// String returns the outcome in the words of the report.
func (o Outcome) String() string {
	return [...]string{"unknown", "fail", "pass", "not_applicable", "provider"}[o]
}

// Result is one check's outcome on an asset. It does not name the asset, so that
// assets with the same results share them.
type Result struct {
	Check   *Check
	Duty    *resolve.Decision // the duty it bears on
	Outcome Outcome
	Theirs  *Theirs // nil: only ours
	naming  *Naming // nil: to be worked out
}

// applicable is a check that applies to assets of one signature.
type applicable struct {
	*Check
	naming *Naming // nil when it differs among them
}

// on lists the checks that apply to the asset by scope and facts. It caches by
// type and fact names and is not safe for concurrent use.
func (s *Set) on(a *estate.Asset) []applicable {
	buf := append(append(s.buf[:0], a.NativeType...), 0)
	for f := range a.Facts() {
		buf = append(append(buf, f.Name...), 0)
	}
	s.buf = buf
	if found, ok := s.scopes[string(buf)]; ok {
		return found
	}
	var out []applicable
	for _, c := range s.candidates(a) {
		if !c.Applies.selects(a) || !hasAll(a, c.Needs) {
			continue
		}
		found := applicable{Check: c}
		if !c.conditional() {
			found.naming = c.naming(a)
		}
		out = append(out, found)
	}
	s.scopes[string(buf)] = out
	return out
}

func hasAll(a *estate.Asset, facts []string) bool {
	for _, f := range facts {
		if _, ok := a.Fact(f); !ok {
			return false
		}
	}
	return true
}

// profile is what the results of an asset follow from besides their outcomes: its
// duties and the checks that apply to it, each by the first of a shared slice.
type profile struct {
	duties **resolve.Decision
	checks *applicable
}

// absent stands among outcomes for a check whose responsibility the service says
// does not exist on the asset.
const absent = 0xff

// Run runs the applicable checks on an asset with its duties. Assets that share
// one slice of duties and have the same outcomes get one slice of results, which
// must not be changed: there are many assets, and few patterns of outcomes.
func (s *Set) Run(a *estate.Asset, duties []*resolve.Decision) []Result {
	checks := s.on(a)
	if len(checks) == 0 || len(duties) == 0 {
		return nil
	}
	outcomes := s.buf[:0]
	for _, c := range checks {
		outcome := byte(absent)
		if d := dutyOf(c.Check, duties); d != nil {
			outcome = byte(c.outcome(a, d))
		}
		outcomes = append(outcomes, outcome)
	}
	s.buf = outcomes
	of := profile{&duties[0], &checks[0]}
	known := s.results[of]
	if known == nil {
		known = map[string][]Result{}
		s.results[of] = known
	}
	out, ok := known[string(outcomes)]
	if !ok {
		out = spell(checks, duties, outcomes)
		known[string(outcomes)] = out
	}
	return out
}

// spell makes results of the outcomes of the checks.
func spell(checks []applicable, duties []*resolve.Decision, outcomes []byte) []Result {
	out := make([]Result, 0, len(outcomes))
	for i, c := range checks {
		if outcomes[i] != absent {
			out = append(out, Result{Check: c.Check, Duty: dutyOf(c.Check, duties), Outcome: Outcome(outcomes[i]), naming: c.naming})
		}
	}
	return slices.Clip(out)
}

func dutyOf(c *Check, duties []*resolve.Decision) *resolve.Decision {
	for _, d := range duties {
		if d.Responsibility.ID == c.Responsibility {
			return d
		}
	}
	return nil
}

func (c *Check) outcome(a *estate.Asset, duty *resolve.Decision) Outcome {
	applies := expr.True
	if c.when != nil {
		if applies, _ = c.when.Eval(a); applies == expr.False {
			return NotApplicable
		}
	}
	if duty.Owner == resolve.Provider {
		return Provider
	}
	got, _ := c.pass.Eval(a)
	switch {
	case got == expr.True:
		return Pass
	case got == expr.False && applies == expr.True:
		return Fail
	}
	return Unknown
}

// Reason says why the check is unknown on the asset.
func (c *Check) Reason(a *estate.Asset) string {
	if c.pass == nil {
		return "not known"
	}
	if _, why := c.pass.Eval(a); why != "" {
		return why
	}
	if c.when != nil {
		if _, why := c.when.Eval(a); why != "" {
			return why
		}
	}
	return "not known"
}

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

// Result is one check's outcome on one asset.
type Result struct {
	Check   *Check
	Asset   *estate.Asset
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
func (s *Set) on(a *estate.Asset, buf []byte) ([]applicable, []byte) {
	buf = append(append(buf[:0], a.NativeType...), 0)
	for f := range a.Facts() {
		buf = append(append(buf, f.Name...), 0)
	}
	if found, ok := s.scopes[string(buf)]; ok {
		return found, buf
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
	return out, buf
}

func hasAll(a *estate.Asset, facts []string) bool {
	for _, f := range facts {
		if _, ok := a.Fact(f); !ok {
			return false
		}
	}
	return true
}

// Run runs the applicable checks on an asset with its duties and appends the
// results to out.
func (s *Set) Run(a *estate.Asset, duties []*resolve.Decision, out []Result, buf []byte) ([]Result, []byte) {
	checks, buf := s.on(a, buf)
	for _, c := range checks {
		i := slices.IndexFunc(duties, func(d *resolve.Decision) bool { return d.Responsibility.ID == c.Responsibility })
		if i < 0 {
			continue // the service says this responsibility does not exist here
		}
		r := Result{Check: c.Check, Asset: a, Duty: duties[i], naming: c.naming}
		r.Outcome = c.outcome(a, r.Duty)
		out = append(out, r)
	}
	return out, buf
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

package iampolicy

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

// maxStatements bounds the analysis of one set of documents. No service takes
// nearly as many.
const maxStatements = 2000

// Policies are the documents in force on one thing; they are read together,
// since a Deny in one overrides an Allow in another.
type Policies []Document

// unknown is the first reason why some document is not wholly known.
func (ps Policies) unknown() string {
	for _, d := range ps {
		if d.Unknown != "" {
			return d.Unknown
		}
	}
	return ""
}

// rest is false if all documents were read, else unknown: what a question is
// answered with when no known statement says yes.
func (ps Policies) rest() tri.Bool {
	if why := ps.unknown(); why != "" {
		return tri.Unknown(why)
	}
	return tri.False
}

// split parts the statements by effect. A statement whose effect is not known
// is in both; its Unknown is set, so neither side takes it for certain.
func (ps Policies) split() (allow, deny []*Statement, ok bool) {
	n := 0
	for i := range ps {
		for j := range ps[i].Statements {
			s := &ps[i].Statements[j]
			if n++; n > maxStatements {
				return nil, nil, false
			}
			if s.Effect != Deny {
				allow = append(allow, s)
			}
			if s.Effect != Allow {
				deny = append(deny, s)
			}
		}
	}
	return allow, deny, true
}

var errTooMany = tri.Unknown("the policy has more statements than any the provider accepts")

// Public says whether any principal may do something, and what.
type Public struct {
	Any tri.Bool
	// Actions are the action patterns known to be open to anybody, sorted. A
	// statement with NotAction counts as "*".
	Actions []string
	// ActionsWhy is set when there may be more than Actions.
	ActionsWhy string
}

// Public analyses resource policies: which statements admit any principal,
// without a condition that narrows, and not taken back by a Deny.
func (ps Policies) Public() Public {
	allow, deny, ok := ps.split()
	if !ok {
		return Public{Any: errTooMany, ActionsWhy: errTooMany.Why()}
	}
	out := Public{Any: ps.rest()}
	doubt := func(b tri.Bool) {
		if !b.Known() && out.ActionsWhy == "" {
			out.ActionsWhy = b.Why()
		}
	}
	doubt(out.Any)
	for _, s := range allow {
		open := s.openToAll()
		if open.IsFalse() {
			continue
		}
		for _, a := range s.actionPatterns() {
			b := tri.And(open, denied(deny, a.lower(), s.resources()).Not())
			out.Any = tri.Or(out.Any, b)
			doubt(b)
			if !b.IsTrue() {
				continue
			}
			if a.Unknown() {
				doubt(tri.Unknown(a.why()))
				continue
			}
			out.Actions = append(out.Actions, a.Text())
		}
	}
	slices.Sort(out.Actions)
	out.Actions = slices.Compact(out.Actions)
	return out
}

// PublicFor tells whether any principal may do at least one of the actions,
// given in lower case ("s3:getobject").
func (ps Policies) PublicFor(actions []string) tri.Bool {
	allow, deny, ok := ps.split()
	if !ok {
		return errTooMany
	}
	out := ps.rest()
	for _, s := range allow {
		open := s.openToAll()
		if open.IsFalse() {
			continue
		}
		for _, name := range actions {
			a := NewPattern(name)
			may := tri.And(open, s.allows(a))
			if may.IsFalse() {
				continue
			}
			out = tri.Or(out, tri.And(may, denied(deny, a, s.resources()).Not()))
			if out.IsTrue() {
				return out
			}
		}
	}
	return out
}

// openToAll: an Allow for every principal, without a narrowing condition.
func (s *Statement) openToAll() tri.Bool {
	if s.Unknown != "" {
		if s.Principals != nil && len(s.Principals) == 0 {
			return tri.Unknown(s.Unknown)
		}
		// A narrowing condition, or only named principals, settle it all the same.
		return tri.And(s.everyone(), s.narrowed().Not(), tri.Unknown(s.Unknown))
	}
	return tri.And(s.everyone(), s.narrowed().Not())
}

// everyone tells whether the statement's principals include any AWS account or
// anonymous callers.
func (s *Statement) everyone() tri.Bool {
	if s.NotPrincipals != nil {
		return tri.True // all but a few
	}
	out := tri.False
	for _, p := range s.Principals {
		out = tri.Or(out, p.everyone())
	}
	return out
}

func (p Principal) everyone() tri.Bool {
	switch {
	case p.Value.star():
		return tri.Of(p.Type == "*" || p.Type == "AWS" || p.Type == "")
	case p.Type == "Service" || p.Type == "Federated" || p.Type == "CanonicalUser":
		return tri.False
	case p.Value.hole():
		if p.Value.fixed() || isAccountRef(p.Value.refs[0]) {
			return tri.False
		}
		return tri.Unknown("the principal " + p.Value.why())
	case p.Value.wild():
		return tri.Unknown("the provider accepts no wildcard inside the principal " + p.Value.Text())
	default:
		return tri.False
	}
}

// isAccountRef reports whether a reference is to an account's id or ARN, which
// the provider's own log-delivery accounts are too.
func isAccountRef(ref string) bool {
	return ownAccountRef.MatchString(ref) || strings.Contains(ref, "service_account.")
}

// actionPatterns are the actions as written; NotAction stands for all.
func (s *Statement) actionPatterns() []Pattern {
	if s.NotActions != nil {
		return []Pattern{NewPattern("*")}
	}
	return s.Actions
}

// resources are the statement's resources; without any, it is about the thing
// it is attached to, and NotResource reaches all but some.
func (s *Statement) resources() []Pattern {
	if s.Resources != nil {
		return s.Resources
	}
	return []Pattern{NewPattern("*")}
}

// allows tells whether the statement's Action or NotAction takes in the action.
func (s *Statement) allows(action Pattern) tri.Bool {
	if s.NotActions != nil {
		return anyCovers(lowered(s.NotActions), action).Not()
	}
	return anyCovers(lowered(s.Actions), action)
}

// denied tells whether some Deny takes the action back, on every one of the
// resources, from strangers.
func denied(deny []*Statement, action Pattern, resources []Pattern) tri.Bool {
	out := tri.False
	for _, d := range deny {
		if d.Unknown != "" {
			out = tri.Or(out, tri.Unknown(d.Unknown))
			continue
		}
		b := d.refusesEveryone()
		if b.IsFalse() {
			continue
		}
		b = tri.And(b, d.hitsStrangers(), d.refusesAction(action))
		for _, r := range resources {
			if b.IsFalse() {
				break
			}
			b = tri.And(b, d.refusesResource(r))
		}
		if out = tri.Or(out, b); out.IsTrue() {
			return out
		}
	}
	return out
}

// refusesEveryone: the Deny is for all principals, or for all but some named.
func (s *Statement) refusesEveryone() tri.Bool {
	if s.NotPrincipals != nil {
		out := tri.True
		for _, p := range s.NotPrincipals {
			out = tri.And(out, p.everyone().Not())
		}
		return out
	}
	return s.everyone()
}

func (s *Statement) refusesAction(action Pattern) tri.Bool {
	if s.NotActions != nil {
		return anyOverlaps(lowered(s.NotActions), action).Not()
	}
	return anyCovers(lowered(s.Actions), action)
}

func (s *Statement) refusesResource(r Pattern) tri.Bool {
	switch {
	case s.NotResources != nil:
		return anyOverlaps(s.NotResources, r).Not()
	case s.Resources != nil:
		return anyCovers(s.Resources, r)
	default:
		return tri.True
	}
}

func lowered(ps []Pattern) []Pattern {
	for i, p := range ps {
		for _, c := range p.text {
			if c >= 'A' && c <= 'Z' {
				out := slices.Clone(ps)
				for k := i; k < len(out); k++ {
					out[k] = out[k].lower()
				}
				return out
			}
		}
	}
	return ps
}

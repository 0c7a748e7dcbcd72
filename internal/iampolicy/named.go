package iampolicy

import (
	"slices"
	"strings"
)

// Grant is the permission to do something to one named thing.
type Grant struct {
	Action string // lower case
	// Ref is the reference by which the thing is known, "aws_iam_role.r.arn",
	// or empty; Name is then its type and name as ARNs end in, "role/ci".
	Ref, Name string

	passedTo []Pattern // services to which a role may be passed; nil means any
}

// PassesTo tells whether a role may be passed to the service.
func (g Grant) PassesTo(service string) bool {
	return g.passedTo == nil || anyCovers(g.passedTo, NewPattern(service+".amazonaws.com")).IsTrue()
}

// Own is how policies name the user who holds them.
const Own = "user/${aws:username}"

// Named lists the permissions on named things to do one of the actions (lower
// case), as far as they are certain: without a condition that limits them, and
// where no Deny speaks of the action.
func (ps Policies) Named(actions []string) []Grant {
	allow, deny, ok := ps.split()
	if !ok {
		return nil
	}
	var out []Grant
	for _, s := range allow {
		if s.Unknown != "" || s.NotActions != nil || !s.unconditional().IsTrue() {
			continue
		}
		does := lowered(s.Actions)
		for _, action := range actions {
			a := NewPattern(action)
			if !anyCovers(does, a).IsTrue() || refused(deny, a) {
				continue
			}
			for _, r := range s.Resources {
				if g, ok := r.thing(); ok {
					g.Action, g.passedTo = action, s.passedTo()
					out = append(out, g)
				}
			}
		}
	}
	return out
}

// refused tells whether any Deny may concern the action.
func refused(deny []*Statement, action Pattern) bool {
	return slices.ContainsFunc(deny, func(d *Statement) bool { return !d.refusesAction(action).IsFalse() })
}

// thing reads the one thing that a resource pattern names.
func (p Pattern) thing() (Grant, bool) {
	if p.hole() {
		return Grant{Ref: p.refs[0]}, p.fixed()
	}
	fields := p.split(':', 6)
	if len(fields) < 6 || fields[5].wild() {
		return Grant{}, false
	}
	name := fields[5]
	if !name.Unknown() {
		return Grant{Name: string(name.text)}, true
	}
	if len(name.refs) == 1 && name.fixed() && name.text[len(name.text)-1] == holeRune {
		return Grant{Ref: name.refs[0]}, true // role/${aws_iam_role.r.name}
	}
	return Grant{}, false
}

// TrustsService tells whether the trust policies admit the service, named as
// in its principal but for the domain.
func (ps Policies) TrustsService(service string) bool {
	allow, _, ok := ps.split()
	principal := NewPattern(strings.ToLower(service) + ".amazonaws.com")
	return ok && slices.ContainsFunc(allow, func(s *Statement) bool {
		return s.Unknown == "" && slices.ContainsFunc(s.Principals, func(p Principal) bool {
			return p.Type == "Service" && p.Value.lower().covers(principal).IsTrue()
		})
	})
}

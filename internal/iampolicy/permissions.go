package iampolicy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

// Admin tells whether the permissions of an identity allow every action on
// every resource. An Allow that leaves out only harmless actions (NotAction)
// counts; one that leaves out IAM does not, nor one that a Deny takes IAM from.
func (ps Policies) Admin() tri.Bool {
	allow, deny, ok := ps.split()
	if !ok {
		return errTooMany
	}
	out := ps.rest()
	for _, s := range allow {
		b := tri.And(s.everythingButHarmless(), s.onEverything(), s.unconditional())
		if b.IsFalse() {
			continue
		}
		if s.Unknown != "" {
			b = tri.Unknown(s.Unknown)
		}
		for _, a := range essential {
			b = tri.And(b, forbidden(deny, NewPattern(a)).Not())
		}
		if out = tri.Or(out, b); out.IsTrue() {
			return out
		}
	}
	return out
}

// essential actions make an administrator: who lacks one of these cannot give
// itself all the rest.
var essential = []string{"iam:attachrolepolicy", "iam:createpolicyversion", "iam:passrole", "iam:putrolepolicy"}

func (s *Statement) everythingButHarmless() tri.Bool {
	if s.NotActions != nil {
		out := tri.True
		for _, a := range essential {
			out = tri.And(out, s.allows(NewPattern(a)))
		}
		return out
	}
	out := tri.False
	for _, a := range s.Actions {
		switch text := string(a.text); {
		case a.star() || text == "*:*":
			return tri.True
		case a.Unknown() && a.covers(NewPattern("iam:passrole")).Known():
			// some service's actions, whichever they are
		case a.Unknown():
			out = tri.Or(out, tri.Unknown("the action "+a.why()))
		}
	}
	return out
}

// onEverything tells whether the statement's resources are all resources.
func (s *Statement) onEverything() tri.Bool {
	if s.NotResources != nil {
		return tri.True // all but some
	}
	out := tri.False
	for _, r := range s.Resources {
		out = tri.Or(out, everything(r))
	}
	return out
}

func everything(r Pattern) tri.Bool {
	switch text := string(r.text); {
	case r.star() || text == "arn:aws:*" || text == "arn:*" || text == "*:*":
		return tri.True
	case r.hole() && !r.fixed():
		return tri.Unknown("the resource " + r.why())
	default:
		return tri.False
	}
}

// holderKeys are condition keys about how, when and from where a holder acts;
// they do not take anything away from what it may do in the end.
var holderKeys = regexp.MustCompile(`^aws:(multifactorauth\w+|requestedregion|sourceip|sourcevpce?|securetransport|currenttime|epochtime|tokenissuetime|principalorgid|principalaccount|principaltype|principalisawsservice|viaawsservice|calledvia\w*|useragent|userid|username|sourceidentity)$`)

// unconditional tells whether conditions leave the permission whole.
func (s *Statement) unconditional() tri.Bool {
	out := tri.True
	for _, c := range s.Conditions {
		switch key := string(c.Key.text); {
		case c.Malformed != "":
			out = tri.And(out, tri.Unknown(c.Malformed))
		case holderKeys.MatchString(key), key == passedToService:
		case strings.HasPrefix(key, "aws:resourcetag/") && strings.Contains(c.Operator, "not"):
			// leaves out the few that bear a tag
		case strings.HasPrefix(key, "aws:resourcetag/") || key == "aws:resourceaccount":
			return tri.False
		default:
			out = tri.And(out, tri.Unknown("the condition on "+c.Key.Text()+" may limit it"))
		}
	}
	return out
}

// forbidden tells whether an unconditional Deny of the identity's policies
// takes the action away on all resources.
func forbidden(deny []*Statement, action Pattern) tri.Bool {
	out := tri.False
	for _, d := range deny {
		if d.Unknown != "" {
			out = tri.Or(out, tri.Unknown(d.Unknown))
			continue
		}
		if len(d.Conditions) > 0 {
			continue // the holder can meet, or avoid, the condition
		}
		b := tri.And(d.refusesAction(action), d.onEverything())
		if d.NotResources != nil {
			b = tri.False
		}
		if out = tri.Or(out, b); out.IsTrue() {
			return out
		}
	}
	return out
}

// Wildcards is a list of services, and why there may be more.
type Wildcards struct {
	Services []string
	Why      string
}

// Within leaves the services that a boundary leaves too.
func (w Wildcards) Within(limit Wildcards) Wildcards {
	out := Wildcards{Why: w.Why}
	every := slices.Contains(limit.Services, "*")
	for _, s := range w.Services {
		switch {
		case every || slices.Contains(limit.Services, s):
			out.Services = append(out.Services, s)
		case s == "*":
			out.Services = append(out.Services, limit.Services...)
		case limit.Why != "" && out.Why == "":
			out.Why = limit.Why
		}
	}
	return out
}

// ServiceWildcards lists the services on which the identity may do everything
// to everything; "*" when it is all of them.
func (ps Policies) ServiceWildcards() Wildcards {
	allow, deny, ok := ps.split()
	if !ok {
		return Wildcards{Why: errTooMany.Why()}
	}
	out := Wildcards{Why: ps.unknown()}
	doubt := func(why string) {
		if out.Why == "" {
			out.Why = why
		}
	}
	for _, s := range allow {
		where := tri.And(s.onEverything(), s.unconditional())
		doubt(s.Unknown)
		if where.IsFalse() {
			continue
		}
		for _, a := range lowered(s.Actions) {
			text := string(a.text)
			service, ok := strings.CutSuffix(text, ":*")
			if a.star() {
				service, ok = "*", true
			}
			switch {
			case a.Unknown():
				doubt("the action " + a.why())
			case !ok || strings.ContainsAny(service, "*?") && service != "*":
			case !where.Known():
				doubt(where.Why())
			default:
				if gone := forbidden(deny, a); gone.IsTrue() {
					continue
				}
				out.Services = append(out.Services, service)
			}
		}
	}
	slices.Sort(out.Services)
	out.Services = slices.Compact(out.Services)
	return out
}

// Permits tells whether the identity may do the action (in lower case) to
// things at large: on all resources, or on all of a type. Permission on named
// resources does not count.
func (ps Policies) Permits(action string) tri.Bool { return newHolder(ps).permits(action, "") }

// holder is an identity's permissions made ready for many questions.
type holder struct {
	grants []grant
	deny   []*Statement
	rest   tri.Bool
}

type grant struct {
	*Statement
	actions    []Pattern // lower case; NotAction if not is set
	not        bool
	everywhere tri.Bool
	passedTo   []Pattern // services to which a role may be passed; nil means any
}

// passRole is the action whose condition iam:PassedToService is understood.
const (
	passRole        = "iam:passrole"
	passedToService = "iam:passedtoservice"
)

func newHolder(ps Policies) holder {
	allow, deny, ok := ps.split()
	if !ok {
		return holder{rest: errTooMany}
	}
	h := holder{rest: ps.rest(), deny: deny}
	for _, s := range allow {
		g := grant{Statement: s, actions: lowered(s.Actions), everywhere: tri.And(s.onBroad(), s.unconditional())}
		if s.NotActions != nil {
			g.actions, g.not = lowered(s.NotActions), true
		}
		g.passedTo = s.passedTo()
		if s.Unknown != "" {
			g.everywhere = tri.Unknown(s.Unknown)
		}
		if !g.everywhere.IsFalse() {
			h.grants = append(h.grants, g)
		}
	}
	return h
}

// passedTo are the services to which the statement lets a role be passed; nil
// means any.
func (s *Statement) passedTo() (out []Pattern) {
	for _, c := range s.Conditions {
		if string(c.Key.text) == passedToService && (c.Operator == "stringequals" || c.Operator == "stringlike") {
			out = lowered(c.Values)
		}
	}
	return out
}

// permits answers for one action; service is where a role is passed to.
func (h holder) permits(action, service string) tri.Bool {
	a := NewPattern(action)
	out := h.rest
	for _, g := range h.grants {
		b := anyCovers(g.actions, a)
		if g.not {
			b = b.Not()
		}
		if g.Unknown != "" {
			b = tri.Unknown(g.Unknown)
		}
		if b = tri.And(b, g.everywhere); b.IsFalse() {
			continue
		}
		if g.passedTo != nil && action == passRole && service != "" {
			b = tri.And(b, anyCovers(g.passedTo, NewPattern(service+".amazonaws.com")))
		}
		out = tri.Or(out, tri.And(b, forbidden(h.deny, a).Not()))
		if out.IsTrue() {
			return out
		}
	}
	return out
}

// onBroad is onEverything, or everything of a type: arn:aws:iam::*:role/*.
func (s *Statement) onBroad() tri.Bool {
	out := s.onEverything()
	for _, r := range s.Resources {
		out = tri.Or(out, broad(r))
	}
	return out
}

func broad(r Pattern) tri.Bool {
	fields := r.split(':', 6)
	if len(fields) < 6 {
		return everything(r)
	}
	name := fields[5]
	if name.star() {
		return tri.True
	}
	// The type goes up to the first slash or colon; after it comes the name.
	text := string(name.text)
	i := strings.IndexAny(text, "/:")
	if i < 0 {
		return tri.Of(strings.HasSuffix(text, "*") && !strings.ContainsRune(text, holeRune))
	}
	rest := []rune(text[i+1:])
	if len(rest) > 0 && rest[0] == '*' {
		return tri.True
	}
	if len(rest) == 1 && rest[0] == holeRune && !name.fixed() {
		return tri.Unknown(name.why())
	}
	return tri.False
}

package iampolicy

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/demarc-sec/demarc/internal/tri"
)

// managed.txt says what each policy that AWS publishes is worth to somebody
// who wants more rights. One line per policy: its name, then what it permits
// on all resources of a type, limited to "*" (an administrator), service
// wildcards (s3:*) and actions of the escalation table. A role may be passed
// only to the services after an equals sign; a question mark means a condition
// decides. Made by managed_gen.go.
//
//go:embed managed.txt
var managedText string

var managedTable = sync.OnceValue(func() map[string]Document {
	out := make(map[string]Document, 1600)
	for line := range strings.Lines(managedText) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		out[name] = managedDocument(rest)
	}
	return out
})

func managedDocument(text string) Document {
	var d Document
	all := []Pattern{NewPattern("*")}
	plain := Statement{Effect: Allow, Resources: all}
	for word := range strings.FieldsSeq(text) {
		action, services, passed := strings.Cut(word, "=")
		action, maybe := strings.CutSuffix(action, "?")
		s := Statement{Effect: Allow, Resources: all, Actions: []Pattern{NewPattern(action)}}
		switch {
		case maybe:
			s.Conditions = []Condition{{Malformed: "a condition of the provider's policy decides on " + action}}
		case passed:
			c := Condition{Operator: "stringlike", Key: NewPattern(passedToService)}
			for v := range strings.SplitSeq(services, ",") {
				c.Values = append(c.Values, NewPattern(v))
			}
			s.Conditions = []Condition{c}
		default:
			plain.Actions = append(plain.Actions, s.Actions[0])
			continue
		}
		d.Statements = append(d.Statements, s)
	}
	if plain.Actions != nil {
		d.Statements = append(d.Statements, plain)
	}
	return d
}

// Managed returns what is known of a policy by its ARN or bare name. The
// second result is false when it is not one that AWS publishes: a customer's,
// or one newer than the table.
func Managed(ref string) (Document, bool) {
	name := ref
	if _, after, ok0 := strings.Cut(ref, ":iam::aws:policy/"); ok0 {
		name = after
		name = name[strings.LastIndexByte(name, '/')+1:]
	} else if strings.ContainsAny(ref, ":/") {
		// Job functions and service roles are sometimes named with their path.
		dir, last, _ := strings.Cut(ref, "/")
		if dir != "job-function" && dir != "service-role" && dir != "aws-service-role" {
			return Document{}, false
		}
		name = last
	}
	d, ok := managedTable()[name]
	if !ok && name != ref {
		return UnknownDocument("what the policy " + name + " permits is not known to this version"), strings.Contains(ref, ":iam::aws:policy/")
	}
	return d, ok
}

// ManagedLine is the line of managed.txt for a document; the generator uses it.
func ManagedLine(name, text string) string {
	ps := Policies{Parse(text)}
	words := []string{name}
	if ps.Admin().IsTrue() {
		return name + " *"
	}
	w := ps.ServiceWildcards()
	for _, s := range w.Services {
		if s != "*" {
			words = append(words, s+":*")
		}
	}
	h := newHolder(ps)
	for _, a := range Actions() {
		if a == passRole {
			words = append(words, passable(h)...)
			continue
		}
		service, _, _ := strings.Cut(a, ":")
		switch p := h.permits(a, ""); {
		case p.IsTrue() && !strings.Contains(" "+strings.Join(words, " ")+" ", " "+service+":* "):
			words = append(words, a)
		case !p.Known():
			words = append(words, a+"?")
		}
	}
	return strings.Join(words, " ")
}

// passable renders iam:PassRole and the services it is limited to.
func passable(h holder) []string {
	var out, services []string
	a := NewPattern(passRole)
	for _, g := range h.grants {
		b := anyCovers(g.actions, a)
		if g.not {
			b = b.Not()
		}
		b = tri.And(b, g.everywhere, forbidden(h.deny, a).Not())
		switch {
		case b.IsFalse():
		case !b.Known():
			out = append(out, passRole+"?")
		case g.passedTo == nil:
			return []string{passRole}
		default:
			for _, p := range g.passedTo {
				services = append(services, p.Text())
			}
		}
	}
	if services != nil {
		return []string{passRole + "=" + strings.Join(services, ",")}
	}
	return out
}

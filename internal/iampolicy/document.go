// Package iampolicy reads AWS policy documents and answers questions about
// them: whom they admit, what they permit, whether they refuse plaintext.
//
// A document read from configuration may have holes, parts whose value is not
// known before deployment. Every answer is three-valued: unknown where the
// result depends on a hole, true or false where it does not. The package knows
// nothing of assets; internal/enrich/access applies it to them.
package iampolicy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxText bounds a document. The largest AWS takes is 20 KB (a bucket policy).
const maxText = 128 << 10

// Document is one parsed policy.
type Document struct {
	Statements []Statement
	// Unknown is the reason why nothing, or not everything, of the document
	// could be read. Statements that could be read are kept.
	Unknown string
}

// Statement is one statement of a document. A nil list means the element is absent.
type Statement struct {
	Sid           string
	Effect        Effect
	Unknown       string // a part is not known that bears on everything the statement says
	Actions       []Pattern
	NotActions    []Pattern
	Resources     []Pattern
	NotResources  []Pattern
	Principals    []Principal
	NotPrincipals []Principal
	Conditions    []Condition
}

// Effect is what a statement does; zero when the document does not tell.
type Effect int

// The effects.
const (
	Allow Effect = iota + 1
	Deny
)

// Principal is one entry of a Principal element: "AWS", "Service",
// "Federated", "CanonicalUser" or "*" (for the bare star), and its value.
type Principal struct {
	Type  string
	Value Pattern
}

// Parse reads a document. It never fails: what cannot be read makes the
// document, or a statement of it, unknown with a reason.
func Parse(text string) Document {
	if len(text) > maxText {
		return Document{Unknown: "the policy is larger than any the provider accepts"}
	}
	closed, refs := closeHoles(text)
	if strings.TrimSpace(closed) == "" {
		return Document{Unknown: "the policy is empty"}
	}
	var root any
	if err := json.Unmarshal([]byte(closed), &root); err != nil {
		return Document{Unknown: "the policy is not valid JSON"}
	}
	r := reader{refs: refs}
	switch root := root.(type) {
	case map[string]any:
		return r.document(root)
	case string:
		if p := r.pattern(root); p.hole() {
			return Document{Unknown: p.why()}
		}
	}
	return Document{Unknown: "the policy is not a JSON object"}
}

// UnknownDocument is a document of which nothing is known.
func UnknownDocument(why string) Document {
	if why == "" {
		why = "the policy is not known"
	}
	return Document{Unknown: why}
}

type reader struct{ refs []string }

func (r *reader) document(m map[string]any) Document {
	var d Document
	v, ok := member(m, "Statement")
	if !ok {
		if len(m) == 0 {
			return d
		}
		return Document{Unknown: "the policy has no statement"}
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			switch e := e.(type) {
			case map[string]any:
				d.Statements = append(d.Statements, r.statement(e))
			default:
				if copied, ok := r.copied(e); ok {
					d.Statements = append(d.Statements, copied.Statements...)
					d.Unknown = cmp.Or(d.Unknown, copied.Unknown)
					continue
				}
				d.Unknown = r.reason(e, "a statement is not an object")
			}
		}
	case map[string]any:
		d.Statements = append(d.Statements, r.statement(v))
	default:
		d.Unknown = r.reason(v, "the statements are not a list")
	}
	return d
}

// copied reads a hole that is named for a policy AWS publishes: somebody copies
// that one's statements.
func (r *reader) copied(v any) (Document, bool) {
	s, ok := v.(string)
	if !ok {
		return Document{}, false
	}
	p := r.pattern(s)
	if !p.hole() {
		return Document{}, false
	}
	return Managed(p.refs[0])
}

func (r *reader) statement(m map[string]any) Statement {
	var s Statement
	spoil := func(why string) {
		if s.Unknown == "" {
			s.Unknown = why
		}
	}
	if v, ok := member(m, "Sid"); ok {
		s.Sid, _ = v.(string)
	}
	effect, _ := member(m, "Effect")
	switch e, _ := effect.(string); {
	case strings.EqualFold(e, "Allow"):
		s.Effect = Allow
	case strings.EqualFold(e, "Deny"):
		s.Effect = Deny
	default:
		spoil(r.reason(effect, "a statement has no effect"))
	}
	list := func(name string) []Pattern {
		v, ok := member(m, name)
		if !ok || v == nil {
			return nil
		}
		ps, bad := r.patterns(v)
		if bad != "" {
			spoil(bad)
		}
		return ps
	}
	s.Actions, s.NotActions = list("Action"), list("NotAction")
	s.Resources, s.NotResources = list("Resource"), list("NotResource")
	principals := func(name string) []Principal {
		v, ok := member(m, name)
		if !ok || v == nil {
			return nil
		}
		ps, bad := r.principals(v)
		if bad != "" {
			spoil(bad)
		}
		return ps
	}
	s.Principals, s.NotPrincipals = principals("Principal"), principals("NotPrincipal")
	if v, ok := member(m, "Condition"); ok && v != nil {
		s.Conditions = r.conditions(v)
	}
	return s
}

func (r *reader) principals(v any) ([]Principal, string) {
	switch v := v.(type) {
	case string:
		p := r.pattern(v)
		if p.star() {
			return []Principal{{"*", p}}, ""
		}
		if p.hole() {
			return []Principal{{"", p}}, ""
		}
		// Not valid for AWS except as "*", but some generators write it so.
		return []Principal{{"AWS", p}}, ""
	case map[string]any:
		out := []Principal{}
		for _, kind := range keys(v) {
			ps, bad := r.patterns(v[kind])
			if bad != "" {
				return out, bad
			}
			for _, p := range ps {
				out = append(out, Principal{r.kind(kind), p})
			}
		}
		return out, ""
	default:
		return []Principal{}, "a principal is neither text nor an object"
	}
}

// kind returns the canonical spelling of a principal type, or "" for a hole.
func (r *reader) kind(s string) string {
	if strings.ContainsRune(s, holeRune) {
		return ""
	}
	for _, k := range []string{"AWS", "Service", "Federated", "CanonicalUser"} {
		if strings.EqualFold(k, s) {
			return k
		}
	}
	return s
}

func (r *reader) patterns(v any) ([]Pattern, string) {
	out := []Pattern{}
	switch v := v.(type) {
	case nil:
		return out, ""
	case []any:
		for _, e := range v {
			p, ok := r.scalar(e)
			if !ok {
				return out, "a list of the policy has a member that is no text"
			}
			out = append(out, p)
		}
	default:
		p, ok := r.scalar(v)
		if !ok {
			return out, "an element of the policy is neither text nor a list"
		}
		out = append(out, p)
	}
	return out, ""
}

func (r *reader) scalar(v any) (Pattern, bool) {
	switch v := v.(type) {
	case string:
		return r.pattern(v), true
	case bool:
		return r.pattern(fmt.Sprint(v)), true
	case float64:
		return r.pattern(fmt.Sprint(v)), true
	default:
		return Pattern{}, false
	}
}

// reason explains an element of the wrong shape: the hole that stands there, or def.
func (r *reader) reason(v any, def string) string {
	if s, ok := v.(string); ok {
		if p := r.pattern(s); p.Unknown() {
			return p.why()
		}
	}
	return def
}

// member finds an element by name. AWS writes them in one way, and takes others.
func member(m map[string]any, name string) (any, bool) {
	if v, ok := m[name]; ok {
		return v, true
	}
	for _, k := range keys(m) {
		if strings.EqualFold(k, name) {
			return m[k], true
		}
	}
	return nil, false
}

func keys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

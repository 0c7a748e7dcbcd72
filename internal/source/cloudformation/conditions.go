package cloudformation

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// truth is the outcome of a condition.
type truth struct {
	known, holds bool
	why          string // when it is not known
}

var (
	isTrue  = truth{known: true, holds: true}
	isFalse = truth{known: true}
)

func decided(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

func (t truth) not() truth {
	t.holds = t.known && !t.holds
	return t
}

// condition decides what stands where a condition's name is expected.
func (s scope) condition(n *node) truth {
	if name, ok := n.scalar(); ok {
		return s.st.condition(name, n.line)
	}
	if n == nil {
		return truth{why: "a condition is missing"}
	}
	return s.decide(n)
}

// condition decides a named condition of the stack, once.
func (st *stack) condition(name string, line int) truth {
	if t, done := st.conditions[name]; done {
		return t
	}
	s, n := st.looked("Conditions", name)
	if n == nil {
		st.rd.at = location(st.file, line)
		st.rd.mistake(line, "the condition %s is not declared", clip(name))
		return truth{why: "the condition " + clip(name) + " is not declared"}
	}
	st.conditions[name] = truth{why: "the condition " + clip(name) + " refers to itself"}
	t := s.decide(n)
	if !t.known {
		t.why = "condition " + clip(name) + ": " + strings.TrimPrefix(t.why, "condition "+clip(name)+": ")
		if strings.Count(t.why, "condition ") > 3 {
			t.why = "condition " + clip(name) + " is not known"
		}
	}
	st.conditions[name] = t
	return t
}

// decide evaluates the functions of conditions.
func (s scope) decide(n *node) truth {
	rd := s.st.rd
	rd.step(0)
	rd.depth++
	defer func() { rd.depth-- }()
	if rd.depth > maxDepth {
		return truth{why: "conditions depend on one another in too long a chain"}
	}
	if n.kind != mapNode || len(n.members) != 1 {
		return s.plain(n)
	}
	arg := n.members[0].val
	switch n.members[0].name {
	case "Condition":
		return s.condition(arg)
	case "Fn::Not":
		if items := arg.list(); len(items) == 1 {
			return s.condition2(items[0]).not()
		}
	case "Fn::And":
		return s.all(arg.list(), false)
	case "Fn::Or":
		return s.all(arg.list(), true)
	case "Fn::Equals":
		if items, ok := args(arg, 2, 2); ok {
			return s.equals(s.eval(items[0]), s.eval(items[1]))
		}
	default:
		return s.plain(n)
	}
	s.bad(n.line, "%s does not take these arguments", clip(n.members[0].name))
	return truth{why: "the condition is mistaken"}
}

// condition2 is an operand of Not, And and Or: never a bare name.
func (s scope) condition2(n *node) truth {
	if n == nil {
		return truth{why: "a condition is missing"}
	}
	return s.decide(n)
}

// plain takes a value for a condition: true, "true", or a function's result.
func (s scope) plain(n *node) truth {
	switch v := s.eval(n).(type) {
	case bool:
		return decided(v)
	case string:
		switch strings.ToLower(v) {
		case "true":
			return isTrue
		case "false":
			return isFalse
		}
	case *open:
		return truth{why: v.reason}
	}
	s.bad(n.line, "a condition is neither true nor false")
	return truth{why: "the condition is mistaken"}
}

// all is And, or Or when one that holds decides.
func (s scope) all(items []*node, decides bool) truth {
	out := decided(!decides)
	for _, x := range items {
		t := s.condition2(x)
		switch {
		case t.known && t.holds == decides:
			return t
		case !t.known:
			out = t
		}
	}
	return out
}

// equals compares. Of what is known in part only, a difference may show.
func (s scope) equals(a, b any) truth {
	oa, openA := a.(*open)
	ob, openB := b.(*open)
	switch {
	case !openA && !openB:
		if isFlat(a) && isFlat(b) {
			return decided(scalarEqual(a, b))
		}
		if o := firstOpen(a); o != nil {
			return truth{why: o.reason}
		}
		if o := firstOpen(b); o != nil {
			return truth{why: o.reason}
		}
		return decided(scalarEqual(a, b))
	case openA && openB:
		if oa.same(ob) {
			return isTrue
		}
		return truth{why: oa.reason}
	case openB:
		oa, b = ob, a
	}
	text, ok := textual(b)
	if ok && (oa.options != nil && !slices.Contains(oa.options, text) || !mayBe(oa.text, text) || text == "" && partly(oa.text)) {
		return isFalse
	}
	if ok && len(oa.options) > 0 && !slices.ContainsFunc(oa.options, func(o string) bool { return o != text }) {
		return isTrue
	}
	return truth{why: oa.reason}
}

// mayBe reports whether text with holes can come out as want: what stands
// before the first hole and behind the last must fit.
func mayBe(text, want string) bool {
	before, _, _ := strings.Cut(text, source.HoleOpen)
	after := text
	if i := strings.LastIndex(text, source.HoleClose); i >= 0 {
		after = text[i+len(source.HoleClose):]
	}
	return len(before)+len(after) <= len(want) && strings.HasPrefix(want, before) && strings.HasSuffix(want, after)
}

func isFlat(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return false
	}
	return true
}

func firstOpen(v any) *open {
	switch x := v.(type) {
	case *open:
		return x
	case []any:
		for _, e := range x {
			if o := firstOpen(e); o != nil {
				return o
			}
		}
	case map[string]any:
		for _, e := range x {
			if o := firstOpen(e); o != nil {
				return o
			}
		}
	}
	return nil
}

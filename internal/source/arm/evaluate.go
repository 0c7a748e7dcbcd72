package arm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// env is what names mean where an expression stands.
type env struct {
	s      *scope
	copies []loop
	vars   map[string]any // of lambdas, by lower-case name
	args   map[string]any // of a function the template defines; nil outside of one
	at     estate.Location
	// quiet: whether this is evaluated at all depends on what is not known, so
	// that a mistake in it need not be one.
	quiet bool
}

// loop is a copy loop around an expression. index is a float64 or *unknown.
type loop struct {
	name  string
	index any
}

func (v env) in(l loop) env {
	v.copies = append(slices.Clip(v.copies), l)
	return v
}

func (v env) line(n *node) env {
	v.at.Line, v.at.EndLine = n.line, n.line
	return v
}

// node evaluates a JSON value with the expressions in it.
func (e *evaluator) node(v env, n *node) any {
	e.step(1)
	if n.open != nil {
		return n.open
	}
	switch n.kind {
	case '"':
		return e.text(v.line(n), n.text)
	case '0':
		return n.number
	case 't':
		return true
	case 'f':
		return false
	case '[':
		e.grow(16 * len(n.values))
		list := make([]any, len(n.values))
		for i, el := range n.values {
			list[i] = e.node(v, el)
		}
		return list
	case '{':
		e.grow(48 * len(n.values))
		return e.object(v, n, nil)
	}
	return nil
}

// object evaluates the members of an object, but for those skipped.
func (e *evaluator) object(v env, n *node, skip map[string]bool) map[string]any {
	m := make(map[string]any, len(n.names))
	for i, name := range n.names {
		child := n.values[i]
		if skip[strings.ToLower(name)] {
			continue
		}
		if strings.EqualFold(name, "copy") && e.copies(v, child, m) {
			continue
		}
		if n.twice[name] {
			m[name] = &unknown{reason: "the name is written twice", label: shortLabel(name)}
			continue
		}
		m[e.key(v.line(child), name)] = e.node(v, child)
	}
	return m
}

// key is a member's name, which may be an expression too.
func (e *evaluator) key(v env, name string) string {
	if _, is := isExpression(name); !is {
		return name
	}
	k := e.text(v, name)
	if s, ok := k.(string); ok {
		return s
	}
	return shown(textOf(k))
}

// copies expands the copy loops of an object's properties or of variables. It
// reports false when the member named copy is something else.
func (e *evaluator) copies(v env, n *node, into map[string]any) bool {
	if n.kind != '[' || len(n.values) == 0 {
		return false
	}
	for _, c := range n.values {
		if c.get("name") == nil || c.get("input") == nil {
			return false
		}
	}
	for _, c := range n.values {
		if name := c.str("name"); name != "" {
			into[name] = e.copyValues(v, name, c)
		}
	}
	return true
}

// copyValues makes the array of one copy loop over values.
func (e *evaluator) copyValues(v env, name string, c *node) any {
	n, open := e.count(v, c)
	if open != nil {
		return []any{open}
	}
	list := make([]any, 0, n)
	for i := range n {
		e.grow(64)
		list = append(list, e.node(v.in(loop{name, float64(i)}), c.get("input")))
	}
	return list
}

// count evaluates how often a copy loop runs; what it returns else is why
// that is not known.
func (e *evaluator) count(v env, c *node) (int, *unknown) {
	cn := c.get("count")
	if cn == nil {
		e.gap("expression", v.line(c).at, "a copy loop has no count", "write count")
		return 0, opaque("the copy loop has no count", "count")
	}
	switch x := e.node(v, cn).(type) {
	case float64:
		if x > maxCopies {
			e.limit(v.line(cn).at, fmt.Sprintf("a copy loop has more than %d turns, which Azure refuses; the rest is not assessed", maxCopies))
			return maxCopies, nil
		}
		return int(max(x, 0)), nil
	case *unknown:
		return 0, derived(callLabel("copy", []any{x}), x)
	case string: // Azure takes a number in quotes for one
		if f, ok := toInt(e, v, "count", []any{x}).(float64); ok {
			return int(max(0, min(f, maxCopies))), nil
		}
		return 0, opaque("the count of the copy loop is no number", "count")
	default:
		e.gap("expression", v.line(cn).at, "the count of a copy loop is no number", "write a number")
		return 0, opaque("the count of the copy loop is no number", "count")
	}
}

// text evaluates a string that may be an expression.
func (e *evaluator) text(v env, s string) any {
	src, is := isExpression(s)
	if !is {
		return src
	}
	x, ok := e.parsed[src]
	if !ok {
		x.expr, x.err = parseExpression(src)
		e.parsed[src] = x
	}
	if x.err != nil {
		e.gap("expression", v.at, x.err.Error(), "correct the expression, or write [[ for a text that begins with a bracket")
		return opaque("the expression cannot be read", src)
	}
	return e.eval(v, x.expr)
}

// eval evaluates an expression.
func (e *evaluator) eval(v env, x expr) any {
	e.step(1)
	if e.depth++; e.depth > maxEvalDepth {
		e.depth--
		return opaque("the expression depends on too long a chain of others", "")
	}
	defer func() { e.depth-- }()
	switch x := x.(type) {
	case literal:
		return x.value
	case *access:
		return e.member(v, e.eval(v, x.of), e.eval(v, x.key))
	case *call:
		return e.call(v, x)
	}
	return nil
}

// member is an element of an array or object.
func (e *evaluator) member(v env, of, key any) any {
	switch o := of.(type) {
	case *unknown:
		return e.below(o, key)
	case map[string]any:
		switch k := key.(type) {
		case string:
			if m, ok := e.fold(o, k); ok {
				return m
			}
			return e.wrong(v, fmt.Sprintf("an object has no member %q", clip(k, 60)))
		case *unknown:
			return derived(labelOf(of)+"["+k.label+"]", k)
		}
	case []any:
		switch k := key.(type) {
		case float64:
			if i := int(k); i >= 0 && i < len(o) {
				return o[i]
			}
			return e.wrong(v, "an index lies outside the array")
		case *unknown:
			return derived(labelOf(of)+"["+k.label+"]", k)
		}
	case string:
		if k, ok := key.(float64); ok && int(k) >= 0 && int(k) < len(o) {
			return o[int(k) : int(k)+1]
		}
	}
	return e.wrong(v, "a member is asked of a value that has none")
}

// below is a member of something unknown.
func (e *evaluator) below(u *unknown, key any) any {
	name := "[" + labelOf(key) + "]"
	s, isText := key.(string)
	if isText {
		name = "." + s
	}
	out := &unknown{reason: u.reason, label: shortLabel(u.label + name), secret: u.secret, runtime: u.runtime, notNull: false}
	if isText && u.runtime && secretMember.MatchString(s) { // the member first, as a label may be cut
		out.secret, out.label = true, shortLabel(s+" of "+u.label)
	}
	for _, t := range u.targets {
		if isText {
			t.attr = strings.TrimPrefix(t.attr+"."+s, ".")
		}
		out.targets = append(out.targets, t)
	}
	if u.deploy == nil || !isText {
		return out
	}
	out.deploy, out.path = u.deploy, append(slices.Clip(u.path), strings.ToLower(s))
	if p := out.path; p[0] == "properties" {
		p = p[1:]
		if len(p) == 3 && p[0] == "outputs" && p[2] == "value" {
			return e.output(out, p[1])
		}
	} else if len(p) == 3 && p[0] == "outputs" && p[2] == "value" {
		return e.output(out, p[1])
	}
	return out
}

// output is what a nested template puts out, or u when that cannot be told.
func (e *evaluator) output(u *unknown, name string) any {
	s := e.nested(u.deploy)
	if s == nil {
		return u
	}
	o := s.node.get("outputs").get(name)
	if o == nil || o.get("value") == nil {
		return u
	}
	t := s.outputs[name]
	if t == nil {
		t = &thunk{}
		s.outputs[name] = t
	}
	return e.force(t, "output "+name, s.env.line(o), func() any { return e.node(s.env.line(o), o.get("value")) })
}

// wrong is an expression that Azure would refuse.
func (e *evaluator) wrong(v env, what string) *unknown {
	if v.quiet {
		return opaque(what, what)
	}
	e.gap("expression", v.at, what, "correct the expression")
	return opaque(what, what)
}

// thunk is a value computed when it is first asked for.
type thunk struct {
	state int // 0: not yet, 1: under way, 2: done
	value any
}

func (e *evaluator) force(t *thunk, name string, v env, f func() any) any {
	switch t.state {
	case 2:
		return t.value
	case 1:
		e.gap("expression", v.at, name+" depends on itself", "break the circle")
		return opaque(name+" depends on itself", name)
	}
	t.state = 1
	t.value = f()
	t.state = 2
	return t.value
}

// gap records something that could not be seen, once for each place.
func (e *evaluator) gap(kind string, at estate.Location, what, mend string) {
	e.addGap(source.Gap{Kind: kind, What: what, Mend: mend, At: at})
}

func (e *evaluator) limit(at estate.Location, what string) {
	e.addGap(source.Gap{Kind: "limit", What: what, At: at})
}

// maxGaps bounds the gaps of one template.
const maxGaps = 200

func (e *evaluator) addGap(g source.Gap) {
	if g.At.File != "" {
		where := g.At.File
		if g.At.Line > 0 {
			where = fmt.Sprintf("%s line %d", where, g.At.Line)
		}
		g.What = where + ": " + g.What
	}
	if e.gaps[g.What] || len(e.gaps) > maxGaps {
		return
	}
	e.gaps[g.What] = true
	if len(e.gaps) > maxGaps {
		g = source.Gap{Kind: "limit", What: g.At.File + ": more gaps than are listed", At: estate.Location{File: g.At.File}}
	}
	e.sink.Gap(g)
}

package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/demarc-sec/demarc/internal/source"
)

// A sketch is a second, humbler evaluation of an expression whose value is
// unknown in part. A policy is usually one long string, of which only an ARN
// or two is unknown; to the language the whole string is then unknown. The
// sketch walks what merely arranges values (templates, objects, lists, a few
// functions, references) and puts a string with a hole where a value is
// unknown. It never decides anything by such a string: an unknown condition
// makes the whole conditional a hole.
//
// A hole's text names the references that would fill it, "aws_vpc.v.id", in
// the address of the instance when that is known. Keys stand in apostrophes,
// `b['x'].arn`, as text with holes must remain valid JSON where it was.
//
// Sketches are wholly known and unmarked.

type sketchThunk struct {
	state state
	val   cty.Value
}

const maxSketch = 1 << 20 // bytes of one sketched string

func hole(text string) cty.Value {
	return cty.StringVal(source.HoleOpen + text + source.HoleClose)
}

// argumentSketch sketches an argument of a resource.
func (ev *evaluator) argumentSketch(t *thunk, s *scope, a *argument) (out cty.Value) {
	if t.sketch.state == done {
		return t.sketch.val
	}
	outer := ev.at
	defer func() {
		ev.at = outer
		if p := recover(); p != nil {
			if _, ok := p.(overrun); !ok {
				panic(p)
			}
			out = cty.NilVal
			t.sketch = sketchThunk{done, out}
		}
	}()
	return ev.sketchOnce(&t.sketch, func() cty.Value { return ev.sketchArgument(s, a) }, func() cty.Value { return cty.NilVal })
}

// sketchOnce remembers the sketch in t. in is what a circle gives.
func (ev *evaluator) sketchOnce(t *sketchThunk, compute, in func() cty.Value) cty.Value {
	switch t.state {
	case done:
		return t.val
	case busy:
		return in()
	}
	t.state = busy
	v := compute()
	if sizeOf(v, maxValue) > maxValue {
		v = hole("")
	}
	t.val, t.state = v, done
	return v
}

func (ev *evaluator) sketchArgument(s *scope, a *argument) cty.Value {
	if a.attr != nil {
		ev.at = a.attr.at()
		return ev.sketch(s, a.attr.expr)
	}
	var list []cty.Value
	for _, b := range a.blocks {
		if b.typ != "dynamic" {
			list = append(list, ev.sketchObject(s, b.body))
			continue
		}
		more, ok := ev.sketchDynamic(s, b)
		if !ok {
			return cty.NilVal
		}
		list = append(list, more...)
	}
	return cty.TupleVal(list)
}

func (ev *evaluator) sketchObject(s *scope, b *body) cty.Value {
	obj := make(map[string]cty.Value, len(b.attrs)+len(b.blocks))
	for _, a := range argumentsOf(b, nil) {
		if v := ev.sketchArgument(s, a); v != cty.NilVal {
			obj[a.name] = v
		} else {
			obj[a.name] = hole("")
		}
	}
	return cty.ObjectVal(obj)
}

// sketchBlocks sketches nested blocks of which a number is not known: a hole
// stands for however many come of a dynamic block.
func (ev *evaluator) sketchBlocks(s *scope, a *argument) cty.Value {
	var list []cty.Value
	for _, b := range a.blocks {
		if b.typ != "dynamic" {
			list = append(list, ev.sketchObject(s, b.body))
			continue
		}
		more, ok := ev.sketchDynamic(s, b)
		if !ok {
			of := blockName(b)
			if f := b.body.attrs["for_each"]; f != nil {
				of = ev.text(s, f.expr)
			}
			more = []cty.Value{hole(of)}
		}
		list = append(list, more...)
	}
	return cty.TupleVal(list)
}

func (ev *evaluator) sketchDynamic(s *scope, b *block) ([]cty.Value, bool) {
	forEach, content := b.body.attrs["for_each"], b.body.first("content")
	if forEach == nil || content == nil {
		return nil, false
	}
	coll, _ := ev.value(s, forEach.expr).Unmark()
	if !coll.IsKnown() || coll.IsNull() || !coll.CanIterateElements() || coll.Type().IsSetType() && !coll.IsWhollyKnown() {
		return nil, false
	}
	name := iteratorName(b)
	elements := ev.elements(s, forEach.expr)
	var out []cty.Value
	for it := coll.ElementIterator(); it.Next(); {
		ev.budget.step(1)
		k, v := it.Element()
		if coll.Type().IsSetType() {
			k = v
		}
		sk := func() cty.Value { return orHoles(elements(k), v, name+".value") }
		out = append(out, ev.sketchObject(s.with(name, iteration(k, v, sk)), content.body))
	}
	return out, true
}

// sketch returns e's value with holes for what is unknown.
func (ev *evaluator) sketch(s *scope, e hclsyntax.Expression) cty.Value {
	ev.budget.step(1)
	e = unwrap(e)
	v, ok := ev.evaluate(s, e, false)
	if ev.tooLarge[e] {
		return hole(ev.text(s, e))
	}
	if ok && v.IsWhollyKnown() {
		u, _ := v.UnmarkDeep()
		return plain(u)
	}
	if out := ev.structure(s, e); out != cty.NilVal {
		return out
	}
	return holes(v, ev.text(s, e))
}

// structure sketches e by its parts, or returns NilVal when e is of a kind
// that does more than arrange values.
func (ev *evaluator) structure(s *scope, e hclsyntax.Expression) cty.Value {
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		return ev.sketchTemplate(s, e.Parts)
	case *hclsyntax.TemplateWrapExpr:
		return ev.sketch(s, e.Wrapped)
	case *hclsyntax.TemplateJoinExpr:
		if list := ev.sketch(s, e.Tuple); sequence(list) {
			return concatenate(list.AsValueSlice())
		}
	case *hclsyntax.ObjectConsExpr:
		return ev.sketchObjectCons(s, e)
	case *hclsyntax.TupleConsExpr:
		list := make([]cty.Value, len(e.Exprs))
		for i, x := range e.Exprs {
			list[i] = ev.sketch(s, x)
		}
		return cty.TupleVal(list)
	case *hclsyntax.ConditionalExpr:
		cond, err := convert.Convert(first(ev.value(s, e.Condition).Unmark()), cty.Bool)
		if err != nil || !cond.IsKnown() || cond.IsNull() {
			return cty.NilVal
		}
		if cond.True() {
			return ev.sketch(s, e.TrueResult)
		}
		return ev.sketch(s, e.FalseResult)
	case *hclsyntax.FunctionCallExpr:
		return ev.sketchCall(s, e)
	case *hclsyntax.ScopeTraversalExpr:
		return ev.sketchTraversal(s, e.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		if t := ev.indexed(s, e); t != nil {
			if out := ev.sketchTraversal(s, t); out != cty.NilVal {
				return out
			}
		}
		return traverse(ev.sketch(s, e.Source), e.Traversal)
	case *hclsyntax.IndexExpr:
		key, _ := ev.value(s, e.Key).UnmarkDeep()
		if !key.IsWhollyKnown() || key.IsNull() {
			return cty.NilVal
		}
		return element(ev.sketch(s, e.Collection), key)
	case *hclsyntax.ForExpr:
		return ev.sketchFor(s, e)
	case *hclsyntax.SplatExpr:
		return ev.sketchSplat(s, e)
	}
	return cty.NilVal
}

// indexed writes x[each.key].y as the reference x["a"].y it is, when the key
// is known; nil otherwise.
func (ev *evaluator) indexed(s *scope, e *hclsyntax.RelativeTraversalExpr) hcl.Traversal {
	ix, ok := unwrap(e.Source).(*hclsyntax.IndexExpr)
	if !ok {
		return nil
	}
	base, ok := unwrap(ix.Collection).(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil
	}
	key, _ := ev.value(s, ix.Key).Unmark()
	if !key.IsKnown() || key.IsNull() || key.Type() != cty.String && key.Type() != cty.Number {
		return nil
	}
	return slices.Concat(base.Traversal, hcl.Traversal{hcl.TraverseIndex{Key: key}}, e.Traversal)
}

func first[T, U any](t T, _ U) T { return t }

func (ev *evaluator) sketchTemplate(s *scope, parts []hclsyntax.Expression) cty.Value {
	list := make([]cty.Value, len(parts))
	for i, p := range parts {
		list[i] = ev.sketch(s, p)
	}
	return concatenate(list)
}

// concatenate joins what can be written as strings, or returns NilVal.
func concatenate(list []cty.Value) cty.Value {
	var sb strings.Builder
	for _, v := range list {
		str, err := convert.Convert(v, cty.String)
		if err != nil || str.IsNull() {
			return cty.NilVal
		}
		sb.WriteString(str.AsString())
		if sb.Len() > maxSketch {
			return cty.NilVal
		}
	}
	return cty.StringVal(sb.String())
}

func (ev *evaluator) sketchObjectCons(s *scope, e *hclsyntax.ObjectConsExpr) cty.Value {
	obj := make(map[string]cty.Value, len(e.Items))
	for _, item := range e.Items {
		key := item.KeyExpr
		var k cty.Value
		if word := hcl.ExprAsKeyword(key); word != "" && !forced(key) {
			k = cty.StringVal(word)
		} else {
			k = ev.sketch(s, literalKey(key))
		}
		str, err := convert.Convert(k, cty.String)
		if err != nil || str.IsNull() {
			return cty.NilVal
		}
		obj[str.AsString()] = ev.sketch(s, item.ValueExpr)
	}
	return cty.ObjectVal(obj)
}

func forced(e hclsyntax.Expression) bool {
	k, ok := e.(*hclsyntax.ObjectConsKeyExpr)
	return !ok || k.ForceNonLiteral
}

func (ev *evaluator) sketchFor(s *scope, e *hclsyntax.ForExpr) cty.Value {
	coll, _ := ev.value(s, e.CollExpr).Unmark()
	if !coll.IsKnown() || coll.IsNull() || !coll.CanIterateElements() || e.Group ||
		coll.Type().IsSetType() && !coll.IsWhollyKnown() {
		return cty.NilVal
	}
	elements := ev.elements(s, e.CollExpr)
	var list []cty.Value
	obj := map[string]cty.Value{}
	for it := coll.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if coll.Type().IsSetType() {
			k = v
		}
		in := s.with(e.ValVar, binding{v, func() cty.Value { return elements(k) }})
		if e.KeyVar != "" {
			in = in.with(e.KeyVar, binding{k, func() cty.Value { return holes(k, e.KeyVar) }})
		}
		if e.CondExpr != nil {
			cond, err := convert.Convert(first(ev.value(in, e.CondExpr).Unmark()), cty.Bool)
			if err != nil || !cond.IsKnown() || cond.IsNull() {
				return cty.NilVal
			}
			if cond.False() {
				continue
			}
		}
		val := ev.sketch(in, e.ValExpr)
		if e.KeyExpr == nil {
			list = append(list, val)
			continue
		}
		key, err := convert.Convert(ev.sketch(in, e.KeyExpr), cty.String)
		if err != nil || key.IsNull() {
			return cty.NilVal
		}
		obj[key.AsString()] = val
	}
	if e.KeyExpr == nil {
		return cty.TupleVal(list)
	}
	return cty.ObjectVal(obj)
}

// sketchTraversal follows a reference to the expression behind it.
func (ev *evaluator) sketchTraversal(s *scope, t hcl.Traversal) cty.Value {
	root := t.RootName()
	if b, ok := s.vars[root]; ok {
		if b.sketch == nil {
			return cty.NilVal
		}
		return traverse(b.sketch(), t[1:])
	}
	name := ""
	if len(t) > 1 {
		if a, ok := t[1].(hcl.TraverseAttr); ok {
			name = a.Name
		}
	}
	switch root {
	case "local":
		a := s.m.def.locals[name]
		if a == nil {
			return cty.NilVal
		}
		th := thunkIn(s.m.locals, name)
		return traverse(ev.sketchOnce(&th.sketch, func() cty.Value { return ev.sketch(s.m.scope(), a.expr) }, emptyHole), t[2:])
	case "var":
		return ev.sketchVariable(s.m, name, t)
	case "each":
		if name == "value" && s.rep != nil && s.rep.sketch != nil {
			return traverse(s.rep.sketch(), t[2:])
		}
	case "module":
		return ev.sketchOutput(s, name, t)
	case "count", "path", "terraform", "self", "ephemeral", "":
	default:
		return ev.sketchAttribute(s, t)
	}
	return cty.NilVal
}

func emptyHole() cty.Value { return hole("") }

func (ev *evaluator) sketchVariable(m *module, name string, t hcl.Traversal) cty.Value {
	def := m.def.variables[name]
	if def == nil || m.call == nil {
		return cty.NilVal
	}
	a := m.call.block.body.attrs[name]
	if a == nil {
		return cty.NilVal
	}
	th := thunkIn(m.variables, name)
	sk := ev.sketchOnce(&th.sketch, func() cty.Value {
		v := ev.sketch(m.argumentScope(), a.expr)
		if mapping(v) && def.defaults != nil {
			v = fillDefaults(def, v)
		}
		if def.typed {
			ev.budget.charge(v)
			if c, err := convert.Convert(v, def.ty.WithoutOptionalAttributesDeep()); err == nil {
				v = c
			}
		}
		return v
	}, emptyHole)
	return traverse(sk, t[2:])
}

func (ev *evaluator) sketchOutput(s *scope, name string, t hcl.Traversal) cty.Value {
	c := s.m.child(name)
	if c == nil {
		return cty.NilVal
	}
	c.expand(ev)
	if c.missing != "" || c.kind == unknownKeys {
		return cty.NilVal
	}
	suffix, rest := instanceStep(t[2:])
	m := c.byKey[suffix]
	if m == nil || len(rest) == 0 {
		return cty.NilVal
	}
	out, ok := rest[0].(hcl.TraverseAttr)
	if !ok {
		return cty.NilVal
	}
	b := m.def.outputs[out.Name]
	if b == nil || b.body.attrs["value"] == nil {
		return cty.NilVal
	}
	th := thunkIn(m.outputs, out.Name)
	sk := ev.sketchOnce(&th.sketch, func() cty.Value { return ev.sketch(m.scope(), b.body.attrs["value"].expr) }, emptyHole)
	return traverse(sk, rest[1:])
}

// sketchAttribute follows a reference to an argument another resource writes.
func (ev *evaluator) sketchAttribute(s *scope, t hcl.Traversal) cty.Value {
	c := &compiled{}
	c.add(t)
	if len(c.resources) != 1 {
		return cty.NilVal
	}
	u := &c.resources[0]
	key, at := u.typ+"."+u.name, 2
	if u.data {
		key, at = "data."+key, 3
	}
	b := s.m.def.byName[key]
	if b == nil {
		return cty.NilVal
	}
	r := s.m.resource(b)
	r.expand(ev)
	suffix, rest := instanceStep(t[at:])
	i := r.bySuffix[suffix]
	if i == nil || len(rest) == 0 || r.kind == unknownKeys {
		return cty.NilVal
	}
	name, ok := rest[0].(hcl.TraverseAttr)
	if !ok {
		return cty.NilVal
	}
	a := r.argNamed[name.Name]
	if a == nil {
		sk := ev.computedSketch(i, name.Name)
		if sk == cty.NilVal {
			return cty.NilVal
		}
		return traverse(sk, rest[1:])
	}
	th, in := i.thunk(a)
	sk := ev.argumentSketch(th, in, a)
	if sk == cty.NilVal || sk.IsNull() || isWholeHole(sk) {
		return cty.NilVal // the reference itself says more, and null is the provider's choice
	}
	return traverse(sk, rest[1:])
}

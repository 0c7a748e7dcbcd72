package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

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

// arranging are functions that put values together without looking at them.
var arranging = map[string]bool{
	"jsonencode": true, "yamlencode": true, "jsondecode": true, "format": true, "formatlist": true, "join": true,
	"concat": true, "merge": true, "flatten": true, "tolist": true, "tostring": true, "tomap": true,
	"templatestring": true,
}

func (ev *evaluator) sketchCall(s *scope, e *hclsyntax.FunctionCallExpr) cty.Value {
	name := strings.TrimPrefix(e.Name, "core::")
	switch name {
	case "sensitive", "nonsensitive", "toset":
		if len(e.Args) == 1 && !e.ExpandFinal {
			return ev.sketch(s, e.Args[0])
		}
		return cty.NilVal
	case "try":
		for _, a := range e.Args {
			if _, ok := ev.evaluate(s, a, false); ok {
				return ev.sketch(s, a)
			}
		}
		return cty.NilVal
	case "templatefile":
		return ev.sketchTemplateFile(s, e)
	case "replace":
		return ev.sketchReplace(s, e)
	case "compact", "coalesce", "one", "element":
		return ev.sketchChoice(s, name, e)
	}
	fn, ok := ev.functions[name]
	if !ok || !arranging[name] {
		return cty.NilVal
	}
	args := make([]cty.Value, 0, len(e.Args))
	for _, a := range e.Args {
		args = append(args, ev.sketch(s, a))
	}
	if e.ExpandFinal {
		last := args[len(args)-1]
		if !sequence(last) {
			return cty.NilVal
		}
		args = append(args[:len(args)-1], last.AsValueSlice()...)
	}
	if name == "flatten" || name == "concat" || name == "merge" {
		for _, a := range args { // a hole would have been a collection
			if !sequence(a) && !mapping(a) && !a.IsNull() {
				return cty.NilVal
			}
		}
	}
	for i, a := range args {
		ev.budget.charge(a)
		if args[i], ok = asParameter(fn, i, a); !ok {
			return cty.NilVal
		}
	}
	out, err := fn.Call(args)
	if err != nil || !out.IsWhollyKnown() {
		return cty.NilVal
	}
	return first(out.UnmarkDeep())
}

// sketchChoice sketches functions that choose among their arguments, as far as
// the choice does not hang on a hole. A string known in part is not empty.
func (ev *evaluator) sketchChoice(s *scope, name string, e *hclsyntax.FunctionCallExpr) cty.Value {
	if e.ExpandFinal || len(e.Args) == 0 {
		return cty.NilVal
	}
	candidates := make([]cty.Value, 0, len(e.Args))
	if name == "coalesce" {
		for _, a := range e.Args {
			candidates = append(candidates, ev.sketch(s, a))
		}
	} else {
		list := ev.sketch(s, e.Args[0])
		if !sequence(list) {
			return cty.NilVal
		}
		candidates = list.AsValueSlice()
	}
	switch name {
	case "one":
		if len(candidates) == 1 {
			return candidates[0]
		}
		return cty.NilVal
	case "element":
		if len(e.Args) != 2 || len(candidates) == 0 {
			return cty.NilVal
		}
		n, ok := number(ev.value(s, e.Args[1]))
		if !ok || n < 0 || n > maxValue {
			return cty.NilVal
		}
		return candidates[int(n)%len(candidates)]
	}
	var kept []cty.Value
	for _, c := range candidates {
		switch {
		case isWholeHole(c):
			return cty.NilVal
		case c.IsNull() || c.Type() == cty.String && c.AsString() == "":
		case name == "coalesce":
			return c
		default:
			kept = append(kept, c)
		}
	}
	if name == "coalesce" {
		return cty.NilVal
	}
	return cty.TupleVal(kept)
}

// sketchReplace replaces plain text in what is known of a string. It gives up
// where a match could begin or end inside a hole.
func (ev *evaluator) sketchReplace(s *scope, e *hclsyntax.FunctionCallExpr) cty.Value {
	if len(e.Args) != 3 || e.ExpandFinal {
		return cty.NilVal
	}
	in := sketchText(ev.sketch(s, e.Args[0]))
	old, known := text(ev.value(s, e.Args[1]))
	by := ev.sketch(s, e.Args[2])
	if in == "" || !known || old == "" || old[0] == '/' && old[len(old)-1] == '/' || by.IsNull() || by.Type() != cty.String {
		return cty.NilVal
	}
	if strings.Count(in, old)*len(by.AsString())+len(in) > maxSketch {
		return cty.NilVal
	}
	var out strings.Builder
	for rest, after := in, false; ; after = true {
		piece, tail, open := strings.Cut(rest, source.HoleOpen)
		for n := 1; n < len(old); n++ {
			if after && strings.HasPrefix(piece, old[n:]) || open && strings.HasSuffix(piece, old[:n]) {
				return cty.NilVal
			}
		}
		out.WriteString(strings.ReplaceAll(piece, old, by.AsString()))
		if !open {
			return cty.StringVal(out.String())
		}
		inside, next, _ := strings.Cut(tail, source.HoleClose)
		out.WriteString(source.HoleOpen + inside + source.HoleClose)
		rest = next
	}
}

// sketchSplat follows a splat over a resource's instances, or over a list.
func (ev *evaluator) sketchSplat(s *scope, e *hclsyntax.SplatExpr) cty.Value {
	rel, ok := unwrap(e.Each).(*hclsyntax.RelativeTraversalExpr)
	if !ok {
		return cty.NilVal
	}
	if _, ok := unwrap(rel.Source).(*hclsyntax.AnonSymbolExpr); !ok {
		return cty.NilVal
	}
	v, _ := ev.value(s, e).Unmark()
	if !sequence(v) || v.Type().IsSetType() {
		return cty.NilVal
	}
	elements := ev.elements(s, e.Source)
	base, direct := unwrap(e.Source).(*hclsyntax.ScopeTraversalExpr)
	var list []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		ev.budget.step(1)
		k, x := it.Element()
		sk := cty.NilVal
		if direct {
			t := append(slices.Clone(base.Traversal), hcl.TraverseIndex{Key: k})
			sk = ev.sketchTraversal(s, append(t, rel.Traversal...))
			if sk == cty.NilVal && v.LengthInt() == 1 {
				sk = ev.sketchTraversal(s, append(slices.Clone(base.Traversal), rel.Traversal...))
			}
		}
		if sk == cty.NilVal && !direct {
			sk = traverse(elements(k), rel.Traversal)
		}
		list = append(list, orHoles(sk, x, ev.text(s, e)))
	}
	return cty.TupleVal(list)
}

// asParameter converts an argument as a call in the language would.
func asParameter(fn function.Function, i int, v cty.Value) (cty.Value, bool) {
	ty := cty.DynamicPseudoType
	if params := fn.Params(); i < len(params) {
		ty = params[i].Type
	} else if p := fn.VarParam(); p != nil {
		ty = p.Type
	}
	out, err := convert.Convert(v, ty)
	return out, err == nil
}

// sketchTemplateFile sketches the template's own expressions.
func (ev *evaluator) sketchTemplateFile(s *scope, e *hclsyntax.FunctionCallExpr) cty.Value {
	if len(e.Args) != 2 || e.ExpandFinal {
		return cty.NilVal
	}
	name, _ := ev.value(s, e.Args[0]).UnmarkDeep()
	if name.Type() != cty.String || !name.IsKnown() || name.IsNull() {
		return cty.NilVal
	}
	tmpl, err := ev.templateFile(name.AsString())
	if err != nil {
		return cty.NilVal
	}
	vars, _ := ev.value(s, e.Args[1]).Unmark()
	if !vars.IsKnown() || vars.IsNull() || !vars.CanIterateElements() || !mapping(vars) {
		return cty.NilVal
	}
	in := &scope{m: s.m, vars: map[string]binding{}}
	elements := ev.elements(s, e.Args[1])
	for it := vars.ElementIterator(); it.Next(); {
		k, v := it.Element()
		in.vars[k.AsString()] = binding{val: v, sketch: func() cty.Value { return elements(k) }}
	}
	return ev.sketch(in, tmpl)
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

func isWholeHole(v cty.Value) bool {
	return v.Type() == cty.String && !v.IsNull() && sketchText(v) == "" && v.AsString() != ""
}

// instanceStep splits a constant instance key off a traversal.
func instanceStep(t hcl.Traversal) (suffix string, rest hcl.Traversal) {
	if len(t) == 0 {
		return "", t
	}
	ix, ok := t[0].(hcl.TraverseIndex)
	if !ok {
		return "", t
	}
	if ix.Key.Type() == cty.String {
		return keySuffix(ix.Key.AsString()), t[1:]
	}
	n, _ := ix.Key.AsBigFloat().Int64()
	return indexSuffix(n), t[1:]
}

// traverse applies the rest of a reference to a sketch.
func traverse(v cty.Value, rest hcl.Traversal) cty.Value {
	if v == cty.NilVal || len(rest) == 0 {
		return v
	}
	for _, step := range rest {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			v = element(v, cty.StringVal(step.Name))
		case hcl.TraverseIndex:
			v = element(v, step.Key)
		default:
			return cty.NilVal
		}
		if v == cty.NilVal {
			return v
		}
	}
	return v
}

// element is one element of a sketched collection, or NilVal.
func element(v, key cty.Value) cty.Value {
	key, _ = key.Unmark()
	if v == cty.NilVal || !key.IsKnown() || key.IsNull() {
		return cty.NilVal
	}
	switch {
	case mapping(v):
		k, err := convert.Convert(key, cty.String)
		if err != nil {
			return cty.NilVal
		}
		if e, ok := v.AsValueMap()[k.AsString()]; ok {
			return e
		}
	case sequence(v):
		if v.Type().IsSetType() || key.Type() == cty.String {
			for _, e := range v.AsValueSlice() {
				if e.RawEquals(key) {
					return e
				}
			}
			if v.Type().IsSetType() {
				return cty.NilVal
			}
		}
		k, err := convert.Convert(key, cty.Number)
		if err != nil {
			return cty.NilVal
		}
		if i, _ := k.AsBigFloat().Int64(); i >= 0 && i < int64(v.LengthInt()) {
			return v.AsValueSlice()[i]
		}
	}
	return cty.NilVal
}

// elements sketches a collection once, when first asked for an element.
func (ev *evaluator) elements(s *scope, e hclsyntax.Expression) func(key cty.Value) cty.Value {
	var (
		asked bool
		sk    cty.Value
		named map[string]cty.Value
		list  []cty.Value
	)
	return func(key cty.Value) cty.Value {
		if !asked {
			asked = true
			sk = ev.sketch(s, e)
			switch {
			case mapping(sk):
				named = sk.AsValueMap()
			case sequence(sk) && !sk.Type().IsSetType():
				list = sk.AsValueSlice()
			}
		}
		key, _ = key.Unmark()
		switch {
		case !key.IsKnown() || key.IsNull():
			return cty.NilVal
		case named != nil && key.Type() == cty.String:
			if v, ok := named[key.AsString()]; ok {
				return v
			}
			return cty.NilVal
		case list != nil && key.Type() == cty.Number:
			if i, _ := key.AsBigFloat().Int64(); i >= 0 && i < int64(len(list)) {
				return list[i]
			}
			return cty.NilVal
		}
		return element(sk, key)
	}
}

// orHoles is sk, or v with holes when there is no sketch.
func orHoles(sk, v cty.Value, text string) cty.Value {
	if sk == cty.NilVal {
		return holes(v, text)
	}
	return sk
}

// holes replaces what is unknown in v by holes, named for the references it
// is marked with, or else text.
func holes(v cty.Value, text string) cty.Value {
	v, marks := v.Unmark()
	if refs := refsOf(marks); len(refs) > 0 {
		text = refText(refs)
	}
	if !v.IsKnown() {
		return hole(text)
	}
	if v.IsNull() {
		return v
	}
	ty := v.Type()
	switch {
	case ty.IsTupleType() || ty.IsListType() || ty.IsSetType():
		list := make([]cty.Value, 0, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			list = append(list, holes(e, text))
		}
		return cty.TupleVal(list)
	case ty.IsObjectType() || ty.IsMapType():
		obj := make(map[string]cty.Value, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			obj[first(k.Unmark()).AsString()] = holes(e, text)
		}
		return cty.ObjectVal(obj)
	case ty == cty.String:
		return plain(v)
	}
	return v
}

func refText(refs []source.Ref) string {
	parts := make([]string, 0, len(refs))
	for _, r := range refs {
		if len(parts) == 8 {
			break
		}
		if r.Attribute != "" {
			parts = append(parts, r.Address+"."+r.Attribute)
		} else {
			parts = append(parts, r.Address)
		}
	}
	return inString(strings.Join(parts, ", "))
}

// inString makes text safe inside a JSON string literal: keys are quoted with
// apostrophes instead.
func inString(s string) string {
	return strings.NewReplacer(`\"`, "'", `"`, "'", `\`, "/", "\n", " ").Replace(s)
}

// text describes what an expression is made from, without its literals.
func (ev *evaluator) text(s *scope, e hclsyntax.Expression) string {
	var parts []string
	for _, t := range hclsyntax.Variables(e) {
		var sb strings.Builder
		for _, step := range t {
			switch step := step.(type) {
			case hcl.TraverseRoot:
				sb.WriteString(step.Name)
			case hcl.TraverseAttr:
				sb.WriteString("." + step.Name)
			}
		}
		parts = appendNew(parts, sb.String())
		if len(parts) == 8 {
			break
		}
	}
	return inString(strings.Join(parts, ", "))
}

// plain removes from known strings the code points that stand for holes, so
// that configuration cannot forge one.
func plain(v cty.Value) cty.Value {
	out, err := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() && strings.ContainsAny(v.AsString(), source.HoleOpen+source.HoleClose) {
			return cty.StringVal(strings.NewReplacer(source.HoleOpen, "\uFFFD", source.HoleClose, "\uFFFD").Replace(v.AsString())), nil
		}
		return v, nil
	})
	if err != nil {
		return v
	}
	return out
}

// fillDefaults fills optional attributes a sketched object leaves out.
func fillDefaults(def *variableDef, v cty.Value) cty.Value {
	obj := v.AsValueMap()
	if obj == nil {
		obj = map[string]cty.Value{}
	}
	for name, d := range def.defaults.DefaultValues {
		if have, ok := obj[name]; !ok || have.IsNull() {
			obj[name] = d
		}
	}
	if def.ty.IsObjectType() {
		for name, ty := range def.ty.AttributeTypes() {
			if _, ok := obj[name]; !ok {
				obj[name] = cty.NullVal(ty)
			}
		}
	}
	return cty.ObjectVal(obj)
}

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
	if name == "concat" && slices.ContainsFunc(args, holdsObjects) {
		for i, a := range args { // however many more of them
			if isHole(a) {
				args[i] = cty.TupleVal([]cty.Value{a})
			}
		}
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

func holdsObjects(v cty.Value) bool {
	return sequence(v) && slices.ContainsFunc(v.AsValueSlice(), mapping)
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

package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/demarc-sec/demarc/internal/source"
)

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

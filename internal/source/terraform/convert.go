package terraform

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/demarc-sec/demarc/internal/source"
)

// maxRefs bounds the references kept for one path of one resource.
const maxRefs = 200

// converter turns values into the shape of a source.Resource's Body, and
// gathers references on the way.
type converter struct {
	b    *budget
	refs map[string][]source.Ref
}

// value converts v. sk is what a sketch gives for the same argument, or
// NilVal; why is the reason inherited from what v stands in.
func (c *converter) value(v, sk cty.Value, path, why string) any {
	c.b.yield(16)
	v, marks := v.Unmark()
	if v.IsKnown() && v.IsNull() {
		return nil // what is not written refers to nothing, whatever decided so
	}
	if len(marks) > 0 {
		c.addRefs(path, marks)
		why = reasonOf(marks)
	}
	if !v.IsKnown() {
		if why == "" {
			why = reasonOf(nil)
		}
		return c.unknown(v, sk, path, why)
	}
	if v.IsNull() {
		return nil
	}
	ty := v.Type()
	switch {
	case ty == cty.String:
		s := v.AsString()
		c.b.yield(len(s))
		return s
	case ty == cty.Bool:
		return v.True()
	case ty == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return f
	case ty.IsSetType() && !v.IsWhollyKnown() && sequence(sk):
		return c.sketched(sk, why)
	case ty.IsListType() || ty.IsTupleType() || ty.IsSetType():
		return c.list(v, sk, path, why)
	case ty.IsMapType() || ty.IsObjectType():
		return c.object(v, sk, path, why)
	}
	return &source.Unknown{Reason: "a value of a kind that cannot be shown", NotNull: true}
}

func (c *converter) list(v, sk cty.Value, path, why string) any {
	out := make([]any, 0, v.LengthInt())
	follow := sequence(sk) && sk.LengthInt() == v.LengthInt()
	var sketches []cty.Value
	if follow {
		sketches = sk.AsValueSlice()
	}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		s := cty.NilVal
		if follow {
			s = sketches[len(out)]
		}
		out = append(out, c.value(e, s, path, why))
	}
	return out
}

func (c *converter) object(v, sk cty.Value, path, why string) any {
	out := make(map[string]any, v.LengthInt())
	var sketches map[string]cty.Value
	if mapping(sk) {
		sketches = sk.AsValueMap()
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		k, _ = k.Unmark()
		key := k.AsString()
		s, ok := sketches[key]
		if !ok {
			s = cty.NilVal
		}
		out[key] = c.value(e, s, path+"."+key, why)
	}
	return out
}

func (c *converter) unknown(v, sk cty.Value, path, why string) any {
	if sequence(sk) || mapping(sk) {
		return c.sketched(sk, why)
	}
	if whole(sk) { // decoded out of text of which another part is unknown
		return c.value(sk, cty.NilVal, path, why)
	}
	u := &source.Unknown{Reason: why}
	if v.Type() != cty.DynamicPseudoType {
		u.NotNull = v.Range().DefinitelyNotNull()
	}
	if text := sketchText(sk); text != "" {
		c.b.yield(len(text))
		u.Text, u.NotNull = text, true
	}
	return u
}

// whole reports whether the sketch is a string, number or bool without holes.
func whole(sk cty.Value) bool {
	if sk == cty.NilVal || sk.IsNull() || !sk.IsKnown() {
		return false
	}
	switch sk.Type() {
	case cty.String:
		return sk.AsString() != "" && !strings.Contains(sk.AsString(), source.HoleOpen)
	case cty.Bool, cty.Number:
		return true
	}
	return false
}

// sketched converts a sketch where the value itself tells nothing.
func (c *converter) sketched(sk cty.Value, why string) any {
	switch {
	case sk == cty.NilVal || sk.IsNull():
		return nil
	case sequence(sk):
		out := []any{}
		for _, e := range sk.AsValueSlice() {
			out = append(out, c.sketched(e, why))
		}
		return out
	case mapping(sk):
		out := map[string]any{}
		for k, e := range sk.AsValueMap() {
			out[k] = c.sketched(e, why)
		}
		return out
	case sk.Type() == cty.String && strings.Contains(sk.AsString(), source.HoleOpen):
		text := sketchText(sk)
		return &source.Unknown{Reason: why, Text: text, NotNull: text != ""}
	}
	return c.value(sk, cty.NilVal, "", why)
}

func (c *converter) addRefs(path string, marks cty.ValueMarks) {
	refs := refsOf(marks)
	if len(refs) == 0 {
		return
	}
	if c.refs == nil {
		c.refs = map[string][]source.Ref{}
	}
	have := c.refs[path]
	for _, r := range refs {
		if len(have) >= maxRefs {
			break
		}
		if !slices.Contains(have, r) {
			have = append(have, r)
		}
	}
	c.refs[path] = have
}

func sequence(v cty.Value) bool {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() {
		return false
	}
	ty := v.Type()
	return ty.IsTupleType() || ty.IsListType() || ty.IsSetType()
}

func mapping(v cty.Value) bool {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() {
		return false
	}
	return v.Type().IsObjectType() || v.Type().IsMapType()
}

// sketchText returns a sketched string, or "" when nothing of it is known.
func sketchText(sk cty.Value) string {
	if sk == cty.NilVal || sk.IsNull() || !sk.IsKnown() || sk.Type() != cty.String {
		return ""
	}
	s := sk.AsString()
	known := false
	for rest := s; ; {
		before, after, open := strings.Cut(rest, source.HoleOpen)
		known = known || before != ""
		if !open {
			break
		}
		_, rest, _ = strings.Cut(after, source.HoleClose)
	}
	if !known {
		return ""
	}
	return s
}

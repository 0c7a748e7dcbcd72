package terraform

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func param(name string, ty cty.Type) function.Parameter {
	return function.Parameter{Name: name, Type: ty}
}

func notNull(b *cty.RefinementBuilder) *cty.RefinementBuilder { return b.NotNull() }

// replaceFunc replaces text, or by a regular expression between slashes.
var replaceFunc = function.New(&function.Spec{
	Params:       []function.Parameter{param("str", cty.String), param("substr", cty.String), param("replace", cty.String)},
	Type:         function.StaticReturnType(cty.String),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		s, old, repl := args[0].AsString(), args[1].AsString(), args[2].AsString()
		if len(old) > 1 && old[0] == '/' && old[len(old)-1] == '/' {
			re, err := regexp.Compile(old[1 : len(old)-1])
			if err != nil {
				return cty.UnknownVal(cty.String), &functionHint{text: "the pattern is not a regular expression"}
			}
			return cty.StringVal(re.ReplaceAllString(s, repl)), nil
		}
		return cty.StringVal(strings.ReplaceAll(s, old, repl)), nil
	},
})

var timecmpFunc = function.New(&function.Spec{
	Params: []function.Parameter{param("a", cty.String), param("b", cty.String)},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		a, err1 := time.Parse(time.RFC3339, args[0].AsString())
		b, err2 := time.Parse(time.RFC3339, args[1].AsString())
		if err1 != nil || err2 != nil {
			return cty.UnknownVal(cty.Number), &functionHint{text: "an argument is not a timestamp"}
		}
		return cty.NumberIntVal(int64(a.Compare(b))), nil
	},
})

// maxUnknownSlice bounds the elements made up for a slice of an unknown list.
const maxUnknownSlice = 1000

// sliceFunc gives, of a list that is not known, as many unknown elements as
// are asked for: if the list were shorter, there would be an error. So
// slice(data.aws_availability_zones.x.names, 0, 3) is three zones.
var sliceFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "list", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true, AllowDynamicType: true},
		param("start_index", cty.Number), param("end_index", cty.Number),
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		v, n := args[0], unknownSlice(args)
		if n < 0 {
			return stdlib.SliceFunc.ReturnTypeForValues(args)
		}
		if v.Type().IsListType() {
			return v.Type(), nil
		}
		return cty.Tuple(slices.Repeat([]cty.Type{cty.DynamicPseudoType}, n)), nil
	},
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		n := unknownSlice(args)
		if n < 0 {
			return stdlib.SliceFunc.Call(args)
		}
		marks := args[0].Marks()
		if ty.IsListType() {
			if n == 0 {
				return cty.ListValEmpty(ty.ElementType()).WithMarks(marks), nil
			}
			return cty.ListVal(slices.Repeat([]cty.Value{cty.UnknownVal(ty.ElementType()).WithMarks(marks)}, n)), nil
		}
		return cty.TupleVal(slices.Repeat([]cty.Value{cty.DynamicVal.WithMarks(marks)}, n)), nil
	},
})

// unknownSlice is how many elements a slice of an unknown list has, or -1.
func unknownSlice(args []cty.Value) int {
	ty := args[0].Type()
	if v, _ := args[0].Unmark(); v.IsKnown() || ty != cty.DynamicPseudoType && !ty.IsListType() {
		return -1
	}
	from, ok1 := number(args[1])
	to, ok2 := number(args[2])
	if !ok1 || !ok2 || from < 0 || to < from || to-from > maxUnknownSlice || from != math.Trunc(from) || to != math.Trunc(to) {
		return -1
	}
	return int(to - from)
}

var lengthFunc = function.New(&function.Spec{
	Params: []function.Parameter{{
		Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true, AllowMarked: true,
	}},
	Type: func(args []cty.Value) (cty.Type, error) {
		ty := args[0].Type()
		if ty == cty.String || ty.IsTupleType() || ty.IsObjectType() || ty.IsCollectionType() || ty == cty.DynamicPseudoType {
			return cty.Number, nil
		}
		return cty.Number, &functionHint{text: "the argument is neither a string nor a collection"}
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		ty := v.Type()
		switch {
		case ty == cty.DynamicPseudoType:
			return cty.UnknownVal(cty.Number).RefineNotNull().WithMarks(marks), nil
		case ty.IsTupleType():
			return cty.NumberIntVal(int64(ty.Length())).WithMarks(marks), nil
		case ty.IsObjectType():
			return cty.NumberIntVal(int64(len(ty.AttributeTypes()))).WithMarks(marks), nil
		case ty == cty.String && v.IsKnown():
			n, err := stdlib.Strlen(v)
			return n.WithMarks(marks), err
		case ty == cty.String:
			return cty.UnknownVal(cty.Number).RefineNotNull().WithMarks(marks), nil
		}
		return v.Length().WithMarks(marks), nil
	},
})

// lookupFunc finds a map's element, or gives the default. The default, when
// given, decides the type for objects whose attributes differ in type.
var lookupFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "map", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true, AllowDynamicType: true},
		{Name: "key", Type: cty.String, AllowMarked: true, AllowUnknown: true},
	},
	VarParam: &function.Parameter{
		Name: "default", Type: cty.DynamicPseudoType,
		AllowNull: true, AllowUnknown: true, AllowMarked: true, AllowDynamicType: true,
	},
	Type: function.StaticReturnType(cty.DynamicPseudoType),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		m, marks := args[0].Unmark()
		key, keyMarks := args[1].Unmark()
		if len(args) > 3 {
			return cty.DynamicVal, &functionHint{text: "there are too many arguments"}
		}
		if !m.IsKnown() || !key.IsKnown() {
			all := []cty.ValueMarks{marks, keyMarks}
			if len(args) == 3 {
				_, deep := args[2].UnmarkDeep()
				all = append(all, deep)
			}
			return cty.DynamicVal.WithMarks(all...), nil
		}
		if !m.Type().IsMapType() && !m.Type().IsObjectType() {
			return cty.DynamicVal, &functionHint{text: "the first argument is not a map"}
		}
		k := key.AsString()
		if m.Type().IsMapType() {
			if m.HasIndex(key).True() {
				return m.Index(key).WithMarks(marks, keyMarks), nil
			}
		} else if m.Type().HasAttribute(k) {
			return m.GetAttr(k).WithMarks(marks, keyMarks), nil
		}
		if len(args) < 3 {
			return cty.DynamicVal, &functionHint{text: "the key is not in the map, and no default is given"}
		}
		def := args[2]
		if m.Type().IsMapType() {
			if c, err := convert.Convert(def, m.Type().ElementType()); err == nil {
				def = c
			}
		}
		return def.WithMarks(marks, keyMarks), nil
	},
})

// coalesceFunc returns the first argument that is neither null nor "".
var coalesceFunc = function.New(&function.Spec{
	VarParam: &function.Parameter{
		Name: "vals", Type: cty.DynamicPseudoType,
		AllowNull: true, AllowUnknown: true, AllowMarked: true, AllowDynamicType: true,
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		types := make([]cty.Type, len(args))
		for i, a := range args {
			types[i] = a.Type()
		}
		ty, _ := convert.UnifyUnsafe(types)
		if ty == cty.NilType {
			return cty.DynamicPseudoType, &functionHint{text: "the arguments are of different types"}
		}
		return ty, nil
	},
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		for _, a := range args {
			a, err := convert.Convert(a, ty)
			if err != nil {
				return cty.UnknownVal(ty), errors.New("the arguments are of different types")
			}
			u, marks := a.Unmark()
			if !u.IsKnown() {
				if ty != cty.DynamicPseudoType && ty != cty.String && u.Range().DefinitelyNotNull() {
					return a, nil
				}
				if s := stringPrefix(u); s != "" {
					return a, nil
				}
				return cty.UnknownVal(ty).WithMarks(marks, allMarks(args)), nil
			}
			if u.IsNull() || ty == cty.String && u.AsString() == "" {
				continue
			}
			return a, nil
		}
		return cty.UnknownVal(ty), &functionHint{text: "all arguments are null or empty"}
	},
})

func stringPrefix(v cty.Value) string {
	if v.Type() != cty.String {
		return ""
	}
	return v.Range().StringPrefix()
}

func allMarks(vals []cty.Value) cty.ValueMarks {
	out := cty.ValueMarks{}
	for _, v := range vals {
		_, marks := v.UnmarkDeep()
		for m := range marks {
			out[m] = struct{}{}
		}
	}
	return out
}

var oneFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true, AllowMarked: true}},
	Type:   function.StaticReturnType(cty.DynamicPseudoType),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		ty := v.Type()
		if !v.IsKnown() {
			return cty.DynamicVal.WithMarks(marks), nil
		}
		if v.IsNull() || !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType() {
			return cty.DynamicVal, &functionHint{text: "the argument is not a list"}
		}
		switch v.LengthInt() {
		case 0:
			return cty.NullVal(cty.DynamicPseudoType).WithMarks(marks), nil
		case 1:
			it := v.ElementIterator()
			it.Next()
			_, e := it.Element()
			return e.WithMarks(marks), nil
		}
		if ty.IsSetType() && !v.IsWhollyKnown() {
			return cty.DynamicVal.WithMarks(marks), nil
		}
		return cty.DynamicVal, &functionHint{text: "the list has more than one element"}
	},
})

var sumFunc = function.New(&function.Spec{
	Params: []function.Parameter{param("list", cty.DynamicPseudoType)},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if !args[0].CanIterateElements() || args[0].LengthInt() == 0 {
			return cty.UnknownVal(cty.Number), &functionHint{text: "the argument is not a list of numbers with elements"}
		}
		sum := cty.Zero
		for it := args[0].ElementIterator(); it.Next(); {
			_, e := it.Element()
			n, err := convert.Convert(e, cty.Number)
			if err != nil || n.IsNull() {
				return cty.UnknownVal(cty.Number), &functionHint{text: "an element is not a number"}
			}
			sum = sum.Add(n)
		}
		return sum, nil
	},
})

// allOrAny folds a list of booleans; stop is the value that decides.
func allOrAny(stop bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{param("list", cty.List(cty.Bool))},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			known := true
			for it := args[0].ElementIterator(); it.Next(); {
				_, e := it.Element()
				switch {
				case !e.IsKnown():
					known = false
				case e.IsNull():
					if !stop {
						return cty.False, nil
					}
				case e.True() == stop:
					return cty.BoolVal(stop), nil
				}
			}
			if !known {
				return cty.UnknownVal(cty.Bool).RefineNotNull(), nil
			}
			return cty.BoolVal(!stop), nil
		},
	})
}

var alltrueFunc, anytrueFunc = allOrAny(false), allOrAny(true)

var indexFunc = function.New(&function.Spec{
	Params: []function.Parameter{param("list", cty.DynamicPseudoType), param("value", cty.DynamicPseudoType)},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if ty := args[0].Type(); !ty.IsListType() && !ty.IsTupleType() {
			return cty.UnknownVal(cty.Number), &functionHint{text: "the argument is not a list"}
		}
		i := int64(0)
		for it := args[0].ElementIterator(); it.Next(); i++ {
			_, e := it.Element()
			eq, err := stdlib.Equal(e, args[1])
			if err != nil {
				return cty.UnknownVal(cty.Number), err
			}
			if !eq.IsKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			if eq.True() {
				return cty.NumberIntVal(i), nil
			}
		}
		return cty.UnknownVal(cty.Number), &functionHint{text: "the value is not in the list"}
	},
})

var matchkeysFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		param("values", cty.List(cty.DynamicPseudoType)), param("keys", cty.List(cty.DynamicPseudoType)),
		param("searchset", cty.List(cty.DynamicPseudoType)),
	},
	Type: sameType,
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		if !args[1].IsWhollyKnown() || !args[2].IsWhollyKnown() {
			return cty.UnknownVal(ty), nil
		}
		values, keys := args[0].AsValueSlice(), args[1].AsValueSlice()
		if len(values) != len(keys) {
			return cty.UnknownVal(ty), &functionHint{text: "values and keys differ in length"}
		}
		if len(keys)*args[2].LengthInt() > maxExprSteps {
			return cty.UnknownVal(ty), errBigInput
		}
		var out []cty.Value
		for i, k := range keys {
			for it := args[2].ElementIterator(); it.Next(); {
				_, s := it.Element()
				if eq, err := stdlib.Equal(k, s); err == nil && eq.True() {
					out = append(out, values[i])
					break
				}
			}
		}
		if len(out) == 0 {
			return cty.ListValEmpty(ty.ElementType()), nil
		}
		return cty.ListVal(out), nil
	},
})

var transposeFunc = function.New(&function.Spec{
	Params: []function.Parameter{param("values", cty.Map(cty.List(cty.String)))},
	Type:   function.StaticReturnType(cty.Map(cty.List(cty.String))),
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		if !args[0].IsWhollyKnown() {
			return cty.UnknownVal(ty), nil
		}
		turned := map[string][]string{}
		for it := args[0].ElementIterator(); it.Next(); {
			k, list := it.Element()
			if list.IsNull() {
				continue
			}
			for in := list.ElementIterator(); in.Next(); {
				_, v := in.Element()
				if v.IsNull() {
					return cty.UnknownVal(ty), &functionHint{text: "an element is null"}
				}
				turned[v.AsString()] = append(turned[v.AsString()], k.AsString())
			}
		}
		if len(turned) == 0 {
			return cty.MapValEmpty(cty.List(cty.String)), nil
		}
		out := make(map[string]cty.Value, len(turned))
		for k, names := range turned {
			sort.Strings(names)
			list := make([]cty.Value, len(names))
			for i, n := range names {
				list[i] = cty.StringVal(n)
			}
			out[k] = cty.ListVal(list)
		}
		return cty.MapVal(out), nil
	},
})

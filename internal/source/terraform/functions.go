package terraform

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/demarc-sec/demarc/internal/source"
)

// makeFunctions fills the table of the language's functions. Those that read
// files read inside the tree only; those whose result differs from run to run
// are unknown; those that can be asked for boundless results are bounded.
func (ev *evaluator) makeFunctions() {
	fns := map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc,
		"max": stdlib.MaxFunc, "min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc,
		"signum": stdlib.SignumFunc, "sum": sumFunc,

		"chomp": stdlib.ChompFunc, "lower": stdlib.LowerFunc, "upper": stdlib.UpperFunc, "title": stdlib.TitleFunc,
		"strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc, "trim": stdlib.TrimFunc,
		"trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc,
		"split": stdlib.SplitFunc, "sort": stdlib.SortFunc,
		"regex": guarded(stdlib.RegexFunc, shortPattern), "regexall": guarded(stdlib.RegexAllFunc, shortPattern),
		"replace":    guarded(replaceFunc, boundedReplace),
		"startswith": stringTest(strings.HasPrefix), "endswith": stringTest(strings.HasSuffix), "strcontains": stringTest(strings.Contains),
		"format": guarded(stdlib.FormatFunc, boundedFormat), "formatlist": guarded(stdlib.FormatListFunc, boundedFormat),
		"indent": guarded(stdlib.IndentFunc, boundedIndent), "join": guarded(stdlib.JoinFunc, boundedJoin),

		"alltrue": alltrueFunc, "anytrue": anytrueFunc, "chunklist": stdlib.ChunklistFunc, "coalesce": coalesceFunc,
		"coalescelist": stdlib.CoalesceListFunc, "compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc,
		"contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc,
		"flatten": stdlib.FlattenFunc, "index": indexFunc, "keys": stdlib.KeysFunc, "length": lengthFunc,
		"lookup": lookupFunc, "matchkeys": matchkeysFunc, "merge": stdlib.MergeFunc, "one": oneFunc,
		"range": stdlib.RangeFunc, "reverse": stdlib.ReverseListFunc, "setintersection": stdlib.SetIntersectionFunc,
		"setproduct": guarded(stdlib.SetProductFunc, boundedProduct), "setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc,
		"slice": sliceFunc, "transpose": transposeFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,

		"base64decode": base64DecodeFunc, "base64encode": base64EncodeFunc, "base64gzip": base64GzipFunc,
		"textencodebase64": textEncodeFunc, "textdecodebase64": textDecodeFunc,
		"csvdecode": stdlib.CSVDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
		"jsondecode": guardedDecode(stdlib.JSONDecodeFunc, shallowJSON), "urlencode": urlEncodeFunc, "urldecode": urlDecodeFunc,
		"yamlencode": ctyyaml.YAMLEncodeFunc, "yamldecode": guardedDecode(ctyyaml.YAMLDecodeFunc, plainYAML),

		"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc, "timecmp": timecmpFunc,
		"timestamp":     unknownFunc("the time of the run is not known", cty.String),
		"plantimestamp": unknownFunc("the time of the plan is not known", cty.String),

		"base64sha256": hashFunc(sha256Hash, toBase64), "base64sha512": hashFunc(sha512Hash, toBase64),
		"md5": hashFunc(md5Hash, toHex), "sha1": hashFunc(sha1Hash, toHex),
		"sha256": hashFunc(sha256Hash, toHex), "sha512": hashFunc(sha512Hash, toHex),
		"bcrypt":     unknownFunc("bcrypt gives another hash each time", cty.String),
		"uuid":       unknownFunc("uuid gives another result each time", cty.String),
		"rsadecrypt": unknownFunc("rsadecrypt is not evaluated", cty.String),
		"uuidv5":     uuidv5Func,

		"cidrhost": cidrHostFunc, "cidrnetmask": cidrNetmaskFunc, "cidrsubnet": cidrSubnetFunc,
		"cidrsubnets": cidrSubnetsFunc, "cidrcontains": cidrContainsFunc,

		"can": canFunc, "try": tryFunc,
		"sensitive": sensitiveFunc, "nonsensitive": nonsensitiveFunc, "issensitive": issensitiveFunc,
		"ephemeralasnull": identityFunc,
		"tobool":          stdlib.MakeToFunc(cty.Bool), "tonumber": stdlib.MakeToFunc(cty.Number), "tostring": stdlib.MakeToFunc(cty.String),
		"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	}
	ev.addFileFunctions(fns)

	ev.inner = make(map[string]function.Function, len(fns))
	maps.Copy(ev.inner, fns)
	ev.addTemplateFunctions(fns)
	for name, fn := range fns {
		if !strings.Contains(name, "::") {
			fns["core::"+name] = fn
		}
	}
	ev.functions = fns
	ev.base = &hcl.EvalContext{Functions: fns}
}

// addUnknownFunction lets calls of a function nobody here knows (a provider's,
// or a newer one of the language) evaluate to unknown.
func (ev *evaluator) addUnknownFunction(name string) {
	if _, known := ev.functions[name]; known {
		return
	}
	fn := unknownFunc("function "+name+" is not evaluated", cty.DynamicPseudoType)
	ev.functions[name], ev.inner[name] = fn, fn
	if !strings.HasPrefix(name, "provider::") {
		ev.gap(source.Gap{
			Kind: "expression", What: fmt.Sprintf("function %q is not known", name), At: location(ev.rootDir, 0),
			Mend: "correct the name; if the function is new, update this program",
		})
	}
}

// unknownFunc takes anything and returns an unknown value.
func unknownFunc(why string, ty cty.Type) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{
			Name: "args", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true,
		},
		Type: function.StaticReturnType(ty),
		Impl: func(_ []cty.Value, _ cty.Type) (cty.Value, error) {
			v := cty.UnknownVal(ty)
			if ty != cty.DynamicPseudoType {
				v = v.RefineNotNull()
			}
			return v.Mark(whyMark{why}), nil
		},
	})
}

// guarded checks the arguments before fn works on them.
func guarded(fn function.Function, check func([]cty.Value) error) function.Function {
	return guardedWith(fn, check, notNull)
}

// guardedDecode does so for a function that can give null.
func guardedDecode(fn function.Function, check func([]cty.Value) error) function.Function {
	return guardedWith(fn, check, nil)
}

func guardedWith(
	fn function.Function, check func([]cty.Value) error,
	refine func(*cty.RefinementBuilder) *cty.RefinementBuilder,
) function.Function {
	return function.New(&function.Spec{
		RefineResult: refine,
		Params:       fn.Params(),
		VarParam:     fn.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := check(args); err != nil {
				return cty.DynamicPseudoType, err
			}
			return fn.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return fn.Call(args) },
	})
}

// tryFunc returns its first argument that evaluates without error, also when
// the result is unknown: which error an unknown value would bring is beyond
// us, and its references must not be lost.
var tryFunc = function.New(&function.Spec{
	VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
	Type: func(args []cty.Value) (cty.Type, error) {
		v, err := firstWithoutError(args)
		if err != nil {
			return cty.NilType, err
		}
		return v.Type(), nil
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return firstWithoutError(args) },
})

var errNoneSucceeds = errors.New("no expression succeeds")

func firstWithoutError(args []cty.Value) (cty.Value, error) {
	for _, a := range args {
		v, diags := customdecode.ExpressionClosureFromVal(a).Value()
		if !diags.HasErrors() {
			return v, nil
		}
	}
	return cty.NilVal, errNoneSucceeds
}

var canFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "expression", Type: customdecode.ExpressionClosureType}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, diags := customdecode.ExpressionClosureFromVal(args[0]).Value()
		switch {
		case diags.HasErrors():
			return cty.False, nil
		case !v.IsWhollyKnown():
			_, marks := v.UnmarkDeep()
			return cty.UnknownVal(cty.Bool).RefineNotNull().WithMarks(marks), nil
		}
		return cty.True, nil
	},
})

var anyParam = function.Parameter{
	Name: "value", Type: cty.DynamicPseudoType,
	AllowNull: true, AllowUnknown: true, AllowMarked: true, AllowDynamicType: true,
}

func sameType(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil }

var sensitiveFunc = function.New(&function.Spec{
	Params: []function.Parameter{anyParam},
	Type:   sameType,
	Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0].Mark(sensitiveMark{}), nil },
})

var nonsensitiveFunc = function.New(&function.Spec{
	Params: []function.Parameter{anyParam},
	Type:   sameType,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		delete(marks, sensitiveMark{})
		return v.WithMarks(marks), nil
	},
})

var issensitiveFunc = function.New(&function.Spec{
	Params: []function.Parameter{anyParam},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		return cty.BoolVal(args[0].HasMark(sensitiveMark{})), nil
	},
})

var identityFunc = function.New(&function.Spec{
	Params: []function.Parameter{anyParam},
	Type:   sameType,
	Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0], nil },
})

// Package expr is Demarc's expression layer: CEL over the facts of an asset
// (checks, ownership rules) and over the arguments of a native resource
// (mappings), three-valued throughout. An expression that reads an unknown
// value is unknown unless its result does not depend on it.
package expr

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
	"cel.dev/cel-go/interpreter"
)

// Tri is a three-valued truth.
type Tri uint8

// The three values. The zero value is Unknown, so that a forgotten result can
// never count as a pass.
const (
	Unknown Tri = iota
	False
	True
)

// String returns "unknown", "false" or "true".
func (t Tri) String() string { return [...]string{"unknown", "false", "true"}[t] }

// Of returns True or False.
func Of(b bool) Tri {
	if b {
		return True
	}
	return False
}

// Type is the type of a fact in CEL and in Go.
type Type string

// The types a fact can have; see catalogue/facts.yaml.
const (
	Bool     Type = "bool"
	Int      Type = "int"
	Float    Type = "float"
	String   Type = "string"
	Strings  Type = "strings"
	Date     Type = "date"
	List     Type = "list"
	Policies Type = "policies"

	// Any is no fact's type: that of an argument, which is what was written.
	Any Type = "any"
)

// Valid reports whether t is one of the types.
func (t Type) Valid() bool {
	switch t {
	case Bool, Int, Float, String, Strings, Date, List, Policies:
		return true
	}
	return false
}

func (t Type) cel() *cel.Type {
	switch t {
	case Bool:
		return cel.BoolType
	case Int:
		return cel.IntType
	case Float:
		return cel.DoubleType
	case String:
		return cel.StringType
	case Strings:
		return cel.ListType(cel.StringType)
	case Date:
		return cel.TimestampType
	default:
		return cel.ListType(cel.DynType)
	}
}

// costLimit bounds one evaluation, so that no expression over hostile input
// runs away. The dearest expression of the catalogue costs under a thousandth.
const costLimit = 10_000_000

func baseOptions() []cel.EnvOption {
	return []cel.EnvOption{
		cel.CustomTypeAdapter(adapter{}),
		cel.CrossTypeNumericComparisons(true),
		cel.DefaultUTCTimeZone(true),
		cel.EagerlyValidateDeclarations(false),
		ext.Strings(),
		ext.Lists(),
		ext.Sets(),
		ext.Math(),
		ext.TwoVarComprehensions(),
	}
}

// compile checks source against env and demands the output type want (nil for
// any). It returns the program and the checked expression.
func compile(env *cel.Env, source string, want *cel.Type, opts ...cel.ProgramOption) (cel.Program, *cel.Ast, error) {
	checked, issues := env.Compile(source)
	if issues.Err() != nil {
		return nil, nil, fmt.Errorf("expression %q: %s", source, oneLine(issues.Err()))
	}
	if got := checked.OutputType(); want != nil && !got.IsExactType(want) && !got.IsExactType(cel.DynType) {
		return nil, nil, fmt.Errorf("expression %q gives %s, want %s", source, cel.FormatCELType(got), cel.FormatCELType(want))
	}
	opts = append(opts, cel.OptimizeRegex(interpreter.MatchesRegexOptimization)) // compiles written patterns once
	if loops(checked) {                                                          // tracking costs time, and only a loop can run long
		opts = append(opts, cel.CostLimit(costLimit))
	}
	program, err := env.Program(checked, opts...)
	if err != nil {
		return nil, nil, fmt.Errorf("expression %q: %s", source, oneLine(err))
	}
	return program, checked, nil
}

// loops reports whether the expression walks a list or map.
func loops(checked *cel.Ast) bool {
	found := false
	ast.PostOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		found = found || e.Kind() == ast.ComprehensionKind
	}))
	return found
}

// variables lists the free identifiers of a checked expression, sorted.
func variables(checked *cel.Ast) []string {
	bound := map[string]bool{}
	seen := map[string]bool{}
	ast.PostOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.IdentKind:
			seen[e.AsIdent()] = true
		case ast.ComprehensionKind:
			c := e.AsComprehension()
			bound[c.IterVar()], bound[c.IterVar2()], bound[c.AccuVar()] = true, true, true
		}
	}))
	var out []string
	for name := range seen {
		if !bound[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "<input>", "column")), " ")
}

// unknown is the CEL value of everything that is not known.
var unknown ref.Val = types.NewUnknown(1, nil)

// truth reads a result as three-valued. An evaluation error is unknown: the
// second result says what went wrong.
func truth(v ref.Val, err error) (Tri, string) {
	if err != nil {
		return Unknown, oneLine(err)
	}
	switch b := v.(type) {
	case types.Bool:
		return Of(bool(b)), ""
	case *types.Unknown:
		return Unknown, ""
	case *types.Err:
		return Unknown, oneLine(b)
	}
	return Unknown, fmt.Sprintf("the expression gave %s instead of a bool", v.Type().TypeName())
}

package expr

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// selfCall makes a macro that calls function with the variable self put before
// the written arguments, so that authors write linked("role") rather than
// self.linked("role").
func selfCall(function string) cel.MacroFactory {
	return func(f cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
		return f.NewCall(function, append([]ast.Expr{f.NewIdent("self")}, args...)...), nil
	}
}

// rename makes a macro that calls function with the arguments as written.
func rename(function string) cel.MacroFactory {
	return func(f cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
		return f.NewCall(function, args...), nil
	}
}

// pathLiterals lists the second arguments, where they are string literals, of
// calls of the named function whose first argument is the variable r.
func pathLiterals(checked *cel.Ast, function string) []string {
	var out []string
	ast.PostOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != function {
			return
		}
		args := e.AsCall().Args()
		if len(args) < 2 || args[0].Kind() != ast.IdentKind || args[0].AsIdent() != "r" || args[1].Kind() != ast.LiteralKind {
			return
		}
		if s, ok := args[1].AsLiteral().Value().(string); ok {
			out = append(out, s)
		}
	}))
	return out
}

func asList(v ref.Val) (traits.Lister, bool) { l, ok := v.(traits.Lister); return l, ok }

func asMap(v ref.Val) (traits.Mapper, bool) { m, ok := v.(traits.Mapper); return m, ok }

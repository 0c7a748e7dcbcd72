package terraform

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Configuration may come from anyone, and the language can ask for more work
// and memory than any machine has, in a few lines. Work is counted in steps
// (one iteration of a for expression, one evaluation), memory in units (one
// value, or 64 bytes of string).
const (
	maxSteps     = 10_000_000 // per root
	maxOutput    = 1 << 30    // bytes of all bodies of a root
	maxExprSteps = 1_000_000  // per expression
	maxValue     = 500_000    // units one named value may have
	maxInput     = 2_000_000  // units an expression may refer to, each mention counted
	maxString    = 2 << 20
	maxDepth     = 1_000 // locals, variables and outputs that depend on one another in a chain
	maxExponent  = 16_384
)

// stopped is the panic that ends the whole evaluation.
type stopped struct{ err error }

func (s stopped) Error() string { return "evaluation stopped" }

// overrun is the panic that ends one expression; scope evaluation recovers it.
type overrun struct{ what string }

type budget struct {
	ctx    context.Context
	steps  int // left for the root
	expr   int // left for the expression
	bytes  int // left for the expression, of strings built in loops
	depth  int // nested expression evaluations
	output int // bytes left for bodies
}

func newBudget(ctx context.Context) *budget {
	return &budget{ctx: ctx, steps: maxSteps, output: maxOutput}
}

// step counts work. Inside an expression it ends the expression that takes too
// much, and everywhere the whole evaluation when that does.
func (b *budget) step(n int) {
	b.steps -= n
	if b.steps&1023 == 0 || n > 1 {
		b.check()
	}
	if b.steps < 0 {
		panic(stopped{errSteps})
	}
	if b.depth == 0 {
		return
	}
	if b.expr -= n; b.expr < 0 {
		panic(overrun{"the expression needs too many evaluation steps"})
	}
}

// yield counts what is handed to the sink.
func (b *budget) yield(n int) {
	if b.output -= n; b.output < 0 {
		panic(stopped{errOutput})
	}
}

var (
	errSteps  = errors.New("this root module needs too many evaluation steps")
	errOutput = errors.New("this root module gives too much data")
)

func (b *budget) check() {
	if err := b.ctx.Err(); err != nil {
		panic(stopped{err})
	}
}

func (b *budget) grow(n int) {
	if b.bytes -= n; b.bytes < 0 || n > maxString {
		panic(overrun{"the expression builds too large a value"})
	}
}

// tick counts the iterations of for and splat expressions: it stands where
// the loop's body stood.
type tick struct {
	*hclsyntax.ParenthesesExpr
	b *budget
}

func (t *tick) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	t.b.step(1)
	v, diags := t.Expression.Value(ctx)
	if u, _ := v.Unmark(); u.Type() == cty.String && u.IsKnown() && !u.IsNull() {
		t.b.grow(len(u.AsString()))
	}
	return v, diags
}

// meter charges for the size of what an operation is about to walk through: a
// function's arguments, the sides of a comparison, the arms of a conditional.
type meter struct {
	*hclsyntax.ParenthesesExpr
	b *budget
}

func (m *meter) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := m.Expression.Value(ctx)
	m.b.charge(v)
	return v, diags
}

// charge counts the steps of walking v once. Converting a tuple looks for one
// type for all elements, which takes time by the square of their number.
func (b *budget) charge(v cty.Value) {
	ty := v.Type()
	if ty.IsPrimitiveType() && ty != cty.String {
		return
	}
	n := 0
	switch {
	case ty.IsTupleType():
		n = ty.Length()
	case ty.IsObjectType():
		n = len(ty.AttributeTypes())
	}
	b.step(sizeOf(v, maxExprSteps) + n*n/256)
}

// unwrap removes what stands around an expression without changing its value.
func unwrap(e hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch x := e.(type) {
		case *tick:
			e = x.Expression
		case *meter:
			e = x.Expression
		case *arm:
			e = x.Expression
		case *decider:
			e = x.Expression
		case *hclsyntax.ParenthesesExpr:
			e = x.Expression
		default:
			return e
		}
	}
}

// instrument prepares a parsed expression: loops count their steps, and the
// names of functions it calls are told to called. It refuses numbers too large
// to be written out.
func instrument(e hclsyntax.Expression, b *budget, called func(string)) error {
	var bad error
	wrap := func(x hclsyntax.Expression) hclsyntax.Expression {
		return &tick{&hclsyntax.ParenthesesExpr{Expression: x, SrcRange: x.Range()}, b}
	}
	measured := func(x hclsyntax.Expression) hclsyntax.Expression {
		if _, literal := x.(*hclsyntax.LiteralValueExpr); literal {
			return x
		}
		return &meter{&hclsyntax.ParenthesesExpr{Expression: x, SrcRange: x.Range()}, b}
	}
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.ForExpr:
			n.ValExpr = wrap(n.ValExpr)
			if n.CondExpr != nil {
				n.CondExpr = wrap(n.CondExpr)
			}
		case *hclsyntax.SplatExpr:
			n.Each = wrap(n.Each)
		case *hclsyntax.FunctionCallExpr:
			called(n.Name)
			for i, a := range n.Args {
				n.Args[i] = measured(a)
			}
		case *hclsyntax.ConditionalExpr:
			n.TrueResult, n.FalseResult = armsOf(n, measured, b)
			n.Condition = &decider{&hclsyntax.ParenthesesExpr{Expression: n.Condition, SrcRange: n.Condition.Range()}}
		case *hclsyntax.BinaryOpExpr:
			if n.Op == hclsyntax.OpEqual || n.Op == hclsyntax.OpNotEqual {
				n.LHS = measured(n.LHS)
			}
		case *hclsyntax.LiteralValueExpr:
			if hugeNumber(n.Val) {
				bad = fmt.Errorf("line %d: number is too large", n.SrcRange.Start.Line)
			}
		}
		return nil
	})
	return bad
}

func hugeNumber(v cty.Value) bool {
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return false
	}
	e := v.AsBigFloat().MantExp(new(big.Float))
	return e > maxExponent || e < -maxExponent
}

// sizeOf measures v in units, stopping beyond limit.
func sizeOf(v cty.Value, limit int) int {
	n := 0
	measure(v, limit, &n)
	return n
}

func measure(v cty.Value, limit int, n *int) {
	*n++
	if *n > limit {
		return
	}
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() {
		return
	}
	ty := v.Type()
	switch {
	case ty == cty.String:
		s := v.AsString()
		*n += len(s) / 64
		if len(s) > maxString {
			*n = limit + 1
		}
	case ty == cty.Number:
		if hugeNumber(v) {
			*n = limit + 1
		}
	case v.CanIterateElements():
		for it := v.ElementIterator(); it.Next() && *n <= limit; {
			_, e := it.Element()
			measure(e, limit, n)
		}
	}
}

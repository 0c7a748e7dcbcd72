package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// The language marks the result of a conditional with what its condition and
// both its arms were built from. Marks are references here, and one to the arm
// that was not chosen would relate a resource to another it has nothing to do
// with. So where the condition is known, the other arm and the condition lose
// theirs.

// arm is one arm of a conditional.
type arm struct {
	*hclsyntax.ParenthesesExpr
	condition hclsyntax.Expression
	when      bool
	b         *budget
}

func armsOf(n *hclsyntax.ConditionalExpr, measured func(hclsyntax.Expression) hclsyntax.Expression, b *budget) (yes, no hclsyntax.Expression) {
	of := func(x hclsyntax.Expression, when bool) hclsyntax.Expression {
		if _, literal := x.(*hclsyntax.LiteralValueExpr); literal {
			return x
		}
		return &arm{&hclsyntax.ParenthesesExpr{Expression: measured(x), SrcRange: x.Range()}, n.Condition, when, b}
	}
	return of(n.TrueResult, true), of(n.FalseResult, false)
}

// Value evaluates the condition only for an arm that refers to something.
func (a *arm) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := a.Expression.Value(ctx)
	if !v.IsMarked() {
		return v, diags
	}
	a.b.step(1)
	cond, _ := a.condition.Value(ctx)
	if is, known := boolean(cond); known && is != a.when {
		v = unreferred(v)
	}
	return v, diags
}

// decider is the condition of a conditional.
type decider struct{ *hclsyntax.ParenthesesExpr }

func (d *decider) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := d.Expression.Value(ctx)
	if _, known := boolean(v); known {
		v = unreferred(v)
	}
	return v, diags
}

// boolean is a condition's value as the language takes it.
func boolean(v cty.Value) (is, known bool) {
	v, _ = v.Unmark()
	v, err := convert.Convert(v, cty.Bool)
	if err != nil || !v.IsKnown() || v.IsNull() {
		return false, false
	}
	return v.True(), true
}

// unreferred drops what the value was built from, and why it is not known.
func unreferred(v cty.Value) cty.Value {
	v, marks := v.Unmark()
	if _, is := marks[sensitiveMark{}]; is {
		return v.Mark(sensitiveMark{})
	}
	return v
}

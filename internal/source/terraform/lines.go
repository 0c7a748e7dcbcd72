package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// linesOf records where each attribute and block is first written.
func linesOf(b *body, prefix string, skip map[string]bool, into map[string]int) {
	for name, a := range b.attrs {
		if skip[name] {
			continue
		}
		put(into, prefix+name, a.line)
		keyLines(a.expr, prefix+name+".", into, 0)
	}
	for _, n := range b.blocks {
		name := blockName(n)
		if skip[name] {
			continue
		}
		put(into, prefix+name, n.line)
		inner := n.body
		if n.typ == "dynamic" {
			if content := n.body.first("content"); content != nil {
				inner = content.body
			}
		}
		linesOf(inner, prefix+name+".", nil, into)
	}
}

func put(into map[string]int, path string, line int) {
	if old, have := into[path]; !have || line < old {
		into[path] = line
	}
}

// keyLines does the same for the keys of objects written in place.
func keyLines(e hclsyntax.Expression, prefix string, into map[string]int, depth int) {
	if depth > 8 {
		return
	}
	switch e := unwrap(e).(type) {
	case *hclsyntax.TupleConsExpr:
		for _, x := range e.Exprs {
			keyLines(x, prefix, into, depth+1)
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			key := hcl.ExprAsKeyword(item.KeyExpr)
			if key == "" {
				key, _ = literalString(literalKey(item.KeyExpr))
			}
			if key != "" {
				put(into, prefix+key, item.KeyExpr.Range().Start.Line)
				keyLines(item.ValueExpr, prefix+key+".", into, depth+1)
			}
		}
	}
}

func literalKey(e hclsyntax.Expression) hclsyntax.Expression {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		return k.Wrapped
	}
	return e
}

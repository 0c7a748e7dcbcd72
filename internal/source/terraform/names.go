package terraform

import (
	"maps"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// attributeNames are the names that follow a dot anywhere in the loaded
// configuration: those a whole resource must answer to.
type attributeNames struct {
	typed  map[string]map[string]bool // behind TYPE.NAME
	nested map[string]map[string]bool // further behind TYPE.NAME.ATTRIBUTE
	loose  map[string]bool            // behind anything else
}

const maxLoose = 512

func (ev *evaluator) attributeNames() *attributeNames {
	if ev.names != nil {
		return ev.names
	}
	n := &attributeNames{typed: map[string]map[string]bool{}, nested: map[string]map[string]bool{}, loose: map[string]bool{"id": true, "arn": true}}
	for _, d := range ev.loader.defs {
		for _, a := range d.locals {
			n.expression(a.expr)
		}
		for _, group := range []map[string]*block{d.byName, d.outputs, d.callNamed, d.providers} {
			for _, b := range group {
				n.body(b.body)
			}
		}
	}
	ev.names = n
	return n
}

func (n *attributeNames) body(b *body) {
	for _, a := range b.attrs {
		n.expression(a.expr)
	}
	for _, x := range b.blocks {
		n.body(x.body)
	}
}

func (n *attributeNames) expression(e hclsyntax.Expression) {
	_ = hclsyntax.VisitAll(e, func(node hclsyntax.Node) hcl.Diagnostics {
		switch x := node.(type) {
		case *hclsyntax.ScopeTraversalExpr:
			n.traversal(x.Traversal)
		case *hclsyntax.RelativeTraversalExpr:
			n.steps(x.Traversal)
		}
		return nil
	})
}

func (n *attributeNames) traversal(t hcl.Traversal) {
	from, typ := 1, t.RootName()
	switch typ {
	case "path", "terraform", "count", "self":
		return
	case "local", "var", "module":
		from = 2
	case "each":
		from = 2
	case "data":
		from = 3
		if len(t) > 1 {
			if s, ok := t[1].(hcl.TraverseAttr); ok {
				typ = s.Name
			}
		}
		fallthrough
	default:
		if len(t) > from {
			c := &compiled{}
			c.add(t)
			if len(c.resources) == 1 && !c.resources[0].uses[0].other {
				if n.typed[typ] == nil {
					n.typed[typ] = map[string]bool{}
				}
				n.typed[typ][c.resources[0].uses[0].attr] = true
				if len(t) > from+2 { // the name, perhaps a key, the attribute, and more
					if n.nested[typ] == nil {
						n.nested[typ] = map[string]bool{}
					}
					attributeSteps(t[from+2:], n.nested[typ])
				}
				return
			}
		}
	}
	if len(t) > from {
		n.steps(t[from:])
	}
}

func (n *attributeNames) steps(t hcl.Traversal) { attributeSteps(t, n.loose) }

func attributeSteps(t hcl.Traversal, into map[string]bool) {
	for _, s := range t {
		if len(into) >= maxLoose {
			return
		}
		switch s := s.(type) {
		case hcl.TraverseAttr:
			into[s.Name] = true
		case hcl.TraverseIndex:
			if s.Key.Type() == cty.String {
				into[s.Key.AsString()] = true
			}
		}
	}
}

func (n *attributeNames) of(r *resource) map[string]bool {
	out := maps.Clone(n.loose)
	maps.Copy(out, n.typed[r.typ])
	return out
}

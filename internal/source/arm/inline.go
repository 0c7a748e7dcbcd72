package arm

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// networkType is the type whose subnets may be written in it or beside it.
const networkType = "microsoft.network/virtualnetworks"

// unfold makes resources of their own of the subnets written in a network, as
// they are when written beside it: what names a subnet means that one, with
// its group and routes, and none of its neighbours.
func (e *evaluator) unfold(s *scope) {
	var networks []*instance
	s.all(func(d *decl) {
		for _, i := range d.instances {
			switch {
			case i.deploy != nil:
				e.unfold(i.deploy)
			case strings.EqualFold(d.typ, networkType) && !d.existing:
				networks = append(networks, i)
			}
		}
	})
	for _, i := range networks {
		e.unfoldSubnets(i)
	}
}

func (e *evaluator) unfoldSubnets(i *instance) {
	written := i.decl.node.get("properties")
	if written == nil {
		return
	}
	properties, _ := e.node(i.env.line(written), written).(map[string]any)
	subnets, _ := properties["subnets"].([]any)
	if len(subnets) == 0 {
		return
	}
	nodes := make([]*node, len(subnets))
	literal := written.get("subnets")
	for k, v := range subnets {
		m, ok := v.(map[string]any)
		if !ok || m["name"] == nil {
			return // which subnets there are is not known
		}
		if literal != nil && literal.kind == '[' && len(literal.values) == len(subnets) && literal.values[k].kind == '{' {
			nodes[k] = literal.values[k]
		} else {
			nodes[k] = e.asNode(unevaluated(m), written.line)
		}
	}
	for _, n := range nodes {
		e.unfoldSubnet(i, n)
	}
	i.unfolded = true
}

// unfoldSubnet makes one subnet, unless it is written beside its network too.
func (e *evaluator) unfoldSubnet(network *instance, n *node) {
	d := &decl{scope: network.decl.scope, parent: network.decl, node: n, typ: network.decl.typ + "/subnets", expanded: 2}
	i := &instance{decl: d, parent: network, env: network.env.line(n), perhaps: network.perhaps, within: true}
	e.identify(i)
	key := keyOf(i.typ, textOf(i.name))
	for _, other := range e.index[key] {
		if !other.within || other.parent == network {
			return
		}
	}
	if e.instances++; e.instances > maxInstances {
		panic(stopped{errInstances})
	}
	d.instances = []*instance{i}
	network.decl.children = append(network.decl.children, d)
	e.index[key] = append(e.index[key], i)
}

// unevaluated writes a value so that evaluating it gives the same.
func unevaluated(v any) any {
	switch x := v.(type) {
	case string:
		if strings.HasPrefix(x, "[") && strings.HasSuffix(x, "]") {
			return "[" + x
		}
	case []any:
		out := make([]any, len(x))
		for k, el := range x {
			out[k] = unevaluated(el)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, el := range x {
			out[k] = unevaluated(el)
		}
		return out
	}
	return v
}

// withoutSubnets takes out of a network what became resources of their own.
func withoutSubnets(r *source.Resource) {
	const path = "properties.subnets"
	if properties, ok := r.Body["properties"].(map[string]any); ok {
		delete(properties, "subnets")
	}
	for p := range r.Refs {
		if p == path || strings.HasPrefix(p, path+".") {
			delete(r.Refs, p)
		}
	}
}

package arm

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/inline"
)

// unfold makes resources of their own of what is written in another resource
// and may be written beside it, as the subnets of a network are: what names a
// subnet means that one, with its group and routes, and none of its
// neighbours.
func (e *evaluator) unfold(s *scope) {
	var around []*instance
	s.all(func(d *decl) {
		for _, i := range d.instances {
			switch {
			case i.deploy != nil:
				e.unfold(i.deploy)
			case len(inline.Children(d.typ)) > 0 && !d.existing:
				around = append(around, i)
			}
		}
	})
	for _, i := range around {
		e.unfoldIn(i)
	}
}

// unfoldIn does so for the lists of one resource.
func (e *evaluator) unfoldIn(i *instance) {
	written := i.decl.node.get("properties")
	if written == nil {
		return
	}
	properties, _ := e.node(i.env.line(written), written).(map[string]any)
	for _, list := range inline.Children(i.decl.typ) {
		members, _ := properties[list].([]any)
		nodes := e.memberNodes(written, list, members)
		for _, n := range nodes {
			e.unfoldMember(i, list, n)
		}
		if len(nodes) > 0 {
			i.unfolded = append(i.unfolded, list)
		}
	}
}

// memberNodes are the members of a list as resources are written; none where it
// is not known which there are.
func (e *evaluator) memberNodes(properties *node, list string, members []any) []*node {
	nodes := make([]*node, len(members))
	literal := properties.get(list)
	for k, v := range members {
		m, ok := v.(map[string]any)
		if !ok || m["name"] == nil {
			return nil
		}
		if literal != nil && literal.kind == '[' && len(literal.values) == len(members) && literal.values[k].kind == '{' {
			nodes[k] = literal.values[k]
		} else {
			nodes[k] = e.asNode(unevaluated(m), properties.line)
		}
	}
	return nodes
}

// unfoldMember makes one resource, unless it is written beside the one around
// it too.
func (e *evaluator) unfoldMember(around *instance, list string, n *node) {
	d := &decl{scope: around.decl.scope, parent: around.decl, node: n, typ: around.decl.typ + "/" + list, expanded: 2}
	i := &instance{decl: d, parent: around, env: around.env.line(n), perhaps: around.perhaps, within: true}
	e.identify(i)
	key := keyOf(i.typ, textOf(i.name))
	for _, other := range e.index[key] {
		if !other.within || other.parent == around {
			return
		}
	}
	if e.instances++; e.instances > maxInstances {
		panic(stopped{errInstances})
	}
	d.instances = []*instance{i}
	around.decl.children = append(around.decl.children, d)
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

// withoutUnfolded takes out of a resource the lists whose members became
// resources of their own.
func withoutUnfolded(r *source.Resource, lists []string) {
	properties, ok := r.Body["properties"].(map[string]any)
	for _, list := range lists {
		if ok {
			delete(properties, list)
		}
	}
	for p := range r.Refs {
		segments := strings.SplitN(p, ".", 3)
		if len(segments) > 1 && segments[0] == "properties" && slices.Contains(lists, segments[1]) {
			delete(r.Refs, p)
		}
	}
}

package cloudformation

import "strings"

// lines records where each property is first written.
func (e *entry) lines() map[string]int {
	into := map[string]int{}
	for _, m := range e.node.get("Properties").entries() {
		linesOf(m, "", into)
	}
	for _, key := range besides {
		for _, m := range e.node.entries() {
			if m.name == key {
				put(into, key, m.line)
			}
		}
	}
	if line, ok := into["Tags"]; ok {
		put(into, "tags", line)
	}
	return into
}

func put(into map[string]int, path string, line int) {
	if old, have := into[path]; !have || line < old {
		into[path] = line
	}
}

// maxLines bounds the paths of one resource whose lines are kept.
const maxLines = 5_000

func linesOf(m member, prefix string, into map[string]int) {
	if len(into) >= maxLines {
		return
	}
	path := prefix + m.name
	put(into, path, m.line)
	linesIn(m.val, path+".", into)
}

// linesIn walks to where the members of a value are written, through lists and
// both sides of Fn::If.
func linesIn(n *node, prefix string, into map[string]int) {
	switch {
	case n == nil || len(prefix) > 500:
	case n.kind == listNode:
		for _, x := range n.items {
			linesIn(x, prefix, into)
		}
	case n.kind == mapNode && len(n.members) == 1 && (n.members[0].name == "Ref" || strings.HasPrefix(n.members[0].name, "Fn::")):
		if items, ok := args(n.members[0].val, 3, 3); ok && n.members[0].name == "Fn::If" {
			linesIn(items[1], prefix, into)
			linesIn(items[2], prefix, into)
		}
	case n.kind == mapNode:
		for _, m := range n.members {
			linesOf(m, prefix, into)
		}
	}
}

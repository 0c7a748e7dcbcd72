package arm

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// maxRefs bounds the references kept for one path of one resource.
const maxRefs = 200

// converter turns values into the shape of a source.Resource's Body, and
// gathers references and lines on the way.
type converter struct {
	e *evaluator
	r *source.Resource
}

func (c *converter) value(v any, path string) any {
	c.e.yield(40)
	c.e.step(1)
	switch x := v.(type) {
	case string:
		c.e.yield(len(x))
		if strings.Contains(x, "/providers/") {
			c.refer(path, targetOf(x))
		}
		return x
	case *unknown:
		whole := false
		if strings.Contains(x.text, "/providers/") {
			whole = c.refer(path, targetOf(x.text))
		}
		for _, t := range x.targets {
			if !whole || t.attr != "id" { // else an id that goes into the whole one
				c.refer(path, []target{t})
			}
		}
		c.e.yield(len(x.text))
		return &source.Unknown{Reason: x.reason, NotNull: x.notNull || x.text != "", Text: x.text}
	case []any:
		out := make([]any, len(x))
		for i, el := range x {
			out[i] = c.value(el, path)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for _, k := range sortedKeys(x) {
			if strings.Contains(k, "/providers/") { // an identity is named by the key
				c.refer(path, targetOf(k))
			}
			out[k] = c.value(x[k], below(path, k))
		}
		return out
	case *lambda:
		return &source.Unknown{Reason: "a function is no value"}
	}
	return v
}

// below puts a name behind a path. A name that holds a dot is quoted.
func below(path, name string) string {
	if strings.Contains(name, ".") {
		name = "`" + name + "`"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// refer records where the values at a path lead to, and tells whether they
// lead anywhere.
func (c *converter) refer(path string, ts []target) (leads bool) {
	for _, t := range ts {
		found, attr := c.e.find(t)
		for _, i := range found {
			if i.address != "" && i.address != c.r.Address {
				c.addRef(path, source.Ref{Address: i.address, Attribute: attr})
				leads = true
			}
		}
	}
	return leads
}

func (c *converter) addRef(path string, ref source.Ref) {
	if c.r.Refs == nil {
		c.r.Refs = map[string][]source.Ref{}
	}
	have := c.r.Refs[path]
	if len(have) >= maxRefs {
		return
	}
	for _, h := range have {
		if h.Address == ref.Address && (h.Attribute == ref.Attribute || ref.Attribute == "") {
			return
		}
	}
	c.r.Refs[path] = append(have, ref)
}

// lines notes on which line each path is first written.
func (c *converter) lines(n *node, path string) {
	c.e.step(1)
	if c.r.Lines[path] == 0 {
		c.r.Lines[path] = n.line
	}
	switch n.kind {
	case '{':
		for i, name := range n.names {
			child := n.values[i]
			if strings.EqualFold(name, "copy") && child.kind == '[' {
				for _, l := range child.values {
					if in := l.get("input"); in != nil && l.str("name") != "" {
						c.lines(in, below(path, l.str("name")))
					}
				}
				continue
			}
			c.lines(child, below(path, name))
		}
	case '[':
		for _, el := range n.values {
			c.lines(el, path)
		}
	}
}

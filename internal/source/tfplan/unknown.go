package tfplan

import (
	"github.com/demarc-sec/demarc/internal/source"
)

const knownAfterApply = "known after apply"

// marker lays change.after_unknown over change.after.
type marker struct {
	shape *shape // nil when the plan has no configuration
}

// mark merges unknown, the members of after_unknown at a path, into body. in
// is the block that writes them, if the configuration tells: then a member it
// does not write is one the provider computes, as good as absent.
func (m marker) mark(body map[string]any, path []byte, unknown map[string]any, in origin) {
	for name, u := range unknown {
		body[name] = m.leaf(body[name], join(path, name), u, in)
	}
}

// origin is how the configuration came to write what is being marked.
type origin struct {
	plain bool // no telling from here on: the whole was written, or none of it
	sure  bool // then: it certainly was
	times int  // else: how often the enclosing block was written
}

// leaf is what becomes of the value at a path, of which after_unknown says u.
func (m marker) leaf(v any, path []byte, u any, in origin) any {
	switch u := u.(type) {
	case bool:
		if !u {
			return v
		}
		return m.unknown(path, in)
	case map[string]any:
		if len(u) == 0 {
			return v
		}
		body, ok := v.(map[string]any)
		if !ok {
			body = map[string]any{}
		}
		m.mark(body, path, u, m.below(path, in))
		return body
	case []any:
		return m.list(v, path, u, in)
	}
	return v
}

func (m marker) list(v any, path []byte, us []any, in origin) any {
	list, _ := v.([]any)
	in = m.below(path, in)
	for i, u := range us {
		if f, ok := u.(bool); ok && !f {
			continue
		}
		for len(list) <= i {
			list = append(list, nil)
		}
		list[i] = m.leaf(list[i], path, u, in.element(u))
	}
	if list == nil {
		return v
	}
	return list
}

// unknown stands for a value known after apply. One that the configuration
// does not write is nil, as if read from the configuration.
func (m marker) unknown(path []byte, in origin) any {
	if in.plain {
		return &source.Unknown{Reason: knownAfterApply, NotNull: in.sure}
	}
	w, ok := m.shape.args[string(path)]
	if !ok {
		return nil
	}
	return &source.Unknown{Reason: knownAfterApply, NotNull: w.times >= in.times}
}

// below is the origin of what lies inside the value at a path.
func (m marker) below(path []byte, in origin) origin {
	if in.plain {
		return in
	}
	w, ok := m.shape.args[string(path)]
	switch {
	case !ok:
		// Partly known although not written: a dynamic block, which the plan's
		// configuration leaves out.
		return origin{plain: true}
	case w.block:
		return origin{times: w.times}
	}
	return origin{plain: true, sure: true}
}

// element is the origin of a list's element: a whole one that is unknown is
// no block.
func (c origin) element(u any) origin {
	if _, ok := u.(bool); ok && !c.plain {
		return origin{plain: true, sure: true}
	}
	return c
}

// omitted puts an Unknown for everything the configuration writes that
// planned_values leave out, which is how they say known after apply.
func (m marker) omitted(body map[string]any) {
	for _, name := range m.shape.names {
		if _, ok := body[name]; !ok {
			body[name] = &source.Unknown{Reason: knownAfterApply, NotNull: true}
		}
	}
}

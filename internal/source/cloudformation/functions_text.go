package cloudformation

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// looped puts the variables of the loops around it into text.
func (s scope) looped(text string) any {
	if s.loops == nil || !strings.ContainsAny(text, "$&") {
		return text
	}
	b := builder{rd: s.st.rd}
	for rest := text; ; {
		i := strings.Index(rest, "{")
		if i < 0 {
			b.put(rest)
			return b.value()
		}
		j := strings.IndexByte(rest[i:], '}')
		if i == 0 || j < 0 || rest[i-1] != '$' && rest[i-1] != '&' {
			b.put(rest[:i+1])
			rest = rest[i+1:]
			continue
		}
		v, ok := s.loop(rest[i+1 : i+j])
		if !ok {
			b.put(rest[:i+1])
			rest = rest[i+1:]
			continue
		}
		b.put(rest[:i-1])
		if t, isText := v.(string); isText && rest[i-1] == '&' {
			v = alphanumeric(t)
		}
		if !b.add(v) {
			b.add(unknown("a loop's value is no text", rest[i+1:i+j]))
		}
		rest = rest[i+j+1:]
	}
}

func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}

func (s scope) sub(arg *node, line int) any {
	vars := map[string]any{}
	if items, ok := args(arg, 1, 2); ok {
		if len(items) == 2 {
			for _, m := range items[1].entries() {
				vars[m.name] = s.eval(m.val)
			}
		}
		arg = items[0]
	}
	text, ok := arg.scalar()
	if !ok {
		if arg != nil && arg.kind == nullNode {
			return ""
		}
		return s.bad(line, "Fn::Sub takes a text, or a list of a text and its variables")
	}
	b := builder{rd: s.st.rd}
	for rest := text; ; {
		before, after, found := strings.Cut(rest, "${")
		b.put(before)
		if !found {
			return b.value()
		}
		inside, tail, closed := strings.Cut(after, "}")
		if !closed {
			b.put("${" + after)
			return b.value()
		}
		rest = tail
		if literal, ok := strings.CutPrefix(inside, "!"); ok {
			b.put("${" + literal + "}")
			continue
		}
		if !b.add(s.variable(strings.TrimSpace(inside), vars, line)) {
			b.add(s.bad(line, "${%s} in Fn::Sub is no text", clip(inside)))
		}
	}
}

// variable is the value of ${name} in Fn::Sub.
func (s scope) variable(name string, vars map[string]any, line int) any {
	if v, ok := vars[name]; ok {
		return v
	}
	if v, ok := s.loop(name); ok {
		return v
	}
	if v, ok := s.st.pseudo(name); ok {
		return v
	}
	if v, ok := s.st.parameter(name); ok {
		if l, isList := v.([]any); isList {
			return s.joined(",", l, line)
		}
		return v
	}
	if s.st.declares(name) {
		return s.st.reference(name, "Ref", line)
	}
	if id, attr, ok := strings.Cut(name, "."); ok {
		return s.st.attribute(id, attr, line)
	}
	return s.st.reference(name, "Ref", line)
}

func (s scope) join(arg *node, line int) any {
	items, ok := args(arg, 2, 2)
	if !ok {
		return s.bad(line, "Fn::Join takes a delimiter and a list")
	}
	sep, ok := textual(s.eval(items[0]))
	if !ok {
		return s.bad(line, "the delimiter of Fn::Join is no text")
	}
	switch list := s.eval(items[1]).(type) {
	case []any:
		return s.joined(sep, list, line)
	case *open:
		return list
	case string:
		return list
	}
	return s.bad(line, "Fn::Join takes a delimiter and a list")
}

func (s scope) joined(sep string, list []any, line int) any {
	b := builder{rd: s.st.rd}
	for i, v := range list {
		if i > 0 {
			b.put(sep)
		}
		if !b.add(v) {
			b.add(s.bad(line, "what is joined is no text"))
		}
	}
	return b.value()
}

func (s scope) split(arg *node, line int) any {
	items, ok := args(arg, 2, 2)
	if !ok {
		return s.bad(line, "Fn::Split takes a delimiter and a text")
	}
	sep, ok := textual(s.eval(items[0]))
	if !ok || sep == "" {
		return s.bad(line, "the delimiter of Fn::Split is no text")
	}
	v := s.eval(items[1])
	if o, ok := v.(*open); ok {
		return &open{reason: o.reason, refs: o.refs, notNull: o.notNull, text: hole("Fn::Split")}
	}
	text, ok := textual(v)
	if !ok {
		return s.bad(line, "Fn::Split takes a delimiter and a text")
	}
	parts := strings.Split(text, sep)
	out := make([]any, len(parts))
	for i, p := range parts {
		s.st.rd.step(len(p))
		out[i] = p
	}
	return out
}

// shown writes holes as people write them.
func shown(text string) string {
	return clip(strings.NewReplacer(source.HoleOpen, "${", source.HoleClose, "}").Replace(text))
}

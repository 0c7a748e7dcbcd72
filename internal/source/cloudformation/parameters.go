package cloudformation

import (
	"slices"
	"strings"
)

// parameter gives the value of a parameter. The second result is false when
// there is none of that name.
func (st *stack) parameter(name string) (any, bool) {
	if v, done := st.params[name]; done {
		return v, true
	}
	decl := st.doc.root.get("Parameters").get(name)
	if decl == nil {
		return nil, false
	}
	v := st.parameterValue(name, decl)
	st.params[name] = v
	return v, true
}

// resource types whose names a parameter may be of; anything but these two may
// not be empty.
func mayBeEmpty(typ string) bool { return typ == "" || typ == "String" || typ == "CommaDelimitedList" }

func (st *stack) parameterValue(name string, decl *node) any {
	typ := decl.get("Type").str()
	given, has := st.given[name]
	noEcho, _ := decl.get("NoEcho").scalar()
	o := &open{text: hole(name), exact: true, notNull: !mayBeEmpty(typ)}
	if st.prefix != "" {
		o.text = hole(st.prefix + name) // another stack may have one of that name
	}
	if n, ok := decl.get("MinLength").scalar(); ok && n != "0" {
		o.notNull = true
	}
	switch {
	case strings.EqualFold(noEcho, "true"):
		o.reason, o.notNull = "parameter "+name+" is kept secret (NoEcho)", true
		o.refs = refsIn(given, nil)
		return o
	case has:
		if g, ok := given.(*open); ok {
			return g
		}
		return typed(typ, given)
	case strings.HasPrefix(typ, "AWS::SSM::Parameter::Value<"):
		o.reason, o.notNull = "parameter "+name+" is read from Systems Manager", true
		if path, ok := decl.get("Default").scalar(); ok && path != "" {
			o.reason += " (" + clip(path) + ")"
		}
		return o
	}
	if d := decl.get("Default"); d != nil && d.kind != nullNode {
		if text, ok := d.scalar(); ok {
			return typed(typ, text)
		}
		return typed(typ, scope{st: st}.eval(d))
	}
	o.reason = "parameter " + name + " has no default"
	allowed := decl.get("AllowedValues").list()
	for _, n := range allowed {
		if text, ok := n.scalar(); ok && len(allowed) <= maxOptions {
			o.options = append(o.options, text)
		}
	}
	if len(o.options) == 1 && len(allowed) == 1 {
		return typed(typ, o.options[0])
	}
	if strings.HasPrefix(typ, "List<") || typ == "CommaDelimitedList" {
		o.options = nil
	} else if len(o.options) > 0 && !slices.Contains(o.options, "") {
		o.notNull = true
	}
	return o
}

// typed brings a parameter's text into its type.
func typed(typ string, v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	switch {
	case typ == "Number":
		return numberOf(strings.TrimSpace(text))
	case strings.HasPrefix(typ, "List<") || typ == "CommaDelimitedList":
		parts := strings.Split(text, ",")
		out := make([]any, 0, len(parts))
		for _, p := range parts {
			if p = strings.TrimSpace(p); p != "" || len(parts) > 1 {
				out = append(out, p)
			}
		}
		return out
	}
	return v
}

package cloudformation

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// exporter turns values into the shape of a source.Resource's Body and gathers
// references on the way.
type exporter struct {
	rd   *reader
	refs map[string][]source.Ref
}

// body exports a resource's properties. Tags become a map too, under "tags".
func (x *exporter) body(props map[string]any) map[string]any {
	out := make(map[string]any, len(props)+4)
	for _, k := range slices.Sorted(maps.Keys(props)) {
		if v := props[k]; v != any(absent{}) {
			out[k] = x.value(v, k)
		}
	}
	if _, taken := out["tags"]; taken {
		return out
	}
	if tags, ok := out["Tags"]; ok && tags != nil {
		out["tags"] = tagMap(tags)
	}
	return out
}

// tagMap makes a map of [{Key, Value}]. A tag whose key is not known leaves
// open which tags there are.
func tagMap(tags any) any {
	switch t := tags.(type) {
	case *source.Unknown:
		return &source.Unknown{Reason: t.Reason, NotNull: t.NotNull}
	case map[string]any:
		return maps.Clone(t)
	case []any:
		out := make(map[string]any, len(t))
		for _, e := range t {
			if u, ok := e.(*source.Unknown); ok {
				return &source.Unknown{Reason: u.Reason, NotNull: len(t) > 1}
			}
			m, ok := e.(map[string]any)
			if !ok {
				continue
			}
			switch key := m["Key"].(type) {
			case string:
				out[key] = m["Value"]
			case *source.Unknown:
				return &source.Unknown{Reason: key.Reason, NotNull: true}
			}
		}
		return out
	}
	return nil
}

// value exports one value, which stands at path.
func (x *exporter) value(v any, path string) any {
	x.rd.step(16)
	switch v := v.(type) {
	case *open:
		x.addRefs(path, v.refs)
		u := &source.Unknown{Reason: v.reason, NotNull: v.notNull}
		switch text, store := resolved(v.text); {
		case store != "":
			u.Text, u.NotNull = text, true
		case partly(v.text):
			x.rd.step(len(v.text))
			u.Text, u.NotNull = v.text, true
		}
		return u
	case number:
		if strconv.FormatFloat(v.f, 'f', -1, 64) != v.text {
			return v.text // 8.0 may be a version, and the last digit of a long number counts
		}
		return v.f
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range v {
			out = append(out, x.value(e, path))
		}
		return out
	case map[string]any:
		if isPolicy(v, path) {
			return x.policy(v, path)
		}
		if path == "Statement" && isPolicy(map[string]any{"Statement": v}, path) { // a policy that is written a statement at a time
			return x.policy(map[string]any{"Version": "2012-10-17", "Statement": []any{v}}, path)
		}
		out := make(map[string]any, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) { // in order, for that of references
			out[k] = x.value(v[k], path+"."+k)
		}
		return out
	case absent:
		return nil
	case string:
		x.rd.step(len(v))
		if text, store := resolved(v); store != "" {
			return &source.Unknown{Reason: "read from " + store + " at deployment", NotNull: true, Text: text}
		}
	}
	return v
}

// stores are where dynamic references lead.
var stores = map[string]string{"ssm": "Systems Manager", "ssm-secure": "Systems Manager", "secretsmanager": "Secrets Manager"}

// resolved makes holes of dynamic references, {{resolve:ssm:name}}, and tells
// what they are read from. The text is kept even if nothing else is in it: that
// it is a reference is worth knowing where secrets are looked for.
func resolved(text string) (with, store string) {
	const begin = "{{resolve:"
	if !strings.Contains(text, begin) {
		return text, ""
	}
	var b strings.Builder
	for rest := text; ; {
		before, after, found := strings.Cut(rest, begin)
		inside, tail, closed := strings.Cut(after, "}}")
		service, _, _ := strings.Cut(inside, ":")
		if !found || !closed || stores[service] == "" {
			b.WriteString(rest)
			return b.String(), store
		}
		store = stores[service]
		b.WriteString(before + hole("resolve:"+strings.TrimSpace(inside)))
		rest = tail
	}
}

func (x *exporter) addRefs(path string, refs []source.Ref) {
	if len(refs) == 0 {
		return
	}
	if x.refs == nil {
		x.refs = map[string][]source.Ref{}
	}
	x.refs[path] = joinRefs(x.refs[path], refs)
}

// policy exports a policy document as the text that the service keeps.
func (x *exporter) policy(v map[string]any, path string) any {
	x.addRefs(path, refsIn(v, nil))
	switch t := x.rd.jsonText(v).(type) {
	case *open:
		return &source.Unknown{Reason: t.reason, NotNull: true, Text: t.text}
	default:
		return t
	}
}

// isPolicy tells a policy document by its statements. Rules of web access
// control have statements too, but of another kind.
func isPolicy(v map[string]any, path string) bool {
	st, ok := v["Statement"]
	if !ok {
		return false
	}
	for k := range v {
		if k != "Statement" && k != "Version" && k != "Id" && k != "ID" {
			return false
		}
	}
	list, ok := st.([]any)
	if !ok {
		list = []any{st}
	}
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			_, effect := m["Effect"]
			_, action := m["Action"]
			return effect || action
		}
	}
	name := path[strings.LastIndexByte(path, '.')+1:]
	return strings.Contains(name, "Policy") || v["Version"] != nil // nothing of the statements is known
}

// jsonText writes a value as JSON, with holes where parts are not known.
func (rd *reader) jsonText(v any) any {
	w := jsonWriter{builder{rd: rd}}
	w.value(v)
	return w.b.value()
}

type jsonWriter struct{ b builder }

func (w *jsonWriter) value(v any) {
	switch v := v.(type) {
	case *open:
		inner := *v
		inner.text = quoteOpen(v.text)
		w.b.add(&inner)
	case map[string]any:
		w.b.put("{")
		first := true
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if v[k] == any(absent{}) {
				continue
			}
			if !first {
				w.b.put(",")
			}
			first = false
			w.b.put(quote(k))
			w.b.put(":")
			w.value(v[k])
		}
		w.b.put("}")
	case []any:
		w.b.put("[")
		for i, e := range v {
			if i > 0 {
				w.b.put(",")
			}
			w.value(e)
		}
		w.b.put("]")
	case number:
		if json.Valid([]byte(v.text)) {
			w.b.put(v.text)
		} else {
			w.b.put(strconv.FormatFloat(v.f, 'f', -1, 64))
		}
	case bool:
		w.b.put(strconv.FormatBool(v))
	case string:
		w.b.put(quote(v))
	default:
		w.b.put("null")
	}
}

func quote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// quoteOpen quotes text with holes; what names a hole needs no escapes.
func quoteOpen(text string) string { return quote(text) }

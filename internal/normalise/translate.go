package normalise

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// translator calls the properties of a native type as the type it means the
// same as calls its arguments.
type translator struct {
	names      map[string]string
	verbatim   map[string]bool
	spell      catalogue.Spelling
	toBlocks   bool      // nested objects become blocks …
	fromBlocks bool      // … or blocks become objects; neither where the dialect is the same
	set        []*reader // arguments read from the native body
	facts      []*reader // facts likewise
	back       map[string]string
	called     sync.Map // by argument, what spelling gave, as many resources lack the same
	native     string   // the twin's type
}

// ArgumentPath returns the path of the argument that the twin's native path
// stands for, or "" where it is dropped.
func ArgumentPath(t *catalogue.Twin, native string) string {
	return newTranslator(t, nil, nil).path(native)
}

func newTranslator(t *catalogue.Twin, set, facts []*reader) *translator {
	tr := &translator{
		names: t.Names, verbatim: map[string]bool{}, spell: t.Spelling(), toBlocks: !strings.ContainsAny(t.Of, "/:"), fromBlocks: strings.ContainsAny(t.Of, "/:") && !t.SameDialect(),
		set: set, facts: facts, back: map[string]string{}, native: t.Type,
	}
	for _, p := range t.Verbatim {
		tr.verbatim[p] = true
	}
	if strings.Contains(t.Type, ".googleapis.com/") {
		tr.verbatim["labels"] = true // what every resource of Google's calls its tags
	}
	for native, argument := range t.Names {
		if argument == "" {
			continue
		}
		if tr.back[argument] == "" || native < tr.back[argument] {
			tr.back[argument] = native
		}
	}
	return tr
}

// hoisted are objects whose members stand for those of the object around them:
// Azure writes a resource's settings under properties.
const hoisted = "properties"

// name is the argument path of the native path, and whether it is kept.
func (t *translator) name(native, around, key string) (string, bool) {
	if name, ok := t.names[native]; ok {
		return name, name != ""
	}
	if key == hoisted && t.toBlocks {
		return around, true
	}
	return join(around, t.spell(key)), true
}

// translate returns the resource as the other type would have written it. The
// two share what needs no other name.
func (t *translator) translate(r *source.Resource) *source.Resource {
	out := *r
	out.Body = make(map[string]any, len(r.Body)+len(t.set))
	out.Names = make(map[string]string, len(r.Lines)+len(t.back))
	maps.Copy(out.Names, t.back)
	out.Called = t.property
	w := &translation{t: t, root: out.Body, names: out.Names}
	w.object(r.Body, "", "", out.Body, 0)
	if r.Called != nil {
		out.Called = func(argument string) string { return r.Called(t.property(argument)) }
		for argument, native := range out.Names {
			out.Names[argument] = r.Called(native)
		}
	}
	if r.Lines != nil {
		out.Lines = make(map[string]int, len(r.Lines))
		for _, p := range slices.Sorted(maps.Keys(r.Lines)) {
			if name := t.path(p); name != "" && out.Lines[name] == 0 {
				out.Lines[name] = r.Lines[p]
			}
		}
	}
	if r.Refs != nil {
		out.Refs = make(map[string][]source.Ref, len(r.Refs))
		for _, p := range slices.Sorted(maps.Keys(r.Refs)) {
			if name := t.path(p); name != "" {
				out.Refs[name] = append(out.Refs[name], r.Refs[p]...)
			}
		}
	}
	if r.Set != nil {
		out.Set = make(map[string]bool, len(r.Set))
		for p, set := range r.Set {
			top, _, _ := strings.Cut(t.path(p), ".")
			out.Set[top] = out.Set[top] || set
		}
	}
	for _, rd := range t.set {
		t.setArgument(r, &out, rd)
	}
	return &out
}

// setArgument gives an argument what its mapping reads from the native body.
func (t *translator) setArgument(r, out *source.Resource, rd *reader) {
	name := rd.fact.Name
	truth, why := expr.True, ""
	if rd.when != nil {
		truth, why = rd.when.Truth(completed(r, rd.when.Paths))
	}
	if truth == expr.False {
		return
	}
	got := rd.read(r)
	if r.Partial && got.how == estate.Default {
		return // as if not written, which is unknown then
	}
	var v any
	switch {
	case truth == expr.Unknown:
		v = &source.Unknown{Reason: why}
	case got.unknown != "":
		v = &source.Unknown{Reason: got.unknown}
	case got.how == estate.Default && got.value == nil:
		return
	default:
		v = got.value
	}
	place(out.Body, name, v)
	if got.path != "" {
		out.Names[name] = got.path
		if line := r.Lines[got.path]; line != 0 {
			if out.Lines == nil {
				out.Lines = map[string]int{}
			}
			out.Lines[name] = line
		}
		if refs := r.Refs[got.path]; len(refs) > 0 && len(out.Refs[name]) == 0 {
			out.Refs[name] = refs
		}
	}
}

// path translates a whole native path; "" when it is dropped.
func (t *translator) path(native string) string {
	around, np := "", ""
	inData := false
	for key := range strings.SplitSeq(native, ".") {
		np = join(np, key)
		if inData {
			around = join(around, key)
			continue
		}
		name, keep := t.name(np, around, key)
		if !keep {
			return ""
		}
		around, inData = name, t.verbatim[np]
	}
	return around
}

// translation is the state of translating one body.
type translation struct {
	t      *translator
	root   map[string]any
	names  map[string]string
	around []enclosing
}

// enclosing is an object that is being translated, and its argument path.
type enclosing struct {
	path   string
	object map[string]any
}

// deepest bounds the nesting that is translated; readers bound theirs lower.
const deepest = 64

// object translates the members of m, which stands at the native path np, into
// the object of the argument path around.
func (w *translation) object(m map[string]any, np, around string, into map[string]any, depth int) {
	if depth > deepest {
		return
	}
	if around != "" {
		w.around = append(w.around, enclosing{around, into})
		defer func() { w.around = w.around[:len(w.around)-1] }()
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		native := join(np, key)
		name, keep := w.t.name(native, around, key)
		if !keep {
			continue
		}
		v := m[key]
		if tags, ok := v.(map[string]any); ok && native == "tags" && w.t.toBlocks {
			into[name] = tags // their names are data, in every dialect
			continue
		}
		if inner, ok := v.(map[string]any); ok && key == hoisted && name == around {
			w.object(inner, native, around, into, depth+1)
			continue
		}
		if name != native {
			w.names[name] = native
		}
		v = w.value(v, native, name, depth)
		if spelt := w.t.spell(key); name == join(around, spelt) {
			put(into, spelt, v) // the key may hold dots itself, as those of annotations do
			continue
		}
		w.place(name, v)
	}
}

// place puts v at the argument path into the innermost of the objects around it
// that the path leads through: of several blocks each keeps its own.
func (w *translation) place(name string, v any) {
	for _, around := range slices.Backward(w.around) {
		if rest, ok := strings.CutPrefix(name, around.path+"."); ok {
			place(around.object, rest, v)
			return
		}
	}
	place(w.root, name, v)
}

func (w *translation) value(v any, native, name string, depth int) any {
	switch x := v.(type) {
	case map[string]any:
		if w.t.verbatim[native] {
			return x
		}
		out := make(map[string]any, len(x))
		w.object(x, native, name, out, depth+1)
		if w.t.toBlocks {
			return []any{out}
		}
		return out
	case []any:
		if w.t.verbatim[native] {
			return x
		}
		out := make([]any, 0, len(x))
		for _, e := range x {
			if m, ok := e.(map[string]any); ok {
				o := make(map[string]any, len(m))
				w.object(m, native, name, o, depth+1)
				e = o
			}
			out = append(out, e)
		}
		if _, renamed := w.t.names[native]; w.t.fromBlocks && !renamed && len(out) == 1 {
			if o, ok := out[0].(map[string]any); ok {
				return o // a block where the other type has an object
			}
		}
		return out
	}
	return v
}

// place puts v at the dotted path in m, making the blocks around it. Two
// things of one name become one.
func place(m map[string]any, path string, v any) {
	segments := strings.Split(path, ".")
	for _, s := range segments[:len(segments)-1] {
		m = block(m, s)
	}
	put(m, segments[len(segments)-1], v)
}

// put gives the object a member.
func put(m map[string]any, name string, v any) {
	if old, had := m[name]; had && old != nil {
		v = merged(old, v)
	}
	m[name] = v
}

// block returns the object at the name in m, or makes one.
func block(m map[string]any, name string) map[string]any {
	switch x := m[name].(type) {
	case map[string]any:
		return x
	case []any:
		if len(x) > 0 {
			if o, ok := x[0].(map[string]any); ok {
				return o
			}
		}
	}
	o := map[string]any{}
	m[name] = []any{o}
	return o
}

// merged joins two single blocks; otherwise the later value counts.
func merged(old, v any) any {
	a, aok := single(old)
	b, bok := single(v)
	if !aok || !bok {
		return v
	}
	for k, e := range b {
		if have, had := a[k]; had {
			e = merged(have, e)
		}
		a[k] = e
	}
	return old
}

func single(v any) (map[string]any, bool) {
	switch x := v.(type) {
	case map[string]any:
		return x, true
	case []any:
		if len(x) == 1 {
			o, ok := x[0].(map[string]any)
			return o, ok
		}
	}
	return nil, false
}

func join(around, name string) string {
	if around == "" {
		return name
	}
	return around + "." + name
}

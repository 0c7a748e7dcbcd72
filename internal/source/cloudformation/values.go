package cloudformation

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// A value of a template is nil, bool, number, string, []any, map[string]any,
// *open or absent.

// number keeps how it was written, for the places that want text.
type number struct {
	f    float64
	text string
}

// absent is AWS::NoValue: the property counts as not written.
type absent struct{}

// open is a value that the template does not tell.
type open struct {
	reason  string
	notNull bool
	// text is the value as a string, the unknown parts as holes. A value of
	// which nothing is known is one hole.
	text string
	refs []source.Ref
	// exact: text names what fills the holes so that equal texts are equal values.
	exact bool
	// options are the texts it may be, when there are few; nil for anything.
	options []string
}

// hole encloses the name of an unknown part.
func hole(name string) string {
	return source.HoleOpen + inHole.Replace(name) + source.HoleClose
}

// inHole keeps text with holes valid JSON where it was.
var inHole = strings.NewReplacer(`"`, "'", `\`, "/", "\n", " ", "\t", " ", "\r", " ", source.HoleOpen, "", source.HoleClose, "")

func unknown(reason, name string) *open {
	return &open{reason: reason, text: hole(name)}
}

// partly reports whether text is known outside of holes.
func partly(text string) bool {
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, source.HoleOpen)
		if before != "" {
			return true
		}
		if !found {
			return false
		}
		_, rest, _ = strings.Cut(after, source.HoleClose)
	}
	return false
}

func numberOf(text string) any {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return number{f, text}
}

// textual renders a scalar as CloudFormation puts it into text. The second
// result is false for what is no scalar.
func textual(v any) (string, bool) {
	switch x := v.(type) {
	case string:
		return x, true
	case number:
		return x.text, true
	case bool:
		return strconv.FormatBool(x), true
	case nil:
		return "", true
	}
	return "", false
}

// builder joins text of which parts may be unknown.
type builder struct {
	rd   *reader
	text strings.Builder
	open *open // gathers reason and references
}

// add appends a value and reports whether it is text at all.
func (b *builder) add(v any) bool {
	if o, ok := v.(*open); ok {
		b.put(o.text)
		if b.open == nil {
			b.open = &open{reason: o.reason, notNull: true, exact: true}
		}
		b.open.exact = b.open.exact && o.exact
		b.open.refs = joinRefs(b.open.refs, o.refs)
		return true
	}
	s, ok := textual(v)
	if ok {
		b.put(s)
	}
	return ok
}

func (b *builder) put(s string) {
	b.rd.step(len(s))
	if b.text.Len()+len(s) > maxText {
		panic(stopped{errOutput})
	}
	b.text.WriteString(s)
}

func (b *builder) value() any {
	if b.open == nil {
		return b.text.String()
	}
	b.open.text = b.text.String()
	return b.open
}

func joinRefs(a, b []source.Ref) []source.Ref {
	for _, r := range b {
		if len(a) >= maxRefs {
			break
		}
		if !slices.Contains(a, r) {
			a = append(slices.Clip(a), r)
		}
	}
	return a
}

// refsIn gathers the references of all of a value.
func refsIn(v any, into []source.Ref) []source.Ref {
	switch x := v.(type) {
	case *open:
		return joinRefs(into, x.refs)
	case []any:
		for _, e := range x {
			into = refsIn(e, into)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			into = refsIn(x[k], into)
		}
	}
	return into
}

// either is the value of a choice that is not known: what both sides agree on
// is known all the same.
func (rd *reader) either(a, b any, why string) any {
	rd.step(0)
	if ma, ok := a.(map[string]any); ok {
		if mb, ok := b.(map[string]any); ok {
			return rd.eitherMap(ma, mb, why)
		}
	}
	if la, ok := a.([]any); ok {
		if lb, ok := b.([]any); ok && len(la) == len(lb) {
			out := make([]any, len(la))
			for i := range la {
				out[i] = rd.either(la[i], lb[i], why)
			}
			return out
		}
	}
	if scalarEqual(a, b) {
		return a
	}
	out := &open{reason: why, text: hole(why), notNull: certain(a) && certain(b), refs: refsIn(b, refsIn(a, nil))}
	if as, bs := optionsOf(a), optionsOf(b); as != nil && bs != nil && len(as)+len(bs) <= maxOptions {
		out.options = slices.Concat(as, bs)
	}
	return out
}

func (rd *reader) eitherMap(a, b map[string]any, why string) any {
	out := make(map[string]any, max(len(a), len(b)))
	for k, v := range a {
		w, have := b[k]
		if !have {
			w = absent{}
		}
		out[k] = rd.either(v, w, why)
	}
	for k, w := range b {
		if _, have := a[k]; !have {
			out[k] = rd.either(absent{}, w, why)
		}
	}
	return out
}

// certain reports whether the value is certainly set to something.
func certain(v any) bool {
	switch x := v.(type) {
	case nil, absent:
		return false
	case *open:
		return x.notNull
	}
	return true
}

// optionsOf lists the texts a value may be, or nil when that cannot be told.
func optionsOf(v any) []string {
	if o, ok := v.(*open); ok {
		return o.options
	}
	if v == nil {
		return nil
	}
	if s, ok := textual(v); ok {
		return []string{s}
	}
	return nil
}

// same reports whether both come out as the same value, whatever that is.
func (o *open) same(p *open) bool { return o == p || o.exact && p.exact && o.text == p.text }

func scalarEqual(a, b any) bool {
	if oa, ok := a.(*open); ok {
		ob, ok := b.(*open)
		return ok && oa.same(ob)
	}
	if _, ok := b.(*open); ok {
		return false
	}
	if (a == absent{}) || (b == absent{}) {
		return a == b
	}
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if s, ok := textual(a); ok {
		t, ok := textual(b)
		return ok && s == t
	}
	return reflect.DeepEqual(a, b)
}

package arm

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// concat joins texts or arrays.
func concat(e *evaluator, v env, name string, args []any) any {
	lists, open := 0, 0
	for _, a := range args {
		switch a.(type) {
		case []any:
			lists++
		case *unknown:
			open++
		case map[string]any:
			return e.badArgument(v, name)
		}
	}
	switch {
	case lists > 0 && open > 0:
		u := derived(callLabel(name, args), args...)
		u.notNull = true
		return u
	case lists == len(args):
		var all []any
		for _, a := range args {
			all = append(all, a.([]any)...)
			if len(all) > maxItems {
				break
			}
		}
		return e.list(v, all)
	case lists > 0:
		return e.badArgument(v, name)
	}
	return e.joined(v, "", args)
}

// joined makes one text of several values.
func (e *evaluator) joined(v env, sep string, parts []any) any {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(sep)
		}
		switch p.(type) {
		case []any, map[string]any:
			b.WriteString(e.jsonText(p))
		default:
			b.WriteString(textOf(p))
		}
		if b.Len() > maxString {
			break
		}
	}
	s, ok := e.built(v, b.String()).(string)
	if !ok {
		return opaque("the expression builds too large a text", "")
	}
	out := partial(s, parts...)
	if u, ok := out.(*unknown); ok && len(parts) > 0 {
		if first, ok := parts[0].(*unknown); ok && sep == "" && first.beside != "" {
			u.beside = first.beside
		}
	}
	return out
}

func format(e *evaluator, v env, name string, args []any) any {
	f, ok := args[0].(string)
	if !ok {
		return derived(callLabel(name, args), args...)
	}
	var parts []any
	for f != "" {
		i := strings.IndexAny(f, "{}")
		if i < 0 {
			parts = append(parts, f)
			break
		}
		parts = append(parts, f[:i])
		if i+1 < len(f) && f[i+1] == f[i] {
			parts, f = append(parts, f[i:i+1]), f[i+2:]
			continue
		}
		inner, rest, ok := strings.Cut(f[i+1:], "}")
		if !ok || f[i] == '}' {
			return e.wrong(v, "the text given to format has a brace that is not paired")
		}
		part, ok := formatted(inner, args[1:])
		if !ok {
			return e.wrong(v, "the text given to format asks for an argument that is not there")
		}
		parts, f = append(parts, part), rest
		e.step(1)
		if len(parts) > maxItems {
			return e.wrong(v, "the text given to format has too many parts")
		}
	}
	return e.joined(v, "", parts)
}

// formatted is one placeholder of a format: the number of an argument, and how
// a number is to be written.
func formatted(place string, args []any) (any, bool) {
	index, how, styled := strings.Cut(place, ":")
	index, width, aligned := strings.Cut(index, ",")
	i, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || i < 0 || i >= len(args) {
		return nil, false
	}
	arg := args[i]
	n, isNumber := arg.(float64)
	digits, err := strconv.Atoi(strings.TrimLeft(how, "dDxX0"))
	if err != nil {
		digits = 0
	}
	switch {
	case aligned:
		return derived("format('{"+place+"}', "+labelOf(arg)+"#"+width+")", arg), true
	case !styled || !isNumber:
		return arg, true
	case how != "" && (how[0] == 'd' || how[0] == 'D') && isInt(n) && digits <= 100:
		return fmt.Sprintf("%0*d", digits, int64(n)), true
	case strings.Trim(how, "0") == "" && len(how) <= 100 && isInt(n):
		return fmt.Sprintf("%0*d", len(how), int64(n)), true
	}
	return opaque("how format writes the number is not known", "format('{"+place+"}', "+labelOf(arg)+")"), true
}

func toText(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case *unknown:
		if x.text != "" {
			return x
		}
		out := derived(callLabel(name, args), x)
		out.notNull = true
		return out
	case []any, map[string]any:
		s := e.jsonText(x)
		if len(s) > maxString {
			return e.built(v, s)
		}
		return partial(s, x)
	}
	return e.built(v, textOf(args[0]))
}

func join(e *evaluator, v env, name string, args []any) any {
	l, ok1 := args[0].([]any)
	sep, ok2 := args[1].(string)
	if !ok1 || !ok2 {
		return e.badArgument(v, name)
	}
	e.step(len(l))
	return e.joined(v, sep, l)
}

func split(e *evaluator, v env, name string, args []any) any {
	var seps []string
	switch d := args[1].(type) {
	case string:
		seps = []string{d}
	case []any:
		for _, s := range d {
			if t, ok := s.(string); ok {
				seps = append(seps, t)
			}
		}
	}
	s, ok := args[0].(string)
	if u, isUnknown := args[0].(*unknown); isUnknown {
		if len(seps) == 1 && seps[0] == "/" && u.text != "" { // an id, of which a part is wanted
			return e.partsOf(u)
		}
		return derived(callLabel(name, args), args...)
	}
	if !ok || len(seps) == 0 {
		if _, isUnknown := args[1].(*unknown); isUnknown {
			return derived(callLabel(name, args), args...)
		}
		return e.badArgument(v, name)
	}
	parts := []string{s}
	for _, sep := range seps {
		if sep == "" {
			continue
		}
		var next []string
		for _, p := range parts {
			next = append(next, strings.Split(p, sep)...)
		}
		parts = next
		e.step(len(parts))
	}
	out := make([]any, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return e.list(v, out)
}

// partsOf splits a text of which some segments are not known. A hole within
// the text might hold slashes only if it is an id itself; then nothing can be
// said of its parts.
func (e *evaluator) partsOf(u *unknown) any {
	parts := splitText(u.text)
	out := make([]any, len(parts))
	for i, p := range parts {
		if strings.Contains(p, source.HoleOpen+"resourceGroup().id") || strings.Contains(p, "subscription().id"+source.HoleClose) {
			return derived(callLabel("split", []any{u, "/"}), u)
		}
		out[i] = partial(p, u)
	}
	e.step(len(out))
	return out
}

func replace(e *evaluator, v env, name string, args []any) any {
	s, ok1 := args[0].(string)
	old, ok2 := args[1].(string)
	with, ok3 := args[2].(string)
	if u, ok := args[0].(*unknown); ok && u.text != "" && ok2 && ok3 && old != "" && len(u.text)*(len(with)+1) < maxString {
		return partial(outside(u.text, func(s string) string { return strings.ReplaceAll(s, old, with) }), u)
	}
	if !ok1 || !ok2 || !ok3 {
		for _, a := range args {
			if _, open := a.(*unknown); open {
				return derived(callLabel(name, args), args...)
			}
		}
		return e.badArgument(v, name)
	}
	if old == "" {
		return e.wrong(v, "replace looks for an empty text")
	}
	if len(s)+strings.Count(s, old)*len(with) > maxString {
		e.limit(v.at, "an expression builds too large a text")
		return opaque("the expression builds too large a text", "")
	}
	return e.built(v, strings.ReplaceAll(s, old, with))
}

func substring(e *evaluator, v env, name string, args []any) any {
	s, ok := args[0].(string)
	from, ok2 := args[1].(float64)
	if !ok || !ok2 {
		return e.badArgument(v, name)
	}
	to := float64(len(s))
	if len(args) == 3 {
		n, ok := args[2].(float64)
		if !ok {
			return e.badArgument(v, name)
		}
		to = from + n
	}
	if from < 0 || to < from || to > float64(len(s)) {
		return e.wrong(v, "substring leads outside the text")
	}
	return e.built(v, s[int(from):int(to)])
}

// affix is startsWith and endsWith, which Azure judges without regard to case.
func affix(e *evaluator, v env, name string, args []any) any {
	s, ok1 := args[0].(string)
	want, ok2 := args[1].(string)
	start := name == "startswith"
	if u, ok := args[0].(*unknown); ok && ok2 && u.text != "" {
		known, _, _ := strings.Cut(u.text, source.HoleOpen)
		if !start {
			known = u.text[strings.LastIndex(u.text, source.HoleClose)+len(source.HoleClose):]
		}
		n := min(len(known), len(want))
		a, b := known[:n], want[:n]
		if !start {
			a, b = known[len(known)-n:], want[len(want)-n:]
		}
		if !strings.EqualFold(a, b) {
			return false
		}
		if len(known) >= len(want) {
			return true
		}
	}
	if !ok1 || !ok2 {
		for _, a := range args {
			if _, open := a.(*unknown); open {
				return truth(derived(callLabel(name, args), args...))
			}
		}
		return e.badArgument(v, name)
	}
	s, want = strings.ToLower(s), strings.ToLower(want)
	if start {
		return strings.HasPrefix(s, want)
	}
	return strings.HasSuffix(s, want)
}

func indexOf(e *evaluator, v env, name string, args []any) any {
	if l, ok := args[0].([]any); ok {
		at, open := -1.0, false
		for i, x := range l {
			same, known := e.equal(x, args[1])
			open = open || !known
			if known && same && (at < 0 || name == "lastindexof") {
				at = float64(i)
			}
		}
		if open {
			return derived(callLabel(name, args), args...)
		}
		return at
	}
	s, ok1 := args[0].(string)
	want, ok2 := args[1].(string)
	if !ok1 || !ok2 {
		return e.badArgument(v, name)
	}
	s, want = strings.ToLower(s), strings.ToLower(want)
	if name == "lastindexof" {
		return float64(strings.LastIndex(s, want))
	}
	return float64(strings.Index(s, want))
}

func padLeft(e *evaluator, v env, name string, args []any) any {
	width, ok := args[1].(float64)
	if !ok {
		return e.badArgument(v, name)
	}
	s, pad := textOf(args[0]), " "
	if len(args) == 3 {
		if pad, ok = args[2].(string); !ok || len(pad) != 1 {
			return e.badArgument(v, name)
		}
	}
	if width > maxString {
		e.limit(v.at, "an expression builds too large a text")
		return opaque("the expression builds too large a text", "")
	}
	if n := int(width) - len(s); n > 0 {
		s = strings.Repeat(pad, n) + s
	}
	return e.built(v, s)
}

func base64Decode(e *evaluator, v env, name string, args []any) any {
	s, ok := args[0].(string)
	b, err := base64.StdEncoding.DecodeString(s)
	if !ok || err != nil {
		return e.badArgument(v, name)
	}
	out := unforged.Replace(strings.ToValidUTF8(string(b), "\uFFFD"))
	if name == "base64tojson" {
		return parseJSON(e, v, name, []any{out})
	}
	return e.built(v, out)
}

func dataURIToString(e *evaluator, v env, name string, args []any) any {
	s, ok := args[0].(string)
	head, data, found := strings.Cut(s, ",")
	if !ok || !found {
		return e.badArgument(v, name)
	}
	if strings.HasSuffix(head, ";base64") {
		return base64Decode(e, v, name, []any{data})
	}
	return uriComponentToString(e, v, name, []any{data})
}

func uriComponentToString(e *evaluator, v env, name string, args []any) any {
	s, ok := args[0].(string)
	out, err := url.PathUnescape(s)
	if !ok || err != nil {
		return e.badArgument(v, name)
	}
	return e.built(v, unforged.Replace(strings.ToValidUTF8(out, "\uFFFD")))
}

func parseJSON(e *evaluator, v env, name string, args []any) any {
	text, from := "", args[0]
	switch x := from.(type) {
	case string:
		text = x
	case *unknown:
		text = x.text
	}
	if text == "" {
		if _, open := from.(*unknown); open {
			return derived(callLabel(name, args), from)
		}
		return e.badArgument(v, name)
	}
	e.step(len(text) / 16)
	e.grow(4 * len(text))
	t, err := plain([]byte(text))
	if err != nil {
		return e.badArgument(v, name)
	}
	p, err := t.parse(nil)
	if err != nil {
		if u, open := from.(*unknown); open {
			return derived(callLabel(name, args), u)
		}
		return e.wrong(v, "json is given a text that is no JSON")
	}
	return e.withHoles(p, from)
}

// withHoles reads JSON in which some texts have holes. The parser has taken
// their marks away if the text was a known one.
func (e *evaluator) withHoles(n *node, from any) any {
	if _, open := from.(*unknown); !open {
		return e.literal(n)
	}
	return derived(callLabel("json", []any{from}), from)
}

// joinURI resolves a reference against a base, if that is known.
func joinURI(e *evaluator, v env, name string, args []any) any {
	rel, relKnown := args[1].(string)
	if u, ok := args[1].(*unknown); ok && u.text != "" { // an access token, most often, behind the path
		rel, _, _ = strings.Cut(u.text, source.HoleOpen)
	}
	if base, ok := args[0].(*unknown); ok {
		out := derived(callLabel(name, args), args...)
		out.notNull = true
		if base.beside != "" || strings.HasSuffix(base.label, "deployment().properties.templateLink.uri") {
			rel, _, _ = strings.Cut(rel, "?")
			out.beside = rel
		}
		return out
	}
	base, ok := args[0].(string)
	if !ok {
		return e.badArgument(v, name)
	}
	if !relKnown {
		if u, open := args[1].(*unknown); open {
			return e.joined(v, "", []any{base, u})
		}
		return e.badArgument(v, name)
	}
	b, err1 := url.Parse(base)
	r, err2 := url.Parse(rel)
	if err1 != nil || err2 != nil {
		return e.wrong(v, "uri is given what is no address")
	}
	return e.built(v, b.ResolveReference(r).String())
}

package arm

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// Values of expressions are nil, bool, float64, string, []any,
// map[string]any, *unknown and, as an argument only, *lambda. They are shared
// and never changed.

// unknown is a value that the template does not tell.
type unknown struct {
	reason  string
	notNull bool
	// text is a string of which parts are known, the others standing between
	// source.HoleOpen and source.HoleClose. Empty when nothing is known.
	text string
	// label is the expression that would give the value, its arguments
	// evaluated as far as they are known: two unknowns with the same label are
	// the same value.
	label   string
	targets []target
	// secret marks keys and passwords.
	secret bool
	// runtime marks what reference() gives, and what lies below it.
	runtime bool
	// deploy is the deployment whose runtime state this is, path what was asked
	// of it: a nested template's outputs can be read from the template.
	deploy *instance
	path   []string
	// beside is the path, relative to the template's own place, of what a URI
	// made from deployment().properties.templateLink.uri leads to.
	beside string
}

// target is a resource that a value was made from, found once everything is
// known that the file declares.
type target struct {
	key  string // of the index: type and name
	decl *decl  // or the declaration, where a symbolic name leads to it
	nth  string // and of its copy loop's instances which, as [0]; empty is all
	attr string
}

// lambda is a function given to map, filter and the like.
type lambda struct {
	env    env
	params []string
	body   expr
}

const (
	maxLabel   = 200
	maxTargets = 100
)

// unforged takes the marks of holes out of text from a file.
var unforged = strings.NewReplacer(source.HoleOpen, "\uFFFD", source.HoleClose, "\uFFFD")

// holeText makes text safe inside a JSON string literal and inside a hole.
var holeText = strings.NewReplacer(`"`, "'", `\`, "/", "\n", " ", "\r", " ", "\t", " ", source.HoleOpen, "", source.HoleClose, "")

func opaque(reason, label string) *unknown {
	return &unknown{reason: reason, label: shortLabel(label)}
}

// shortLabel keeps labels apart although it cuts them.
func shortLabel(s string) string {
	s = holeText.Replace(s)
	if len(s) <= maxLabel {
		return s
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return fmt.Sprintf("%s#%x", clip(s, maxLabel), h.Sum64())
}

// labelOf writes a value the way an expression would.
func labelOf(v any) string {
	var b strings.Builder
	writeLabel(&b, v)
	return b.String()
}

func writeLabel(b *strings.Builder, v any) {
	if b.Len() > 4*maxLabel {
		return
	}
	switch x := v.(type) {
	case nil:
		b.WriteString("null()")
	case string:
		if len(x) > 4*maxLabel {
			x = shortLabel(x)
		}
		b.WriteString("'" + strings.ReplaceAll(x, "'", "''") + "'")
	case *unknown:
		b.WriteString(x.label)
	case *lambda:
		b.WriteString("lambda()")
	case []any:
		b.WriteString("createArray(")
		for i, e := range x {
			if i > 0 {
				b.WriteString(", ")
			}
			writeLabel(b, e)
			if b.Len() > 4*maxLabel {
				return
			}
		}
		b.WriteByte(')')
	case map[string]any:
		b.WriteString("createObject(")
		for i, k := range slices.Sorted(maps.Keys(x)) {
			if i > 0 {
				b.WriteString(", ")
			}
			writeLabel(b, k)
			b.WriteString(", ")
			writeLabel(b, x[k])
			if b.Len() > 4*maxLabel {
				return
			}
		}
		b.WriteByte(')')
	default:
		b.WriteString(scalarText(x))
	}
}

// callLabel is the label of a function call.
func callLabel(name string, args []any) string {
	var b strings.Builder
	if s, ok := spelling[name]; ok {
		name = s
	}
	b.WriteString(name + "(")
	for i, a := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		writeLabel(&b, a)
	}
	b.WriteByte(')')
	return b.String()
}

// textOf is a value as part of a text, what is not known as a hole.
func textOf(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case *unknown:
		if x.text != "" {
			return x.text
		}
		return source.HoleOpen + x.label + source.HoleClose
	}
	return scalarText(v)
}

func scalarText(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case bool:
		if x {
			return "True"
		}
		return "False"
	case float64:
		return numberText(x)
	}
	return ""
}

func numberText(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// shown writes a text's holes in square brackets, as people read templates.
func shown(s string) string {
	return strings.NewReplacer(source.HoleOpen, "[", source.HoleClose, "]").Replace(s)
}

// outside applies f to the parts of a text that are known.
func outside(text string, f func(string) string) string {
	var b strings.Builder
	for text != "" {
		known, rest, hole := strings.Cut(text, source.HoleOpen)
		b.WriteString(f(known))
		if !hole {
			break
		}
		inner, after, _ := strings.Cut(rest, source.HoleClose)
		b.WriteString(source.HoleOpen + inner + source.HoleClose)
		text = after
	}
	return b.String()
}

// splitText splits at slashes that are not within holes.
func splitText(text string) []string {
	if !strings.Contains(text, source.HoleOpen) {
		return strings.Split(text, "/")
	}
	var out []string
	from, hole := 0, false
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], source.HoleOpen):
			hole = true
		case strings.HasPrefix(text[i:], source.HoleClose):
			hole = false
		case text[i] == '/' && !hole:
			out = append(out, text[from:i])
			from = i + 1
		}
	}
	return append(out, text[from:])
}

// partial is a text with holes: known, or an unknown that knows its text.
func partial(text string, from ...any) any {
	if !strings.Contains(text, source.HoleOpen) {
		return text
	}
	u := derived("", from...)
	u.text, u.notNull, u.label = text, true, shortLabel("'"+text+"'")
	if holes := strings.Count(text, source.HoleOpen); holes == 1 && strings.HasPrefix(text, source.HoleOpen) && strings.HasSuffix(text, source.HoleClose) {
		u.text, u.label = "", strings.TrimSuffix(strings.TrimPrefix(text, source.HoleOpen), source.HoleClose)
	}
	return u
}

// derived is an unknown made from other values: their reason and targets
// are its own.
func derived(label string, from ...any) *unknown {
	u := &unknown{label: shortLabel(label)}
	for _, v := range from {
		gather(u, v, 0)
	}
	if u.reason == "" {
		u.reason = "depends on a value that is not known"
	}
	return u
}

func gather(u *unknown, v any, depth int) {
	if depth > 8 || len(u.targets) >= maxTargets {
		return
	}
	switch x := v.(type) {
	case *unknown:
		if u.reason == "" {
			u.reason = x.reason
		}
		u.secret = u.secret || x.secret
		for _, t := range x.targets {
			if !slices.Contains(u.targets, t) {
				u.targets = append(u.targets, t)
			}
		}
	case []any:
		for i := 0; i < len(x) && i < maxTargets; i++ {
			gather(u, x[i], depth+1)
		}
	case map[string]any:
		if len(x) > maxTargets {
			return
		}
		for _, k := range slices.Sorted(maps.Keys(x)) {
			gather(u, x[k], depth+1)
		}
	}
}

// withTargets adds to u the targets of another unknown.
func (u *unknown) withTargets(ts []target) *unknown {
	c := *u
	c.targets = slices.Clip(c.targets)
	for _, t := range ts {
		if len(c.targets) < maxTargets && !slices.Contains(c.targets, t) {
			c.targets = append(c.targets, t)
		}
	}
	return &c
}

// fold finds a member in an object, whose names Azure takes without regard to
// case.
func (e *evaluator) fold(m map[string]any, name string) (any, bool) {
	if v, ok := m[name]; ok {
		return v, true
	}
	e.step(len(m)/8 + 1)
	for k, v := range m {
		if len(k) == len(name) && strings.EqualFold(k, name) {
			return v, true
		}
	}
	return nil, false
}

// whole tells whether nothing within v is unknown.
func (e *evaluator) whole(v any) bool {
	e.step(1)
	switch x := v.(type) {
	case *unknown, *lambda:
		return false
	case []any:
		for _, el := range x {
			if !e.whole(el) {
				return false
			}
		}
	case map[string]any:
		for _, el := range x {
			if !e.whole(el) {
				return false
			}
		}
	}
	return true
}

// equal compares two values, three-valued: known is false when it depends on
// something that is not known.
func (e *evaluator) equal(a, b any) (same, known bool) {
	e.step(1)
	ua, aUnknown := a.(*unknown)
	ub, bUnknown := b.(*unknown)
	switch {
	case aUnknown && bUnknown:
		return ua.label == ub.label && ua.label != "" && ua.text == ub.text, ua.label == ub.label && ua.label != ""
	case aUnknown:
		return false, e.differs(ua, b)
	case bUnknown:
		return false, e.differs(ub, a)
	}
	switch x := a.(type) {
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false, true
		}
		known = true
		for i := range x {
			s, k := e.equal(x[i], y[i])
			if k && !s {
				return false, true
			}
			known = known && k
		}
		return known, known
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false, true
		}
		known = true
		for name, v := range x {
			w, ok := e.fold(y, name)
			if !ok {
				return false, true
			}
			s, k := e.equal(v, w)
			if k && !s {
				return false, true
			}
			known = known && k
		}
		return known, known
	case string:
		e.step(len(x) / 64)
	case *lambda:
		return false, false
	}
	switch b.(type) {
	case []any, map[string]any, *lambda:
		return false, true
	}
	return a == b, true
}

// differs tells whether an unknown certainly is not the known value.
func (e *evaluator) differs(u *unknown, v any) bool {
	if v == nil {
		return u.notNull
	}
	s, ok := v.(string)
	if !ok {
		return u.text != ""
	}
	if u.text == "" {
		return false
	}
	head, _, _ := strings.Cut(u.text, source.HoleOpen)
	tail := u.text[strings.LastIndex(u.text, source.HoleClose)+len(source.HoleClose):]
	return !strings.HasPrefix(s, head) || !strings.HasSuffix(s, tail) || len(s) < len(head)+len(tail) || s == "" && literalPart(u.text)
}

// literalPart tells whether a text with holes has any known character.
func literalPart(text string) bool {
	found := false
	outside(text, func(s string) string {
		found = found || s != ""
		return s
	})
	return found
}

func isInt(f float64) bool { return f == math.Trunc(f) && math.Abs(f) < 1<<53 }

package expr

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/demarc-sec/demarc/internal/source"
)

// ResourceEnv compiles expressions over the arguments of a native resource,
// which the variable r holds. An argument that is not written is null.
type ResourceEnv struct{ env *cel.Env }

// NewResourceEnv returns the environment of mapping expressions, with the
// functions get, all, written and last over dotted paths.
func NewResourceEnv() (*ResourceEnv, error) {
	dyn, str := cel.DynType, cel.StringType
	opts := append(baseOptions(),
		cel.Variable("r", dyn),
		cel.Function("get",
			cel.Overload("get_path", []*cel.Type{dyn, str}, dyn, cel.BinaryBinding(func(r, path ref.Val) ref.Val {
				return getPath(r, path, types.NullValue)
			})),
			cel.Overload("get_path_default", []*cel.Type{dyn, str, dyn}, dyn, cel.FunctionBinding(func(args ...ref.Val) ref.Val {
				return getPath(args[0], args[1], args[2])
			}))),
		cel.Function("all_at", cel.Overload("all_path", []*cel.Type{dyn, str}, cel.ListType(dyn), cel.BinaryBinding(allAt))),
		cel.Function("written", cel.Overload("written_path", []*cel.Type{dyn, str}, cel.BoolType, cel.BinaryBinding(written))),
		cel.Function("mentions", cel.Overload("mentions_path", []*cel.Type{dyn, str, str}, cel.BoolType, cel.FunctionBinding(mentions))),
		cel.Function("says", cel.Overload("says_path", []*cel.Type{dyn, str, str}, cel.BoolType, cel.FunctionBinding(says))),
		cel.Function("last", cel.Overload("last_path", []*cel.Type{dyn, str}, dyn, cel.BinaryBinding(last))),
		cel.Macros(cel.GlobalMacro("all", 2, rename("all_at"))),
	)
	env, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, fmt.Errorf("mapping expressions: %w", err)
	}
	return &ResourceEnv{env: env}, nil
}

// Mapping is a compiled expression over a resource.
type Mapping struct {
	Source  string
	Paths   []string // literal paths it reads with get, all, written, last, mentions and says
	program cel.Program
}

// Mapping compiles source.
func (e *ResourceEnv) Mapping(src string) (*Mapping, error) { return e.compile(src, nil) }

// Condition compiles source, which must give a bool.
func (e *ResourceEnv) Condition(src string) (*Mapping, error) { return e.compile(src, cel.BoolType) }

func (e *ResourceEnv) compile(src string, want *cel.Type) (*Mapping, error) {
	program, checked, err := compile(e.env, src, want, cel.CustomDecoratorV2(keepUnknown))
	if err != nil {
		return nil, err
	}
	m := &Mapping{Source: src, program: program}
	for _, function := range []string{"get", "all_at", "written", "last", "mentions", "says"} {
		m.Paths = append(m.Paths, pathLiterals(checked, function)...)
	}
	return m, nil
}

// Eval evaluates the expression over body. An unknown result comes as a
// *source.Unknown; a value is one of the types of a source body, or []any and
// map[string]any of them.
func (m *Mapping) Eval(body map[string]any) any {
	v, _, err := m.program.Eval(newBodyActivation(body))
	if err != nil {
		return &source.Unknown{Reason: oneLine(err)}
	}
	return native(v)
}

// Truth evaluates a condition over body.
func (m *Mapping) Truth(body map[string]any) (Tri, string) {
	v, _, err := m.program.Eval(newBodyActivation(body))
	return truth(v, err)
}

type bodyActivation struct{ r ref.Val }

func newBodyActivation(body map[string]any) *bodyActivation {
	return &bodyActivation{adapter{}.NativeToValue(body)}
}

func (*bodyActivation) Parent() cel.Activation { return nil }

func (b *bodyActivation) ResolveName(name string) (any, bool) {
	if name == "r" {
		return b.r, true
	}
	return nil, false
}

// DependsOnUnknown is the reason of a result whose own is lost on the way.
const DependsOnUnknown = "depends on a value that is not known"

// native turns a CEL value back into the Go values of a source body.
func native(v ref.Val) any {
	switch x := v.(type) {
	case types.Null:
		return nil
	case types.Bool:
		return bool(x)
	case types.Int:
		return float64(x)
	case types.Uint:
		return float64(x)
	case types.Double:
		return float64(x)
	case types.String:
		return string(x)
	case *types.Unknown:
		return &source.Unknown{Reason: DependsOnUnknown}
	case *types.Err:
		return &source.Unknown{Reason: oneLine(x)}
	case object:
		return x.m
	}
	if l, ok := asList(v); ok {
		if raw, isRaw := l.Value().([]any); isRaw && !slices.ContainsFunc(raw, func(e any) bool { _, is := e.(ref.Val); return is }) {
			return raw // as the body has it, with what is known of unknown members
		}
		out := []any{}
		for it := l.Iterator(); it.HasNext() == types.True; {
			out = append(out, native(it.Next()))
		}
		return out
	}
	if m, ok := asMap(v); ok {
		out := map[string]any{}
		for it := m.Iterator(); it.HasNext() == types.True; {
			k := it.Next()
			value, _ := m.Find(k)
			out[fmt.Sprint(k.Value())] = native(value)
		}
		return out
	}
	return v.Value()
}

// pathCache holds split paths; there are as many as the catalogue writes.
var pathCache sync.Map

// Split cuts a dotted path into its segments. A segment may be quoted with
// backquotes when an argument's name holds a dot. A segment a|b stands for the
// one and the other (see [Alternatives]).
func Split(path string) []string {
	if s, ok := pathCache.Load(path); ok {
		return s.([]string)
	}
	var out []string
	for rest := path; rest != ""; {
		if quoted, after, ok := strings.Cut(strings.TrimPrefix(rest, "`"), "`"); ok && rest[0] == '`' {
			out, rest = append(out, quoted), strings.TrimPrefix(after, ".")
			continue
		}
		segment, after, _ := strings.Cut(rest, ".")
		out, rest = append(out, segment), after
	}
	pathCache.Store(path, out)
	return out
}

// Values lists what stands at the path in body: one element for each place
// the path leads to, nil where the last argument is not written. Lists on the
// way are followed into every element, and so is JSON text; a list at the end
// is one value. No element at all means that a block on the way is not
// written.
func Values(body any, path string) []any { return values(nil, body, Split(path)) }

func values(out []any, v any, segments []string) []any {
	if len(segments) == 0 {
		return append(out, v)
	}
	switch x := v.(type) {
	case map[string]any:
		if strings.Contains(segments[0], either) {
			return eitherOf(out, x, segments)
		}
		child := x[segments[0]]
		if child == nil && len(segments) > 1 {
			return out
		}
		return values(out, child, segments[1:])
	case []any:
		for _, e := range x {
			out = values(out, e, segments)
		}
		return out
	case *source.Unknown:
		if inner, ok := decodeText(x.Text); ok {
			return values(out, inner, segments)
		}
		return append(out, &source.Unknown{Reason: x.Reason}) // whatever it is, what lies within may be missing
	case string: // JSON text, as container definitions are written
		if inner, ok := decodeText(x); ok {
			return values(out, inner, segments)
		}
	}
	return out
}

// either separates the names of which a segment means every one: the
// containers|initContainers of a pod.
const either = "|"

// eitherOf lists what stands under each of the first segment's names.
func eitherOf(out []any, x map[string]any, segments []string) []any {
	found := false
	for name := range strings.SplitSeq(segments[0], either) {
		if child := x[name]; child != nil {
			out, found = values(out, child, segments[1:]), true
		}
	}
	if !found && len(segments) == 1 {
		return append(out, nil)
	}
	return out
}

// Alternatives lists the paths that a path with a|b in it stands for.
func Alternatives(path string) []string {
	if !strings.Contains(path, either) {
		return []string{path}
	}
	out := []string{""}
	for i, segment := range Split(path) {
		var longer []string
		for _, p := range out {
			for name := range strings.SplitSeq(segment, either) {
				if i > 0 {
					name = p + "." + name
				}
				longer = append(longer, name)
			}
		}
		out = longer
	}
	return out
}

func nativePath(r, path ref.Val) ([]any, bool) {
	o, ok := r.(object)
	p, isString := path.(types.String)
	if !ok || !isString {
		return nil, false
	}
	return Values(o.m, string(p)), true
}

func getPath(r, path, absent ref.Val) ref.Val {
	vs, ok := nativePath(r, path)
	if !ok {
		if r == types.NullValue {
			return absent
		}
		return types.NewErr("get: the first argument must be r or a block")
	}
	for _, v := range vs {
		if v != nil && v != "" {
			return adapter{}.NativeToValue(likewise(v, absent))
		}
	}
	return absent
}

// likewise reads text as what the default is: the language takes "true" for
// true where a bool belongs, and "3" for 3.
func likewise(v any, absent ref.Val) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	switch absent.(type) {
	case types.Bool:
		switch strings.ToLower(s) {
		case "true", "1":
			return true
		case "false", "0":
			return false
		}
	case types.Int, types.Uint, types.Double:
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return n
		}
	}
	return v
}

func allAt(r, path ref.Val) ref.Val {
	vs, ok := nativePath(r, path)
	if !ok {
		if r == types.NullValue {
			return types.NewDynamicList(adapter{}, []any{})
		}
		return types.NewErr("all: the first argument must be r or a block")
	}
	out := []any{}
	for _, v := range vs {
		if l, isList := v.([]any); isList {
			out = append(out, l...)
		} else if v != nil {
			out = append(out, v)
		}
	}
	return types.NewDynamicList(adapter{}, out)
}

func written(r, path ref.Val) ref.Val {
	vs, ok := nativePath(r, path)
	if !ok {
		if r == types.NullValue {
			return types.False
		}
		return types.NewErr("written: the first argument must be r or a block")
	}
	return adapter{}.NativeToValue(Written(vs))
}

// last is the last segment of the id at the path, in lower case. It may be known
// although what precedes it, such as the subscription, is not.
func last(r, path ref.Val) ref.Val {
	vs, ok := nativePath(r, path)
	if !ok {
		if r == types.NullValue {
			return types.NullValue
		}
		return types.NewErr("last: the first argument must be r or a block")
	}
	for _, v := range vs {
		text, isText := v.(string)
		if u, ok := v.(*source.Unknown); ok {
			segment := u.Text[strings.LastIndexByte(u.Text, '/')+1:]
			if outside := u.Text[strings.LastIndex(u.Text, source.HoleClose)+1:]; !strings.Contains(outside, "/") || segment == "" {
				return adapter{}.NativeToValue(&source.Unknown{Reason: u.Reason})
			}
			text, isText = segment, true
		}
		if isText && text != "" {
			return types.String(strings.ToLower(text[strings.LastIndexByte(text, '/')+1:]))
		}
	}
	return types.NullValue
}

// Written tells whether any of the values at a path is written: true, false,
// or a *source.Unknown when that depends on something not known.
func Written(vs []any) any {
	var open *source.Unknown
	for _, v := range vs {
		switch x := v.(type) {
		case nil:
		case string:
			if x != "" {
				return true
			}
		case []any:
			if len(x) > 0 {
				return true
			}
		case map[string]any:
			if len(x) > 0 {
				return true
			}
		case *source.Unknown:
			if x.NotNull || x.Text != "" {
				return true
			}
			open = x
		default:
			return true
		}
	}
	if open != nil {
		return open
	}
	return false
}

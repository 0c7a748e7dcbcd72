package normalise

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// reading is what a mapping found: a value in the fact's own type, or why it
// is not known.
type reading struct {
	value   any
	unknown string
	how     estate.How
	path    string // the argument that decided
}

// reader is a compiled mapping of one fact.
type reader struct {
	fact *catalogue.FactSpec
	when *expr.Mapping // nil: always
	read func(r *source.Resource) reading
}

// mistaken stands for a mapping that cannot be compiled.
func mistaken(f *catalogue.FactSpec) *reader {
	return &reader{fact: f, read: func(*source.Resource) reading {
		return reading{unknown: "the catalogue's mapping is mistaken; `demarc catalogue validate` tells how", how: estate.Set}
	}}
}

// compile turns a mapping into a reader.
func compile(env *expr.ResourceEnv, m *catalogue.Mapping, scan Scanner) (*reader, error) {
	rd := &reader{fact: m.Fact}
	if m.When != "" {
		var err error
		if rd.when, err = env.Condition(m.When); err != nil {
			return nil, err
		}
	}
	forms := 0
	for _, given := range []bool{len(m.From) > 0, m.Const.Set, len(m.Policy) > 0, len(m.Secrets) > 0, m.CEL != ""} {
		if given {
			forms++
		}
	}
	if forms != 1 {
		return nil, fmt.Errorf("write exactly one of from, const, policy, secrets and cel")
	}
	if len(m.From) == 0 && (m.Is != "" || m.Map != nil || m.Equals.Set || m.In != nil || m.NotIn != nil ||
		m.Prefix != "" || m.Suffix != "" || m.Matches != "" || m.AtLeast != nil || m.AtMost != nil || m.Contains.Set || m.Fold != "") {
		return nil, fmt.Errorf("is, map, equals, in, prefix, matches, at_least, contains, fold and the like go with from")
	}
	switch {
	case m.Const.Set:
		value, why := convert(m.Fact.Type, m.Const.Value)
		if why != "" {
			return nil, fmt.Errorf("const: %s", why)
		}
		rd.read = func(*source.Resource) reading { return reading{value: value, how: estate.Constant} }
	case len(m.Policy) > 0:
		rd.read = func(r *source.Resource) reading { return readPolicies(r, m.Policy) }
	case len(m.Secrets) > 0:
		rd.read = func(r *source.Resource) reading { return readSecrets(r, m.Secrets, scan) }
	case m.CEL != "":
		program, err := env.Mapping(m.CEL)
		if err != nil {
			return nil, err
		}
		rd.read = func(r *source.Resource) reading { return readCEL(r, m, program) }
	default:
		op, err := operator(m)
		if err != nil {
			return nil, err
		}
		rd.read = func(r *source.Resource) reading { return readPath(r, m, op) }
		if m.Absent.Set {
			if _, why := convert(m.Fact.Type, m.Absent.Value); why != "" {
				return nil, fmt.Errorf("absent: %s", why)
			}
		}
	}
	return rd, nil
}

// readFact reads the fact off the resource, which stands at. The second result
// is false when the asset has no such fact.
func (rd *reader) readFact(r *source.Resource, at *estate.Location) (estate.Fact, bool) {
	f := estate.Fact{Name: rd.fact.Name}
	if rd.when != nil {
		switch truth, why := rd.when.Truth(completed(r, rd.when.Paths)); truth {
		case expr.False:
			return f, false
		case expr.Unknown:
			if why == "" {
				if why = whyOpen(r, rd.when.Paths); why == expr.DependsOnUnknown {
					why = "whether the asset has it is not known"
				}
			}
			f.Unknown = why
			f.Origin = estate.Origin{How: estate.Set, Address: r.Address, At: at}
			return f, true
		}
	}
	got := rd.read(r)
	if r.Partial && got.how == estate.Default {
		got.unknown = untold(r).Reason
	}
	got.path = exact(r, got.path)
	f.Origin = estate.Origin{How: got.how, Address: r.Address, Attribute: called(r, got.path), At: locate(r, got.path, at)}
	if got.unknown != "" {
		f.Unknown = got.unknown
		return f, true
	}
	value, why := convert(rd.fact.Type, got.value)
	f.Value, f.Unknown = value, why
	return f, true
}

// exact is the written one of the paths that a path with alternatives stands
// for, or the first.
func exact(r *source.Resource, path string) string {
	paths := expr.Alternatives(path)
	for _, p := range paths[:len(paths)-1] {
		if isWritten(r, p) {
			return p
		}
	}
	if len(paths) > 1 && !isWritten(r, paths[len(paths)-1]) {
		return paths[0]
	}
	return paths[len(paths)-1]
}

// called is what the resource's source calls the argument.
func called(r *source.Resource, path string) string {
	if name, ok := r.Names[path]; ok {
		return name
	}
	if i := strings.LastIndexByte(path, '.'); i > 0 && r.Names != nil {
		if name, ok := r.Names[path[:i]]; ok {
			return name
		}
	}
	if r.Called != nil {
		return r.Called(path)
	}
	return path
}

// locate returns where the argument stands, or the nearest block around it
// that is written, or the resource, which stands at.
func locate(r *source.Resource, path string, at *estate.Location) *estate.Location {
	for p := path; p != ""; {
		if line := r.Lines[p]; line != 0 {
			return &estate.Location{File: r.Location.File, Line: line, EndLine: line}
		}
		i := strings.LastIndexByte(p, '.')
		if i < 0 {
			break
		}
		p = p[:i]
	}
	return at
}

func isAbsent(v any) bool { return v == nil || v == "" }

// readPath reads from the first of the mapping's paths that is written.
func readPath(r *source.Resource, m *catalogue.Mapping, op func(any) any) reading {
	path := m.From[0]
	vs := expr.Values(r.Body, path)
	for _, other := range m.From[1:] {
		if slices.ContainsFunc(vs, func(v any) bool { return !isAbsent(v) }) {
			break
		}
		if alt := expr.Values(r.Body, other); slices.ContainsFunc(alt, func(v any) bool { return !isAbsent(v) }) {
			path, vs = other, alt
		}
	}
	if m.Is == customerKey {
		return readCustomerKey(vs, path, m.Not)
	}
	if m.Is != "" {
		got := expr.Written(vs)
		rd := reading{how: estate.Set, path: path}
		switch b := got.(type) {
		case bool:
			if !b {
				rd.how = estate.Default
			}
			rd.value = b != (m.Is == "unset") != m.Not
		case *source.Unknown:
			rd.unknown = reason(b)
		}
		return rd
	}
	written, missing := false, absent(m)
	if r.Partial {
		missing = untold(r)
	}
	var out []any
	for _, v := range vs {
		if isAbsent(v) {
			out = append(out, missing)
			continue
		}
		written = true
		if u, ok := v.(*source.Unknown); ok {
			if end, decides := knownEnd(m, u); decides {
				out = append(out, op(end))
			} else {
				out = append(out, u)
			}
			continue
		}
		if m.Fact.Type != expr.List && m.Fact.Type != expr.Strings && !m.Contains.Set && m.Fold != "count" && m.Fold != "list" {
			if l, ok := v.([]any); ok { // a list where a single value is wanted: fold its elements
				for _, e := range l {
					out = append(out, op(e))
				}
				if len(l) == 0 {
					out = append(out, absent(m))
				}
				continue
			}
		}
		out = append(out, op(v))
	}
	rd := reading{how: estate.Set, path: path}
	if !written {
		rd.how = estate.Default
	}
	if len(out) == 0 {
		out = []any{missing}
	}
	got := fold(m, out)
	if u, ok := got.(*source.Unknown); ok {
		rd.unknown = reason(u)
		return rd
	}
	rd.value = got
	return rd
}

// notStated is what an unwritten argument without a documented default gives.
var notStated = &source.Unknown{Reason: "not written, and what holds then cannot be read from the sources"}

// knownEnd is the end of a text of which only the beginning is not known, as of
// the id of a role in whatever subscription it will be, and whether it decides
// what the mapping asks of the text: how it ends.
func knownEnd(m *catalogue.Mapping, u *source.Unknown) (end string, decides bool) {
	i := strings.LastIndex(u.Text, source.HoleClose)
	if i < 0 || m.Equals.Set || m.In != nil || m.NotIn != nil || m.Prefix != "" {
		return "", false
	}
	end = u.Text[i+len(source.HoleClose):]
	switch {
	case m.Matches == "":
		return end, m.Suffix != "" && len(end) >= len(m.Suffix)
	case m.Suffix != "" || !strings.HasSuffix(m.Matches, ")$") || strings.ContainsAny(m.Matches, `^/.*+?[\`):
		return "", false // what matches might begin before the end
	}
	return end, strings.Contains(end, "/")
}

func absent(m *catalogue.Mapping) any {
	if !m.Absent.Set {
		return notStated
	}
	return m.Absent.Value
}

func reason(u *source.Unknown) string {
	if u.Reason == "" {
		return "not known"
	}
	return u.Reason
}

// operator compiles what happens to a written value.
func operator(m *catalogue.Mapping) (func(any) any, error) {
	var tests []func(any) bool
	add := func(f func(any) bool) { tests = append(tests, f) }
	text := func(v any) string { return scalar(v) }
	if m.Equals.Set {
		add(func(v any) bool { return same(v, m.Equals.Value) })
	}
	if m.In != nil {
		add(func(v any) bool { return slices.ContainsFunc(m.In, func(x any) bool { return same(v, x) }) })
	}
	if m.NotIn != nil {
		add(func(v any) bool { return !slices.ContainsFunc(m.NotIn, func(x any) bool { return same(v, x) }) })
	}
	if m.Prefix != "" {
		add(func(v any) bool { return strings.HasPrefix(text(v), m.Prefix) })
	}
	if m.Suffix != "" {
		add(func(v any) bool { return strings.HasSuffix(text(v), m.Suffix) })
	}
	if m.Matches != "" {
		re, err := regexp.Compile(m.Matches)
		if err != nil {
			return nil, fmt.Errorf("matches: %w", err)
		}
		add(func(v any) bool { return re.MatchString(text(v)) })
	}
	if m.AtLeast != nil {
		add(func(v any) bool { n, ok := number(v); return ok && n >= *m.AtLeast })
	}
	if m.AtMost != nil {
		add(func(v any) bool { n, ok := number(v); return ok && n <= *m.AtMost })
	}
	if m.Contains.Set {
		add(func(v any) bool {
			l, ok := v.([]any)
			return ok && slices.ContainsFunc(l, func(x any) bool { return same(x, m.Contains.Value) }) || !ok && same(v, m.Contains.Value)
		})
	}
	switch {
	case len(tests) > 0 && m.Map != nil:
		return nil, fmt.Errorf("map does not go with equals, in and the like")
	case len(tests) > 0 && m.Fact.Type != expr.Bool:
		return nil, fmt.Errorf("equals, in and the like make a bool, but the fact is a %s", m.Fact.Type)
	case m.Not && m.Fact.Type != expr.Bool:
		return nil, fmt.Errorf("not makes a bool, but the fact is a %s", m.Fact.Type)
	case m.Is != "" && m.Is != "set" && m.Is != "unset" && m.Is != customerKey:
		return nil, fmt.Errorf("is: must be set, unset or customer-key")
	case m.Is != "" && m.Fact.Type != expr.Bool:
		return nil, fmt.Errorf("is: makes a bool, but the fact is a %s", m.Fact.Type)
	case !slices.Contains([]string{"", "all", "any", "first", "list", "count", "min", "max"}, m.Fold):
		return nil, fmt.Errorf("fold: no such way %q", m.Fold)
	}
	if len(tests) > 0 {
		return func(v any) any {
			if v == nil {
				return absent(m)
			}
			if u := unknownWithin(v); u != nil {
				return u
			}
			for _, t := range tests {
				if !t(v) {
					return m.Not
				}
			}
			return !m.Not
		}, nil
	}
	if m.Map != nil {
		return func(v any) any {
			if u, ok := v.(*source.Unknown); ok {
				return u
			}
			if got, ok := m.Map[scalar(v)]; ok {
				return got
			}
			if m.Else.Set {
				return m.Else.Value
			}
			return &source.Unknown{Reason: fmt.Sprintf("the catalogue does not know the value %q", clip(scalar(v)))}
		}, nil
	}
	if m.Not {
		return func(v any) any {
			if u, ok := v.(*source.Unknown); ok {
				return u
			}
			b, why := convert(expr.Bool, v)
			if why != "" {
				return &source.Unknown{Reason: why}
			}
			return !b.(bool)
		}, nil
	}
	return func(v any) any { return v }, nil
}

// whyOpen is why one of the paths is not known, where that can be told.
func whyOpen(r *source.Resource, paths []string) string {
	for _, p := range paths {
		for _, v := range expr.Values(r.Body, p) {
			if u, ok := v.(*source.Unknown); ok && u.Reason != "" {
				return u.Reason
			}
		}
	}
	return expr.DependsOnUnknown
}

func readCEL(r *source.Resource, m *catalogue.Mapping, program *expr.Mapping) reading {
	rd := reading{how: estate.Set}
	if len(program.Paths) > 0 {
		first := slices.IndexFunc(program.Paths, func(p string) bool {
			return isWritten(r, p) && !strings.HasPrefix(p, "_") // a reader's own note stands nowhere
		})
		rd.path = program.Paths[max(0, first)]
	}
	v := program.Eval(completed(r, program.Paths))
	if u, ok := v.(*source.Unknown); ok {
		rd.unknown = reason(u)
		if u.Reason == expr.DependsOnUnknown {
			rd.unknown = whyOpen(r, program.Paths)
		}
		return rd
	}
	if v == nil {
		rd.how = estate.Default
		v = absent(m)
		if u, ok := v.(*source.Unknown); ok {
			rd.unknown = reason(u)
			return rd
		}
	}
	if m.Not {
		if b, ok := v.(bool); ok {
			v = !b
		}
	}
	rd.value = v
	return rd
}

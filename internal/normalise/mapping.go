package normalise

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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
				why = "whether the asset has it is not known"
			}
			f.Unknown = why
			f.Origin = estate.Origin{How: estate.Set, Address: r.Address, At: at}
			return f, true
		}
	}
	got := rd.read(r)
	if r.Partial && got.how == estate.Default {
		got.unknown = notCarried.Reason
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
		missing = notCarried
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

// customerKey is the test of a key argument: written, and not the name of a
// key the provider manages.
const customerKey = "customer-key"

// readCustomerKey folds with all: one volume under the provider's key is
// enough for the answer to be no.
func readCustomerKey(vs []any, path string, not bool) reading {
	rd := reading{how: estate.Default, path: path, value: not}
	if len(vs) == 0 {
		return rd
	}
	var open *source.Unknown
	for _, v := range vs {
		switch x := v.(type) {
		case nil:
			return rd
		case string:
			if x == "" || strings.Contains(x, "alias/aws/") {
				if x != "" {
					rd.how = estate.Set
				}
				return rd
			}
		case *source.Unknown:
			if strings.Contains(x.Text, "alias/aws/") {
				rd.how = estate.Set
				return rd
			}
			if !x.NotNull && x.Text == "" {
				open = x
			}
		}
	}
	rd.how = estate.Set
	if open != nil {
		rd.unknown = reason(open)
		return rd
	}
	rd.value = !not
	return rd
}

// notStated is what an unwritten argument without a documented default gives.
var notStated = &source.Unknown{Reason: "not written, and what holds then cannot be read from the sources"}

// notCarried is what an argument gives that a partial source does not hold.
var notCarried = &source.Unknown{Reason: "the export does not carry it"}

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

// isWritten tells whether anything is written at the path.
func isWritten(r *source.Resource, path string) bool {
	return slices.ContainsFunc(expr.Values(r.Body, path), func(v any) bool { return !isAbsent(v) })
}

// completed is the resource's body. Of a partial resource it is one in which
// the paths that are not written hold an unknown, so that an expression over
// them is only as certain as it can be.
func completed(r *source.Resource, paths []string) map[string]any {
	if !r.Partial {
		return r.Body
	}
	body := r.Body
	for _, p := range paths {
		body, _ = withUnknown(body, expr.Split(p)).(map[string]any)
	}
	return body
}

// withUnknown returns v with an unknown where nothing is written at the path.
// It copies what it changes.
func withUnknown(v any, path []string) any {
	switch x := v.(type) {
	case nil:
		return notCarried
	case map[string]any:
		if len(path) == 0 {
			return v
		}
		inner := withUnknown(x[path[0]], path[1:])
		out := maps.Clone(x)
		if out == nil {
			out = map[string]any{}
		}
		out[path[0]] = inner
		return out
	case []any:
		if len(path) == 0 {
			return v
		}
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = withUnknown(e, path)
		}
		return out
	}
	return v
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

// unknownWithin returns an unknown that is v or an element of it.
func unknownWithin(v any) *source.Unknown {
	switch x := v.(type) {
	case *source.Unknown:
		return x
	case []any:
		for _, e := range x {
			if u, ok := e.(*source.Unknown); ok {
				return u
			}
		}
	}
	return nil
}

// fold makes one value of several.
func fold(m *catalogue.Mapping, vs []any) any {
	t := m.Fact.Type
	how := m.Fold
	if how == "" {
		how = "all"
		if t == expr.List || t == expr.Strings || t == expr.Policies {
			how = "list"
		}
	}
	switch how {
	case "count":
		n := 0
		for _, v := range vs {
			switch x := v.(type) {
			case *source.Unknown:
				if x == notStated {
					continue
				}
				return x
			case []any:
				n += len(x)
			case nil:
			default:
				n++
			}
		}
		return float64(n)
	case "list":
		out := []any{}
		for _, v := range vs {
			switch x := v.(type) {
			case nil:
			case []any:
				out = append(out, x...)
			case *source.Unknown:
				if x == notStated && len(vs) > 1 {
					continue
				}
				if t == expr.Strings || x == notStated {
					return x
				}
				out = append(out, x)
			default:
				out = append(out, x)
			}
		}
		return out
	case "first":
		return vs[0]
	case "all", "any":
		if t == expr.Bool {
			return foldBool(vs, how == "any")
		}
		return agree(vs)
	case "min", "max":
		return extreme(vs, how == "max")
	}
	return vs[0]
}

// foldBool is three-valued any or all.
func foldBool(vs []any, decides bool) any {
	var open *source.Unknown
	for _, v := range vs {
		if u, ok := v.(*source.Unknown); ok {
			open = u
			continue
		}
		b, why := convert(expr.Bool, v)
		if why != "" {
			open = &source.Unknown{Reason: why}
			continue
		}
		if b.(bool) == decides {
			return decides
		}
	}
	if open != nil {
		return open
	}
	return !decides
}

// agree returns the value all share; differing values are not one fact.
func agree(vs []any) any {
	for _, v := range vs[1:] {
		if !reflect.DeepEqual(v, vs[0]) {
			return &source.Unknown{Reason: "several blocks give different values"}
		}
	}
	return vs[0]
}

func extreme(vs []any, largest bool) any {
	var best any
	for _, v := range vs {
		if u, ok := v.(*source.Unknown); ok {
			return u
		}
		n, isNumber := number(v)
		b, bestIsNumber := number(best)
		switch {
		case best == nil:
			best = v
		case isNumber && bestIsNumber:
			if n > b == largest && n != b {
				best = v
			}
		case scalar(v) > scalar(best) == largest:
			best = v
		}
	}
	return best
}

func readPolicies(r *source.Resource, paths []string) reading {
	rd := reading{how: estate.Default, path: paths[0]}
	docs := []any{}
	var open *source.Unknown
	for _, path := range paths {
		for _, v := range expr.Values(r.Body, path) {
			if isAbsent(v) {
				continue
			}
			rd.how, rd.path = estate.Set, path
			switch x := v.(type) {
			case string:
				docs = append(docs, x)
			case *source.Unknown:
				if x.Text != "" {
					docs = append(docs, x.Text)
				} else {
					docs, open = append(docs, nil), x
				}
			case []any:
				for _, e := range x {
					if s, ok := e.(string); ok {
						docs = append(docs, s)
					} else {
						docs = append(docs, nil)
					}
				}
			default:
				docs = append(docs, nil)
			}
		}
	}
	if open != nil && len(docs) == 1 {
		rd.unknown = reason(open)
		return rd
	}
	rd.value = docs
	return rd
}

func readSecrets(r *source.Resource, paths []string, scan Scanner) reading {
	rd := reading{how: estate.Default, path: paths[0], value: []any{}}
	if scan == nil {
		rd.unknown = "secrets were not looked for"
		return rd
	}
	found := []any{}
	open := ""
	for _, path := range paths {
		for _, v := range expr.Values(r.Body, path) {
			if isAbsent(v) {
				continue
			}
			rd.how = estate.Set
			if len(found) == 0 {
				rd.path = path
			}
			open = scanValue(path, v, scan, &found, open, 0)
		}
		for _, s := range scanRefs(r, path, scan) {
			within, rule, _ := strings.Cut(s, ": ")
			if !slices.ContainsFunc(found, func(have any) bool { // the text said it, perhaps more exactly
				at, r, _ := strings.Cut(have.(string), ": ")
				return r == rule && (at == within || strings.HasPrefix(at, within+"."))
			}) {
				found = append(found, s)
			}
		}
	}
	if len(found) == 0 && open != "" {
		rd.unknown = open
		return rd
	}
	rd.value = found
	return rd
}

// scanRefs scans what the values at the path and under it were built from: a
// key that another resource makes is known after apply, and in clear then.
func scanRefs(r *source.Resource, path string, scan Scanner) []string {
	var out []string
	for _, p := range slices.Sorted(maps.Keys(r.Refs)) {
		if p != path && !strings.HasPrefix(p, path+".") {
			continue
		}
		for _, ref := range r.Refs[p] {
			out = append(out, scan(p, source.HoleOpen+ref.Address+"."+ref.Attribute+source.HoleClose)...)
		}
	}
	return out
}

// scanValue scans text wherever it stands in v. What is not known is no
// secret in clear: it comes from elsewhere. Only a wholly unknown top-level
// value leaves the question open.
func scanValue(path string, v any, scan Scanner, found *[]any, open string, depth int) string {
	switch x := v.(type) {
	case string:
		for _, s := range scan(path, x) {
			*found = append(*found, s)
		}
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			scanValue(path+"."+k, x[k], scan, found, "", depth+1)
		}
		if name, value, ok := namedValue(x); ok {
			for _, s := range scan(path+"."+name, value) {
				*found = append(*found, s)
			}
		}
	case []any:
		for _, e := range x {
			scanValue(path, e, scan, found, "", depth+1)
		}
	case *source.Unknown:
		if x.Text != "" {
			for _, s := range scan(path, x.Text) {
				*found = append(*found, s)
			}
			return open
		}
		if depth == 0 {
			return path + " is " + reason(x)
		}
	}
	return open
}

// namedValue reads {name: DB_PASSWORD, value: …}, as containers and builds write
// their variables; templates write both names large.
func namedValue(m map[string]any) (name, value string, ok bool) {
	for _, keys := range [][2]string{{"name", "value"}, {"Name", "Value"}, {"key", "value"}} {
		if name, ok = m[keys[0]].(string); !ok {
			continue
		}
		if value, ok = m[keys[1]].(string); ok {
			return name, value, true
		}
	}
	return "", "", false
}

func readCEL(r *source.Resource, m *catalogue.Mapping, program *expr.Mapping) reading {
	rd := reading{how: estate.Set}
	if len(program.Paths) > 0 {
		first := slices.IndexFunc(program.Paths, func(p string) bool { return isWritten(r, p) })
		rd.path = program.Paths[max(0, first)]
	}
	v := program.Eval(completed(r, program.Paths))
	if u, ok := v.(*source.Unknown); ok {
		rd.unknown = reason(u)
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

// convert brings a value into the fact's type. A non-empty second result says
// why that is not possible.
func convert(t expr.Type, v any) (any, string) {
	if u, ok := v.(*source.Unknown); ok {
		return nil, reason(u)
	}
	if v == nil {
		return nil, "not written"
	}
	switch t {
	case expr.Any:
		return v, ""
	case expr.Bool:
		switch x := v.(type) {
		case bool:
			return x, ""
		case string:
			if b, err := strconv.ParseBool(strings.ToLower(x)); err == nil {
				return b, ""
			}
			switch strings.ToLower(x) {
			case "enabled", "yes", "on":
				return true, ""
			case "disabled", "suspended", "no", "off":
				return false, ""
			}
		}
	case expr.Int:
		if n, ok := number(v); ok {
			return int64(n), ""
		}
	case expr.Float:
		if n, ok := number(v); ok {
			return n, ""
		}
	case expr.String:
		switch v.(type) {
		case string, bool, float64, int, int64, uint64:
			return scalar(v), ""
		}
	case expr.Strings:
		switch x := v.(type) {
		case []any:
			out := make([]string, 0, len(x))
			for _, e := range x {
				switch s := e.(type) {
				case nil:
				case *source.Unknown:
					return nil, reason(s)
				case map[string]any, []any:
					return nil, "holds something that is no text"
				default:
					out = append(out, scalar(s))
				}
			}
			return out, ""
		case []string: // a constant, converted when it was compiled
			return x, ""
		case string:
			return []string{x}, ""
		}
	case expr.Date:
		switch x := v.(type) {
		case time.Time:
			return x, ""
		case string:
			for _, layout := range []string{time.RFC3339, time.DateOnly} {
				if d, err := time.Parse(layout, x); err == nil {
					return d, ""
				}
			}
		}
	case expr.List, expr.Policies:
		switch x := v.(type) {
		case []any:
			return x, ""
		default:
			return []any{x}, ""
		}
	}
	return nil, fmt.Sprintf("%q is no %s", clip(scalar(v)), t)
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func number(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case int:
		return float64(x), true
	case int64:
		return float64(x), true
	case uint64:
		return float64(x), true
	case string:
		n, err := strconv.ParseFloat(x, 64)
		return n, err == nil
	}
	return 0, false
}

// same compares a value of a source with one of a data file.
func same(v, want any) bool {
	if a, ok := number(v); ok {
		if _, isString := v.(string); !isString {
			b, ok := number(want)
			return ok && a == b
		}
	}
	if b, ok := want.(bool); ok {
		got, why := convert(expr.Bool, v)
		return why == "" && got == b
	}
	return scalar(v) == scalar(want)
}

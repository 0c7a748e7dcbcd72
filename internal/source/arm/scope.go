package arm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/estate"
)

// scope is one deployment of one template.
type scope struct {
	file *file
	node *node
	// env is where its expressions are evaluated: itself, or the deploying
	// template's when a nested one asks for the outer scope.
	env env
	// given are the parameters' values: nil for none.
	given map[string]given
	// nested tells that a deployment gives the parameters; what it does not
	// give is not given at deployment either.
	nested bool
	outer  *scope // that deploys it, or nil

	params, vars, outputs map[string]*thunk
	symbols               map[string]*decl // by lower-case symbolic name
	decls                 []*decl
	declared              bool

	// path stands before symbolic names, and before the labels of what a
	// nested template does not tell.
	path    string
	perhaps int // deployments around it of which it is open whether they run
	depth   int
	calls   []estate.Location
	// elsewhere tells that it is deployed to a scope written out, such as a
	// management group.
	elsewhere bool
	// subscription and group are where it is deployed, as far as is known.
	subscription, group any
}

// given is the value of a parameter, with where to evaluate it.
type given struct {
	node    *node
	env     env
	literal bool // a parameters file holds no expressions
	raw     *string
}

func newScope(f *file, n *node) *scope {
	s := &scope{
		file: f, node: n, given: map[string]given{},
		params: map[string]*thunk{}, vars: map[string]*thunk{}, outputs: map[string]*thunk{}, symbols: map[string]*decl{},
		subscription: opaque(deployedWhere, "subscription().subscriptionId"),
		group:        opaque(deployedWhere, "resourceGroup().name"),
	}
	s.env = env{s: s, at: estate.Location{File: f.shown}}
	return s
}

const deployedWhere = "depends on where the template is deployed"

// parameter evaluates parameters('name').
func (e *evaluator) parameter(v env, name string) any {
	if v.args != nil {
		if a, ok := v.args[strings.ToLower(name)]; ok {
			return a
		}
		return e.wrong(v, fmt.Sprintf("the function has no parameter %q", clip(name, 60)))
	}
	s, key := v.s, strings.ToLower(name)
	def := s.node.get("parameters").get(name)
	if def == nil {
		return e.wrong(v, fmt.Sprintf("there is no parameter %q", clip(name, 60)))
	}
	t := s.params[key]
	if t == nil {
		t = &thunk{}
		s.params[key] = t
	}
	return e.force(t, "parameter "+name, v, func() any { return e.parameterValue(s, name, def) })
}

func (e *evaluator) parameterValue(s *scope, name string, def *node) any {
	label := s.path + "parameters('" + name + "')"
	d := def.get("defaultValue")
	if typ := strings.ToLower(s.parameterType(def)); typ == "securestring" || typ == "secureobject" {
		if g := s.given[strings.ToLower(name)]; g.node == nil && !hardcoded(d) || g.raw != nil {
			return &unknown{reason: "parameter " + name + " is secure", notNull: true, label: shortLabel(label), secret: true}
		}
	}
	if v, ok := e.givenValue(s, name, s.parameterType(def)); ok && (v != nil || d == nil) {
		return v // null asks for the default
	}
	if d != nil {
		return e.node(s.env, d)
	}
	if allowed := def.get("allowedValues"); allowed != nil && allowed.kind == '[' && len(allowed.values) == 1 {
		return e.node(s.env, allowed.values[0])
	}
	nullable := def.get("nullable")
	isNullable := nullable != nil && nullable.kind == 't'
	if isNullable && s.nested {
		return nil
	}
	at := s.env.line(def).at
	mend := "name a parameters file that gives it"
	if s.nested {
		mend = "give it in the parameters of the deployment"
	}
	if !isNullable {
		e.gap("variable", at, fmt.Sprintf("parameter %q has no default and no value is given", clip(name, 60)), mend)
	}
	return &unknown{reason: "parameter " + name + " has no default", notNull: !isNullable, label: shortLabel(label)}
}

// hardcoded tells a default that stands in clear from none, an empty one and
// one that is made when deployed. A password in clear is worth knowing of.
func hardcoded(d *node) bool {
	if d == nil || d.kind == '"' && d.text == "" {
		return false
	}
	if d.kind == '{' {
		return len(d.values) > 0
	}
	_, is := isExpression(d.text)
	return !is
}

// parameterType follows a reference to one of the template's definitions.
func (s *scope) parameterType(def *node) string {
	if typ := def.str("type"); typ != "" {
		return typ
	}
	name, ok := strings.CutPrefix(def.str("$ref"), "#/definitions/")
	if !ok {
		return ""
	}
	return s.node.get("definitions").get(name).str("type")
}

func (e *evaluator) givenValue(s *scope, name, typ string) (any, bool) {
	g, ok := s.given[strings.ToLower(name)]
	switch {
	case !ok:
		return nil, false
	case g.raw != nil:
		return e.rawValue(s, name, typ, *g.raw), true
	case g.node == nil:
		return &unknown{reason: "parameter " + name + " comes from a key vault", notNull: true, label: shortLabel(s.path + "parameters('" + name + "')"), secret: true}, true
	case g.literal:
		return e.literal(g.node), true
	}
	return e.node(g.env, g.node), true
}

// rawValue reads the text of a command line as the parameter's type wants.
func (e *evaluator) rawValue(s *scope, name, typ, raw string) any {
	if strings.EqualFold(typ, "string") || typ == "" {
		return unforged.Replace(raw)
	}
	t, err := plain([]byte(raw))
	if err == nil {
		var n *node
		if n, err = t.parse(nil); err == nil {
			return e.literal(n)
		}
	}
	e.gap("variable", s.env.at, fmt.Sprintf("the value given for parameter %q is no JSON", clip(name, 60)), "write the value as JSON")
	return opaque("the value given for parameter "+name+" is no JSON", name)
}

// literal is a JSON value without expressions.
func (e *evaluator) literal(n *node) any {
	e.step(1)
	switch n.kind {
	case '"':
		return n.text
	case '[':
		list := make([]any, len(n.values))
		for i, el := range n.values {
			list[i] = e.literal(el)
		}
		return list
	case '{':
		m := make(map[string]any, len(n.names))
		for i, name := range n.names {
			m[name] = e.literal(n.values[i])
		}
		return m
	}
	return e.node(env{}, n)
}

// variable evaluates variables('name').
func (e *evaluator) variable(v env, name string) any {
	s, key := v.s, strings.ToLower(name)
	vars := s.node.get("variables")
	t := s.vars[key]
	if t == nil {
		t = &thunk{}
		s.vars[key] = t
	}
	if t.state == 2 {
		return t.value
	}
	if def := vars.get(name); def != nil && !strings.EqualFold(name, "copy") {
		at := s.env.line(def)
		return e.force(t, "variable "+name, at, func() any { return e.node(s.env, def) })
	}
	if c := vars.get("copy"); c != nil && c.kind == '[' {
		for _, l := range c.values {
			if strings.EqualFold(l.str("name"), name) && l.get("input") != nil {
				return e.force(t, "variable "+name, s.env.line(l), func() any { return e.copyValues(s.env, l.str("name"), l) })
			}
		}
	}
	return e.wrong(v, fmt.Sprintf("there is no variable %q", clip(name, 60)))
}

// define calls a function that the template defines.
func (e *evaluator) define(v env, c *call) any {
	var fn *node
	for _, group := range v.s.functions() {
		if strings.EqualFold(group.str("namespace"), c.namespace) {
			if fn = group.get("members").get(c.name); fn != nil {
				break
			}
		}
	}
	name := c.namespace + "." + c.name
	if fn == nil || fn.get("output").get("value") == nil {
		return e.wrong(v, fmt.Sprintf("there is no function %s", clip(name, 60)))
	}
	inner := env{s: v.s, at: v.at, args: map[string]any{}}
	if ps := fn.get("parameters"); ps != nil {
		for i, p := range ps.values {
			if i == len(c.args) {
				return e.wrong(v, name+" is called with too few arguments")
			}
			inner.args[strings.ToLower(p.str("name"))] = e.eval(v, c.args[i])
		}
	}
	if e.calling++; e.calling > 32 {
		e.calling--
		return e.wrong(v, name+" calls itself")
	}
	defer func() { e.calling-- }()
	return e.node(inner, fn.get("output").get("value"))
}

func (s *scope) functions() []*node {
	if f := s.node.get("functions"); f != nil && f.kind == '[' {
		return f.values
	}
	return nil
}

// jsonText writes a value as JSON. What is not known becomes a hole.
func (e *evaluator) jsonText(v any) string {
	var b strings.Builder
	e.writeJSON(&b, v)
	e.grow(b.Len())
	return b.String()
}

func (e *evaluator) writeJSON(b *strings.Builder, v any) {
	e.step(1)
	if b.Len() > maxString {
		return
	}
	switch x := v.(type) {
	case *unknown, *lambda:
		b.WriteString(`"` + textOf(x) + `"`)
	case []any:
		b.WriteByte('[')
		for i, el := range x {
			if i > 0 {
				b.WriteByte(',')
			}
			e.writeJSON(b, el)
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		for i, k := range sortedKeys(x) {
			if i > 0 {
				b.WriteByte(',')
			}
			e.writeJSON(b, k)
			b.WriteByte(':')
			e.writeJSON(b, x[k])
		}
		b.WriteByte('}')
	default:
		writeScalar(b, x)
	}
}

func writeScalar(b *strings.Builder, v any) {
	switch x := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(x))
	case float64:
		b.WriteString(numberText(x))
	case string:
		out, err := jsontext.AppendQuote(nil, x)
		if err == nil {
			b.Write(out)
		}
	}
}

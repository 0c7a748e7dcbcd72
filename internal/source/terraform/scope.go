package terraform

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// scope is where an expression is evaluated: a module instance, inside it
// perhaps one instance of a resource or call, and inside that the variables of
// dynamic blocks.
type scope struct {
	m    *module
	rep  *repetition
	vars map[string]binding
}

// binding is a variable of a dynamic block or, in a sketch, of a for
// expression.
type binding struct {
	val    cty.Value
	sketch func() cty.Value
}

// with returns a scope in which name is bound too.
func (s *scope) with(name string, b binding) *scope {
	out := &scope{m: s.m, rep: s.rep, vars: make(map[string]binding, len(s.vars)+1)}
	maps.Copy(out.vars, s.vars)
	out.vars[name] = b
	return out
}

// compiled is what an expression refers to, sorted once.
type compiled struct {
	locals, vars []mention
	resources    []resourceUse
	modules      []moduleUse
	roots        []string // every other root name
	mentions     int
	freeKeys     bool // has an object whose key is computed
}

type mention struct {
	name  string
	times int
	at    estate.Location
}

type resourceUse struct {
	data      bool
	typ, name string
	uses      []access
	at        estate.Location
}

type moduleUse struct {
	name string
	uses []access
	at   estate.Location
}

// access is one mention: an instance key when it is constant, the attribute
// when one follows directly.
type access struct {
	key   cty.Value // NilVal: none written
	other bool      // an index that is not constant, a splat, or nothing follows
	attr  string
}

func (ev *evaluator) compile(e hclsyntax.Expression) *compiled {
	if c := ev.compiled[e]; c != nil {
		return c
	}
	c := &compiled{}
	for _, t := range hclsyntax.Variables(e) {
		c.add(t)
	}
	if c.mentions > 0 {
		c.freeKeys = hasFreeKeys(e)
	}
	ev.compiled[e] = c
	return c
}

// hasFreeKeys reports whether e builds an object with a key that is not
// written out: when such a key is unknown, the language gives up on the whole
// object and forgets what it was built from.
func hasFreeKeys(e hclsyntax.Expression) bool {
	found := false
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if k, ok := n.(*hclsyntax.ObjectConsKeyExpr); ok && !found {
			_, literal := literalString(k.Wrapped)
			found = !literal && (k.ForceNonLiteral || hcl.ExprAsKeyword(k.Wrapped) == "")
		}
		return nil
	})
	return found
}

func (c *compiled) add(t hcl.Traversal) {
	c.mentions++
	at := location(t.SourceRange().Filename, t.SourceRange().Start.Line)
	root := t.RootName()
	name := func(i int) string {
		if i >= len(t) {
			return ""
		}
		switch s := t[i].(type) {
		case hcl.TraverseAttr:
			return s.Name
		case hcl.TraverseIndex:
			if s.Key.Type() == cty.String {
				return s.Key.AsString()
			}
		}
		return ""
	}
	switch root {
	case "local", "var":
		if n := name(1); n != "" {
			if root == "local" {
				c.locals = mentioned(c.locals, n, at)
			} else {
				c.vars = mentioned(c.vars, n, at)
			}
			return
		}
	case "module":
		if n := name(1); n != "" {
			c.useModule(n, accessOf(t, 2), at)
			return
		}
	case "each", "count", "path", "terraform", "self", "ephemeral":
	case "data":
		if name(1) != "" && name(2) != "" {
			c.useResource(true, name(1), name(2), accessOf(t, 3), at)
			return
		}
	default:
		if n := name(1); n != "" {
			c.useResource(false, root, n, accessOf(t, 2), at)
		}
	}
	c.roots = appendNew(c.roots, root)
}

func mentioned(list []mention, name string, at estate.Location) []mention {
	for i := range list {
		if list[i].name == name {
			list[i].times++
			return list
		}
	}
	return append(list, mention{name, 1, at})
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// accessOf reads what follows a resource's or module's name.
func accessOf(t hcl.Traversal, i int) access {
	a := access{key: cty.NilVal, other: true}
	if i < len(t) {
		if ix, ok := t[i].(hcl.TraverseIndex); ok {
			a.key = ix.Key
			i++
		}
	}
	if i < len(t) {
		switch s := t[i].(type) {
		case hcl.TraverseAttr:
			a.attr, a.other = s.Name, false
		case hcl.TraverseIndex:
			if s.Key.Type() == cty.String {
				a.attr, a.other = s.Key.AsString(), false
			}
		}
	}
	return a
}

func (c *compiled) useResource(data bool, typ, name string, a access, at estate.Location) {
	for i := range c.resources {
		if u := &c.resources[i]; u.data == data && u.typ == typ && u.name == name {
			u.uses = append(u.uses, a)
			return
		}
	}
	c.resources = append(c.resources, resourceUse{data, typ, name, []access{a}, at})
}

func (c *compiled) useModule(name string, a access, at estate.Location) {
	for i := range c.modules {
		if u := &c.modules[i]; u.name == name {
			u.uses = append(u.uses, a)
			return
		}
	}
	c.modules = append(c.modules, moduleUse{name, []access{a}, at})
}

// value evaluates e. What cannot be evaluated is unknown, and reported.
func (ev *evaluator) value(s *scope, e hclsyntax.Expression) cty.Value {
	v, _ := ev.evaluate(s, e, true)
	return v
}

// evaluate evaluates e; ok tells whether without error.
func (ev *evaluator) evaluate(s *scope, e hclsyntax.Expression, report bool) (v cty.Value, ok bool) {
	switch x := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return x.Val, true
	case *hclsyntax.TemplateExpr:
		if x.IsStringLiteral() {
			v, _ := x.Value(nil)
			return v, true
		}
	}
	if ev.tooLarge[e] {
		return unknown("the expression is too large"), false
	}
	c := ev.compile(e)
	vars, size := ev.variables(s, c)
	ev.budget.step(1)
	if size > maxInput {
		ev.tooLarge[e] = true
		ev.limit(ev.at, "the expression refers to too much data")
		return unknown("the expression is too large"), false
	}
	ctx := ev.base
	if len(vars) > 0 {
		ctx = ev.base.NewChild()
		ctx.Variables = vars
	}
	v, diags, over := ev.guarded(e, ctx)
	switch {
	case over != "":
		ev.tooLarge[e] = true
		ev.limit(ev.at, over)
		return unknown("the expression is too large"), false
	case diags.HasErrors():
		if report {
			ev.expressionGap(c, diags)
		}
		return unknown("the expression cannot be evaluated").WithMarks(directRefs(s, c)), false
	case !v.IsKnown() && (!v.IsMarked() || c.freeKeys) && size < maxInput/100:
		for _, x := range vars {
			if _, deep := x.UnmarkDeep(); len(deep) <= maxRefs {
				v = v.WithMarks(deep)
			}
		}
	}
	return v, true
}

// guarded evaluates under the budget of one expression.
func (ev *evaluator) guarded(e hclsyntax.Expression, ctx *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics, over string) {
	b := ev.budget
	if b.depth == 0 {
		b.expr, b.bytes = maxExprSteps, 64<<20
	}
	b.depth++
	defer func() {
		b.depth--
		if p := recover(); p != nil {
			o, ok := p.(overrun)
			if !ok {
				panic(p)
			}
			over = o.what
		}
	}()
	v, diags = e.Value(ctx)
	return v, diags, ""
}

// directRefs marks a value that could not be computed with what it would have
// been computed from.
func directRefs(s *scope, c *compiled) cty.ValueMarks {
	marks := cty.ValueMarks{}
	for _, u := range c.resources {
		if _, bound := s.vars[u.typ]; bound {
			continue
		}
		addr := u.typ + "." + u.name
		if u.data {
			addr = "data." + addr
		}
		for _, a := range u.uses {
			marks[refMark{source.Ref{Address: s.m.prefix() + addr, Attribute: a.attr}}] = struct{}{}
		}
	}
	return marks
}

// expressionGap reports why an expression failed, without quoting values.
func (ev *evaluator) expressionGap(c *compiled, diags hcl.Diagnostics) {
	d := firstError(diags)
	at := ev.at
	if d.Subject != nil && d.Subject.Filename != "" {
		at = location(d.Subject.Filename, d.Subject.Start.Line)
	}
	what := lowerFirst(d.Summary)
	switch d.Summary {
	case "Unsupported attribute", "Invalid index", "Missing resource instance key":
		if len(c.resources) > 0 && len(c.locals)+len(c.vars)+len(c.modules)+len(c.roots) == 0 && d.Summary == "Unsupported attribute" {
			return // an attribute inside one that only the provider knows
		}
		if d.Summary == "Unsupported attribute" {
			what = strings.TrimSuffix(lowerFirst(d.Detail), ".")
		}
	case "Error in function call", "Invalid function argument", "Not enough function arguments", "Too many function arguments":
		var extra hclsyntax.FunctionCallDiagExtra
		if x, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d); ok {
			extra = x
			what = fmt.Sprintf("function %q fails on its arguments", extra.CalledFunctionName())
			if hint, ok := errors.AsType[*functionHint](extra.FunctionCallError()); ok {
				what = fmt.Sprintf("function %q: %s", extra.CalledFunctionName(), hint.text)
				if hint.limit {
					ev.limit(at, what)
					return
				}
			}
		}
	}
	ev.gap(source.Gap{
		Kind: "expression", What: "an expression cannot be evaluated: " + what,
		Mend: "correct the expression; until then what depends on it is unknown", At: at,
	})
}

// functionHint is a function's error that quotes no value and may be shown.
type functionHint struct {
	text  string
	limit bool // refused for the work it would make, not for being wrong
}

func (h *functionHint) Error() string { return h.text }

// variables builds just what the expression mentions, and how large that is,
// each mention counted.
func (ev *evaluator) variables(s *scope, c *compiled) (map[string]cty.Value, int) {
	if c.mentions == 0 {
		return nil, 0
	}
	vars := make(map[string]cty.Value, 4)
	size := 0
	if len(c.locals) > 0 {
		obj := make(map[string]cty.Value, len(c.locals))
		for _, n := range c.locals {
			v, sz := s.m.local(ev, n.name, n.at)
			obj[n.name] = v
			size += sz * n.times
		}
		vars["local"] = cty.ObjectVal(obj)
	}
	if len(c.vars) > 0 {
		obj := make(map[string]cty.Value, len(c.vars))
		for _, n := range c.vars {
			v, sz := s.m.variable(ev, n.name, n.at)
			obj[n.name] = v
			size += sz * n.times
		}
		vars["var"] = cty.ObjectVal(obj)
	}
	if len(c.modules) > 0 {
		obj := make(map[string]cty.Value, len(c.modules))
		for i := range c.modules {
			v, sz := s.m.callValue(ev, &c.modules[i])
			obj[c.modules[i].name] = v
			size += sz * len(c.modules[i].uses)
		}
		vars["module"] = cty.ObjectVal(obj)
	}
	if len(c.resources) > 0 {
		size += ev.resourceVariables(s, c, vars)
	}
	for _, root := range c.roots {
		if v, ok := ev.rootVariable(s, root); ok {
			vars[root] = v
		}
	}
	return vars, size
}

func (ev *evaluator) resourceVariables(s *scope, c *compiled, vars map[string]cty.Value) int {
	size := 0
	managed := map[string]map[string]cty.Value{}
	data := map[string]map[string]cty.Value{}
	for i := range c.resources {
		u := &c.resources[i]
		if _, bound := s.vars[u.typ]; bound && !u.data {
			continue
		}
		into := managed
		if u.data {
			into = data
		}
		if into[u.typ] == nil {
			into[u.typ] = map[string]cty.Value{}
		}
		v, sz := s.m.resourceValue(ev, u)
		into[u.typ][u.name] = v
		size += sz * len(u.uses)
	}
	for typ, names := range managed {
		vars[typ] = cty.ObjectVal(names)
	}
	if len(data) > 0 {
		types := make(map[string]cty.Value, len(data))
		for typ, names := range data {
			types[typ] = cty.ObjectVal(names)
		}
		vars["data"] = cty.ObjectVal(types)
	}
	return size
}

func (ev *evaluator) rootVariable(s *scope, root string) (cty.Value, bool) {
	if b, ok := s.vars[root]; ok {
		return b.val, true
	}
	switch root {
	case "each":
		if s.rep != nil && s.rep.kind == byKey {
			return cty.ObjectVal(map[string]cty.Value{"key": s.rep.key, "value": s.rep.value}), true
		}
	case "count":
		if s.rep != nil && s.rep.kind == byIndex {
			return cty.ObjectVal(map[string]cty.Value{"index": s.rep.key}), true
		}
	case "path":
		return cty.ObjectVal(map[string]cty.Value{
			"module": cty.StringVal(s.m.pathFrom(ev.rootDir)),
			"root":   cty.StringVal("."),
			"cwd":    cty.StringVal(filepath.ToSlash(filepath.Join(ev.t.base, filepath.FromSlash(ev.rootDir)))),
		}), true
	case "terraform":
		return cty.ObjectVal(map[string]cty.Value{
			"workspace": cty.StringVal("default"), "applying": cty.False,
		}), true
	case "self":
		return unknown("self is known only while applying"), true
	case "ephemeral":
		return unknown("ephemeral values are known only while running"), true
	}
	return cty.NilVal, false
}

package terraform

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// module is one instance of a module: the root, or what a call makes with one
// key.
type module struct {
	def     *definition
	call    *call // nil for the root
	parent  *module
	rep     *repetition // of the call
	address string      // "module.a[0]"; "" for the root
	path    string      // names of the calls joined by dots, as `terraform init` records them
	calls   []estate.Location
	waivers []source.CallComment // comments at the calls that may be waivers

	locals    map[string]*thunk
	variables map[string]*thunk
	outputs   map[string]*thunk
	resources map[string]*resource
	children  map[string]*call
	provided  map[string]*providerConfig
}

// call is a module block inside one module instance.
type call struct {
	in       *module
	block    *block
	name     string
	expanded bool
	kind     keyKind
	missing  string // why it has no instances
	insts    []*module
	byKey    map[string]*module
	whole    thunk
}

func newModule(def *definition, c *call) *module {
	m := &module{
		def: def, call: c,
		locals: map[string]*thunk{}, variables: map[string]*thunk{}, outputs: map[string]*thunk{},
		resources: map[string]*resource{}, children: map[string]*call{}, provided: map[string]*providerConfig{},
	}
	if c != nil {
		m.parent = c.in
		m.path = strings.TrimPrefix(c.in.path+"."+c.name, ".")
		m.calls = append(slices.Clip(c.in.calls), c.block.at())
		m.waivers = slices.Clip(c.in.waivers)
		for _, k := range c.block.comments {
			if mayWaive.MatchString(k.Text) {
				m.waivers = append(m.waivers, source.CallComment{Text: k.Text, At: location(c.block.file, k.Line)})
			}
		}
	}
	return m
}

// emit yields the module's resources, then those of the modules it calls.
func (m *module) emit(ev *evaluator) {
	for _, b := range m.def.resources {
		m.resource(b).emit(ev)
	}
	for _, b := range m.def.calls {
		c := m.child(b.labels[0])
		c.expand(ev)
		for _, sub := range c.insts {
			sub.emit(ev)
		}
	}
}

func (m *module) scope() *scope { return &scope{m: m} }

// prefix is what addresses inside the module start with.
func (m *module) prefix() string {
	if m.address == "" {
		return ""
	}
	return m.address + "."
}

// pathFrom is the value of path.module.
func (m *module) pathFrom(root string) string {
	rel, err := filepath.Rel(filepath.FromSlash(root), filepath.FromSlash(m.def.dir))
	if err != nil {
		return m.def.dir
	}
	return filepath.ToSlash(rel)
}

func thunkIn(in map[string]*thunk, name string) *thunk {
	t := in[name]
	if t == nil {
		t = &thunk{}
		in[name] = t
	}
	return t
}

func (m *module) local(ev *evaluator, name string, from estate.Location) (cty.Value, int) {
	a := m.def.locals[name]
	if a == nil {
		m.undeclared(ev, "local."+name, from)
		return unknown("local." + name + " is not declared"), 1
	}
	t := thunkIn(m.locals, name)
	v := ev.force(t, frame{m.address, "local.", name}, a.at(), func() cty.Value { return ev.value(m.scope(), a.expr) })
	return v, t.size
}

// undeclared reports a name once per module, at its first mention.
func (m *module) undeclared(ev *evaluator, what string, at estate.Location) {
	if at.File == "" {
		at = ev.at
	}
	k := gapKey{kind: "undeclared", what: what, file: m.def.dir}
	if ev.seen[k] {
		return
	}
	ev.seen[k] = true
	ev.gap(source.Gap{
		Kind: "expression", What: what + " is referred to but not declared", At: at,
		Mend: "declare it or correct the name",
	})
}

func (m *module) variable(ev *evaluator, name string, from estate.Location) (cty.Value, int) {
	def := m.def.variables[name]
	if def == nil {
		m.undeclared(ev, "var."+name, from)
		return unknown("variable " + name + " is not declared"), 1
	}
	t := thunkIn(m.variables, name)
	v := ev.force(t, frame{m.address, "var.", name}, def.block.at(), func() cty.Value { return m.computeVariable(ev, def) })
	return v, t.size
}

func (m *module) computeVariable(ev *evaluator, def *variableDef) cty.Value {
	v, given := m.argument(ev, def)
	if given && v.IsKnown() && v.IsNull() && !def.nullable {
		given = false
	}
	if !given {
		if def.def == nil {
			return m.missingVariable(ev, def)
		}
		v = def.defaultValue(ev, m)
	} else {
		v = ev.conform(def, v)
	}
	if def.sensitive {
		v = v.Mark(sensitiveMark{})
	}
	return v
}

// defaultValue is the default in the variable's type: the same for all
// instances of the module, as it can refer to nothing.
func (def *variableDef) defaultValue(ev *evaluator, m *module) cty.Value {
	if def.whenAbsent == cty.NilVal {
		def.whenAbsent = ev.conform(def, ev.value(m.scope(), def.def.expr))
	}
	return def.whenAbsent
}

// argument is the value given to the variable from outside.
func (m *module) argument(ev *evaluator, def *variableDef) (cty.Value, bool) {
	if m.call == nil {
		return ev.rootVariableInput(def)
	}
	if a := m.call.block.body.attrs[def.name]; a != nil {
		outer := ev.at
		ev.at = a.at()
		v := ev.value(m.argumentScope(), a.expr)
		ev.at = outer
		return v, true
	}
	return cty.NilVal, false
}

// argumentScope is where the call's arguments are evaluated.
func (m *module) argumentScope() *scope { return &scope{m: m.parent, rep: m.rep} }

func (m *module) missingVariable(ev *evaluator, def *variableDef) cty.Value {
	at, mend := def.block.at(), fmt.Sprintf("give it with --var %s=… or --var-file", def.name)
	if m.call != nil {
		at, mend = m.call.block.at(), fmt.Sprintf("add the argument %q to the module block", def.name)
	}
	ev.gap(source.Gap{
		Kind: "variable", What: fmt.Sprintf("variable %q has no default and no value is given", def.name), Mend: mend, At: at,
	})
	v := cty.UnknownVal(def.ty)
	if def.defaults == nil && !def.nullable && def.ty != cty.DynamicPseudoType {
		v = v.RefineNotNull()
	}
	v = v.Mark(whyMark{fmt.Sprintf("variable %s has no default", def.name)})
	if def.sensitive {
		v = v.Mark(sensitiveMark{})
	}
	return v
}

// conform converts v to the variable's type, filling optional attributes.
func (ev *evaluator) conform(def *variableDef, v cty.Value) cty.Value {
	if def.typed {
		ev.budget.charge(v)
	}
	if def.defaults != nil && !v.IsNull() {
		v = def.defaults.Apply(v)
	}
	out, err := convert.Convert(v, def.ty)
	if err != nil {
		ev.gap(source.Gap{
			Kind: "variable", What: fmt.Sprintf("the value of variable %q does not fit its type", def.name),
			Mend: "correct the value or the type", At: def.block.at(),
		})
		_, marks := v.UnmarkDeep()
		return unknown("the value of variable " + def.name + " does not fit its type").WithMarks(marks)
	}
	return out
}

func (m *module) output(ev *evaluator, name string) (cty.Value, int) {
	b := m.def.outputs[name]
	if b == nil {
		m.undeclared(ev, "output "+name, ev.at)
		return unknown("output " + name + " is not declared"), 1
	}
	a := b.body.attrs["value"]
	if a == nil {
		return cty.NullVal(cty.DynamicPseudoType), 1
	}
	t := thunkIn(m.outputs, name)
	v := ev.force(t, frame{m.address, "output.", name}, a.at(), func() cty.Value {
		v := ev.value(m.scope(), a.expr)
		if s := b.body.attrs["sensitive"]; s != nil && literalBool(s.expr, true) {
			v = v.Mark(sensitiveMark{})
		}
		return v
	})
	return v, t.size
}

func (m *module) child(name string) *call {
	c := m.children[name]
	if c == nil {
		if b := m.def.callNamed[name]; b != nil {
			c = &call{in: m, block: b, name: name}
			m.children[name] = c
		}
	}
	return c
}

// expand resolves the call's source and makes its instances.
func (c *call) expand(ev *evaluator) {
	if c.expanded {
		return
	}
	c.expanded = true
	def := c.resolve(ev)
	if def == nil {
		return
	}
	kind, reps := ev.repeat(c.in, c.block, c.in.prefix()+"module."+c.name)
	c.kind = kind
	c.byKey = make(map[string]*module, len(reps))
	for _, rep := range reps {
		m := newModule(def, c)
		m.rep = rep
		m.address = c.in.prefix() + "module." + c.name + rep.suffix
		c.insts = append(c.insts, m)
		c.byKey[rep.suffix] = m
	}
}

// resolve finds the called module, or says why it cannot be read.
func (c *call) resolve(ev *evaluator) *definition {
	src, ok := callSource(c.block)
	at := c.block.at()
	fail := func(what, mend string) *definition {
		c.missing = fmt.Sprintf("module %s is not read", c.name)
		ev.gap(source.Gap{Kind: "module", What: fmt.Sprintf("module %q: %s", c.name, what), Mend: mend, At: at})
		return nil
	}
	if !ok {
		return fail("its source is missing or not a plain string", "write the source as a plain string")
	}
	var dir string
	callPath := strings.TrimPrefix(c.in.path+"."+c.name, ".")
	fetched, isFetched := ev.loader.fetched[callPath]
	switch {
	case localSource(src):
		rel, err := ev.t.rel(path.Join(c.in.def.dir, src))
		if err != nil {
			return fail(fmt.Sprintf("source %q %v", src, err), "name a directory that holds both the root module and this one")
		}
		dir = rel
	case isFetched && sameSource(fetched.Source, src):
		rel, err := ev.t.rel(fetched.Dir)
		if err != nil {
			return fail(fmt.Sprintf("source %q was downloaded to a place that %v", src, err), "run `terraform init` in the root module")
		}
		dir = rel
	default:
		return fail(fmt.Sprintf("source %q is not downloaded", src), fmt.Sprintf("run `terraform init` in %s, or assess a plan", ev.rootDir))
	}
	for m := c.in; m != nil; m = m.parent {
		if m.def.dir == dir {
			return fail(fmt.Sprintf("source %q calls itself, directly or through others", src), "break the circle of module calls")
		}
	}
	if err := ev.t.isDir(dir); err != nil {
		return fail(fmt.Sprintf("source %q cannot be read as a directory", src), "correct the source, or make the directory readable")
	}
	if files, err := ev.t.moduleFiles(dir); err == nil && files.empty() {
		return fail(fmt.Sprintf("source %q holds no configuration", src), "correct the source")
	}
	return ev.definition(dir)
}

// sameSource compares a call's source with the one recorded when it was
// downloaded, which has the default registry's host added.
func sameSource(recorded, written string) bool {
	return recorded == "" || recorded == written || strings.HasSuffix(recorded, "/"+written) ||
		strings.Contains(recorded, "://") || strings.Contains(written, "::")
}

// callValue is the value of module.NAME as far as uses ask for it.
func (m *module) callValue(ev *evaluator, u *moduleUse) (cty.Value, int) {
	c := m.child(u.name)
	if c == nil {
		m.undeclared(ev, "module."+u.name, u.at)
		return unknown("module " + u.name + " is not declared"), 1
	}
	c.expand(ev)
	if c.missing != "" {
		return unknown(c.missing), 1
	}
	narrow := c.kind == single || c.kind == unknownKeys
	for _, a := range u.uses {
		narrow = narrow && !a.other
	}
	switch {
	case c.kind == unknownKeys:
		return c.unknownValue(ev, u, narrow)
	case narrow:
		size := 0
		obj := map[string]cty.Value{}
		for _, a := range u.uses {
			if _, declared := c.insts[0].def.outputs[a.attr]; declared && obj[a.attr] == cty.NilVal {
				v, sz := c.insts[0].output(ev, a.attr)
				obj[a.attr] = v
				size += sz
			}
		}
		return cty.ObjectVal(obj), size
	}
	v := ev.force(&c.whole, frame{m.address, "module.", c.name}, c.block.at(), func() cty.Value {
		return collect(c.kind, len(c.insts), func(i int) (*repetition, cty.Value) {
			return c.insts[i].rep, c.insts[i].allOutputs(ev)
		})
	})
	return v, c.whole.size
}

func (m *module) allOutputs(ev *evaluator) cty.Value {
	obj := make(map[string]cty.Value, len(m.def.outputs))
	for name := range m.def.outputs {
		obj[name], _ = m.output(ev, name)
	}
	return cty.ObjectVal(obj)
}

// unknownValue is what a call with an unknown number of instances gives:
// nothing is known but what the outputs would be built from.
func (c *call) unknownValue(ev *evaluator, u *moduleUse, narrow bool) (cty.Value, int) {
	marks := cty.ValueMarks{}
	add := func(name string) {
		v, _ := c.insts[0].output(ev, name)
		_, deep := v.UnmarkDeep()
		for m := range deep {
			marks[m] = struct{}{}
		}
	}
	if narrow {
		for _, a := range u.uses {
			if _, ok := c.insts[0].def.outputs[a.attr]; ok {
				add(a.attr)
			}
		}
	}
	marks[whyMark{fmt.Sprintf("how many instances module %s has is not known", c.name)}] = struct{}{}
	return cty.DynamicVal.WithMarks(marks), 1
}

// collect builds the value of a repeated block from its instances.
func collect(kind keyKind, n int, at func(int) (*repetition, cty.Value)) cty.Value {
	switch kind {
	case single:
		_, v := at(0)
		return v
	case byIndex:
		if n == 0 {
			return cty.EmptyTupleVal
		}
		list := make([]cty.Value, n)
		for i := range list {
			_, list[i] = at(i)
		}
		return cty.TupleVal(list)
	}
	obj := make(map[string]cty.Value, n)
	for i := range n {
		rep, v := at(i)
		key, _ := rep.key.Unmark()
		obj[key.AsString()] = v
	}
	return cty.ObjectVal(obj)
}

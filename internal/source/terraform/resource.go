package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// resource is a resource or data block inside one module instance.
type resource struct {
	m         *module
	block     *block
	data      bool
	typ, name string
	address   string // without instance key

	expanded bool
	kind     keyKind
	insts    []*instance
	bySuffix map[string]*instance
	args     []*argument
	argNamed map[string]*argument
	shared   map[string]*thunk // of arguments that are the same for all instances
	whole    thunk
}

// instance is one resource instance.
type instance struct {
	r       *resource
	rep     *repetition
	address string
	attrs   map[string]*thunk
	seen    map[string]cty.Value // attributes as other blocks see them
	all     thunk
}

// argument is one name inside a body: an attribute, or all nested blocks of
// one type.
type argument struct {
	name   string
	attr   *attr
	blocks []*block
}

func (a *argument) at() estate.Location {
	if a.attr != nil {
		return a.attr.at()
	}
	return a.blocks[0].at()
}

// metaArguments of a resource belong to the language, not to the provider.
var metaArguments = map[string]bool{
	"count": true, "for_each": true, "provider": true, "depends_on": true,
	"lifecycle": true, "provisioner": true, "connection": true,
}

func argumentsOf(b *body, skip map[string]bool) []*argument {
	var out []*argument
	for _, a := range b.sorted() {
		if !skip[a.name] {
			out = append(out, &argument{name: a.name, attr: a})
		}
	}
	blocks := map[string]*argument{}
	for _, n := range b.blocks {
		name := blockName(n)
		if skip[name] {
			continue
		}
		arg := blocks[name]
		if arg == nil {
			arg = &argument{name: name}
			blocks[name] = arg
			out = append(out, arg)
		}
		arg.blocks = append(arg.blocks, n)
	}
	return out
}

func (m *module) resource(b *block) *resource {
	key := b.labels[0] + "." + b.labels[1]
	if b.typ == "data" {
		key = "data." + key
	}
	r := m.resources[key]
	if r == nil {
		r = &resource{
			m: m, block: b, data: b.typ == "data", typ: b.labels[0], name: b.labels[1],
			address: m.prefix() + key, shared: map[string]*thunk{},
		}
		m.resources[key] = r
	}
	return r
}

func (r *resource) expand(ev *evaluator) {
	if r.expanded {
		return
	}
	r.expanded = true
	r.args = argumentsOf(r.block.body, metaArguments)
	r.argNamed = make(map[string]*argument, len(r.args))
	for _, a := range r.args {
		r.argNamed[a.name] = a
	}
	var reps []*repetition
	r.kind, reps = ev.repeat(r.m, r.block, r.address)
	r.insts = make([]*instance, 0, len(reps))
	r.bySuffix = make(map[string]*instance, len(reps))
	for _, rep := range reps {
		i := &instance{r: r, rep: rep, address: r.address + rep.suffix, attrs: map[string]*thunk{}}
		r.insts = append(r.insts, i)
		r.bySuffix[rep.suffix] = i
	}
}

func (i *instance) scope() *scope { return &scope{m: i.r.m, rep: i.rep} }

// attr is the value of an argument the configuration writes.
func (i *instance) attr(ev *evaluator, a *argument) cty.Value {
	t, s := i.thunk(a)
	return ev.force(t, frame{"", i.address, "." + a.name}, a.at(), func() cty.Value { return ev.argument(s, a) })
}

func (i *instance) thunk(a *argument) (*thunk, *scope) {
	if len(i.r.insts) > 1 && !a.varies() {
		return thunkIn(i.r.shared, a.name), i.r.m.scope()
	}
	return thunkIn(i.attrs, a.name), i.scope()
}

// argument evaluates an attribute or all blocks of one type.
func (ev *evaluator) argument(s *scope, a *argument) cty.Value {
	if a.attr != nil {
		ev.at = a.attr.at()
		return ev.value(s, a.attr.expr)
	}
	var list []cty.Value
	for _, b := range a.blocks {
		if b.typ != "dynamic" {
			list = append(list, ev.object(s, b.body))
			continue
		}
		more, ok := ev.dynamic(s, b)
		if !ok && len(a.blocks) == 1 {
			return more[0]
		}
		list = append(list, more...)
	}
	if len(list) == 0 {
		return cty.EmptyTupleVal
	}
	return cty.TupleVal(list)
}

func (ev *evaluator) object(s *scope, b *body) cty.Value {
	obj := make(map[string]cty.Value, len(b.attrs)+len(b.blocks))
	for _, a := range argumentsOf(b, nil) {
		obj[a.name] = ev.argument(s, a)
	}
	return cty.ObjectVal(obj)
}

// dynamic expands a dynamic block. When for_each is unknown it returns the
// one unknown value that stands for all its blocks, and false.
func (ev *evaluator) dynamic(s *scope, b *block) ([]cty.Value, bool) {
	forEach, content := b.body.attrs["for_each"], b.body.first("content")
	if forEach == nil || content == nil {
		return []cty.Value{unknown("the dynamic block is incomplete")}, false
	}
	ev.at = forEach.at()
	coll, marks := ev.value(s, forEach.expr).Unmark()
	if !coll.IsKnown() || coll.Type().IsSetType() && !coll.IsWhollyKnown() {
		_, deep := coll.UnmarkDeep()
		return []cty.Value{cty.DynamicVal.WithMarks(marks, deep)}, false
	}
	if coll.IsNull() || !coll.CanIterateElements() {
		if !coll.IsNull() {
			ev.badRepetition("for_each of a dynamic block cannot be iterated")
			return []cty.Value{unknown("for_each of the dynamic block cannot be iterated")}, false
		}
		return nil, true
	}
	name := iteratorName(b)
	var out []cty.Value
	for it := coll.ElementIterator(); it.Next(); {
		ev.budget.step(1)
		if len(out) == ev.opt.maxInstances() {
			ev.limit(b.at(), fmt.Sprintf("a dynamic block has more than %d instances; the rest is not assessed", len(out)))
			break
		}
		k, v := it.Element()
		if coll.Type().IsSetType() {
			k = v
		}
		out = append(out, ev.object(s.with(name, iteration(k, v, nil)), content.body))
	}
	return out, true
}

func iteratorName(b *block) string {
	if a := b.body.attrs["iterator"]; a != nil {
		if name := hcl.ExprAsKeyword(a.expr); name != "" {
			return name
		}
		if name, ok := literalString(a.expr); ok {
			return name
		}
	}
	return b.labels[0]
}

func iteration(k, v cty.Value, sketch func() cty.Value) binding {
	b := binding{val: cty.ObjectVal(map[string]cty.Value{"key": k, "value": v})}
	if sketch != nil {
		b.sketch = func() cty.Value {
			return cty.ObjectVal(map[string]cty.Value{"key": holes(k, "each.key"), "value": sketch()})
		}
	}
	return b
}

const (
	unasked tristate = iota
	yes
	no
)

// varies reports whether the argument depends on each, count or self.
func (a *argument) varies() bool {
	if a.attr != nil {
		return a.attr.varies()
	}
	for _, b := range a.blocks {
		if b.varies() {
			return true
		}
	}
	return false
}

func (a *attr) varies() bool {
	if a.perInstance == unasked {
		a.perInstance = no
		for _, t := range hclsyntax.Variables(a.expr) {
			switch t.RootName() {
			case "each", "count", "self":
				a.perInstance = yes
			}
		}
	}
	return a.perInstance == yes
}

func (b *block) varies() bool {
	if b.perInstance == unasked {
		b.perInstance = no
		for _, a := range b.body.attrs {
			if a.varies() {
				b.perInstance = yes
			}
		}
		for _, n := range b.body.blocks {
			if n.varies() {
				b.perInstance = yes
			}
		}
	}
	return b.perInstance == yes
}

// maxInherited bounds the references a value brings along from the resource
// it is read through: a chain of a thousand resources must not make a million.
const maxInherited = 8

// attrSeen is an attribute as other blocks see it: marked with this resource.
func (i *instance) attrSeen(ev *evaluator, name string) cty.Value {
	if v, ok := i.seen[name]; ok {
		return v
	}
	var v cty.Value
	if a := i.r.argNamed[name]; a != nil {
		v = i.attr(ev, a)
		if t, _ := i.thunk(a); t.state != done {
			return v.Mark(refMark{source.Ref{Address: i.address, Attribute: name}})
		}
		switch u, marks := v.Unmark(); {
		case u.IsKnown() && u.IsNull():
			// Not set: the provider may choose a value, or leave it so.
			v = ev.chosen(i, name).WithMarks(marks)
		case a.attr == nil && u.IsKnown():
			v = withComputed(u, ev.attributeNames().nested[i.r.typ]).WithMarks(marks)
		}
		if v.ContainsMarked() {
			if _, deep := v.UnmarkDeep(); len(deep) > maxInherited {
				v, _ = v.UnmarkDeep()
				for m := range deep {
					if _, isRef := m.(refMark); !isRef {
						v = v.Mark(m)
					}
				}
			}
		}
	} else {
		v = ev.computed(i, name)
	}
	v = v.Mark(refMark{source.Ref{Address: i.refAddress(), Attribute: name}})
	if i.seen == nil {
		i.seen = map[string]cty.Value{}
	}
	i.seen[name] = v
	return v
}

// withComputed adds to nested blocks the attributes the configuration reads
// from them but does not write: only the provider knows those.
func withComputed(v cty.Value, names map[string]bool) cty.Value {
	if len(names) == 0 || v.LengthInt() == 0 {
		return v
	}
	list := v.AsValueSlice()
	for n, e := range list {
		if !e.Type().IsObjectType() || !e.IsKnown() || e.IsMarked() {
			continue
		}
		obj := e.AsValueMap()
		if obj == nil {
			obj = map[string]cty.Value{}
		}
		for name := range names {
			if _, have := obj[name]; !have {
				obj[name] = cty.DynamicVal
			}
		}
		for name, x := range obj {
			if x.IsKnown() && !x.IsMarked() && x.Type().IsTupleType() && len(obj) < maxLoose {
				obj[name] = withComputed(x, names)
			}
		}
		list[n] = cty.ObjectVal(obj)
	}
	return cty.TupleVal(list)
}

// refAddress is the address references use: without key when it is unknown.
func (i *instance) refAddress() string {
	if i.r.kind == unknownKeys {
		return i.r.address
	}
	return i.address
}

// wholeValue is the instance as an object, for expressions that mention it
// without an attribute. It has the written arguments and every attribute name
// that appears anywhere in the configuration.
func (i *instance) wholeValue(ev *evaluator) cty.Value {
	return ev.force(&i.all, frame{"", i.address, ""}, i.r.block.at(), func() cty.Value {
		obj := make(map[string]cty.Value, len(i.r.args)+8)
		for _, a := range i.r.args {
			obj[a.name] = i.attrSeen(ev, a.name)
		}
		for name := range ev.attributeNames().of(i.r) {
			if _, have := obj[name]; !have {
				obj[name] = i.attrSeen(ev, name)
			}
		}
		return cty.ObjectVal(obj)
	})
}

// resourceValue is the value of TYPE.NAME as far as u asks for it.
func (m *module) resourceValue(ev *evaluator, u *resourceUse) (cty.Value, int) {
	key := u.typ + "." + u.name
	if u.data {
		key = "data." + key
	}
	b := m.def.byName[key]
	if b == nil {
		m.undeclared(ev, key, u.at)
		return unknown(key + " is not declared"), 1
	}
	r := m.resource(b)
	r.expand(ev)
	switch {
	case r.kind == unknownKeys || r.kind == single && len(r.insts) == 0:
		marks := cty.ValueMarks{}
		for _, a := range u.uses {
			marks[refMark{source.Ref{Address: r.address, Attribute: a.attr}}] = struct{}{}
		}
		return cty.DynamicVal.WithMarks(marks), 1
	case u.narrow(r):
		return r.narrowValue(ev, u)
	case r.kind == single:
		v := r.insts[0].wholeValue(ev)
		return v, r.insts[0].all.size
	}
	v := ev.force(&r.whole, frame{"", r.address, ""}, r.block.at(), func() cty.Value {
		return collect(r.kind, len(r.insts), func(n int) (*repetition, cty.Value) {
			return r.insts[n].rep, r.insts[n].wholeValue(ev)
		})
	})
	return v, r.whole.size
}

// narrow reports whether only certain attributes of certain instances are
// wanted, which spares the evaluation of everything else.
func (u *resourceUse) narrow(r *resource) bool {
	for _, a := range u.uses {
		if a.other || (a.key == cty.NilVal) != (r.kind == single) {
			return false
		}
		if r.kind == byKey && a.key.Type() != cty.String {
			return false
		}
	}
	return r.kind != byIndex || len(r.insts) <= 4
}

func (r *resource) narrowValue(ev *evaluator, u *resourceUse) (cty.Value, int) {
	size := 0
	object := func(i *instance, wanted func(access) bool) cty.Value {
		obj := map[string]cty.Value{}
		for _, a := range u.uses {
			if wanted(a) && obj[a.attr] == cty.NilVal {
				obj[a.attr] = i.attrSeen(ev, a.attr)
				size += 1
				if arg := r.argNamed[a.attr]; arg != nil {
					t, _ := i.thunk(arg)
					size += t.size
				}
			}
		}
		return cty.ObjectVal(obj)
	}
	switch r.kind {
	case single:
		return object(r.insts[0], func(access) bool { return true }), size
	case byIndex:
		v := collect(byIndex, len(r.insts), func(n int) (*repetition, cty.Value) {
			return nil, object(r.insts[n], func(access) bool { return true })
		})
		return v, size
	}
	out := map[string]cty.Value{}
	for _, a := range u.uses {
		key := a.key.AsString()
		if i := r.bySuffix[keySuffix(key)]; i != nil {
			out[key] = object(i, func(b access) bool { return b.key.AsString() == key })
		}
	}
	return cty.ObjectVal(out), size
}

// emit yields the instances.
func (r *resource) emit(ev *evaluator) {
	r.expand(ev)
	if len(r.insts) == 0 {
		return
	}
	lines := map[string]int{}
	linesOf(r.block.body, "", metaArguments, lines)
	for _, i := range r.insts {
		ev.budget.check()
		ev.sink.Resource(i.native(ev, lines))
	}
}

func (i *instance) native(ev *evaluator, lines map[string]int) *source.Resource {
	r := i.r
	out := &source.Resource{
		Dialect:  estate.Terraform,
		Type:     r.typ,
		Address:  i.address,
		Name:     r.name,
		Data:     r.data,
		Provider: providerName(r.typ),
		Root:     ev.rootDir,
		Body:     make(map[string]any, len(r.args)),
		Set:      make(map[string]bool, len(r.args)),
		Location: r.block.at(),
		Calls:    r.m.calls,
		Lines:    lines,
		Comments: r.block.comments, CallComments: r.m.waivers,
	}
	c := converter{b: ev.budget}
	for _, a := range r.args {
		v := i.attr(ev, a)
		t, s := i.thunk(a)
		var sk cty.Value
		if !v.IsWhollyKnown() {
			sk = ev.argumentSketch(t, s, a)
		}
		if u, _ := v.Unmark(); a.attr == nil && u.IsKnown() && u.LengthInt() == 0 {
			continue // dynamic blocks that came to nothing
		}
		x := c.value(v, sk, a.name, "")
		out.Body[a.name] = x
		if x != nil {
			out.Set[a.name] = true
		}
	}
	i.configure(ev, out, &c)
	out.Refs = c.refs
	return out
}

// linesOf records where each attribute and block is first written.
func linesOf(b *body, prefix string, skip map[string]bool, into map[string]int) {
	for name, a := range b.attrs {
		if skip[name] {
			continue
		}
		put(into, prefix+name, a.line)
		keyLines(a.expr, prefix+name+".", into, 0)
	}
	for _, n := range b.blocks {
		name := blockName(n)
		if skip[name] {
			continue
		}
		put(into, prefix+name, n.line)
		inner := n.body
		if n.typ == "dynamic" {
			if content := n.body.first("content"); content != nil {
				inner = content.body
			}
		}
		linesOf(inner, prefix+name+".", nil, into)
	}
}

func put(into map[string]int, path string, line int) {
	if old, have := into[path]; !have || line < old {
		into[path] = line
	}
}

// keyLines does the same for the keys of objects written in place.
func keyLines(e hclsyntax.Expression, prefix string, into map[string]int, depth int) {
	if depth > 8 {
		return
	}
	switch e := unwrap(e).(type) {
	case *hclsyntax.TupleConsExpr:
		for _, x := range e.Exprs {
			keyLines(x, prefix, into, depth+1)
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			key := hcl.ExprAsKeyword(item.KeyExpr)
			if key == "" {
				key, _ = literalString(literalKey(item.KeyExpr))
			}
			if key != "" {
				put(into, prefix+key, item.KeyExpr.Range().Start.Line)
				keyLines(item.ValueExpr, prefix+key+".", into, depth+1)
			}
		}
	}
}

func literalKey(e hclsyntax.Expression) hclsyntax.Expression {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		return k.Wrapped
	}
	return e
}

func providerName(typ string) string {
	name, _, _ := strings.Cut(typ, "_")
	return name
}

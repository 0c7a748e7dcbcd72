package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
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

func providerName(typ string) string {
	name, _, _ := strings.Cut(typ, "_")
	return name
}

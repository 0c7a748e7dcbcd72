package terraform

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/demarc-sec/demarc/internal/source"
)

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

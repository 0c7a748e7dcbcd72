package tfplan

import (
	"hash/maphash"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// target is a resource some expression leads to. Its address is the instance
// path of the module up, an ancestor of the module the expression stands in,
// then down and within. So it holds for every instance of that module.
type target struct {
	up        *module
	down      string // `module.x["a"].`, keys as the reference gives them
	within    string // `aws_s3_bucket.b[0]`
	attribute string
}

// targetLimit bounds the resources one argument may lead to; a hostile
// configuration could double them with every module.
const targetLimit = 256

// targets follows references from inside a module, through variables to the
// callers' arguments and through outputs into the modules called.
func (m *module) targets(refs []string, forEach []string) []target {
	var out []target
	for _, text := range refs {
		ref := parseReference(text)
		switch {
		case ref.resource() != "":
			out = append(out, target{up: m, within: ref.resource(), attribute: ref.attribute()})
		case ref.head.name == "var":
			out = append(out, m.variable(ref.name.name)...)
		case ref.head.name == "module":
			out = append(out, m.output(ref)...)
		case ref.head.name == "each" && forEach != nil:
			out = append(out, m.each(ref, forEach)...)
		}
		if len(out) > targetLimit {
			break
		}
	}
	return dedupe(out)
}

// variable is what the caller's argument for one of m's variables leads to.
func (m *module) variable(name string) []target {
	if m.parent == nil || m.args[name] == nil {
		return nil
	}
	if t, ok := m.varTargets[name]; ok {
		return t
	}
	if m.varTargets == nil {
		m.varTargets = map[string][]target{}
	}
	m.varTargets[name] = nil // ends a configuration that runs in circles
	t := m.parent.targets(m.args[name].refs, nil)
	m.varTargets[name] = t
	return t
}

// output is what a reference to an output of a module called by m leads to.
// Without a name, as in module.x[each.key].arn, it leads nowhere: Terraform
// does not tell which output is meant.
func (m *module) output(ref reference) []target {
	call := m.calls[ref.name.name]
	out, _ := cut(ref.rest)
	if call == nil || call.outputs[out.name] == nil {
		return nil
	}
	inner, ok := call.outTargets[out.name]
	if !ok {
		if call.outTargets == nil {
			call.outTargets = map[string][]target{}
		}
		call.outTargets[out.name] = nil
		inner = call.targets(call.outputs[out.name].refs, nil)
		call.outTargets[out.name] = inner
	}
	ts := slices.Clone(inner)
	for i, t := range ts {
		if t.up == call {
			ts[i].up, ts[i].down = m, "module."+call.name+ref.name.key+"."+t.down
		}
	}
	return ts
}

// each is what each.value stands for, when it comes of a resource.
func (m *module) each(ref reference, forEach []string) []target {
	if ref.name.name != "value" {
		return nil
	}
	ts := m.targets(forEach, nil)
	for i, t := range ts {
		if t.attribute == "" {
			ts[i].attribute = ref.attribute()
		}
	}
	return ts
}

func dedupe(ts []target) []target {
	var out []target
	for _, t := range ts {
		if !slices.Contains(out, t) && len(out) < targetLimit {
			out = append(out, t)
		}
	}
	return out
}

// instance is a resource instance about to be handed over, as far as following
// its references needs it.
type instance struct {
	mod  *module
	path string // of the module instance
	ends []int  // where each call ends in path
	key  string // its own, as in `["eu"]`
}

// address writes out a target for one instance.
func (in *instance) address(t target) string {
	prefix := ""
	if d := t.up.depth; d > 0 && d <= len(in.ends) {
		prefix = in.path[:in.ends[d-1]] + "."
	}
	return prefix + t.down + t.within
}

// references gives a resource's Refs. keyed knows the instances of the plan
// that have a key.
func (in *instance) references(res *configured, keyed *addressSet) map[string][]source.Ref {
	if len(res.refs) == 0 {
		return nil
	}
	refs := make(map[string][]source.Ref, len(res.refs))
	for i := 0; i < len(res.refs); {
		path, texts := res.refs[i].path, []string(nil)
		for ; i < len(res.refs) && res.refs[i].path == path; i++ {
			texts = append(texts, res.refs[i].ref)
		}
		own := in.key != "" && slices.ContainsFunc(texts, func(t string) bool {
			return strings.HasPrefix(t, "each.") || t == "count.index"
		})
		for _, t := range in.mod.targets(texts, res.forEach) {
			ref := source.Ref{Address: in.address(t), Attribute: t.attribute}
			// x[each.key] is written as x and each.key.
			if own && !strings.HasSuffix(ref.Address, "]") && keyed.has(ref.Address+in.key) {
				ref.Address += in.key
			}
			if len(refs[path]) < targetLimit && !slices.Contains(refs[path], ref) {
				refs[path] = append(refs[path], ref)
			}
		}
	}
	if len(refs) == 0 {
		return nil
	}
	return refs
}

// addressSet remembers addresses by their hash.
type addressSet struct {
	seed maphash.Seed
	set  map[uint64]struct{}
}

func newAddressSet() *addressSet {
	return &addressSet{seed: maphash.MakeSeed(), set: map[uint64]struct{}{}}
}

func (a *addressSet) add(addr string)      { a.set[maphash.String(a.seed, addr)] = struct{}{} }
func (a *addressSet) has(addr string) bool { _, ok := a.set[maphash.String(a.seed, addr)]; return ok }

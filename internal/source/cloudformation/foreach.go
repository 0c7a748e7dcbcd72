package cloudformation

import (
	"fmt"
	"maps"
	"slices"

	"github.com/demarc-sec/demarc/internal/source"
)

// forEach begins the key of a loop: "Fn::ForEach::Topics".
const forEach = "Fn::ForEach::"

// each runs a loop. known is called for each entry of its body and value, and
// unknown, when the values are not known, once for each entry; it may be nil,
// then such entries are left out with a gap.
func (s scope) each(m member, knownEntry, openEntry func(scope, member)) {
	s.st.rd.at = location(s.st.file, m.line)
	items, ok := args(m.val, 3, 3)
	if !ok || items[2].kind != mapNode {
		s.bad(m.line, "%s takes a name, a collection and a mapping", clip(m.name))
		return
	}
	var names []string
	for _, n := range items[0].list() {
		names = append(names, n.str())
	}
	values := s.eval(items[1])
	if pairs, ok := values.(map[string]any); ok && len(names) == 2 {
		s.eachPair(m, names, pairs, items[2], knownEntry, openEntry)
		return
	}
	if _, isOpen := values.(*open); len(names) != 1 && !(isOpen && len(names) == 2) {
		s.bad(m.line, "%s takes one name for values, or two for the keys and values of a mapping", clip(m.name))
		return
	}
	switch values := values.(type) {
	case []any:
		for i, v := range values {
			if i == maxInstances {
				s.tooMany(m)
				break
			}
			s.round(items[2], s.bind(names[0], v), knownEntry, openEntry)
		}
	case *open:
		if openEntry == nil {
			s.st.rd.gap(source.Gap{
				Kind: "expression", What: "the values of " + clip(m.name) + " are not known: " + values.reason,
				Mend: "give the parameters it depends on", At: location(s.st.file, m.line),
			})
			return
		}
		in := s
		for _, name := range names {
			in = in.bind(name, &open{reason: values.reason, notNull: true, refs: values.refs, text: hole(name)})
		}
		s.round(items[2], in, openEntry, openEntry)
	default:
		s.bad(m.line, "the collection of %s is no list", clip(m.name))
	}
}

// eachPair runs a loop over the keys and values of a mapping.
func (s scope) eachPair(m member, names []string, pairs map[string]any, body *node, knownEntry, openEntry func(scope, member)) {
	for i, key := range slices.Sorted(maps.Keys(pairs)) {
		if i == maxInstances {
			s.tooMany(m)
			return
		}
		s.round(body, s.bind(names[0], key).bind(names[1], pairs[key]), knownEntry, openEntry)
	}
}

// bind gives a loop's variable its value, within the loops around it.
func (s scope) bind(name string, v any) scope {
	if t, ok := textual(v); ok {
		v = t
	}
	return scope{st: s.st, loops: &loop{s.loops, name, v}}
}

func (s scope) tooMany(m member) {
	s.st.rd.gap(source.Gap{
		Kind: "limit", What: fmt.Sprintf("%s has more than %d values; the rest is not assessed", clip(m.name), maxInstances),
		Mend: "shorten the loop", At: location(s.st.file, m.line),
	})
}

// round is one pass of a loop with its variables bound; loops may nest.
func (s scope) round(body *node, in scope, knownEntry, openEntry func(scope, member)) {
	for _, e := range body.members {
		s.st.rd.step(0)
		if len(e.name) > len(forEach) && e.name[:len(forEach)] == forEach {
			in.each(e, knownEntry, openEntry)
			continue
		}
		knownEntry(in, e)
	}
}

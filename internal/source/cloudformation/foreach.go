package cloudformation

import (
	"fmt"

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
	if len(names) != 1 { // pairs of key and value are of templates to come
		s.bad(m.line, "%s takes one name for its values", clip(m.name))
		return
	}
	switch values := s.eval(items[1]).(type) {
	case []any:
		for i, v := range values {
			if i == maxInstances {
				s.st.rd.gap(source.Gap{
					Kind: "limit", What: fmt.Sprintf("%s has more than %d values; the rest is not assessed", clip(m.name), maxInstances),
					Mend: "shorten the loop", At: location(s.st.file, m.line),
				})
				break
			}
			if t, ok := textual(v); ok {
				v = t
			}
			s.round(items[2], loop{s.loops, names[0], v}, knownEntry, openEntry)
		}
	case *open:
		if openEntry == nil {
			s.st.rd.gap(source.Gap{
				Kind: "expression", What: "the values of " + clip(m.name) + " are not known: " + values.reason,
				Mend: "give the parameters it depends on", At: location(s.st.file, m.line),
			})
			return
		}
		s.round(items[2], loop{s.loops, names[0], &open{reason: values.reason, notNull: true, refs: values.refs, text: hole(names[0])}},
			openEntry, openEntry)
	default:
		s.bad(m.line, "the collection of %s is no list", clip(m.name))
	}
}

// round is one pass of a loop; loops may nest.
func (s scope) round(body *node, l loop, knownEntry, openEntry func(scope, member)) {
	in := scope{st: s.st, loops: &l}
	for _, e := range body.members {
		s.st.rd.step(0)
		if len(e.name) > len(forEach) && e.name[:len(forEach)] == forEach {
			in.each(e, knownEntry, openEntry)
			continue
		}
		knownEntry(in, e)
	}
}

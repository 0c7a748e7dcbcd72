package cloudformation

import (
	"fmt"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// node is one value of a template, the same for YAML and JSON. The short forms
// of the intrinsic functions are written out: !Ref x is {"Ref": x}. A node may
// hang in the tree at several places, where an alias stands for it.
type node struct {
	kind    kind
	line    int
	end     int // the last line; in YAML only what is known of it
	size    int // how many nodes it comes to, aliases followed
	text    string
	members []member
	items   []*node
}

// member is one entry of a mapping.
type member struct {
	name string
	line int
	val  *node
}

type kind uint8

const (
	nullNode kind = iota
	boolNode
	numberNode
	textNode
	listNode
	mapNode
)

// Templates come from anyone. CloudFormation itself takes one megabyte.
const (
	maxFile   = 8 << 20
	maxNodes  = 500_000 // of one template, aliases followed
	maxNested = 120
)

// get returns the member's value, or nil.
func (n *node) get(name string) *node {
	if n == nil || n.kind != mapNode {
		return nil
	}
	for i := range n.members {
		if n.members[i].name == name {
			return n.members[i].val
		}
	}
	return nil
}

// entries returns the members of a mapping, and nothing of anything else.
func (n *node) entries() []member {
	if n == nil || n.kind != mapNode {
		return nil
	}
	return n.members
}

// list returns the items of a list; a single value is a list of one.
func (n *node) list() []*node {
	switch {
	case n == nil || n.kind == nullNode:
		return nil
	case n.kind == listNode:
		return n.items
	}
	return []*node{n}
}

// scalar returns the text of a scalar as it is written.
func (n *node) scalar() (string, bool) {
	if n == nil || n.kind == listNode || n.kind == mapNode || n.kind == nullNode {
		return "", false
	}
	return n.text, true
}

// str is scalar where anything else is as good as nothing.
func (n *node) str() string {
	s, _ := n.scalar()
	return s
}

// document is one parsed file.
type document struct {
	root     *node
	comments *commented // nil for JSON
	gaps     []source.Gap

	gapsAbout int // duplicate keys met
}

// broken notes what is wrong with the file; what could be read of it counts.
func (d *document) broken(file string, line int, format string, args ...any) {
	d.gaps = append(d.gaps, source.Gap{
		Kind: "file", What: file + ": " + fmt.Sprintf(format, args...),
		Mend: "correct the template, then run again; what stands in it may be missing from the result",
		At:   location(file, line), Fatal: true,
	})
}

// parse reads a template in either syntax.
func parse(file string, src []byte) *document {
	d := &document{}
	src, err := textOf(src)
	if err != nil {
		d.broken(file, 0, "%s", err)
		return d
	}
	if looksLikeJSON(src) {
		if d.readJSON(file, src) {
			return d
		}
		*d = document{} // a flow mapping of YAML begins like JSON
	}
	d.readYAML(file, src)
	return d
}

func looksLikeJSON(src []byte) bool {
	for _, c := range src {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c == '{'
		}
	}
	return false
}

// clean keeps marks that only this program sets out of text it reads.
func clean(s string) string {
	if !strings.ContainsAny(s, source.HoleOpen+source.HoleClose) {
		return s
	}
	return strings.NewReplacer(source.HoleOpen, "\uFFFD", source.HoleClose, "\uFFFD").Replace(s)
}

// indexed finds the duplicates among the keys of one mapping.
type indexed map[string]int

// put appends a member. A key that is there already is overwritten, as
// CloudFormation does, and its first line returned.
func (n *node) put(m member, at indexed) (before int) {
	if i, have := at[m.name]; have {
		before = n.members[i].line
		n.members[i] = m
		return before
	}
	at[m.name] = len(n.members)
	n.members = append(n.members, m)
	return 0
}

package normalise

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// pendingLink is a relation whose other end is not resolved yet.
type pendingLink struct {
	from   *estate.Asset
	name   string
	refs   []source.Ref
	values []string
	// partial are names known but for some part, such as the account's number.
	partial []string
	open    string // why the other end is not known
}

// link notes the relations an asset's arguments write.
func (n *Normaliser) link(a *estate.Asset, r *source.Resource, relations map[string]catalogue.Paths, out *[]pendingLink) {
	for _, name := range slices.Sorted(maps.Keys(relations)) {
		for _, path := range relations[name] {
			l := pendingLink{from: a, name: name, refs: r.Refs[path]}
			for _, v := range expr.Values(r.Body, path) {
				if u, ok := v.(*source.Unknown); ok {
					if len(l.refs) == 0 {
						l.open = reason(u)
					}
					if u.Text != "" {
						l.partial = append(l.partial, holesAsReferences.Replace(u.Text))
					}
				}
				l.values = append(l.values, texts(v)...)
			}
			if len(l.refs) > 0 || len(l.values) > 0 || l.open != "" {
				*out = append(*out, l)
			}
		}
	}
}

// holesAsReferences shows what is not known of a text as people write it.
var holesAsReferences = strings.NewReplacer(source.HoleOpen, "${", source.HoleClose, "}")

// texts lists the known strings of a value.
func texts(v any) []string {
	switch x := v.(type) {
	case string:
		if x != "" {
			return []string{x}
		}
	case []any:
		var out []string
		for _, e := range x {
			out = append(out, texts(e)...)
		}
		return out
	}
	return nil
}

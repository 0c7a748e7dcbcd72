package normalise

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// declared gives an asset the facts that were declared in the vocabulary's own
// words. What its type can have and nobody declared is unknown.
func (n *Normaliser) declared(a *estate.Asset, r *source.Resource, t *catalogue.AssetType) {
	var fs []estate.Fact
	for _, name := range slices.Sorted(maps.Keys(r.Body)) {
		spec := n.mapper.cat.Facts[name]
		if spec == nil {
			continue // tags; a misspelt fact was refused when the configuration was read
		}
		f := estate.Fact{Name: name, Origin: estate.Origin{How: estate.Set, Address: r.Address, Attribute: name, At: &a.Location}}
		f.Value, f.Unknown = convert(spec.Type, r.Body[name])
		fs = append(fs, f)
	}
	for name := range t.PossibleFacts {
		if _, has := r.Body[name]; !has {
			fs = append(fs, estate.Fact{Name: name, Unknown: "not declared", Origin: estate.Origin{How: estate.Default, Address: r.Address, At: &a.Location}})
		}
	}
	a.SetFacts(fs)
	a.Name = r.Name
	n.scanTags(a, r)
	n.idents[r.Name] = append(n.idents[r.Name], ident{asset: a, first: true, whole: worldwide(a.Kind, r.Name)})
	n.byAddress[key{r.Root, r.Address}] = a
	if t.KindID == catalogue.Account {
		name := a.Account
		if name == "" {
			name = Unnamed
		}
		n.accounts[key{a.Provider, name}] = a
	}
	n.assets = append(n.assets, a)
	for _, name := range slices.Sorted(maps.Keys(r.Refs)) {
		l := pendingLink{from: a, name: name}
		for _, ref := range r.Refs[name] {
			if strings.HasPrefix(ref.Address, "declared.") {
				l.refs = append(l.refs, ref)
			} else {
				l.values = append(l.values, ref.Address) // an ARN, an id, a name
			}
		}
		n.links = append(n.links, l)
	}
}

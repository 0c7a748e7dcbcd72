package normalise

import (
	"slices"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// notRead is why every fact of an asset is unknown that only a report names.
const notRead = "nothing that was read describes it; only another scanner's report names it"

// Named lists the assets that a literal identity means: a name, an id, or an
// ARN or address that ends with one. It may be called after Finish.
func (n *Normaliser) Named(identity string) []*estate.Asset {
	var out []*estate.Asset
	for _, i := range n.lookup(identity) {
		if !slices.Contains(out, i.asset) {
			out = append(out, i.asset)
		}
	}
	for _, a := range n.machines[identity] {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// Reported makes the asset that a report names and no source describes: all
// its facts are unknown. It may be called after Finish, and is nil for a type
// that makes no asset. Assets made since Finish are those that More returns.
func (n *Normaliser) Reported(r *source.Resource) *estate.Asset {
	r.Type = n.mapper.cat.Canonical(r.Type)
	t := n.mapper.cat.Asset(r.Type)
	if t == nil {
		return nil
	}
	if t.KindID == catalogue.Account {
		before := len(n.assets)
		acc := n.account(&estate.Asset{Provider: t.Service.Provider, Account: r.Account, Dialect: r.Dialect})
		if acc != nil && len(n.assets) > before {
			acc.Reported, acc.Location = true, r.Location
		}
		return acc
	}
	a := n.shell(r, t)
	a.Name, a.Reported, a.Location = r.Name, true, r.Location
	var fs []estate.Fact
	for name := range t.PossibleFacts {
		fs = append(fs, estate.Fact{Name: name, Unknown: notRead, Origin: estate.Origin{How: estate.Default, Address: a.Address}})
	}
	a.SetFacts(fs)
	n.assets = append(n.assets, a)
	before := len(n.assets)
	if acc := n.account(a); acc != nil {
		acc.Reported = acc.Reported || len(n.assets) > before
		a.Relations = append(a.Relations, estate.Relation{Name: "account", To: acc})
	}
	return a
}

// More lists the assets made after the first so many.
func (n *Normaliser) More(than int) []*estate.Asset { return n.assets[than:] }

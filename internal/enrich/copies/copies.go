// Package copies derives what a copy has from what it was made of: the
// configuration of a snapshot does not say whether it is encrypted, its disk
// or database decides; and a replica runs the engine of its primary.
package copies

import "github.com/demarc-sec/demarc/internal/estate"

// maxHops bounds how many copies of copies are followed.
const maxHops = 8

// inherited are the facts of a replica that only its primary's configuration
// says. An encrypted database has no plain replicas, nor the other way round.
var inherited = []string{"engine", "engine_version", "lifecycle_product", "encrypted_at_rest"}

// Enrich gives snapshots and replicas that do not say it themselves the answer
// of their source, if that is in the estate and known.
func Enrich(e *estate.Estate) {
	for _, a := range e.Assets {
		if p := primary(a); p != nil {
			for _, name := range inherited {
				inherit(a, p, name)
			}
		}
		if a.Kind != "snapshot" {
			continue
		}
		f, has := a.Fact("encrypted_at_rest")
		if !has || f.Known() || f.Origin.How != estate.Default {
			continue
		}
		s, ok := origin(a)
		if !ok {
			continue
		}
		f.Value, f.Unknown = s.Value, ""
		f.Origin = estate.Origin{How: estate.Derived, Address: s.Origin.Address, Attribute: s.Origin.Attribute, At: s.Origin.At}
		a.SetFact(f)
	}
}

// primary is the one asset of the same kind that a replicates, or nil. A
// replica of a replica is as the first of them.
func primary(a *estate.Asset) *estate.Asset {
	var p *estate.Asset
	at := a
	for range maxHops {
		links := at.Linked("replica_of")
		if len(links) != 1 || links[0].To == nil || links[0].To.Kind != a.Kind || links[0].To == a {
			break
		}
		p, at = links[0].To, links[0].To
	}
	return p
}

// inherit copies a fact that the replica's configuration leaves open.
func inherit(a, from *estate.Asset, name string) {
	f, has := a.Fact(name)
	s, ok := from.Fact(name)
	if !has || f.Known() || f.Origin.How != estate.Default || !ok || !s.Known() {
		return
	}
	f.Value, f.Unknown = s.Value, ""
	f.Origin = estate.Origin{How: estate.Derived, Address: s.Origin.Address, Attribute: s.Origin.Attribute, At: s.Origin.At}
	a.SetFact(f)
}

// origin is the fact of the one asset that a was copied from.
func origin(a *estate.Asset) (estate.Fact, bool) {
	for range maxHops {
		links := a.Linked("source_of")
		if len(links) != 1 || links[0].To == nil {
			return estate.Fact{}, false
		}
		a = links[0].To
		f, ok := a.Fact("encrypted_at_rest")
		if !ok {
			return f, false
		}
		if f.Known() {
			return f, true
		}
		if a.Kind != "snapshot" || f.Origin.How != estate.Default {
			return f, false
		}
	}
	return estate.Fact{}, false
}

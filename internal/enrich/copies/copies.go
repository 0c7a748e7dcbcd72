// Package copies derives what a snapshot has from what it was made of: the
// configuration of a snapshot does not say whether it is encrypted, its disk
// or database decides.
package copies

import "github.com/demarc-sec/demarc/internal/estate"

// maxHops bounds how many copies of copies are followed.
const maxHops = 8

// Enrich gives snapshots that do not say whether they are encrypted the
// answer of their source, if that is in the estate and known.
func Enrich(e *estate.Estate) {
	for _, a := range e.Assets {
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

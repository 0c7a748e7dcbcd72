package estate

import (
	"iter"
	"slices"
	"strings"
	"unique"
)

// record is how an asset keeps a fact. A large estate has a million facts and a
// few hundred ways of reading them, so that a record holds only what is the
// asset's own, in a third of the room.
type record struct {
	way   unique.Handle[way]
	value any
	place *place // nil: the asset's own
}

// way is what a fact has in common with the same fact of other assets.
type way struct {
	name, unknown, attribute string
	how                      How
}

// place is where a fact was read that was not read from its asset's own
// resource: from a part, or from another asset.
type place struct {
	address string
	at      *Location
}

func (a *Asset) record(f Fact) record {
	r := record{
		way:   unique.Make(way{name: f.Name, unknown: f.Unknown, attribute: f.Origin.Attribute, how: f.Origin.How}),
		value: f.Value,
	}
	if f.Origin.Address != a.Address || f.Origin.At != &a.Location {
		r.place = &place{f.Origin.Address, f.Origin.At}
	}
	return r
}

func (a *Asset) fact(r *record) Fact {
	w := r.way.Value()
	f := Fact{Name: w.name, Value: r.value, Unknown: w.unknown, Origin: Origin{How: w.how, Attribute: w.attribute}}
	if r.place == nil {
		f.Origin.Address, f.Origin.At = a.Address, &a.Location
	} else {
		f.Origin.Address, f.Origin.At = r.place.address, r.place.at
	}
	return f
}

// Fact returns the fact by its vocabulary name. The second result is false
// when the asset has no such fact at all, which differs from an unknown one.
func (a *Asset) Fact(name string) (Fact, bool) {
	i, ok := a.find(name)
	if !ok {
		return Fact{}, false
	}
	return a.fact(&a.facts[i]), true
}

// SetFact stores the fact, replacing one of the same name.
func (a *Asset) SetFact(f Fact) {
	i, ok := a.find(f.Name)
	if ok {
		a.facts[i] = a.record(f)
		return
	}
	if len(a.facts) == cap(a.facts) { // an asset gets a few more facts, seldom twice as many
		a.facts = append(make([]record, 0, len(a.facts)+roomForFacts), a.facts...)
	}
	a.facts = slices.Insert(a.facts, i, a.record(f))
}

// roomForFacts is about how many facts an asset gets after those it is made
// with.
const roomForFacts = 4

// SetFacts replaces all facts. It sorts fs in place, and does not keep it.
func (a *Asset) SetFacts(fs []Fact) {
	slices.SortFunc(fs, func(x, y Fact) int { return strings.Compare(x.Name, y.Name) })
	a.facts = make([]record, len(fs), len(fs)+roomForFacts)
	for i, f := range fs {
		a.facts[i] = a.record(f)
	}
}

// Facts returns the facts sorted by name.
func (a *Asset) Facts() iter.Seq[Fact] {
	return func(yield func(Fact) bool) {
		for i := range a.facts {
			if !yield(a.fact(&a.facts[i])) {
				return
			}
		}
	}
}

// FactCount is the number of facts.
func (a *Asset) FactCount() int { return len(a.facts) }

// find is a binary search by hand, as nothing is done as often.
func (a *Asset) find(name string) (int, bool) {
	low, high := 0, len(a.facts)
	for low < high {
		if mid := (low + high) / 2; a.facts[mid].way.Value().name < name {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(a.facts) && a.facts[low].way.Value().name == name
}

// Package derive is what the enrichers share: reading facts as three-valued
// logic and writing derived ones.
package derive

import (
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Bool returns the asset's bool fact. The second result is false when the
// asset does not have it at all.
func Bool(a *estate.Asset, name string) (tri.Bool, bool) {
	f, ok := a.Fact(name)
	if !ok {
		return tri.False, false
	}
	if !f.Known() {
		return tri.Unknown(f.Unknown), true
	}
	b, ok := f.Value.(bool)
	return tri.Of(b), ok
}

// Is is Bool for a fact whose absence means false.
func Is(a *estate.Asset, name string) tri.Bool {
	b, _ := Bool(a, name)
	return b
}

// Text returns a known string fact, or "".
func Text(a *estate.Asset, name string) string {
	f, ok := a.Fact(name)
	if !ok || !f.Known() {
		return ""
	}
	s, _ := f.Value.(string)
	return s
}

// From is the origin of a fact derived from f: f's place, by derivation.
func From(f estate.Fact) estate.Origin {
	o := f.Origin
	o.How = estate.Derived
	return o
}

// FromFact is From of the asset's fact of that name, or of the asset itself.
func FromFact(a *estate.Asset, name string) estate.Origin {
	if f, ok := a.Fact(name); ok {
		return From(f)
	}
	return At(a)
}

// At is the origin of what was derived from an asset as a whole.
func At(a *estate.Asset) estate.Origin {
	return estate.Origin{How: estate.Derived, Address: a.Address, At: &a.Location}
}

// SetBool stores a derived bool.
func SetBool(a *estate.Asset, name string, b tri.Bool, o estate.Origin) {
	f := estate.Fact{Name: name, Origin: o}
	if b.Known() {
		f.Value = b.IsTrue()
	} else {
		f.Unknown = b.Why()
	}
	a.SetFact(f)
}

// SetList stores a derived list of strings. Why, if not empty, says that there
// may be more than the list holds: then an empty list is unknown, and one with
// members is at least that much.
func SetList(a *estate.Asset, name string, list []string, why string, o estate.Origin) {
	f := estate.Fact{Name: name, Origin: o}
	if len(list) == 0 && why != "" {
		f.Unknown = why
	} else {
		if list == nil {
			list = []string{}
		}
		f.Value = list
	}
	a.SetFact(f)
}

// Linked yields the other ends, within the estate, of the relations of that name.
func Linked(a *estate.Asset, name string) func(func(*estate.Asset) bool) {
	return func(yield func(*estate.Asset) bool) {
		for i := range a.Relations {
			if r := &a.Relations[i]; r.Name == name && r.To != nil && !yield(r.To) {
				return
			}
		}
	}
}

// Account returns the asset of the account that a lives in, or nil.
func Account(a *estate.Asset) *estate.Asset {
	for acc := range Linked(a, "account") {
		return acc
	}
	return nil
}

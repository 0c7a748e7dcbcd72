// Package enrichtest builds small estates for the enrichers' tests.
package enrichtest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/estate"
)

// Facts are facts by name. A value of type Unknown makes an unknown fact.
type Facts map[string]any

// Unknown is the reason of an unknown fact, and in Want any unknown.
type Unknown string

// Absent, in Want, says that the asset must not have the fact.
const Absent = Unknown("\x00absent")

// Asset makes an asset.
func Asset(id, kind string, facts Facts) *estate.Asset {
	a := &estate.Asset{ID: id, Address: id, Name: id, Kind: kind, Provider: "aws"}
	for name, v := range facts {
		f := estate.Fact{Name: name, Value: v, Origin: estate.Origin{How: estate.Set, Address: id, Attribute: name}}
		if u, ok := v.(Unknown); ok {
			f.Value, f.Unknown = nil, string(u)
		}
		a.SetFact(f)
	}
	return a
}

// Link adds a relation and returns from.
func Link(from *estate.Asset, name string, to ...*estate.Asset) *estate.Asset {
	for _, t := range to {
		from.Relations = append(from.Relations, estate.Relation{Name: name, Ref: t.Address, To: t})
	}
	return from
}

// Elsewhere adds a relation whose other end is not in the estate.
func Elsewhere(from *estate.Asset, name, ref, unknown string) *estate.Asset {
	from.Relations = append(from.Relations, estate.Relation{Name: name, Ref: ref, Unknown: unknown})
	return from
}

// Estate makes an estate of the assets.
func Estate(as ...*estate.Asset) *estate.Estate { return &estate.Estate{Assets: as} }

// Want compares facts of the asset. Unknown("") accepts any reason.
func Want(t *testing.T, a *estate.Asset, want Facts) {
	t.Helper()
	for name, w := range want {
		f, ok := a.Fact(name)
		switch {
		case w == Absent:
			if ok {
				t.Errorf("%s: %s is %v, want none", a.ID, name, f.Value)
			}
			continue
		case !ok:
			t.Errorf("%s: no %s, want %v", a.ID, name, w)
			continue
		case f.Origin.How != estate.Derived:
			t.Errorf("%s: %s is not marked as derived", a.ID, name)
		}
		if u, isUnknown := w.(Unknown); isUnknown {
			if f.Known() || u != "" && string(u) != f.Unknown {
				t.Errorf("%s: %s is %v (unknown: %q), want unknown %q", a.ID, name, f.Value, f.Unknown, u)
			}
			continue
		}
		if !f.Known() {
			t.Errorf("%s: %s is unknown (%s), want %v", a.ID, name, f.Unknown, w)
		} else if d := cmp.Diff(w, f.Value); d != "" {
			t.Errorf("%s: %s (-want +got)\n%s", a.ID, name, d)
		}
	}
}

// Day makes a date.
func Day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

package copies

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/estate"
)

func asset(kind string, value any, how estate.How, sources ...*estate.Asset) *estate.Asset {
	a := &estate.Asset{Kind: kind}
	f := estate.Fact{Name: "encrypted_at_rest", Value: value, Origin: estate.Origin{How: how}}
	if value == nil {
		f.Unknown = "not written"
	}
	a.SetFact(f)
	for _, s := range sources {
		a.Relations = append(a.Relations, estate.Relation{Name: "source_of", To: s})
	}
	return a
}

func TestSnapshotIsAsItsSource(t *testing.T) {
	plain, safe := asset("disk", false, estate.Set), asset("relational-database", true, estate.Set)
	later := asset("disk", nil, estate.Set)
	of := func(s ...*estate.Asset) *estate.Asset { return asset("snapshot", nil, estate.Default, s...) }
	circle := of()
	circle.Relations = []estate.Relation{{Name: "source_of", To: circle}}
	for _, c := range []struct {
		name string
		a    *estate.Asset
		want any
	}{
		{"of a plain disk", of(plain), false},
		{"of an encrypted database", of(safe), true},
		{"copy of a snapshot", of(of(plain)), false},
		{"of a disk that is not known", of(later), nil},
		{"of a disk elsewhere", of(nil), nil},
		{"of two", of(plain, safe), nil},
		{"says itself", asset("snapshot", true, estate.Set, plain), true},
		{"written, not known", asset("snapshot", nil, estate.Set, safe), nil},
		{"no snapshot", asset("disk", nil, estate.Default, safe), nil},
		{"of itself", circle, nil},
	} {
		Enrich(&estate.Estate{Assets: []*estate.Asset{c.a}})
		if f, _ := c.a.Fact("encrypted_at_rest"); f.Value != c.want {
			t.Errorf("%s: %v, want %v", c.name, f.Value, c.want)
		}
	}
}

func TestReplicaIsAsItsPrimary(t *testing.T) {
	db := func(engine any, how estate.How, of ...*estate.Asset) *estate.Asset {
		a := &estate.Asset{Kind: "relational-database"}
		f := estate.Fact{Name: "engine", Value: engine, Origin: estate.Origin{How: how}}
		if engine == nil {
			f.Unknown = "not written"
		}
		a.SetFact(f)
		for _, o := range of {
			a.Relations = append(a.Relations, estate.Relation{Name: "replica_of", To: o})
		}
		return a
	}
	mysql := db("mysql", estate.Set)
	circle := db(nil, estate.Default)
	circle.Relations = []estate.Relation{{Name: "replica_of", To: circle}}
	for name, c := range map[string]struct {
		a    *estate.Asset
		want any
	}{
		"replica":              {db(nil, estate.Default, mysql), "mysql"},
		"replica of a replica": {db(nil, estate.Default, db(nil, estate.Default, mysql)), "mysql"},
		"says itself":          {db("mariadb", estate.Set, mysql), "mariadb"},
		"written, not known":   {db(nil, estate.Set, mysql), nil},
		"primary elsewhere":    {db(nil, estate.Default, nil), nil},
		"primary not known":    {db(nil, estate.Default, db(nil, estate.Set)), nil},
		"circle":               {circle, nil},
	} {
		Enrich(&estate.Estate{Assets: []*estate.Asset{c.a}})
		if f, _ := c.a.Fact("engine"); f.Value != c.want || f.Known() != (c.want != nil) {
			t.Errorf("%s: %v (%s), want %v", name, f.Value, f.Unknown, c.want)
		}
	}
}

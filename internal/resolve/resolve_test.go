package resolve

import (
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// service is a service of every form of rule.
const service = `
title: Test
model: paas
documents:
  doc: {url: "https://example.com/doc", title: Doc, verified: 2026-01-01}
assets:
  test_db:
    kind: relational-database
    facts:
      engine: {from: engine}
      auto_minor_upgrade: {from: auto, absent: true}
      support_ends_on: {from: ends}
owners:
  - {rule: custom-os, for: [guest-os.deploy], when: 'engine.startsWith("custom-")', owner: customer, document: doc, note: custom}
  - {rule: minor, for: [database-engine.deploy], when: "!auto_minor_upgrade", owner: customer, document: doc}
  - {rule: same-1, for: [guest-os.publish], when: 'engine == "x"', owner: provider, inferred: true}
  - {rule: major, for: [database-engine-major.deploy], owner: customer, document: doc, changes_on: support_ends_on, changes_to: provider}
  - {rule: red, for: [guest-os.configure], when: 'engine == "red"', owner: redhat, document: doc}
`

var loadOnce = sync.OnceValues(func() (*catalogue.Catalogue, error) {
	return catalogue.Load(catalogue.Options{Today: today, Overlays: []fs.FS{fstest.MapFS{
		"services/test/db/service.yaml": &fstest.MapFile{Data: []byte(service)},
	}}})
})

// load returns a catalogue that all tests share.
func load(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := loadOnce()
	if c == nil {
		t.Fatal(err)
	}
	if c.Asset("test_db") == nil {
		t.Fatalf("the test's service did not load: %v", err)
	}
	return c
}

func asset(facts ...estate.Fact) *estate.Asset {
	a := &estate.Asset{ID: "a", NativeType: "test_db", Provider: "test", Kind: "relational-database"}
	a.SetFacts(facts)
	return a
}

func decision(t *testing.T, r *Resolver, a *estate.Asset, responsibility string) *Decision {
	t.Helper()
	for _, d := range r.Duties(a) {
		if d.Responsibility.ID == responsibility {
			return d
		}
	}
	t.Fatalf("no responsibility %s", responsibility)
	return nil
}

func TestOwner(t *testing.T) {
	cat := load(t)
	engine := func(v string) estate.Fact { return estate.Fact{Name: "engine", Value: v} }
	auto := func(v bool) estate.Fact { return estate.Fact{Name: "auto_minor_upgrade", Value: v} }
	ends := func(day string) estate.Fact {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		return estate.Fact{Name: "support_ends_on", Value: d}
	}
	unknown := func(name string) estate.Fact { return estate.Fact{Name: name, Unknown: "after apply"} }
	for _, c := range []struct {
		name           string
		facts          []estate.Fact
		responsibility string
		owner          Owner
		party, rule    string
		possible       int
		changes        string
	}{
		{"model decides", []estate.Fact{engine("mysql")}, "guest-os.deploy", Provider, "test", "models#paas", 0, ""},
		{"rule decides", []estate.Fact{engine("custom-oracle-ee")}, "guest-os.deploy", Customer, "customer", "test/db#custom-os", 0, ""},
		{"unknown fact, differing owners", []estate.Fact{unknown("engine")}, "guest-os.deploy", Unknown, "", "test/db#custom-os", 2, ""},
		{"unknown fact, same owner either way", []estate.Fact{unknown("engine")}, "guest-os.publish", Provider, "test", "test/db#same-1", 0, ""},
		{"fact not there", nil, "guest-os.deploy", Provider, "test", "models#paas", 0, ""},
		{"switch off", []estate.Fact{auto(false)}, "database-engine.deploy", Customer, "customer", "test/db#minor", 0, ""},
		{"switch on", []estate.Fact{auto(true)}, "database-engine.deploy", Provider, "test", "models#paas", 0, ""},
		{"before the day", []estate.Fact{ends("2027-01-01")}, "database-engine-major.deploy", Customer, "customer", "test/db#major", 0, "support_ends_on"},
		{"after the day", []estate.Fact{ends("2026-01-01")}, "database-engine-major.deploy", Provider, "test", "test/db#major", 0, ""},
		{"third party", []estate.Fact{engine("red")}, "guest-os.configure", Provider, "redhat", "test/db#red", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decision(t, New(cat, nil, today), asset(c.facts...), c.responsibility)
			if d.Owner != c.owner || d.Party != c.party || d.Rule != c.rule || len(d.Possible) != c.possible || d.ChangesOn != c.changes {
				t.Errorf("got %s %q by %s, possible %v, changes on %q", d.Owner, d.Party, d.Rule, d.Possible, d.ChangesOn)
			}
		})
	}
}

func TestDecisionsAreSharedOnlyBetweenEquals(t *testing.T) {
	r := New(load(t), nil, today)
	a := asset(estate.Fact{Name: "engine", Value: "mysql"})
	b := asset(estate.Fact{Name: "engine", Value: "postgres"})
	c := asset(estate.Fact{Name: "engine", Value: "custom-oracle-ee"})
	if &r.Duties(a)[0] != &r.Duties(b)[0] {
		t.Error("assets on which the same rules hold do not share their decisions")
	}
	if &r.Duties(a)[0] == &r.Duties(c)[0] {
		t.Error("assets on which different rules hold share their decisions")
	}
}

func TestOverride(t *testing.T) {
	r := New(load(t), []Override{{
		For: []string{"guest-os.*"}, Match: func(a *estate.Asset) bool { return a.Name == "theirs" }, Owner: Provider, Party: "acme", Source: "demarc.yaml#contracts[0]",
	}}, today)
	theirs, ours := asset(), asset()
	theirs.Name = "theirs"
	if d := decision(t, r, theirs, "guest-os.operate"); d.Party != "acme" || d.Rule != "demarc.yaml#contracts[0]" {
		t.Errorf("got %s by %s", d.Party, d.Rule)
	}
	if d := decision(t, r, ours, "guest-os.operate"); d.Party == "acme" {
		t.Error("the contract holds for an asset it does not name")
	}
}

// TestEveryDutyHasOneOwnerOrSeveralPossible holds over the whole catalogue
// with no fact known at all.
func TestEveryDutyHasOneOwnerOrSeveralPossible(t *testing.T) {
	cat := load(t)
	r := New(cat, nil, today)
	for name, at := range cat.All().Assets {
		a := &estate.Asset{ID: name, NativeType: name, Provider: at.Service.Provider, Kind: at.KindID, Service: at.Service.ID}
		for fact := range at.PossibleFacts {
			a.SetFact(estate.Fact{Name: fact, Unknown: "test"})
		}
		for _, d := range r.Duties(a) {
			if (d.Owner == Unknown) != (len(d.Possible) > 1) || (d.Owner == Unknown) != (d.Party == "") || d.Rule == "" {
				t.Errorf("%s: %s: %s %q possible %v by %q", name, d.Responsibility.ID, d.Owner, d.Party, d.Possible, d.Rule)
			}
		}
	}
}

package assess

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/expr"
)

// testDay is the day the calendar is read for in tests.
var testDay = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

var testEngine = sync.OnceValues(func() (*Engine, error) { return NewEngine(EngineOptions{Today: testDay}) })

// engine returns the engine over the embedded data. Mistakes in the data fail
// TestData alone, so that the others still say what they can.
func engine(t testing.TB) *Engine {
	t.Helper()
	e, err := testEngine()
	if e == nil {
		t.Fatal(err)
	}
	return e
}

func TestData(t *testing.T) {
	if _, err := testEngine(); err != nil {
		t.Error(err)
	}
}

// seen collects what the cases of a service have shown, over all of them.
type seen struct {
	facts map[string]map[string]bool // type.fact -> values expected
	types map[string]bool
}

// TestServices assesses every case of the catalogue and holds facts and
// owners against its expectations; then it demands that the cases of a
// service show every type, every fact, and both values of a bool.
func TestServices(t *testing.T) {
	cases, err := catalogue.Cases("../../catalogue")
	if err != nil {
		t.Fatal(err)
	}
	e := engine(t)
	byService := map[string][]catalogue.Case{}
	for _, c := range cases {
		byService[c.Service] = append(byService[c.Service], c)
	}
	for _, id := range slices.Sorted(maps.Keys(e.Catalogue.All().Services)) {
		service := e.Catalogue.Service(id)
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			got := seen{facts: map[string]map[string]bool{}, types: map[string]bool{}}
			for _, c := range byService[id] {
				t.Run(c.Name, func(t *testing.T) { runCase(t, e, c, got) })
			}
			demandCoverage(t, e, service, got)
		})
	}
}

func runCase(t *testing.T, e *Engine, c catalogue.Case, got seen) {
	t.Helper()
	res, err := e.isolated(t.Context(), c.Config)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range hold(res, c) {
		t.Error(m)
	}
	for native := range res.Types {
		got.types[native] = true
	}
	entries := entriesOf(res, c)
	for address, want := range c.Want {
		entry := entries[address]
		if entry == nil || want == nil {
			continue
		}
		for name, value := range want.Facts {
			key := entry.Asset.Means + "." + name
			if got.facts[key] == nil {
				got.facts[key] = map[string]bool{}
			}
			got.facts[key][fmt.Sprint(value)] = true
		}
	}
}

// demandCoverage fails for types and facts that no case shows.
func demandCoverage(t *testing.T, e *Engine, s *catalogue.Service, got seen) {
	t.Helper()
	for name, asset := range s.Assets {
		if asset.KindID == catalogue.Account {
			continue
		}
		if !got.types[name] {
			t.Errorf("%s: no case shows the type", name)
			continue
		}
		for fact, m := range asset.Facts {
			demandFact(t, e, name, fact, m, got)
		}
	}
	for name := range s.Twins {
		if !got.types[name] {
			t.Errorf("%s: no case shows the twin", name)
		}
	}
	for name, part := range s.Parts {
		if !got.types[name] {
			t.Errorf("%s: no case shows the type", name)
			continue
		}
		of := part.Of[0]
		if of == catalogue.Account {
			of = catalogue.AccountType(s.Provider)
		}
		for fact, m := range part.Facts {
			shown, among := "", append([]string{of}, part.Of...)
			if of == catalogue.Any || of == catalogue.Machine {
				among = nil
				union := map[string]bool{}
				for key, values := range got.facts {
					if native, ok := strings.CutSuffix(key, "."+fact); ok {
						among = append(among, native)
						maps.Copy(union, values)
					}
				}
				if of == catalogue.Machine && len(union) > 0 { // whichever machine shows it
					got.facts[of+"."+fact], among = union, []string{of}
				}
			}
			for _, of := range among {
				if got.facts[of+"."+fact] != nil {
					shown = of
				}
			}
			if shown == "" {
				t.Errorf("%s: no case expects the fact %s of %s", name, fact, of)
			} else if len(part.Of) == 1 {
				demandFact(t, e, shown, fact, m, got)
			}
		}
	}
}

func demandFact(t *testing.T, e *Engine, of, fact string, m *catalogue.Mapping, got seen) {
	t.Helper()
	values := got.facts[of+"."+fact]
	switch {
	case len(values) == 0:
		t.Errorf("%s: no case expects the fact %s", of, fact)
	case e.Catalogue.Facts[fact].Type == expr.Bool && !m.Const.Set && (!values["true"] || !values["false"]):
		t.Errorf("%s: the cases show %s only as %v; show it both true and false", of, fact, slices.Sorted(maps.Keys(values)))
	}
}

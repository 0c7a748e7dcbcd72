package assess

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/ledger"
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
	for _, id := range slices.Sorted(maps.Keys(e.Catalogue.Services)) {
		service := e.Catalogue.Services[id]
		t.Run(id, func(t *testing.T) {
			got := seen{facts: map[string]map[string]bool{}, types: map[string]bool{}}
			for _, c := range byService[id] {
				t.Run(c.Name, func(t *testing.T) { runCase(t, e, c, got) })
			}
			demandCoverage(t, e, service, got)
		})
	}
}

func runCase(t *testing.T, e *Engine, c catalogue.Case, got seen) {
	dir := t.TempDir()
	text, err := os.ReadFile(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	res, err := e.Run(t.Context(), Options{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range res.Sources {
		for _, g := range s.Gaps {
			if g.Error {
				t.Errorf("%s:%d: %s", c.Config, g.Location.Line, g.What)
			}
		}
	}
	for _, u := range res.Uncovered {
		t.Errorf("type %s is not covered", u.Type)
	}
	entries := map[string]*ledger.Entry{}
	for i := range res.Ledger.Entries {
		entry := &res.Ledger.Entries[i]
		entries[entry.Asset.Address] = entry
		for _, address := range entry.Asset.Addresses {
			if i := strings.LastIndexByte(address, '.'); i > 0 {
				got.types[typeOf(address)] = true
			}
			if entries[address] == nil {
				entries[address] = entry
			}
		}
	}
	for address, want := range c.Want {
		entry := entries[address]
		if entry == nil && strings.HasSuffix(address, "-account") || strings.HasSuffix(address, "-account:.") {
			entry = entries["aws-account:."]
		}
		if entry == nil {
			t.Errorf("no asset %s; there are %v", address, slices.Sorted(maps.Keys(entries)))
			continue
		}
		if want == nil {
			continue
		}
		holdFacts(t, e, entry.Asset, want, got)
		holdOwners(t, entry, want)
	}
}

// typeOf is the resource type in an address.
func typeOf(address string) string {
	parts := strings.Split(strings.SplitN(address, "[", 2)[0], ".")
	if len(parts) < 2 {
		return ""
	}
	return parts[len(parts)-2]
}

func holdFacts(t *testing.T, e *Engine, a *estate.Asset, want *catalogue.Expectation, got seen) {
	t.Helper()
	for name, value := range want.Facts {
		f, ok := a.Fact(name)
		if !ok {
			t.Errorf("%s has no fact %s", a.Address, name)
			continue
		}
		shown := display(f)
		if diff := cmp.Diff(plainValue(value), shown); diff != "" {
			t.Errorf("%s: %s (want -, got +; %s):\n%s", a.Address, name, f.Unknown, diff)
		}
		key := a.NativeType + "." + name
		if got.facts[key] == nil {
			got.facts[key] = map[string]bool{}
		}
		got.facts[key][fmt.Sprint(shown)] = true
	}
	for _, name := range want.Absent {
		if _, ok := a.Fact(name); ok {
			t.Errorf("%s has the fact %s, want none", a.Address, name)
		}
	}
}

func holdOwners(t *testing.T, entry *ledger.Entry, want *catalogue.Expectation) {
	t.Helper()
	for resp, owner := range want.Owners {
		found := false
		for _, d := range entry.Duties {
			if d.Responsibility.ID != resp {
				continue
			}
			found = true
			if d.Owner.String() != owner && d.Party != owner {
				t.Errorf("%s: %s is the %s's (%s; %v), want %s", entry.Asset.Address, resp, d.Owner, d.Rule, d.Possible, owner)
			}
		}
		if !found {
			t.Errorf("%s has no responsibility %s", entry.Asset.Address, resp)
		}
	}
}

// display is a fact's value as expectations write it.
func display(f estate.Fact) any {
	if !f.Known() {
		return "unknown"
	}
	switch v := f.Value.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case []string:
		out := []any{}
		for _, s := range v {
			out = append(out, s)
		}
		return out
	}
	return plainValue(f.Value)
}

// plainValue brings values of data files and of facts to one form.
func plainValue(v any) any {
	switch x := v.(type) {
	case uint64:
		return float64(x)
	case int64:
		return float64(x)
	case int:
		return float64(x)
	case time.Time:
		return x.Format(time.DateOnly)
	case []any:
		out := []any{}
		for _, e := range x {
			out = append(out, plainValue(e))
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range x {
			if e != nil {
				out[k] = plainValue(e)
			}
		}
		return out
	case nil, bool, string, float64:
		return x
	}
	return "unknown"
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
			shown := ""
			for _, of := range append([]string{of}, part.Of...) {
				if got.facts[of+"."+fact] != nil {
					shown = of
				}
			}
			if shown == "" {
				t.Errorf("%s: no case expects the fact %s of %s", name, fact, of)
			} else if len(part.Of) == 1 {
				demandFact(t, e, of, fact, m, got)
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

package inventory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/inventory/inventorytest"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// listed is a list as a test compares it: what tells each thing, and its asset.
type listed struct {
	id    string
	asset int64
}

// lists are the ways to look at a ledger, each page by page to its end.
func (h *house) lists(who tenant.Who, w inventory.Where) map[string]func(text string) ([]listed, error) {
	out := map[string]func(text string) ([]listed, error){}
	for _, sort := range []string{"risk", "address", "newest"} {
		out["assets by "+sort] = func(text string) (all []listed, err error) {
			got, err := pages(func(p inventory.Paging) (inventory.Page[inventory.Asset], error) {
				return h.inv.Assets(h.ctx(), who, inventory.AssetQuery{Where: w, Text: text, Sort: sort, Paging: p})
			})
			for _, a := range got {
				all = append(all, listed{a.Address, a.ID})
			}
			return all, err
		}
	}
	duties := func(name string, ask inventory.DutyQuery) {
		out["duties "+name] = func(text string) (all []listed, err error) {
			got, err := pages(func(p inventory.Paging) (inventory.Page[inventory.Duty], error) {
				ask.Where, ask.Text, ask.Paging = w, text, p
				return h.inv.Duties(h.ctx(), who, ask)
			})
			for _, d := range got {
				all = append(all, listed{d.Address + " " + d.Responsibility, d.Asset})
			}
			return all, err
		}
	}
	duties("by asset", inventory.DutyQuery{})
	duties("moving", inventory.DutyQuery{Sort: "moving"})
	duties("failing", inventory.DutyQuery{Statuses: []string{"failing"}})
	duties("in two statuses", inventory.DutyQuery{Statuses: []string{"failing", "unverified"}})
	duties("without an owner", inventory.DutyQuery{Owners: []string{"unknown"}})
	findings := func(name string, ask inventory.FindingQuery) {
		out["findings "+name] = func(text string) (all []listed, err error) {
			got, err := pages(func(p inventory.Paging) (inventory.Page[inventory.Finding], error) {
				ask.Where, ask.Text, ask.Paging = w, text, p
				return h.inv.Findings(h.ctx(), who, ask)
			})
			for _, f := range got {
				all = append(all, listed{fmt.Sprint(f.ID), f.Asset})
			}
			return all, err
		}
	}
	findings("open", inventory.FindingQuery{})
	findings("newest", inventory.FindingQuery{Sort: "newest"})
	findings("passing", inventory.FindingQuery{States: []string{inventory.Passing}})
	findings("in any state", inventory.FindingQuery{States: inventory.States})
	findings("resolved", inventory.FindingQuery{Sort: "resolved"})
	return out
}

// having are the assets that have words that begin with those of a text.
func (h *house) having(text string) map[int64]bool {
	h.t.Helper()
	var out map[int64]bool
	for word := range strings.FieldsSeq(text) {
		var ids []int64
		if err := h.db.NewRaw("SELECT asset FROM asset_words WHERE word LIKE ? AND org = ?", word+"%", h.org).Scan(h.ctx(), &ids); err != nil {
			h.t.Fatal(err)
		}
		with := map[int64]bool{}
		for _, id := range ids {
			with[id] = out == nil || out[id]
		}
		out = with
	}
	return out
}

// A search finds, page by page and in each order, just what the list without it has
// of the assets that have its words: whether they are everywhere, in one source at
// the list's other end, in several, or in none.
func TestSearchWithinLists(t *testing.T) {
	inventory.SmallSearches(t)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		group := h.group("ones", inventorytest.Groups(20)[1])
		e := inventorytest.Estate{Assets: 72, PerSource: 12, Start: start}
		for source := range 6 {
			for round := range 2 {
				if _, err := h.inv.Post(h.ctx(), h.system(), int64(source+1), inventory.Meta{}, e.Assessment(source, round)); err != nil {
					t.Fatal(err)
				}
			}
		}
		for word, where := range map[string]string{"zebra": "source = 6", "yak": "source IN (1, 6)", "wolf": "source = 3 AND id % 3 = 0", "vole": "source > 1 AND id % 2 = 0"} {
			if _, err := db.ExecContext(h.ctx(), "INSERT INTO asset_words (asset, word, org) SELECT id, ?, org FROM assets WHERE "+where, word); err != nil {
				t.Fatal(err)
			}
		}
		tried, found := 0, 0
		for who, w := range map[string]tenant.Who{"everything": h.system(), "a group": h.person(tenant.Viewer, group)} {
			for where, narrowed := range map[string]inventory.Where{"": {}, " of a source": {Sources: []int64{6}}} {
				for name, list := range h.lists(w, narrowed) {
					all, err := list("")
					if err != nil {
						t.Fatal(err)
					}
					for _, text := range []string{"zebra", "yak", "wolf", "vole", "orders", "vole zebra", "nothing", "aws"} {
						having := h.having(text)
						want := slices.DeleteFunc(slices.Clone(all), func(l listed) bool { return !having[l.asset] })
						got, err := list(text)
						if err != nil {
							t.Fatal(err)
						}
						tried, found = tried+1, found+len(got)
						if diff := cmp.Diff(append([]listed{}, want...), append([]listed{}, got...), cmp.AllowUnexported(listed{})); diff != "" {
							t.Errorf("%s%s, %s, with %q: %s", name, where, who, text, diff)
						}
					}
				}
			}
		}
		t.Logf("%d searches found %d", tried, found)
	})
}

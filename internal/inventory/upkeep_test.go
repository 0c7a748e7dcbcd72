package inventory_test

import (
	"errors"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

func (h *house) tend() {
	h.t.Helper()
	if err := h.inv.Tend(h.ctx()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) kept(want inventory.Retention) {
	h.t.Helper()
	if got, err := h.inv.Retention(h.ctx(), h.system()); err != nil || got != want {
		h.t.Errorf("retention %+v, %v; want %+v", got, err, want)
	}
}

// History that is older than is kept goes once a day, and no other.
func TestHistoryForgottenOnSchedule(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.inv.Groups = h.dir
		day := func(n int) time.Time { return start.AddDate(0, 0, n) }
		snapshots := func(want int) {
			t.Helper()
			if n := len(h.content("snapshots")); n != want {
				t.Errorf("%d snapshots on %s, want %d", n, h.now.Format(time.DateOnly), want)
			}
		}
		for i, result := range []string{"fail", "pass", "fail"} {
			h.post(1, accounts(result).assessment(10*i)) // days 0, 10 and 20
		}
		h.tend()
		h.kept(inventory.Retention{})
		snapshots(3) // for ever, where nothing is said

		h.inv.Keep = 95 * 24 * time.Hour
		h.now = day(100)
		h.tend()
		snapshots(2)
		h.kept(inventory.Retention{Keep: h.inv.Keep, Last: day(100), Next: day(101)})
		h.now = day(106).Add(-time.Hour)
		if _, err := db.NewRaw("UPDATE upkeep SET due = ?", store.At(day(106))).Exec(h.ctx()); err != nil {
			t.Fatal(err)
		}
		h.tend()
		snapshots(2) // not due
		h.now = day(106)
		h.tend()
		snapshots(1)
		h.now = day(300)
		h.tend()
		snapshots(1) // the latest stays
		if got, err := h.sees(h.system()); err != nil || got.assets != 10 || got.duties != 30 {
			t.Errorf("what is there: %+v, %v", got, err)
		}
		if _, err := h.inv.Retention(h.ctx(), h.person(tenant.Viewer, h.tree(h.org).Root())); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("a viewer is told: %v", err)
		}
	})
}

// Of a large estate, assets are placed anew by Tend, once, and again where
// somebody asks while it is done.
func TestPlacedLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.inv.Groups, h.inv.AtOnce = h.dir, 5
		group := h.group("ones", tenant.Scope{Accounts: []string{"333"}})
		h.post(1, accounts("fail").assessment(0))
		sees := func(want int) {
			t.Helper()
			if got, err := h.sees(h.person(tenant.Viewer, group)); err != nil || got.assets != want {
				t.Errorf("%d assets in the group, want %d; %v", got.assets, want, err)
			}
		}
		change := func(account string) {
			t.Helper()
			g := tenant.Group{ID: group, Org: h.org, Parent: h.tree(h.org).Root(), Kind: tenant.Product, Name: "ones", Scope: tenant.Scope{Accounts: []string{account}}}
			if err := h.dir.ChangeGroup(h.ctx(), g); err != nil {
				t.Fatal(err)
			}
			if n, later, err := h.inv.Replace(h.ctx(), h.system()); err != nil || !later || n != 0 {
				t.Errorf("%d moved, later %v, %v", n, later, err)
			}
		}
		change("111")
		sees(0)
		h.tend()
		sees(5)
		if n := len(h.content("upkeep")); n != 0 {
			t.Errorf("%d things left to do", n)
		}
		change("333")
		change("111") // before anything was done
		h.tend()
		sees(5)
		h.holds()

		// A replica that took the work and died leaves it until its lease ends.
		change("333")
		if _, err := db.NewRaw("UPDATE upkeep SET due = ?", store.At(h.now.Add(10*time.Minute))).Exec(h.ctx()); err != nil {
			t.Fatal(err)
		}
		h.tend()
		sees(5)
		h.now = h.now.Add(10 * time.Minute)
		h.tend()
		sees(0)
	})
}

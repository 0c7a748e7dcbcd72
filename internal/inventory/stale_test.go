package inventory_test

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// A post that was begun before groups changed places its assets by the groups
// there are when it is taken, and so does placing that was asked for earlier.
func TestStaleTree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.inv.Groups = h.dir
		post := func(who tenant.Who, day int) {
			t.Helper()
			if _, err := h.inv.Post(h.ctx(), who, 1, inventory.Meta{}, accounts("fail").assessment(day)); err != nil {
				t.Fatal(err)
			}
		}
		before := h.system()
		group := h.group("ones", tenant.Scope{Accounts: []string{"111"}})
		sees := func(what string, want int) {
			t.Helper()
			if got, err := h.sees(h.person(tenant.Viewer, group)); err != nil || got.assets != want {
				t.Errorf("%s: %d assets in the group, want %d; %v", what, got.assets, want, err)
			}
			h.holds()
		}
		change := func(account string) {
			t.Helper()
			g := tenant.Group{ID: group, Org: h.org, Parent: h.tree(h.org).Root(), Kind: tenant.Product, Name: "ones", Scope: tenant.Scope{Accounts: []string{account}}}
			if err := h.dir.ChangeGroup(h.ctx(), g); err != nil {
				t.Fatal(err)
			}
		}
		replace := func(who tenant.Who) {
			t.Helper()
			if _, _, err := h.inv.Replace(h.ctx(), who); err != nil {
				t.Fatal(err)
			}
		}
		replace(h.system()) // which knows of no source yet
		post(before, 0)
		sees("the first post", 5)

		before = h.system()
		change("333")
		replace(h.system())
		sees("groups changed", 0)
		post(before, 1)
		sees("the post after it", 0)

		change("111")
		between := h.system()
		change("333")
		replace(h.system())
		replace(between) // who was slower
		sees("placed by who was slower", 0)

		if _, err := h.dir.Add(h.ctx(), h.system(), tenant.Group{Parent: h.tree(h.org).Root(), Kind: tenant.Team, Name: "other"}); err != nil {
			t.Fatal(err)
		}
		if now := h.tree(h.org); now.Version <= between.Tree.Version {
			t.Errorf("a group is added, and the tree of version %d becomes one of %d", between.Tree.Version, now.Version)
		}
	})
}

// Groups that change while a source's first snapshot is written, of which
// whoever places assets anew does not know yet, are those it is placed by.
func TestGroupsChangeDuringThePost(t *testing.T) {
	h := newHouse(t, storetest.PostgreSQL(t)) // SQLite has one writer at a time
	h.inv.Groups = h.dir
	var group int64
	h.inv.Accepted = func(context.Context, bun.IDB, int64, int64) (inventory.Accept, error) {
		group = h.group("ones", tenant.Scope{Accounts: []string{"111"}})
		moved, later, err := h.inv.Replace(h.ctx(), h.system())
		if err != nil || moved != 0 || later {
			t.Errorf("placed while the post is written: %d moved, later %v, %v", moved, later, err)
		}
		return nil, nil
	}
	h.post(1, accounts("fail").assessment(0))
	if got, err := h.sees(h.person(tenant.Viewer, group)); err != nil || got.assets != 5 {
		t.Errorf("%d assets in the group, want 5; %v", got.assets, err)
	}
	h.holds()
}

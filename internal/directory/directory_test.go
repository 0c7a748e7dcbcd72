package directory_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

func TestGroups(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		d := &directory.Directory{DB: db, Now: time.Now}
		shop, err := d.Create(ctx, "shop", "Shop")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Create(ctx, "shop", "Other"); !errors.Is(err, store.ErrConflict) {
			t.Errorf("a second organisation of the slug: %v", err)
		}
		bank, err := d.Create(ctx, "bank", "Bank")
		if err != nil {
			t.Fatal(err)
		}
		tree := func(org int64) *tenant.Tree {
			tr, err := d.Tree(ctx, org)
			if err != nil {
				t.Fatal(err)
			}
			return tr
		}
		root := tree(shop.ID).Root()
		add := func(parent int64, name string, scope tenant.Scope) int64 {
			id, err := d.AddGroup(ctx, tenant.Group{Org: shop.ID, Parent: parent, Kind: tenant.Product, Name: name, Scope: scope})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		web := add(root, "Web", tenant.Scope{Accounts: []string{"111"}})
		tills := add(web, "Tills", tenant.Scope{Tags: map[string]string{"product": "tills"}})

		got := tree(shop.ID)
		if want := []int64{root, web, tills}; !slices.Equal(got.Subtree(root), want) {
			t.Errorf("the tree is %v, want %v", got.Subtree(root), want)
		}
		if g := got.Place(tenant.Placed{Account: "111", Tags: map[string]string{"product": "tills"}}); g != tills {
			t.Errorf("placed in %d, want the deepest, %d", g, tills)
		}
		for _, bad := range []tenant.Group{
			{Org: shop.ID, Parent: root, Kind: tenant.Product, Name: "Web"},
			{Org: shop.ID, Parent: root, Kind: "club", Name: "X"},
			{Org: shop.ID, Parent: root, Kind: tenant.Product, Name: " "},
			{Org: bank.ID, Parent: root, Kind: tenant.Product, Name: "X"},
		} {
			if _, err := d.AddGroup(ctx, bad); !errors.Is(err, directory.ErrInvalid) {
				t.Errorf("adding %+v: %v", bad, err)
			}
		}
		if err := d.ChangeGroup(ctx, tenant.Group{ID: web, Org: shop.ID, Parent: tills, Kind: tenant.Product, Name: "Web"}); !errors.Is(err, directory.ErrInvalid) {
			t.Errorf("a group below itself: %v", err)
		}
		if err := d.RemoveGroup(ctx, shop.ID, web); !errors.Is(err, directory.ErrInvalid) {
			t.Errorf("removing a group with others below: %v", err)
		}
		if err := d.RemoveGroup(ctx, bank.ID, tills); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("removing another organisation's group: %v", err)
		}
		if err := d.RemoveGroup(ctx, shop.ID, tills); err != nil {
			t.Error(err)
		}
	})
}

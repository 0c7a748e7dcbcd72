package inventory_test

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/inventory/inventorytest"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// A ledger that is filled for benchmarks is one that posts could have made.
func TestFill(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a ledger")
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		for i, scope := range inventorytest.Groups(20) {
			h.group(string(rune('a'+i)), scope)
		}
		e := inventorytest.Estate{Assets: 30 * 3, PerSource: 30, Start: start}
		if err := e.Fill(h.ctx(), h.inv, h.system(), nil); err != nil {
			t.Fatal(err)
		}
		h.holds()
		if got, err := h.sees(h.system()); err != nil || got.assets != 90 || got.duties != 90*15 || got.findings != 90*inventorytest.PerAsset {
			t.Errorf("%+v, %v", got, err)
		}
		first := h.tree(h.org).Children(h.tree(h.org).Root())[0]
		if _, err := h.sees(h.person(tenant.Viewer, first)); err != nil {
			t.Error(err)
		}
	})
}

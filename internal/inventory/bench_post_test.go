package inventory_test

import (
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/inventory/inventorytest"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// BenchmarkPost posts a source of 10,000 assets, 150,000 duties and 100,000
// findings: for the first time, the same again, and with a fiftieth changed.
func BenchmarkPost(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { posts(b, storetest.SQLite(b)) })
	b.Run("postgresql", func(b *testing.B) { posts(b, storetest.PostgreSQL(b)) })
}

func posts(b *testing.B, db *store.DB) {
	start := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { return start.AddDate(1, 0, 0) }
	dir, inv := &directory.Directory{DB: db, Now: now}, &inventory.Inventory{DB: db, Now: now}
	org, err := dir.Create(b.Context(), "bench", "Bench")
	if err != nil {
		b.Fatal(err)
	}
	tree, err := dir.Tree(b.Context(), org.ID)
	if err != nil {
		b.Fatal(err)
	}
	who := tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}
	post := func(b *testing.B, source int64, round int) inventory.Counts {
		b.Helper()
		e := inventorytest.Estate{Assets: 10_000, PerSource: 10_000, Start: start}
		p, err := inv.Post(b.Context(), who, source, inventory.Meta{}, e.Assessment(0, round))
		if err != nil {
			b.Fatal(err)
		}
		return p.Counts
	}
	source, round := int64(0), 0
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			source++
			if c := post(b, source, 0); c.New != 10_000 {
				b.Fatalf("%+v", c)
			}
		}
	})
	b.Run("same", func(b *testing.B) {
		for b.Loop() {
			if c := post(b, source, 0); !c.Nothing() {
				b.Fatalf("%+v", c)
			}
		}
	})
	b.Run("some", func(b *testing.B) {
		for b.Loop() {
			round++
			if c := post(b, source, round); c.Changed == 0 || c.Changed > 500 {
				b.Fatalf("%+v", c)
			}
		}
	})
}

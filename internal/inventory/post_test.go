package inventory_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// database is a small piece of configuration whose storage is encrypted or
// not.
func database(name, encrypted string) string {
	return fmt.Sprintf(`
resource "aws_db_instance" %q {
  identifier                = %q
  engine                    = "postgres"
  engine_version            = "16.3"
  instance_class            = "db.t3.medium"
  allocated_storage         = 20
  storage_encrypted         = %s
  publicly_accessible       = false
  username                  = "app"
  manage_master_user_password = true
  tags = { team = "payments" }
}
`, name, name, encrypted)
}

const queue = `
resource "aws_sqs_queue" "orders" {
  name = "orders"
}
`

// tables are those a post writes to when something differs.
var tables = []string{"assets", "asset_bodies", "asset_words", "asset_edges", "bases", "duties", "findings", "changes", "cells", "totals", "points", "weakest", "names"}

// content is everything a table holds, as text.
func (h *house) content(table string) []string {
	h.t.Helper()
	var rows []map[string]any
	if err := h.db.NewSelect().Table(table).Scan(h.ctx(), &rows); err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		line := ""
		for _, k := range slices.Sorted(maps.Keys(r)) {
			line += fmt.Sprintf("%s=%v ", k, r[k])
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

func (h *house) contents() map[string][]string {
	out := map[string][]string{}
	for _, table := range tables {
		out[table] = h.content(table)
	}
	return out
}

func TestPostTwiceWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		files := map[string]string{"main.tf": database("main", "false") + queue}
		first := h.post(7, assessed(t, 0, files))
		if first.New == 0 || first.Findings == 0 || first.Failing != 0 {
			t.Errorf("the first snapshot counts %+v; want assets, and nothing called new of the findings", first)
		}
		before := h.contents()
		second := h.post(7, assessed(t, 1, files))
		if !second.Nothing() {
			t.Errorf("the second counts %+v", second)
		}
		after := h.contents()
		for _, table := range tables {
			if !slices.Equal(before[table], after[table]) {
				t.Errorf("%s differs after a post of the same", table)
			}
			if len(before[table]) == 0 {
				t.Errorf("nothing is in %s", table)
			}
		}
		if n := len(h.content("snapshots")); n != 2 {
			t.Errorf("%d snapshots", n)
		}
	})
}

func TestPostRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		a := assessed(t, 5, map[string]string{"main.tf": queue})
		h.post(7, a)
		post := func(meta inventory.Meta, a *report.Assessment) error {
			_, err := h.inv.Post(h.ctx(), h.system(), 7, meta, a)
			return err
		}
		older := *a
		older.AssessedAt = start.AddDate(0, 0, 4).Format("2006-01-02T15:04:05Z07:00")
		if err := post(inventory.Meta{}, &older); !errors.Is(err, inventory.ErrOlder) || !errors.Is(err, store.ErrConflict) {
			t.Errorf("an older one: %v", err)
		}
		future := *a
		future.AssessedAt = h.now.AddDate(0, 0, 1).Format("2006-01-02T15:04:05Z07:00")
		lost := *a
		lost.Findings = slices.Values([]report.Finding{})
		stray := *a
		stray.Findings = slices.Values([]report.Finding{{Asset: "nowhere", Check: "x"}})
		twice := *a
		twice.Assets = slices.Values(slices.Concat(slices.Collect(a.Assets), slices.Collect(a.Assets)))
		apart := *a
		apart.Duties = slices.Values(append(slices.Collect(a.Duties), report.Duty{Asset: "nowhere", Responsibility: "x", Owner: "customer", Status: "failing"}))
		narrowed := *a
		narrowed.Narrowed = []string{"--check"}
		for what, a := range map[string]*report.Assessment{
			"narrowed": &narrowed, "of the future": &future, "lost findings": &lost, "stray finding": &stray, "an asset twice": &twice, "a duty apart": &apart,
		} {
			if err := post(inventory.Meta{}, a); !errors.Is(err, inventory.ErrInvalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		other := h.organisation("bank")
		who := h.system()
		who.Org, who.Tree = other, h.tree(other)
		if _, err := h.inv.Post(h.ctx(), who, 7, inventory.Meta{}, a); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another organisation posts to the source: %v", err)
		}
		if n := len(h.content("snapshots")); n != 1 {
			t.Errorf("%d snapshots are left", n)
		}
	})
}

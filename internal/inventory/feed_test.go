package inventory_test

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// Whoever follows a source's changes gets each once, in order, with where it
// is and what to do about it.
func TestFeed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		files := func(encrypted string) map[string]string {
			return map[string]string{"live/main.tf": database("main", encrypted)}
		}
		h.post(7, assessed(t, 0, files("true")))
		h.post(7, assessed(t, 1, files("false")))
		failing, err := h.inv.Feed(h.ctx(), db, h.org, 7, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range failing {
			if c.Kind == inventory.FindingNew && c.Remediation == "" {
				t.Errorf("nothing says what to do: %+v", c)
			}
		}
		h.post(7, assessed(t, 2, files("true")))
		heads, err := h.inv.Heads(h.ctx(), nil)
		if err != nil || len(heads) != 1 || heads[0].Org != h.org || heads[0].Source != 7 {
			t.Fatalf("%+v, %v", heads, err)
		}
		var all []inventory.FeedItem
		for after := int64(0); after < heads[0].Change; after = all[len(all)-1].ID {
			part, err := h.inv.Feed(h.ctx(), db, h.org, 7, after, 2)
			if err != nil || len(part) == 0 || len(part) > 2 {
				t.Fatalf("%d changes, %v", len(part), err)
			}
			all = append(all, part...)
		}
		kinds := map[string]int{}
		for i, c := range all {
			if i > 0 && c.ID <= all[i-1].ID {
				t.Errorf("change %d after %d", c.ID, all[i-1].ID)
			}
			kinds[c.Kind]++
			if c.Kind != inventory.FindingNew && c.Kind != inventory.FindingResolved {
				continue
			}
			if c.Finding == 0 || c.Location.File != "live/main.tf" || c.Location.Line == 0 || c.Responsibility == "" || c.Owner != "customer" || c.Title == "" || c.Address != "aws_db_instance.main" {
				t.Errorf("a change that lacks something: %+v", c)
			}
		}
		if kinds[inventory.SourceAdded] != 1 || kinds[inventory.FindingNew] == 0 || kinds[inventory.FindingNew] != kinds[inventory.FindingResolved] {
			t.Errorf("%v", kinds)
		}
		if none, err := h.inv.Feed(h.ctx(), db, h.org+1, 7, 0, 10); err != nil || len(none) != 0 {
			t.Errorf("another organisation is told %d changes, %v", len(none), err)
		}
		last, err := h.inv.LastAssessed(h.ctx(), h.org)
		if err != nil || len(last) != 1 || !last[0].Assessed.Equal(start.AddDate(0, 0, 2)) {
			t.Errorf("%+v, %v", last, err)
		}
		// A source that was removed says so to whoever follows it.
		if err := db.Write(h.ctx(), func(ctx context.Context, tx bun.Tx) error { return h.inv.Remove(ctx, tx, h.system(), 7) }); err != nil {
			t.Fatal(err)
		}
		heads, err = h.inv.Heads(h.ctx(), []int64{7})
		if err != nil || len(heads) != 1 || heads[0].Change <= all[len(all)-1].ID {
			t.Fatalf("%+v, %v", heads, err)
		}
		gone, err := h.inv.Feed(h.ctx(), db, h.org, 7, all[len(all)-1].ID, 10)
		if err != nil || len(gone) != 1 || gone[0].Kind != inventory.SourceGone {
			t.Errorf("%+v, %v", gone, err)
		}
	})
}

// Lines that move by the calendar are told by group, duty, service and day.
func TestMoving(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.post(7, assessed(t, 0, map[string]string{"main.tf": `
resource "aws_eks_cluster" "a" {
  name     = "a"
  version  = "1.33"
  role_arn = "arn:aws:iam::111111111111:role/a"
}
resource "aws_lambda_function" "b" {
  function_name = "b"
  runtime       = "nodejs22.x"
  role          = "arn:aws:iam::111111111111:role/a"
}
`}))
		moves, err := h.inv.Moving(h.ctx(), h.org, start, start.AddDate(20, 0, 0))
		if err != nil || len(moves) == 0 {
			t.Fatalf("%d moves, %v", len(moves), err)
		}
		m := moves[0]
		if m.Count != 1 || m.Address == "" || m.On == "" || m.To == "" || m.Title == "" || m.Group != h.tree(h.org).Root() {
			t.Errorf("%+v", m)
		}
		if none, err := h.inv.Moving(h.ctx(), h.org, start.AddDate(-2, 0, 0), start.AddDate(-1, 0, 0)); err != nil || len(none) != 0 {
			t.Errorf("%+v, %v", none, err)
		}
	})
}

package inventory_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Posts to one source wait for each other, and those that come too late are
// refused whole.
func TestPostsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		who := h.system()
		var wait sync.WaitGroup
		failures := make(chan error, 16)
		for day := range 8 {
			for source := range 2 {
				wait.Go(func() {
					m := accounts([]string{"pass", "fail"}[day%2])
					if day%3 == 0 {
						delete(m, "main:asset-4")
					}
					_, err := h.inv.Post(t.Context(), who, int64(source+1), inventory.Meta{}, m.assessment(day))
					failures <- err
				})
			}
		}
		wait.Wait()
		close(failures)
		posted := 0
		for err := range failures {
			switch {
			case err == nil:
				posted++
			case !errors.Is(err, inventory.ErrOlder):
				t.Error(err)
			}
		}
		if n := len(h.content("snapshots")); n != posted || n < 2 {
			t.Errorf("%d snapshots of %d posts", n, posted)
		}
		h.holds()
		latest, err := h.inv.Latest(h.ctx(), who)
		if err != nil || len(latest) != 2 || !latest[1].Assessed.Equal(start.AddDate(0, 0, 7)) {
			t.Errorf("the latest are %+v, %v", latest, err)
		}
	})
}

func TestDrift(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		secret := h.group("secret", tenant.Scope{Kinds: []string{"queue"}})
		h.post(1, assessed(t, 0, map[string]string{"main.tf": database("main", "true") + queue}))
		h.post(2, assessed(t, 0, map[string]string{"main.tf": database("main", "false") + database("old", "true")}))
		d, err := h.inv.Drift(h.ctx(), h.system(), 0, 1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.OnlyFirst) != 1 || d.OnlyFirst[0].Address != "aws_sqs_queue.orders" || len(d.OnlySecond) != 1 || d.OnlySecond[0].Address != "aws_db_instance.old" {
			t.Errorf("only in one: %+v and %+v", d.OnlyFirst, d.OnlySecond)
		}
		found := false
		for _, u := range d.Facts {
			found = found || u.Address == "aws_db_instance.main" && u.Was.Value == true && u.Now.Value == false
		}
		if !found {
			t.Errorf("facts: %+v", d.Facts)
		}
		if len(d.Lines) == 0 || d.Lines[0].Kind != inventory.StatusChanged || d.Lines[0].Was.Status != "verified" && d.Lines[0].Was.Status != "unverified" {
			t.Errorf("lines: %+v", d.Lines)
		}
		same, err := h.inv.Drift(h.ctx(), h.system(), 0, 1, 1)
		if err != nil || len(same.OnlyFirst)+len(same.OnlySecond)+len(same.Lines)+len(same.Facts) != 0 {
			t.Errorf("a source against itself: %+v, %v", same, err)
		}
		narrow, err := h.inv.Drift(h.ctx(), h.person(tenant.Viewer, secret), 0, 1, 2)
		if err != nil || len(narrow.OnlySecond)+len(narrow.Lines)+len(narrow.Facts) != 0 {
			t.Errorf("within a group: %+v, %v", narrow, err)
		}
	})
}

func TestAssetDetail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.post(1, assessed(t, 0, map[string]string{"main.tf": `
resource "aws_kms_key" "key" {
  enable_key_rotation = false
}
resource "aws_sqs_queue" "orders" {
  name              = "orders"
  kms_master_key_id = aws_kms_key.key.arn
}
`}))
		asset := func(text string) *inventory.AssetDetail {
			page, err := h.inv.Assets(h.ctx(), h.system(), inventory.AssetQuery{Text: text})
			if err != nil || len(page.Items) != 1 {
				t.Fatalf("%s: %+v, %v", text, page, err)
			}
			d, err := h.inv.Asset(h.ctx(), h.system(), page.Items[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		queue, key := asset("aws_sqs"), asset("aws_kms")
		related := func(d *inventory.AssetDetail, to int64, inward bool) bool {
			for _, r := range d.Relations {
				if r.Asset == to && r.Inward == inward && r.Name == "key" && r.Address != "" {
					return true
				}
			}
			return false
		}
		if !related(queue, key.ID, false) || !related(key, queue.ID, true) {
			t.Errorf("relations %+v and %+v", queue.Relations, key.Relations)
		}
		duties, bases := 0, 0
		for i, layer := range queue.Layers {
			if layer.Title == layer.Row || i > 0 && layer.Row == queue.Layers[i-1].Row {
				t.Errorf("layer %+v", layer)
			}
			for _, d := range layer.Duties {
				duties++
				if d.Basis != nil && d.Basis.Rule != "" && d.Title != d.Responsibility {
					bases++
				}
			}
		}
		if duties == 0 || duties != queue.Duties || bases != duties {
			t.Errorf("%d duties, %d with their basis and title, of %d", duties, bases, queue.Duties)
		}
		if len(key.Findings) == 0 || key.Findings[0].State != inventory.Open || len(key.Body.Facts) == 0 {
			t.Errorf("findings %+v", key.Findings)
		}
		weak, err := h.inv.Weakest(h.ctx(), h.system(), 0, 5)
		if err != nil || len(weak) == 0 || weak[0].ID == 0 || weak[0].Do == "" || weak[0].Rank != 1 {
			t.Errorf("weakest %+v, %v", weak, err)
		}
	})
}

func TestChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.post(1, accounts("pass").assessment(0))
		p, err := h.inv.Post(h.ctx(), h.system(), 1, inventory.Meta{}, accounts("fail").assessment(1))
		if err != nil {
			t.Fatal(err)
		}
		h.post(1, accounts("unknown").assessment(2))
		count := func(ask inventory.ChangeQuery) int {
			t.Helper()
			got, err := pages(func(p inventory.Paging) (inventory.Page[inventory.Change], error) {
				ask.Paging = p
				return h.inv.Changes(h.ctx(), h.system(), ask)
			})
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range got {
				if i > 0 && c.ID >= got[i-1].ID || c.Title == "" && c.Subject != "" {
					t.Errorf("change %d: %+v", i, c)
				}
			}
			return len(got)
		}
		for _, c := range []struct {
			ask  inventory.ChangeQuery
			want int
		}{
			{inventory.ChangeQuery{}, 41},
			{inventory.ChangeQuery{Snapshot: p.Snapshot}, 20},
			{inventory.ChangeQuery{Kinds: []string{inventory.FindingNew}}, 10},
			{inventory.ChangeQuery{Kinds: []string{inventory.FindingBlinded, inventory.SourceAdded}}, 11},
			{inventory.ChangeQuery{Since: start.AddDate(0, 0, 2)}, 20},
			{inventory.ChangeQuery{Until: start.AddDate(0, 0, 1)}, 1},
			{inventory.ChangeQuery{Sources: []int64{2}}, 0},
		} {
			if got := count(c.ask); got != c.want {
				t.Errorf("%+v gives %d, want %d", c.ask, got, c.want)
			}
		}
		d, err := h.inv.Between(h.ctx(), h.system(), 0, nil, start, start.AddDate(0, 0, 1))
		if err != nil || d.Counts[inventory.FindingNew] != 10 || d.Counts[inventory.StatusChanged] != 10 || len(d.Lists) != 2 {
			t.Errorf("between the days: %+v, %v", d.Counts, err)
		}
		moved := accounts("unknown")
		moved["main:asset-1"].duties["area-0.do"] = madeDuty{"provider", ""}
		h.post(1, moved.assessment(3))
		page, err := h.inv.Changes(h.ctx(), h.system(), inventory.ChangeQuery{Kinds: []string{inventory.LineMoved}})
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%+v, %v", page, err)
		}
		if c := page.Items[0]; c.Was.Party != "customer" || c.Now.Party != "aws" || c.Was.Rule != "rule" || c.Now.Rule != "rule" || c.Address != "asset-1" {
			t.Errorf("the line that moved: %+v", c)
		}
	})
}

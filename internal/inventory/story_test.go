package inventory_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// encryption is the check that the database's storage_encrypted decides.
const encryption = "storage_encrypted"

// finding returns the one finding that the argument decides, in any state.
func (h *house) finding(attribute string) inventory.FindingDetail {
	h.t.Helper()
	page, err := h.inv.Findings(h.ctx(), h.system(), inventory.FindingQuery{States: inventory.States, Paging: inventory.Paging{Limit: 200}})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range page.Items {
		if f.Attribute == attribute {
			d, err := h.inv.Finding(h.ctx(), h.system(), f.ID)
			if err != nil {
				h.t.Fatal(err)
			}
			return *d
		}
	}
	h.t.Fatalf("no finding about %s among %d", attribute, len(page.Items))
	return inventory.FindingDetail{}
}

func kinds(changes []inventory.Change) []string {
	var out []string
	for _, c := range changes {
		out = append(out, c.Kind)
	}
	return out
}

func TestLifeOfAFinding(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		day := func(n int) time.Time { return start.AddDate(0, 0, n) }
		post := func(n int, encrypted string) inventory.Counts {
			return h.post(1, assessed(t, n, map[string]string{"main.tf": database("main", encrypted) + queue}))
		}
		is := func(when, state string, since, resolved, regressed time.Time, regressions int) {
			t.Helper()
			f := h.finding(encryption)
			if f.State != state || !f.FailingSince.Equal(since) || !f.Resolved.Equal(resolved) || !f.Regressed.Equal(regressed) || f.Regressions != regressions || !f.FirstSeen.Equal(day(0)) {
				t.Errorf("%s: %s, failing since %v, resolved %v, regressed %v (%d), first seen %v", when, f.State, f.FailingSince, f.Resolved, f.Regressed, f.Regressions, f.FirstSeen)
			}
		}
		never := time.Time{}
		post(0, "true")
		is("at first", inventory.Passing, never, never, never, 0)
		if c := post(1, "false"); c.Failing != 1 || c.Changed != 1 || c.New != 0 {
			t.Errorf("it fails: %+v", c)
		}
		is("it fails", inventory.Open, day(1), never, never, 0)
		f := h.finding(encryption)
		if f.Text.Why == "" || f.Text.Remediation == "" || f.Duty == nil || f.Duty.Status != report.Failing || len(f.Duty.Basis.Evidence) == 0 || f.Location.Line == 0 || f.On.Address != "aws_db_instance.main" {
			t.Errorf("its evidence is incomplete: %+v", f)
		}
		if c := post(2, "var.unknown\n}\nvariable \"unknown\" {"); c.Resolved != 0 {
			t.Errorf("not being known resolved it: %+v", c)
		}
		is("it is not known", inventory.Unverified, day(1), never, never, 0)
		post(3, "false")
		is("it is known to fail again", inventory.Open, day(1), never, never, 0)
		if c := post(4, "true"); c.Resolved != 1 {
			t.Errorf("it passes: %+v", c)
		}
		is("it passes", inventory.Resolved, day(1), day(4), never, 0)
		if c := post(5, "false"); c.Regressed != 1 || c.Failing != 0 {
			t.Errorf("it regresses: %+v", c)
		}
		is("it regresses", inventory.Open, day(5), never, day(5), 1)

		if c := h.post(1, assessed(t, 6, map[string]string{"main.tf": queue})); c.Gone != 1 || c.Resolved == 0 {
			t.Errorf("the database is gone: %+v", c)
		}
		is("its asset is gone", inventory.Resolved, day(5), day(6), never, 1)
		gone, err := h.inv.Assets(h.ctx(), h.system(), inventory.AssetQuery{Gone: true})
		if err != nil || len(gone.Items) != 1 || !gone.Items[0].Gone.Equal(day(6)) {
			t.Fatalf("gone: %+v, %v", gone, err)
		}
		d, err := h.inv.Asset(h.ctx(), h.system(), gone.Items[0].ID)
		if err != nil || !d.LastSeen.Equal(day(5)) {
			t.Errorf("it was last seen %v, %v", d.LastSeen, err)
		}
		if c := post(7, "false"); c.New != 1 || c.Regressed == 0 {
			t.Errorf("it is back: %+v", c)
		}
		is("it is back", inventory.Open, day(7), never, day(7), 2)

		history := kinds(h.finding(encryption).History)
		slices.Reverse(history)
		want := []string{
			inventory.FindingNew, inventory.FindingBlinded, inventory.FindingReopened, inventory.FindingResolved, inventory.FindingRegressed,
			inventory.AssetGone, inventory.FindingResolved, inventory.AssetAdded, inventory.FindingRegressed,
		}
		if !slices.Equal(history, want) {
			t.Errorf("its history is\n%v, want\n%v", history, want)
		}
		h.holds()
	})
}

func TestBrokenInputHidesAssets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		good := map[string]string{"a/main.tf": database("a", "false"), "b/main.tf": queue}
		h.post(1, assessed(t, 0, good))
		c := h.post(1, assessed(t, 1, map[string]string{"a/main.tf": "resource \"aws_db_instance\" {{{", "b/main.tf": queue}))
		if c.Gone != 0 || c.Unseen == 0 || c.Resolved != 0 {
			t.Errorf("an unreadable file: %+v; want its assets unseen, not gone", c)
		}
		page, err := h.inv.Assets(h.ctx(), h.system(), inventory.AssetQuery{Text: "aws_db"})
		if err != nil || len(page.Items) != 1 || !page.Items[0].Unseen.Equal(start.AddDate(0, 0, 1)) {
			t.Errorf("%+v, %v", page, err)
		}
		h.post(1, assessed(t, 2, good))
		if page, _ = h.inv.Assets(h.ctx(), h.system(), inventory.AssetQuery{Text: "aws_db"}); len(page.Items) != 1 || !page.Items[0].Unseen.IsZero() {
			t.Errorf("it can be read again: %+v", page)
		}
		if c := h.post(1, assessed(t, 3, map[string]string{"b/main.tf": queue})); c.Gone == 0 {
			t.Errorf("it is gone: %+v", c)
		}
		h.holds()
	})
}

func TestWithinUndoesThePost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		a := assessed(t, 0, map[string]string{"main.tf": queue})
		lost := errors.New("the attempt was taken over")
		_, err := h.inv.Post(h.ctx(), h.system(), 1, inventory.Meta{Within: func(ctx ctxT, tx txT, p *inventory.Posted) error {
			if !p.First || p.Snapshot == 0 || p.Counts.Assets == 0 {
				t.Errorf("told %+v", p)
			}
			return lost
		}}, a)
		if !errors.Is(err, lost) {
			t.Fatal(err)
		}
		for table, rows := range h.contents() {
			if len(rows) > 0 {
				t.Errorf("%s keeps %d rows", table, len(rows))
			}
		}
		if _, err := h.inv.Post(h.ctx(), h.person(tenant.Viewer, h.tree(h.org).Root()), 1, inventory.Meta{}, a); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("a viewer posts: %v", err)
		}
	})
}

package inventory_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// waivers lets tests accept findings by fingerprint.
func (h *house) waivers() map[string]bool {
	accepted := map[string]bool{}
	h.inv.Accepted = func(context.Context, bun.IDB, int64, int64) (inventory.Accept, error) {
		return func(f *report.Finding, _ int64) *report.Waiver {
			if accepted[f.Fingerprint] {
				return &report.Waiver{By: "Ada", Reason: "known"}
			}
			return nil
		}, nil
	}
	return accepted
}

func (h *house) reconsider(fingerprints ...string) int {
	h.t.Helper()
	n := 0
	err := h.db.Write(h.ctx(), func(ctx context.Context, tx bun.Tx) (err error) {
		n, err = h.inv.Reconsider(ctx, tx, h.org, fingerprints)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestWaivers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		accepted := h.waivers()
		files := map[string]string{"main.tf": database("main", "false") + queue}
		h.post(1, assessed(t, 0, files))
		f := h.finding(encryption)
		if f.State != inventory.Open || f.Duty.Status != report.Failing {
			t.Fatalf("%s, on a duty that is %s", f.State, f.Duty.Status)
		}
		accepted[f.Fingerprint] = true
		if n := h.reconsider(f.Fingerprint); n != 1 {
			t.Errorf("%d findings changed", n)
		}
		f = h.finding(encryption)
		if f.State != inventory.Waived || f.Waiver == nil || f.Waiver.By != "Ada" || f.Waiver.Source != inventory.Here {
			t.Errorf("accepted, it is %s by %+v", f.State, f.Waiver)
		}
		if f.Duty.Status == report.Failing && !slices.ContainsFunc(f.Duty.Basis.Evidence, func(e report.Evidence) bool { return e.Result == report.Fail }) {
			t.Error("its duty fails with nothing that fails")
		}
		h.holds()
		if n := h.reconsider(f.Fingerprint); n != 0 {
			t.Errorf("asked again, %d findings changed", n)
		}
		// What the next snapshot says is the same, and a post of it changes
		// nothing that people see.
		before := h.contents()
		if c := h.post(1, assessed(t, 1, files)); c.Statuses != 0 || c.Failing != 0 || c.Resolved != 0 {
			t.Errorf("a post of the same counts %+v", c)
		}
		after := h.contents()
		for _, table := range []string{"duties", "findings", "changes", "cells", "totals"} {
			if !slices.Equal(before[table], after[table]) {
				t.Errorf("%s differs after a post of the same", table)
			}
		}
		delete(accepted, f.Fingerprint)
		h.reconsider(f.Fingerprint)
		if f = h.finding(encryption); f.State != inventory.Open || f.Waiver != nil || f.Duty.Status != report.Failing {
			t.Errorf("the waiver ended, and it is %s, %+v, its duty %s", f.State, f.Waiver, f.Duty.Status)
		}
		if got := kinds(f.History)[:2]; !slices.Equal(got, []string{inventory.FindingReopened, inventory.FindingWaived}) {
			t.Errorf("its history is %v", got)
		}
		h.holds()

		// A waiver that the source brings is not the control plane's to end.
		m := accounts(report.ResultWaived)
		h.post(2, m.assessment(0))
		if n := h.reconsider("main:asset-0check-0"); n != 0 {
			t.Errorf("%d findings that the source waives changed", n)
		}
		// One that is accepted before it is first found.
		accepted["main:asset-1check-2"] = true
		m["main:asset-1"].duties["area-2.do"] = madeDuty{"customer", report.Fail}
		h.post(2, m.assessment(1))
		duties, err := h.inv.Duties(h.ctx(), h.system(), inventory.DutyQuery{Text: "asset-1", Responsibilities: []string{"area-2.do"}})
		if err != nil || len(duties.Items) != 1 || duties.Items[0].Status != report.Waived {
			t.Errorf("%+v, %v", duties, err)
		}
		h.holds()
	})
}

func TestRetention(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		m := accounts("fail")
		h.post(1, m.assessment(0))
		delete(m, "main:asset-0")
		m["main:asset-1"].duties["area-0.do"] = madeDuty{"customer", "pass"}
		h.post(1, m.assessment(10))
		delete(m, "main:asset-2")
		m["main:asset-1"].duties["area-0.do"] = madeDuty{"customer", "fail"}
		h.post(1, m.assessment(80))
		h.now = start.AddDate(0, 0, 90)
		trend := func(days int) []inventory.Point {
			t.Helper()
			out, err := h.inv.Trend(h.ctx(), h.system(), 0, nil, days)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		before := trend(50)
		if err := h.inv.Compact(h.ctx(), h.person(tenant.Contributor, h.tree(h.org).Root()), h.now); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("a contributor makes it forget: %v", err)
		}
		if err := h.inv.Compact(h.ctx(), h.system(), start.AddDate(0, 0, 40)); err != nil {
			t.Fatal(err)
		}
		if after := trend(50); !slices.EqualFunc(before, after, func(a, b inventory.Point) bool {
			return a.Totals.Duties == b.Totals.Duties && a.Totals.Assets == b.Totals.Assets
		}) {
			t.Error("the trend of the days that are left differs")
		}
		for table, want := range map[string]int{"snapshots": 1, "assets": 9} { // asset-2 is gone since later
			if n := len(h.content(table)); n != want {
				t.Errorf("%d %s are left, want %d", n, table, want)
			}
		}
		changes, err := h.inv.Changes(h.ctx(), h.system(), inventory.ChangeQuery{})
		if err != nil || len(changes.Items) == 0 || slices.ContainsFunc(changes.Items, func(c inventory.Change) bool { return c.At.Before(start.AddDate(0, 0, 40)) }) {
			t.Errorf("changes %+v, %v", changes, err)
		}
		findings, err := h.inv.Findings(h.ctx(), h.system(), inventory.FindingQuery{Regressed: true})
		if err != nil || len(findings.Items) != 1 || !findings.Items[0].FirstSeen.Equal(start) || findings.Items[0].Regressions != 1 {
			t.Errorf("what regressed: %+v, %v", findings, err)
		}
		f, err := h.inv.Finding(h.ctx(), h.system(), findings.Items[0].ID)
		if err != nil || f.Duty == nil || f.Duty.Basis == nil || f.Text.Title == "" {
			t.Errorf("its evidence is lost: %+v, %v", f, err)
		}
		h.post(1, m.assessment(85))
	})
}

func TestSourceRemoved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.post(1, accounts("fail").assessment(0))
		h.post(2, accounts("pass").assessment(0))
		remove := func(source int64) {
			err := db.Write(h.ctx(), func(ctx context.Context, tx bun.Tx) error { return h.inv.Remove(ctx, tx, h.system(), source) })
			if err != nil {
				t.Fatal(err)
			}
		}
		remove(1)
		remove(3) // never posted
		h.holds()
		for _, table := range []string{"assets", "duties", "findings", "cells", "totals", "snapshots", "bases", "asset_words"} {
			rows := h.content(table)
			if len(rows) == 0 {
				t.Errorf("%s of the other source are gone too", table)
			}
		}
		trend, err := h.inv.Trend(h.ctx(), h.system(), 0, nil, 5)
		if err != nil || trend[3].Totals.Assets != 20 || trend[4].Totals.Assets != 10 {
			t.Errorf("the trend is %+v, %v", trend, err)
		}
		changes, err := h.inv.Changes(h.ctx(), h.system(), inventory.ChangeQuery{Sources: []int64{1}})
		if err != nil || len(changes.Items) != 1 || changes.Items[0].Kind != inventory.SourceGone || changes.Items[0].Was.Assets != 10 {
			t.Errorf("changes %+v, %v", changes, err)
		}
		between, err := h.inv.Between(h.ctx(), h.system(), 0, nil, start.Add(-time.Hour), h.now)
		if err != nil || between.Counts[inventory.SourceAdded] != 1 || between.Counts[inventory.SourceGone] != 1 {
			t.Errorf("between: %+v, %v", between, err)
		}
	})
}

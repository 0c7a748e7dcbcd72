package inventory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// What nobody speaks for is unverified at once, stays so through posts and
// waivers, and is as it was when somebody speaks again.
func TestSilence(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		silent := map[string]bool{}
		h.inv.Silent = func(ctxT, txT, int64, int64) (map[string]bool, error) { return silent, nil }
		files := map[string]string{"alpha.tf": database("alpha", "false"), "beta.tf": database("beta", "true")}
		h.post(1, assessed(t, 0, files))
		statuses := func(address string) map[string]string {
			t.Helper()
			page, err := h.inv.Assets(h.ctx(), h.system(), inventory.AssetQuery{Text: address})
			if err != nil || len(page.Items) != 1 {
				t.Fatalf("%d assets %s, %v", len(page.Items), address, err)
			}
			d, err := h.inv.Asset(h.ctx(), h.system(), page.Items[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			if d.Silent.IsZero() == silent[address[strings.LastIndexByte(address, '.')+1:]+".tf"] {
				t.Errorf("%s is silent since %v", address, d.Silent)
			}
			out := map[string]string{}
			for _, layer := range d.Layers {
				for _, duty := range layer.Duties {
					out[duty.Responsibility] = duty.Status
					if duty.Owner == report.Provider && duty.Known != "" {
						t.Errorf("the provider's %s is silent", duty.Responsibility)
					}
					if duty.Known != "" && (duty.Status != report.Unverified || duty.Known == report.Unverified) {
						t.Errorf("%s is %s and was %s", duty.Responsibility, duty.Status, duty.Known)
					}
				}
			}
			return out
		}
		count := func(s map[string]string, status string) (n int) {
			for _, v := range s {
				if v == status {
					n++
				}
			}
			return n
		}
		was, other := statuses("aws_db_instance.alpha"), statuses("aws_db_instance.beta")
		if count(was, report.Failing) == 0 || count(was, report.Verified) == 0 {
			t.Fatalf("nothing to lose: %v", was)
		}
		toggle := func(on bool) {
			t.Helper()
			silent = map[string]bool{"alpha.tf": on}
			h.now = h.now.Add(time.Hour)
			err := h.db.Write(h.ctx(), func(ctx ctxT, tx bun.Tx) error { return h.inv.Silence(ctx, tx, h.org, 1) })
			if err != nil {
				t.Fatal(err)
			}
			h.holds()
		}
		toggle(true)
		now := statuses("aws_db_instance.alpha")
		for r, s := range now {
			if s == report.Failing || (s == report.Verified || s == report.Waived) && was[r] != s {
				t.Errorf("%s is %s while nobody speaks for it", r, s)
			}
		}
		if count(now, report.Failing) != 0 || count(now, report.Unverified) <= count(was, report.Unverified) {
			t.Errorf("it is %v", now)
		}
		if got := statuses("aws_db_instance.beta"); !equal(got, other) {
			t.Errorf("the other one is %v, was %v", got, other)
		}
		if f := h.finding(encryption); f.State != inventory.Open {
			t.Errorf("its finding is %s; that nobody looks resolves none", f.State)
		}
		changes, err := h.inv.Changes(h.ctx(), h.system(), inventory.ChangeQuery{})
		if err != nil || !slices.Contains(kinds(changes.Items), inventory.StatusChanged) {
			t.Errorf("changes are %v, %v", kinds(changes.Items), err)
		}

		// A post meanwhile, of something that differs.
		files["alpha.tf"] = database("alpha", "true")
		h.post(1, assessed(t, 1, files))
		h.holds()
		if got := statuses("aws_db_instance.alpha"); count(got, report.Failing)+count(got, report.Verified) > count(now, report.Failing)+count(now, report.Verified) {
			t.Errorf("after a post it is %v", got)
		}
		files["alpha.tf"] = database("alpha", "false")
		h.post(1, assessed(t, 2, files))
		toggle(false)
		if got := statuses("aws_db_instance.alpha"); !equal(got, was) {
			t.Errorf("back again it is %v, was %v", got, was)
		}
		toggle(false) // nothing to do
	})
}

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

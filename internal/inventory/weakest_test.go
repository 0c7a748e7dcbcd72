package inventory_test

import (
	"fmt"
	"testing"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// The weakest links come in order, all of them, however few are looked at at a
// time, and only those that fail and may be seen.
func TestWeakest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		ones := h.group("ones", tenant.Scope{Accounts: []string{"111"}})
		for source := range int64(3) {
			a := accounts("fail").assessment(0)
			for i := range 10 {
				a.Weakest = append(a.Weakest, report.WeakestLink{
					Asset: fmt.Sprintf("main:asset-%d", i), Responsibility: "area-0.do", Score: float64(9 - i/4), Do: fmt.Sprintf("%d/%d", source+1, i),
				})
			}
			// One whose duty passes is none of the weakest.
			a.Weakest = append(a.Weakest, report.WeakestLink{Asset: "main:asset-0", Responsibility: "area-2.do", Score: 8, Do: "passes"})
			h.post(source+1, a)
		}
		var all []string
		for _, level := range [][]int{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}} {
			for source := range 3 {
				for _, i := range level {
					all = append(all, fmt.Sprintf("%d/%d", source+1, i))
				}
			}
		}
		for _, c := range []struct {
			name string
			who  tenant.Who
			most int
			keep func(i int) bool
		}{
			{"everything", h.system(), 200, func(int) bool { return true }},
			{"the first", h.system(), 1, func(int) bool { return true }},
			{"some", h.system(), 7, func(int) bool { return true }},
			{"of one group", h.person(tenant.Viewer, ones), 200, func(i int) bool { return i%2 == 0 }},
			{"of one group, in several looks", h.person(tenant.Viewer, ones), 2, func(i int) bool { return i%2 == 0 }},
		} {
			t.Run(c.name, func(t *testing.T) {
				got, err := h.inv.Weakest(h.ctx(), c.who, 0, c.most)
				if err != nil {
					t.Fatal(err)
				}
				var want []string
				for _, do := range all {
					if c.keep(int(do[len(do)-1]-'0')) && len(want) < c.most {
						want = append(want, do)
					}
				}
				if len(got) != len(want) {
					t.Fatalf("%d links, want %d", len(got), len(want))
				}
				for i, w := range got {
					if w.Do != want[i] || w.Rank != i+1 || w.ID == 0 {
						t.Errorf("link %d is %s, rank %d; want %s", i, w.Do, w.Rank, want[i])
					}
				}
			})
		}
	})
}

package inventory_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// seen is what one reader finds, by every way there is to look.
type seen struct {
	assets, duties, findings, changes, totals, matrix, facets int
}

func (h *house) sees(who tenant.Who) (s seen, err error) {
	all := inventory.Paging{Limit: inventory.MaxPage}
	assets, err := h.inv.Assets(h.ctx(), who, inventory.AssetQuery{Paging: all})
	if err != nil {
		return s, err
	}
	for _, a := range assets.Items {
		if _, err := h.inv.Asset(h.ctx(), who, a.ID); err != nil {
			return s, err
		}
	}
	duties, err := pages(func(p inventory.Paging) (inventory.Page[inventory.Duty], error) {
		return h.inv.Duties(h.ctx(), who, inventory.DutyQuery{Paging: p})
	})
	if err != nil {
		return s, err
	}
	findings, err := pages(func(p inventory.Paging) (inventory.Page[inventory.Finding], error) {
		return h.inv.Findings(h.ctx(), who, inventory.FindingQuery{States: inventory.States, Paging: p})
	})
	if err != nil {
		return s, err
	}
	changes, err := h.inv.Changes(h.ctx(), who, inventory.ChangeQuery{Paging: all})
	if err != nil {
		return s, err
	}
	totals, err := h.inv.Totals(h.ctx(), who, 0, nil)
	if err != nil {
		return s, err
	}
	table, err := h.inv.Matrix(h.ctx(), who, inventory.MatrixQuery{By: "account"})
	if err != nil {
		return s, err
	}
	facets, err := h.inv.AssetFacets(h.ctx(), who, inventory.AssetQuery{})
	if err != nil {
		return s, err
	}
	s = seen{assets: len(assets.Items), duties: len(duties), findings: len(findings), changes: len(changes.Items), totals: totals.Duties}
	for _, row := range table.Rows {
		s.matrix += row.Total.Duties
	}
	for _, n := range facet(facets, "account") {
		s.facets += n
	}
	if s.totals != s.duties || s.matrix != s.duties || s.facets != s.assets {
		h.t.Errorf("the ways to look differ: %+v", s)
	}
	return s, nil
}

// pages reads a list in small pages to its end.
func pages[T any](ask func(inventory.Paging) (inventory.Page[T], error)) ([]T, error) {
	var out []T
	p := inventory.Paging{Limit: 7}
	for {
		page, err := ask(p)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Items...)
		if page.Next == "" {
			return out, nil
		}
		p.Cursor = page.Next
	}
}

// accounts is an estate with two accounts, five assets each.
func accounts(fail string) made {
	m := made{}
	for i := range 10 {
		account := []string{"111", "222"}[i%2]
		m["main:asset-"+string(rune('0'+i))] = &madeAsset{service: "aws/rds", account: account, duties: map[string]madeDuty{
			"area-0.do": {"customer", fail}, "area-1.do": {"provider", ""}, "area-2.do": {"customer", "pass"},
		}}
	}
	return m
}

func TestReach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		ones := h.group("ones", tenant.Scope{Accounts: []string{"111"}})
		empty := h.group("empty", tenant.Scope{Accounts: []string{"333"}})
		h.post(1, accounts("fail").assessment(0))
		h.post(1, accounts("pass").assessment(1))
		root := h.tree(h.org).Root()
		for _, role := range tenant.Roles {
			for group, want := range map[int64]seen{
				root:  {10, 30, 20, 21, 30, 30, 10}, // with the change that the first snapshot is
				ones:  {5, 15, 10, 10, 15, 15, 5},
				empty: {},
			} {
				got, err := h.sees(h.person(role, group))
				if err != nil || got != want {
					t.Errorf("a %s of group %d sees %+v, %v; want %+v", role, group, got, err, want)
				}
			}
		}
		nobody := h.person(tenant.Viewer, 0)
		if _, err := h.sees(nobody); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("somebody without a role: %v", err)
		}
		token := h.person(tenant.Administrator, root)
		token.Token = &tenant.TokenBounds{Permissions: []tenant.Permission{tenant.Contribute}}
		if _, err := h.sees(token); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("a token that cannot read: %v", err)
		}

		viewer, all := h.person(tenant.Viewer, ones), h.system()
		for ask, group := range map[string]int64{"out of reach": empty, "of nobody": 99999} {
			if _, err := h.inv.Assets(h.ctx(), viewer, inventory.AssetQuery{Where: inventory.Where{Group: group}}); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("a group %s: %v", ask, err)
			}
		}
		assets, err := h.inv.Assets(h.ctx(), all, inventory.AssetQuery{})
		if err != nil {
			t.Fatal(err)
		}
		other := h.organisation("bank")
		stranger := tenant.Who{Actor: tenant.BySystem(other), Tree: h.tree(other)}
		if got, err := h.sees(stranger); err != nil || got != (seen{}) {
			t.Errorf("another organisation sees %+v, %v", got, err)
		}
		for _, a := range assets.Items {
			_, err := h.inv.Asset(h.ctx(), viewer, a.ID)
			if (a.Account == "111") != (err == nil) || err != nil && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the asset of account %s: %v", a.Account, err)
			}
			if _, err := h.inv.Asset(h.ctx(), stranger, a.ID); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("another organisation's asset: %v", err)
			}
		}
		findings, err := h.inv.Findings(h.ctx(), all, inventory.FindingQuery{States: inventory.States})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings.Items {
			_, err := h.inv.Finding(h.ctx(), viewer, f.ID)
			if (f.Account == "111") != (err == nil) {
				t.Errorf("the finding of account %s: %v", f.Account, err)
			}
			if _, err := h.inv.Finding(h.ctx(), stranger, f.ID); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("another organisation's finding: %v", err)
			}
		}
		snapshots, err := h.inv.Snapshots(h.ctx(), all, nil, inventory.Paging{})
		if err != nil || len(snapshots.Items) != 2 {
			t.Fatalf("%+v, %v", snapshots, err)
		}
		last, first := snapshots.Items[0].ID, snapshots.Items[1].ID
		if _, err := h.inv.Snapshot(h.ctx(), stranger, last); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another organisation's snapshot: %v", err)
		}
		if _, err := h.inv.BetweenSnapshots(h.ctx(), stranger, 0, first, last); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another organisation's difference: %v", err)
		}
		d, err := h.inv.BetweenSnapshots(h.ctx(), viewer, 0, first, last)
		if err != nil || d.Counts[inventory.FindingResolved] != 5 || d.Counts[inventory.StatusChanged] != 5 {
			t.Errorf("the difference within one group: %+v, %v", d, err)
		}
		narrow, err := h.inv.Snapshot(h.ctx(), viewer, last)
		if err != nil || narrow.Summary.Assets != 0 || narrow.Counts.Assets != 0 || len(narrow.Details.Sources) != 0 {
			t.Errorf("who reads one group reads the summary of all: %+v, %v", narrow, err)
		}
	})
}

func TestPlacedAnew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		ones := h.group("ones", tenant.Scope{Accounts: []string{"333"}})
		h.post(1, accounts("fail").assessment(0))
		h.post(1, accounts("pass").assessment(1))
		if got, err := h.sees(h.person(tenant.Viewer, ones)); err != nil || got != (seen{}) {
			t.Fatalf("%+v, %v", got, err)
		}
		if err := h.dir.ChangeGroup(h.ctx(), tenant.Group{ID: ones, Org: h.org, Parent: h.tree(h.org).Root(), Kind: tenant.Product, Name: "ones", Scope: tenant.Scope{Accounts: []string{"111"}}}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.inv.Replace(h.ctx(), h.person(tenant.Contributor, h.tree(h.org).Root())); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("a contributor places anew: %v", err)
		}
		if n, later, err := h.inv.Replace(h.ctx(), h.system()); err != nil || later || n != 5 {
			t.Errorf("%d moved, %v", n, err)
		}
		if got, err := h.sees(h.person(tenant.Viewer, ones)); err != nil || got != (seen{5, 15, 10, 10, 15, 15, 5}) {
			t.Errorf("a viewer of the group sees %+v, %v", got, err)
		}
		h.holds()
		if n, later, err := h.inv.Replace(h.ctx(), h.system()); err != nil || later || n != 0 {
			t.Errorf("placed twice: %d moved, %v", n, err)
		}
		before := h.contents()
		h.post(1, accounts("pass").assessment(2))
		if after := h.contents(); !slices.Equal(before["duties"], after["duties"]) || !slices.Equal(before["changes"], after["changes"]) {
			t.Error("a post of the same writes after a placing")
		}
		trend, err := h.inv.Trend(h.ctx(), h.system(), ones, nil, 10)
		if err != nil || trend[8].Totals.Assets != 0 || trend[9].Totals.Assets != 5 {
			t.Errorf("the group's trend is %+v, %v", trend, err)
		}
	})
}

func TestListsAndFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		m := accounts("fail")
		m["main:asset-3"].duties["area-0.do"] = madeDuty{"unknown", "unknown"}
		h.post(1, m.assessment(0))
		h.post(2, accounts("pass").assessment(0))
		all := h.system()
		count := func(ask inventory.AssetQuery) int {
			t.Helper()
			got, err := pages(func(p inventory.Paging) (inventory.Page[inventory.Asset], error) {
				ask.Paging = p
				return h.inv.Assets(h.ctx(), all, ask)
			})
			if err != nil {
				t.Fatal(err)
			}
			ids := map[int64]bool{}
			for _, a := range got {
				ids[a.ID] = true
			}
			if len(ids) != len(got) {
				t.Errorf("%+v gives an asset twice", ask)
			}
			return len(got)
		}
		for _, c := range []struct {
			ask  inventory.AssetQuery
			want int
		}{
			{inventory.AssetQuery{}, 20},
			{inventory.AssetQuery{Sort: "address"}, 20},
			{inventory.AssetQuery{Sort: "newest"}, 20},
			{inventory.AssetQuery{Where: inventory.Where{Accounts: []string{"111"}}}, 10},
			{inventory.AssetQuery{Where: inventory.Where{Accounts: []string{"111", "222"}, Sources: []int64{2}}}, 10},
			{inventory.AssetQuery{Where: inventory.Where{Teams: []string{inventory.None}}}, 20},
			{inventory.AssetQuery{Statuses: []string{"failing"}}, 9},
			{inventory.AssetQuery{Statuses: []string{"unverified"}}, 1},
			{inventory.AssetQuery{Severities: []string{"critical"}}, 9},
			{inventory.AssetQuery{Severities: []string{"invented"}}, 0},
			{inventory.AssetQuery{Exposed: []string{"yes"}}, 0},
			{inventory.AssetQuery{Text: "asset 7"}, 2},
			{inventory.AssetQuery{Text: "ASS"}, 20},
			{inventory.AssetQuery{Text: "sset"}, 0},
			{inventory.AssetQuery{Gone: true}, 0},
		} {
			if got := count(c.ask); got != c.want {
				t.Errorf("%+v gives %d, want %d", c.ask, got, c.want)
			}
		}
		facets, err := h.inv.AssetFacets(h.ctx(), all, inventory.AssetQuery{Where: inventory.Where{Accounts: []string{"111"}}, Statuses: []string{"failing"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := facet(facets, "account"); got["111"] != 5 || got["222"] != 4 {
			t.Errorf("accounts under a filter by account and status: %v", got)
		}
		if got := facet(facets, "status"); got["failing"] != 5 || got["verified"] != 5 {
			t.Errorf("statuses under a filter by account and status: %v", got)
		}
		duties, err := h.inv.Duties(h.ctx(), all, inventory.DutyQuery{Owners: []string{"unknown"}})
		if err != nil || len(duties.Items) != 1 || duties.Items[0].Address != "asset-3" || duties.Items[0].Status != "unverified" {
			t.Errorf("duties without an owner: %+v, %v", duties, err)
		}
		table, err := h.inv.Matrix(h.ctx(), all, inventory.MatrixQuery{By: "account", Where: inventory.Where{Sources: []int64{1}}})
		if err != nil {
			t.Fatal(err)
		}
		if want := []matrix.Column{{ID: "111", Title: "111"}, {ID: "222", Title: "222"}}; !slices.Equal(table.Columns, want) {
			t.Errorf("columns %v", table.Columns)
		}
		if cell := table.Rows[0].Cells[0]; cell.Worst != "failing" || cell.Statuses["failing"] != 5 || cell.Owners["customer"] != 10 {
			t.Errorf("row %s of account 111: %+v", table.Rows[0].ID, cell)
		}
		for result, want := range map[string]int{"fail": 9, "unknown": 1, "pass": 10 + 20, "waived": 0} {
			found, err := pages(func(p inventory.Paging) (inventory.Page[inventory.Finding], error) {
				return h.inv.Findings(h.ctx(), all, inventory.FindingQuery{Results: []string{result}, Paging: p})
			})
			if err != nil || len(found) != want {
				t.Errorf("%d findings %s, %v; want %d", len(found), result, err, want)
			}
		}
		for _, bad := range []inventory.AssetQuery{
			{Sort: "luck"},
			{Paging: inventory.Paging{Cursor: "x"}},
			{Paging: inventory.Paging{Cursor: store.Cursor("address", "a", 1)}},
			{Paging: inventory.Paging{Cursor: store.Cursor("risk", nil, true, 1)}},
		} {
			if _, err := h.inv.Assets(h.ctx(), all, bad); !errors.Is(err, inventory.ErrInvalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

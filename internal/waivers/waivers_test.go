package waivers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ledger has findings of two groups, and notes which were reconsidered.
type ledger struct {
	findings     map[int64]inventory.Finding
	reconsidered []string
}

func (l *ledger) Finding(_ context.Context, who tenant.Who, id int64) (*inventory.FindingDetail, error) {
	f, ok := l.findings[id]
	if !ok || !who.Reach(tenant.Read).Has(f.Group) || who.Org != 1 {
		return nil, store.ErrNotFound
	}
	return &inventory.FindingDetail{Finding: f}, nil
}

func (l *ledger) Reconsider(_ context.Context, _ bun.Tx, _ int64, fingerprints []string) (int, error) {
	l.reconsidered = append(l.reconsidered, fingerprints...)
	return len(fingerprints), nil
}

type world struct {
	*Waivers
	now    time.Time
	ledger *ledger
	tree   *tenant.Tree
	other  *tenant.Tree
	web    int64
	events []string
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC), ledger: &ledger{findings: map[int64]inventory.Finding{}}}
	d := &directory.Directory{DB: db, Now: func() time.Time { return w.now }}
	for _, slug := range []string{"shop", "bank"} {
		if _, err := d.Create(t.Context(), slug, slug); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if w.tree, err = d.Tree(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if w.web, err = d.AddGroup(t.Context(), tenant.Group{Org: 1, Parent: w.tree.Root(), Kind: tenant.Product, Name: "Web"}); err != nil {
		t.Fatal(err)
	}
	if w.tree, err = d.Tree(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if w.other, err = d.Tree(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	for id := int64(1); id <= 4; id++ {
		f := inventory.Finding{ID: id, Source: 7, Fingerprint: fmt.Sprintf("f%d", id), Check: "encrypted-at-rest", Title: "Encrypted", Severity: "high", Address: fmt.Sprintf("a.b%d", id), State: inventory.Open, Group: w.web}
		if id == 4 {
			f.Group = w.tree.Root()
		}
		w.ledger.findings[id] = f
	}
	w.Waivers = &Waivers{DB: db, Ledger: w.ledger, Now: func() time.Time { return w.now }, Event: func(_ context.Context, _ bun.Tx, what string, _ Waiver) error {
		w.events = append(w.events, what)
		return nil
	}}
	return w
}

// as is a person with a role in the group of findings 1 to 3.
func (w *world) as(id int64, role tenant.Role) tenant.Who {
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: id, Name: fmt.Sprint("person ", id), Org: 1, Grants: []tenant.Grant{{Group: w.web, Role: role}}}, Tree: w.tree}
}

func (w *world) stranger() tenant.Who {
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 9, Org: 2, Grants: []tenant.Grant{{Group: w.other.Root(), Role: tenant.Administrator}}}, Tree: w.other}
}

const why = "The bucket holds nothing but public pictures."

func (w *world) request(t *testing.T, who tenant.Who, until string, ids ...int64) Waiver {
	t.Helper()
	got, err := w.Request(t.Context(), who, ids, why, until)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (w *world) holds(t *testing.T, fingerprint string, group int64) bool {
	t.Helper()
	accept, err := w.Accepted(t.Context(), w.DB, 1, 7)
	if err != nil {
		t.Fatal(err)
	}
	return accept(&report.Finding{Fingerprint: fingerprint}, group) != nil
}

func (w *world) is(t *testing.T, id int64, want State) {
	t.Helper()
	got, err := w.Get(t.Context(), w.as(1, tenant.Viewer), id)
	if err != nil || got.State != want {
		t.Errorf("waiver %d is %s, %v, want %s", id, got.State, err, want)
	}
}

func TestLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, w := t.Context(), newWorld(t, db)
		ann, bob := w.as(1, tenant.Contributor), w.as(2, tenant.Approver)
		got := w.request(t, ann, "2026-12-20", 2, 1, 2)
		if got.Count != 2 || got.Group != w.web || got.Findings[0].Address != "a.b1" || w.holds(t, "f1", w.web) {
			t.Errorf("requested: %+v", got)
		}
		if err := w.Approve(ctx, bob, got.ID, "Seen with the team."); err != nil {
			t.Fatal(err)
		}
		if !w.holds(t, "f1", w.web) || w.holds(t, "f3", w.web) || w.holds(t, "f1", w.tree.Root()) {
			t.Error("it does not hold for its findings in its group, and for them alone")
		}
		if err := w.Refuse(ctx, w.as(3, tenant.Approver), got.ID, "No."); !errors.Is(err, store.ErrConflict) {
			t.Errorf("a second decision: %v", err)
		}

		w.now = w.now.AddDate(0, 0, 10)
		for range 2 {
			if err := w.Tend(ctx); err != nil {
				t.Fatal(err)
			}
		}
		w.now = time.Date(2026, 12, 20, 23, 59, 0, 0, time.UTC)
		if err := w.Tend(ctx); err != nil || !w.holds(t, "f2", w.web) {
			t.Errorf("on its last day it holds no longer, %v", err)
		}
		w.now = w.now.Add(time.Minute)
		if w.holds(t, "f2", w.web) {
			t.Error("it holds after its last day, before anybody looked")
		}
		if err := w.Tend(ctx); err != nil {
			t.Fatal(err)
		}
		w.is(t, got.ID, Expired)
		if want := []string{EventRequested, EventDecided, EventExpiring, EventExpired}; !slices.Equal(w.events, want) {
			t.Errorf("told %v, want %v", w.events, want)
		}
		slices.Sort(w.ledger.reconsidered)
		if want := []string{"f1", "f1", "f2", "f2"}; !slices.Equal(w.ledger.reconsidered, want) {
			t.Errorf("reconsidered %v, want %v", w.ledger.reconsidered, want)
		}
	})
}

func TestEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, w := t.Context(), newWorld(t, db)
		ann, bob := w.as(1, tenant.Contributor), w.as(2, tenant.Approver)
		refused := w.request(t, ann, "2026-12-20", 1)
		if err := w.Refuse(ctx, bob, refused.ID, " "); !errors.Is(err, ErrInvalid) {
			t.Errorf("refused without a reason: %v", err)
		}
		if err := w.Refuse(ctx, bob, refused.ID, "Encrypt it."); err != nil {
			t.Fatal(err)
		}
		w.is(t, refused.ID, Refused)

		withdrawn := w.request(t, ann, "2026-12-20", 1)
		if err := w.Withdraw(ctx, bob, withdrawn.ID); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("somebody else withdraws: %v", err)
		}
		if err := w.Withdraw(ctx, ann, withdrawn.ID); err != nil {
			t.Fatal(err)
		}
		w.is(t, withdrawn.ID, Withdrawn)

		revoked := w.request(t, ann, "2026-12-20", 1)
		if err := w.Approve(ctx, bob, revoked.ID, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.Revoke(ctx, bob, revoked.ID, "It holds orders now."); err != nil {
			t.Fatal(err)
		}
		w.is(t, revoked.ID, Revoked)
		if w.holds(t, "f1", w.web) {
			t.Error("revoked, it still holds")
		}

		late := w.request(t, ann, "2026-11-29", 1)
		w.now = w.now.AddDate(0, 0, 3)
		if err := w.Approve(ctx, bob, late.ID, ""); !errors.Is(err, ErrInvalid) {
			t.Errorf("approved after its time: %v", err)
		}
	})
}

// Nobody decides on their own request, whatever their role, and no role but
// those that may.
func TestWhoMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, w := t.Context(), newWorld(t, db)
		boss := w.as(1, tenant.Administrator)
		own := w.request(t, boss, "2026-12-20", 1)
		if err := w.Approve(ctx, boss, own.ID, ""); !errors.Is(err, ErrInvalid) {
			t.Errorf("one's own request approved: %v", err)
		}
		token := boss
		token.Token = &tenant.TokenBounds{ID: 1, Permissions: tenant.Permissions}
		if err := w.Approve(ctx, token, own.ID, ""); !errors.Is(err, ErrInvalid) {
			t.Errorf("one's own request approved by one's own token: %v", err)
		}
		for _, role := range tenant.Roles {
			who := w.as(5, role)
			_, err := w.Request(ctx, who, []int64{1}, why, "2026-12-20")
			if errors.Is(err, tenant.ErrForbidden) == role.May(tenant.RequestWaiver) {
				t.Errorf("%s asks: %v", role, err)
			}
			err = w.Refuse(ctx, who, w.request(t, boss, "2026-12-20", 2).ID, "No.")
			if errors.Is(err, tenant.ErrForbidden) == role.May(tenant.ApproveWaiver) {
				t.Errorf("%s decides: %v", role, err)
			}
			if _, err := w.Request(ctx, who, []int64{4}, why, "2026-12-20"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s asks about a finding of another group: %v", role, err)
			}
		}
		eve := w.stranger()
		_, get := w.Get(ctx, eve, own.ID)
		list, _, err := w.List(ctx, eve, Query{})
		for act, err := range map[string]error{"get": get, "approve": w.Approve(ctx, eve, own.ID, ""), "revoke": w.Revoke(ctx, eve, own.ID, ""), "withdraw": w.Withdraw(ctx, eve, own.ID)} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("another organisation's administrator, %s: %v", act, err)
			}
		}
		if len(list) != 0 || err != nil {
			t.Errorf("another organisation lists %v, %v", list, err)
		}
	})
}

func TestInvalid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		all := w.as(1, tenant.Contributor)
		all.Grants = []tenant.Grant{{Group: w.tree.Root(), Role: tenant.Contributor}}
		passing := w.ledger.findings[3]
		passing.State = inventory.Passing
		w.ledger.findings[3] = passing
		for name, c := range map[string]struct {
			ids           []int64
			reason, until string
		}{
			"no findings":      {nil, why, "2026-12-20"},
			"too many":         {make([]int64, MaxFindings+1), why, "2026-12-20"},
			"no reason":        {[]int64{1}, "  because  ", "2026-12-20"},
			"no day":           {[]int64{1}, why, "tomorrow"},
			"over":             {[]int64{1}, why, "2026-11-27"},
			"too long":         {[]int64{1}, why, "2028-01-01"},
			"it does not fail": {[]int64{3}, why, "2026-12-20"},
			"two groups":       {[]int64{1, 4}, why, "2026-12-20"},
		} {
			if _, err := w.Request(t.Context(), all, c.ids, c.reason, c.until); !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ann, bob := w.as(1, tenant.Contributor), w.as(2, tenant.Contributor)
		for range 3 {
			w.request(t, ann, "2026-12-20", 1)
		}
		w.request(t, bob, "2026-12-20", 2)
		var ids []int64
		for cursor := ""; ; {
			page, next, err := w.List(t.Context(), ann, Query{States: []State{Requested}, Mine: true, Limit: 2, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range page {
				ids = append(ids, x.ID)
			}
			if cursor = next; cursor == "" {
				break
			}
		}
		if len(ids) != 3 || ids[0] < ids[2] {
			t.Errorf("listed %v", ids)
		}
	})
}

package inventory_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/inventory/inventorytest"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// asked keeps the lists that a database is asked for.
type asked struct{ lists []string }

func (a *asked) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	if regexp.MustCompile(`(?s)^SELECT "[df]"\."\w+".* FROM "(duties|findings)" AS "[df]" .*ORDER BY`).MatchString(e.Query) {
		a.lists = append(a.lists, e.Query)
	}
	return ctx
}

func (a *asked) AfterQuery(context.Context, *bun.QueryEvent) {}

// explained is the plan of a query, as text. PostgreSQL would read the whole of a table as
// small as a test's; it is told not to where it has another way.
func explained(t *testing.T, db *store.DB, query string) string {
	t.Helper()
	var plan []string
	err := db.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		plan = nil
		if db.Engine == store.PostgreSQL {
			if _, err := tx.ExecContext(ctx, "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"); err != nil {
				return err
			}
			return tx.NewRaw("EXPLAIN "+strings.ReplaceAll(query, "?", "\\?")).Scan(ctx, &plan)
		}
		var rows []struct {
			ID, Parent, Notused int64
			Detail              string
		}
		err := tx.NewRaw("EXPLAIN QUERY PLAN "+query).Scan(ctx, &rows)
		for _, r := range rows {
			plan = append(plan, r.Detail)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

// A page far in is read from where the cursor stands in an index, on both engines:
// no list goes through a table, nor through all that comes before the page.
func TestDeepPagesUseIndexes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		group := h.group("ones", inventorytest.Groups(20)[1])
		e := inventorytest.Estate{Assets: 60, PerSource: 30, Start: start}
		for source := range 2 {
			if _, err := h.inv.Post(h.ctx(), h.system(), int64(source+1), inventory.Meta{}, e.Assessment(source, 0)); err != nil {
				t.Fatal(err)
			}
		}
		if db.Engine == store.PostgreSQL { // as it does by itself, in time
			if _, err := db.ExecContext(h.ctx(), "ANALYZE"); err != nil {
				t.Fatal(err)
			}
		}
		open, err := h.inv.Findings(h.ctx(), h.system(), inventory.FindingQuery{})
		if err != nil {
			t.Fatal(err)
		}
		heard := &asked{}
		h.inv.DB = &store.DB{DB: db.WithQueryHook(heard), Engine: db.Engine}
		at := func(keys ...any) inventory.Paging { return inventory.Paging{Cursor: store.Cursor(keys...)} }
		account := inventory.Where{Accounts: []string{"000000000003"}}
		all, one := h.system(), h.person(tenant.Viewer, group)
		duties := func(who tenant.Who, ask inventory.DutyQuery) func() error {
			return func() error { _, err := h.inv.Duties(h.ctx(), who, ask); return err }
		}
		findings := func(who tenant.Who, ask inventory.FindingQuery) func() error {
			return func() error { _, err := h.inv.Findings(h.ctx(), who, ask); return err }
		}
		byAsset, moving := at("asset", int64(20), "area-05.do"), at("moving", "2027-01-01", int64(1), "")
		severity, newest := at("severity", int64(2), int64(100)), at("newest", start.AddDate(0, 0, 3).UnixMilli(), int64(500))
		for name, ask := range map[string]func() error{
			"duties":                      duties(all, inventory.DutyQuery{Paging: byAsset}),
			"duties in a status":          duties(all, inventory.DutyQuery{Paging: byAsset, Statuses: []string{"failing"}}),
			"duties of an account":        duties(all, inventory.DutyQuery{Paging: byAsset, Where: account}),
			"duties of a row":             duties(all, inventory.DutyQuery{Paging: byAsset, Rows: []string{"row-03"}}),
			"duties of a group":           duties(one, inventory.DutyQuery{Paging: byAsset}),
			"duties that move":            duties(all, inventory.DutyQuery{Paging: moving, Sort: "moving"}),
			"findings":                    findings(all, inventory.FindingQuery{Paging: severity}),
			"findings of a check":         findings(all, inventory.FindingQuery{Paging: severity, Checks: []string{open.Items[0].Check}}),
			"findings of an account":      findings(all, inventory.FindingQuery{Paging: severity, Where: account}),
			"findings of a group":         findings(one, inventory.FindingQuery{Paging: severity}),
			"findings by age":             findings(all, inventory.FindingQuery{Paging: newest, Sort: "newest"}),
			"findings that were resolved": findings(all, inventory.FindingQuery{Paging: at("resolved", start.UnixMilli(), int64(500)), Sort: "resolved"}),
		} {
			heard.lists = nil
			if err := ask(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(heard.lists) == 0 {
				t.Errorf("%s: no list was asked for", name)
			}
			for _, query := range heard.lists {
				plan := explained(t, db, query)
				through, from := regexp.MustCompile(`SCAN [df]\b`), regexp.MustCompile(`SEARCH [df] USING .*[<>]`)
				if db.Engine == store.PostgreSQL {
					through, from = regexp.MustCompile(`Seq Scan on (duties|findings)`), regexp.MustCompile(`Index Cond: .*[<>]`)
				}
				if through.MatchString(plan) || !from.MatchString(plan) {
					t.Errorf("%s goes through what comes before:\n%s\n%s", name, query, plan)
				}
			}
		}
	})
}

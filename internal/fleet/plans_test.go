package fleet_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// asked keeps the lists that a database is asked for.
type asked struct{ lists []string }

func (a *asked) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	if strings.HasPrefix(e.Query, "SELECT") && strings.Contains(e.Query, "ORDER BY") {
		a.lists = append(a.lists, e.Query)
	}
	return ctx
}

func (a *asked) AfterQuery(context.Context, *bun.QueryEvent) {}

// plan is how a database goes about a query. PostgreSQL would read the whole of a table as
// small as a test's; it is told not to where it has another way.
func plan(t *testing.T, db *store.DB, query string) string {
	t.Helper()
	var out []string
	err := db.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		out = nil
		if db.Engine == store.PostgreSQL {
			if _, err := tx.ExecContext(ctx, "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"); err != nil {
				return err
			}
			return tx.NewRaw("EXPLAIN "+strings.ReplaceAll(query, "?", "\\?")).Scan(ctx, &out)
		}
		var rows []struct {
			ID, Parent, Notused int64
			Detail              string
		}
		err := tx.NewRaw("EXPLAIN QUERY PLAN "+query).Scan(ctx, &rows)
		for _, r := range rows {
			out = append(out, r.Detail)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

// A page of any list of the fleet is read from an index, in the order that it has.
func TestFleetListsUseIndexes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		h := w.hosts(3)[0].agent()
		ctx, all, one := t.Context(), w.admin(), w.as(tenant.Viewer, w.web)
		heard := &asked{}
		w.Fleet.DB = &store.DB{DB: db.WithQueryHook(heard), Engine: db.Engine}
		deep, far := store.Cursor(int64(50)), store.Cursor("web-1", int64(1))
		agents := func(who tenant.Who, q fleet.Query) func() error {
			return func() error { _, _, err := w.List(ctx, who, q); return err }
		}
		changes := func(q fleet.ChangeQuery) func() error {
			return func() error { _, _, err := w.FileChanges(ctx, all, q); return err }
		}
		for name, ask := range map[string]func() error{
			"agents":                agents(all, fleet.Query{Cursor: deep}),
			"agents of a group":     agents(one, fleet.Query{Cursor: deep}),
			"agents in a state":     agents(all, fleet.Query{States: []string{"missing"}, Cursor: deep}),
			"agents of a version":   agents(all, fleet.Query{Versions: []string{"1"}, Cursor: deep}),
			"agents of a system":    agents(all, fleet.Query{Systems: []string{"debian 12"}, Cursor: deep}),
			"agents of a cloud":     agents(all, fleet.Query{Providers: []string{"aws"}, Cursor: deep}),
			"agents by proof":       agents(all, fleet.Query{Proofs: []string{"verified"}, Cursor: deep}),
			"agents by name":        agents(all, fleet.Query{Text: "web-"}),
			"agents by name, later": agents(all, fleet.Query{Text: "web-", Cursor: far}),
			"the timeline":          func() error { _, _, err := w.Timeline(ctx, all, h.ID, deep, 50); return err },
			"gaps of an agent": func() error {
				_, _, err := w.Coverage(ctx, all, fleet.CoverageQuery{Agent: h.ID, Complete: []string{"no"}, Cursor: deep})
				return err
			},
			"detections of an agent": func() error {
				_, _, err := w.Detections(ctx, all, fleet.DetectionQuery{Agent: h.ID, Cursor: deep})
				return err
			},
			"changes":             changes(fleet.ChangeQuery{Cursor: deep}),
			"changes of an agent": changes(fleet.ChangeQuery{Agent: h.ID, Cursor: deep}),
			"detections":          func() error { _, _, err := w.Detections(ctx, all, fleet.DetectionQuery{Cursor: deep}); return err },
			"coverage of an agent": func() error {
				_, _, err := w.Coverage(ctx, all, fleet.CoverageQuery{Agent: h.ID, Cursor: deep})
				return err
			},
		} {
			heard.lists = nil
			if err := ask(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(heard.lists) == 0 {
				t.Errorf("%s: no list was asked for", name)
			}
			for _, query := range heard.lists {
				got := plan(t, db, query)
				if (strings.HasSuffix(name, "of an agent") || name == "the timeline") && !strings.Contains(got, "_agent ") {
					t.Errorf("%s goes through those of others:\n%s\n%s", name, query, got)
				}
				bad := regexp.MustCompile(`SCAN \w+$|TEMP B-TREE FOR ORDER|Seq Scan|\bSort\b`)
				if !regexp.MustCompile(`uid|instance`).MatchString(got) && bad.MatchString(got) {
					t.Errorf("%s is not read in the order of an index:\n%s\n%s", name, query, got)
				}
			}
		}
	})
}

// Whoever looks for a name gets all pages of it, and the agent whose id it is first.
func TestAgentsByName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		hosts := w.hosts(12)
		var names []string
		for cursor := ""; ; {
			list, next, err := w.List(t.Context(), w.admin(), fleet.Query{Text: "web-1", Cursor: cursor, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range list {
				names = append(names, a.Host.Hostname)
			}
			if cursor = next; cursor == "" {
				break
			}
		}
		if got := fmt.Sprint(names); got != "[web-1 web-10 web-11]" {
			t.Errorf("found %s", got)
		}
		uid := hosts[4].enrolled.Agent
		list, next, err := w.List(t.Context(), w.admin(), fleet.Query{Text: " " + uid + " "})
		if err != nil || len(list) != 1 || next != "" || list[0].UID != uid {
			t.Errorf("by its id: %v, %q, %v", list, next, err)
		}
		if _, _, err := w.List(t.Context(), w.admin(), fleet.Query{Text: "web", Cursor: "x"}); err == nil {
			t.Error("a cursor that is none is taken")
		}
	})
}

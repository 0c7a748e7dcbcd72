package inventory_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/inventory/inventorytest"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Environment variables of the benchmark: how many assets, each with ten
// findings; and a database to keep, so that it is filled only once.
const (
	benchAssets   = "DEMARC_BENCH_ASSETS"
	benchDatabase = "DEMARC_BENCH_DATABASE"
)

// BenchmarkQueries fills a ledger and reports how long what pages ask takes at
// the 95th percentile, in milliseconds.
func BenchmarkQueries(b *testing.B) {
	if dsn := os.Getenv(benchDatabase); dsn != "" {
		db, err := store.Open(b.Context(), dsn)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := db.Close(); err != nil {
				b.Error(err)
			}
		})
		if err := db.Migrate(b.Context()); err != nil {
			b.Fatal(err)
		}
		queries(b, db)
		return
	}
	b.Run("sqlite", func(b *testing.B) { queries(b, storetest.SQLite(b)) })
	b.Run("postgresql", func(b *testing.B) { queries(b, storetest.PostgreSQL(b)) })
}

func assetsAsked() int {
	if n, err := strconv.Atoi(os.Getenv(benchAssets)); err == nil && n > 0 {
		return n
	}
	return 20_000
}

// filled returns a ledger of that many assets, made where it is not there yet.
func filled(b *testing.B, db *store.DB, assets int) (*inventory.Inventory, *directory.Directory, int64) {
	start := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { return start.AddDate(0, 0, 5) }
	dir, inv := &directory.Directory{DB: db, Now: now}, &inventory.Inventory{DB: db, Now: now}
	orgs, err := dir.Organisations(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if len(orgs) > 0 {
		return inv, dir, orgs[0].ID
	}
	org, err := dir.Create(b.Context(), "bench", "Bench")
	if err != nil {
		b.Fatal(err)
	}
	tree, err := dir.Tree(b.Context(), org.ID)
	if err != nil {
		b.Fatal(err)
	}
	for i, scope := range inventorytest.Groups(20) {
		_, err := dir.AddGroup(b.Context(), tenant.Group{Org: org.ID, Parent: tree.Root(), Kind: tenant.Product, Name: fmt.Sprintf("product %d", i), Scope: scope})
		if err != nil {
			b.Fatal(err)
		}
	}
	if tree, err = dir.Tree(b.Context(), org.ID); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	e := inventorytest.Estate{Assets: assets, PerSource: min(assets, 10_000), Start: start}
	err = e.Fill(b.Context(), inv, tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}, func(done, of int) {
		if done%10 == 0 || done == of {
			b.Logf("%d of %d sources after %v", done, of, time.Since(began).Round(time.Second))
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	if db.Engine == store.PostgreSQL {
		for _, table := range []string{"assets", "asset_words", "asset_edges", "duties", "findings", "changes", "cells", "totals", "points", "weakest"} {
			if _, err := db.ExecContext(b.Context(), "VACUUM ANALYZE "+table); err != nil {
				b.Fatal(err)
			}
		}
	} else if _, err := db.ExecContext(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
	return inv, dir, org.ID
}

type benchQuery struct {
	name string
	ask  func(ctx context.Context, who tenant.Who, i int) error
}

func queries(b *testing.B, db *store.DB) {
	inv, dir, org := filled(b, db, assetsAsked())
	tree, err := dir.Tree(b.Context(), org)
	if err != nil {
		b.Fatal(err)
	}
	edge, err := remote(b.Context(), db, org)
	if err != nil {
		b.Fatal(err)
	}
	groups := tree.Children(tree.Root())
	everything := tenant.Who{Actor: tenant.BySystem(org), Tree: tree}
	readers := []tenant.Who{everything}
	for _, g := range groups[:5] {
		readers = append(readers, tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: g, Org: org, Grants: []tenant.Grant{{Group: g, Role: tenant.Viewer}}}, Tree: tree})
	}
	for _, q := range benchQueries(inv, edge) {
		b.Run(q.name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				began := time.Now()
				if err := q.ask(b.Context(), readers[i%len(readers)], i); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
		})
	}
}

// far is where pages are that somebody has turned to for long.
type far struct {
	asset, finding int64 // in the middle
	since          time.Time
}

// remote gives the last source a word that no other one has, and returns the middle
// of what there is.
func remote(ctx context.Context, db *store.DB, org int64) (f far, err error) {
	_, err = db.ExecContext(ctx, "INSERT INTO asset_words (asset, word, org) SELECT id, 'zebra', org FROM assets WHERE source = (SELECT max(source) FROM ledgers) ON CONFLICT DO NOTHING")
	if err != nil {
		return f, err
	}
	var since store.Time
	err = db.NewRaw("SELECT (SELECT (min(id) + max(id)) / 2 FROM assets), (SELECT (min(id) + max(id)) / 2 FROM findings), (SELECT max(failing_since) FROM findings WHERE org = ? AND state = 'open')", org).
		Scan(ctx, &f.asset, &f.finding, &since)
	f.since = since.Time
	return f, err
}

func benchQueries(inv *inventory.Inventory, edge far) []benchQuery {
	account := func(i int) inventory.Where {
		return inventory.Where{Accounts: []string{fmt.Sprintf("%012d", i*37%200)}}
	}
	service := func(i int) inventory.Where {
		n := i * 7 % 48
		return inventory.Where{Services: []string{fmt.Sprintf("%s/service-%d", []string{"aws", "aws", "aws", "azure", "google", "kubernetes"}[n%6], n)}}
	}
	texts := []string{"orders", "payments ledger", "till_9", "mail 42", "aws"}
	severities := []string{"critical", "high", "medium", "low"}
	statuses := []string{"failing", "unverified", "verified", "unassured"}
	dimensions := []string{"model", "provider", "service", "environment", "team", "account"}
	assets := func(name string, ask func(i int) inventory.AssetQuery) benchQuery {
		return benchQuery{"assets/" + name, func(ctx context.Context, who tenant.Who, i int) error {
			q := ask(i)
			for range 2 {
				page, err := inv.Assets(ctx, who, q)
				if err != nil || page.Next == "" || i%3 > 0 {
					return err
				}
				q.Cursor = page.Next
			}
			return nil
		}}
	}
	duties := func(name string, ask func(i int) inventory.DutyQuery) benchQuery {
		return benchQuery{"duties/" + name, func(ctx context.Context, who tenant.Who, i int) error {
			_, err := inv.Duties(ctx, who, ask(i))
			return err
		}}
	}
	findings := func(name string, ask func(i int) inventory.FindingQuery) benchQuery {
		return benchQuery{"findings/" + name, func(ctx context.Context, who tenant.Who, i int) error {
			_, err := inv.Findings(ctx, who, ask(i))
			return err
		}}
	}
	return []benchQuery{
		assets("list", func(i int) inventory.AssetQuery {
			return inventory.AssetQuery{Sort: []string{"risk", "address", "newest"}[i%3]}
		}),
		assets("filter", func(i int) inventory.AssetQuery {
			return []inventory.AssetQuery{{Where: account(i)}, {Where: service(i)}, {Where: service(i), Severities: severities[i%4 : i%4+1]}, {Where: account(i), Statuses: statuses[:1]}, {Exposed: []string{"yes"}}}[i%5]
		}),
		assets("search", func(i int) inventory.AssetQuery { return inventory.AssetQuery{Text: texts[i%len(texts)]} }),
		duties("list", func(i int) inventory.DutyQuery {
			return []inventory.DutyQuery{{}, {Sort: "moving"}, {Owners: []string{"unknown"}}}[i%3]
		}),
		duties("filter", func(i int) inventory.DutyQuery {
			return []inventory.DutyQuery{
				{Rows: []string{fmt.Sprintf("row-%02d", i%12)}, Statuses: statuses[i%4 : i%4+1]},
				{Where: service(i), Rows: []string{fmt.Sprintf("row-%02d", i%12)}, Statuses: statuses[:1]},
				{Where: account(i), Statuses: statuses[:2]},
				{Where: inventory.Where{Teams: []string{fmt.Sprintf("team-%d", i%40)}}, Owners: []string{"customer"}, Statuses: statuses[:1]},
			}[i%4]
		}),
		findings("list", func(i int) inventory.FindingQuery {
			return []inventory.FindingQuery{{}, {Sort: "newest"}, {Sort: "resolved"}, {Regressed: true}}[i%4]
		}),
		findings("filter", func(i int) inventory.FindingQuery {
			return []inventory.FindingQuery{
				{Checks: []string{fmt.Sprintf("check-%d", i*13%400)}},
				{Where: service(i), Severities: severities[i%4 : i%4+1]},
				{Where: account(i)},
				{Where: inventory.Where{Environments: []string{"production"}}, Severities: severities[:1]},
				{Where: account(i), States: []string{inventory.Unverified}},
			}[i%5]
		}),
		duties("deep", func(i int) inventory.DutyQuery {
			from := inventory.Paging{Cursor: store.Cursor("asset", edge.asset, "area-05.do")}
			return []inventory.DutyQuery{
				{Paging: from},
				{Paging: from, Statuses: statuses[:1]},
				{Paging: from, Where: account(i)},
				{Paging: inventory.Paging{Cursor: store.Cursor("moving", "2027-06-01", edge.asset, "")}, Sort: "moving"},
			}[i%4]
		}),
		duties("search", func(i int) inventory.DutyQuery { return inventory.DutyQuery{Text: texts[i%len(texts)]} }),
		duties("search/deep", func(i int) inventory.DutyQuery {
			return inventory.DutyQuery{Text: texts[i%len(texts)], Paging: inventory.Paging{Cursor: store.Cursor("asset", edge.asset, "area-05.do")}}
		}),
		duties("search/one-source", func(i int) inventory.DutyQuery {
			return []inventory.DutyQuery{{Text: "zebra"}, {Text: "zebra", Statuses: statuses[:1]}, {Text: "zebra", Where: account(i)}}[i%3]
		}),
		findings("deep", func(i int) inventory.FindingQuery {
			from := inventory.Paging{Cursor: store.Cursor("severity", int64(2), edge.finding)}
			return []inventory.FindingQuery{
				{Paging: from},
				{Paging: from, Where: account(i)},
				{Paging: from, Severities: severities[2:3]},
				{Paging: inventory.Paging{Cursor: store.Cursor("newest", edge.since.UnixMilli(), edge.finding)}, Sort: "newest"},
			}[i%4]
		}),
		findings("search", func(i int) inventory.FindingQuery { return inventory.FindingQuery{Text: texts[i%len(texts)]} }),
		findings("search/deep", func(i int) inventory.FindingQuery {
			return inventory.FindingQuery{Text: texts[i%len(texts)], Paging: inventory.Paging{Cursor: store.Cursor("severity", int64(2), edge.finding)}}
		}),
		findings("search/one-source", func(i int) inventory.FindingQuery {
			return []inventory.FindingQuery{{Text: "zebra"}, {Text: "zebra", Sort: "newest"}, {Text: "zebra", Where: account(i)}}[i%3]
		}),
		{"matrix", func(ctx context.Context, who tenant.Who, i int) error {
			_, err := inv.Matrix(ctx, who, inventory.MatrixQuery{By: dimensions[i%len(dimensions)]})
			return err
		}},
		{"matrix/filter", func(ctx context.Context, who tenant.Who, i int) error {
			_, err := inv.Matrix(ctx, who, inventory.MatrixQuery{By: dimensions[i%len(dimensions)], Where: account(i)})
			return err
		}},
		{"facets", func(ctx context.Context, who tenant.Who, i int) (err error) {
			switch i % 3 {
			case 0:
				_, err = inv.AssetFacets(ctx, who, inventory.AssetQuery{Where: service(i)})
			case 1:
				_, err = inv.DutyFacets(ctx, who, inventory.DutyQuery{Statuses: statuses[:1]})
			default:
				_, err = inv.FindingFacets(ctx, who, inventory.FindingQuery{})
			}
			return err
		}},
		{"trend", func(ctx context.Context, who tenant.Who, i int) error {
			_, err := inv.Trend(ctx, who, 0, nil, 90)
			return err
		}},
		{"totals", func(ctx context.Context, who tenant.Who, i int) error {
			_, err := inv.Totals(ctx, who, 0, nil)
			return err
		}},
		{"weakest", func(ctx context.Context, who tenant.Who, i int) error {
			_, err := inv.Weakest(ctx, who, 0, 20)
			return err
		}},
	}
}

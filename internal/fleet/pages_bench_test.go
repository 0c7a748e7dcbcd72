package fleet

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// BenchmarkPages asks for what the pages of the fleet show, of as many made-up agents
// as DEMARC_BENCH_AGENTS says.
func BenchmarkPages(b *testing.B) {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("DEMARC_BENCH_AGENTS"), "20000"))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("sqlite", func(b *testing.B) { benchmarkPages(b, storetest.SQLite(b), n) })
	b.Run("postgresql", func(b *testing.B) { benchmarkPages(b, storetest.PostgreSQL(b), n) })
}

func benchmarkPages(b *testing.B, db *store.DB, n int) {
	f := &Fleet{DB: db, Now: time.Now, Log: slog.New(slog.DiscardHandler), Groups: &directory.Directory{DB: db, Now: time.Now}}
	who, groups := crowd(b, f, n)
	first := func(q Query) func() error {
		return func() error { _, _, err := f.List(b.Context(), who, q); return err }
	}
	middle := store.Cursor(int64(n / 2))
	for _, c := range []struct {
		name string
		ask  func() error
	}{
		{"first page", first(Query{})},
		{"page in the middle", first(Query{Cursor: middle})},
		{"group", first(Query{Group: groups[3]})},
		{"state few are in", first(Query{States: []string{string(Missing)}})},
		{"version few have", first(Query{Versions: []string{"0.9"}})},
		{"system, in the middle", first(Query{Systems: []string{"debian 12"}, Cursor: middle})},
		{"name all have", first(Query{Text: "web-"})},
		{"name one has", first(Query{Text: fmt.Sprintf("web-%07d", n/3)})},
		{"facets", func() error { _, _, err := f.Facets(b.Context(), who, Query{}); return err }},
		{"facets of a state", func() error {
			_, _, err := f.Facets(b.Context(), who, Query{States: []string{string(Late)}})
			return err
		}},
		{"map by group", func() error { _, err := f.GroupStates(b.Context(), who, Query{}); return err }},
		{"timeline", func() error { _, _, err := f.Timeline(b.Context(), who, int64(n/2), "", 50); return err }},
		{"changes", func() error { _, _, err := f.FileChanges(b.Context(), who, ChangeQuery{}); return err }},
		{"changes of one server", func() error {
			_, _, err := f.FileChanges(b.Context(), who, ChangeQuery{Agent: int64(n / 2)})
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := c.ask(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// crowd makes agents in 200 groups, with three lines in the timeline of each and a
// change of a file.
func crowd(b *testing.B, f *Fleet, n int) (tenant.Who, []int64) {
	dir, ok := f.Groups.(*directory.Directory)
	if !ok {
		b.Fatal("no directory")
	}
	org, err := dir.Create(b.Context(), "crowd", "Crowd")
	if err != nil {
		b.Fatal(err)
	}
	tree, err := dir.Tree(b.Context(), org.ID)
	if err != nil {
		b.Fatal(err)
	}
	var groups []int64
	for i := range 200 {
		g, err := dir.AddGroup(b.Context(), tenant.Group{Org: org.ID, Parent: tree.Root(), Kind: tenant.Team, Name: fmt.Sprintf("Team %d", i)})
		if err != nil {
			b.Fatal(err)
		}
		groups = append(groups, g)
	}
	if tree, err = dir.Tree(b.Context(), org.ID); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 5000 {
		err := f.DB.Write(b.Context(), func(ctx context.Context, tx bun.Tx) error {
			return crowdPart(ctx, tx, org.ID, groups, from, min(from+5000, n))
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if f.DB.Engine == store.PostgreSQL { // as it does by itself, in time
		if _, err := f.DB.ExecContext(b.Context(), "ANALYZE"); err != nil {
			b.Fatal(err)
		}
	}
	return tenant.Who{Tree: tree, Actor: tenant.Actor{Kind: tenant.Person, ID: 7, Name: "Ann", Org: org.ID, Grants: []tenant.Grant{{Group: tree.Root(), Role: tenant.Administrator}}}}, groups
}

func crowdPart(ctx context.Context, tx bun.Tx, org int64, groups []int64, from, to int) error {
	now := store.At(time.Now())
	var agents []agentRow
	var moments []momentRow
	var changes []changeRow
	var counts tally
	for i := from; i < to; i++ {
		r := agentRow{
			ID: int64(i + 1), Org: org, GroupID: groups[i%len(groups)], UID: fmt.Sprintf("UID%023d", i), State: Active, Since: now, Enrolled: now, Hostname: fmt.Sprintf("web-%07d", i),
			Machine: fmt.Sprintf("%032x", i), Boot: "b", OS: "linux", Arch: "amd64", Distro: "debian", Release: strconv.Itoa(11 + i%3), Version: "1.0", Addresses: "[]", Labels: "[]",
			Key: []byte{1}, NotAfter: now, Changed: now,
		}
		switch {
		case i%5000 == 17:
			r.State = Missing
		case i%900 == 3:
			r.State = Late
		}
		if i%10_000 == 5 {
			r.Version = "0.9"
		}
		agents = append(agents, r)
		counts.add(r.cell(), 1)
		for _, kind := range []string{"enrolled", "boot", "policy"} {
			moments = append(moments, r.moment(now.Time, kind, "as it was"))
		}
		c := changeRow{Org: org, GroupID: r.GroupID, Agent: r.ID, Epoch: "e", Sequence: 1, At: now, Path: "/etc/hosts", Kind: "changed", State: ChangeOpen, Body: `{"path":"/etc/hosts"}`}
		changes = append(changes, c)
		counts.add(c.cell(), 1)
	}
	if _, err := tx.NewInsert().Model(&agents).Exec(ctx); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, moments, ""); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, changes, ""); err != nil {
		return err
	}
	return counts.write(ctx, tx)
}

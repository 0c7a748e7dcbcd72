package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// who returns somebody with a role at the root of an organisation.
func who(org int64, role tenant.Role) tenant.Who {
	return tenant.Who{
		Actor: tenant.Actor{Kind: tenant.Person, ID: 7, Name: "Ada", Org: org, Grants: []tenant.Grant{{Group: 1, Role: role}}},
		Tree:  tenant.NewTree([]tenant.Group{{ID: 1, Org: org, Kind: tenant.Root}, {ID: 2, Org: org, Parent: 1}}),
	}
}

func record(t *testing.T, db *store.DB, org int64, action string, detail audit.Detail) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		return audit.Record(ctx, tx, who(org, tenant.Administrator).Actor, action, audit.On("thing", 3), detail)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func filled(t *testing.T, db *store.DB) *audit.Log {
	t.Helper()
	for n := range 5 {
		record(t, db, 1, "thing.changed", audit.Detail{"n": n, "a": "<&>\u2028é"})
	}
	record(t, db, 2, "thing.changed", nil)
	return &audit.Log{DB: db}
}

func TestRecordAndList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := audit.WithOrigin(t.Context(), audit.Origin{Address: "192.0.2.1", Request: "r1"})
		log := filled(t, db)
		actor := who(1, tenant.Administrator).Actor
		actor.Token = &tenant.TokenBounds{ID: 9}
		err := db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			return audit.Record(ctx, tx, actor, "thing-else.removed", audit.Object{Kind: "other", ID: "x"}, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		var all []audit.Entry
		for cursor := ""; ; {
			p, err := log.List(ctx, who(1, tenant.Auditor), audit.Filter{Limit: 4, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.Entries...)
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if len(all) != 6 || all[0].Seq != 6 || all[5].Seq != 1 {
			t.Fatalf("listed %d entries, from %d", len(all), all[0].Seq)
		}
		e := all[0]
		if e.Actor != (audit.Actor{Kind: tenant.Person, ID: 7, Name: "Ada", Token: 9}) || e.Address != "192.0.2.1" || e.Request != "r1" ||
			e.Object != (audit.Object{Kind: "other", ID: "x"}) || time.Since(e.At) > time.Minute || string(e.Detail) != "{}" {
			t.Errorf("read back %+v", e)
		}
		for _, c := range []struct {
			f    audit.Filter
			want int
		}{
			{audit.Filter{Action: "thing"}, 5},
			{audit.Filter{Action: "thing.changed"}, 5},
			{audit.Filter{Action: "thing-else.removed"}, 1},
			{audit.Filter{ActorKind: tenant.Person, Actor: 7}, 6},
			{audit.Filter{ActorKind: tenant.Service, Actor: 7}, 0},
			{audit.Filter{Object: audit.On("thing", 3)}, 5},
			{audit.Filter{From: e.At.Add(time.Hour)}, 0},
			{audit.Filter{To: e.At.Add(time.Hour)}, 6},
		} {
			if p, err := log.List(ctx, who(1, tenant.Auditor), c.f); err != nil || len(p.Entries) != c.want {
				t.Errorf("%+v: %d entries, %v; want %d", c.f, len(p.Entries), err, c.want)
			}
		}
		if _, err := log.List(ctx, who(1, tenant.Auditor), audit.Filter{Action: "x%"}); !errors.Is(err, audit.ErrInvalid) {
			t.Errorf("a pattern for an action: %v", err)
		}
	})
}

// Only administrators and auditors of the whole organisation read its log, and
// nobody reads another's.
func TestWhoReads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, log := t.Context(), filled(t, db)
		for _, role := range tenant.Roles {
			may := role == tenant.Administrator || role == tenant.Auditor
			below := who(1, role)
			below.Grants[0].Group = 2
			for name, f := range map[string]func(tenant.Who) error{
				"List":   func(w tenant.Who) error { _, err := log.List(ctx, w, audit.Filter{}); return err },
				"Head":   func(w tenant.Who) error { _, err := log.Head(ctx, w); return err },
				"Verify": func(w tenant.Who) error { _, err := log.Verify(ctx, w, nil); return err },
				"Export": func(w tenant.Who) error { return log.Export(ctx, w, 0, &bytes.Buffer{}) },
			} {
				if err := f(who(1, role)); may != (err == nil) || (!may && !errors.Is(err, tenant.ErrForbidden)) {
					t.Errorf("%s by %s: %v", name, role, err)
				}
				if err := f(below); !errors.Is(err, tenant.ErrForbidden) {
					t.Errorf("%s by %s of a group below: %v", name, role, err)
				}
			}
		}
		p, err := log.List(ctx, who(2, tenant.Auditor), audit.Filter{})
		if err != nil || len(p.Entries) != 1 || p.Entries[0].Org != 2 {
			t.Errorf("organisation 2 lists %+v, %v", p, err)
		}
	})
}

// An entry and what it tells of are one transaction.
func TestRollback(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		log := filled(t, db)
		no := errors.New("no")
		err := db.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			if err := audit.Record(ctx, tx, who(1, tenant.Viewer).Actor, "a.b", audit.Object{}, nil); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		if h, err := log.Verify(t.Context(), who(1, tenant.Auditor), nil); err != nil || h.Seq != 5 {
			t.Errorf("the chain ends at %d, %v", h.Seq, err)
		}
	})
}

func TestWritersTakeTurns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 10 {
					err := db.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
						return audit.Record(ctx, tx, who(1, tenant.Viewer).Actor, "a.b", audit.Object{}, nil)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		log := &audit.Log{DB: db}
		if h, err := log.Verify(t.Context(), who(1, tenant.Auditor), nil); err != nil || h.Seq != 80 {
			t.Errorf("the chain ends at %d, %v", h.Seq, err)
		}
	})
}

func TestDetailIsBounded(t *testing.T) {
	db := storetest.SQLite(t)
	err := audit.Record(t.Context(), db, who(1, tenant.Viewer).Actor, "a.b", audit.Object{}, audit.Detail{"x": strings.Repeat("x", audit.MaxDetail)})
	if err == nil {
		t.Error("a detail of any length is taken")
	}
}

// Whatever is done to the rows is found, and the first broken entry named.
func TestTampering(t *testing.T) {
	for _, c := range []struct {
		name   string
		sql    []string
		broken int64
	}{
		{"a changed detail", []string{`UPDATE audit_entries SET detail = '{}' WHERE org = 1 AND seq = 3`}, 3},
		{"a changed actor", []string{`UPDATE audit_entries SET actor_name = 'Eve' WHERE org = 1 AND seq = 1`}, 1},
		{"a changed time", []string{`UPDATE audit_entries SET at = at + 1 WHERE org = 1 AND seq = 5`}, 5},
		{"a changed hash", []string{`UPDATE audit_entries SET hash = 'x' WHERE org = 1 AND seq = 2`}, 2},
		{"removed", []string{`DELETE FROM audit_entries WHERE org = 1 AND seq = 3`}, 3},
		{"the first removed", []string{`DELETE FROM audit_entries WHERE org = 1 AND seq = 1`}, 1},
		{"the last removed", []string{`DELETE FROM audit_entries WHERE org = 1 AND seq = 5`}, 5},
		{"all removed", []string{`DELETE FROM audit_entries WHERE org = 1`}, 1},
		{"removed and closed up", []string{
			`DELETE FROM audit_entries WHERE org = 1 AND seq = 3`,
			`UPDATE audit_entries SET seq = 3 WHERE org = 1 AND seq = 4`,
			`UPDATE audit_entries SET seq = 4 WHERE org = 1 AND seq = 5`,
			`UPDATE audit_heads SET seq = 4 WHERE org = 1`,
		}, 3},
		{"reordered", []string{
			`UPDATE audit_entries SET seq = 99 WHERE org = 1 AND seq = 2`,
			`UPDATE audit_entries SET seq = 2 WHERE org = 1 AND seq = 3`,
			`UPDATE audit_entries SET seq = 3 WHERE org = 1 AND seq = 99`,
		}, 2},
		{"inserted", []string{
			`UPDATE audit_entries SET seq = 6 WHERE org = 1 AND seq = 5`,
			`INSERT INTO audit_entries SELECT org, 5, at, actor_kind, actor_id, actor_name, token, address, request, action, object_kind, object_id, detail, previous, hash FROM audit_entries WHERE org = 1 AND seq = 4`,
			`UPDATE audit_heads SET seq = 6 WHERE org = 1`,
		}, 5},
		{"added at the end", []string{
			`INSERT INTO audit_entries SELECT org, 6, at, actor_kind, actor_id, actor_name, token, address, request, action, object_kind, object_id, detail, previous, hash FROM audit_entries WHERE org = 1 AND seq = 5`,
		}, 6},
		{"another organisation's", []string{
			`DELETE FROM audit_entries WHERE org = 1 AND seq = 1`,
			`UPDATE audit_entries SET org = 1 WHERE org = 2`,
		}, 1},
	} {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			log := filled(t, db)
			h, err := log.Verify(t.Context(), who(1, tenant.Auditor), nil)
			if err != nil || h.Seq != 5 {
				t.Fatalf("untouched: %+v, %v", h, err)
			}
			for _, q := range c.sql {
				if _, err := db.Exec(q); err != nil {
					t.Fatal(err)
				}
			}
			_, err = log.Verify(t.Context(), who(1, tenant.Auditor), nil)
			if b, ok := errors.AsType[*audit.BrokenError](err); !ok || b.Seq != c.broken || b.Org != 1 {
				t.Errorf("%s: %v, want entry %d named", c.name, err, c.broken)
			}
			if _, err := log.VerifyAll(t.Context()); err == nil {
				t.Errorf("%s: VerifyAll finds nothing", c.name)
			}
		})
	}
}

// Whoever cuts off the end and puts the head back is found out by a head that
// was kept elsewhere; so is whoever writes the chain anew.
func TestKnownHead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, log, auditor := t.Context(), filled(t, db), who(1, tenant.Auditor)
		known, err := log.Head(ctx, auditor)
		if err != nil {
			t.Fatal(err)
		}
		var export bytes.Buffer
		if err := log.Export(ctx, auditor, 0, &export); err != nil {
			t.Fatal(err)
		}
		record(t, db, 1, "thing.changed", nil)
		if _, err := log.Verify(ctx, auditor, &known); err != nil {
			t.Errorf("a longer log does not hold an older head: %v", err)
		}
		lines := strings.SplitAfter(export.String(), "\n")
		short := strings.Join(lines[:3], "")
		if _, err := audit.VerifyExport(strings.NewReader(short), nil); err != nil {
			t.Errorf("the first entries alone: %v", err)
		}
		if _, err := audit.VerifyExport(strings.NewReader(short), &known); !broken(err, 4) {
			t.Errorf("an export cut off: %v", err)
		}
		for _, q := range []string{
			`DELETE FROM audit_entries WHERE org = 1 AND seq > 3`,
			`UPDATE audit_heads SET seq = 3, hash = (SELECT hash FROM audit_entries WHERE org = 1 AND seq = 3) WHERE org = 1`,
		} {
			if _, err := db.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := log.Verify(ctx, auditor, nil); err != nil {
			t.Errorf("without a head nothing can be seen, but: %v", err)
		}
		if _, err := log.Verify(ctx, auditor, &known); !broken(err, 4) {
			t.Errorf("a log cut off: %v", err)
		}
		record(t, db, 1, "other", nil)
		record(t, db, 1, "other", nil)
		if _, err := log.Verify(ctx, auditor, &known); !broken(err, 5) {
			t.Errorf("a log written anew: %v", err)
		}
	})
}

func broken(err error, seq int64) bool {
	b, ok := errors.AsType[*audit.BrokenError](err)
	return ok && b.Seq == seq
}

func TestVerifyExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, log, auditor := t.Context(), filled(t, db), who(1, tenant.Auditor)
		export := func(after int64) []string {
			var b bytes.Buffer
			if err := log.Export(ctx, auditor, after, &b); err != nil {
				t.Fatal(err)
			}
			return strings.Split(strings.TrimSpace(b.String()), "\n")
		}
		verify := func(lines []string) (audit.Head, error) {
			return audit.VerifyExport(strings.NewReader(strings.Join(lines, "\n")), nil)
		}
		want, err := log.Head(ctx, auditor)
		if err != nil {
			t.Fatal(err)
		}
		all := export(0)
		for name, lines := range map[string][]string{"all": all, "from the third": export(2), "other spelling": respelled(t, all)} {
			if got, err := verify(lines); err != nil || got != want {
				t.Errorf("%s: %+v, %v; want %+v", name, got, err, want)
			}
		}
		swapped := []string{all[0], all[2], all[1], all[3], all[4]}
		if _, err := verify(swapped); !broken(err, 2) {
			t.Errorf("swapped: %v", err)
		}
		changed := append([]string{}, all...)
		changed[3] = strings.Replace(changed[3], `"n":3`, `"n":4`, 1)
		if _, err := verify(changed); !broken(err, 4) {
			t.Errorf("changed: %v", err)
		}
		other, err := verify(append(append([]string{}, all[:1]...), strings.Replace(all[1], `"organisation":1`, `"organisation":2`, 1)))
		if !broken(err, 2) {
			t.Errorf("of two organisations: %v, %v", other, err)
		}
		for _, bad := range []string{"", "x", `{"sequence":1,"detail":[]}`} {
			if _, err := audit.VerifyExport(strings.NewReader(bad), nil); !errors.Is(err, audit.ErrInvalid) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}

// respelled is the lines as another tool would write them.
func respelled(t *testing.T, lines []string) []string {
	t.Helper()
	var out []string
	for _, l := range lines {
		var v map[string]any
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.TrimSpace(b.String()))
	}
	return out
}

func FuzzVerifyExport(f *testing.F) {
	f.Add([]byte(`{"organisation":1,"sequence":1,"detail":{}}`))
	f.Add([]byte(fmt.Sprintf("%s\n{", `{"detail":null}`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := audit.VerifyExport(bytes.NewReader(b), nil); err == nil && h.Hash == "" {
			t.Errorf("%q passes without a hash", b)
		}
	})
}

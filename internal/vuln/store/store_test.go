package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/vuln/osv"
)

func parse(t *testing.T, text string) *osv.Record {
	t.Helper()
	r, err := osv.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const events = `{"id":"X-1","modified":"2026-01-02T00:00:00Z","summary":"s","affected":[{"package":{"ecosystem":"Debian:12","name":"a"},"ranges":[
	{"type":"GIT","events":[{"introduced":"0"}]},
	{"type":"ECOSYSTEM","events":[{"fixed":"1.5"},{"introduced":"0"},{"introduced":"2.0"},{"last_affected":"2.3"},{"introduced":"3"}]}],"versions":["1"]},
	{"package":{"ecosystem":"Debian:11","name":"a"},"versions":["1.0-1"]},
	{"package":{"ecosystem":"Debian:11","name":"git-only"},"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]},
	{"package":{"ecosystem":"npm","name":"a"},"versions":["1"]}]}`

func TestRoundTrip(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	w, err := NewWriter(ctx, dir, Meta{Family: "Debian", AsOf: time.Unix(1, 0).UTC()})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the same record twice is one
		if err := w.Add(ctx, parse(t, events)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Add(ctx, parse(t, `{"id":"X-2","modified":"2026-01-03T00:00:00Z","withdrawn":"2026-01-03T00:00:00Z","affected":[{"package":{"ecosystem":"Debian:12","name":"b"},"versions":["1"]}]}`)); err != nil {
		t.Fatal(err)
	}
	meta, err := w.Place(ctx)
	if err != nil || meta.Records != 1 || meta.Withdrawn != 1 {
		t.Fatal(meta, err)
	}
	db, err := Open(dir)
	if err != nil || len(db.Problems) > 0 {
		t.Fatal(err, db.Problems)
	}
	defer db.Close()
	f := db.Family("Debian")
	if diff := cmp.Diff([]string{"11", "12"}, f.Releases()); diff != "" {
		t.Error(diff)
	}
	got, err := f.Package("12", "a")
	want := []Item{{Advisory: "X-1", Ranges: []Range{{Introduced: "0", Fixed: "1.5"}, {Introduced: "2.0", Last: "2.3"}, {Introduced: "3"}}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := f.Package("11", "a"); err != nil || len(got) != 1 || got[0].Versions[0] != "1.0-1" {
		t.Error(got, err)
	}
	for _, none := range [][2]string{{"12", "b"}, {"11", "git-only"}, {"13", "a"}} {
		if got, err := f.Package(none[0], none[1]); err != nil || got != nil || f.Knows(none[0], none[1]) {
			t.Error(none, got, err)
		}
	}
	adv, err := f.Advisories([]string{"X-1", "X-2", "X-1"})
	if err != nil || len(adv) != 1 || adv["X-1"].Summary != "s" {
		t.Error(adv, err)
	}
}

// A reader that has the old data keeps it while new data comes; an update that
// is given up leaves nothing.
func TestReplacement(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	place := func(pkg string) {
		w, err := NewWriter(ctx, dir, Meta{Family: "Debian"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(ctx, parse(t, strings.ReplaceAll(events, `"a"`, `"`+pkg+`"`))); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Place(ctx); err != nil {
			t.Fatal(err)
		}
	}
	place("old")
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	place("new")
	if got, err := db.Family("Debian").Package("12", "old"); err != nil || len(got) != 1 {
		t.Error(got, err)
	}
	w, err := NewWriter(ctx, dir, Meta{Family: "Debian"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Place(ctx); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
	after, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer after.Close()
	if got, err := after.Family("Debian").Package("12", "new"); err != nil || len(got) != 1 {
		t.Error(got, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Error(entries, err)
	}
}

// A file that is damaged, or of another program, is no data and is told.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"osv-debian.sqlite", signalsFile} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Repeat("no database", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if len(db.Problems) != 2 || db.Family("Debian") != nil {
		t.Error(db.Problems)
	}
	if _, err := Open(filepath.Join(dir, signalsFile)); err == nil {
		t.Error("a file was taken for a directory")
	}
}

func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	w, err := NewWriter(ctx, dir, Meta{Family: "Debian"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(ctx, parse(t, events)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := w.Place(ctx); err == nil {
		t.Error("interrupted, and in place")
	}
	old := filepath.Join(dir, ".new-left")
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	Tidy(dir, time.Now())
	Tidy(dir, time.Now().Add(48*time.Hour))
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Error(entries, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Item{Advisory: "a", Ranges: []Range{{"0", "1", ""}}, Versions: []string{"1"}}.encode(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		items, err := decode(b)
		if err != nil {
			return
		}
		var again []byte
		for _, it := range items {
			again = it.encode(again)
		}
		back, err := decode(again)
		if err != nil || cmp.Diff(items, back) != "" {
			t.Error(back, err)
		}
	})
}

// An update is seen, though the program goes on.
func TestLive(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	live := &Live{Dir: dir}
	db, err := live.DB()
	if err != nil || db.Family("Debian") != nil {
		t.Fatal(db, err)
	}
	w, err := NewWriter(ctx, dir, Meta{Family: "Debian"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(ctx, parse(t, events)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Place(ctx); err != nil {
		t.Fatal(err)
	}
	live.seen = time.Time{}
	if db, err = live.DB(); err != nil || db.Family("Debian") == nil {
		t.Error("the update is not seen", err)
	}
	if again, err := live.DB(); err != nil || again != db {
		t.Error("it is opened again and again", err)
	}
	db.Close()
}

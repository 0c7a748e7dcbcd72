package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

type organisation struct {
	bun.BaseModel `bun:"table:organisations"`

	ID      int64 `bun:",pk,autoincrement"`
	Slug    string
	Name    string
	Created store.Time
}

func TestWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		at := store.At(time.Date(2026, 11, 28, 12, 0, 0, 1_500_000, time.UTC))
		add := func(slug string) error {
			return db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
				_, err := tx.NewInsert().Model(&organisation{Slug: slug, Name: "A", Created: at}).Exec(ctx)
				return err
			})
		}
		if err := add("a"); err != nil {
			t.Fatal(err)
		}
		if err := add("a"); !errors.Is(err, store.ErrConflict) {
			t.Errorf("a second of the same slug: %v, want a conflict", err)
		}
		var got organisation
		if err := db.NewSelect().Model(&got).Where("slug = ?", "a").Scan(ctx); err != nil {
			t.Fatal(err)
		}
		if got.ID == 0 || !got.Created.Equal(at.Time) {
			t.Errorf("read back %+v, want a time of %v", got, at)
		}
		err := db.NewSelect().Model(&got).Where("slug = ?", "b").Scan(ctx)
		if !errors.Is(store.Translate(err), store.ErrNotFound) {
			t.Errorf("an organisation that is not there: %v", err)
		}
	})
}

func TestMigrateAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		have, want, err := db.Version(t.Context())
		if err != nil || have != want || want == 0 {
			t.Errorf("the schema is at %d of %d, %v", have, want, err)
		}
	})
}

// A database that a later program brought up to date is refused.
func TestMigrateOfALaterProgram(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if _, err := db.NewRaw("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, ?)", true).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := db.Migrate(t.Context())
		if err == nil || !strings.Contains(err.Error(), "version 999") || !strings.Contains(err.Error(), "a later one") {
			t.Errorf("bringing a later schema up to date: %v", err)
		}
	})
}

func TestOpenTellsNoPassword(t *testing.T) {
	for _, dsn := range []string{"postgres://me:hunter2@127.0.0.1:1/x?connect_timeout=1", "postgres://me:hunter2@[/x", "mysql://me:hunter2@h/x"} {
		_, err := store.Open(t.Context(), dsn)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q): %v", dsn, err)
		}
	}
}

func TestCursor(t *testing.T) {
	var id int64
	var name string
	if err := store.ReadCursor(store.Cursor(int64(7), "a/b"), &id, &name); err != nil || id != 7 || name != "a/b" {
		t.Errorf("read back %d, %q, %v", id, name, err)
	}
	for _, bad := range []string{"", "x", "!!", store.Cursor(1), store.Cursor("a", "b"), strings.Repeat("A", 9000)} {
		if err := store.ReadCursor(bad, &id, &name); !errors.Is(err, store.ErrCursor) {
			t.Errorf("ReadCursor(%.10q): %v", bad, err)
		}
	}
}

// A file's name may hold what means something in URLs.
func TestFileNames(t *testing.T) {
	for _, name := range []string{"a#b.db", "a?b.db", "a%20b.db", "a b.db"} {
		file := filepath.Join(t.TempDir(), name)
		db, err := store.Open(t.Context(), "sqlite:"+file)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s is not where it was asked for: %v", name, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

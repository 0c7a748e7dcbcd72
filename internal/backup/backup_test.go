package backup_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/backup"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

var at = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// fill puts something of every kind of column in, a group below one of a later
// id, and leaves gaps where rows were removed.
func fill(t *testing.T, db *store.DB) (who tenant.Who, upload int64) {
	t.Helper()
	ctx := t.Context()
	now := func() time.Time { return at }
	dir := &directory.Directory{DB: db, Now: now}
	org, err := dir.Create(ctx, "shop", "Shop \"quoted\" — ünïcode")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := dir.Tree(ctx, org.ID)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name string) int64 {
		id, err := dir.AddGroup(ctx, tenant.Group{Org: org.ID, Parent: tree.Root(), Kind: tenant.Product, Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	a, b, gone := add("a"), add("b"), add("gone")
	if err := dir.ChangeGroup(ctx, tenant.Group{ID: a, Org: org.ID, Parent: b, Kind: tenant.Product, Name: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := dir.RemoveGroup(ctx, org.ID, gone); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	who = tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}
	src := &sources.Sources{DB: db, Sealer: keys, Now: now}
	s, err := src.Add(ctx, who, sources.Source{Kind: sources.Upload, Name: "estate"}, "")
	if err != nil {
		t.Fatal(err)
	}
	all := make([]byte, 1<<20+300)
	for i := range all {
		all[i] = byte(i)
	}
	if upload, err = src.Store(ctx, who, s.ID, "plan.json", bytes.NewReader(all)); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		err := db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			return audit.Record(ctx, tx, who.Actor, "test.done", audit.On("thing", int64(i)), audit.Detail{"<": "&", "n": i})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return who, upload
}

func write(t *testing.T, db *store.DB, opt backup.Options) []byte {
	t.Helper()
	opt.Program, opt.Now = "test", at
	var b bytes.Buffer
	if _, err := backup.Write(t.Context(), db, &b, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lines are what an archive says of tables and rows, in an order that both
// engines have; without what was recorded about its own restoration.
func lines(t *testing.T, archive []byte) []string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for l := range strings.Lines(string(b)) {
		switch {
		case strings.HasPrefix(l, `{"demarc_backup"`), strings.HasPrefix(l, `{"tables"`), strings.Contains(l, "installation.restored"):
		case strings.HasPrefix(l, `{"end":"audit_`):
		case strings.HasPrefix(l, `[0,1,"`): // the head of the installation's chain
		case strings.HasPrefix(l, `{"end"`):
			out = append(out, l[:strings.Index(l, `"sha256"`)]) // rows come in any order
		default:
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return out
}

// What was saved from either engine is the same in either engine.
func TestRestore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, from *store.DB) {
		_, upload := fill(t, from)
		archive := write(t, from, backup.Options{})
		want := lines(t, archive)
		if len(want) < 40 {
			t.Fatalf("only %d lines", len(want))
		}
		for name, url := range map[string]func(testing.TB) string{
			"into sqlite":     func(t testing.TB) string { return "sqlite:" + t.TempDir() + "/new.db" },
			"into postgresql": storetest.PostgreSQLURL,
		} {
			t.Run(name, func(t *testing.T) {
				to, err := store.Open(t.Context(), url(t))
				if err != nil {
					t.Fatal(err)
				}
				defer to.Close()
				content, heads, err := backup.Restore(t.Context(), to, bytes.NewReader(archive), nil)
				if err != nil {
					t.Fatal(err)
				}
				if content.Engine != string(from.Engine) || !content.Made.Equal(at) || len(heads) != 1 || heads[0].Seq < 20 {
					t.Errorf("restored %+v, heads %+v", content.Header, heads)
				}
				if got := lines(t, write(t, to, backup.Options{})); !slices.Equal(got, want) {
					t.Errorf("saved again it differs:\n%s", firstDifference(got, want))
				}
				continues(t, to, upload)
				if _, _, err := backup.Restore(t.Context(), to, bytes.NewReader(archive), nil); !errors.Is(err, backup.ErrNotEmpty) {
					t.Errorf("restored over what is there: %v", err)
				}
			})
		}
	})
}

// continues checks that work goes on after a restoration: new rows get ids
// that no row ever had, the audit chain goes on, and foreign keys hold.
func continues(t *testing.T, db *store.DB, upload int64) {
	t.Helper()
	dir := &directory.Directory{DB: db, Now: time.Now}
	id, err := dir.AddGroup(t.Context(), tenant.Group{Org: 1, Parent: 1, Kind: tenant.Product, Name: "new"})
	if err != nil {
		t.Fatal(err)
	}
	if id != 5 { // root, a, b and the one that was removed
		t.Errorf("a new group has the id %d", id)
	}
	_, r, err := (&sources.Sources{DB: db, Now: time.Now}).Uploaded(t.Context(), 1, upload)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil || len(b) != 1<<20+300 || b[300] != 300%256 {
		t.Errorf("the upload has %d bytes, %v", len(b), err)
	}
	if _, err := (&audit.Log{DB: db}).VerifyAll(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO groups (org, kind, name, scope) VALUES (77, 'root', 'x', '{}')"); err == nil {
		t.Error("foreign keys no longer hold")
	}
	if err := db.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		return audit.Record(ctx, tx, tenant.BySystem(1), "test.after", audit.On("thing", 1), nil)
	}); err != nil {
		t.Error(err)
	}
}

func firstDifference(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("%.300s\n%.300s", got[i], want[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(got), len(want))
}

// Sessions, links and lockouts do not come back.
func TestLeftOut(t *testing.T) {
	db := storetest.SQLite(t)
	fill(t, db)
	if _, err := db.ExecContext(t.Context(), "INSERT INTO attempts (name, failures, last, until) VALUES ('ann', 3, 1, 1)"); err != nil {
		t.Fatal(err)
	}
	content, err := backup.Inspect(bytes.NewReader(write(t, db, backup.Options{})), nil)
	if err != nil {
		t.Fatal(err)
	}
	if content.Keys != "" {
		t.Error("the archive has keys that nobody asked for")
	}
	for _, table := range content.Tables {
		if slices.Contains([]string{"sessions", "links", "attempts", "goose_db_version"}, table.Name) {
			t.Errorf("%s is in the archive", table.Name)
		}
	}
}

func TestEncrypted(t *testing.T) {
	db := storetest.SQLite(t)
	fill(t, db)
	mine, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	archive := write(t, db, backup.Options{Keys: "AGE-SECRET-KEY-1…", Recipients: []age.Recipient{mine.Recipient()}})
	for _, wrong := range [][]age.Identity{nil, {other}} {
		if _, err := backup.Inspect(bytes.NewReader(archive), wrong); !errors.Is(err, backup.ErrArchive) {
			t.Errorf("opened with %d wrong keys: %v", len(wrong), err)
		}
	}
	content, err := backup.Inspect(bytes.NewReader(archive), []age.Identity{other, mine})
	if err != nil || content.Keys != "AGE-SECRET-KEY-1…" {
		t.Errorf("%v, %v", content, err)
	}
	archive[len(archive)/2] ^= 1
	if _, err := backup.Inspect(bytes.NewReader(archive), []age.Identity{mine}); !errors.Is(err, backup.ErrArchive) {
		t.Errorf("opened though a bit of it was turned: %v", err)
	}
}

func pack(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Of an archive that is not as it was written nothing is restored.
func TestDamaged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, from *store.DB) {
		fill(t, from)
		archive := write(t, from, backup.Options{})
		r, err := gzip.NewReader(bytes.NewReader(archive))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		plain := string(b)
		all := slices.Collect(strings.Lines(plain))
		for name, bad := range map[string][]byte{
			"empty":            {},
			"cut short":        archive[:len(archive)/2],
			"its end missing":  archive[:len(archive)-9],
			"last line gone":   pack(t, strings.Join(all[:len(all)-1], "")),
			"a row changed":    pack(t, strings.Replace(plain, `"test.done"`, `"test.dune"`, 1)),
			"a row removed":    pack(t, strings.Join(slices.Delete(slices.Clone(all), 2, 3), "")),
			"a header changed": pack(t, strings.Replace(plain, `"program":"test"`, `"program":"tost"`, 1)),
			"something after":  append(slices.Clone(archive), 'x'),
			"a second archive": append(slices.Clone(archive), archive...),
			"lines after":      pack(t, plain+"{}\n"),
			"a newer schema":   pack(t, strings.Replace(plain, `"schema":`, `"schema":9`, 1)),
			"another format":   pack(t, strings.Replace(plain, `"demarc_backup":1`, `"demarc_backup":2`, 1)),
			"no archive":       []byte("-- SQL\n"),
		} {
			t.Run(name, func(t *testing.T) {
				url := "sqlite:" + t.TempDir() + "/new.db"
				if from.Engine == store.PostgreSQL {
					url = storetest.PostgreSQLURL(t)
				}
				to, err := store.Open(t.Context(), url)
				if err != nil {
					t.Fatal(err)
				}
				defer to.Close()
				if _, _, err := backup.Restore(t.Context(), to, bytes.NewReader(bad), nil); !errors.Is(err, backup.ErrArchive) {
					t.Fatalf("restored: %v", err)
				}
				if err := to.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
				n, err := to.NewSelect().Table("organisations").Count(t.Context())
				if err != nil || n != 0 {
					t.Errorf("%d organisations are left, %v", n, err)
				}
				if _, _, err := backup.Restore(t.Context(), to, bytes.NewReader(archive), nil); err != nil {
					t.Errorf("the whole archive afterwards: %v", err)
				}
			})
		}
	})
}

// While it is saved others go on writing, and what is saved is one moment.
func TestWhileWriting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		who, _ := fill(t, db)
		ctx, stop := context.WithCancel(t.Context())
		wrote := make(chan int)
		go func() {
			n := 0
			for ctx.Err() == nil {
				err := db.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
					return audit.Record(ctx, tx, who.Actor, "test.meanwhile", audit.On("thing", 1), nil)
				})
				if err != nil {
					t.Error(err)
					break
				}
				n++
			}
			wrote <- n
		}()
		time.Sleep(20 * time.Millisecond)
		archive := write(t, db, backup.Options{})
		stop()
		if n := <-wrote; n == 0 {
			t.Error("nobody wrote meanwhile")
		}
		to, err := store.Open(t.Context(), "sqlite:"+t.TempDir()+"/new.db")
		if err != nil {
			t.Fatal(err)
		}
		defer to.Close()
		if _, _, err := backup.Restore(t.Context(), to, bytes.NewReader(archive), nil); err != nil {
			t.Error(err) // a head without its entry would break the chain
		}
	})
}

func FuzzInspect(f *testing.F) {
	head := `{"demarc_backup":1,"schema":1,"engine":"sqlite","program":"x","made":"2026-11-28T12:00:00Z"}` + "\n"
	f.Add([]byte(head + `{"table":"a","columns":["b"]}` + "\n[1]\n" + `{"end":"a","rows":1,"sha256":""}` + "\n"))
	f.Add([]byte(head + `{"tables":0,"all_sha256":""}` + "\n"))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := backup.Inspect(bytes.NewReader(pack(t, string(b))), nil); err != nil && !errors.Is(err, backup.ErrArchive) {
			t.Errorf("%v is not about the archive", err)
		}
		if _, err := backup.Inspect(bytes.NewReader(b), nil); err == nil {
			t.Error("taken without a checksum")
		}
	})
}

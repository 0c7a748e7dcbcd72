// Package storetest gives tests a database of their own: SQLite always, and
// PostgreSQL too where DEMARC_TEST_POSTGRES names a server (a URL of a database
// whose user may create schemas).
package storetest

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/store"
)

// Variable is the environment variable that names the PostgreSQL server.
const Variable = "DEMARC_TEST_POSTGRES"

// Each runs a test on an empty, migrated database of every engine there is.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgresql", func(t *testing.T) { f(t, PostgreSQL(t)) })
}

// SQLite returns an empty, migrated SQLite database.
func SQLite(t testing.TB) *store.DB {
	t.Helper()
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "demarc.db"))
}

var schemas atomic.Int64

// PostgreSQL returns an empty, migrated schema of the test server, and skips
// the test where there is none.
func PostgreSQL(t testing.TB) *store.DB {
	t.Helper()
	return open(t, PostgreSQLURL(t))
}

// PostgreSQLURL returns the URL of an empty schema of the test server.
func PostgreSQLURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		t.Skip(Variable + " names no PostgreSQL server")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no URL", Variable)
	}
	admin, err := store.Open(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("test_%d_%d_%d", os.Getpid(), time.Now().UnixNano(), schemas.Add(1))
	if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE"); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func open(t testing.TB, dsn string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

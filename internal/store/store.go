// Package store opens the control plane's database, SQLite by default or
// PostgreSQL, and brings its schema up to date. The tables of a subject are
// read and written by the package of that subject, which uses the query
// builder and never writes SQL that only one of the two understands.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors that callers test for.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("conflict")
)

// Engine is which database it is.
type Engine string

// The engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgresql"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	*bun.DB
	Engine Engine
}

// Open opens the database of a URL: postgres://… or sqlite:FILE. The schema is
// as it was left; see Migrate.
func Open(ctx context.Context, dsn string) (*DB, error) {
	if file, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		return openSQLite(ctx, file)
	}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return openPostgreSQL(ctx, dsn)
	}
	return nil, errors.New("the database URL is neither postgres://… nor sqlite:FILE")
}

// openSQLite opens a file for several readers beside one writer: a write-ahead
// log, transactions that take the write lock when they begin, and ten seconds
// of patience for it.
func openSQLite(ctx context.Context, file string) (*DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"journal_mode(WAL)", "busy_timeout(10000)", "foreign_keys(1)", "synchronous(FULL)", "cache_size(-65536)", "temp_store(MEMORY)",
	}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: abs}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", file, err)
	}
	db.SetMaxOpenConns(4 * runtime.GOMAXPROCS(0))
	db.SetMaxIdleConns(4 * runtime.GOMAXPROCS(0))
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("opening %s: %w", file, err)
	}
	return &DB{bun.NewDB(db, sqlitedialect.New()), SQLite}, nil
}

func openPostgreSQL(ctx context.Context, dsn string) (*DB, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the database URL cannot be read") // the parser's error shows its password
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "demarc"
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(16)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("connecting to the database at %s: %w", cfg.Host, reason(err))
	}
	return &DB{bun.NewDB(db, pgdialect.New()), PostgreSQL}, nil
}

// reason leaves out the connection string that pgx puts into its errors.
func reason(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg
	}
	if conn, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		if cause := conn.Unwrap(); cause != nil {
			return cause
		}
	}
	return err
}

// Write runs f in a transaction. What f returns wraps ErrConflict when a
// unique key was in the way. f may be run again when two transactions got into
// each other's way, so it must not have other effects.
func (db *DB) Write(ctx context.Context, f func(ctx context.Context, tx bun.Tx) error) error {
	var err error
	for range 5 {
		err = db.RunInTx(ctx, nil, f)
		if !again(err) {
			break
		}
	}
	return Translate(err)
}

// Translate turns what a driver returned into this package's errors.
func Translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%w", ErrNotFound)
	case unique(err):
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}

func unique(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505"
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// again reports whether the transaction failed only because of another one.
func again(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "40001" || pg.Code == "40P01" // serialization failure, deadlock
	}
	return false
}

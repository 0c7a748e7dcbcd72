package backup

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/demarc-sec/demarc/internal/store"
)

// Options of Write.
type Options struct {
	Program    string // version of this program
	Now        time.Time
	Keys       string // text of the key file, to be put into the archive
	Recipients []age.Recipient
}

// Write copies the database as it is at one moment, while it is in use.
func Write(ctx context.Context, db *store.DB, w io.Writer, opt Options) (*Content, error) {
	have, want, err := db.Version(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the schema's version: %w", err)
	}
	if have == 0 || have > want {
		return nil, fmt.Errorf("the database's schema is at %d, this program's at %d: it is empty, or of a newer Demarc", have, want)
	}
	content := &Content{Header: Header{Format: format, Schema: have, Engine: string(db.Engine), Program: opt.Program, Made: opt.Now.UTC(), Keys: opt.Keys}}
	still, done, err := standing(ctx, db)
	if err != nil {
		return nil, err
	}
	defer done()
	if len(opt.Recipients) == 0 {
		return content, write(ctx, db.Engine, still, w, content)
	}
	sealed, err := age.Encrypt(w, opt.Recipients...)
	if err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	if err := write(ctx, db.Engine, still, sealed, content); err != nil {
		return nil, err
	}
	return content, sealed.Close()
}

// standing is the database as it is now, whatever is written meanwhile: of
// PostgreSQL one transaction's view; of SQLite a copy, since a long
// transaction would keep its log from being folded in.
func standing(ctx context.Context, db *store.DB) (querier, func(), error) {
	if db.Engine == store.PostgreSQL {
		tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
		if err != nil {
			return nil, nil, fmt.Errorf("beginning to read: %w", err)
		}
		return tx.Tx, func() { tx.Rollback() }, nil //nolint:errcheck // it has changed nothing
	}
	dir, err := copyPlace(ctx, db)
	if err != nil {
		return nil, nil, err
	}
	fail := func(err error) (querier, func(), error) {
		return nil, nil, errors.Join(fmt.Errorf("copying the database: %w", err), os.RemoveAll(dir))
	}
	file := filepath.Join(dir, "copy.db")
	if _, err := db.DB.DB.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return fail(err)
	}
	still, err := store.Open(ctx, "sqlite:"+file)
	if err != nil {
		return fail(err)
	}
	return still.DB.DB, func() {
		still.Close()
		os.RemoveAll(dir)
	}, nil
}

// copyPlace makes a directory beside the database, where nobody else may read
// and where there is most likely room.
func copyPlace(ctx context.Context, db *store.DB) (string, error) {
	var file string
	if err := db.DB.DB.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file); err != nil {
		return "", fmt.Errorf("finding the database's file: %w", err)
	}
	return os.MkdirTemp(filepath.Dir(file), "backup-")
}

// writer writes lines and sums them up.
type writer struct {
	out  io.Writer
	all  hash.Hash
	rows hash.Hash
}

func (w *writer) line(v any, row bool) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if b = append(b, '\n'); len(b) > maxLine {
		return fmt.Errorf("a row of %d MiB is too long for an archive", len(b)>>20)
	}
	w.all.Write(b)
	if row {
		w.rows.Write(b)
	}
	_, err = w.out.Write(b)
	return err
}

func write(ctx context.Context, engine store.Engine, q querier, out io.Writer, content *Content) error {
	list, err := tables(ctx, q, engine)
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(out)
	w := &writer{out: packed, all: sha256.New()}
	if err := w.line(content.Header, false); err != nil {
		return err
	}
	for _, t := range list {
		n, err := w.table(ctx, engine, q, t)
		if err != nil {
			return fmt.Errorf("copying the table %s: %w", t.name, err)
		}
		content.Tables = append(content.Tables, Table{t.name, n})
	}
	if err := w.line(last{len(list), hex.EncodeToString(w.all.Sum(nil))}, false); err != nil {
		return err
	}
	return packed.Close()
}

func (w *writer) table(ctx context.Context, engine store.Engine, q querier, t table) (n int64, err error) {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	if err := w.line(begin{t.name, names}, false); err != nil {
		return 0, err
	}
	w.rows = sha256.New()
	rows, err := q.QueryContext(ctx, "SELECT "+t.list()+" FROM "+quote(t.name))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	got, row := make([]any, len(t.columns)), make([]any, len(t.columns))
	into := make([]any, len(t.columns))
	for i := range got {
		into[i] = &got[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
		for i, c := range t.columns {
			if row[i], err = encode(got[i], c.kind); err != nil {
				return 0, fmt.Errorf("%s: %w", c.name, err)
			}
		}
		if err := w.line(row, true); err != nil {
			return 0, err
		}
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	next, err := nextID(ctx, engine, q, t)
	if err != nil {
		return 0, err
	}
	return n, w.line(end{t.name, n, next, hex.EncodeToString(w.rows.Sum(nil))}, false)
}

// nextID is the id that the table's next row would get, or 0 where ids are not
// given by it.
func nextID(ctx context.Context, engine store.Engine, q querier, t table) (int64, error) {
	ids, ok := t.ids()
	if !ok {
		return 0, nil
	}
	query, args := "SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE name = ?", []any{t.name}
	if engine == store.PostgreSQL {
		var sequence string
		if err := one(ctx, q, &sequence, "SELECT pg_get_serial_sequence($1, $2)", quote(t.name), ids); err != nil {
			return 0, err
		}
		query, args = "SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM "+sequence, nil
	}
	var next int64
	err := one(ctx, q, &next, query, args...)
	return next, err
}

// one reads the one value of a query.
func one(ctx context.Context, q querier, into any, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		return errors.Join(rows.Err(), fmt.Errorf("no answer to %s", strings.SplitN(query, "(", 2)[0]))
	}
	if err := rows.Scan(into); err != nil {
		return err
	}
	return rows.Close()
}

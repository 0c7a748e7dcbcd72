package backup

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"filippo.io/age"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Restore puts what an archive holds into an empty database: all of it or
// nothing. An archive of an earlier schema is brought up to date; one of a
// later schema is refused. Then the audit log's chains are verified, and that
// it was restored is recorded in the installation's.
func Restore(ctx context.Context, db *store.DB, r io.Reader, identities []age.Identity) (*Content, []audit.Head, error) {
	to := &restoring{ctx: ctx, db: db}
	defer to.abandon()
	content, err := read(r, identities, to)
	if err != nil {
		return nil, nil, err
	}
	if err := to.commit(); err != nil {
		return nil, nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, nil, err
	}
	heads, err := (&audit.Log{DB: db}).VerifyAll(ctx)
	if err != nil {
		return content, heads, fmt.Errorf("everything is restored, but %w", err)
	}
	err = audit.Record(ctx, db, tenant.BySystem(audit.Installation), "installation.restored", audit.Object{Kind: "installation", ID: "0"},
		audit.Detail{"made": content.Made, "program": content.Program, "rows": content.Rows()})
	return content, heads, err
}

// restoring is the sink that writes into a database.
type restoring struct {
	ctx    context.Context // of the one call of Restore
	db     *store.DB
	tx     *sql.Tx
	tables []table
	keys   []foreignKey // to be made again
	at     table        // being filled
	seen   int          // tables
	batch  []any
}

// batchValues bounds the values of one INSERT: PostgreSQL takes 65,535 and
// SQLite 32,766.
const batchValues = 8000

func (r *restoring) header(h Header) error {
	have, want, err := r.db.Version(r.ctx)
	if err != nil {
		return err
	}
	if h.Schema > want {
		return fmt.Errorf("%w: it is of a newer Demarc, %s: its schema is %d, and this program knows %d", ErrArchive, h.Program, h.Schema, want)
	}
	if have > h.Schema {
		return fmt.Errorf("%w: its schema is %d already, the archive's is %d", ErrNotEmpty, have, h.Schema)
	}
	if err := r.db.MigrateTo(r.ctx, h.Schema); err != nil {
		return err
	}
	if r.tx, err = r.db.DB.DB.BeginTx(r.ctx, nil); err != nil {
		return fmt.Errorf("beginning to restore: %w", err)
	}
	if r.keys, err = loosen(r.ctx, r.tx, r.db.Engine); err != nil {
		return err
	}
	if r.tables, err = tables(r.ctx, r.tx, r.db.Engine); err != nil {
		return err
	}
	for _, t := range r.tables {
		var some bool
		if err := one(r.ctx, r.tx, &some, "SELECT EXISTS (SELECT 1 FROM "+quote(t.name)+")"); err != nil {
			return err
		}
		if some {
			return fmt.Errorf("%w: %s has rows", ErrNotEmpty, t.name)
		}
	}
	return nil
}

func (r *restoring) begin(name string, columns []string) error {
	i := slices.IndexFunc(r.tables, func(t table) bool { return t.name == name })
	if i < 0 {
		return fmt.Errorf("%w: there is no table %.60q in schemas of its version", ErrArchive, name)
	}
	r.at = table{name: name}
	for _, c := range columns {
		j := slices.IndexFunc(r.tables[i].columns, func(have column) bool { return have.name == c })
		if j < 0 || slices.Contains(r.at.columns, r.tables[i].columns[j]) {
			return fmt.Errorf("%w: %s has no column %.60q, or has it twice", ErrArchive, name, c)
		}
		r.at.columns = append(r.at.columns, r.tables[i].columns[j])
	}
	if len(columns) != len(r.tables[i].columns) {
		return fmt.Errorf("%w: %s lacks columns", ErrArchive, name)
	}
	r.seen++
	return nil
}

func (r *restoring) row(values []json.RawMessage) error {
	for i, c := range r.at.columns {
		v, err := decode(values[i], c.kind)
		if err != nil {
			return fmt.Errorf("%w: %s.%s: %w", ErrArchive, r.at.name, c.name, err)
		}
		r.batch = append(r.batch, v)
	}
	if len(r.batch)+len(values) > batchValues {
		return r.flush()
	}
	return nil
}

func (r *restoring) flush() error {
	if len(r.batch) == 0 {
		return nil
	}
	mark := "?"
	if r.db.Engine == store.PostgreSQL {
		mark = "$"
	}
	var q strings.Builder
	fmt.Fprintf(&q, "INSERT INTO %s (%s) VALUES ", quote(r.at.name), r.at.list())
	for i := range r.batch {
		switch {
		case i == 0:
			q.WriteString("(")
		case i%len(r.at.columns) == 0:
			q.WriteString("), (")
		default:
			q.WriteString(", ")
		}
		fmt.Fprintf(&q, "%s%d", mark, i+1)
	}
	q.WriteString(")")
	_, err := r.tx.ExecContext(r.ctx, q.String(), r.batch...)
	r.batch = r.batch[:0]
	if err != nil {
		return fmt.Errorf("filling %s: %w", r.at.name, store.Translate(err))
	}
	return nil
}

func (r *restoring) end(next int64) error {
	if err := r.flush(); err != nil {
		return err
	}
	ids, ok := r.at.ids()
	if !ok {
		return nil
	}
	return setNext(r.ctx, r.tx, r.db.Engine, r.at.name, ids, next)
}

func (r *restoring) commit() error {
	if r.seen != len(r.tables) {
		return fmt.Errorf("%w: it has %d tables of %d", ErrArchive, r.seen, len(r.tables))
	}
	if err := tighten(r.ctx, r.tx, r.keys); err != nil {
		return err
	}
	if err := r.tx.Commit(); err != nil {
		return fmt.Errorf("restoring: rows refer to others that are not there: %w", err)
	}
	r.tx = nil
	return nil
}

func (r *restoring) abandon() {
	if r.tx != nil {
		if err := r.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
			return // the connection is gone, and the transaction with it
		}
	}
}

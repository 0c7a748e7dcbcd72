package backup

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/demarc-sec/demarc/internal/store"
)

// foreignKey is one that was taken off, to be made again.
type foreignKey struct{ table, name, definition string }

// loosen lets rows come before those that they refer to, until the end of the
// transaction: SQLite can wait with its checks; of PostgreSQL the constraints
// are taken off and, having all rows checked, made again.
func loosen(ctx context.Context, tx *sql.Tx, engine store.Engine) ([]foreignKey, error) {
	if engine == store.SQLite {
		_, err := tx.ExecContext(ctx, "PRAGMA defer_foreign_keys = ON")
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT c.relname, f.conname, pg_get_constraintdef(f.oid) FROM pg_constraint f
		JOIN pg_class c ON c.oid = f.conrelid WHERE f.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2`)
	if err != nil {
		return nil, fmt.Errorf("reading the foreign keys: %w", err)
	}
	defer rows.Close()
	var keys []foreignKey
	for rows.Next() {
		var k foreignKey
		if err := rows.Scan(&k.table, &k.name, &k.definition); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, k := range keys {
		if _, err := tx.ExecContext(ctx, "ALTER TABLE "+quote(k.table)+" DROP CONSTRAINT "+quote(k.name)); err != nil {
			return nil, fmt.Errorf("taking a foreign key off: %w", err)
		}
	}
	return keys, nil
}

func tighten(ctx context.Context, tx *sql.Tx, keys []foreignKey) error {
	for _, k := range keys {
		if _, err := tx.ExecContext(ctx, "ALTER TABLE "+quote(k.table)+" ADD CONSTRAINT "+quote(k.name)+" "+k.definition); err != nil {
			return fmt.Errorf("restoring: rows of %s refer to others that are not there: %w", k.table, err)
		}
	}
	return nil
}

// setNext makes the table give no id below next, nor one that is there.
func setNext(ctx context.Context, tx *sql.Tx, engine store.Engine, table, ids string, next int64) error {
	var most int64
	if err := one(ctx, tx, &most, "SELECT COALESCE(MAX("+quote(ids)+"), 0) FROM "+quote(table)); err != nil {
		return err
	}
	most = max(most, next-1)
	if most <= 0 {
		return nil
	}
	if engine == store.PostgreSQL {
		_, err := tx.ExecContext(ctx, "SELECT setval(pg_get_serial_sequence($1, $2), $3)", quote(table), ids, most)
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM sqlite_sequence WHERE name = ?1", table); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", table, most)
	return err
}

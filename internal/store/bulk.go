package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/schema"
)

// bulkRows is how many rows go to PostgreSQL in one statement.
const bulkRows = 5000

// Insert writes rows of a model, many at a time. The query builder writes all
// values into the text of its statements, which databases then take longer to
// read than to store; here a statement is prepared once and values go beside
// it. Ids are left to the database. clause may say what becomes of rows whose
// key is there: "ON CONFLICT (…) DO NOTHING".
func Insert[T any](ctx context.Context, tx bun.Tx, rows []T, clause string) error {
	if len(rows) == 0 {
		return nil
	}
	b := bulkOf(tx.Dialect(), reflect.TypeFor[T]())
	if tx.Dialect().Name() == dialect.PG {
		for part := range slices.Chunk(rows, bulkRows) {
			if _, err := tx.Tx.ExecContext(ctx, b.arrays+" "+clause, columnar(b, part)...); err != nil {
				return err
			}
		}
		return nil
	}
	return rowByRow(ctx, tx, b, rows, clause)
}

// Upsert is Insert that overwrites rows whose key, some columns separated by
// commas, is there.
func Upsert[T any](ctx context.Context, tx bun.Tx, rows []T, key string) error {
	if len(rows) == 0 {
		return nil
	}
	var set []string
	keys := strings.Split(strings.ReplaceAll(key, " ", ""), ",")
	for _, f := range bulkOf(tx.Dialect(), reflect.TypeFor[T]()).fields {
		if !slices.Contains(keys, f.Name) {
			set = append(set, fmt.Sprintf("%s = EXCLUDED.%s", f.SQLName, f.SQLName))
		}
	}
	return Insert(ctx, tx, rows, "ON CONFLICT ("+key+") DO UPDATE SET "+strings.Join(set, ", "))
}

// rowByRow inserts each row by a prepared statement. SQLite keeps no copy of
// the pages that a statement of one row changes, as it does for one of many.
func rowByRow[T any](ctx context.Context, tx bun.Tx, b *bulk, rows []T, clause string) error {
	// A context that can end costs a goroutine for each row.
	unending := context.WithoutCancel(ctx)
	stmt, err := tx.Tx.PrepareContext(unending, b.values+" "+clause)
	if err != nil {
		return err
	}
	defer stmt.Close()
	args := make([]any, len(b.fields))
	for i := range rows {
		if i%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		v := reflect.ValueOf(&rows[i]).Elem()
		for j, f := range b.fields {
			args[j] = plain(f, v)
		}
		if _, err := stmt.ExecContext(unending, args...); err != nil {
			return err
		}
	}
	return nil
}

// plain is the value of a field as drivers take it.
func plain(f *schema.Field, row reflect.Value) any {
	v := row.FieldByIndex(f.Index)
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int64:
		if n := v.Int(); n != 0 || !f.NullZero {
			return n
		}
		return nil
	}
	t, ok := reflect.TypeAssert[Time](v)
	if !ok || t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// columnar is the rows as one array for each column.
func columnar[T any](b *bulk, rows []T) []any {
	args := make([]any, len(b.fields))
	for j, f := range b.fields {
		if f.IndirectType.Kind() == reflect.String {
			column := make([]string, len(rows))
			for i := range rows {
				column[i] = reflect.ValueOf(&rows[i]).Elem().FieldByIndex(f.Index).String()
			}
			args[j] = column
			continue
		}
		column := make([]*int64, len(rows))
		numbers := make([]int64, len(rows))
		for i := range rows {
			if n, ok := plain(f, reflect.ValueOf(&rows[i]).Elem()).(int64); ok {
				numbers[i] = n
				column[i] = &numbers[i]
			}
		}
		args[j] = column
	}
	return args
}

// bulk is how rows of one model are inserted.
type bulk struct {
	fields         []*schema.Field
	arrays, values string // statements that take arrays, and one row
}

var bulks sync.Map // by bulkKey

type bulkKey struct {
	dialect schema.Dialect
	row     reflect.Type
}

func bulkOf(d schema.Dialect, row reflect.Type) *bulk {
	key := bulkKey{d, row}
	if b, ok := bulks.Load(key); ok {
		return b.(*bulk) //nolint:forcetypeassert // nothing else is stored
	}
	table := d.Tables().Get(row)
	b := new(bulk)
	var names, arrays, values []string
	for _, f := range table.Fields {
		if f.AutoIncrement {
			continue
		}
		b.fields = append(b.fields, f)
		names = append(names, string(f.SQLName))
		values = append(values, "?")
		kind := "bigint"
		if f.IndirectType.Kind() == reflect.String {
			kind = "text"
		}
		arrays = append(arrays, fmt.Sprintf("$%d::%s[]", len(names), kind))
	}
	into := fmt.Sprintf("INSERT INTO %s (%s) ", table.SQLName, strings.Join(names, ", "))
	b.arrays = into + "SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ")"
	b.values = into + "VALUES (" + strings.Join(values, ", ") + ")"
	bulks.Store(key, b)
	return b
}

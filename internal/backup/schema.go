package backup

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/demarc-sec/demarc/internal/store"
)

// kind is what a column holds, whichever engine it is in.
type kind int

const (
	integer kind = iota
	boolean
	text
	bytes
)

type column struct {
	name     string
	kind     kind
	identity bool // gives rows their ids
}

type table struct {
	name    string
	columns []column
}

// querier is a database, a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// tables reads what tables there are, but those that are left out.
func tables(ctx context.Context, q querier, engine store.Engine) ([]table, error) {
	query := `SELECT t.name, c.name, c.type, c.pk = 1 AND t.sql LIKE '%AUTOINCREMENT%' FROM sqlite_master t, pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid`
	if engine == store.PostgreSQL {
		query = `SELECT c.table_name, c.column_name, c.data_type, c.is_identity = 'YES' FROM information_schema.columns c
			JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
			WHERE c.table_schema = current_schema() ORDER BY c.table_name COLLATE "C", c.ordinal_position`
	}
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	defer rows.Close()
	var list []table
	for rows.Next() {
		var name, typ string
		var c column
		if err := rows.Scan(&name, &c.name, &typ, &c.identity); err != nil {
			return nil, fmt.Errorf("reading the schema: %w", err)
		}
		if left[name] {
			continue
		}
		if c.kind, err = kindOf(typ); err != nil {
			return nil, fmt.Errorf("%s.%s: %w", name, c.name, err)
		}
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, table{name: name})
		}
		t := &list[len(list)-1]
		t.columns = append(t.columns, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	return list, nil
}

func kindOf(typ string) (kind, error) {
	switch strings.ToLower(typ) {
	case "bigint", "integer":
		return integer, nil
	case "boolean":
		return boolean, nil
	case "text":
		return text, nil
	case "blob", "bytea":
		return bytes, nil
	}
	return 0, fmt.Errorf("backups cannot hold columns of type %s yet", typ)
}

// ids is the column that gives rows their ids, if there is one.
func (t table) ids() (string, bool) {
	for _, c := range t.columns {
		if c.identity {
			return c.name, true
		}
	}
	return "", false
}

// list is the columns' names, quoted.
func (t table) list() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quote(c.name)
	}
	return strings.Join(names, ", ")
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

package inventory

import (
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// scope is the part of an organisation's ledger that somebody reads.
type scope struct {
	org    int64
	all    bool
	groups []int64
}

// reads returns what somebody may read within a group, 0 for everywhere. Who
// may read nowhere is forbidden to; a group out of reach does not exist.
func reads(who tenant.Who, group int64) (scope, error) {
	reach := who.Reach(tenant.Read)
	if reach.None() {
		return scope{}, tenant.ErrForbidden
	}
	if group != 0 {
		if _, ok := who.Tree.Group(group); !ok {
			return scope{}, store.ErrNotFound
		}
		if reach = reach.Within(who.Tree, group); reach.None() {
			return scope{}, store.ErrNotFound
		}
	}
	return scope{who.Org, reach.All, reach.Groups}, nil
}

// narrow keeps the rows of a table, by its alias, that are in the scope.
func (s scope) narrow(q *bun.SelectQuery, alias string) *bun.SelectQuery {
	q = q.Where("?.org = ?", bun.Ident(alias), s.org)
	if !s.all {
		q = q.Where("?.group_id IN (?)", bun.Ident(alias), bun.List(s.groups))
	}
	return q
}

func (s scope) has(group int64) bool {
	_, found := slices.BinarySearch(s.groups, group)
	return s.all || found
}

// narrow keeps the rows whose dimensions are asked for.
func (w Where) narrow(q *bun.SelectQuery, alias string) *bun.SelectQuery {
	q = in(q, alias, "source", w.Sources)
	for _, f := range w.fields() {
		q = in(q, alias, f.name, f.values)
	}
	return q
}

type field struct {
	name   string
	values []string
}

func (w Where) fields() []field {
	return []field{
		{"provider", w.Providers},
		{"service", w.Services},
		{"model", w.Models},
		{"kind", w.Kinds},
		{"account", w.Accounts},
		{"region", w.Regions},
		{"environment", w.Environments},
		{"team", w.Teams},
	}
}

// in keeps the rows that have one of the values; no value asks for nothing.
func in[T any](q *bun.SelectQuery, alias, column string, values []T) *bun.SelectQuery {
	switch len(values) {
	case 0:
		return q
	case 1:
		return q.Where("?.? = ?", bun.Ident(alias), bun.Ident(column), values[0])
	}
	return q.Where("?.? IN (?)", bun.Ident(alias), bun.Ident(column), bun.List(values))
}

// order is how a list is sorted: by columns that together are unique, all in
// one direction.
type order struct {
	name    string
	columns []string
	desc    bool
}

// page sorts q, lets it begin after the cursor, and asks for one row more than
// the page has, which tells whether another follows.
func (o order) page(q *bun.SelectQuery, alias string, p Paging) (*bun.SelectQuery, error) {
	q = o.sort(q, alias)
	columns, sign := make([]any, len(o.columns)), ">"
	for i, c := range o.columns {
		columns[i] = bun.Ident(alias + "." + c)
	}
	if o.desc {
		sign = "<"
	}
	if p.Cursor != "" {
		keys, err := o.keys(p.Cursor)
		if err != nil {
			return nil, err
		}
		q = q.Where("(?) "+sign+" (?)", bun.List(columns), bun.List(keys))
	}
	return q.Limit(int64(p.size()) + 1), nil
}

func (o order) sort(q *bun.SelectQuery, alias string) *bun.SelectQuery {
	direction := "ASC"
	if o.desc {
		direction = "DESC"
	}
	for _, c := range o.columns {
		q = q.OrderExpr("? "+direction, bun.Ident(alias+"."+c))
	}
	return q
}

// keys reads a cursor of this order.
func (o order) keys(cursor string) ([]any, error) {
	var name string
	keys := make([]any, len(o.columns))
	into := []any{&name}
	for i := range keys {
		into = append(into, &keys[i])
	}
	if err := store.ReadCursor(cursor, into...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	for i, k := range keys {
		switch v := k.(type) {
		case float64:
			keys[i] = int64(v)
		case string:
		default:
			return nil, fmt.Errorf("%w: %w", ErrInvalid, store.ErrCursor)
		}
	}
	if name != o.name {
		return nil, fmt.Errorf("%w: the cursor is of another order", ErrInvalid)
	}
	return keys, nil
}

func (o order) cursor(keys ...any) string { return store.Cursor(append([]any{o.name}, keys...)...) }

// choose returns the order of that name; the first is the default.
func choose(orders []order, name string) (order, error) {
	if name == "" {
		return orders[0], nil
	}
	for _, o := range orders {
		if o.name == name {
			return o, nil
		}
	}
	return order{}, fmt.Errorf("%w: the list cannot be sorted by %q", ErrInvalid, clip(name, 40))
}

// ranks turns names into ranks; one that is not known matches nothing.
func ranks(names []string, rank func(string) int) []int {
	out := make([]int, len(names))
	for i, n := range names {
		out[i] = rank(n)
	}
	return out
}

// since is a bound of times as they are kept.
func since(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// merged runs a list once for each of the values that stand before the order's
// columns in the indexes, and merges what comes: no database reads several
// ranges of an index in order. With one value, or none, it runs once.
func merged[T, V any](values []V, limit int, less func(a, b *T) int, run func(values []V) ([]T, error)) ([]T, error) {
	if len(values) <= 1 {
		return run(values)
	}
	var all []T
	for _, v := range values {
		rows, err := run([]V{v})
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, func(a, b T) int { return less(&a, &b) })
	return all[:min(len(all), limit+1)], nil
}

// size is how many rows a page has.
func (p Paging) size() int {
	if p.Limit <= 0 {
		return DefaultPage
	}
	return min(p.Limit, MaxPage)
}

// any reports whether one of the dimensions that indexes begin with is asked
// for.
func (w Where) any() bool {
	return len(w.Sources)+len(w.Services)+len(w.Accounts)+len(w.Teams)+len(w.Environments) > 0
}

package inventory

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// Bounds of a list that a search narrows to many assets. Tests have smaller ones.
var (
	walked = 8_000  // rows that are tested, in the list's order, to learn how far apart those that fit are
	dense  = 5      // of them fit, where it is worth to go on so
	places = 20     // sources that are gone through one by one
	spread = 20_000 // assets whose sources are looked up
)

// list is a list that is about to be read: a table by its alias, the column with
// the asset's id, the order, the page, and what narrows it besides a search.
type list struct {
	inv      *Inventory
	alias    string
	column   string
	order    order
	page     Paging
	scope    scope
	where    Where
	bySource bool // an index has each source's rows in this order
	narrow   func(q *bun.SelectQuery) *bun.SelectQuery
}

// read returns the page's rows, and one more where there is one, of the assets that
// a search finds.
//
// Few assets are named. Of many, rows are tested in the list's order: with so
// many to find, a page fills soon. Where it does not, they are mostly in one place,
// which may be at the list's other end: that is so of the words that one source
// has. Then the list is that of each source that has them, merged.
func read[T any](ctx context.Context, l list, found *search, less func(a, b *T) int) ([]T, error) {
	if !found.many || len(found.words) == 0 {
		return scan[T](ctx, l, func(q *bun.SelectQuery) *bun.SelectQuery { return found.narrow(q, l) })
	}
	fit := func(q *bun.SelectQuery) *bun.SelectQuery { return has(q, l.alias, l.column, found.words) }
	rows, whole, err := passed[T](ctx, l, found)
	if err != nil || whole {
		return rows, err
	}
	if len(rows) < dense {
		at, known, err := l.places(ctx, found)
		if err != nil || known && len(at) == 0 {
			return nil, err
		}
		if known && len(at) <= places {
			return merged(at, l.page.size(), less, func(at []place) ([]T, error) {
				return scan[T](ctx, l, func(q *bun.SelectQuery) *bun.SelectQuery { return fit(l.from(q, at[0])) })
			})
		}
	}
	return scan[T](ctx, l, func(q *bun.SelectQuery) *bun.SelectQuery { return fit(l.narrow(q)) })
}

func scan[T any](ctx context.Context, l list, narrow func(*bun.SelectQuery) *bun.SelectQuery) (rows []T, err error) {
	q, err := l.order.page(narrow(l.inv.DB.NewSelect().Model(&rows)), l.alias, l.page)
	if err != nil {
		return nil, err
	}
	return rows, store.Translate(q.Scan(ctx))
}

// passed tests the next rows of the list for the words. It reports whether that is
// the page: it is full, or the list ends.
func passed[T any](ctx context.Context, l list, found *search) (rows []T, whole bool, err error) {
	next := func(columns string) (*bun.SelectQuery, error) {
		q := l.narrow(l.inv.DB.NewSelect().TableExpr("? AS ?", bun.Ident(tables[l.alias]), bun.Ident(l.alias)).ColumnExpr(columns, bun.Ident(l.alias)))
		q, err := l.order.page(q, l.alias, l.page)
		if err != nil {
			return nil, err
		}
		return q.Limit(int64(walked)), nil
	}
	some, err := next("?.*")
	if err != nil {
		return nil, false, err
	}
	q := l.inv.DB.NewSelect().Model(&rows).ModelTableExpr("(?) AS ?", some, bun.Ident(l.alias))
	q = l.order.sort(has(q, l.alias, l.column, found.words), l.alias).Limit(int64(l.page.size()) + 1)
	if err := q.Scan(ctx); err != nil || len(rows) > l.page.size() {
		return rows, true, store.Translate(err)
	}
	if some, err = next("?.org"); err != nil {
		return nil, false, err
	}
	n, err := l.inv.DB.NewSelect().TableExpr("(?) AS x", some).Count(ctx)
	return rows, n < int64(walked), store.Translate(err)
}

// of makes the list one of some assets. The limit keeps PostgreSQL from walking
// the list's order instead, past all the rows of other assets.
func (l list) of(q *bun.SelectQuery, assets []int64) *bun.SelectQuery {
	return l.narrow(q.ModelTableExpr("(SELECT * FROM ? WHERE ? IN (?) LIMIT 1000000000 OFFSET 0) AS ?",
		bun.Ident(tables[l.alias]), bun.Ident(l.column), bun.List(assets), bun.Ident(l.alias)))
}

// place is a source with assets that a search finds, and their first and last.
type place struct{ Source, First, Last int64 }

// from makes the list one of a source. Where no index has a source's rows in the
// list's order, PostgreSQL is kept from walking that of all of them.
func (l list) from(q *bun.SelectQuery, at place) *bun.SelectQuery {
	within := func(q *bun.SelectQuery) *bun.SelectQuery {
		return l.narrow(in(q, l.alias, "source", []int64{at.Source}))
	}
	between := func(q *bun.SelectQuery) *bun.SelectQuery {
		return within(q).Where("?0.?1 BETWEEN ?2 AND ?3", bun.Ident(l.alias), bun.Ident(l.column), at.First, at.Last)
	}
	switch {
	case l.bySource && l.order.columns[0] == l.column:
		return between(q)
	case l.bySource:
		return within(q)
	}
	table := l.inv.DB.NewSelect().TableExpr("? AS ?", bun.Ident(tables[l.alias]), bun.Ident(l.alias)).ColumnExpr("?.*", bun.Ident(l.alias))
	return q.ModelTableExpr("(?) AS ?", between(table).Limit(1_000_000_000), bun.Ident(l.alias))
}

// places are the sources with assets that have all words of a search and lie where
// the list looks. It reports false where the assets are too many to tell. An asset's
// team may be another one than that of what it has.
func (l list) places(ctx context.Context, found *search) (out []place, known bool, err error) {
	var assets []int64
	q := has(l.inv.having(found.org, found.words[0]), "w", "asset", found.words[1:])
	if err := q.Limit(int64(spread)+1).Scan(ctx, &assets); err != nil || len(assets) > spread {
		return nil, false, store.Translate(err)
	}
	where := l.where
	where.Teams = nil
	slices.Sort(assets)
	for some := range slices.Chunk(slices.Compact(assets), fewAssets) {
		var at []place
		q := where.narrow(l.scope.narrow(l.inv.DB.NewSelect().TableExpr("assets AS a"), "a"), "a").Where("a.id IN (?)", bun.List(some))
		err := q.ColumnExpr("a.source, min(a.id) AS first, max(a.id) AS last").GroupExpr("a.source").OrderExpr("a.source").Scan(ctx, &at)
		if err != nil {
			return nil, false, store.Translate(err)
		}
		for _, p := range at {
			if i := slices.IndexFunc(out, func(o place) bool { return o.Source == p.Source }); i >= 0 {
				out[i].Last = p.Last
			} else {
				out = append(out, p)
			}
		}
	}
	return out, true, nil
}

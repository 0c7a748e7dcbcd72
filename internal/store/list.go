package store

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// MaxPage bounds a page of a list; DefaultPage is one that asks for none.
const (
	MaxPage     = 200
	DefaultPage = 50
)

// InReach leaves rows of a query whose group an actor reaches.
func InReach(q *bun.SelectQuery, column string, reach tenant.Reach) *bun.SelectQuery {
	switch {
	case reach.All:
		return q
	case reach.None():
		return q.Where("1 = 0")
	}
	return q.Where("? IN (?)", bun.Ident(column), bun.List(reach.Groups))
}

// Newest reads a page of the rows that a query is for, those with the highest
// ids first, and returns the cursor of the page after. rows is the query's
// model, column its id. A cursor that cannot be read is ErrCursor.
func Newest[R any](ctx context.Context, q *bun.SelectQuery, rows *[]R, column, cursor string, limit int, id func(*R) int64) (next string, err error) {
	limit = min(limit, MaxPage)
	if limit <= 0 {
		limit = DefaultPage
	}
	if cursor != "" {
		var before int64
		if err := ReadCursor(cursor, &before); err != nil {
			return "", err
		}
		q = q.Where("? < ?", bun.Ident(column), before)
	}
	if err := q.OrderExpr("? DESC", bun.Ident(column)).Limit(int64(limit) + 1).Scan(ctx); err != nil {
		return "", Translate(err)
	}
	if len(*rows) > limit {
		*rows = (*rows)[:limit]
		next = Cursor(id(&(*rows)[limit-1]))
	}
	return next, nil
}

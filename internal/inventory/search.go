package inventory

import (
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// maxSearch bounds the words of a search.
const maxSearch = 8

// How many assets a search names, at most. A list of more walks in its order
// and tests each row instead: with so many to find, a page fills soon. Between
// the two lies the least that the worst search takes; duties and findings are
// ten or more to an asset.
const (
	fewAssets = 5000
	fewOwners = 1500
)

// search is what is known of the assets that a text finds: all of them where
// they are few, and else that they are many.
type search struct {
	org    int64
	words  []string // none: everything is found
	many   bool
	assets []int64
}

// search looks for the assets whose words begin with those of the text.
func (inv *Inventory) search(ctx context.Context, s scope, text string, most int) (*search, error) {
	out := &search{org: s.org, words: words(text)}
	// The longest first: an engine that does not know which is rare begins there.
	slices.SortStableFunc(out.words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	out.words = out.words[:min(len(out.words), maxSearch)]
	if len(out.words) == 0 {
		return out, nil
	}
	q := inv.DB.NewSelect().TableExpr("asset_words AS w").ColumnExpr("w.asset")
	q = within(q, "w", s.org, out.words[0]).Limit(int64(most) + 1)
	for _, word := range out.words[1:] {
		also := inv.DB.NewSelect().TableExpr("asset_words AS o").ColumnExpr("o.asset")
		q = q.Where("w.asset IN (?)", within(also, "o", s.org, word))
	}
	if err := q.Scan(ctx, &out.assets); err != nil {
		return nil, store.Translate(err)
	}
	if out.many = len(out.assets) > most; !out.many {
		slices.Sort(out.assets)
		out.assets = slices.Compact(out.assets)
	}
	return out, nil
}

// within keeps the words that begin with one.
func within(q *bun.SelectQuery, alias string, org int64, word string) *bun.SelectQuery {
	return q.Where("?0.org = ?1 AND ?0.word >= ?2 AND ?0.word < ?3", bun.Ident(alias), org, word, word+string(utf8.MaxRune))
}

// narrow keeps the rows of assets that were found, by the column that has the
// asset's id.
func (f *search) narrow(q *bun.SelectQuery, alias, column string) *bun.SelectQuery {
	switch {
	case len(f.words) == 0:
		return q
	case len(f.assets) == 0:
		return q.Where("1 = 0")
	case !f.many:
		return q.Where("?.? IN (?)", bun.Ident(alias), bun.Ident(column), bun.List(f.assets))
	}
	for _, word := range f.words {
		// With an offset, PostgreSQL tests row by row and makes no join of it,
		// which would read all words before the first row comes.
		q = q.Where("EXISTS (SELECT 1 FROM asset_words AS w WHERE w.asset = ?.? AND w.word >= ? AND w.word < ? LIMIT 1 OFFSET 0)",
			bun.Ident(alias), bun.Ident(column), word, word+string(utf8.MaxRune))
	}
	return q
}

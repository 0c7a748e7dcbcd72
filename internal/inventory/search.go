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
// and tests each row instead. Between the two lies the least that the worst search
// takes; duties and findings are ten or more to an asset. Tests have smaller ones.
var (
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

// looked is how many places of one word a search looks at to learn how many
// assets have all words; among so many, a twentieth is many.
const looked = 20_000

// search looks for the assets whose words begin with those of the text.
func (inv *Inventory) search(ctx context.Context, s scope, text string, most int) (*search, error) {
	out := &search{org: s.org, words: words(text)}
	// The longest first: it is likely to be the rarest.
	slices.SortStableFunc(out.words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	out.words = out.words[:min(len(out.words), maxSearch)]
	var err error
	switch len(out.words) {
	case 0:
	case 1:
		err = inv.few(ctx, out, inv.having(s.org, out.words[0]), most)
	default:
		err = inv.together(ctx, out, most)
	}
	return out, err
}

// having asks for the assets that have a word.
func (inv *Inventory) having(org int64, word string) *bun.SelectQuery {
	return within(inv.DB.NewSelect().TableExpr("asset_words AS w").ColumnExpr("w.asset"), "w", org, word)
}

// few reads the assets that a query is for, unless they are more than most.
func (inv *Inventory) few(ctx context.Context, out *search, q *bun.SelectQuery, most int) error {
	out.assets = nil
	if err := q.Limit(int64(most)+1).Scan(ctx, &out.assets); err != nil {
		return store.Translate(err)
	}
	if out.many = len(out.assets) > most; !out.many {
		slices.Sort(out.assets)
		out.assets = slices.Compact(out.assets)
	}
	return nil
}

// together finds the assets that have several words: it begins with the rarest
// and tests each of its assets for the others. Where even the rarest is
// everywhere, that is done for a part of its assets, and only where few of
// those have the others are all gone through.
func (inv *Inventory) together(ctx context.Context, out *search, most int) error {
	rarest, least := 0, int64(looked+1)
	for i, word := range out.words {
		n, err := inv.DB.NewSelect().TableExpr("(?) AS x", inv.having(out.org, word).Limit(looked+1)).Count(ctx)
		if err != nil {
			return store.Translate(err)
		}
		if n < least {
			rarest, least = i, n
		}
	}
	out.words[0], out.words[rarest] = out.words[rarest], out.words[0]
	some := inv.DB.NewSelect().TableExpr("(?) AS x", inv.having(out.org, out.words[0]).Limit(looked)).ColumnExpr("x.asset")
	some = has(some, "x", "asset", out.words[1:])
	if least <= looked {
		return inv.few(ctx, out, some, most)
	}
	if err := inv.few(ctx, out, some, looked/20); err != nil || out.many {
		return err
	}
	all := inv.having(out.org, out.words[0])
	for _, word := range out.words[1:] {
		all = all.Where("w.asset IN (?)", inv.having(out.org, word))
	}
	return inv.few(ctx, out, all, most)
}

// within keeps the words that begin with one.
func within(q *bun.SelectQuery, alias string, org int64, word string) *bun.SelectQuery {
	return q.Where("?0.org = ?1 AND ?0.word >= ?2 AND ?0.word < ?3", bun.Ident(alias), org, word, word+string(utf8.MaxRune))
}

// narrow makes a list one of the assets that were found, which are few, or of
// all where nothing is searched for.
func (f *search) narrow(q *bun.SelectQuery, l list) *bun.SelectQuery {
	switch {
	case len(f.words) == 0:
		return l.narrow(q)
	case len(f.assets) == 0:
		return q.Where("1 = 0")
	}
	return l.of(q, f.assets)
}

// tables are those that searches narrow, by alias.
var tables = map[string]string{"a": "assets", "d": "duties", "f": "findings"}

// has tests the asset of each row for words. With an offset, PostgreSQL makes
// no join of the test, which would read all words before the first row comes.
func has(q *bun.SelectQuery, alias, column string, words []string) *bun.SelectQuery {
	for _, word := range words {
		q = q.Where("EXISTS (SELECT 1 FROM asset_words AS t WHERE t.asset = ?.? AND t.word >= ? AND t.word < ? LIMIT 1 OFFSET 0)",
			bun.Ident(alias), bun.Ident(column), word, word+string(utf8.MaxRune))
	}
	return q
}

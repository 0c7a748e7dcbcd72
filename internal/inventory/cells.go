package inventory

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// cells are the counts of one kind of one organisation. What was read is not
// changed: the next are made of the parts that are still so, and new ones.
type cells struct {
	keys  [][maxMeasureParts]string // what is counted in cells, each once
	parts map[int64]*part           // by source

	places map[string]int32  // of keys
	words  map[string]string // each once
}

// part is the cells of one source, as its ledger was at a version.
type part struct {
	version int64
	rows    []cell
}

// all ranges over the cells of all sources.
func (c *cells) all(yield func(*cell) bool) {
	for _, p := range c.parts {
		for i := range p.rows {
			if !yield(&p.rows[i]) {
				return
			}
		}
	}
}

type cell struct {
	dims

	counts []counted
}

// counted is how many of a key there are.
type counted struct{ key, n int32 }

// cache keeps the cells of organisations that were asked for lately. A replica
// that another one's post made stale sees so by the source's version, and reads
// that source alone anew.
type cache struct {
	mu   sync.Mutex
	held map[cacheKey]*cached
	rows int
}

type cacheKey struct {
	org  int64
	what string
}

type cached struct {
	mu    sync.Mutex // held while the cells are read, so that they are read once
	cells *cells
}

// maxCached bounds the cells that are kept, over all organisations.
const maxCached = 500_000

func (c *cache) entry(key cacheKey) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held = map[cacheKey]*cached{}
	}
	e := c.held[key]
	if e == nil {
		e = new(cached)
		c.held[key] = e
	}
	return e
}

// grew drops everything when there is too much, which is seldom.
func (c *cache) grew(by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows += by; c.rows > maxCached {
		c.held, c.rows = nil, 0
	}
}

// cells returns those of one kind, and the part of them that somebody may read
// in a group.
func (inv *Inventory) cells(ctx context.Context, who tenant.Who, group int64, what string) (*cells, scope, error) {
	s, err := reads(who, group)
	if err != nil {
		return nil, s, err
	}
	versions, err := inv.versions(ctx, who.Org)
	if err != nil {
		return nil, s, err
	}
	e := inv.cache.entry(cacheKey{who.Org, what})
	e.mu.Lock()
	defer e.mu.Unlock()
	now, grown, err := inv.refreshed(ctx, who.Org, what, e.cells, versions)
	e.cells = now // nil where reading failed: what it shares may be half read
	if err != nil {
		return nil, s, err
	}
	inv.cache.grew(grown)
	return now, s, nil
}

// versions of the sources of an organisation. They are read before the cells,
// so that what is kept is never older than it says.
func (inv *Inventory) versions(ctx context.Context, org int64) (map[int64]int64, error) {
	var rows []struct{ Source, Version int64 }
	if err := inv.DB.NewSelect().Model((*ledgerRow)(nil)).Column("source", "version").Where("org = ?", org).Scan(ctx, &rows); err != nil {
		return nil, store.Translate(err)
	}
	out := make(map[int64]int64, len(rows))
	for _, r := range rows {
		out[r.Source] = r.Version
	}
	return out, nil
}

// refreshed returns the cells at least as new as some versions, and by how many
// there are more than before.
func (inv *Inventory) refreshed(ctx context.Context, org int64, what string, old *cells, versions map[int64]int64) (now *cells, grown int, err error) {
	if old == nil {
		old = &cells{places: map[string]int32{}, words: map[string]string{}}
	}
	now = &cells{keys: old.keys, parts: make(map[int64]*part, len(versions)), places: old.places, words: old.words}
	var stale []int64
	for source, version := range versions {
		if p := old.parts[source]; p != nil && p.version == version {
			now.parts[source] = p
			continue
		}
		now.parts[source] = &part{version: version}
		stale = append(stale, source)
	}
	if len(stale) == 0 && len(old.parts) == len(versions) {
		return old, 0, nil
	}
	slices.Sort(stale)
	for some := range slices.Chunk(stale, chunk) {
		if err := inv.readCells(ctx, org, what, some, now); err != nil {
			return nil, 0, err
		}
	}
	for _, p := range now.parts {
		grown += len(p.rows)
	}
	for _, p := range old.parts {
		grown -= len(p.rows)
	}
	return now, grown, nil
}

// readCells reads those of some sources.
func (inv *Inventory) readCells(ctx context.Context, org int64, what string, sources []int64, into *cells) (err error) {
	rows, err := inv.DB.QueryContext(ctx, `SELECT source, group_id, provider, service, model, kind, account, region, environment, team, counts
		FROM cells WHERE org = ? AND what = ? AND source IN (?)`, org, what, bun.List(sources))
	if err != nil {
		return store.Translate(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	once := func(s *string) {
		if w, ok := into.words[*s]; ok {
			*s = w
		} else {
			into.words[*s] = *s
		}
	}
	for rows.Next() {
		var c cell
		var text string
		if err := rows.Scan(&c.Source, &c.GroupID, &c.Provider, &c.Service, &c.Model, &c.Kind, &c.Account, &c.Region, &c.Environment, &c.Team, &text); err != nil {
			return err
		}
		for _, s := range []*string{&c.Provider, &c.Service, &c.Model, &c.Kind, &c.Account, &c.Region, &c.Environment, &c.Team} {
			once(s)
		}
		eachCount(text, func(key string, n int) {
			k, ok := into.places[key]
			if !ok {
				k = int32(len(into.keys))
				into.places[key] = k
				into.keys = append(into.keys, cut(key))
			}
			c.counts = append(c.counts, counted{k, int32(n)})
		})
		into.parts[c.Source].rows = append(into.parts[c.Source].rows, c)
	}
	return store.Translate(rows.Err())
}

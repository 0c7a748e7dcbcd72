package inventory

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// cells are the counts of one kind of one organisation, read from the database
// when its ledger changed.
type cells struct {
	version string
	keys    [][maxMeasureParts]string // what is counted in cells, each once
	rows    []cell
}

type cell struct {
	dims

	counts []counted
}

// counted is how many of a key there are.
type counted struct{ key, n int32 }

// cache keeps the cells of organisations that were asked for lately. A replica
// that another one's post made stale sees so by the version.
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
	version, err := inv.version(ctx, who.Org)
	if err != nil {
		return nil, s, err
	}
	e := inv.cache.entry(cacheKey{who.Org, what})
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cells != nil && e.cells.version == version {
		return e.cells, s, nil
	}
	had := 0
	if e.cells != nil {
		had = len(e.cells.rows)
	}
	if e.cells, err = inv.readCells(ctx, who.Org, what, version); err != nil {
		return nil, s, err
	}
	read := e.cells
	inv.cache.grew(len(read.rows) - had)
	return read, s, nil
}

// version differs whenever the cells of an organisation do. It is read before
// them, so that what is kept is never older than it says.
func (inv *Inventory) version(ctx context.Context, org int64) (string, error) {
	var v struct{ Versions, Ledgers, Sources, Last int64 }
	err := inv.DB.NewSelect().Model((*ledgerRow)(nil)).Where("org = ?", org).
		ColumnExpr("COALESCE(SUM(version), 0) AS versions, COUNT(*) AS ledgers, COALESCE(SUM(source), 0) AS sources, COALESCE(MAX(source), 0) AS last").Scan(ctx, &v)
	return fmt.Sprint(v), store.Translate(err)
}

func (inv *Inventory) readCells(ctx context.Context, org int64, what, version string) (_ *cells, err error) {
	rows, err := inv.DB.QueryContext(ctx, `SELECT source, group_id, provider, service, model, kind, account, region, environment, team, counts
		FROM cells WHERE org = ? AND what = ?`, org, what)
	if err != nil {
		return nil, store.Translate(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out := &cells{version: version}
	keys, words := map[string]int32{}, map[string]string{}
	once := func(s *string) {
		if w, ok := words[*s]; ok {
			*s = w
		} else {
			words[*s] = *s
		}
	}
	for rows.Next() {
		var c cell
		var text string
		if err := rows.Scan(&c.Source, &c.GroupID, &c.Provider, &c.Service, &c.Model, &c.Kind, &c.Account, &c.Region, &c.Environment, &c.Team, &text); err != nil {
			return nil, err
		}
		for _, s := range []*string{&c.Provider, &c.Service, &c.Model, &c.Kind, &c.Account, &c.Region, &c.Environment, &c.Team} {
			once(s)
		}
		eachCount(text, func(key string, n int) {
			k, ok := keys[key]
			if !ok {
				k = int32(len(out.keys))
				keys[key] = k
				out.keys = append(out.keys, cut(key))
			}
			c.counts = append(c.counts, counted{k, int32(n)})
		})
		out.rows = append(out.rows, c)
	}
	return out, store.Translate(rows.Err())
}

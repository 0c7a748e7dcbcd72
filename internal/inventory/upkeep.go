package inventory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Groups is what the ledger asks about organisations when it is nobody's
// request that it works for.
type Groups interface {
	Organisations(ctx context.Context) ([]tenant.Organisation, error)
	Tree(ctx context.Context, org int64) (*tenant.Tree, error)

	// Latest is the tree as a transaction sees it, the given one where it is
	// still that. With hold, nobody changes it until the transaction ends.
	Latest(ctx context.Context, tx bun.Tx, t *tenant.Tree, org int64, hold bool) (*tenant.Tree, error)
}

// latest is the tree by which a transaction places assets. Groups may have
// changed, and every asset been put where it lies now, since the tree was read.
func (inv *Inventory) latest(ctx context.Context, tx bun.Tx, t *tenant.Tree, org int64, hold bool) (*tenant.Tree, error) {
	if inv.Groups == nil {
		return t, nil
	}
	return inv.Groups.Latest(ctx, tx, t, org, hold)
}

// What there is to be done for an organisation.
const (
	toPlace   = "place"   // assets into the groups they lie in now
	toCompact = "compact" // forget what is older than is kept
)

// upkeepRow is work that waits, or comes again. Whoever takes it moves when it
// is due by a lease, and moves it on for each part that is done.
type upkeepRow struct {
	bun.BaseModel `bun:"table:upkeep,alias:u"`

	Org   int64  `bun:",pk"`
	What  string `bun:",pk"`
	Asked int64  // how often it was asked for; who finishes does so for what was asked when it began
	Due   store.Time
	Last  store.Time // when it was last done
}

const (
	lease       = 10 * time.Minute
	compactions = 24 * time.Hour
)

// placeAtOnce is the default of AtOnce.
const placeAtOnce = 20_000

// Replace puts every asset into the group it lies in by the tree that who
// brings, after groups changed, and returns how many moved. Of a large estate
// that is done later, by Tend. Until it is, assets are where they were.
func (inv *Inventory) Replace(ctx context.Context, who tenant.Who) (moved int, later bool, err error) {
	if who.Reach(tenant.Administer).None() {
		return 0, false, tenant.ErrForbidden
	}
	sum, err := inv.sum(ctx, scope{org: who.Org, all: true}, nil)
	if err != nil {
		return 0, false, err
	}
	row := &upkeepRow{Org: who.Org, What: toPlace, Asked: 1, Due: store.At(inv.Now())}
	_, err = inv.DB.NewInsert().Model(row).On("CONFLICT (org, what) DO UPDATE").
		Set("asked = u.asked + 1, due = EXCLUDED.due").Returning("asked").Exec(ctx)
	if err != nil {
		return 0, false, store.Translate(err)
	}
	if sum[measureAssets] > cmp.Or(inv.AtOnce, placeAtOnce) {
		return 0, true, nil
	}
	mine, err := inv.take(ctx, row)
	if err != nil || !mine {
		return 0, true, err // a replica was quicker
	}
	moved, err = inv.place(ctx, row, who)
	return moved, false, err
}

// Tend does what is due for every organisation. Every replica calls it now and
// then; each thing is done by one of them.
func (inv *Inventory) Tend(ctx context.Context) error {
	orgs, err := inv.Groups.Organisations(ctx)
	if err != nil {
		return err
	}
	now := inv.Now()
	if inv.Keep > 0 {
		for _, o := range orgs {
			row := &upkeepRow{Org: o.ID, What: toCompact, Due: store.At(now)}
			if _, err := inv.DB.NewInsert().Model(row).On("CONFLICT (org, what) DO NOTHING").Exec(ctx); err != nil {
				return store.Translate(err)
			}
		}
	}
	var due []upkeepRow
	never := store.At(now.Add(2 * compactions)) // only a clock that was set back makes it so
	if err := inv.DB.NewSelect().Model(&due).Where("due <= ? OR due > ?", store.At(now), never).Order("due").Scan(ctx); err != nil {
		return store.Translate(err)
	}
	var errs []error
	for i := range due {
		if err := inv.tend(ctx, &due[i]); err != nil {
			errs = append(errs, fmt.Errorf("organisation %d, to %s: %w", due[i].Org, due[i].What, err))
		}
	}
	return errors.Join(errs...)
}

func (inv *Inventory) tend(ctx context.Context, row *upkeepRow) error {
	if row.What == toCompact && inv.Keep <= 0 {
		return nil
	}
	mine, err := inv.take(ctx, row)
	if err != nil || !mine {
		return err
	}
	tree, err := inv.Groups.Tree(ctx, row.Org)
	if err != nil {
		return err
	}
	who := tenant.Who{Actor: tenant.BySystem(row.Org), Tree: tree}
	if row.What == toPlace {
		_, err := inv.place(ctx, row, who)
		return err
	}
	if err := inv.compactAll(ctx, who, inv.Now().Add(-inv.Keep), func() error { return inv.extend(ctx, row) }); err != nil {
		return err
	}
	now := inv.Now()
	_, err = inv.DB.NewUpdate().Model(row).Set("due = ?, last = ?", store.At(now.Add(compactions)), store.At(now)).WherePK().Exec(ctx)
	return store.Translate(err)
}

// take gives the work to whoever asks first; it comes back when the lease ends.
func (inv *Inventory) take(ctx context.Context, row *upkeepRow) (bool, error) {
	until := store.At(inv.Now().Add(lease))
	res, err := inv.DB.NewUpdate().Model(row).Set("due = ?", until).WherePK().Where("asked = ? AND due = ?", row.Asked, row.Due).Exec(ctx)
	if err != nil {
		return false, store.Translate(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// extend keeps the work, unless somebody asked for it again: then it is due
// already.
func (inv *Inventory) extend(ctx context.Context, row *upkeepRow) error {
	_, err := inv.DB.NewUpdate().Model(row).Set("due = ?", store.At(inv.Now().Add(lease))).WherePK().Where("asked = ?", row.Asked).Exec(ctx)
	return store.Translate(err)
}

// place puts the assets of every source where they lie, and takes the work off
// the list if nobody asked for it again meanwhile. Each source is one
// transaction, so that posts need not wait for long.
func (inv *Inventory) place(ctx context.Context, row *upkeepRow, who tenant.Who) (moved int, err error) {
	sources, err := inv.sources(ctx, who.Org)
	if err != nil {
		return 0, err
	}
	for _, source := range sources {
		n := 0
		err := inv.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			n, err = inv.replace(ctx, tx, who, source)
			return err
		})
		if err != nil {
			return moved, err
		}
		moved += n
		if err := inv.extend(ctx, row); err != nil {
			return moved, err
		}
	}
	_, err = inv.DB.NewDelete().Model(row).WherePK().Where("asked = ?", row.Asked).Exec(ctx)
	return moved, store.Translate(err)
}

// Retention is how long history is kept.
type Retention struct {
	Keep time.Duration // 0 for ever
	Last time.Time     // when older history was last forgotten
	Next time.Time
}

// Retention tells how long the organisation's history is kept.
func (inv *Inventory) Retention(ctx context.Context, who tenant.Who) (Retention, error) {
	out := Retention{Keep: max(0, inv.Keep)}
	if err := who.Check(tenant.Administer, 0); err != nil || out.Keep == 0 {
		return out, err
	}
	var rows []upkeepRow
	err := inv.DB.NewSelect().Model(&rows).Where("org = ? AND what = ?", who.Org, toCompact).Scan(ctx)
	for _, r := range rows {
		out.Last, out.Next = r.Last.Time, r.Due.Time
	}
	return out, store.Translate(err)
}

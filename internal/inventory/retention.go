package inventory

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Compact forgets what is older than a moment: changes, points, snapshots but
// the latest of each source, and assets and findings that are gone since
// before. What is there now, with when it was first seen and began to fail,
// stays, and so does the trend of the days that are left.
func (inv *Inventory) Compact(ctx context.Context, who tenant.Who, before time.Time) error {
	if err := who.Check(tenant.Administer, 0); err != nil {
		return err
	}
	return inv.compactAll(ctx, who, before, func() error { return nil })
}

// forgotten is how many changes one statement forgets.
const forgotten = 10_000

// compactAll compacts source by source, each in a transaction of its own, and
// calls done after each part.
func (inv *Inventory) compactAll(ctx context.Context, who tenant.Who, before time.Time, done func() error) error {
	sources, err := inv.sources(ctx, who.Org)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := inv.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			return inv.compact(ctx, tx, who.Org, source, store.At(before))
		})
		if err := errors.Join(err, done()); err != nil {
			return err
		}
	}
	// Sources that are gone have left points and changes behind.
	if _, err := inv.DB.NewDelete().Model((*pointRow)(nil)).Where("org = ? AND day < ?", who.Org, day(before)).Exec(ctx); err != nil {
		return store.Translate(err)
	}
	for {
		old := inv.DB.NewSelect().Model((*changeRow)(nil)).Column("id").Where("org = ? AND at < ?", who.Org, store.At(before)).Order("at", "id").Limit(forgotten)
		res, err := inv.DB.NewDelete().Model((*changeRow)(nil)).Where("id IN (?)", old).Exec(ctx)
		if err != nil {
			return store.Translate(err)
		}
		n, err := res.RowsAffected()
		if err := errors.Join(err, done()); err != nil || n < forgotten {
			return err
		}
	}
}

func (inv *Inventory) compact(ctx context.Context, tx bun.Tx, org, source int64, before store.Time) error {
	ledger, err := lock(ctx, inv.DB, tx, org, source)
	if err != nil {
		return err
	}
	if err := forget(ctx, tx, "source = ? AND gone < ?", source, before); err != nil {
		return err
	}
	for _, old := range []struct {
		model any
		where string
		args  []any
	}{
		{(*snapshotRow)(nil), "source = ? AND assessed < ? AND id <> ?", []any{source, before, ledger.Snapshot}},
		{(*findingRow)(nil), "gone < ? AND asset IN (SELECT id FROM assets WHERE source = ?)", []any{before, source}},
		{(*basisRow)(nil), `source = ? AND hash IN (SELECT hash FROM bases WHERE source = ?
			EXCEPT SELECT basis FROM duties WHERE asset IN (SELECT id FROM assets WHERE source = ?)
			EXCEPT SELECT detail FROM findings WHERE asset IN (SELECT id FROM assets WHERE source = ?))`, []any{source, source, source, source}},
	} {
		if _, err := tx.NewDelete().Model(old.model).Where(old.where, old.args...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// forget takes assets out, with all that hangs on them.
func forget(ctx context.Context, tx bun.Tx, where string, args ...any) error {
	for _, model := range []any{(*bodyRow)(nil), (*wordRow)(nil), (*edgeRow)(nil), (*instanceRow)(nil), (*dutyRow)(nil), (*findingRow)(nil), (*weakestRow)(nil)} {
		old := tx.NewSelect().Model((*assetRow)(nil)).Column("id").Where(where, args...)
		if _, err := tx.NewDelete().Model(model).Where("asset IN (?)", old).Exec(ctx); err != nil {
			return err
		}
	}
	_, err := tx.NewDelete().Model((*assetRow)(nil)).Where(where, args...).Exec(ctx)
	return err
}

// Remove takes a source out of the ledger, in the transaction that removes it
// elsewhere. The trend keeps that it was there until now.
func (inv *Inventory) Remove(ctx context.Context, tx bun.Tx, who tenant.Who, source int64) error {
	n, err := tx.NewSelect().Model((*ledgerRow)(nil)).Where("org = ? AND source = ?", who.Org, source).Count(ctx)
	if err != nil || n == 0 {
		return err // never posted
	}
	if _, err := lock(ctx, inv.DB, tx, who.Org, source); err != nil {
		return err
	}
	var totals []totalRow
	if err := tx.NewSelect().Model(&totals).Where("source = ?", source).Scan(ctx); err != nil {
		return err
	}
	p := &post{inv: inv, tx: tx, tree: who.Tree, org: who.Org, source: source, at: kept(inv.Now()), tally: newTally(who.Org, source)}
	sum := counts{}
	for _, row := range totals {
		sum.add(row.Counts)
		eachCount(row.Counts, func(key string, n int) { bump(p.tally.flows, row.GroupID, key, -n) })
	}
	if err := p.tally.writePoints(ctx, tx, day(p.at.Time)); err != nil {
		return err
	}
	if err := forget(ctx, tx, "source = ?", source); err != nil {
		return err
	}
	for _, model := range []any{
		(*weakestRow)(nil), (*basisRow)(nil), (*cellRow)(nil), (*totalRow)(nil), (*snapshotRow)(nil), (*changeRow)(nil), (*bindDueRow)(nil), (*ledgerRow)(nil),
	} {
		if _, err := tx.NewDelete().Model(model).Where("source = ?", source).Exec(ctx); err != nil {
			return err
		}
	}
	t := sum.totals()
	was := State{There: true, Assets: t.Assets, Duties: t.Duties, Failing: t.Results["fail"]}
	return p.record(ctx, []changeRow{p.change(SourceGone, who.Tree.Root(), 0, "", "", was, State{})})
}

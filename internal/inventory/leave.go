package inventory

import (
	"context"
	"slices"

	"github.com/uptrace/bun"
)

// leave marks assets that the assessment lacks: as gone, or as unseen where
// something could not be read that may have hidden them.
func (p *post) leave(ctx context.Context, missing []int64) error {
	gone, hidden, err := blindSpots(p.a.Sources).unseen(ctx, p.tx, missing)
	if err != nil {
		return err
	}
	p.posted.Counts.Gone, p.posted.Counts.Unseen = len(gone), len(hidden)
	for part := range slices.Chunk(hidden, chunk) {
		_, err := p.tx.NewUpdate().Model((*assetRow)(nil)).Set("unseen = ?", p.at).
			Where("id IN (?) AND unseen IS NULL", bun.List(part)).Exec(ctx)
		if err != nil {
			return err
		}
	}
	for part := range slices.Chunk(gone, batchSize) {
		if err := p.bury(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// bury marks assets as gone, with their duties and findings.
func (p *post) bury(ctx context.Context, ids []int64) error {
	assets, duties, findings, err := loadAssets(ctx, p.tx, ids)
	if err != nil {
		return err
	}
	b := newBatch(p)
	for i := range assets {
		a := &assets[i]
		p.tally.count(-1, a, duties[a.ID], findings[a.ID])
		b.changes = append(b.changes, p.change(AssetGone, a.GroupID, a.ID, a.Address, "", a.text(), State{}))
		for _, f := range findings[a.ID] {
			if was := f; !f.FailingSince.IsZero() {
				f.leave(p.at)
				b.findingChange(a.GroupID, a.Address, &was, &f)
			}
		}
	}
	list := bun.List(ids)
	if _, err := p.tx.NewUpdate().Model((*assetRow)(nil)).Set("gone = ?", p.at).Set("unseen = NULL").Where("id IN (?)", list).Exec(ctx); err != nil {
		return err
	}
	if _, err := p.tx.NewUpdate().Model((*dutyRow)(nil)).Set("gone = ?", p.at).Where("asset IN (?)", list).Exec(ctx); err != nil {
		return err
	}
	if _, err := p.tx.NewDelete().Model((*findingRow)(nil)).Where("asset IN (?) AND failing_since IS NULL", list).Exec(ctx); err != nil {
		return err
	}
	_, err = p.tx.NewUpdate().Model((*findingRow)(nil)).
		Set("gone = ?", p.at).Set("state = ?", Resolved).Set("resolved = COALESCE(resolved, ?)", p.at).Set("regressed = NULL").
		Where("asset IN (?) AND gone IS NULL", list).Exec(ctx)
	if err != nil {
		return err
	}
	return p.record(ctx, b.changes)
}

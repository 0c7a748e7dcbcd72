package inventory

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// sources are those that the ledger holds.
func (inv *Inventory) sources(ctx context.Context, org int64) ([]int64, error) {
	var out []int64
	err := inv.DB.NewSelect().Model((*ledgerRow)(nil)).Column("source").Where("org = ?", org).Order("source").Scan(ctx, &out)
	return out, store.Translate(err)
}

func (inv *Inventory) replace(ctx context.Context, tx bun.Tx, who tenant.Who, source int64) (int, error) {
	if _, err := lock(ctx, inv.DB, tx, who.Org, source); err != nil {
		return 0, err
	}
	tree, err := inv.latest(ctx, tx, who.Tree, who.Org, false)
	if err != nil {
		return 0, err
	}
	return inv.placeAll(ctx, tx, tree, who.Org, source)
}

// placeAll puts all assets of a source where they lie by a tree.
func (inv *Inventory) placeAll(ctx context.Context, tx bun.Tx, tree *tenant.Tree, org, source int64) (int, error) {
	place, _, err := inv.placing(ctx, tx, tree, org, source)
	if err != nil {
		return 0, err
	}
	t := newTally(org, source)
	moved, last := 0, int64(0)
	for {
		var ids []int64
		err := tx.NewSelect().Model((*assetRow)(nil)).Column("id").Where("source = ? AND id > ?", source, last).Order("id").Limit(batchSize).Scan(ctx, &ids)
		if err != nil || len(ids) == 0 {
			if err != nil {
				return 0, err
			}
			break
		}
		last = ids[len(ids)-1]
		n, err := move(ctx, tx, t, place, ids)
		if err != nil {
			return 0, err
		}
		moved += n
	}
	return moved, t.write(ctx, tx, inv.Now())
}

// move puts some assets where they lie now.
func move(ctx context.Context, tx bun.Tx, t *tally, place func(*report.Asset) int64, ids []int64) (int, error) {
	var now []assetRow
	if err := tx.NewSelect().Model(&now).Column("id", "group_id").Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return 0, err
	}
	group := make(map[int64]int64, len(now))
	for _, a := range now {
		group[a.ID] = a.GroupID
	}
	var bodies []bodyRow
	if err := tx.NewSelect().Model(&bodies).Where("asset IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return 0, err
	}
	to := map[int64][]int64{} // assets by the group they move to
	var moving []int64
	for _, row := range bodies {
		var a report.Asset
		if err := json.Unmarshal([]byte(row.Body), &a); err != nil {
			return 0, err
		}
		if g := place(&a); g != group[row.Asset] {
			to[g] = append(to[g], row.Asset)
			moving = append(moving, row.Asset)
			group[row.Asset] = g
		}
	}
	assets, duties, findings, err := loadAssets(ctx, tx, moving)
	if err != nil {
		return 0, err
	}
	for i := range assets {
		a := &assets[i]
		if !a.Gone.IsZero() {
			continue
		}
		ds, fs := duties[a.ID], findings[a.ID]
		t.count(-1, a, ds, fs)
		a.GroupID = group[a.ID]
		for i := range ds {
			ds[i].GroupID = a.GroupID
		}
		for i := range fs {
			fs[i].GroupID = a.GroupID
		}
		t.count(1, a, ds, fs)
	}
	for g, ids := range to {
		if err := setGroup(ctx, tx, g, ids); err != nil {
			return 0, err
		}
	}
	return len(moving), nil
}

// setGroup moves assets, with their history: who may see an asset now sees how
// it came to be so.
func setGroup(ctx context.Context, tx bun.Tx, group int64, ids []int64) error {
	slices.Sort(ids)
	for _, of := range []struct {
		model  any
		column string
	}{{(*assetRow)(nil), "id"}, {(*dutyRow)(nil), "asset"}, {(*findingRow)(nil), "asset"}, {(*changeRow)(nil), "asset"}} {
		_, err := tx.NewUpdate().Model(of.model).Set("group_id = ?", group).Where("? IN (?)", bun.Ident(of.column), bun.List(ids)).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

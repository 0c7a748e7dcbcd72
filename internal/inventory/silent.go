package inventory

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Silence asks Silent again about a source, in the transaction that changed
// who reports, and brings duties and counts up to date: those of assets about
// which nobody speaks are unverified, with what was known last beside them, and
// take it back when somebody does. Findings stay as they are: that nobody looks
// resolves none.
func (inv *Inventory) Silence(ctx context.Context, tx bun.Tx, org, source int64) error {
	if inv.Silent == nil {
		return nil
	}
	if _, err := lock(ctx, inv.DB, tx, org, source); err != nil {
		return err
	}
	silent, err := inv.Silent(ctx, tx, org, source)
	if err != nil {
		return err
	}
	var rows []assetRow
	if err := tx.NewSelect().Model(&rows).Column("id", "path", "silent").Where("source = ? AND gone IS NULL", source).Scan(ctx); err != nil {
		return err
	}
	var ids []int64
	for _, r := range rows {
		if silent[r.Path] == r.Silent.IsZero() {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	p := &post{inv: inv, tx: tx, tree: tenant.NewTree(nil), org: org, source: source, at: kept(inv.Now()), tally: newTally(org, source), known: map[int64]bool{}}
	slices.Sort(ids)
	for part := range slices.Chunk(ids, batchSize) {
		if err := p.silence(ctx, part, silent); err != nil {
			return err
		}
	}
	if err := p.due(ctx); err != nil {
		return err
	}
	return p.tally.write(ctx, tx, p.at.Time)
}

// silence hushes some assets, or lets them speak.
func (p *post) silence(ctx context.Context, ids []int64, silent map[string]bool) error {
	assets, duties, findings, err := loadAssets(ctx, p.tx, ids)
	if err != nil {
		return err
	}
	var hashes []int64
	for _, ds := range duties {
		for i := range ds {
			hashes = append(hashes, ds[i].Basis)
		}
	}
	bases, err := readBases[report.Basis](ctx, p.tx, p.source, hashes)
	if err != nil {
		return err
	}
	b := newBatch(p)
	for i := range assets {
		a := &assets[i]
		t := &thing{old: a, oldDuties: duties[a.ID], oldFindings: findings[a.ID], finding: findings[a.ID], id: a.ID, group: a.GroupID, row: *a}
		b.hush(t, silent[a.Path], bases)
		b.differDuties(t)
		p.tally.count(-1, t.old, t.oldDuties, t.oldFindings)
		p.tally.count(1, &t.row, t.duties, t.finding)
		t.row.ID = 0 // the row that is there keeps its own
		b.assets.put(false, t.row)
	}
	if err := b.assets.write(ctx, p.tx, "source, uid"); err != nil {
		return err
	}
	return b.flush(ctx)
}

// hush makes the rows of a thing that is silent, or no more.
func (b *batch) hush(t *thing, silent bool, bases map[int64]report.Basis) {
	t.row.Silent = store.Time{}
	if silent {
		t.row.Silent = b.at
	}
	t.row.State, t.row.Failing, t.row.Unverified, t.row.Changed = noStatus, 0, 0, b.at
	for _, d := range t.oldDuties {
		was := d.Status
		if silent {
			d.hush()
		} else if d.Known != "" {
			d.Status, d.Known = d.Known, ""
		}
		if d.Status != was {
			d.Since = b.at
		}
		t.duties = append(t.duties, d)
		t.given = append(t.given, report.Duty{Basis: bases[d.Basis]})
		t.row.countDuty(&d)
	}
}

// hush makes the customer's duty unverified, and keeps what was known.
func (d *dutyRow) hush() {
	if d.Owner != report.Provider && d.Known == "" && (d.Status == report.Verified || d.Status == report.Failing || d.Status == report.Waived) {
		d.Known, d.Status = d.Status, report.Unverified
	}
}

package inventory

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// SnapshotDetail is a snapshot with what it could not see.
type SnapshotDetail struct {
	Snapshot
	Summary report.Summary `json:"summary"`
	Details Details        `json:"details"`
}

// Snapshots lists the snapshots of some sources, or of all, newest first.
// Which sources somebody may know of is for the caller to say.
func (inv *Inventory) Snapshots(ctx context.Context, who tenant.Who, sources []int64, paging Paging) (Page[Snapshot], error) {
	s, err := reads(who, 0)
	if err != nil {
		return Page[Snapshot]{}, err
	}
	var rows []snapshotRow
	q := in(inv.DB.NewSelect().Model(&rows).Where("s.org = ?", who.Org), "s", "source", sources).
		ExcludeColumn("summary", "details")
	limit := paging.size()
	q, err = changeOrder.page(q, "s", paging)
	if err != nil {
		return Page[Snapshot]{}, err
	}
	if err := q.Scan(ctx); err != nil {
		return Page[Snapshot]{}, store.Translate(err)
	}
	var page Page[Snapshot]
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = changeOrder.cursor(rows[limit-1].ID)
	}
	page.Items = make([]Snapshot, len(rows))
	for i := range rows {
		if page.Items[i], err = rows[i].view(s); err != nil {
			return page, err
		}
	}
	return page, nil
}

// Snapshot returns one snapshot. Its summary is of the whole source, so it is
// for those who may read the whole organisation.
func (inv *Inventory) Snapshot(ctx context.Context, who tenant.Who, id int64) (*SnapshotDetail, error) {
	s, err := reads(who, 0)
	if err != nil {
		return nil, err
	}
	row, err := inv.snapshotRow(ctx, who.Org, id)
	if err != nil {
		return nil, err
	}
	out := new(SnapshotDetail)
	if out.Snapshot, err = row.view(s); err != nil {
		return nil, err
	}
	if !s.all {
		return out, nil
	}
	if err := json.Unmarshal([]byte(row.Summary), &out.Summary); err != nil {
		return nil, err
	}
	err = json.Unmarshal([]byte(row.Details), &out.Details)
	return out, err
}

// Latest returns the latest snapshot of each source that has one.
func (inv *Inventory) Latest(ctx context.Context, who tenant.Who) (map[int64]Snapshot, error) {
	s, err := reads(who, 0)
	if err != nil {
		return nil, err
	}
	var rows []snapshotRow
	err = inv.DB.NewSelect().Model(&rows).ExcludeColumn("summary", "details").
		Where("org = ? AND id IN (SELECT snapshot FROM ledgers WHERE org = ?)", who.Org, who.Org).Scan(ctx)
	if err != nil {
		return nil, store.Translate(err)
	}
	out := make(map[int64]Snapshot, len(rows))
	for i := range rows {
		if out[rows[i].Source], err = rows[i].view(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (inv *Inventory) snapshotRow(ctx context.Context, org, id int64) (*snapshotRow, error) {
	row := new(snapshotRow)
	err := inv.DB.NewSelect().Model(row).Where("org = ? AND id = ?", org, id).Scan(ctx)
	return row, store.Translate(err)
}

// view is the snapshot as somebody sees it. Who reads a part of the
// organisation learns from it what could not be read, and not how much there
// is beside that part.
func (r *snapshotRow) view(s scope) (Snapshot, error) {
	out := Snapshot{
		ID: r.ID, Source: r.Source, Assessed: r.Assessed.Time, Posted: r.Posted.Time, Tool: r.Tool, Version: r.Version,
		Revision: r.Revision, Branch: r.Branch, Origin: r.Origin,
	}
	err := json.Unmarshal([]byte(r.Counts), &out.Counts)
	if !s.all {
		out.Counts = Counts{Gaps: out.Counts.Gaps, Uncovered: out.Counts.Uncovered}
	}
	return out, err
}

// lastSeen is when an asset's source last had it.
func (inv *Inventory) lastSeen(ctx context.Context, a *assetRow) (time.Time, error) {
	q := inv.DB.NewSelect().Model((*snapshotRow)(nil)).ColumnExpr("MAX(assessed)").Where("source = ?", a.Source)
	if !a.Gone.IsZero() {
		q = q.Where("assessed < ?", a.Gone)
	}
	if !a.Unseen.IsZero() {
		q = q.Where("assessed < ?", a.Unseen)
	}
	var at store.Time
	if err := q.Scan(ctx, &at); err != nil {
		return time.Time{}, store.Translate(err)
	}
	return at.Time, nil
}

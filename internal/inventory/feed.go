package inventory

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/store"
)

// Head is the latest change of a source.
type Head struct {
	Source, Org, Change int64
}

// Heads returns the latest change of each source that has a ledger, and of
// those named besides, which may be gone. Whoever follows the changes of a
// source by their ids misses none: those who write them hold the source's
// ledger, one after the other.
func (inv *Inventory) Heads(ctx context.Context, besides []int64) ([]Head, error) {
	var heads []Head
	err := inv.DB.NewSelect().TableExpr("ledgers AS l").ColumnExpr("l.source, l.org").
		ColumnExpr("COALESCE((SELECT MAX(c.id) FROM changes AS c WHERE c.source = l.source), 0) AS change").Scan(ctx, &heads)
	if err != nil || len(besides) == 0 {
		return heads, store.Translate(err)
	}
	var gone []Head
	err = inv.DB.NewSelect().TableExpr("changes AS c").ColumnExpr("c.source, c.org, MAX(c.id) AS change").
		Where("c.source IN (?)", bun.List(besides)).Where("c.source NOT IN (SELECT source FROM ledgers)").GroupExpr("c.source, c.org").Scan(ctx, &gone)
	return append(heads, gone...), store.Translate(err)
}

// FeedItem is a change with what tells people where it is and what to do. Of
// things that are gone by now there is less to say.
type FeedItem struct {
	Change
	Finding        int64 // its id, of changes of a finding that is still kept
	Team           string
	Environment    string
	Location       estate.Location
	Responsibility string // title of the one it bears on
	Owner          string
	Party          string
	Remediation    string
}

// Feed returns the changes of a source after one, oldest first.
func (inv *Inventory) Feed(ctx context.Context, db bun.IDB, org, source, after int64, limit int) ([]FeedItem, error) {
	var rows []changeRow
	err := db.NewSelect().Model(&rows).Where("c.source = ? AND c.org = ? AND c.id > ?", source, org, after).Order("c.id").Limit(int64(limit)).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, store.Translate(err)
	}
	assets, findings, texts, err := inv.about(ctx, db, source, rows)
	if err != nil {
		return nil, store.Translate(err)
	}
	t, err := inv.titlesOf(ctx, org, nameResponsibility, nameCheck)
	if err != nil {
		return nil, store.Translate(err)
	}
	out := make([]FeedItem, len(rows))
	for i := range rows {
		item := &out[i]
		if item.Change, err = rows[i].view(); err != nil {
			return nil, err
		}
		item.name(t)
		a := assets[rows[i].Asset]
		item.Team, item.Environment, item.Location.File = a.Team, a.Environment, a.Path
		item.Owner, item.Party = item.Now.Owner, item.Now.Party
		if item.Now.Check+item.Was.Check == "" {
			item.Responsibility = item.Title
			continue
		}
		f, ok := findings[[2]any{rows[i].Asset, rows[i].Subject}]
		if !ok {
			continue
		}
		item.Finding, item.Owner, item.Team = f.ID, f.Owner, f.Team
		item.Responsibility, item.Remediation = t.of(nameResponsibility, f.Responsibility), texts[f.Detail].Remediation
		if err := json.Unmarshal([]byte(f.Location), &item.Location); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// about loads the assets and findings of changes, and what findings say.
func (inv *Inventory) about(ctx context.Context, db bun.IDB, source int64, rows []changeRow) (map[int64]assetRow, map[[2]any]findingRow, map[int64]Text, error) {
	var ids []int64
	for i := range rows {
		if rows[i].Asset != 0 {
			ids = append(ids, rows[i].Asset)
		}
	}
	if len(ids) == 0 {
		return nil, nil, nil, nil
	}
	var as []assetRow
	if err := db.NewSelect().Model(&as).Column("id", "team", "environment", "path").Where("a.id IN (?) AND a.source = ?", bun.List(ids), source).Scan(ctx); err != nil {
		return nil, nil, nil, err
	}
	assets := make(map[int64]assetRow, len(as))
	for _, a := range as {
		assets[a.ID] = a
	}
	var fs []findingRow
	err := db.NewSelect().Model(&fs).Column("id", "asset", "fingerprint", "responsibility", "owner", "team", "location", "detail").
		Where("f.asset IN (?) AND f.source = ?", bun.List(ids), source).Scan(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	findings := make(map[[2]any]findingRow, len(fs))
	hashes := make([]int64, len(fs))
	for i, f := range fs {
		findings[[2]any{f.Asset, f.Fingerprint}] = f
		hashes[i] = f.Detail
	}
	texts, err := readBases[Text](ctx, db, source, hashes)
	return assets, findings, texts, err
}

// Move is how many lines of a group move on a day.
type Move struct {
	Group          int64
	Responsibility string
	Title          string
	On             string // the day, such as 2026-12-31
	To             string // who owns it then
	Service        string
	Count          int
	Address        string // of one of them
}

// Moving returns the lines that move between two days, by group,
// responsibility, service and day.
func (inv *Inventory) Moving(ctx context.Context, org int64, from, before time.Time) ([]Move, error) {
	var out []Move
	err := inv.DB.NewSelect().TableExpr("duties AS d").Join("JOIN assets AS a ON a.id = d.asset").
		ColumnExpr(`d.group_id AS "group", d.responsibility, d.changes_on AS "on", d.changes_to AS "to", d.service, COUNT(*) AS count, MIN(a.address) AS address`).
		Where("d.org = ? AND d.gone IS NULL AND d.changes_on <> '' AND d.changes_on >= ? AND d.changes_on < ?", org, from.UTC().Format(time.DateOnly), before.UTC().Format(time.DateOnly)).
		GroupExpr("d.group_id, d.responsibility, d.changes_on, d.changes_to, d.service").Limit(1000).Scan(ctx, &out)
	if err != nil {
		return nil, store.Translate(err)
	}
	t, err := inv.titlesOf(ctx, org, nameResponsibility)
	for i := range out {
		out[i].Title = t.of(nameResponsibility, out[i].Responsibility)
	}
	return out, store.Translate(err)
}

// Last is when a source was last assessed.
type Last struct {
	Source   int64
	Assessed time.Time
}

// LastAssessed returns when each source of an organisation was last assessed.
func (inv *Inventory) LastAssessed(ctx context.Context, org int64) ([]Last, error) {
	var rows []ledgerRow
	if err := inv.DB.NewSelect().Model(&rows).Where("org = ? AND assessed IS NOT NULL", org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	out := make([]Last, len(rows))
	for i, r := range rows {
		out[i] = Last{r.Source, r.Assessed.Time}
	}
	return out, nil
}

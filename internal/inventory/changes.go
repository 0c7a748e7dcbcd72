package inventory

import (
	"context"

	"github.com/go-json-experiment/json"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

var changeOrder = order{name: "newest", columns: []string{"id"}, desc: true}

// Changes lists what changed, newest first.
func (inv *Inventory) Changes(ctx context.Context, who tenant.Who, ask ChangeQuery) (Page[Change], error) {
	s, err := reads(who, ask.Group)
	if err != nil {
		return Page[Change]{}, err
	}
	var rows []changeRow
	q := in(s.narrow(inv.DB.NewSelect().Model(&rows), "c"), "c", "source", ask.Sources)
	q = in(q, "c", "kind", ask.Kinds)
	if ask.Snapshot != 0 {
		q = q.Where("c.source = (SELECT source FROM snapshots WHERE id = ?) AND c.snapshot = ?", ask.Snapshot, ask.Snapshot)
	}
	if ask.Asset != 0 {
		q = q.Where("c.asset = ?", ask.Asset)
	}
	if !ask.Since.IsZero() {
		q = q.Where("c.at >= ?", since(ask.Since))
	}
	if !ask.Until.IsZero() {
		q = q.Where("c.at < ?", since(ask.Until))
	}
	limit := ask.size()
	q, err = changeOrder.page(q, "c", ask.Paging)
	if err != nil {
		return Page[Change]{}, err
	}
	if err := q.Scan(ctx); err != nil {
		return Page[Change]{}, store.Translate(err)
	}
	var page Page[Change]
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = changeOrder.cursor(rows[limit-1].ID)
	}
	page.Items, err = inv.changeViews(ctx, who.Org, rows)
	return page, err
}

func (inv *Inventory) changeViews(ctx context.Context, org int64, rows []changeRow) ([]Change, error) {
	t, err := inv.titlesOf(ctx, org, nameResponsibility, nameCheck)
	if err != nil {
		return nil, store.Translate(err)
	}
	out := make([]Change, len(rows))
	for i := range rows {
		if out[i], err = rows[i].view(); err != nil {
			return nil, err
		}
		out[i].name(t)
	}
	return out, nil
}

func (c *changeRow) view() (Change, error) {
	out := Change{
		ID: c.ID, Source: c.Source, Snapshot: c.Snapshot, Group: c.GroupID, At: c.At.Time, Kind: c.Kind, Asset: c.Asset,
		Address: c.Address, Subject: c.Subject,
	}
	if err := json.Unmarshal([]byte(c.Was), &out.Was); err != nil {
		return out, err
	}
	err := json.Unmarshal([]byte(c.Now), &out.Now)
	return out, err
}

// name gives a change the title of what changed.
func (c *Change) name(t titles) {
	switch check := c.Now.Check + c.Was.Check; {
	case c.Subject == "":
	case check == "":
		c.Title = t.of(nameResponsibility, c.Subject)
	case c.Now.Check != "":
		c.Title = t.of(nameCheck, c.Now.Check)
	default:
		c.Title = t.of(nameCheck, c.Was.Check)
	}
}

// history is the latest changes of an asset, or of one thing of it.
func (inv *Inventory) history(ctx context.Context, org, asset int64, subject string) ([]Change, error) {
	var rows []changeRow
	q := inv.DB.NewSelect().Model(&rows).Where("c.org = ? AND c.asset = ?", org, asset).Order("c.id DESC").Limit(maxHistory)
	if subject != "" {
		q = q.Where("c.subject IN ('', ?)", subject)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	return inv.changeViews(ctx, org, rows)
}

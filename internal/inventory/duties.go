package inventory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

var dutyOrders = []order{
	{name: "asset", columns: []string{"asset", "responsibility"}},
	{name: "moving", columns: []string{"changes_on", "asset", "responsibility"}},
}

// Duties lists duties of assets that are there.
func (inv *Inventory) Duties(ctx context.Context, who tenant.Who, ask DutyQuery) (Page[Duty], error) {
	s, err := reads(who, ask.Group)
	if err != nil {
		return Page[Duty]{}, err
	}
	o, err := choose(dutyOrders, ask.Sort)
	if err != nil {
		return Page[Duty]{}, err
	}
	statuses := ask.Statuses
	unowned := slices.Equal(ask.Owners, []string{report.Unknown}) // few, with an index of their own
	byStatus := ask.any() || !s.all || len(ask.Rows)+len(ask.Responsibilities) > 0
	if inv.DB.Engine == store.SQLite { // which sorts all that an organisation has otherwise
		byStatus = true
	}
	if len(statuses) == 0 && o.name == "asset" && !unowned && byStatus {
		statuses = matrix.Worst
	}
	if len(statuses) > 0 {
		there, err := inv.there(ctx, who, ask.Where, ofDuties, [maxMeasureParts][]string{ask.Rows, ask.Owners, statuses}, 2)
		if err != nil {
			return Page[Duty]{}, err
		}
		statuses = slices.DeleteFunc(slices.Clone(statuses), func(s string) bool { return !there[s] })
		if len(statuses) == 0 {
			return Page[Duty]{Items: []Duty{}}, nil
		}
	}
	found, err := inv.search(ctx, s, ask.Text, fewOwners)
	if err != nil {
		return Page[Duty]{}, err
	}
	limit := ask.size()
	less := func(a, b *dutyRow) int {
		if o.name == "moving" {
			return cmp.Or(cmp.Compare(a.ChangesOn, b.ChangesOn), cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Responsibility, b.Responsibility))
		}
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Responsibility, b.Responsibility))
	}
	rows, err := merged(statuses, limit, less, func(statuses []string) ([]dutyRow, error) {
		return read(ctx, list{inv, "d", "asset", o, ask.Paging, s, ask.Where, o.name == "asset", func(q *bun.SelectQuery) *bun.SelectQuery {
			return ask.find(s, in(q, "d", "status", statuses))
		}}, found, less)
	})
	if err != nil {
		return Page[Duty]{}, err
	}
	var page Page[Duty]
	if len(rows) > limit {
		rows = rows[:limit]
		last := &rows[limit-1]
		page.Next = map[string]string{
			"asset": o.cursor(last.Asset, last.Responsibility), "moving": o.cursor(last.ChangesOn, last.Asset, last.Responsibility),
		}[o.name]
	}
	page.Items, err = inv.dutyViews(ctx, who.Org, rows)
	return page, err
}

// find narrows to the duties that are asked for, but for their status.
func (ask DutyQuery) find(s scope, q *bun.SelectQuery) *bun.SelectQuery {
	q = ask.narrow(s.narrow(q, "d"), "d").Where("d.gone IS NULL")
	q = in(q, "d", "owner", ask.Owners)
	q = in(q, "d", "party", ask.Parties)
	q = in(q, "d", "layer", ask.Rows)
	q = in(q, "d", "responsibility", ask.Responsibilities)
	if !ask.MovingBefore.IsZero() || ask.Sort == "moving" {
		q = q.Where("d.changes_on <> ''")
	}
	if !ask.MovingBefore.IsZero() {
		q = q.Where("d.changes_on < ?", ask.MovingBefore.Format(time.DateOnly))
	}
	return q
}

// dutyViews adds what a page of duties shows of other tables.
func (inv *Inventory) dutyViews(ctx context.Context, org int64, rows []dutyRow) ([]Duty, error) {
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].Asset
	}
	addresses, err := inv.addresses(ctx, org, ids)
	if err != nil {
		return nil, err
	}
	t, err := inv.titlesOf(ctx, org, nameResponsibility)
	if err != nil {
		return nil, err
	}
	out := make([]Duty, len(rows))
	for i := range rows {
		out[i] = rows[i].view(t)
		out[i].Address = addresses[rows[i].Asset]
	}
	return out, nil
}

func (d *dutyRow) view(t titles) Duty {
	out := Duty{
		Asset: d.Asset, Responsibility: d.Responsibility, Title: t.of(nameResponsibility, d.Responsibility), Row: d.Layer, Owner: d.Owner,
		Party: d.Party, Status: d.Status, Since: d.Since.Time, Known: d.Known, ChangesOn: d.ChangesOn, ChangesTo: d.ChangesTo, Source: d.Source,
		Group: d.GroupID, Kind: d.Kind, Provider: d.Provider, Service: d.Service, Model: d.Model, Account: d.Account, Region: d.Region,
		Environment: d.Environment,
	}
	if d.Owner != report.Provider {
		out.Team = d.Team
	}
	if d.Possible != "" {
		out.Possible = strings.Split(d.Possible, ",")
	}
	return out
}

// addresses of assets by id.
func (inv *Inventory) addresses(ctx context.Context, org int64, ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []assetRow
	err := inv.DB.NewSelect().Model(&rows).Column("id", "address").Where("org = ? AND id IN (?)", org, bun.List(ids)).Scan(ctx)
	for _, r := range rows {
		out[r.ID] = r.Address
	}
	return out, store.Translate(err)
}

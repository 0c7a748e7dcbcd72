package inventory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/tenant"
)

var assetOrders = []order{
	{name: "risk", columns: []string{"state", "severity", "id"}},
	{name: "address", columns: []string{"address", "id"}},
	{name: "newest", columns: []string{"first_seen", "id"}, desc: true},
}

// Assets lists assets.
func (inv *Inventory) Assets(ctx context.Context, who tenant.Who, ask AssetQuery) (Page[Asset], error) {
	s, err := reads(who, ask.Group)
	if err != nil {
		return Page[Asset]{}, err
	}
	o, err := choose(assetOrders, ask.Sort)
	if err != nil {
		return Page[Asset]{}, err
	}
	found, err := inv.search(ctx, s, ask.Text, fewAssets)
	if err != nil {
		return Page[Asset]{}, err
	}
	limit := ask.size()
	rows, err := read(ctx, list{inv, "a", "id", o, ask.Paging, s, ask.Where, false, func(q *bun.SelectQuery) *bun.SelectQuery { return ask.find(s, q) }}, found,
		func(a, b *assetRow) int {
			switch o.name {
			case "address":
				return cmp.Or(strings.Compare(a.Address, b.Address), cmp.Compare(a.ID, b.ID))
			case "newest":
				return cmp.Or(b.FirstSeen.Compare(a.FirstSeen.Time), cmp.Compare(b.ID, a.ID))
			}
			return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.ID, b.ID))
		})
	if err != nil {
		return Page[Asset]{}, err
	}
	var page Page[Asset]
	if len(rows) > limit {
		rows = rows[:limit]
		last := &rows[limit-1]
		page.Next = map[string]string{
			"risk": o.cursor(last.State, last.Severity, last.ID), "address": o.cursor(last.Address, last.ID),
			"newest": o.cursor(last.FirstSeen.UnixMilli(), last.ID),
		}[o.name]
	}
	page.Items = make([]Asset, len(rows))
	for i := range rows {
		page.Items[i] = rows[i].view()
	}
	return page, nil
}

// find narrows to the assets that are asked for.
func (ask AssetQuery) find(s scope, q *bun.SelectQuery) *bun.SelectQuery {
	q = ask.narrow(s.narrow(q, "a"), "a")
	if ask.Gone {
		q = q.Where("a.gone IS NOT NULL")
	} else {
		q = q.Where("a.gone IS NULL")
	}
	q = in(q, "a", "exposed", ask.Exposed)
	q = in(q, "a", "state", ranks(ask.Statuses, statusRank))
	return in(q, "a", "severity", ranks(ask.Severities, askedSeverity))
}

// statusRank is that of assets; the empty status is of those without duties
// of the customer's.
func statusRank(name string) int {
	if i := slices.Index(matrix.Worst, name); i >= 0 {
		return i
	}
	if name == "" {
		return noStatus
	}
	return noStatus + 1
}

// askedSeverity is the rank that a filter asks for; the empty severity is that
// of assets without failing findings.
func askedSeverity(name string) int {
	if rank := severityRank(name); rank < noSeverity || name == "" {
		return rank
	}
	return noSeverity + 1
}

func (a *assetRow) view() Asset {
	return Asset{
		ID: a.ID, Source: a.Source, Group: a.GroupID, UID: a.UID, Address: a.Address, Name: a.Name, Kind: a.Kind, Provider: a.Provider,
		Service: a.Service, Model: a.Model, NativeType: a.NativeType, Account: a.Account, Region: a.Region, Environment: a.Environment,
		Team: a.Team, Path: a.Path, Exposed: a.Exposed, Status: statusName(a.State), Severity: severityName(a.Severity),
		Failing: a.Failing, Unverified: a.Unverified, Duties: a.Duties,
		FirstSeen: a.FirstSeen.Time, Changed: a.Changed.Time, Unseen: a.Unseen.Time, Silent: a.Silent.Time, Gone: a.Gone.Time,
	}
}

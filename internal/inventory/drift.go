package inventory

import (
	"context"
	"reflect"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Drift is how two sources that describe the same things differ, such as a
// plan and a state. Things are the same by their address. Each list is bounded
// by MaxDrift.
type Drift struct {
	OnlyFirst  []Asset  `json:"only_first"`
	OnlySecond []Asset  `json:"only_second"`
	Lines      []Change `json:"lines"` // duties whose owner or status differs, first as was and second as now
	Facts      []Unlike `json:"facts"`
}

// Unlike is a fact that differs between the two.
type Unlike struct {
	Address string      `json:"address"`
	First   int64       `json:"first"` // assets
	Second  int64       `json:"second"`
	Fact    string      `json:"fact"`
	Was     report.Fact `json:"was"`
	Now     report.Fact `json:"now"`
}

// MaxDrift bounds each list of a drift, and how many assets it compares.
const MaxDrift = 1000

// Drift compares two sources as their latest snapshots have them.
func (inv *Inventory) Drift(ctx context.Context, who tenant.Who, group, first, second int64) (*Drift, error) {
	s, err := reads(who, group)
	if err != nil {
		return nil, err
	}
	d := new(Drift)
	if d.OnlyFirst, err = inv.only(ctx, s, first, second); err != nil {
		return nil, err
	}
	if d.OnlySecond, err = inv.only(ctx, s, second, first); err != nil {
		return nil, err
	}
	if d.Lines, err = inv.lines(ctx, s, first, second); err != nil {
		return nil, err
	}
	d.Facts, err = inv.unlike(ctx, s, first, second)
	return d, err
}

// only lists the assets of one source that another has not.
func (inv *Inventory) only(ctx context.Context, s scope, one, other int64) ([]Asset, error) {
	var rows []assetRow
	q := s.narrow(inv.DB.NewSelect().Model(&rows), "a").Where("a.source = ? AND a.gone IS NULL", one).
		Where("NOT EXISTS (SELECT 1 FROM assets AS b WHERE b.org = a.org AND b.address = a.address AND b.source = ? AND b.gone IS NULL)", other).
		Order("a.address", "a.id").Limit(MaxDrift)
	if err := q.Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	out := make([]Asset, len(rows))
	for i := range rows {
		out[i] = rows[i].view()
	}
	return out, nil
}

// pairs begins a query over the assets that both have and that may be read in
// both.
func (inv *Inventory) pairs(s scope, first, second int64) *bun.SelectQuery {
	q := inv.DB.NewSelect().TableExpr("assets AS a").
		Join("JOIN assets AS b ON b.org = a.org AND b.address = a.address AND b.source = ? AND b.gone IS NULL", second).
		Where("a.source = ? AND a.gone IS NULL", first)
	return s.narrow(s.narrow(q, "a"), "b")
}

func (inv *Inventory) lines(ctx context.Context, s scope, first, second int64) ([]Change, error) {
	var rows []struct {
		Asset, GroupID                             int64
		Address, Responsibility, Layer             string
		Owner, Party, Status, Owner2, Party2, Now2 string
	}
	err := inv.pairs(s, first, second).Join("JOIN duties AS d ON d.asset = a.id").
		Join("JOIN duties AS e ON e.asset = b.id AND e.responsibility = d.responsibility").
		ColumnExpr("b.id AS asset, b.group_id, a.address, d.responsibility, d.layer").
		ColumnExpr("d.owner, d.party, d.status, e.owner AS owner2, e.party AS party2, e.status AS now2").
		Where("d.owner <> e.owner OR d.party <> e.party OR d.status <> e.status").
		OrderExpr("a.address, a.id, d.responsibility").Limit(MaxDrift).Scan(ctx, &rows)
	if err != nil {
		return nil, store.Translate(err)
	}
	t, err := inv.titlesOf(ctx, s.org, nameResponsibility)
	if err != nil {
		return nil, store.Translate(err)
	}
	out := make([]Change, len(rows))
	for i, r := range rows {
		kind := LineMoved
		if r.Owner == r.Owner2 && r.Party == r.Party2 {
			kind = StatusChanged
		}
		out[i] = Change{
			Source: second, Group: r.GroupID, Kind: kind, Asset: r.Asset, Address: r.Address, Subject: r.Responsibility,
			Title: t.of(nameResponsibility, r.Responsibility),
			Was:   State{There: true, Owner: r.Owner, Party: r.Party, Status: r.Status, Row: r.Layer},
			Now:   State{There: true, Owner: r.Owner2, Party: r.Party2, Status: r.Now2, Row: r.Layer},
		}
	}
	return out, nil
}

// unlike compares the facts of the assets that both have.
func (inv *Inventory) unlike(ctx context.Context, s scope, first, second int64) ([]Unlike, error) {
	var rows []struct {
		First, Second int64
		Address       string
	}
	err := inv.pairs(s, first, second).ColumnExpr("a.id AS first, b.id AS second, a.address").OrderExpr("a.address, a.id").Limit(MaxDrift).Scan(ctx, &rows)
	if err != nil {
		return nil, store.Translate(err)
	}
	var out []Unlike
	for _, r := range rows {
		was, err := inv.body(ctx, r.First)
		if err != nil {
			return nil, err
		}
		now, err := inv.body(ctx, r.Second)
		if err != nil {
			return nil, err
		}
		for _, f := range was.Facts {
			g, ok := now.Facts.Get(f.Name)
			if ok && !sameFact(f.Fact, g) && len(out) < MaxDrift {
				out = append(out, Unlike{r.Address, r.First, r.Second, f.Name, f.Fact, g})
			}
		}
	}
	return out, nil
}

// sameFact compares values alone; two that are not known may well be the same.
func sameFact(a, b report.Fact) bool {
	if a.Unknown != "" || b.Unknown != "" {
		return a.Unknown != "" && b.Unknown != ""
	}
	return reflect.DeepEqual(a.Value, b.Value)
}

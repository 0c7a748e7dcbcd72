package inventory

import (
	"context"
	"time"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Totals of what there is.
type Totals struct {
	Assets   int            `json:"assets"`
	Duties   int            `json:"duties"`
	Owners   map[string]int `json:"owners"`   // duties by provider, customer, unknown
	Statuses map[string]int `json:"statuses"` // duties
	Results  map[string]int `json:"results"`  // findings
	Open     map[string]int `json:"open"`     // failing findings by severity
}

// Point is the totals at the end of a day, and what happened on it.
type Point struct {
	Day       string         `json:"day"` // 2026-11-28
	Totals    Totals         `json:"totals"`
	New       map[string]int `json:"new"` // findings by severity
	Resolved  map[string]int `json:"resolved"`
	Regressed map[string]int `json:"regressed"`
}

// MaxTrend bounds the days of a trend.
const MaxTrend = 3 * 366

// Totals counts what there is in a group, and of some sources where any are
// named.
func (inv *Inventory) Totals(ctx context.Context, who tenant.Who, group int64, sources []int64) (Totals, error) {
	s, err := reads(who, group)
	if err != nil {
		return Totals{}, err
	}
	sum, err := inv.sum(ctx, s, sources)
	return sum.totals(), err
}

func (inv *Inventory) sum(ctx context.Context, s scope, sources []int64) (counts, error) {
	var rows []totalRow
	q := in(s.narrow(inv.DB.NewSelect().Model(&rows), "t"), "t", "source", sources)
	if err := q.Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	sum := counts{}
	for i := range rows {
		sum.add(rows[i].Counts)
	}
	return sum, nil
}

// totals sorts measures into what they are of.
func (c counts) totals() Totals {
	t := Totals{Owners: map[string]int{}, Statuses: map[string]int{}, Results: map[string]int{}, Open: map[string]int{}}
	for k, n := range c {
		if n == 0 {
			continue
		}
		switch parts := cut(k); parts[0] {
		case measureAssets:
			t.Assets += n
		case measureDuty:
			t.Duties += n
			t.Owners[parts[1]] += n
			t.Statuses[parts[2]] += n
		case measureFinding:
			t.Results[parts[1]] += n
		case measureOpen:
			t.Open[parts[1]] += n
		}
	}
	return t
}

// flows of one kind by severity.
func (c counts) flows(what string) map[string]int {
	out := map[string]int{}
	for k, n := range c {
		if parts := cut(k); parts[0] == what && n != 0 {
			out[parts[1]] += n
		}
	}
	return out
}

// Trend returns one point for each of the last days, today last. It goes back
// from what there is now by what changed on each day.
func (inv *Inventory) Trend(ctx context.Context, who tenant.Who, group int64, sources []int64, days int) ([]Point, error) {
	s, err := reads(who, group)
	if err != nil {
		return nil, err
	}
	days = min(max(days, 1), MaxTrend)
	sum, err := inv.sum(ctx, s, sources)
	if err != nil {
		return nil, err
	}
	today := day(inv.Now())
	var rows []pointRow
	q := in(s.narrow(inv.DB.NewSelect().Model(&rows), "p"), "p", "source", sources).
		Where("p.day > ?", today-int64(days))
	if err := q.Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	byDay := map[int64]counts{}
	for i := range rows {
		at := min(rows[i].Day, today) // an assessment's clock may be a little ahead
		if byDay[at] == nil {
			byDay[at] = counts{}
		}
		byDay[at].add(rows[i].Counts)
	}
	out := make([]Point, days)
	for i := days - 1; i >= 0; i-- {
		at := today - int64(days-1-i)
		out[i] = Point{
			Day: time.Unix(at*24*60*60, 0).UTC().Format(time.DateOnly), Totals: sum.totals(),
			New: byDay[at].flows(flowNew), Resolved: byDay[at].flows(flowResolved), Regressed: byDay[at].flows(flowRegressed),
		}
		for k, n := range byDay[at] {
			sum[k] -= n
		}
	}
	return out, nil
}

package inventory

import (
	"context"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Weak is a weakest link with where it stands in the ledger.
type Weak struct {
	report.WeakestLink
	ID     int64 `json:"asset_id"`
	Source int64 `json:"source"`
	Group  int64 `json:"group"`
}

// MaxWeakest bounds the weakest links that are asked for.
const MaxWeakest = 200

// Weakest returns the weakest links over the estate, worst first: those of each
// source whose duty still fails.
//
// It goes down the links by their score and looks at the duty of each by its
// key. As one join it is at the mercy of what the database believes of tables
// that just filled: PostgreSQL then read all failing duties for each link.
func (inv *Inventory) Weakest(ctx context.Context, who tenant.Who, group int64, most int) ([]Weak, error) {
	s, err := reads(who, group)
	if err != nil {
		return nil, err
	}
	most = min(max(most, 1), MaxWeakest)
	var out []Weak
	var after *weakestRow
	for window := 2 * most; len(out) < most; window = min(2*window, 5000) {
		rows, err := inv.links(ctx, s.org, after, window)
		if err != nil {
			return nil, store.Translate(err)
		}
		failing, err := inv.failing(ctx, s, rows)
		if err != nil {
			return nil, store.Translate(err)
		}
		for _, r := range rows {
			d, ok := failing[dutyKey{r.Asset, r.Responsibility}]
			if !ok || len(out) == most {
				continue
			}
			w := Weak{ID: d.Asset, Source: d.Source, Group: d.GroupID}
			if err := json.Unmarshal([]byte(r.Link), &w.WeakestLink); err != nil {
				return nil, err
			}
			w.Rank = len(out) + 1
			out = append(out, w)
		}
		if len(rows) < window {
			break
		}
		after = &rows[len(rows)-1]
	}
	return out, nil
}

// links are the next links of an organisation, worst first.
func (inv *Inventory) links(ctx context.Context, org int64, after *weakestRow, most int) ([]weakestRow, error) {
	var rows []weakestRow
	q := inv.DB.NewSelect().Model(&rows).Where("org = ?", org).OrderExpr("score DESC, source, ordinal").Limit(int64(most))
	if after != nil {
		q = q.Where("score <= ?", after.Score).
			Where("score < ? OR source > ? OR (source = ? AND ordinal > ?)", after.Score, after.Source, after.Source, after.Ordinal)
	}
	return rows, q.Scan(ctx)
}

type dutyKey struct {
	asset          int64
	responsibility string
}

// failing are the duties of links that still fail, of those in the scope.
func (inv *Inventory) failing(ctx context.Context, s scope, links []weakestRow) (map[dutyKey]dutyRow, error) {
	if len(links) == 0 {
		return nil, nil
	}
	assets, responsibilities := map[int64]bool{}, map[string]bool{}
	for _, l := range links {
		assets[l.Asset], responsibilities[l.Responsibility] = true, true
	}
	var rows []dutyRow
	err := inv.DB.NewSelect().Model(&rows).Column("asset", "responsibility", "org", "source", "group_id", "status", "gone").
		Where("asset IN (?)", bun.List(slices.Collect(maps.Keys(assets)))).Where("responsibility IN (?)", bun.List(slices.Collect(maps.Keys(responsibilities)))).Scan(ctx)
	if err != nil {
		return nil, err
	}
	out := map[dutyKey]dutyRow{}
	for _, d := range rows {
		if d.Org == s.org && s.has(d.GroupID) && d.Status == report.Failing && d.Gone.IsZero() {
			out[dutyKey{d.Asset, d.Responsibility}] = d
		}
	}
	return out, nil
}

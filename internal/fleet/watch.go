package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Coverage is what an agent says of how completely it watched.
type Coverage struct {
	ID       int64
	Group    int64
	Agent    int64
	At       time.Time
	Complete bool
	Body     json.RawMessage
}

type coverageRow struct {
	bun.BaseModel `bun:"table:integrity_coverage"`

	ID       int64 `bun:",pk,autoincrement"`
	Org      int64
	GroupID  int64
	Agent    int64
	At       store.Time
	Complete int64
	Body     string
}

func (r *coverageRow) cell() cell {
	return cell{r.Org, ofCoverage, r.GroupID, [dims]string{yes(r.Complete)}}
}

func (in *intake) cover(a *agentRow, p *parcel, e *wire.Event) error {
	var c struct {
		Complete *bool `json:"complete"`
	}
	if err := json.Unmarshal(e.Body, &c); err != nil || c.Complete == nil {
		return errors.New("it does not say whether it was complete")
	}
	body, err := bodyText(e.Body)
	if err != nil {
		return err
	}
	r := coverageRow{Org: a.Org, GroupID: a.GroupID, Agent: a.ID, At: store.At(p.at(e)), Complete: flag(*c.Complete), Body: body}
	in.coverage = append(in.coverage, r)
	in.counts.add(r.cell(), 1)
	return nil
}

// CoverageQuery narrows a list of statements of coverage.
type CoverageQuery struct {
	Group    int64
	Agent    int64
	Complete []string // yes, no
	Cursor   string
	Limit    int
}

// Coverage lists statements of coverage, the latest first.
func (f *Fleet) Coverage(ctx context.Context, who tenant.Who, q CoverageQuery) (list []Coverage, next string, err error) {
	var rows []coverageRow
	sel := store.InReach(ofOrg(f.DB.NewSelect().Model(&rows), who.Org, q.Agent), "group_id", who.Reach(tenant.Read).Within(who.Tree, q.Group))
	if len(q.Complete) == 1 {
		sel = sel.Where("complete = ?", flag(q.Complete[0] == "yes"))
	}
	next, err = store.Newest(ctx, sel, &rows, "id", q.Cursor, q.Limit, func(r *coverageRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for _, r := range rows {
		list = append(list, Coverage{r.ID, r.GroupID, r.Agent, r.At.Time, r.Complete == 1, json.RawMessage(r.Body)})
	}
	return list, next, nil
}

// Forget takes out what is older than is kept, a part at a time, and counts
// that nothing is in.
func (f *Fleet) Forget(ctx context.Context) error {
	if err := f.sweepCells(ctx); err != nil || f.Keep <= 0 {
		return err
	}
	before := store.At(f.Now().Add(-f.Keep))
	return errors.Join(
		forgetRows(ctx, f, before, func(r *changeRow) (int64, cell) { return r.ID, r.cell() }),
		forgetRows(ctx, f, before, func(r *coverageRow) (int64, cell) { return r.ID, r.cell() }),
		forgetRows(ctx, f, before, func(r *detectionRow) (int64, cell) { return r.ID, r.cell() }),
		f.forgetMoments(ctx, before),
		f.forgetNotes(ctx, before),
	)
}

// forgetAtOnce is how many rows go in one transaction.
const forgetAtOnce = 2000

func forgetRows[R any](ctx context.Context, f *Fleet, before store.Time, of func(*R) (int64, cell)) error {
	for ctx.Err() == nil {
		var rows []R
		err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			rows = nil
			if err := tx.NewSelect().Model(&rows).ExcludeColumn("body").Where("at < ?", before).Order("at").Limit(forgetAtOnce).Scan(ctx); err != nil || len(rows) == 0 {
				return err
			}
			var counts tally
			list := make([]int64, len(rows))
			for i := range rows {
				id, c := of(&rows[i])
				list[i] = id
				counts.add(c, -1)
			}
			if _, err := tx.NewDelete().Model((*R)(nil)).Where("id IN (?)", bun.List(list)).Exec(ctx); err != nil {
				return err
			}
			return counts.write(ctx, tx)
		})
		if err != nil || len(rows) < forgetAtOnce {
			return err
		}
	}
	return ctx.Err()
}

// forgetMoments takes out old lines of timelines.
func (f *Fleet) forgetMoments(ctx context.Context, before store.Time) error {
	_, err := f.DB.NewDelete().Model((*momentRow)(nil)).Where("at < ?", before).Exec(ctx)
	return store.Translate(err)
}

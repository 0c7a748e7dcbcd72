package sources

import (
	"context"
	"fmt"
	"time"

	"github.com/netresearch/go-cron"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// soonest is how often a source may be assessed by schedule.
const soonest = 5 * time.Minute

// Next returns when a schedule is due after a moment: five fields of cron in
// UTC, or @hourly, @daily, @weekly, @monthly.
func Next(schedule string, after time.Time) (time.Time, error) {
	s, err := cron.ParseStandard(schedule)
	if err != nil || len(schedule) > 200 {
		return time.Time{}, fmt.Errorf("%w: the schedule %.50q cannot be read; write five fields such as 30 4 * * *, or @daily", ErrInvalid, schedule)
	}
	first := s.Next(after.UTC())
	if first.IsZero() {
		return time.Time{}, fmt.Errorf("%w: the schedule %s is never due", ErrInvalid, schedule)
	}
	if second := s.Next(first); !second.IsZero() && second.Sub(first) < soonest {
		return time.Time{}, fmt.Errorf("%w: a source is assessed every %s at most", ErrInvalid, soonest)
	}
	return first, nil
}

// Due claims the sources whose schedule is due: each is given to one caller,
// whichever replica asks, and its next time is set. start runs in the
// transaction that claims it.
func (s *Sources) Due(ctx context.Context, start func(ctx context.Context, tx bun.Tx, src Source) error) error {
	now := s.Now()
	var due []row
	if err := s.DB.NewSelect().Model(&due).Where("next_run <= ?", store.At(now)).Order("next_run").Limit(200).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	for i := range due {
		r := &due[i]
		src, err := r.noun()
		if err != nil {
			return err
		}
		// A schedule missed while nothing ran is made up for once, not once for
		// each time it was missed.
		next, err := Next(r.Schedule, now)
		if err != nil {
			return err
		}
		err = s.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			res, err := tx.NewUpdate().Model(r).Set("next_run = ?", store.At(next)).Where("id = ? AND next_run = ?", r.ID, r.NextRun).Exec(ctx)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return err // another replica has it
			}
			return start(ctx, tx, src)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

package jobs

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// lost is after how long a job is put on the queue again that is not on it, or
// whose worker has not been heard of: longer than a message's lease, so that
// the queue itself has had its chance. untaken is the same for one that the
// queue did not take when it was asked for: it is not there, unless its answer
// was lost, and then the queue knows the message by its id.
const (
	lost    = 3 * time.Minute
	untaken = 20 * time.Second
)

// Tend starts what is due by schedule and puts jobs back on the queue that
// should be there and are not. Every replica calls it now and then.
func (j *Jobs) Tend(ctx context.Context) error {
	var added []*row
	err := j.Sources.Due(ctx, func(ctx context.Context, tx bun.Tx, src sources.Source) error {
		open, err := tx.NewSelect().Model((*row)(nil)).Where("source = ? AND finished IS NULL", src.ID).Exists(ctx)
		if err != nil || open { // still at the last one: this one is left out
			return err
		}
		r, err := j.insert(ctx, tx, tenant.BySystem(src.Org), src, 0, Schedule, Meta{})
		added = append(added, r)
		return err
	})
	for _, r := range added {
		j.publish(ctx, r)
	}
	if err != nil {
		return err
	}
	return j.rescue(ctx)
}

// AddUnlessOpen asks for an assessment of a source that the control plane reads
// itself, unless one of it waits or runs.
func (j *Jobs) AddUnlessOpen(ctx context.Context, who tenant.Who, source int64, reason string) (bool, error) {
	open, err := j.DB.NewSelect().Model((*row)(nil)).Where("source = ? AND org = ? AND finished IS NULL", source, who.Org).Exists(ctx)
	if err != nil || open {
		return false, store.Translate(err)
	}
	_, err = j.Add(ctx, who, source, 0, reason, Meta{})
	return err == nil, err
}

// rescue publishes jobs that wait and were never published, or whose message
// must have been lost with the queue's disk.
func (j *Jobs) rescue(ctx context.Context) error {
	now := j.Now()
	before, soon, never := store.At(now.Add(-lost)), store.At(now.Add(-untaken)), store.At(now.Add(soonest))
	var rows []row
	err := j.DB.NewSelect().Model(&rows).
		Where("finished IS NULL AND (due <= ? OR due > ?)", soon, never).
		Where("(published IS NULL OR (published <= ? AND (due <= ? OR due > ?)) OR published > ?)", before, before, never, never).
		Where("(state = ? OR beat IS NULL OR beat <= ? OR beat > ?)", Queued, before, never).
		Order("due").Limit(500).Scan(ctx)
	if err != nil {
		return store.Translate(err)
	}
	for i := range rows {
		j.publish(ctx, &rows[i])
	}
	return nil
}

// Run tends jobs until ctx ends.
func (j *Jobs) Run(ctx context.Context) error {
	tick := time.NewTicker(15 * time.Second)
	defer tick.Stop()
	for {
		if err := j.Tend(ctx); err != nil && ctx.Err() == nil {
			j.Log.ErrorContext(ctx, "tending jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

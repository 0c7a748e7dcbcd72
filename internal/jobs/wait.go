package jobs

import (
	"context"
	"time"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// Wait returns a job that the actor may read once it has ended.
func (j *Jobs) Wait(ctx context.Context, who tenant.Who, id int64) (Job, error) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		job, err := j.Get(ctx, who, id)
		if err != nil || !job.Finished.IsZero() {
			return job, err
		}
		select {
		case <-ctx.Done():
			return job, ctx.Err()
		case <-tick.C:
		}
	}
}

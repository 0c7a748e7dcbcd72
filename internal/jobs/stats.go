package jobs

import (
	"context"
	"time"

	"github.com/demarc-sec/demarc/internal/store"
)

// Stats is how much work there is, over all organisations.
type Stats struct {
	Queued  int64
	Running int64
	Dead    int64
	Oldest  time.Duration // for how long the oldest that could run has waited
}

// Stats counts, for whoever runs the program.
func (j *Jobs) Stats(ctx context.Context) (Stats, error) {
	var open []struct {
		State string
		N     int64
		Due   int64
	}
	err := j.DB.NewSelect().Model((*row)(nil)).ColumnExpr("state, COUNT(*) AS n, MIN(due) AS due").Where("finished IS NULL").Group("state").Scan(ctx, &open)
	if err != nil {
		return Stats{}, store.Translate(err)
	}
	var s Stats
	for _, o := range open {
		if State(o.State) == Running {
			s.Running = o.N
			continue
		}
		s.Queued = o.N
		s.Oldest = max(0, j.Now().Sub(time.UnixMilli(o.Due)))
	}
	s.Dead, err = j.DB.NewSelect().Model((*row)(nil)).Where("state = ?", Dead).Count(ctx)
	return s, store.Translate(err)
}

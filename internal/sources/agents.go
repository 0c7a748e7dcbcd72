package sources

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// errAgents says that a source is not people's to change.
var errAgents = fmt.Errorf("%w: the source is of servers with an agent; move or retire those instead", ErrInvalid)

// AddAgents makes the source of what a group's servers report, in the
// transaction of the first of them.
func (s *Sources) AddAgents(ctx context.Context, tx bun.Tx, org, group int64, name string) (int64, error) {
	r := &row{Org: org, GroupID: group, Kind: string(Agents), Name: name, Config: "{}", Created: store.At(s.Now())}
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return 0, err
	}
	return r.ID, audit.Record(ctx, tx, tenant.BySystem(org), "source.added", audit.On("source", r.ID), audit.Detail{"name": name, "kind": Agents})
}

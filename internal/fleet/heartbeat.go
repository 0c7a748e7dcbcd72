package fleet

import (
	"context"
	"fmt"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Heartbeat is one of an agent, and when it came.
type Heartbeat struct {
	wire.Heartbeat
	Came time.Time
}

// Heartbeat returns the last one of an agent that somebody may read, nil where
// there is none.
func (f *Fleet) Heartbeat(ctx context.Context, who tenant.Who, agent int64) (*Heartbeat, error) {
	r, err := f.row(ctx, who, agent, tenant.Read)
	if err != nil {
		return nil, err
	}
	if f.Stream == nil {
		return nil, nil //nolint:nilnil // documented
	}
	kept, err := f.Stream.last(ctx, r.UID)
	if err != nil || kept == nil {
		return nil, err
	}
	hb, err := readBeat(kept.body)
	if err != nil {
		return nil, fmt.Errorf("the last heartbeat of %s: %w", r.UID, err)
	}
	return &Heartbeat{*hb, kept.seen.UTC()}, nil
}

// GroupStates counts the agents of each group by state, from the counts that
// are kept, as the query narrows them.
func (f *Fleet) GroupStates(ctx context.Context, who tenant.Who, q Query) (map[int64]map[State]int64, error) {
	reach := who.Reach(tenant.Read).Within(who.Tree, q.Group)
	var rows []cellRow
	sel := store.InReach(f.DB.NewSelect().Model(&rows).Where("org = ? AND what = ? AND n > 0", who.Org, ofAgents), "group_id", reach)
	for i, values := range q.asked() {
		sel = in(sel, string(rune('a'+i)), values)
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	out := map[int64]map[State]int64{}
	for _, r := range rows {
		if out[r.GroupID] == nil {
			out[r.GroupID] = map[State]int64{}
		}
		out[r.GroupID][State(r.A)] += r.N
	}
	return out, nil
}

// File is the name of its server's document in the source it is assessed with.
func (a *Agent) File() string { return fileName(a.UID) }

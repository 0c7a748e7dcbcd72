package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// How often states are looked at, and for how long a replica is the one that
// does it.
const (
	sweepEvery = 2 * time.Second
	sweepLease = 20 * time.Second
	sweepBatch = 500
)

type leaseRow struct {
	bun.BaseModel `bun:"table:fleet_leases,alias:l"`

	Name     string `bun:",pk"`
	Holder   string
	Until    store.Time
	Stream   int64
	Position int64
}

// lease takes or keeps work that one replica at a time does.
func (f *Fleet) lease(ctx context.Context, db bun.IDB, name string, life time.Duration) (bool, error) {
	now := f.Now()
	r := &leaseRow{Name: name, Holder: f.Replica, Until: store.At(now.Add(life))}
	res, err := db.NewInsert().Model(r).On("CONFLICT (name) DO UPDATE").Set("holder = EXCLUDED.holder, until = EXCLUDED.until").
		Where("l.holder = EXCLUDED.holder OR l.until < ? OR l.until > ?", store.At(now), store.At(now.Add(10*life))).Exec(ctx)
	if err != nil {
		return false, store.Translate(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// step is one agent that is to come into another state.
type step struct {
	n   *identity
	to  State
	why string
}

// Sweep brings agents into the states that their last heartbeats give them.
// listening is since when this replica has heard all heartbeats: nobody is late
// because nobody listened.
func (f *Fleet) Sweep(ctx context.Context, listening time.Time) error {
	now := f.Now()
	var steps []step
	for _, n := range f.known.snapshot() {
		st, err := f.due(ctx, n, now, listening)
		if err != nil {
			return err
		}
		if st.to != "" {
			steps = append(steps, st)
		}
	}
	// Agents of one source of the ledger go together, and two sweeps in one order.
	slices.SortFunc(steps, func(a, b step) int {
		if a.n.source != b.n.source {
			return int(min(1, max(-1, a.n.source-b.n.source)))
		}
		return int(min(1, max(-1, a.n.id-b.n.id)))
	})
	for part := range slices.Chunk(steps, sweepBatch) {
		if err := f.take(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// due is the state an agent should be in, where it is another one.
func (f *Fleet) due(ctx context.Context, n *identity, now, listening time.Time) (step, error) {
	if n.state != Active && n.state != Late && n.state != Missing {
		return step{}, nil
	}
	s, err := f.settingsOf(ctx, n.org, n.group)
	if err != nil {
		return step{}, err
	}
	heard := time.UnixMilli(n.shared.seen.Load())
	silent := now.Sub(latest(heard, n.enrolled, listening))
	missing := now.Sub(n.since)
	st := step{n: n}
	switch {
	case n.state == Missing && n.ephemeral && s.RetireEphemeral > 0 && silent >= 3*s.Interval && missing >= s.RetireEphemeral:
		st.to, st.why = Retired, fmt.Sprintf("it was to live for a while only, and is missing for %s", missing.Round(time.Second))
	case n.state == Missing && !n.ephemeral && s.Retire > 0 && silent >= 3*s.Interval && missing >= s.Retire:
		st.to, st.why = Retired, fmt.Sprintf("it is missing for %s", missing.Round(time.Second))
	case silent >= 3*s.Interval:
		st.to, st.why = Missing, "three heartbeats did not come"
	case silent >= s.Interval*3/2:
		if n.state != Missing {
			st.to, st.why = Late, "a heartbeat did not come"
		}
	case n.state == Active || !n.anchor && heard.After(now.Add(-s.Interval*3/2)):
		st.to = Active
	}
	if st.to == n.state {
		st.to = ""
	}
	return st, nil
}

func latest(all ...time.Time) (out time.Time) {
	for _, t := range all {
		if t.After(out) {
			out = t
		}
	}
	return out
}

// take brings some agents into their states, in one transaction. Who is in
// another state than this replica knew stays as they are.
func (f *Fleet) take(ctx context.Context, steps []step) error {
	wanted := make(map[int64]step, len(steps))
	list := make([]int64, len(steps))
	for i, st := range steps {
		wanted[st.n.id], list[i] = st, st.n.id
	}
	slices.Sort(list)
	var changed []agentRow
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		changed = nil
		var rows []agentRow
		q := tx.NewSelect().Model(&rows).Where("id IN (?)", bun.List(list)).Order("id")
		if f.DB.Engine == store.PostgreSQL {
			q = q.For("UPDATE")
		}
		if err := q.Scan(ctx); err != nil {
			return err
		}
		for i := range rows {
			if rows[i].State == wanted[rows[i].ID].n.state {
				changed = append(changed, rows[i])
			}
		}
		return f.takeRows(ctx, tx, changed, wanted)
	})
	if err != nil {
		return err
	}
	for i := range changed {
		f.known.put(&changed[i])
	}
	return nil
}

func (f *Fleet) takeRows(ctx context.Context, tx bun.Tx, rows []agentRow, wanted map[int64]step) error {
	now := store.At(f.Now())
	changed := now
	for i := range rows {
		changed = store.Time{Time: latest(changed.Time, f.after(rows[i].Changed).Time)}
	}
	var counts tally
	var moments []momentRow
	var flipped []*agentRow
	same := map[step][]int64{} // ids by what is written
	for i := range rows {
		r, st := &rows[i], wanted[rows[i].ID]
		was := r.State
		counts.add(r.cell(), -1)
		r.State, r.Why, r.Since, r.Changed = st.to, st.why, now, changed
		counts.add(r.cell(), 1)
		moments = append(moments, r.moment(now.Time, string(st.to), "%s", st.why))
		same[step{to: st.to, why: st.why}] = append(same[step{to: st.to, why: st.why}], r.ID)
		if (was == Active) != (st.to == Active) {
			flipped = append(flipped, r)
		}
		if err := f.tellStep(ctx, tx, r, was); err != nil {
			return err
		}
		if st.to == Retired {
			if err := f.leave(ctx, tx, r); err != nil {
				return err
			}
		}
	}
	for st, list := range same {
		_, err := tx.NewUpdate().Model((*agentRow)(nil)).Set("state = ?, why = ?, since = ?, changed = ?", st.to, st.why, now, changed).
			Where("id IN (?)", bun.List(list)).Exec(ctx)
		if err != nil {
			return err
		}
	}
	if err := counts.write(ctx, tx); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, moments, ""); err != nil {
		return err
	}
	return f.silence(ctx, tx, flipped)
}

// tellStep raises an alert for an agent that is missing, once, and ends it
// when it is back.
func (f *Fleet) tellStep(ctx context.Context, tx bun.Tx, r *agentRow, was State) error {
	h := Happened{Org: r.Org, Group: r.GroupID, Agent: r.ID, Hostname: r.Hostname}
	switch {
	case r.State == Missing && r.Ephemeral == 0:
		h.Kind, h.Severity, h.Text = string(Missing), "high", "Three heartbeats did not come. Nothing on it is verified until it is back."
		h.Do = "See whether the server runs and reaches the control plane. Retire the agent if the server is gone for good."
	case was == Missing && r.Ephemeral == 0 && (r.State == Active || r.State == Retired):
		h.Kind, h.Text = Returned, "It reports again."
		if r.State == Retired {
			h.Text = "It is retired: " + r.Why
		}
	default:
		return nil
	}
	return f.tell(ctx, tx, h)
}

// Run keeps states up to date and takes events in, until ctx ends.
func (f *Fleet) Run(ctx context.Context) error {
	if err := f.Refresh(ctx); err != nil {
		return fmt.Errorf("reading the agents: %w", err)
	}
	heard := make(chan time.Time, 1)
	done := make(chan error, 3)
	ended := func() error { return errors.Join(<-done, <-done) }
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		done <- f.Stream.follow(ctx, f.saw, func() { heard <- f.Now() })
	}()
	go func() { done <- f.takeIn(ctx) }()
	go func() { done <- f.evaluating(ctx) }()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	var listening time.Time
	for rounds := 0; ; rounds++ {
		select {
		case <-ctx.Done():
			stop()
			return errors.Join(<-done, ended())
		case err := <-done:
			stop()
			return errors.Join(err, ended())
		case listening = <-heard:
			continue
		case <-tick.C:
		}
		if err := f.round(ctx, rounds, listening); err != nil && ctx.Err() == nil {
			f.Log.ErrorContext(ctx, "tending agents", "error", err)
		}
	}
}

// round is what is done every few seconds.
func (f *Fleet) round(ctx context.Context, rounds int, listening time.Time) error {
	if rounds%150 == 149 {
		f.known.reread()
	}
	if err := f.Refresh(ctx); err != nil || listening.IsZero() {
		return err
	}
	mine, err := f.lease(ctx, f.DB, "sweep", sweepLease)
	if err != nil || !mine {
		return err
	}
	err = errors.Join(f.Sweep(ctx, listening), f.assessDue(ctx), f.bind(ctx))
	if rounds%5 == 0 {
		err = errors.Join(err, f.Compare(ctx))
	}
	if rounds%30 == 0 {
		err = errors.Join(err, f.expireCommands(ctx), f.Forget(ctx), f.retireAuthorities(ctx))
	}
	return err
}

package fleet

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// CommandState is how far a command is.
type CommandState string

// The states. Those from CommandDone on are final.
const (
	CommandAsked     CommandState = "asked"     // a second person has to approve it
	CommandWaiting   CommandState = "waiting"   // for the agent's next heartbeat
	CommandDelivered CommandState = "delivered" // and no result yet
	CommandDone      CommandState = "done"
	CommandRefused   CommandState = "refused" // by the agent
	CommandFailed    CommandState = "failed"
	CommandExpired   CommandState = "expired"
	CommandWithdrawn CommandState = "withdrawn" // by a person
)

// How long a command holds, and after what time without a result it is said
// again.
const (
	commandLife  = 24 * time.Hour
	commandAgain = 5 * time.Minute
	maxCommands  = 20 // with one heartbeat
)

// Command is something an agent was asked to do.
type Command struct {
	ID        int64
	Group     int64
	Agent     int64
	Kind      wire.CommandKind
	Args      json.RawMessage
	State     CommandState
	Why       string
	By        string
	Approver  string
	Created   time.Time
	Expires   time.Time
	Delivered time.Time
	Finished  time.Time
}

type commandRow struct {
	bun.BaseModel `bun:"table:agent_commands"`

	ID        int64 `bun:",pk,autoincrement"`
	Org       int64
	GroupID   int64
	Agent     int64
	UID       string
	Kind      wire.CommandKind
	Args      string
	State     CommandState
	Why       string
	ByKind    string
	ByID      int64
	ByName    string
	Approver  string
	Created   store.Time
	Expires   store.Time
	Delivered store.Time
	Finished  store.Time
}

func (r *commandRow) noun() Command {
	return Command{
		ID: r.ID, Group: r.GroupID, Agent: r.Agent, Kind: r.Kind, Args: json.RawMessage(r.Args), State: r.State, Why: r.Why, By: r.ByName, Approver: r.Approver,
		Created: r.Created.Time, Expires: r.Expires.Time, Delivered: r.Delivered.Time, Finished: r.Finished.Time,
	}
}

// waiting are the agents that something waits for, as this replica knows.
type waiting struct {
	mu  sync.RWMutex
	all map[int64]bool
}

func (w *waiting) has(agent int64) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.all[agent]
}

func (w *waiting) set(all map[int64]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = all
}

func (w *waiting) add(agent int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[int64]bool{}
	}
	w.all[agent] = true
}

// refreshCommands learns which agents something waits for.
func (f *Fleet) refreshCommands(ctx context.Context) error {
	var agents []int64
	err := f.DB.NewSelect().Model((*commandRow)(nil)).ColumnExpr("DISTINCT agent").
		Where("finished IS NULL AND state IN (?, ?)", CommandWaiting, CommandDelivered).Scan(ctx, &agents)
	if err != nil {
		return store.Translate(err)
	}
	all := make(map[int64]bool, len(agents))
	for _, a := range agents {
		all[a] = true
	}
	f.asked.set(all)
	return nil
}

// Command asks an agent for a scan or an integrity scan.
func (f *Fleet) Command(ctx context.Context, who tenant.Who, agent int64, kind wire.CommandKind) (Command, error) {
	if kind != wire.CommandScan && kind != wire.CommandIntegrity {
		return Command{}, invalid("an agent is asked for %q or %q", wire.CommandScan, wire.CommandIntegrity)
	}
	r, err := f.responds(ctx, who, agent)
	if err != nil {
		return Command{}, err
	}
	var c *commandRow
	err = f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		c, err = f.command(ctx, tx, who.Actor, r, kind, nil, CommandWaiting)
		return err
	})
	if err != nil {
		return Command{}, err
	}
	f.asked.add(agent)
	return c.noun(), nil
}

// command writes a command down.
func (f *Fleet) command(ctx context.Context, tx bun.Tx, by tenant.Actor, a *agentRow, kind wire.CommandKind, args json.RawMessage, state CommandState) (*commandRow, error) {
	open, err := tx.NewSelect().Model((*commandRow)(nil)).Where("agent = ? AND finished IS NULL", a.ID).Count(ctx)
	if err != nil {
		return nil, err
	}
	if open >= maxCommands {
		return nil, invalid("%d commands wait for this agent already", open)
	}
	now := f.Now()
	c := &commandRow{
		Org: a.Org, GroupID: a.GroupID, Agent: a.ID, UID: rand.Text(), Kind: kind, Args: string(args), State: state,
		ByKind: string(by.Kind), ByID: by.ID, ByName: by.Name, Created: store.At(now), Expires: store.At(now.Add(commandLife)),
	}
	if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
		return nil, err
	}
	return c, audit.Record(ctx, tx, by, "agent-command."+string(state), audit.On("agent", a.ID), audit.Detail{"command": c.ID, "kind": kind, "hostname": a.Hostname})
}

// responds returns an agent that somebody may have do something.
func (f *Fleet) responds(ctx context.Context, who tenant.Who, agent int64) (*agentRow, error) {
	r, err := f.row(ctx, who, agent, tenant.Respond)
	if err != nil {
		return nil, err
	}
	if r.State != Active && r.State != Late && r.State != Missing {
		return nil, invalid("the agent is %s and does nothing that it is asked", r.State)
	}
	return r, nil
}

// deliver signs what waits for an agent.
func (f *Fleet) deliver(ctx context.Context, n *identity) ([]wire.Command, error) {
	now := f.Now()
	var rows []commandRow
	err := f.DB.NewSelect().Model(&rows).Where("agent = ? AND finished IS NULL AND expires > ?", n.id, store.At(now)).
		Where("(state = ? OR state = ? AND delivered < ?)", CommandWaiting, CommandDelivered, store.At(now.Add(-commandAgain))).
		Order("id").Limit(maxCommands).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, store.Translate(err)
	}
	t, err := f.trusts(ctx, n.org)
	if err != nil {
		return nil, err
	}
	var out []wire.Command
	var list []int64
	for i := range rows {
		c := &rows[i]
		body, err := json.Marshal(wire.CommandBody{ID: c.UID, Agent: n.uid, Kind: c.Kind, Args: json.RawMessage(c.Args), Issued: c.Created.Time, Expires: c.Expires.Time})
		if err != nil {
			return nil, err
		}
		sig, err := wire.Sign(t.oldest().key, "command", body)
		if err != nil {
			return nil, err
		}
		out, list = append(out, wire.Command{Body: body, Signature: sig}), append(list, c.ID)
	}
	_, err = f.DB.NewUpdate().Model((*commandRow)(nil)).Set("state = ?, delivered = ?", CommandDelivered, store.At(now)).
		Where("id IN (?) AND finished IS NULL", bun.List(list)).Exec(ctx)
	return out, store.Translate(err)
}

// result takes what became of a command. An agent can tell of its own only.
func (f *Fleet) result(ctx context.Context, n *identity, in *wire.Result) error {
	state := CommandState(in.State)
	if !slices.Contains([]CommandState{CommandDone, CommandRefused, CommandFailed}, state) {
		return refuse(wire.CodeInvalid, "a result is done, refused or failed")
	}
	var c commandRow
	err := f.DB.NewSelect().Model(&c).Where("uid = ? AND agent = ? AND org = ?", in.ID, n.id, n.org).Scan(ctx)
	if err != nil {
		return refuse(wire.CodeInvalid, "there is no such command for this agent")
	}
	return f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&c).Set("state = ?, why = ?, finished = ?", state, line(in.Why, 1000), store.At(f.Now())).
			Where("id = ? AND finished IS NULL", c.ID).Exec(ctx)
		if err != nil {
			return err
		}
		if ended, err := res.RowsAffected(); err != nil || ended == 0 {
			return err // told twice
		}
		if c.Kind == wire.CommandApprove {
			if err := f.settleChanges(ctx, tx, &c, state == CommandDone); err != nil {
				return err
			}
		}
		m := momentRow{Org: n.org, GroupID: c.GroupID, Agent: n.id, At: store.At(f.Now()), Kind: "command", Text: line(string(c.Kind)+" "+in.State+": "+in.Why, 1000)}
		return store.Insert(ctx, tx, []momentRow{m}, "")
	})
}

// Commands lists what agents were asked to do, newest first; agent 0 is any.
func (f *Fleet) Commands(ctx context.Context, who tenant.Who, agent int64, states []CommandState, cursor string, limit int) (list []Command, next string, err error) {
	var rows []commandRow
	q := store.InReach(f.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read))
	if agent != 0 {
		q = q.Where("agent = ?", agent)
	}
	if len(states) > 0 {
		q = q.Where("state IN (?)", bun.List(states))
	}
	next, err = store.Newest(ctx, q, &rows, "id", cursor, limit, func(r *commandRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

// ApproveCommand is the second pair of eyes: somebody else than who asked.
func (f *Fleet) ApproveCommand(ctx context.Context, who tenant.Who, id int64) (Command, error) {
	return f.decide(ctx, who, id, func(c *commandRow) error {
		if c.ByKind == string(who.Kind) && c.ByID == who.ID {
			return tenant.ErrForbidden
		}
		c.State, c.Approver, c.Expires = CommandWaiting, line(who.Name, 200), store.At(f.Now().Add(commandLife))
		return nil
	})
}

// WithdrawCommand takes a command back that its agent does not have yet.
func (f *Fleet) WithdrawCommand(ctx context.Context, who tenant.Who, id int64) (Command, error) {
	return f.decide(ctx, who, id, func(c *commandRow) error {
		c.State, c.Finished = CommandWithdrawn, store.At(f.Now())
		return nil
	})
}

func (f *Fleet) decide(ctx context.Context, who tenant.Who, id int64, do func(c *commandRow) error) (Command, error) {
	var c commandRow
	if err := f.DB.NewSelect().Model(&c).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return Command{}, store.Translate(err)
	}
	if !who.Reach(tenant.Read).Has(c.GroupID) {
		return Command{}, store.ErrNotFound
	}
	if err := who.Check(tenant.Respond, c.GroupID); err != nil {
		return Command{}, err
	}
	was := c.State
	if err := do(&c); err != nil {
		return Command{}, err
	}
	if was != CommandAsked && (was != CommandWaiting || c.State == CommandWaiting) {
		return Command{}, invalid("the command is %s already", was)
	}
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&c).Column("state", "approver", "expires", "finished").Where("id = ? AND state = ?", c.ID, was).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return store.ErrConflict
		}
		if c.State == CommandWithdrawn && c.Kind == wire.CommandApprove {
			if err := f.settleChanges(ctx, tx, &c, false); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, who.Actor, "agent-command."+string(c.State), audit.On("agent", c.Agent), audit.Detail{"command": c.ID, "kind": c.Kind, "asked_by": c.ByName})
	})
	if err != nil {
		return Command{}, err
	}
	f.asked.add(c.Agent)
	return c.noun(), nil
}

// expireCommands ends those that no agent took in time.
func (f *Fleet) expireCommands(ctx context.Context) error {
	now := store.At(f.Now())
	var rows []commandRow
	if err := f.DB.NewSelect().Model(&rows).Where("finished IS NULL AND expires <= ?", now).Limit(1000).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	for i := range rows {
		c := &rows[i]
		err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			res, err := tx.NewUpdate().Model(c).Set("state = ?, finished = ?", CommandExpired, now).Where("id = ? AND finished IS NULL", c.ID).Exec(ctx)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 || c.Kind != wire.CommandApprove {
				return err
			}
			return f.settleChanges(ctx, tx, c, false)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

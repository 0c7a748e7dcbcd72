package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// States of a change of a file.
const (
	ChangeOpen     = "open"
	ChangeAsked    = "asked" // to be taken into the baseline; the agent has not said that it is
	ChangeApproved = "approved"
)

// FileChange is one file of a server that is not as it was.
type FileChange struct {
	ID        int64
	Group     int64
	Agent     int64
	At        time.Time
	Path      string
	Kind      string // added, removed, changed
	Severity  string
	Cause     string // its kind, or nothing
	Explained bool
	State     string
	Why       string          // the control plane takes it for explained, where the agent does not
	Body      json.RawMessage // all that the agent said of it
}

type changeRow struct {
	bun.BaseModel `bun:"table:integrity_changes"`

	ID        int64 `bun:",pk,autoincrement"`
	Org       int64
	GroupID   int64
	Agent     int64
	Epoch     string
	Sequence  int64
	At        store.Time
	Path      string
	Kind      string
	Severity  int64
	Cause     string
	Explained int64
	State     string
	Why       string
	Body      string
}

func (r *changeRow) noun() FileChange {
	return FileChange{
		ID: r.ID, Group: r.GroupID, Agent: r.Agent, At: r.At.Time, Path: r.Path, Kind: r.Kind, Severity: severityName(r.Severity), Cause: r.Cause,
		Explained: r.Explained == 1, State: r.State, Why: r.Why, Body: json.RawMessage(r.Body),
	}
}

var changeFacets = []string{"state", "severity", "kind", "cause", "explained"}

func (r *changeRow) cell() cell {
	return cell{r.Org, ofIntegrity, r.GroupID, [dims]string{r.State, severityName(r.Severity), r.Kind, r.Cause, yes(r.Explained)}}
}

func yes(n int64) string {
	if n == 1 {
		return "yes"
	}
	return "no"
}

// seenChange is what lists filter by of fim.Change.
type seenChange struct {
	Path     string `json:"path"`
	What     string `json:"what"`
	Severity string `json:"severity"`
	Cause    *struct {
		Kind     string `json:"kind"`
		Explains bool   `json:"explains"`
	} `json:"cause"`
	After json.RawMessage `json:"after"`
	At    time.Time       `json:"at"`
}

// when the file changed: a scan finds later what did so before. What cannot be is when
// it was seen.
func (c *seenChange) when(p *parcel, e *wire.Event) time.Time {
	seen := p.at(e)
	if t := c.At.Add(time.Duration(p.Offset) * time.Millisecond); !c.At.IsZero() && t.Before(seen) && t.After(seen.AddDate(0, 0, -7)) {
		return t
	}
	return seen
}

// bodyText is a body fit for the database, which keeps no NUL.
func bodyText(b json.RawMessage) (string, error) {
	if !bytes.Contains(b, []byte(`\u0000`)) && json.Valid(b) {
		return string(b), nil // JSON has no other way to write it
	}
	var compact any
	if err := json.Unmarshal(b, &compact); err != nil {
		return "", errors.New("it is not JSON")
	}
	if hasNUL(compact, 0) {
		return "", errors.New("it holds the character NUL")
	}
	return string(b), nil
}

func hasNUL(v any, depth int) bool {
	switch v := v.(type) {
	case string:
		return slices.Contains([]byte(v), 0)
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return hasNUL(x, depth+1) })
	case map[string]any:
		for k, x := range v {
			if hasNUL(k, depth+1) || hasNUL(x, depth+1) {
				return true
			}
		}
	}
	return false
}

func (in *intake) integrity(a *agentRow, p *parcel, e *wire.Event) error {
	var c seenChange
	if err := json.Unmarshal(e.Body, &c); err != nil || c.Path == "" {
		return errors.New("it is no change of a file")
	}
	body, err := bodyText(e.Body)
	if err != nil {
		return err
	}
	r := changeRow{
		Org: a.Org, GroupID: a.GroupID, Agent: a.ID, Epoch: p.Epoch, Sequence: int64(e.Sequence), At: store.At(p.at(e)), Path: line(c.Path, 1000),
		Kind: line(c.What, 40), Severity: severityRank(c.Severity), State: ChangeOpen, Body: body,
	}
	if c.Cause != nil {
		r.Cause, r.Explained = line(c.Cause.Kind, 40), flag(c.Cause.Explains)
	}
	if r.Explained == 0 {
		// A plan takes the alarm away, never the change.
		if cause, why := in.plans[a.Org].change(a.GroupID, c.when(p, e), c.Path, e.Body); cause != "" {
			r.Cause, r.Why, r.Explained = cause, why, 1
		}
	}
	in.changes = append(in.changes, r)
	in.counts.add(r.cell(), 1)
	if r.Explained == 0 && r.Severity < severityRank("low") {
		in.unknown[a.ID] = in.unknown[a.ID].add(r.Severity, r.Kind+" "+r.Path)
	}
	return nil
}

// ChangeQuery narrows a list of changes of files.
type ChangeQuery struct {
	Group      int64
	Agent      int64
	States     []string
	Severities []string
	Kinds      []string
	Causes     []string
	Explained  []string // yes, no
	Path       string   // how it begins
	Cursor     string
	Limit      int
}

// FileChanges lists changes of files, the latest first.
func (f *Fleet) FileChanges(ctx context.Context, who tenant.Who, q ChangeQuery) (list []FileChange, next string, err error) {
	reach := who.Reach(tenant.Read).Within(who.Tree, q.Group)
	var rows []changeRow
	sel := store.InReach(ofOrg(f.DB.NewSelect().Model(&rows), who.Org, q.Agent), "group_id", reach)
	sel = in(sel, "state", q.States)
	sel = in(sel, "kind", q.Kinds)
	sel = in(sel, "cause", q.Causes)
	sel = ranked(sel, q.Severities)
	if len(q.Explained) == 1 {
		sel = sel.Where("explained = ?", flag(q.Explained[0] == "yes"))
	}
	if q.Path != "" {
		sel = sel.Where("path >= ? AND path < ?", q.Path, q.Path+"\U0010FFFF")
	}
	next, err = store.Newest(ctx, sel, &rows, "id", q.Cursor, q.Limit, func(r *changeRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

func ranked(q *bun.SelectQuery, names []string) *bun.SelectQuery {
	if len(names) == 0 {
		return q
	}
	ranks := make([]int64, len(names))
	for i, n := range names {
		ranks[i] = severityRank(n)
	}
	return q.Where("severity IN (?)", bun.List(ranks))
}

// FileChangeFacets counts changes of files by what they can be narrowed by.
func (f *Fleet) FileChangeFacets(ctx context.Context, who tenant.Who, q ChangeQuery) (int64, []Facet, error) {
	return f.facets(ctx, who, q.Group, ofIntegrity, changeFacets, [dims][]string{q.States, q.Severities, q.Kinds, q.Causes, q.Explained})
}

// approved is what an agent is told to take into its baseline: a path, and what
// is there to be; null where nothing is.
type approved struct {
	Change int64           `json:"change"` // to tell it apart
	Path   string          `json:"path"`
	After  json.RawMessage `json:"after"`
}

// maxApprove bounds how many changes go into one command.
const maxApprove = 200

// Approve has an agent take changes into its baseline. Where the group asks
// for four eyes, somebody else approves it first (ApproveCommand).
func (f *Fleet) Approve(ctx context.Context, who tenant.Who, changes []int64) (Command, error) {
	if len(changes) == 0 || len(changes) > maxApprove {
		return Command{}, invalid("approve 1 to %d changes at a time", maxApprove)
	}
	rows, err := f.approvable(ctx, who, changes)
	if err != nil {
		return Command{}, err
	}
	r, err := f.responds(ctx, who, rows[0].Agent)
	if err != nil {
		return Command{}, err
	}
	s, err := f.settingsOf(ctx, who.Org, r.GroupID)
	if err != nil {
		return Command{}, err
	}
	state := CommandWaiting
	if s.FourEyes {
		state = CommandAsked
	}
	list := make([]approved, len(rows))
	for i := range rows {
		var c seenChange
		if err := json.Unmarshal([]byte(rows[i].Body), &c); err != nil {
			return Command{}, err
		}
		list[i] = approved{rows[i].ID, c.Path, c.After}
	}
	args, err := json.Marshal(list)
	if err != nil {
		return Command{}, err
	}
	var c *commandRow
	err = f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if c, err = f.command(ctx, tx, who.Actor, r, wire.CommandApprove, args, state); err != nil {
			return err
		}
		n, err := f.setChanges(ctx, tx, rows, ChangeOpen, ChangeAsked)
		if err == nil && n != len(rows) {
			return store.ErrConflict
		}
		return err
	})
	if err != nil {
		return Command{}, err
	}
	f.asked.add(r.ID)
	return c.noun(), nil
}

// approvable are open changes of one agent.
func (f *Fleet) approvable(ctx context.Context, who tenant.Who, changes []int64) ([]changeRow, error) {
	var rows []changeRow
	q := f.DB.NewSelect().Model(&rows).Where("org = ? AND id IN (?)", who.Org, bun.List(changes))
	if err := store.InReach(q, "group_id", who.Reach(tenant.Read)).Order("id").Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	slices.Sort(changes)
	if len(rows) != len(slices.Compact(changes)) {
		return nil, store.ErrNotFound
	}
	for i := range rows {
		if rows[i].Agent != rows[0].Agent {
			return nil, invalid("the changes are of several servers; approve those of each for itself")
		}
		if rows[i].State != ChangeOpen {
			return nil, invalid("the change of %s is %s already", rows[i].Path, rows[i].State)
		}
	}
	return rows, nil
}

// setChanges brings changes from one state into another, and returns how many
// were in the first.
func (f *Fleet) setChanges(ctx context.Context, tx bun.Tx, rows []changeRow, from, to string) (int, error) {
	list := make([]int64, len(rows))
	var counts tally
	for i := range rows {
		list[i] = rows[i].ID
		r := rows[i]
		r.State = from
		counts.add(r.cell(), -1)
		r.State = to
		counts.add(r.cell(), 1)
	}
	res, err := tx.NewUpdate().Model((*changeRow)(nil)).Set("state = ?", to).Where("id IN (?) AND state = ?", bun.List(list), from).Exec(ctx)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, err
	}
	return int(n), counts.write(ctx, tx)
}

// settleChanges is called when a command to approve has ended.
func (f *Fleet) settleChanges(ctx context.Context, tx bun.Tx, c *commandRow, done bool) error {
	var list []approved
	if err := json.Unmarshal([]byte(c.Args), &list); err != nil || len(list) == 0 {
		return err
	}
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].Change
	}
	var rows []changeRow
	err := tx.NewSelect().Model(&rows).Where("id IN (?) AND org = ? AND agent = ? AND state = ?", bun.List(ids), c.Org, c.Agent, ChangeAsked).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	to := ChangeOpen
	if done {
		to = ChangeApproved
	}
	_, err = f.setChanges(ctx, tx, rows, ChangeAsked, to)
	return err
}

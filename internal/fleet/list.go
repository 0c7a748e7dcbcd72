package fleet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Query narrows a list of agents. Values of one field are alternatives.
type Query struct {
	Group     int64 // it and those below it
	States    []string
	Systems   []string // such as "debian 12"
	Versions  []string // of the agent
	Providers []string // of clouds; empty texts are those in none that is known
	Proofs    []string
	Text      string // how its host name begins, or its instance or id
	Cursor    string
	Limit     int
}

func (q *Query) asked() [dims][]string {
	return [dims][]string{q.States, q.Systems, q.Versions, q.Providers, q.Proofs}
}

// agentFacets name the dimensions of agents' cells.
var agentFacets = []string{"state", "system", "version", "provider", "proof"}

// row returns an agent for which somebody has the permission.
func (f *Fleet) row(ctx context.Context, who tenant.Who, id int64, p tenant.Permission) (*agentRow, error) {
	var r agentRow
	if err := f.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	if !who.Reach(tenant.Read).Has(r.GroupID) {
		return nil, store.ErrNotFound
	}
	return &r, who.Check(p, r.GroupID)
}

// Get returns an agent that somebody may read.
func (f *Fleet) Get(ctx context.Context, who tenant.Who, id int64) (Agent, error) {
	r, err := f.row(ctx, who, id, tenant.Read)
	if err != nil {
		return Agent{}, err
	}
	return f.shown(r), nil
}

// shown is an agent with what is in memory alone.
func (f *Fleet) shown(r *agentRow) Agent {
	a := r.noun()
	if n := f.known.get(r.UID); n != nil {
		if ms := n.shared.seen.Load(); ms > 0 {
			a.Seen = time.UnixMilli(ms).UTC()
		}
	}
	return a
}

// List returns agents that somebody may read, and the cursor of the next page: the
// latest enrolled first, or, where a text is looked for, in the order of their names,
// after those whose id or instance it is.
func (f *Fleet) List(ctx context.Context, who tenant.Who, q Query) (list []Agent, next string, err error) {
	reach := who.Reach(tenant.Read).Within(who.Tree, q.Group)
	var rows []agentRow
	sel := store.InReach(f.DB.NewSelect().Model((*agentRow)(nil)).Where("org = ?", who.Org), "group_id", reach)
	sel = in(sel, "state", q.States)
	sel = in(sel, "version", q.Versions)
	sel = in(sel, "provider", q.Providers)
	sel = in(sel, "proof", q.Proofs)
	if len(q.Systems) > 0 {
		sel = sel.Where("(CASE WHEN distro = '' THEN os WHEN release = '' THEN distro ELSE distro || ' ' || release END) IN (?)", bun.List(q.Systems))
	}
	if text := strings.TrimSpace(q.Text); text != "" {
		rows, next, err = byName(ctx, sel, text, q.Cursor, q.Limit)
	} else {
		next, err = store.Newest(ctx, sel.Model(&rows), &rows, "id", q.Cursor, q.Limit, func(r *agentRow) int64 { return r.ID })
	}
	if err != nil {
		return nil, "", listError(err)
	}
	for i := range rows {
		list = append(list, f.shown(&rows[i]))
	}
	return list, next, nil
}

// byName reads a page in the order of names, which an index has, however many names
// begin with the text.
func byName(ctx context.Context, sel *bun.SelectQuery, text, cursor string, limit int) (rows []agentRow, next string, err error) {
	if limit = min(limit, store.MaxPage); limit <= 0 {
		limit = store.DefaultPage
	}
	named := sel.Clone().Where("hostname >= ? AND hostname < ?", text, text+"\U0010FFFF")
	if cursor != "" {
		var name string
		var id int64
		if err := store.ReadCursor(cursor, &name, &id); err != nil {
			return nil, "", err
		}
		named = named.Where("(hostname, id) > (?, ?)", name, id)
	} else if rows, err = exactly(ctx, sel, text, limit); err != nil {
		return nil, "", err
	}
	exact := len(rows)
	var list []agentRow
	if err := named.Model(&list).Order("hostname", "id").Limit(int64(limit) + 1).Scan(ctx); err != nil {
		return nil, "", store.Translate(err)
	}
	if len(list) > limit {
		list = list[:limit]
		next = store.Cursor(list[limit-1].Hostname, list[limit-1].ID)
	}
	for i := range list {
		if !slices.ContainsFunc(rows[:exact], func(r agentRow) bool { return r.ID == list[i].ID }) {
			rows = append(rows, list[i])
		}
	}
	return rows, next, nil
}

// exactly reads the agents whose id or instance a text is.
func exactly(ctx context.Context, sel *bun.SelectQuery, text string, limit int) (rows []agentRow, err error) {
	for _, column := range []string{"uid", "instance"} {
		var some []agentRow
		if err := sel.Clone().Model(&some).Where("? = ? AND ? <> ''", bun.Ident(column), text, bun.Ident(column)).Order("id DESC").Limit(int64(limit)).Scan(ctx); err != nil {
			return nil, store.Translate(err)
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

// ofOrg narrows a list to an organisation. That of one agent is read from the
// agent's index: the organisation's, which SQLite may take for as good, has
// everybody's.
func ofOrg(q *bun.SelectQuery, org, agent int64) *bun.SelectQuery {
	if agent != 0 {
		return q.Where("org + 0 = ? AND agent = ?", org, agent)
	}
	return q.Where("org = ?", org)
}

func in(q *bun.SelectQuery, column string, values []string) *bun.SelectQuery {
	if len(values) == 0 {
		return q
	}
	return q.Where("? IN (?)", bun.Ident(column), bun.List(values))
}

// Facets counts agents by what they can be narrowed by.
func (f *Fleet) Facets(ctx context.Context, who tenant.Who, q Query) (total int64, facets []Facet, err error) {
	return f.facets(ctx, who, q.Group, ofAgents, agentFacets, q.asked())
}

// Moment is a line of an agent's timeline.
type Moment struct {
	ID   int64
	At   time.Time
	Kind string
	Text string
}

// Timeline lists what became of an agent, the latest first.
func (f *Fleet) Timeline(ctx context.Context, who tenant.Who, agent int64, cursor string, limit int) (list []Moment, next string, err error) {
	if _, err := f.row(ctx, who, agent, tenant.Read); err != nil {
		return nil, "", err
	}
	var rows []momentRow
	q := f.DB.NewSelect().Model(&rows).Where("agent = ?", agent) // whose organisation row has looked at
	next, err = store.Newest(ctx, q, &rows, "id", cursor, limit, func(r *momentRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for _, r := range rows {
		list = append(list, Moment{r.ID, r.At.Time, r.Kind, r.Text})
	}
	return list, next, nil
}

// act changes an agent for somebody who may, and writes that down.
func (f *Fleet) act(ctx context.Context, who tenant.Who, id int64, p tenant.Permission, action string, do func(ctx context.Context, c *change) error) (Agent, error) {
	if _, err := f.row(ctx, who, id, p); err != nil {
		return Agent{}, err
	}
	var after agentRow
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		return f.changeIn(ctx, tx, who.Org, id, &after, func(ctx context.Context, c *change) error {
			if err := who.Check(p, c.row.GroupID); err != nil { // it may have been moved meanwhile
				return err
			}
			before := c.row.GroupID
			if err := do(ctx, c); err != nil {
				return err
			}
			detail := audit.Detail{"hostname": c.row.Hostname, "uid": c.row.UID, "state": c.row.State}
			if before != c.row.GroupID {
				detail["from"], detail["to"] = before, c.row.GroupID
			}
			return audit.Record(ctx, tx, who.Actor, action, audit.On("agent", id), detail)
		})
	})
	if err != nil {
		return Agent{}, err
	}
	f.known.put(&after)
	return f.shown(&after), nil
}

// Retire takes an agent out of service for good: it is told to stop, and
// leaves the ledger.
func (f *Fleet) Retire(ctx context.Context, who tenant.Who, id int64, why string) (Agent, error) {
	return f.act(ctx, who, id, tenant.Administer, "agent.retired", func(ctx context.Context, c *change) error {
		if c.row.State == Retired {
			return invalid("the agent is retired already")
		}
		return c.retire(ctx, byHand(who, why))
	})
}

// Revoke refuses an agent from now on. It stays in the ledger, where nothing of
// it is verified, until it is retired or enrols anew.
func (f *Fleet) Revoke(ctx context.Context, who tenant.Who, id int64, why string) (Agent, error) {
	return f.act(ctx, who, id, tenant.Respond, "agent.revoked", func(_ context.Context, c *change) error {
		if c.row.State == Retired || c.row.State == Revoked {
			return invalid("the agent is %s already", c.row.State)
		}
		c.to(Revoked, byHand(who, why))
		return nil
	})
}

// Trust ends that an agent counts as tampered with: its next heartbeat begins
// the chain anew.
func (f *Fleet) Trust(ctx context.Context, who tenant.Who, id int64, why string) (Agent, error) {
	return f.act(ctx, who, id, tenant.Administer, "agent.trusted", func(_ context.Context, c *change) error {
		if c.row.State != Tampered {
			return invalid("the agent is not tampered with")
		}
		if !oneLine(why, 500) {
			return invalid("say why it is to be trusted")
		}
		c.row.Anchor = 1
		// It is missing until it is heard of.
		c.note("trusted", "%s", byHand(who, why))
		c.to(Missing, "it is trusted again and has not reported yet")
		return nil
	})
}

// Move puts an agent into another group, which somebody must administer too.
func (f *Fleet) Move(ctx context.Context, who tenant.Who, id, group int64) (Agent, error) {
	if _, ok := who.Tree.Group(group); !ok || !who.Reach(tenant.Read).Has(group) {
		if _, err := f.row(ctx, who, id, tenant.Administer); err != nil {
			return Agent{}, err
		}
		return Agent{}, invalid("there is no such group")
	}
	return f.act(ctx, who, id, tenant.Administer, "agent.moved", func(ctx context.Context, c *change) error {
		if err := who.Check(tenant.Administer, group); err != nil {
			return err
		}
		g, _ := who.Tree.Group(group)
		if c.row.GroupID == group {
			return nil
		}
		// Its documents are assessed with those of the new group from now on.
		if err := c.f.leave(ctx, c.tx, c.row); err != nil {
			return err
		}
		c.row.GroupID = group
		c.note("moved", "to %s", g.Name)
		return c.f.join(ctx, c.tx, c.row)
	})
}

func byHand(who tenant.Who, why string) string {
	text := "by " + who.Name
	if why = strings.TrimSpace(why); why != "" {
		text = fmt.Sprintf("%s: %s", text, why)
	}
	return text
}

// retire ends an agent.
func (c *change) retire(ctx context.Context, why string) error {
	was := c.row.State
	c.to(Retired, why)
	c.row.NextKey = nil
	if was == Missing {
		c.tell(Happened{Kind: Returned, Text: "It is retired: " + why})
	}
	_, err := c.tx.NewUpdate().Model((*commandRow)(nil)).Set("state = ?, why = ?, finished = ?", CommandWithdrawn, "the agent is retired", store.At(c.f.Now())).
		Where("agent = ? AND finished IS NULL AND kind <> ?", c.row.ID, wire.CommandRetire).Exec(ctx)
	if err != nil {
		return err
	}
	return c.f.leave(ctx, c.tx, c.row)
}

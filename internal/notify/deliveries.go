package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// DeliveryStates are all states, in the order in which people are shown them.
var DeliveryStates = []string{Waiting, Sending, Sent, Dead}

// Delivery is a message to a channel, as people see it.
type Delivery struct {
	ID       int64
	Group    int64
	Rule     int64 // 0 for a test
	RuleName string
	Channel  int64
	Name     string // of the channel
	Kind     Kind
	Form     string
	Action   string
	Title    string
	Total    int
	State    string
	Attempt  int
	Created  time.Time
	Due      time.Time
	Sent     time.Time
	Problem  string
	URL      string // of the ticket
}

// DeliveryQuery asks for deliveries, newest first.
type DeliveryQuery struct {
	States  []string
	Channel int64
	Rule    int64
	Cursor  string
	Limit   int // 0 is 50; 200 at most
}

type deliveryView struct {
	deliveryRow `bun:",extend"`

	RuleName    *string
	ChannelName string
	ChannelKind string
	URL         *string
}

// Deliveries returns those that the actor sees, and the cursor of what follows.
func (n *Notify) Deliveries(ctx context.Context, who tenant.Who, ask DeliveryQuery) (list []Delivery, next string, err error) {
	if err := looks(who); err != nil {
		return nil, "", err
	}
	var rows []deliveryView
	q := n.DB.NewSelect().Model(&rows).ColumnExpr("d.*").ColumnExpr("r.name AS rule_name, c.name AS channel_name, c.kind AS channel_kind, t.url AS url").
		Join("JOIN channels AS c ON c.id = d.channel").Join("LEFT JOIN rules AS r ON r.id = d.rule").
		Join("LEFT JOIN threads AS t ON t.channel = d.channel AND t.thread = d.thread AND d.thread <> ''").
		Where("d.org = ?", who.Org)
	if groups, all := seen(who); !all {
		q = q.Where("d.group_id IN (?)", bun.List(groups))
	}
	if len(ask.States) > 0 {
		q = q.Where("d.state IN (?)", bun.List(ask.States))
	}
	if ask.Channel != 0 {
		q = q.Where("d.channel = ?", ask.Channel)
	}
	if ask.Rule != 0 {
		q = q.Where("d.rule = ?", ask.Rule)
	}
	next, err = store.Newest(ctx, q, &rows, "d.id", ask.Cursor, ask.Limit, func(r *deliveryView) int64 { return r.ID })
	if errors.Is(err, store.ErrCursor) {
		return nil, "", fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if err != nil {
		return nil, "", err
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

func (r *deliveryView) noun() Delivery {
	d := Delivery{
		ID: r.ID, Group: r.GroupID, Rule: r.Rule, Channel: r.Channel, Name: r.ChannelName, Kind: Kind(r.ChannelKind), Form: r.Form, Action: r.Action,
		Title: r.Title, Total: r.Total, State: r.State, Attempt: r.Attempt, Created: r.Created.Time, Due: r.Due.Time, Sent: r.Sent.Time, Problem: r.Problem,
	}
	if r.RuleName != nil {
		d.RuleName = *r.RuleName
	}
	if r.URL != nil {
		d.URL = *r.URL
	}
	return d
}

// seen are the groups whose set-up the actor sees.
func seen(who tenant.Who) (groups []int64, all bool) {
	a, b := who.Reach(tenant.Administer), who.Reach(tenant.ReadAudit)
	if a.All || b.All {
		return nil, true
	}
	groups = append(slices.Clone(a.Groups), b.Groups...)
	slices.Sort(groups)
	return slices.Compact(groups), false
}

// Delivery returns one with what was in it.
func (n *Notify) Delivery(ctx context.Context, who tenant.Who, id int64) (Delivery, []Event, error) {
	r, err := n.delivery(ctx, who, id)
	if err != nil {
		return Delivery{}, nil, err
	}
	var items []itemRow
	if err := n.DB.NewSelect().Model(&items).Where("delivery = ?", r.ID).Order("seq").Scan(ctx); err != nil {
		return Delivery{}, nil, store.Translate(err)
	}
	events := make([]Event, len(items))
	for i := range items {
		if err := json.Unmarshal([]byte(items[i].Body), &events[i]); err != nil {
			return Delivery{}, nil, err
		}
	}
	return r.noun(), events, nil
}

func (n *Notify) delivery(ctx context.Context, who tenant.Who, id int64) (*deliveryView, error) {
	if err := looks(who); err != nil {
		return nil, err
	}
	var r deliveryView
	err := n.DB.NewSelect().Model(&r).ColumnExpr("d.*").ColumnExpr("r.name AS rule_name, c.name AS channel_name, c.kind AS channel_kind, t.url AS url").
		Join("JOIN channels AS c ON c.id = d.channel").Join("LEFT JOIN rules AS r ON r.id = d.rule").
		Join("LEFT JOIN threads AS t ON t.channel = d.channel AND t.thread = d.thread AND d.thread <> ''").
		Where("d.id = ? AND d.org = ?", id, who.Org).Scan(ctx)
	if err != nil {
		return nil, store.Translate(err)
	}
	if !sees(who, r.GroupID) {
		return nil, store.ErrNotFound
	}
	return &r, nil
}

// Again sends a delivery anew that was given up, under the same key.
func (n *Notify) Again(ctx context.Context, who tenant.Who, id int64) error {
	r, err := n.delivery(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.Administer, r.GroupID); err != nil {
		return err
	}
	return n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := n.Now()
		res, err := tx.NewUpdate().Model((*deliveryRow)(nil)).Set("state = ?, due = ?, until = ?, problem = ''", Waiting, store.At(now), store.At(now.Add(maxAge))).
			Where("id = ? AND org = ? AND state = ?", id, who.Org, Dead).Exec(ctx)
		if err != nil {
			return err
		}
		if found, err := res.RowsAffected(); err != nil || found == 0 {
			if err == nil {
				err = invalid("only what was given up can be sent again")
			}
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "delivery.again", audit.On("delivery", id), nil)
	})
}

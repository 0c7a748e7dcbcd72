package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// DefaultBound is how many messages a rule sends to a channel in an hour where
// it does not say; the rest comes as one summary.
const DefaultBound = 30

// Match is what a rule tells of. Values of one field are alternatives, and
// fields narrow each other; an empty field takes everything.
type Match struct {
	Kinds        []string `json:"kinds"`
	Severity     string   `json:"severity,omitempty"` // the least; events that have none pass
	Teams        []string `json:"teams,omitempty"`
	Environments []string `json:"environments,omitempty"`
}

// Rule tells channels of what happens in a group and those below it.
type Rule struct {
	ID       int64
	Org      int64
	Group    int64
	Name     string
	Enabled  bool
	Match    Match
	Timing   Timing
	Channels []int64
	Created  time.Time
}

// takes reports whether the rule tells of the event; within are the groups of
// the rule.
func (r *Rule) takes(e *Event, within map[int64]bool) bool {
	m := &r.Match
	has := func(asked []string, value string) bool { return len(asked) == 0 || slices.Contains(asked, value) }
	return within[e.Group] && slices.Contains(m.Kinds, e.Kind) && !e.At.Before(r.Created) &&
		(m.Severity == "" || e.Severity == "" || rank(e.Severity) <= rank(m.Severity)) && has(m.Teams, e.Team) && has(m.Environments, e.Environment)
}

func (r *ruleRow) noun(channels []int64) (Rule, error) {
	out := Rule{ID: r.ID, Org: r.Org, Group: r.GroupID, Name: r.Name, Enabled: r.Enabled, Channels: channels, Created: r.Created.Time}
	if err := json.Unmarshal([]byte(r.Match), &out.Match); err != nil {
		return Rule{}, fmt.Errorf("rule %d: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Timing), &out.Timing); err != nil {
		return Rule{}, fmt.Errorf("rule %d: %w", r.ID, err)
	}
	return out, nil
}

// AddRule makes a rule. Whoever makes it administers its group and those of
// its channels.
func (n *Notify) AddRule(ctx context.Context, who tenant.Who, rule Rule) (Rule, error) {
	if rule.Group == 0 {
		rule.Group = who.Tree.Root()
	}
	rule.ID = 0
	return n.putRule(ctx, who, rule, &ruleRow{Org: who.Org, Created: store.At(n.Now())}, "rule.added")
}

// ChangeRule changes everything of a rule.
func (n *Notify) ChangeRule(ctx context.Context, who tenant.Who, rule Rule) (Rule, error) {
	r, err := n.rule(ctx, who, rule.ID)
	if err != nil {
		return Rule{}, err
	}
	if err := who.Check(tenant.Administer, r.GroupID); err != nil {
		return Rule{}, err
	}
	return n.putRule(ctx, who, rule, r, "rule.changed")
}

func (n *Notify) putRule(ctx context.Context, who tenant.Who, rule Rule, r *ruleRow, act string) (Rule, error) {
	if err := administers(who, rule.Group); err != nil {
		return Rule{}, err
	}
	if err := n.validRule(ctx, who, &rule); err != nil {
		return Rule{}, err
	}
	match, err := json.Marshal(rule.Match)
	if err != nil {
		return Rule{}, err
	}
	timing, err := json.Marshal(rule.Timing)
	if err != nil {
		return Rule{}, err
	}
	r.GroupID, r.Name, r.Enabled, r.Match, r.Timing = rule.Group, rule.Name, rule.Enabled, string(match), string(timing)
	err = n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if r.ID = rule.ID; r.ID == 0 {
			_, err = tx.NewInsert().Model(r).Exec(ctx)
		} else {
			_, err = tx.NewUpdate().Model(r).Column("group_id", "name", "enabled", "match", "timing").Where("id = ? AND org = ?", r.ID, who.Org).Exec(ctx)
		}
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*ruleChannelRow)(nil)).Where("rule = ?", r.ID).Exec(ctx); err != nil {
			return err
		}
		links := make([]ruleChannelRow, len(rule.Channels))
		for i, c := range rule.Channels {
			links[i] = ruleChannelRow{Rule: r.ID, Channel: c}
		}
		if _, err := tx.NewInsert().Model(&links).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, act, audit.On("rule", r.ID), audit.Detail{
			"name": rule.Name, "group": rule.Group, "kinds": rule.Match.Kinds, "channels": rule.Channels, "enabled": rule.Enabled,
		})
	})
	if err != nil {
		return Rule{}, taken(err, "rule", rule.Name)
	}
	return r.noun(rule.Channels)
}

func (n *Notify) validRule(ctx context.Context, who tenant.Who, rule *Rule) error {
	if err := named(rule.Name); err != nil {
		return err
	}
	m := &rule.Match
	if len(m.Kinds) == 0 {
		return invalid("choose what the rule tells of")
	}
	for _, k := range m.Kinds {
		if !slices.Contains(Kinds, k) {
			return invalid("%.50q is nothing that happens", k)
		}
	}
	if m.Severity != "" && !slices.Contains(report.Severities, m.Severity) {
		return invalid("a severity is one of %v", report.Severities)
	}
	if len(m.Teams) > 100 || len(m.Environments) > 100 {
		return invalid("at most 100 teams and 100 environments")
	}
	for _, s := range slices.Concat(m.Teams, m.Environments) {
		if !line(s, 200) {
			return invalid("the team or environment %.50q cannot be read", s)
		}
	}
	if err := rule.Timing.valid(); err != nil {
		return err
	}
	slices.Sort(rule.Channels)
	rule.Channels = slices.Compact(rule.Channels)
	if len(rule.Channels) == 0 || len(rule.Channels) > 20 {
		return invalid("a rule has 1 to 20 channels")
	}
	for _, id := range rule.Channels {
		c, err := n.channel(ctx, who, id)
		if err == nil {
			err = who.Check(tenant.Administer, c.GroupID)
		}
		if err != nil {
			return invalid("there is no channel %d that you may use", id)
		}
	}
	return nil
}

// RemoveRule removes a rule. What waits to be sent for it is still sent.
func (n *Notify) RemoveRule(ctx context.Context, who tenant.Who, id int64) error {
	r, err := n.rule(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.Administer, r.GroupID); err != nil {
		return err
	}
	return n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*ruleRow)(nil)).Where("id = ? AND org = ?", id, who.Org).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "rule.removed", audit.On("rule", id), audit.Detail{"name": r.Name})
	})
}

// Rule returns one that the actor sees.
func (n *Notify) Rule(ctx context.Context, who tenant.Who, id int64) (Rule, error) {
	r, err := n.rule(ctx, who, id)
	if err != nil {
		return Rule{}, err
	}
	links, err := links(ctx, n.DB, []ruleRow{*r})
	if err != nil {
		return Rule{}, err
	}
	return r.noun(links[id])
}

// Rules returns all that the actor sees, by name.
func (n *Notify) Rules(ctx context.Context, who tenant.Who) ([]Rule, error) {
	if err := looks(who); err != nil {
		return nil, err
	}
	var rows []ruleRow
	if err := n.DB.NewSelect().Model(&rows).Where("org = ?", who.Org).Order("name").Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	rows = slices.DeleteFunc(rows, func(r ruleRow) bool { return !sees(who, r.GroupID) })
	return nouns(ctx, n.DB, rows)
}

func nouns(ctx context.Context, db bun.IDB, rows []ruleRow) ([]Rule, error) {
	links, err := links(ctx, db, rows)
	if err != nil {
		return nil, err
	}
	out := make([]Rule, len(rows))
	for i := range rows {
		if out[i], err = rows[i].noun(links[rows[i].ID]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// links are the channels of rules.
func links(ctx context.Context, db bun.IDB, rules []ruleRow) (map[int64][]int64, error) {
	out := map[int64][]int64{}
	if len(rules) == 0 {
		return out, nil
	}
	ids := make([]int64, len(rules))
	for i, r := range rules {
		ids[i] = r.ID
	}
	var rows []ruleChannelRow
	if err := db.NewSelect().Model(&rows).Where("rule IN (?)", bun.List(ids)).Order("rule", "channel").Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	for _, r := range rows {
		out[r.Rule] = append(out[r.Rule], r.Channel)
	}
	return out, nil
}

func (n *Notify) rule(ctx context.Context, who tenant.Who, id int64) (*ruleRow, error) {
	if err := looks(who); err != nil {
		return nil, err
	}
	var r ruleRow
	if err := n.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	if !sees(who, r.GroupID) {
		return nil, store.ErrNotFound
	}
	return &r, nil
}

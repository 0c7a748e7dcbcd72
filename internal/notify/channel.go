package notify

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Kind is what a channel speaks.
type Kind string

// The kinds.
const (
	Email     Kind = "email"
	Slack     Kind = "slack"
	Teams     Kind = "teams"
	Webhook   Kind = "webhook"
	PagerDuty Kind = "pagerduty"
	Opsgenie  Kind = "opsgenie"
	Jira      Kind = "jira"
	GitHub    Kind = "github"
	Syslog    Kind = "syslog"
)

// ChannelKinds are all of them.
var ChannelKinds = []Kind{Email, Slack, Teams, Webhook, PagerDuty, Opsgenie, Jira, GitHub, Syslog}

// Title is what people call the kind.
func (k Kind) Title() string {
	return map[Kind]string{
		Email: "E-mail", Slack: "Slack", Teams: "Microsoft Teams", Webhook: "Webhook", PagerDuty: "PagerDuty", Opsgenie: "Opsgenie",
		Jira: "Jira", GitHub: "GitHub issues", Syslog: "Syslog (CEF)",
	}[k]
}

// threaded reports whether the channel keeps one thing for each finding, which
// opens and closes.
func (k Kind) threaded() bool { return k == PagerDuty || k == Opsgenie || k == Jira || k == GitHub }

// gathers reports whether several events can be one message of the channel.
func (k Kind) gathers() bool { return k == Email || k == Slack || k == Teams || k == Webhook }

// Config is what is not secret of a channel. Which fields a kind has is told
// in valid.go.
type Config struct {
	URL      string   `json:"url,omitempty"`      // webhook; PagerDuty, Opsgenie, Jira, GitHub: the API's address
	Host     string   `json:"host,omitempty"`     // e-mail, syslog; Slack and Teams: of the secret URL, to be seen
	Port     int      `json:"port,omitempty"`     // e-mail, syslog
	Security string   `json:"security,omitempty"` // e-mail: starttls, tls, none; syslog: tls, tcp, udp
	User     string   `json:"user,omitempty"`     // e-mail, Jira in the cloud
	From     string   `json:"from,omitempty"`     // e-mail
	To       []string `json:"to,omitempty"`       // e-mail
	Project  string   `json:"project,omitempty"`  // Jira: key; GitHub: owner/name
	Type     string   `json:"type,omitempty"`     // Jira: of issues
	Labels   []string `json:"labels,omitempty"`   // Jira, GitHub
}

// Channel is one place to tell things.
type Channel struct {
	ID        int64
	Org       int64
	Group     int64 // who may use and change it
	Kind      Kind
	Name      string
	Config    Config
	HasSecret bool
	Paused    time.Time // it asked to be left alone until then
	Created   time.Time
	Secret    string // only where it was made just now, to be shown once
}

func (r *channelRow) noun() (Channel, error) {
	c := Channel{
		ID: r.ID, Org: r.Org, Group: r.GroupID, Kind: Kind(r.Kind), Name: r.Name, HasSecret: len(r.Secret) > 0, Paused: r.Paused.Time, Created: r.Created.Time,
	}
	if err := json.Unmarshal([]byte(r.Config), &c.Config); err != nil {
		return Channel{}, fmt.Errorf("the configuration of channel %d: %w", r.ID, err)
	}
	return c, nil
}

// sees reports whether the actor sees what is set up in the group: who
// administers it, and who audits it.
func sees(who tenant.Who, group int64) bool {
	return who.Reach(tenant.Administer).Has(group) || who.Reach(tenant.ReadAudit).Has(group)
}

// administers returns nil to who may set up notifications of a group. One of
// another organisation does not exist.
func administers(who tenant.Who, group int64) error {
	if _, ok := who.Tree.Group(group); !ok {
		return store.ErrNotFound
	}
	return who.Check(tenant.Administer, group)
}

// AddChannel makes a channel. What is secret of it is sealed; a webhook's is
// made where none is given, and returned this once.
func (n *Notify) AddChannel(ctx context.Context, who tenant.Who, c Channel, secret string) (Channel, error) {
	if c.Group == 0 {
		c.Group = who.Tree.Root()
	}
	if err := administers(who, c.Group); err != nil {
		return Channel{}, err
	}
	made := ""
	if c.Kind == Webhook && secret == "" {
		made = newSecret()
		secret = made
	}
	c.HasSecret = false
	if err := n.validate(&c, secret); err != nil {
		return Channel{}, err
	}
	config, err := json.Marshal(c.Config)
	if err != nil {
		return Channel{}, err
	}
	r := &channelRow{Org: who.Org, GroupID: c.Group, Kind: string(c.Kind), Name: c.Name, Config: string(config), Created: store.At(n.Now())}
	err = n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r.ID = 0
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		if err := n.seal(ctx, tx, r, secret); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "channel.added", audit.On("channel", r.ID), audit.Detail{"name": c.Name, "kind": c.Kind})
	})
	if err != nil {
		return Channel{}, taken(err, "channel", c.Name)
	}
	out, err := r.noun()
	out.Secret = made
	return out, err
}

// ChangeChannel changes name, group and configuration. The secret is kept
// where none is given.
func (n *Notify) ChangeChannel(ctx context.Context, who tenant.Who, c Channel, secret string) (Channel, error) {
	r, err := n.channel(ctx, who, c.ID)
	if err != nil {
		return Channel{}, err
	}
	for _, group := range []int64{r.GroupID, c.Group} {
		if err := administers(who, group); err != nil {
			return Channel{}, err
		}
	}
	before, err := r.noun()
	if err != nil {
		return Channel{}, err
	}
	c.Kind, c.HasSecret = before.Kind, before.HasSecret
	if err := n.validate(&c, secret); err != nil {
		return Channel{}, err
	}
	// A secret is for the server it was entered for. Whoever may point the
	// channel elsewhere must not be able to have it sent there.
	if secret == "" && before.HasSecret && c.Config.server() != before.Config.server() {
		return Channel{}, invalid("the channel leads to another server now; enter its secret too")
	}
	config, err := json.Marshal(c.Config)
	if err != nil {
		return Channel{}, err
	}
	r.GroupID, r.Name, r.Config = c.Group, c.Name, string(config)
	err = n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model(r).Column("group_id", "name", "config").Set("paused = NULL").Where("id = ? AND org = ?", r.ID, who.Org).Exec(ctx); err != nil {
			return err
		}
		if err := n.seal(ctx, tx, r, secret); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "channel.changed", audit.On("channel", r.ID), audit.Detail{"name": c.Name, "secret": secret != ""})
	})
	if err != nil {
		return Channel{}, taken(err, "channel", c.Name)
	}
	return r.noun()
}

// server is where a channel's secret is sent.
func (c Config) server() string {
	return fmt.Sprint(hostOf(c.URL), " ", c.Host, " ", c.Port, " ", c.Security, " ", c.User)
}

// RemoveChannel removes a channel with what waits to be sent there.
func (n *Notify) RemoveChannel(ctx context.Context, who tenant.Who, id int64) error {
	r, err := n.channel(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.Administer, r.GroupID); err != nil {
		return err
	}
	return n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*channelRow)(nil)).Where("id = ? AND org = ?", id, who.Org).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "channel.removed", audit.On("channel", id), audit.Detail{"name": r.Name})
	})
}

// Channel returns one that the actor sees.
func (n *Notify) Channel(ctx context.Context, who tenant.Who, id int64) (Channel, error) {
	r, err := n.channel(ctx, who, id)
	if err != nil {
		return Channel{}, err
	}
	return r.noun()
}

// Channels returns all that the actor sees, by name.
func (n *Notify) Channels(ctx context.Context, who tenant.Who) ([]Channel, error) {
	if err := looks(who); err != nil {
		return nil, err
	}
	var rows []channelRow
	if err := n.DB.NewSelect().Model(&rows).Where("org = ?", who.Org).Order("name").Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	var out []Channel
	for i := range rows {
		if !sees(who, rows[i].GroupID) {
			continue
		}
		c, err := rows[i].noun()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// looks returns ErrForbidden to who administers and audits nothing.
func looks(who tenant.Who) error {
	if who.Reach(tenant.Administer).None() && who.Reach(tenant.ReadAudit).None() {
		return tenant.ErrForbidden
	}
	return nil
}

func (n *Notify) channel(ctx context.Context, who tenant.Who, id int64) (*channelRow, error) {
	if err := looks(who); err != nil {
		return nil, err
	}
	var r channelRow
	if err := n.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	if !sees(who, r.GroupID) {
		return nil, store.ErrNotFound
	}
	return &r, nil
}

func (n *Notify) seal(ctx context.Context, tx bun.Tx, r *channelRow, secret string) error {
	if secret == "" {
		return nil
	}
	sealed, err := n.Sealer.Seal(ctx, label(r.ID), []byte(secret))
	if err != nil {
		return err
	}
	r.Secret = sealed
	_, err = tx.NewUpdate().Model(r).Column("secret").WherePK().Exec(ctx)
	return err
}

func label(id int64) string { return fmt.Sprintf("secret of channel %d", id) }

// newSecret is a key to sign webhooks with.
func newSecret() string {
	key := make([]byte, 32)
	rand.Read(key)
	return signingPrefix + base64.StdEncoding.EncodeToString(key)
}

func taken(err error, what, name string) error {
	if errors.Is(err, store.ErrConflict) {
		return invalid("there is a %s %q already", what, name)
	}
	return err
}

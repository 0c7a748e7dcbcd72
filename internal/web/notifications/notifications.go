// Package notifications is the console's pages of notifications: rules,
// channels, and what was sent.
package notifications

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// base is where the pages are.
const base = "/settings/notifications"

// Subject is what the pages show and change.
type Subject interface {
	Rules(ctx context.Context, who tenant.Who) ([]notify.Rule, error)
	Rule(ctx context.Context, who tenant.Who, id int64) (notify.Rule, error)
	AddRule(ctx context.Context, who tenant.Who, r notify.Rule) (notify.Rule, error)
	ChangeRule(ctx context.Context, who tenant.Who, r notify.Rule) (notify.Rule, error)
	RemoveRule(ctx context.Context, who tenant.Who, id int64) error

	Channels(ctx context.Context, who tenant.Who) ([]notify.Channel, error)
	Channel(ctx context.Context, who tenant.Who, id int64) (notify.Channel, error)
	AddChannel(ctx context.Context, who tenant.Who, c notify.Channel, secret string) (notify.Channel, error)
	ChangeChannel(ctx context.Context, who tenant.Who, c notify.Channel, secret string) (notify.Channel, error)
	RemoveChannel(ctx context.Context, who tenant.Who, id int64) error
	Test(ctx context.Context, who tenant.Who, channel int64) error

	Deliveries(ctx context.Context, who tenant.Who, ask notify.DeliveryQuery) ([]notify.Delivery, string, error)
	Delivery(ctx context.Context, who tenant.Who, id int64) (notify.Delivery, []notify.Event, error)
	Again(ctx context.Context, who tenant.Who, id int64) error
}

// Pages are the pages of notifications.
type Pages struct {
	Notify Subject
	Now    func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	for pattern, f := range map[string]page.Func{
		"GET " + base:                             p.rules,
		"GET " + base + "/rules/new":              p.newRule,
		"GET " + base + "/rules/{id}":             p.rule,
		"POST " + base + "/rules":                 p.putRule,
		"POST " + base + "/rules/{id}":            p.putRule,
		"POST " + base + "/rules/{id}/remove":     p.removeRule,
		"GET " + base + "/channels":               p.channels,
		"GET " + base + "/channels/new":           p.newChannel,
		"GET " + base + "/channels/{id}":          p.channel,
		"POST " + base + "/channels":              p.putChannel,
		"POST " + base + "/channels/{id}":         p.putChannel,
		"POST " + base + "/channels/{id}/test":    p.test,
		"POST " + base + "/channels/{id}/remove":  p.removeChannel,
		"GET " + base + "/deliveries":             p.deliveries,
		"GET " + base + "/deliveries/{id}":        p.delivery,
		"POST " + base + "/deliveries/{id}/again": p.again,
	} {
		mux.Handle(pattern, page.For(f))
	}
}

func of(r *http.Request, title string) layout.Page { return page.Of(r, "settings", title) }

func (p *Pages) rules(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	rules, err := p.Notify.Rules(r.Context(), who)
	if err != nil {
		return err
	}
	channels, err := p.Notify.Channels(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, rulesPage(of(r, "Notifications"), who, rules, names(channels)))
}

func names(channels []notify.Channel) map[int64]string {
	out := make(map[int64]string, len(channels))
	for _, c := range channels {
		out[c.ID] = c.Name
	}
	return out
}

func (p *Pages) newRule(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	f := ruleForm{rule: notify.Rule{Enabled: true, Group: firstGroup(who), Match: notify.Match{Kinds: usual, Severity: "high"}}}
	return p.showRule(w, r, who, http.StatusOK, f)
}

func (p *Pages) rule(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	rule, err := p.Notify.Rule(r.Context(), who, id)
	if err != nil {
		return err
	}
	return p.showRule(w, r, who, http.StatusOK, ruleForm{rule: rule})
}

func (p *Pages) showRule(w http.ResponseWriter, r *http.Request, who tenant.Who, status int, f ruleForm) error {
	channels, err := p.Notify.Channels(r.Context(), who)
	if err != nil {
		return err
	}
	f.channels, f.groups = channels, groups(who)
	title := "New rule"
	if f.rule.ID != 0 {
		title = f.rule.Name
	}
	return page.Render(w, r, status, rulePage(of(r, title), title, f, who.Check(tenant.Administer, f.rule.Group) == nil))
}

func (p *Pages) putRule(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	rule, err := readRule(r)
	if err != nil {
		return err
	}
	put, done := p.Notify.AddRule, "The rule is there, and tells of what happens from now on."
	if rule.ID != 0 {
		put, done = p.Notify.ChangeRule, "The rule is changed."
	}
	if _, err := put(r.Context(), who, rule); err != nil {
		if told, ok := page.Told(err); ok {
			return p.showRule(w, r, who, http.StatusUnprocessableEntity, ruleForm{rule: rule, problem: told})
		}
		return err
	}
	return page.Done(w, r, base, done)
}

func (p *Pages) removeRule(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Notify.RemoveRule(r.Context(), who, id); err != nil {
		return err
	}
	return page.Done(w, r, base, "The rule is removed.")
}

func (p *Pages) channels(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	channels, err := p.Notify.Channels(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, channelsPage(of(r, "Channels"), who, channels, p.Now()))
}

func (p *Pages) newChannel(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	kind := notify.Kind(r.URL.Query().Get("kind"))
	if kind.Title() == "" {
		kind = notify.Email
	}
	return p.showChannel(w, r, who, http.StatusOK, channelForm{channel: notify.Channel{Kind: kind, Group: firstGroup(who)}})
}

func (p *Pages) channel(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	c, err := p.Notify.Channel(r.Context(), who, id)
	if err != nil {
		return err
	}
	return p.showChannel(w, r, who, http.StatusOK, channelForm{channel: c})
}

func (p *Pages) showChannel(w http.ResponseWriter, r *http.Request, who tenant.Who, status int, f channelForm) error {
	f.groups = groups(who)
	title := "New channel: " + f.channel.Kind.Title()
	if f.channel.ID != 0 {
		title = f.channel.Name
	}
	may := who.Check(tenant.Administer, f.channel.Group) == nil
	return page.Render(w, r, status, channelPage(of(r, title), title, f, may))
}

func (p *Pages) putChannel(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	c, secret, err := readChannel(r)
	if err != nil {
		return err
	}
	put := p.Notify.AddChannel
	if c.ID != 0 {
		put = p.Notify.ChangeChannel
		old, err := p.Notify.Channel(r.Context(), who, c.ID)
		if err != nil {
			return err
		}
		c.Kind, c.HasSecret = old.Kind, old.HasSecret
		if c.Config.Host == "" {
			c.Config.Host = old.Config.Host // of a secret address, which the form does not show
		}
	}
	out, err := put(r.Context(), who, c, secret)
	if told, ok := page.Told(err); ok {
		return p.showChannel(w, r, who, http.StatusUnprocessableEntity, channelForm{channel: c, problem: told})
	}
	if err != nil {
		return err
	}
	if out.Secret != "" { // made just now, and shown this once
		return p.showChannel(w, r, who, http.StatusOK, channelForm{channel: out})
	}
	return page.Done(w, r, fmt.Sprint(base, "/channels/", out.ID), "The channel is saved. Send a test to see whether it arrives.")
}

func (p *Pages) removeChannel(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Notify.RemoveChannel(r.Context(), who, id); err != nil {
		return err
	}
	return page.Done(w, r, base+"/channels", "The channel is removed, with what waited to be sent there.")
}

func (p *Pages) test(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	c, err := p.Notify.Channel(r.Context(), who, id)
	if err != nil {
		return err
	}
	err = p.Notify.Test(r.Context(), who, id)
	if f, ok := errors.AsType[*notify.SendError](err); ok {
		return p.showChannel(w, r, who, http.StatusOK, channelForm{channel: c, problem: "The test was not taken: " + f.Text + "."})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprint(base, "/channels/", id), "The test was taken. Look whether it arrived.")
}

func (p *Pages) deliveries(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	f := page.ReadForm(r)
	ask := notify.DeliveryQuery{Cursor: f.Line("cursor", 1000), Channel: f.Number("channel"), Rule: f.Number("rule"), States: f.Many("state")}
	if err := f.Err(); err != nil {
		return err
	}
	list, next, err := p.Notify.Deliveries(r.Context(), who, ask)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, deliveriesPage(of(r, "Deliveries"), r, filters(ask), list, next, p.Now()))
}

func (p *Pages) delivery(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	d, events, err := p.Notify.Delivery(r.Context(), who, id)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, deliveryPage(of(r, "Delivery"), d, events, who.Check(tenant.Administer, d.Group) == nil, p.Now()))
}

func (p *Pages) again(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := p.Notify.Again(r.Context(), who, id); err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprint(base, "/deliveries/", id), "It is sent again within seconds.")
}

package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// notifications is the tag of rules, channels and what was sent.
const notifications = "notifications"

// seenBy says who is shown what notifications are set up.
const seenBy = "For those who administer or audit a group."

// Channel is a place to tell things, as the API shows it.
type Channel struct {
	ID        int64         `json:"id"`
	Group     int64         `json:"group"`
	Kind      notify.Kind   `json:"kind" enum:"email,slack,teams,webhook,pagerduty,opsgenie,jira,github,syslog"`
	Name      string        `json:"name"`
	Config    ChannelConfig `json:"config"`
	HasSecret bool          `json:"has_secret"`
	Paused    time.Time     `json:"paused,omitzero" doc:"It asked to be left alone until then."`
	Created   time.Time     `json:"created"`
}

// NewChannel is a channel with the secret that was made for it, which is shown only now.
type NewChannel struct {
	Channel
	Secret string `json:"secret,omitempty" doc:"Of a webhook that was given none: what its messages are signed with. It is shown only now."`
}

// ChannelConfig is what is not secret of a channel.
type ChannelConfig struct {
	URL      string   `json:"url,omitempty" maxLength:"2000" doc:"Of a webhook; of PagerDuty, Opsgenie, Jira or GitHub where it is not the usual one."`
	Host     string   `json:"host,omitempty" maxLength:"300" doc:"Of e-mail and syslog; of Slack and Teams it is what the secret address says."`
	Port     int      `json:"port,omitempty" minimum:"0" maximum:"65535" doc:"Of e-mail and syslog; the usual one if absent."`
	Security string   `json:"security,omitempty" maxLength:"20" doc:"Of e-mail: starttls, tls or none. Of syslog: tls, tcp or udp."`
	User     string   `json:"user,omitempty" maxLength:"200" doc:"Of e-mail, and of Jira in the cloud."`
	From     string   `json:"from,omitempty" maxLength:"320" doc:"Of e-mail."`
	To       []string `json:"to,omitempty" maxItems:"50" doc:"Of e-mail."`
	Project  string   `json:"project,omitempty" maxLength:"200" doc:"Of Jira: its key. Of GitHub: owner/name."`
	Type     string   `json:"type,omitempty" maxLength:"100" doc:"Of issues in Jira; Task if absent."`
	Labels   []string `json:"labels,omitempty" maxItems:"10" doc:"Of Jira and GitHub."`
}

// ChannelInput is what a channel is to be.
type ChannelInput struct {
	Name   string        `json:"name" minLength:"1" maxLength:"200"`
	Group  int64         `json:"group,omitempty" minimum:"1" doc:"Who administers it may use the channel. The root group if absent, or where it is."`
	Config ChannelConfig `json:"config,omitzero"`
	Secret string        `json:"secret,omitempty" maxLength:"8192" writeOnly:"true" doc:"Password, key or, of Slack and Teams, the webhook's address; kept sealed and never shown."`
}

func (in ChannelInput) noun(id int64, kind notify.Kind) notify.Channel {
	return notify.Channel{ID: id, Group: in.Group, Kind: kind, Name: in.Name, Config: notify.Config(in.Config)}
}

func channelOf(c notify.Channel) Channel {
	return Channel{c.ID, c.Group, c.Kind, c.Name, ChannelConfig(c.Config), c.HasSecret, c.Paused, c.Created}
}

// ChannelTest is what came of a test.
type ChannelTest struct {
	Taken   bool   `json:"taken" doc:"The other side took the message; whether it arrived, only people see."`
	Problem string `json:"problem,omitempty" doc:"Why it was not taken."`
}

func (a *API) channel(ctx context.Context, who tenant.Who, id int64) (Channel, error) {
	c, err := a.Notify.Channel(ctx, who, id)
	return channelOf(c), err
}

func (a *API) channels(api huma.API) {
	const path = "/notifications/channels"
	add(a, api, operation{id: "list-channels", method: http.MethodGet, path: path, tag: notifications, summary: "List channels, by name", needs: tenant.ReadAudit, description: seenBy},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[Channel], error) {
			all, err := a.Notify.Channels(ctx, who)
			if err != nil {
				return nil, err
			}
			items, next, err := cut(mapped(all, channelOf), in.Paging, func(c Channel) string { return c.Name })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{id: "add-channel", method: http.MethodPost, path: path, tag: notifications, summary: "Add a channel", needs: tenant.Administer, status: http.StatusCreated},
		func(ctx context.Context, who tenant.Who, in *struct {
			Body struct {
				ChannelInput
				Kind notify.Kind `json:"kind" enum:"email,slack,teams,webhook,pagerduty,opsgenie,jira,github,syslog"`
			}
		},
		) (*made[NewChannel], error) {
			c, err := a.Notify.AddChannel(ctx, who, in.Body.noun(0, in.Body.Kind), in.Body.Secret)
			return &made[NewChannel]{fmt.Sprintf("%s%s/%d", v1, path, c.ID), NewChannel{channelOf(c), c.Secret}}, err
		})
	add(a, api, operation{id: "get-channel", method: http.MethodGet, path: path + "/{id}", tag: notifications, summary: "Get a channel", needs: tenant.ReadAudit, description: seenBy},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Channel], error) {
			return one(a.channel(ctx, who, in.ID))
		})
	add(a, api, operation{
		id: "change-channel", method: http.MethodPut, path: path + "/{id}", tag: notifications, summary: "Change a channel", needs: tenant.Administer,
		description: "Everything is replaced but the secret, which is kept where none is given. A channel that leads to another server takes its secret anew.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		ByID
		OnlyIf
		Body ChannelInput
	},
	) (*item[Channel], error) {
		now, err := ifStill(ctx, in.OnlyIf, func(ctx context.Context) (Channel, error) { return a.channel(ctx, who, in.ID) })
		if err != nil {
			return nil, err
		}
		if in.Body.Group == 0 {
			in.Body.Group = now.Group
		}
		if in.Body.Config.Host == "" && in.Body.Secret == "" && (now.Kind == notify.Slack || now.Kind == notify.Teams) {
			in.Body.Config.Host = now.Config.Host // of the secret address, which is kept
		}
		c, err := a.Notify.ChangeChannel(ctx, who, in.Body.noun(in.ID, ""), in.Body.Secret)
		return one(channelOf(c), err)
	})
	add(a, api, operation{
		id: "remove-channel", method: http.MethodDelete, path: path + "/{id}", tag: notifications, summary: "Remove a channel", needs: tenant.Administer,
		description: "With what waits to be sent there.",
	}, removal(a.channel, a.Notify.RemoveChannel))
	add(a, api, operation{
		id: "test-channel", method: http.MethodPost, path: path + "/{id}/test", tag: notifications, summary: "Send a test now", needs: tenant.Administer,
		description: "Tickets and incidents that it opens are closed again.",
	}, func(ctx context.Context, who tenant.Who, in *ByID) (*item[ChannelTest], error) {
		err := a.Notify.Test(ctx, who, in.ID)
		if f, ok := errors.AsType[*notify.SendError](err); ok {
			return one(ChannelTest{Problem: f.Text}, nil)
		}
		return one(ChannelTest{Taken: true}, err)
	})
}

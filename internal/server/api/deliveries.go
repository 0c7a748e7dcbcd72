package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Delivery is a message to a channel as the API shows it.
type Delivery struct {
	ID          int64       `json:"id"`
	Group       int64       `json:"group"`
	Rule        int64       `json:"rule,omitzero" doc:"Absent for a test."`
	RuleName    string      `json:"rule_name,omitempty" doc:"Absent for a test, and where the rule is gone."`
	Channel     int64       `json:"channel"`
	ChannelName string      `json:"channel_name"`
	Kind        notify.Kind `json:"kind" enum:"email,slack,teams,webhook,pagerduty,opsgenie,jira,github,syslog"`
	Form        string      `json:"form" enum:"single,digest,summary,test" doc:"Of one event, gathered, of what was more than the rule may send, or a test."`
	Action      string      `json:"action" enum:"open,again,close" doc:"What it does to a ticket or incident."`
	Title       string      `json:"title"`
	Total       int         `json:"total" doc:"Events that it tells of."`
	State       string      `json:"state" enum:"waiting,sending,sent,dead"`
	Attempt     int         `json:"attempt"`
	Created     time.Time   `json:"created"`
	Due         time.Time   `json:"due,omitzero" doc:"Not to be tried before."`
	Sent        time.Time   `json:"sent,omitzero"`
	Problem     string      `json:"problem,omitempty" doc:"Why the latest attempt failed."`
	Ticket      string      `json:"ticket,omitempty" doc:"Address of the ticket."`
}

// DeliveryDetail is a delivery with what is in it.
type DeliveryDetail struct {
	Delivery
	Events []notify.Event `json:"events" doc:"The first 200 of them."`
}

func deliveryOf(d notify.Delivery) Delivery {
	return Delivery{
		ID: d.ID, Group: d.Group, Rule: d.Rule, RuleName: d.RuleName, Channel: d.Channel, ChannelName: d.Name, Kind: d.Kind, Form: d.Form, Action: d.Action,
		Title: d.Title, Total: d.Total, State: d.State, Attempt: d.Attempt, Created: d.Created, Due: d.Due, Sent: d.Sent, Problem: d.Problem, Ticket: d.URL,
	}
}

func (a *API) delivery(ctx context.Context, who tenant.Who, id int64) (*item[DeliveryDetail], error) {
	d, events, err := a.Notify.Delivery(ctx, who, id)
	return one(DeliveryDetail{deliveryOf(d), events}, err)
}

func (a *API) deliveries(api huma.API) {
	const path = "/notifications/deliveries"
	add(a, api, operation{id: "list-deliveries", method: http.MethodGet, path: path, tag: notifications, summary: "List what was and is to be sent, newest first", needs: tenant.ReadAudit, description: seenBy},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			State   []string `query:"state,explode" enum:"waiting,sending,sent,dead"`
			Channel int64    `query:"channel" minimum:"1"`
			Rule    int64    `query:"rule" minimum:"1"`
		},
		) (*list[Delivery], error) {
			all, next, err := a.Notify.Deliveries(ctx, who, notify.DeliveryQuery{States: in.State, Channel: in.Channel, Rule: in.Rule, Cursor: in.Cursor, Limit: in.Limit})
			return listed(ctx, mapped(all, deliveryOf), next, err)
		})
	add(a, api, operation{id: "get-delivery", method: http.MethodGet, path: path + "/{id}", tag: notifications, summary: "Get a delivery with what it tells of", needs: tenant.ReadAudit, description: seenBy},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[DeliveryDetail], error) {
			return a.delivery(ctx, who, in.ID)
		})
	add(a, api, operation{
		id: "send-delivery-again", method: http.MethodPost, path: path + "/{id}/again", tag: notifications, summary: "Send a delivery anew that was given up", needs: tenant.Administer,
		description: "Under the same key, so that a receiver that knows the key gets nothing twice.",
	}, func(ctx context.Context, who tenant.Who, in *ByID) (*item[DeliveryDetail], error) {
		if err := a.Notify.Again(ctx, who, in.ID); err != nil {
			return nil, err
		}
		return a.delivery(ctx, who, in.ID)
	})
}

package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Rule tells channels of what happens in a group and those below it.
type Rule struct {
	ID      int64     `json:"id"`
	Created time.Time `json:"created" doc:"What happened before is not told."`
	Enabled bool      `json:"enabled"`
	RuleInput
}

// RuleInput is what a rule is to be.
type RuleInput struct {
	Name     string     `json:"name" minLength:"1" maxLength:"200"`
	Group    int64      `json:"group,omitempty" minimum:"1" doc:"The root group if absent, or where it is."`
	Match    RuleMatch  `json:"match"`
	Timing   RuleTiming `json:"timing,omitzero"`
	Channels []int64    `json:"channels" minItems:"1" maxItems:"20" doc:"Where to."`
}

// RuleMatch is what a rule tells of. Values of one field are alternatives, and
// fields narrow each other.
type RuleMatch struct {
	Kinds        []string `json:"kinds" minItems:"1" maxItems:"50" enum:"finding-new,finding-regressed,finding-reopened,finding-resolved,finding-waived,finding-blinded,finding-settled,line-moved,status-changed,duty-moving,waiver-requested,waiver-decided,waiver-expiring,waiver-expired,job-dead,source-silent,source-added,source-gone,asset-added,asset-gone,duty-added,duty-gone"`
	Severity     string   `json:"severity,omitempty" enum:"critical,high,medium,low" doc:"The least; what has none passes."`
	Teams        []string `json:"teams,omitempty" maxItems:"100"`
	Environments []string `json:"environments,omitempty" maxItems:"100"`
}

// RuleTiming is when a rule's messages are sent; at once where it says nothing.
type RuleTiming struct {
	Digest   string `json:"digest,omitempty" enum:"hourly,daily" doc:"Gathers messages."`
	At       string `json:"at,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" doc:"Of a daily digest; 08:00 if absent."`
	Zone     string `json:"zone,omitempty" maxLength:"100" doc:"Of at, from and to, such as Europe/Zurich; UTC if absent."`
	From     string `json:"from,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" doc:"Quiet hours: what happens in them is told when they end."`
	To       string `json:"to,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	Critical bool   `json:"critical,omitempty" doc:"What is critical is told at once all the same."`
	Bound    int    `json:"bound,omitempty" minimum:"0" maximum:"1000" doc:"Messages to a channel in an hour, the rest as one summary; 30 if absent."`
}

func (in RuleInput) noun(id int64, enabled *bool) notify.Rule {
	return notify.Rule{
		ID: id, Group: in.Group, Name: in.Name, Enabled: enabled == nil || *enabled, Match: notify.Match(in.Match), Timing: notify.Timing(in.Timing), Channels: in.Channels,
	}
}

func ruleOf(r notify.Rule) Rule {
	return Rule{r.ID, r.Created, r.Enabled, RuleInput{r.Name, r.Group, RuleMatch(r.Match), RuleTiming(r.Timing), r.Channels}}
}

func (a *API) rule(ctx context.Context, who tenant.Who, id int64) (Rule, error) {
	r, err := a.Notify.Rule(ctx, who, id)
	return ruleOf(r), err
}

// newRule is the body of what puts a rule.
type newRule struct {
	RuleInput
	Enabled *bool `json:"enabled,omitempty" doc:"It is if absent."`
}

func (a *API) notifications(api huma.API) {
	const path = "/notifications/rules"
	add(a, api, operation{id: "list-rules", method: http.MethodGet, path: path, tag: notifications, summary: "List rules, by name", needs: tenant.ReadAudit, description: seenBy},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[Rule], error) {
			all, err := a.Notify.Rules(ctx, who)
			if err != nil {
				return nil, err
			}
			items, next, err := cut(mapped(all, ruleOf), in.Paging, func(r Rule) string { return r.Name })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{
		id: "add-rule", method: http.MethodPost, path: path, tag: notifications, summary: "Add a rule", needs: tenant.Administer, status: http.StatusCreated,
		description: "It tells of what happens from now on, and takes who administers its group and its channels.",
	}, func(ctx context.Context, who tenant.Who, in *struct{ Body newRule }) (*made[Rule], error) {
		r, err := a.Notify.AddRule(ctx, who, in.Body.noun(0, in.Body.Enabled))
		return &made[Rule]{fmt.Sprintf("%s%s/%d", v1, path, r.ID), ruleOf(r)}, err
	})
	add(a, api, operation{id: "get-rule", method: http.MethodGet, path: path + "/{id}", tag: notifications, summary: "Get a rule", needs: tenant.ReadAudit, description: seenBy},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Rule], error) {
			return one(a.rule(ctx, who, in.ID))
		})
	add(a, api, operation{id: "change-rule", method: http.MethodPut, path: path + "/{id}", tag: notifications, summary: "Change everything of a rule", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			OnlyIf
			Body newRule
		},
		) (*item[Rule], error) {
			now, err := ifStill(ctx, in.OnlyIf, func(ctx context.Context) (Rule, error) { return a.rule(ctx, who, in.ID) })
			if err != nil {
				return nil, err
			}
			if in.Body.Group == 0 {
				in.Body.Group = now.Group
			}
			r, err := a.Notify.ChangeRule(ctx, who, in.Body.noun(in.ID, in.Body.Enabled))
			return one(ruleOf(r), err)
		})
	add(a, api, operation{
		id: "remove-rule", method: http.MethodDelete, path: path + "/{id}", tag: notifications, summary: "Remove a rule", needs: tenant.Administer,
		description: "What waits to be sent for it is still sent.",
	}, removal(a.rule, a.Notify.RemoveRule))
}

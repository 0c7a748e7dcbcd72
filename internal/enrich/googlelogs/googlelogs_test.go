package googlelogs

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

const firewall = `resource.type="gce_firewall_rule" AND (protoPayload.methodName:"compute.firewalls.patch" OR protoPayload.methodName:"compute.firewalls.insert" OR protoPayload.methodName:"compute.firewalls.delete")`

func account(facts et.Facts) *estate.Asset { return google(et.Asset("acc", "account", facts)) }

func google(a *estate.Asset) *estate.Asset {
	a.Provider = "google"
	return a
}

func alert(acc *estate.Asset, facts et.Facts) *estate.Asset {
	return et.Link(google(et.Asset("alert", "alarm", facts)), "account", acc)
}

func metric(pattern any) []any {
	return []any{map[string]any{"pattern": pattern, "metric": "fw", "namespace": "logging.googleapis.com/user"}, &source.Unknown{Reason: estate.NotSetForAccount}}
}

func TestAlarms(t *testing.T) {
	const on = `metric.type="logging.googleapis.com/user/fw" AND resource.type="global"`
	for _, c := range []struct {
		name    string
		metrics any
		alert   et.Facts
		want    any
	}{
		{"a metric and an alert", metric(firewall), et.Facts{"metric": on, "log_pattern": "", "alarm_actions": true}, true},
		{"nobody is told", metric(firewall), et.Facts{"metric": on, "log_pattern": "", "alarm_actions": false}, false},
		{"an alert on another metric", metric(firewall), et.Facts{"metric": `metric.type="logging.googleapis.com/user/fw-other"`, "log_pattern": "", "alarm_actions": true}, false},
		{"an alert on the entries", et.Unknown(estate.NotSetForAccount), et.Facts{"metric": "", "log_pattern": firewall, "alarm_actions": true}, true},
		{"only part of the events", metric(`resource.type="gce_firewall_rule" AND protoPayload.methodName:"compute.firewalls.insert"`), et.Facts{"metric": on, "log_pattern": "", "alarm_actions": true}, false},
		{"some left out", metric(firewall + ` AND NOT protoPayload.authenticationInfo.principalEmail="robot"`), et.Facts{"metric": on, "log_pattern": "", "alarm_actions": true}, et.Unknown("a pattern over log entries excludes some of them")},
		{"pattern not known", metric(&source.Unknown{Reason: "later"}), et.Facts{"metric": on, "log_pattern": "", "alarm_actions": true}, et.Unknown("later")},
		{"alert not known", metric(firewall), et.Facts{"metric": et.Unknown("later"), "log_pattern": "", "alarm_actions": true}, et.Unknown("later")},
		{"an alert on a machine's load", et.Unknown(estate.NotSetForAccount), et.Facts{"alarm_actions": true}, et.Unknown("no source describes a metric over log entries, or an alert, of the account")},
	} {
		t.Run(c.name, func(t *testing.T) {
			acc := account(et.Facts{"metric_filters": c.metrics})
			Enrich(et.Estate(acc, alert(acc, c.alert)))
			et.Want(t, acc, et.Facts{"alarm_sg_change": c.want})
		})
	}
}

func TestExport(t *testing.T) {
	for _, c := range []struct {
		sinks []any
		want  any
	}{
		{nil, et.Unknown("")},
		{[]any{true}, true},
		{[]any{false, true}, true},
		{[]any{false}, false},
		{[]any{false, et.Unknown("later")}, et.Unknown("later")},
	} {
		acc := account(nil)
		all := []*estate.Asset{acc}
		for _, s := range c.sinks {
			all = append(all, et.Link(google(et.Asset("sink", "audit-trail", et.Facts{"exports_everything": s})), "account", acc))
		}
		Enrich(et.Estate(all...))
		et.Want(t, acc, et.Facts{"log_export_complete": c.want})
	}
}

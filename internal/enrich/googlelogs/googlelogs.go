// Package googlelogs derives, for projects of Google Cloud, whether every log
// entry is passed on, and which events raise an alarm that somebody receives:
// by a metric over log entries and an alert on it, or by an alert on the
// entries themselves.
package googlelogs

import (
	"cmp"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives the facts of every account of Google's. An account of which
// the sources show no sink, or no metric and no alert, is unknown in them.
func Enrich(e *estate.Estate) {
	sinks, alerts := map[*estate.Asset][]*estate.Asset{}, map[*estate.Asset][]*estate.Asset{}
	for _, a := range e.Assets {
		acc := derive.Account(a)
		if acc == nil || a.Provider != "google" {
			continue
		}
		switch a.Kind {
		case "audit-trail":
			sinks[acc] = append(sinks[acc], a)
		case "alarm":
			alerts[acc] = append(alerts[acc], a)
		}
	}
	for _, a := range e.Assets {
		if a.Kind == "account" && a.Provider == "google" {
			export(a, sinks[a])
			alarms(a, alerts[a])
		}
	}
}

// export: one sink without filter is enough.
func export(acc *estate.Asset, sinks []*estate.Asset) {
	if len(sinks) == 0 {
		derive.SetBool(acc, "log_export_complete", tri.Unknown("no source describes a sink of the account"), derive.At(acc))
		return
	}
	out, from := tri.False, derive.FromFact(sinks[0], "exports_everything")
	for _, s := range sinks {
		b := derive.Is(s, "exports_everything")
		if b.IsTrue() {
			from = derive.FromFact(s, "exports_everything")
		}
		out = tri.Or(out, b)
	}
	derive.SetBool(acc, "log_export_complete", out, from)
}

// requirement is an alarm an account should have. A pattern that finds the
// events names all of the terms; of several in one term any will do.
type requirement struct {
	fact  string
	terms [][]string
}

// requirements are those of the CIS benchmark's section on monitoring. Terms
// stand as a pattern writes them, without quotes and in lower case.
var requirements = []requirement{
	{"alarm_ownership_change", [][]string{{"cloudresourcemanager.googleapis.com"}, {"roles/owner", "projectownership", "projectownerinvitee"}}},
	{"alarm_audit_config_change", [][]string{{"setiampolicy"}, {"auditconfigdeltas"}}},
	{"alarm_role_change", [][]string{{"iam_role"}, {"createrole"}, {"deleterole"}, {"updaterole"}}},
	{"alarm_sg_change", [][]string{{"gce_firewall_rule"}, {"insert"}, {"patch", "update"}, {"delete"}}},
	{"alarm_route_change", [][]string{{"gce_route"}, {"insert"}, {"delete"}}},
	{"alarm_vpc_change", [][]string{{"gce_network"}, {"insert"}, {"patch"}, {"delete"}}},
	{"alarm_bucket_policy", [][]string{{"gcs_bucket"}, {"storage.setiampermissions"}}},
	{"alarm_database_change", [][]string{{"cloudsql.instances.update"}}},
}

// watch is a pattern with what is known of who hears when it is met.
type watch struct {
	pattern string
	why     string // the pattern is not known
	heard   tri.Bool
	from    estate.Origin
}

func alarms(acc *estate.Asset, alerts []*estate.Asset) {
	watches, described := collect(acc, alerts)
	for _, r := range requirements {
		if !described {
			derive.SetBool(acc, r.fact, tri.Unknown("no source describes a metric over log entries, or an alert, of the account"), derive.At(acc))
			continue
		}
		out, from := tri.False, derive.At(acc)
		for _, w := range watches {
			b := tri.And(r.met(w), w.heard)
			if b.IsTrue() {
				from = w.from
			}
			out = tri.Or(out, b)
		}
		derive.SetBool(acc, r.fact, out, from)
	}
}

// collect lists what the account's alerts watch. The second result is false
// where the sources describe none of it.
func collect(acc *estate.Asset, alerts []*estate.Asset) (out []watch, described bool) {
	f, has := acc.Fact("metric_filters")
	if has && f.Known() {
		list, _ := f.Value.([]any)
		for _, v := range list {
			switch m := v.(type) {
			case map[string]any:
				described = true
				pattern, _ := m["pattern"].(string)
				w := watch{pattern: pattern, from: derive.From(f), heard: heard(m, alerts)}
				if pattern == "" {
					w.why = reason(m["pattern"], "the pattern of a metric is not known")
				}
				out = append(out, w)
			case *source.Unknown:
				if m.Reason != estate.NotSetForAccount {
					described = true
					out = append(out, watch{why: reason(m, "a metric is not known"), heard: tri.True, from: derive.From(f)})
				}
			}
		}
	}
	for _, a := range alerts {
		p, ok := a.Fact("log_pattern")
		if !ok {
			continue // an alert on something else than logs
		}
		described = true
		text, _ := p.Value.(string)
		if !p.Known() || text != "" {
			out = append(out, watch{pattern: text, why: p.Unknown, heard: derive.Is(a, "alarm_actions"), from: derive.From(p)})
		}
	}
	return out, described
}

// heard tells whether an alert on the metric tells somebody.
func heard(metric map[string]any, alerts []*estate.Asset) tri.Bool {
	name, known := metric["metric"].(string)
	out := tri.False
	for _, a := range alerts {
		f, ok := a.Fact("metric")
		if !ok {
			continue
		}
		watched, _ := f.Value.(string)
		about := tri.Of(watches(watched, name))
		if !known || !f.Known() {
			about = tri.Unknown(cmp.Or(f.Unknown, "which metric an alert watches is not known"))
		}
		out = tri.Or(out, tri.And(about, derive.Is(a, "alarm_actions")))
	}
	return out
}

// watches tells whether an alert's filter names the metric, and not one whose
// name only begins like it.
func watches(filter, metric string) bool {
	_, rest, ok := strings.Cut(filter, "logging.googleapis.com/user/"+metric)
	return ok && metric != "" && (rest == "" || strings.ContainsRune("\"' )\n\t", rune(rest[0])))
}

// met tells whether the pattern finds the events. One that excludes something
// is left open: what remains is not worked out here.
func (r requirement) met(w watch) tri.Bool {
	if w.why != "" {
		return tri.Unknown(w.why)
	}
	text := strings.ToLower(strings.Join(strings.Fields(strings.NewReplacer(`"`, "", "'", "").Replace(w.pattern)), " "))
	for _, any := range r.terms {
		found := false
		for _, t := range any {
			found = found || strings.Contains(text, t)
		}
		if !found {
			return tri.False
		}
	}
	for _, negation := range []string{"not ", "!=", "!~", " -"} {
		if strings.Contains(" "+text, negation) {
			return tri.Unknown("a pattern over log entries excludes some of them")
		}
	}
	return tri.True
}

func reason(v any, otherwise string) string {
	if u, ok := v.(*source.Unknown); ok && u.Reason != "" {
		return u.Reason
	}
	return otherwise
}

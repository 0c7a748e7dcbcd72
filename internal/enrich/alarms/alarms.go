// Package alarms derives which events of an account raise an alarm that
// somebody receives, by the chain audit trail → log group → metric filter →
// alarm → topic → subscriber.
package alarms

import (
	"cmp"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives the alarm facts of every AWS account. An account of which the
// sources show no trail is unknown in all of them. Where they show one, the
// chain starts there, and a link that is missing after it is missing.
func Enrich(e *estate.Estate) {
	x := index(e)
	for _, a := range e.Assets {
		if a.Kind == "account" && a.Provider == "aws" {
			x.account(a)
		}
	}
}

type metric struct{ namespace, name string }

type graph struct {
	trails map[*estate.Asset][]*estate.Asset            // account -> trails
	alarms map[*estate.Asset]map[metric][]*estate.Asset // account -> metric -> alarms
	open   map[*estate.Asset]string                     // account -> an alarm whose metric is not known
}

func index(e *estate.Estate) graph {
	x := graph{map[*estate.Asset][]*estate.Asset{}, map[*estate.Asset]map[metric][]*estate.Asset{}, map[*estate.Asset]string{}}
	for _, a := range e.Assets {
		acc := derive.Account(a)
		if acc == nil {
			continue
		}
		switch a.Kind {
		case "audit-trail":
			if _, ok := a.Fact("multi_region"); ok && !a.Elsewhere { // a trail, not a store of events
				x.trails[acc] = append(x.trails[acc], a)
			}
		case "alarm":
			m := metric{derive.Text(a, "namespace"), derive.Text(a, "metric")}
			if f, ok := a.Fact("metric"); ok && !f.Known() {
				x.open[acc] = f.Unknown
			}
			if m.name == "" {
				continue
			}
			if x.alarms[acc] == nil {
				x.alarms[acc] = map[metric][]*estate.Asset{}
			}
			x.alarms[acc][m] = append(x.alarms[acc][m], a)
		}
	}
	return x
}

// filter is a metric filter with what is known of its alarm.
type filter struct {
	match matcher // nil: the pattern is not known
	why   string
	heard tri.Bool // somebody is told
	from  estate.Origin
}

func (x graph) account(acc *estate.Asset) {
	trails := x.trails[acc]
	if len(trails) == 0 {
		for _, r := range requirements {
			derive.SetBool(acc, r.fact, tri.Unknown("no source describes an audit trail of the account"), derive.At(acc))
		}
		return
	}
	// Each trail that covers the account, with the filters on its log group.
	type chain struct {
		covers  tri.Bool
		filters []filter
		open    string
	}
	var chains []chain
	for _, t := range trails {
		c := chain{covers: covers(t)}
		if c.covers.IsFalse() {
			continue
		}
		for _, r := range t.Linked("log_store") {
			if r.To == nil {
				c.open = cmp.Or(c.open, r.Unknown, "the log group "+r.Ref+" is not in the sources")
				continue
			}
			fs, open := x.filters(acc, r.To)
			c.filters = append(c.filters, fs...)
			c.open = cmp.Or(c.open, open)
		}
		chains = append(chains, c)
	}
	for _, r := range requirements {
		out, from := tri.False, derive.FromFact(trails[0], "logs_to_monitoring")
		for _, c := range chains {
			met, by := raised(r, c.filters, c.open)
			b := tri.And(c.covers, met)
			if b.IsTrue() {
				from = by
			}
			out = tri.Or(out, b)
		}
		derive.SetBool(acc, r.fact, out, from)
	}
}

// covers: a trail that records the control plane of every region.
func covers(t *estate.Asset) tri.Bool {
	on, ok := derive.Bool(t, "recorder_enabled")
	if !ok {
		on = tri.True
	}
	events, ok := derive.Bool(t, "management_events")
	if !ok {
		events = tri.True
	}
	return tri.And(on, events, derive.Is(t, "multi_region"))
}

// raised tells whether every event of the requirement passes some filter whose
// alarm somebody hears.
func raised(r requirement, fs []filter, open string) (tri.Bool, estate.Origin) {
	all := tri.True
	var from estate.Origin
	for _, ev := range r.events {
		one := tri.False
		if open != "" {
			one = tri.Unknown(open)
		}
		for _, f := range fs {
			m := tri.Unknown(f.why)
			if f.match != nil {
				m = tri.Of(f.match(ev))
			}
			b := tri.And(m, f.heard)
			if b.IsTrue() {
				from = f.from
			}
			one = tri.Or(one, b)
		}
		if all = tri.And(all, one); all.IsFalse() {
			break
		}
	}
	return all, from
}

// filters reads the metric filters of a log group.
func (x graph) filters(acc, logs *estate.Asset) (out []filter, open string) {
	f, ok := logs.Fact("metric_filters")
	if !ok {
		return nil, ""
	}
	if !f.Known() {
		return nil, f.Unknown
	}
	from := derive.From(f)
	take := func(v any) {
		m, ok := v.(map[string]any)
		if !ok {
			open = cmp.Or(open, reason(v))
			return
		}
		g := filter{from: from, heard: x.heard(acc, m)}
		text, ok := m["pattern"].(string)
		if !ok {
			g.why = reason(m["pattern"])
		} else if match, err := parse(text); err != nil {
			g.why = "the filter pattern is " + err.Error()
		} else {
			g.match = match
		}
		out = append(out, g)
	}
	switch v := f.Value.(type) {
	case []any:
		for _, e := range v {
			take(e)
		}
	default:
		take(v)
	}
	return out, open
}

// heard tells whether an alarm watches the filter's metric and tells somebody.
func (x graph) heard(acc *estate.Asset, m map[string]any) tri.Bool {
	name, ok1 := m["metric"].(string)
	space, ok2 := m["namespace"].(string)
	if !ok1 || !ok2 {
		return tri.Unknown(reason(m["metric"]))
	}
	out := tri.False
	if why := x.open[acc]; why != "" {
		out = tri.Unknown(why)
	}
	for _, a := range x.alarms[acc][metric{space, name}] {
		out = tri.Or(out, tells(a))
	}
	return out
}

// tells: the alarm acts, and where it acts on somebody listens.
func tells(a *estate.Asset) tri.Bool {
	acts, ok := derive.Bool(a, "alarm_actions")
	if !ok {
		acts = tri.True
	}
	out := tri.False
	for _, r := range a.Linked("notifies") {
		switch {
		case r.To == nil:
			out = tri.Or(out, tri.Unknown(cmp.Or(r.Unknown, "who listens to "+r.Ref+" is not in the sources")))
		case r.To.Kind != "topic":
			out = tri.True // a function or an incident tool takes it from there
		default:
			b, has := derive.Bool(r.To, "has_subscribers")
			if !has {
				b = tri.Unknown("no subscription of the topic " + r.To.Name + " is in the sources")
			}
			out = tri.Or(out, b)
		}
	}
	return tri.And(acts, out)
}

func reason(v any) string {
	if u, ok := v.(*source.Unknown); ok && u.Reason != "" {
		return u.Reason
	}
	return "a metric filter is not known"
}

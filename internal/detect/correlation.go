package detect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Kinds of correlations.
const (
	eventCount      = "event_count"
	valueCount      = "value_count"
	temporal        = "temporal"
	temporalOrdered = "temporal_ordered"
)

const (
	mostCount    = 1000 // that a correlation may ask for
	mostGroup    = 8    // fields
	mostTimespan = 30 * 24 * time.Hour
)

// correlation is what a rule says about other rules.
type correlation struct {
	kind     string
	rules    []string
	group    []string
	aliases  map[string]map[string]string // alias → rule → field
	timespan time.Duration
	least    int    // from how many on
	field    string // of which values are counted
	generate bool   // the rules raise alerts too
	line     int
}

// feed is a place of a rule in a correlation.
type feed struct {
	to    *Rule
	index int
}

func readCorrelation(n *yaml.Node) (*correlation, error) {
	o, err := mapping(n, "correlation")
	if err != nil {
		return nil, err
	}
	c := &correlation{line: n.Line}
	for i, k := range o.keys {
		v := o.values[i]
		var err error
		switch k.Value {
		case "type":
			c.kind = v.Value
		case "rules":
			c.line = k.Line
			c.rules, err = texts(v)
		case "group-by":
			if c.group, err = texts(v); err == nil && len(c.group) > mostGroup {
				err = at(v, "it groups by %d fields; %d are the most", len(c.group), mostGroup)
			}
		case "timespan":
			c.timespan, err = timespan(v)
		case "generate":
			c.generate = v.Value == "true"
		case "aliases":
			err = c.readAliases(v)
		case "condition":
			err = c.readCondition(v)
		default:
			err = at(k, "correlations have no %q; known are type, rules, group-by, timespan, aliases, condition, generate", k.Value)
		}
		if err != nil {
			return nil, err
		}
	}
	return c, c.complete(n)
}

func (c *correlation) complete(n *yaml.Node) error {
	counts := c.kind == eventCount || c.kind == valueCount
	switch {
	case !counts && c.kind != temporal && c.kind != temporalOrdered:
		return at(n, "the type %q of correlation is not supported; write event_count, value_count, temporal or temporal_ordered", c.kind)
	case len(c.rules) == 0 || len(c.rules) > 32:
		return at(n, "the correlation looks at %d rules; name 1 to 32", len(c.rules))
	case c.timespan == 0:
		return at(n, "the correlation has no timespan; write one like 5m")
	case counts && c.least == 0:
		return at(n, "the correlation has no condition; write one like gte: 10")
	case !counts && c.least != 0:
		return at(n, "conditions of temporal correlations are not supported; leave it: each of the rules has to be seen")
	case !counts && len(c.rules) < 2:
		return at(n, "the correlation looks at one rule; name two or more")
	case (c.kind == valueCount) != (c.field != ""):
		return at(n, "a condition's field belongs to value_count, which needs one; write field: there, and nowhere else")
	}
	return nil
}

// readCondition reads from how many on a correlation holds.
func (c *correlation) readCondition(n *yaml.Node) error {
	o, err := mapping(n, "condition")
	if err != nil {
		return err
	}
	for i, k := range o.keys {
		v := o.values[i]
		if k.Value == "field" {
			c.field = v.Value
			continue
		}
		x, err := strconv.Atoi(v.Value)
		if k.Value == "gt" {
			x++
		}
		switch {
		case k.Value != "gte" && k.Value != "gt" && k.Value != "eq":
			return at(k, "the condition %q is not supported, since what is too seldom is not seen when it happens; write gte or gt", k.Value)
		case err != nil || x < 1 || x > mostCount:
			return at(v, "a correlation counts to a number from 1 to %d, not to %q", mostCount, v.Value)
		case c.least != 0:
			return at(k, "the correlation has two conditions; leave one")
		}
		c.least = x
	}
	return nil
}

func (c *correlation) readAliases(n *yaml.Node) error {
	o, err := mapping(n, "aliases")
	if err != nil {
		return err
	}
	c.aliases = map[string]map[string]string{}
	for i, k := range o.keys {
		per, err := mapping(o.values[i], "an alias")
		if err != nil {
			return err
		}
		c.aliases[k.Value] = map[string]string{}
		for j, rule := range per.keys {
			c.aliases[k.Value][rule.Value] = per.values[j].Value
		}
	}
	return nil
}

// fieldOf is the name that a field to group by has in the events of a rule.
func (c *correlation) fieldOf(name string, rule int) string {
	if f := c.aliases[name][c.rules[rule]]; f != "" {
		return f
	}
	return name
}

var units = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}

func timespan(n *yaml.Node) (time.Duration, error) {
	v := strings.TrimSpace(n.Value)
	if v != "" {
		unit := units[v[len(v)-1]]
		x, err := strconv.Atoi(v[:len(v)-1])
		if err == nil && unit > 0 && x > 0 && x <= int(mostTimespan/unit) {
			return time.Duration(x) * unit, nil
		}
	}
	return 0, at(n, "the timespan is not a time up to 30d: %q; write a number and s, m, h or d", v)
}

// window is what a correlation remembers of one group. How much is bounded by what the
// correlation counts to.
type window struct {
	key    string
	at     time.Time // of the last event
	muted  time.Time // until when it raises no alert
	unsaid int       // times that it held meanwhile

	times  []time.Time // event_count: the last ones, at most as many as it counts to
	values []seen      // value_count: the last ones
	last   []seen      // temporal: by rule; ordered: beginning of the latest row that ends there
}

type seen struct {
	value string
	at    time.Time
	event uint64
}

// take adds an event and tells whether the correlation holds now, with how many.
func (w *window) take(c *correlation, rule int, at time.Time, event uint64, value string) (int, bool) {
	from := at.Add(-c.timespan)
	switch c.kind {
	case eventCount:
		if len(w.times) >= c.least {
			w.times = append(w.times[:0], w.times[1:]...)
		}
		w.times = append(w.times, at)
		return len(w.times), len(w.times) == c.least && !w.times[0].Before(from)
	case valueCount:
		return w.takeValue(c, seen{value: value, at: at}, from)
	}
	if w.last == nil {
		w.last = make([]seen, len(c.rules))
	}
	if c.kind == temporal {
		w.last[rule] = seen{at: at}
		for _, l := range w.last {
			if l.at.IsZero() || l.at.Before(from) {
				return 0, false
			}
		}
		return len(c.rules), true
	}
	if rule == 0 {
		w.last[0] = seen{at: at, event: event}
		return 0, false
	}
	before := w.last[rule-1]
	if before.at.IsZero() || before.at.Before(from) || before.event == event {
		return 0, false
	}
	w.last[rule] = seen{at: before.at, event: event}
	return len(c.rules), rule == len(c.rules)-1
}

func (w *window) takeValue(c *correlation, s seen, from time.Time) (int, bool) {
	w.values = slices.DeleteFunc(w.values, func(o seen) bool { return o.value == s.value || o.at.Before(from) })
	if len(w.values) >= c.least {
		w.values = append(w.values[:0], w.values[1:]...)
	}
	w.values = append(w.values, s)
	return len(w.values), len(w.values) >= c.least
}

func (c *correlation) String() string { return fmt.Sprintf("%s within %v", c.kind, c.timespan) }

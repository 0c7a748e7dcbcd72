package detect

import (
	"container/list"
	"maps"
	"slices"
	"time"
)

// mostWindows is how many groups a correlation remembers. The one that was quiet the
// longest gives way to a new one.
const mostWindows = 10_000

// mostKey bounds the text of a group, which who writes to a log decides.
const mostKey = 1024

// Engine holds rules against events, one after the other. It is not for several
// goroutines.
type Engine struct {
	rules  *Rules
	of     map[string][]*Rule // by source: rules that look at it
	m      matching
	memory map[*Rule]*memory
	event  uint64
	key    []byte
	Forgot uint64 // groups that gave way although they were within their time
}

// hit is a rule that an event matched, or made hold.
type hit struct {
	rule  *Rule
	count int
}

// memory is what one correlation remembers.
type memory struct {
	by   map[string]*list.Element
	last *list.List // of *window, the latest first
	now  time.Time  // of the latest event
}

// Engine is a new one, which remembers nothing.
func (r *Rules) Engine() *Engine {
	return &Engine{rules: r, of: map[string][]*Rule{}, m: matching{heads: make([]int32, len(r.slots))}, memory: map[*Rule]*memory{}}
}

// See holds the rules against an event, and calls tell for each that raises an alert.
func (e *Engine) See(ev *Event, tell func(*Alert)) {
	rules, ok := e.of[ev.Source.Name]
	if !ok {
		rules = e.rules.about(ev.Source)
		e.of[ev.Source.Name] = rules
	}
	if len(rules) == 0 {
		return
	}
	e.event++
	e.m.load(ev, e.rules.slots)
	for _, r := range rules {
		if r.when.holds(&e.m) {
			e.hit(hit{r, 1}, ev, tell)
		}
	}
}

// Sources tells whether rules look at any of the source.
func (r *Rules) Sources(s *Source) bool { return len(r.about(s)) > 0 }

// about are the detections for a source's events that are of any use.
func (r *Rules) about(s *Source) []*Rule {
	var all []*Rule
	for _, x := range r.All {
		if x.when != nil && slices.ContainsFunc(s.Of, x.Logsource.admits) {
			all = append(all, x)
		}
	}
	return all
}

// hit tells of a rule and goes on with the correlations that look at it. They cannot
// go in a circle.
func (e *Engine) hit(h hit, ev *Event, tell func(*Alert)) {
	if !h.rule.referred {
		tell(alert(h, ev))
	}
	e.feed(h.rule, ev, tell)
}

func (e *Engine) feed(r *Rule, ev *Event, tell func(*Alert)) {
	for _, f := range r.feeds {
		w := e.window(f, ev)
		if w == nil {
			continue
		}
		c := f.to.correlate
		value := ""
		if c.field != "" {
			if value, _ = ev.Get(c.fieldOf(c.field, f.index)); value == "" || len(value) > mostKey {
				continue
			}
		}
		n, holds := w.take(c, f.index, ev.Time, e.event, value)
		if !holds {
			continue
		}
		// It is said once in its timespan; but correlations that look at it learn of
		// each time.
		if ev.Time.Before(w.muted) {
			w.unsaid++
		} else {
			if !f.to.referred {
				tell(alert(hit{f.to, n + w.unsaid}, ev))
			}
			w.muted, w.unsaid = ev.Time.Add(c.timespan), 0
		}
		e.feed(f.to, ev, tell)
	}
}

// window is that of the event's group, or nil where the event lacks a field to group
// by.
func (e *Engine) window(f feed, ev *Event) *window {
	c := f.to.correlate
	e.key = e.key[:0]
	for _, g := range c.group {
		v, ok := ev.Get(c.fieldOf(g, f.index))
		if !ok || len(e.key)+len(v) > mostKey {
			return nil
		}
		e.key = append(append(e.key, v...), 0)
	}
	m := e.memory[f.to]
	if m == nil {
		m = &memory{by: map[string]*list.Element{}, last: list.New()}
		e.memory[f.to] = m
	}
	if ev.Time.After(m.now) {
		m.now = ev.Time
	}
	if at, ok := m.by[string(e.key)]; ok {
		m.last.MoveToFront(at)
		w := at.Value.(*window)
		w.at = ev.Time
		return w
	}
	e.forget(m, c.timespan)
	w := &window{key: string(e.key), at: ev.Time}
	m.by[w.key] = m.last.PushFront(w)
	return w
}

// forget makes room: what is past goes, and one more where there are too many.
func (e *Engine) forget(m *memory, timespan time.Duration) {
	for back := m.last.Back(); back != nil; back = m.last.Back() {
		w := back.Value.(*window)
		past := w.at.Before(m.now.Add(-timespan))
		if !past && m.last.Len() < mostWindows {
			return
		}
		if !past {
			e.Forgot++
		}
		m.last.Remove(back)
		delete(m.by, w.key)
	}
}

// Windows is how many groups are remembered.
func (e *Engine) Windows() int {
	n := 0
	for m := range maps.Values(e.memory) {
		n += len(m.by)
	}
	return n
}

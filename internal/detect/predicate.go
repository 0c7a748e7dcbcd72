package detect

import (
	"net/netip"
	"regexp"
	"strconv"
)

// matching is one event as predicates look at it: fields by number.
type matching struct {
	event *Event
	heads []int32 // by the field's number: place of its first value, from 1; 0 is none
	next  []int32 // by place: that of the field's next value
}

// load puts an event there.
func (m *matching) load(e *Event, slots map[string]int) {
	m.event = e
	clear(m.heads)
	if cap(m.next) < len(e.Fields) {
		m.next = make([]int32, len(e.Fields), 2*len(e.Fields))
	}
	m.next = m.next[:len(e.Fields)]
	for i := len(e.Fields) - 1; i >= 0; i-- {
		if slot, ok := slots[e.Fields[i].Name]; ok {
			m.next[i] = m.heads[slot]
			m.heads[slot] = int32(i) + 1 //nolint:gosec // events have few fields
		}
	}
}

// predicate is a condition on an event.
type predicate interface{ holds(m *matching) bool }

type (
	both    []predicate // all of them
	either  []predicate // one of them
	negated struct{ of predicate }

	// has is a field of which one value passes one of the tests, or each of them
	// when all is set.
	has struct {
		slot  int
		tests []test
		all   bool
	}
	// absent is a field without a value.
	absent struct{ slot int }
	// present is a field that is there.
	present struct{ slot int }
	// same is a field with the value of another.
	same struct {
		slot, other   int
		cased         bool
		before, after bool // the other's value may stand anywhere but at the beginning, the end
	}
	// keywords are looked for in the text.
	keywords struct {
		tests []test
		all   bool
	}
)

func (p both) holds(m *matching) bool {
	for _, x := range p {
		if !x.holds(m) {
			return false
		}
	}
	return true
}

func (p either) holds(m *matching) bool {
	for _, x := range p {
		if x.holds(m) {
			return true
		}
	}
	return false
}

func (p negated) holds(m *matching) bool { return !p.of.holds(m) }

func (p *has) holds(m *matching) bool {
	for _, t := range p.tests {
		found := false
		for i := m.heads[p.slot]; i != 0 && !found; i = m.next[i-1] {
			found = t.matches(m.event.Fields[i-1].Value)
		}
		if found != p.all {
			return found // the first that passes, or that does not
		}
	}
	return p.all
}

func (p absent) holds(m *matching) bool {
	for i := m.heads[p.slot]; i != 0; i = m.next[i-1] {
		if m.event.Fields[i-1].Value != "" {
			return false
		}
	}
	return true
}

func (p present) holds(m *matching) bool { return m.heads[p.slot] != 0 }

func (p *same) holds(m *matching) bool {
	for i := m.heads[p.slot]; i != 0; i = m.next[i-1] {
		for j := m.heads[p.other]; j != 0; j = m.next[j-1] {
			if p.fits(m.event.Fields[i-1].Value, m.event.Fields[j-1].Value) {
				return true
			}
		}
	}
	return false
}

func (p *same) fits(v, other string) bool {
	f := newFold(other, p.cased)
	switch {
	case p.before && p.after:
		return within{f}.matches(v)
	case p.after:
		return prefix{f}.matches(v)
	case p.before:
		return suffix{f}.matches(v)
	}
	return equal{f}.matches(v)
}

func (p *keywords) holds(m *matching) bool {
	for _, t := range p.tests {
		if t.matches(m.event.Text) != p.all {
			return !p.all
		}
	}
	return p.all
}

// expression is a regular expression; it matches somewhere in the value.
type expression struct{ re *regexp.Regexp }

func (t expression) matches(v string) bool { return t.re.MatchString(v) }

// network holds addresses.
type network struct{ prefix netip.Prefix }

func (t network) matches(v string) bool {
	a, err := netip.ParseAddr(v)
	return err == nil && t.prefix.Contains(a.Unmap().WithZone(""))
}

// order compares numbers.
type order struct {
	than  float64
	less  bool
	equal bool
}

func (t order) matches(v string) bool {
	x, err := strconv.ParseFloat(v, 64)
	switch {
	case err != nil:
		return false
	case x == t.than:
		return t.equal
	}
	return (x < t.than) == t.less && x == x
}

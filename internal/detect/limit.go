package detect

import "time"

// Bounds on how much one rule may say.
const (
	mostAlerts = 30
	alertsPer  = 10 * time.Minute
)

// Limit keeps a rule that matches everything, or somebody who has it match, from
// drowning the others. What is held back is counted in the rule's next alert.
type Limit struct{ rules map[string]*said }

type said struct {
	since    time.Time
	n        int
	heldBack int
}

// NewLimit is one that has seen nothing.
func NewLimit() *Limit { return &Limit{rules: map[string]*said{}} }

// Admits tells whether the alert is to be told.
func (l *Limit) Admits(a *Alert, now time.Time) bool {
	s := l.rules[a.Rule]
	if s == nil || now.Sub(s.since) >= alertsPer || now.Before(s.since) {
		held := 0
		if s != nil {
			held = s.heldBack
		}
		s = &said{since: now}
		l.rules[a.Rule] = s
		a.Count += held
	}
	if s.n >= mostAlerts {
		s.heldBack += a.Count
		return false
	}
	s.n++
	return true
}

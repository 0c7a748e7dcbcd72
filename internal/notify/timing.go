package notify

import (
	"slices"
	"time"
	_ "time/tzdata" // containers may have none
)

// Timing is when a rule's messages are sent.
type Timing struct {
	Digest   string `json:"digest,omitempty"`   // nothing, hourly, daily
	At       string `json:"at,omitempty"`       // of a daily digest, such as 08:30
	Zone     string `json:"zone,omitempty"`     // of At and quiet hours, such as Europe/Zurich; empty is UTC
	From     string `json:"from,omitempty"`     // quiet hours: what happens in them is told when they end
	To       string `json:"to,omitempty"`       //
	Critical bool   `json:"critical,omitempty"` // what is critical is told at once all the same
	Bound    int    `json:"bound,omitempty"`    // messages to a channel in an hour; 0 is DefaultBound
}

// Digests are how messages can be gathered.
var Digests = []string{"", "hourly", "daily"}

// maxBound bounds what a rule may send in an hour.
const maxBound = 1000

func (t *Timing) valid() error {
	if !slices.Contains(Digests, t.Digest) {
		return invalid("a digest is hourly or daily")
	}
	if t.Digest == "daily" && t.At == "" {
		t.At = "08:00"
	}
	if t.Digest != "daily" {
		t.At = ""
	}
	if _, err := time.LoadLocation(t.Zone); err != nil || t.Zone == "Local" || len(t.Zone) > 100 {
		return invalid("%.100q is no time zone; write one such as Europe/Zurich", t.Zone)
	}
	for _, at := range []string{t.At, t.From, t.To} {
		if _, _, ok := clock(at); at != "" && !ok {
			return invalid("%.20q is no time of day; write one such as 22:00", at)
		}
	}
	switch {
	case (t.From == "") != (t.To == "") || t.From != "" && t.From == t.To:
		return invalid("quiet hours have a beginning and another end")
	case t.Bound < 0 || t.Bound > maxBound:
		return invalid("a rule sends at most %d messages in an hour", maxBound)
	}
	return nil
}

// clock reads a time of day.
func clock(s string) (hour, minute int, ok bool) {
	at, err := time.Parse("15:04", s)
	return at.Hour(), at.Minute(), err == nil
}

func (t *Timing) bound() int {
	if t.Bound == 0 {
		return DefaultBound
	}
	return t.Bound
}

func (t *Timing) zone() *time.Location {
	loc, err := time.LoadLocation(t.Zone)
	if err != nil {
		return time.UTC // it was valid when it was entered
	}
	return loc
}

// next returns the first moment after now at which it is that time of day.
func (t *Timing) next(now time.Time, at string) time.Time {
	h, m, _ := clock(at)
	local := now.In(t.zone())
	for day := 0; ; day++ {
		if due := time.Date(local.Year(), local.Month(), local.Day()+day, h, m, 0, 0, local.Location()); due.After(now) {
			return due
		}
	}
}

// digest returns when the digest that gathers now is due; false where there is
// none.
func (t *Timing) digest(now time.Time) (time.Time, bool) {
	switch t.Digest {
	case "hourly":
		return t.loud(now.Truncate(time.Hour).Add(time.Hour)), true
	case "daily":
		return t.loud(t.next(now, t.At)), true
	}
	return time.Time{}, false
}

// loud returns the moment itself, or the end of the quiet hours it is in.
func (t *Timing) loud(at time.Time) time.Time {
	if t.From == "" {
		return at
	}
	local := at.In(t.zone())
	fh, fm, _ := clock(t.From)
	th, tm, _ := clock(t.To)
	from, to, now := fh*60+fm, th*60+tm, local.Hour()*60+local.Minute()
	quiet := now >= from && now < to
	if from > to { // over midnight
		quiet = now >= from || now < to
	}
	if !quiet {
		return at
	}
	return t.next(at, t.To)
}

// due returns when an event is told that is not gathered.
func (t *Timing) due(e *Event, now time.Time) time.Time {
	if t.Critical && e.Severity == "critical" {
		return now
	}
	return t.loud(now)
}

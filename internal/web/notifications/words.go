package notifications

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/web/layout"
)

func ruleAction(id int64) string    { return action("/rules", id) }
func channelAction(id int64) string { return action("/channels", id) }

func action(what string, id int64) string {
	if id == 0 {
		return base + what
	}
	return fmt.Sprint(base, what, "/", id)
}

// number is a number of a form, empty where nothing was said.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// told says what a rule tells of, in a line.
func told(m notify.Match) string {
	if len(m.Kinds) == 0 {
		return "nothing"
	}
	out := notify.KindTitles[m.Kinds[0]]
	if more := len(m.Kinds) - 1; more > 0 {
		out += fmt.Sprintf(", and %d more", more)
	}
	return out
}

// chosen are the names of a rule's channels; those of groups out of reach are
// counted.
func chosen(ids []int64, names map[int64]string) string {
	var out []string
	hidden := 0
	for _, id := range ids {
		if name, ok := names[id]; ok {
			out = append(out, name)
		} else {
			hidden++
		}
	}
	if hidden > 0 {
		out = append(out, fmt.Sprintf("%d of other groups", hidden))
	}
	return strings.Join(out, ", ")
}

// form says what kind of message a delivery is.
func form(d notify.Delivery) string {
	switch d.Form {
	case notify.Digest:
		return fmt.Sprintf("Digest of %d", d.Total)
	case notify.Summary:
		return fmt.Sprintf("Summary of %d more than the bound", d.Total)
	case notify.Trial:
		return "Test"
	}
	switch {
	case d.Action == "close":
		return "Closes"
	case d.Action == "again":
		return "Comes back"
	}
	return "One message"
}

// stateName says how a delivery stands.
func stateName(d notify.Delivery, now time.Time) string {
	switch {
	case d.State == notify.Waiting && d.Attempt > 0 && d.Due.After(now):
		return "Tried again " + layout.Ago(d.Due, now)
	case d.State == notify.Waiting && d.Due.After(now):
		return "Held, " + layout.Ago(d.Due, now)
	}
	return stateWord(d.State)
}

func stateWord(state string) string {
	if state == notify.Dead {
		return "Given up"
	}
	return layout.Word(state)
}

func secretHint(c notify.Channel, hint string) string {
	if c.HasSecret {
		return hint + " One is kept; leave this empty to keep it."
	}
	return hint
}

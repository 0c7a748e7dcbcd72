package notify

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
)

// Kinds of events beside those of changes in the ledger.
const (
	WaiverRequested = "waiver-requested"
	WaiverDecided   = "waiver-decided"
	WaiverExpiring  = "waiver-expiring"
	WaiverExpired   = "waiver-expired"
	DutyMoving      = "duty-moving"   // a line moves soon
	JobDead         = "job-dead"      // every attempt failed
	SourceSilent    = "source-silent" // not assessed for long
	AgentMissing    = "agent-missing"
	AgentReturned   = "agent-returned"
	AgentTampered   = "agent-tampered"
	AgentDuplicate  = "agent-duplicate" // two servers with one machine id
	EventsLost      = "agent-events-lost"
	FilesChanged    = "files-changed"  // and nothing explains it
	IntrusionSign   = "intrusion-sign" // by what a server logs
	trial           = "test"
)

// Kinds are all that a rule can ask for, in the order in which people are
// shown them.
var Kinds = append([]string{
	inventory.FindingNew, inventory.FindingRegressed, inventory.FindingReopened, inventory.FindingResolved, inventory.FindingWaived,
	inventory.FindingBlinded, inventory.FindingSettled, inventory.LineMoved, inventory.StatusChanged, DutyMoving,
	WaiverRequested, WaiverDecided, WaiverExpiring, WaiverExpired, JobDead, SourceSilent,
	AgentMissing, AgentReturned, AgentTampered, AgentDuplicate, EventsLost, FilesChanged, IntrusionSign,
}, inventory.SourceAdded, inventory.SourceGone, inventory.AssetAdded, inventory.AssetGone, inventory.DutyAdded, inventory.DutyGone)

// KindTitles say what each kind is.
var KindTitles = map[string]string{
	inventory.FindingNew: "A finding is new", inventory.FindingRegressed: "A finding is back after it was resolved",
	inventory.FindingReopened: "A finding fails again: its waiver ended, or it can be judged again", inventory.FindingResolved: "A finding is resolved",
	inventory.FindingWaived: "A finding is accepted by a waiver", inventory.FindingBlinded: "A finding can no longer be judged",
	inventory.FindingSettled: "A finding can be judged now, and passes", inventory.LineMoved: "A responsibility moved to another party",
	inventory.StatusChanged: "A duty's status changed", DutyMoving: "A responsibility moves soon, by the calendar",
	WaiverRequested: "A waiver is asked for", WaiverDecided: "A waiver is decided on", WaiverExpiring: "A waiver ends soon", WaiverExpired: "A waiver has ended",
	JobDead: "An assessment failed for good", SourceSilent: "A source was not assessed for long",
	AgentMissing: "A server does not report", AgentReturned: "A server that did not report is back, or retired",
	AgentTampered: "An agent is not what it was: its identity was copied, or it was changed", AgentDuplicate: "Two servers have the same machine id",
	EventsLost: "A server lost events", FilesChanged: "Files changed on a server and nothing explains it", IntrusionSign: "A server logged a sign of intrusion",
	inventory.SourceAdded: "A source was assessed for the first time", inventory.SourceGone: "A source was removed",
	inventory.AssetAdded: "An asset is new", inventory.AssetGone: "An asset is gone", inventory.DutyAdded: "An asset has a duty more",
	inventory.DutyGone: "An asset has a duty less", trial: "A test",
}

// Event is one thing that people may be told of.
type Event struct {
	Org         int64     `json:"organisation"`
	Group       int64     `json:"group"`
	Kind        string    `json:"kind"`
	At          time.Time `json:"at"`
	Severity    string    `json:"severity,omitempty"`
	Team        string    `json:"team,omitempty"`
	Environment string    `json:"environment,omitempty"`
	Title       string    `json:"title"`          // what, in one line
	Text        string    `json:"text,omitempty"` // more about it
	Source      int64     `json:"source,omitempty"`
	Address     string    `json:"address,omitempty"`  // of the asset
	Location    string    `json:"location,omitempty"` // file and line
	Duty        string    `json:"duty,omitempty"`     // the responsibility
	Owner       string    `json:"owner,omitempty"`    // whose it is
	Do          string    `json:"do,omitempty"`       // what to do
	Path        string    `json:"path,omitempty"`     // where in the console, such as /findings/7
	Thread      string    `json:"thread,omitempty"`   // events about the same thing share it

	key string // the same whenever this event is decided on
}

// What happens to tickets and incidents.
const (
	opens  = "open"
	again  = "again"
	closes = "close"
)

// action tells what an event means for the thread it is about; nothing for
// those that are told and done.
func (e *Event) action() string {
	if e.Thread == "" {
		return ""
	}
	switch e.Kind {
	case inventory.FindingNew, inventory.FindingReopened, AgentMissing, AgentTampered:
		return opens
	case inventory.FindingRegressed:
		return again
	case inventory.FindingResolved, inventory.FindingWaived, inventory.FindingSettled, AgentReturned:
		return closes
	}
	return ""
}

// name is the event among others: what, and where.
func (e *Event) name() string {
	if e.Address == "" || e.Address == e.Title {
		return e.Title
	}
	return oneLine(e.Title+" · "+e.Address, 400)
}

// rank orders severities, the worst lowest; what has none comes last.
func rank(severity string) int {
	if i := slices.Index(report.Severities, severity); i >= 0 {
		return i
	}
	return len(report.Severities)
}

// Emit puts an event down in the transaction of what it tells of.
func (n *Notify) Emit(ctx context.Context, tx bun.IDB, e Event) error {
	if e.At.IsZero() {
		e.At = n.Now()
	}
	e.bound()
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(&eventRow{Org: e.Org, Body: string(body)}).Exec(ctx)
	return err
}

// bound makes texts fit to be kept and sent: what is one line is one, nothing
// is longer than a message should be.
func (e *Event) bound() {
	for _, f := range []struct {
		text *string
		most int
	}{{&e.Title, 300}, {&e.Address, 500}, {&e.Location, 500}, {&e.Duty, 300}, {&e.Owner, 200}, {&e.Team, 200}, {&e.Environment, 200}, {&e.Path, 500}, {&e.Thread, 200}} {
		*f.text = oneLine(*f.text, f.most)
	}
	e.Text, e.Do = clip(paragraph(e.Text), 4000), clip(paragraph(e.Do), 4000)
}

// oneLine is a text without line ends and other control characters.
func oneLine(s string, most int) string {
	return clip(strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))), most)
}

// paragraph is a text whose only control characters are line feeds.
func paragraph(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")))
}

// clip bounds a text in bytes, at the end of a character.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	most -= len("…")
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

package notify

import (
	"context"
	_ "embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
	"time"
)

// message is what one attempt sends.
type message struct {
	Key     string // the same at each attempt
	Form    string
	Action  string
	Thread  string // key of the ticket or incident
	Ref     string // how the other side calls it, once it is known
	Rule    string // name of the rule, of what is gathered
	Attempt int
	Created time.Time
	Total   int
	Events  []Event

	base   string // address of the console
	secret string // of the channel, to keep it out of errors
}

// receipt is what the other side said to a message it took.
type receipt struct {
	Ref, URL string // of a ticket
	Note     string
}

// sender sends a message to one channel. An error that is no *SendError is
// tried again.
type sender interface {
	send(ctx context.Context, m *message) (receipt, error)
}

// first is the event a message is about, or the first of several.
func (m *message) first() *Event { return &m.Events[0] }

// Subject is the message in one line.
func (m *message) Subject() string {
	e := m.first()
	switch {
	case m.Form == Digest:
		return fmt.Sprintf("Demarc: %s in “%s”", things(m.Total), m.Rule)
	case m.Form == Summary:
		return fmt.Sprintf("Demarc: %s more in “%s”", things(m.Total), m.Rule)
	}
	s := e.What() + ": " + e.Title
	if e.Severity != "" {
		s = "[" + e.Severity + "] " + s
	}
	if e.Address != "" && e.Address != e.Title {
		s += " · " + e.Address
	}
	return oneLine(s, 250)
}

func things(n int) string {
	if n == 1 {
		return "1 event"
	}
	return fmt.Sprintf("%d events", n)
}

// What says what kind of thing happened.
func (e Event) What() string {
	if t, ok := KindTitles[e.Kind]; ok {
		return t
	}
	return e.Kind
}

// Lines are the facts of an event: what people ask first.
func (e Event) Lines() []Line {
	var out []Line
	for _, l := range []Line{
		{"Severity", e.Severity}, {"Where", e.Address}, {"In", e.Location}, {"Responsibility", e.Duty}, {"Whose", e.Owner}, {"Environment", e.Environment},
	} {
		if l.Value != "" {
			out = append(out, l)
		}
	}
	return out
}

// Line is a fact with its name.
type Line struct{ Name, Value string }

// Shown are the events a message shows; many are counted only.
func (m *message) Shown() []Event { return m.Events[:min(len(m.Events), 50)] }

// More is how many it does not show.
func (m *message) More() int { return max(m.Total, len(m.Events)) - len(m.Shown()) }

// Link is where an event is looked at in the console.
func (m *message) Link(e Event) string {
	if !strings.HasPrefix(e.Path, "/") {
		return m.base + "/"
	}
	return m.base + e.Path
}

//go:embed mail.html
var mailHTML string

//go:embed mail.txt
var mailText string

var (
	htmlMail = htmltemplate.Must(htmltemplate.New("mail").Parse(mailHTML))
	textMail = texttemplate.Must(texttemplate.New("mail").Parse(mailText))
)

// Text is the message as plain text.
func (m *message) Text() (string, error) {
	var b strings.Builder
	err := textMail.Execute(&b, m)
	return b.String(), err
}

// HTML is the message as a page.
func (m *message) HTML() (string, error) {
	var b strings.Builder
	err := htmlMail.Execute(&b, m)
	return b.String(), err
}

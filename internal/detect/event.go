// Package detect finds signs of intrusion in log events by rules in the Sigma
// format (https://sigmahq.io/sigma-specification/, version 2): detections and
// correlations. It knows no host and no cloud; who reads logs makes Events of them.
package detect

import "time"

// Logsource says which logs a rule is about, or which an event is of. What a rule
// leaves empty may be anything.
type Logsource struct{ Product, Category, Service string }

// admits tells whether a rule for l looks at events of o.
func (l Logsource) admits(o Logsource) bool {
	return (l.Product == "" || l.Product == o.Product) && (l.Category == "" || l.Category == o.Category) && (l.Service == "" || l.Service == o.Service)
}

// Source is where events come from. One event can be of several logsources: a line of
// sshd is in the log "sshd", and in "auth" too.
type Source struct {
	Name string // unique
	Of   []Logsource
}

// Field of an event. The same name may come several times: a test of the field holds
// when it does for one of the values.
type Field struct{ Name, Value string }

// Event is one line of a log, or several that belong together.
type Event struct {
	Source *Source
	Time   time.Time // by the host's clock
	Fields []Field
	Text   string // as it was logged; keywords are looked for here
}

// Get is the first value of a field.
func (e *Event) Get(name string) (string, bool) {
	for i := range e.Fields {
		if e.Fields[i].Name == name {
			return e.Fields[i].Value, true
		}
	}
	return "", false
}

// Add appends a field, unless the value is empty.
func (e *Event) Add(name, value string) {
	if value != "" {
		e.Fields = append(e.Fields, Field{name, value})
	}
}

package detect

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/redact"
)

// Alert is a sign of intrusion: the body of an event of the kind "detection".
type Alert struct {
	Rule       string            `json:"rule"`
	Title      string            `json:"title"`
	Severity   string            `json:"severity"` // critical, high, medium, low, info
	Techniques []string          `json:"techniques,omitempty"`
	When       time.Time         `json:"when"`          // as the log has it
	Seen       time.Time         `json:"seen,omitzero"` // by the host's clock, when the log was read
	Count      int               `json:"count"`         // of events or values that it stands for
	Log        string            `json:"log,omitempty"` // the source's name
	Fields     map[string]string `json:"fields,omitempty"`
	Text       string            `json:"text,omitempty"` // the last line of the log
}

const (
	mostField = 256
	mostText  = 512
	mostShown = 24
)

// always are told whatever the rule asks for, where an event has them.
var always = []string{"User", "SourceIp", "Image", "CommandLine", "auid"}

func alert(h hit, ev *Event) *Alert {
	r := h.rule
	a := &Alert{
		Rule: clip(r.Name, mostField), Title: clip(r.Title, mostField), Severity: r.Level, Techniques: r.Techniques, When: ev.Time, Count: h.count,
		Log: ev.Source.Name, Fields: map[string]string{}, Text: clip(redact.Text(clip(ev.Text, 2*mostText)), mostText),
	}
	if a.Severity == "informational" {
		a.Severity = "info"
	}
	names := r.shown
	if r.correlate != nil {
		names = append(append([]string{}, r.correlate.group...), names...)
	}
	for _, list := range [][]string{names, always} {
		for _, n := range list {
			if v, ok := ev.Get(n); ok && len(a.Fields) < mostShown {
				a.Fields[n] = clip(redact.Text(clip(v, 2*mostText)), mostField)
			}
		}
	}
	return a
}

// clip cuts text at a character's border, and drops what is no text.
func clip(s string, most int) string {
	if len(s) > most {
		s = s[:most]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		s = strings.TrimSuffix(s, "\xef") + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

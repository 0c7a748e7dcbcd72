package logs

import (
	"strings"
	"time"
)

// syslogLine reads a line as syslog daemons write them: with the time of RFC 3164, which
// has no year, or of RFC 3339.
func syslogLine(s string, now time.Time) (m message, ok bool) {
	m.line = s
	rest := s
	if strings.HasPrefix(rest, "<") { // a priority, where the daemon keeps it
		if _, r, ok := strings.Cut(rest, ">"); ok {
			rest = r
		}
	}
	if len(rest) > 16 && rest[3] == ' ' {
		t, err := time.ParseInLocation(time.Stamp, rest[:15], now.Location())
		if err != nil {
			return m, false
		}
		m.at, rest = year(t, now), strings.TrimLeft(rest[15:], " ")
	} else {
		stamp, r, found := strings.Cut(rest, " ")
		t, err := time.Parse(time.RFC3339Nano, stamp)
		if !found || err != nil {
			return m, false
		}
		m.at, rest = t, r
	}
	if m.host, rest, ok = strings.Cut(rest, " "); !ok {
		return m, false
	}
	tag, text, ok := strings.Cut(rest, ": ")
	if !ok || strings.ContainsAny(tag, " \t") {
		m.text = rest // it names no program
		return m, true
	}
	m.program, m.pid, _ = strings.Cut(strings.TrimSuffix(tag, "]"), "[")
	m.text = text
	return m, true
}

// year is the one in which the time was not more than a day from now.
func year(t, now time.Time) time.Time {
	t = t.AddDate(now.Year(), 0, 0)
	if t.After(now.Add(24 * time.Hour)) {
		return t.AddDate(-1, 0, 0)
	}
	return t
}

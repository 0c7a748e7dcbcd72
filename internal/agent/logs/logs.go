// Package logs reads a server's logs (journald, files, the audit log) and makes
// events of them, with the field names that Sigma rules use. A place in a log outlives
// restarts and rotation.
package logs

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/detect"
)

// Longest is how much of a line is read. What is behind is passed over.
const Longest = 16 << 10

func linux(services ...string) (all []detect.Logsource) {
	for _, s := range services {
		all = append(all, detect.Logsource{Product: "linux", Service: s})
	}
	return all
}

func source(name string, of ...detect.Logsource) *detect.Source {
	return &detect.Source{Name: name, Of: of}
}

// Sources of events.
var (
	SSHD    = source("sshd", linux("sshd", "auth", "syslog")...)
	Sudo    = source("sudo", linux("sudo", "auth", "syslog")...)
	Auth    = source("auth", linux("auth", "syslog")...)
	Cron    = source("cron", linux("cron", "syslog")...)
	Syslog  = source("syslog", linux("syslog")...)
	Audit   = source("auditd", linux("auditd")...)
	Exec    = source("auditd-exec", append(linux("auditd"), detect.Logsource{Product: "linux", Category: "process_creation"})...)
	Created = source("auditd-file", append(linux("auditd"), detect.Logsource{Product: "linux", Category: "file_event"})...)
	Connect = source("auditd-connect", append(linux("auditd"), detect.Logsource{Product: "linux", Category: "network_connection"})...)
	Web     = source("web", detect.Logsource{Category: "webserver"}, detect.Logsource{Product: "apache", Category: "webserver"}, detect.Logsource{Product: "nginx", Category: "webserver"})
)

// Parser makes events of lines. It tells by each line what wrote it. It is not for
// several goroutines.
type Parser struct {
	Emit func(*detect.Event) // is given an event, which is its own from then on
	Now  func() time.Time    // for lines that tell no year, and what tells no time

	audit grouper
}

// Line takes a line of whatever log.
func (p *Parser) Line(s string) {
	if len(s) > Longest {
		s = s[:Longest]
	}
	s = strings.TrimRight(s, "\r\n\x00")
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	switch {
	case s == "":
	case strings.HasPrefix(s, "type=") || strings.HasPrefix(s, "node="):
		p.record(s)
	default:
		if e := access(s); e != nil {
			p.Emit(e)
			return
		}
		if m, ok := syslogLine(s, p.Now()); ok {
			p.message(m)
			return
		}
		p.message(message{at: p.Now(), text: s, line: s})
	}
}

// Flush ends groups of audit records that wait for more.
func (p *Parser) Flush() { p.audit.flush(p) }

// message is a line of syslog or the journal.
type message struct {
	at      time.Time
	host    string
	program string
	pid     string
	text    string
	line    string // whole
}

const mostRepeated = 50

// message makes an event of it, or several where syslog says that it came several times.
func (p *Parser) message(m message) {
	times := 1
	if n, text, ok := repeated(m.text); ok {
		times, m.text = min(n, mostRepeated), text
	}
	for range times {
		e := &detect.Event{Time: m.at, Text: m.line}
		e.Add("host", m.host)
		e.Add("program", m.program)
		e.Add("pid", m.pid)
		e.Add("message", m.text)
		e.Source = normalise(e, m.program, m.text)
		p.Emit(e)
	}
}

// repeated reads "message repeated 3 times: [ text]".
func repeated(s string) (int, string, bool) {
	rest, ok := strings.CutPrefix(s, "message repeated ")
	if !ok {
		return 0, "", false
	}
	n, text, ok := strings.Cut(rest, " times: [")
	if !ok || !strings.HasSuffix(text, "]") {
		return 0, "", false
	}
	x := number(n)
	return x, strings.TrimSpace(strings.TrimSuffix(text, "]")), x > 0
}

// number is a small one, or 0.
func number(s string) int {
	if s == "" || len(s) > 6 {
		return 0
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

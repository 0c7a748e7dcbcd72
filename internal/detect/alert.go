package detect

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
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
		Log: ev.Source.Name, Fields: map[string]string{}, Text: clip(Redact(clip(ev.Text, 2*mostText)), mostText),
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
				a.Fields[n] = clip(Redact(clip(v, 2*mostText)), mostField)
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

const cut = "[cut out]"

// secrets are forms of credentials that come to stand in command lines and addresses.
// What is not a group of the expression stays.
var secrets = []struct {
	form *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(?i)\b(authorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)?\s*)[^\s"']{4,}`), "${1}" + cut},
	{regexp.MustCompile(`(?i)\b(bearer\s+)[a-z0-9._~+/=-]{8,}`), "${1}" + cut},
	{regexp.MustCompile(`(?i)([a-z0-9_-]*(?:password|passwd|passphrase|(?-i:pwd)|secret|api[_-]?key|token|credential)["']?\s*[=:]\s*["']?)[^\s"'&;]{2,}`), "${1}" + cut},
	{regexp.MustCompile(`(?i)(--?(?:password|passwd|pass|secret|token|api-?key)\s+["']?)[^\s"']{2,}`), "${1}" + cut},
	{regexp.MustCompile(`(\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@]{0,64}:)[^\s/@]{1,256}@`), "${1}" + cut + "@"},
	{regexp.MustCompile(`(\bsshpass\s+-p\s*)\S+`), "${1}" + cut},
	{regexp.MustCompile(`(\b(?:mysql|mysqldump|mariadb)\b[^|;]*?\s-p)[^\s]+`), "${1}" + cut},
	{regexp.MustCompile(`(\bcurl\b[^|;]*?\s(?:-u|--user)\s*["']?[^\s:"']+:)[^\s"']+`), "${1}" + cut},
	{regexp.MustCompile(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bgithub_pat_[A-Za-z0-9_]{20,}\b|\bglpat-[A-Za-z0-9_-]{16,}|\bxox[abprs]-[A-Za-z0-9-]{12,}|\bAIza[0-9A-Za-z_-]{35}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`), cut},
	{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----.*`), cut},
}

// Redact cuts out of text what looks like a credential.
func Redact(s string) string {
	for _, x := range secrets {
		s = x.form.ReplaceAllString(s, x.with)
	}
	return s
}

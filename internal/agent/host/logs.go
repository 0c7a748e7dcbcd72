package host

import (
	"regexp"
	"slices"
	"strings"
)

// Logs is where the system's log goes.
type Logs struct {
	// Persistent is whether the journal, or a log daemon, keeps entries over a
	// restart; Forwarded, whether they leave the server.
	Persistent bool     `json:"persistent"`
	Forwarded  bool     `json:"forwarded"`
	By         []string `json:"by,omitempty"`
}

// shippers are programs that carry logs elsewhere.
var shippers = []string{
	"fluent-bit", "td-agent-bit", "fluentd", "td-agent", "vector", "filebeat", "journalbeat", "elastic-agent", "promtail", "alloy", "splunkforwarder",
	"SplunkForwarder", "amazon-cloudwatch-agent", "google-cloud-ops-agent-fluent-bit", "google-fluentd", "azuremonitoragent", "omsagent", "otelcol", "otelcol-contrib",
	"datadog-agent", "nxlog", "wazuh-agent", "systemd-journal-upload", "demarc-agent", "syslog-ng",
}

var remote = regexp.MustCompile(`(?m)^[^#\n]*(\s@{1,2}[A-Za-z0-9\[(]|type="?omfwd|type="?omrelp|type="?omelasticsearch|type="?omkafka)`)

func (s *survey) logs() {
	l := &Logs{}
	s.doc.Logs = l
	j := s.journald()
	switch {
	case j["Storage"] == "persistent", (j["Storage"] == "" || j["Storage"] == "auto") && s.isDir("var/log/journal"):
		l.Persistent = true
		l.By = append(l.By, "journald")
	}
	if s.doc.runs("rsyslog", "syslog-ng", "syslog") {
		l.Persistent = true
		l.By = append(l.By, "a syslog daemon")
		files, err := s.names("etc/rsyslog.d", ".conf")
		s.unread("logs.forwarded", "etc/rsyslog.d", err)
		for _, f := range append(files, "etc/rsyslog.conf") {
			text, err := s.read(f)
			s.unread("logs.forwarded", f, err)
			if remote.MatchString(text) {
				l.Forwarded = true
				l.By = append(l.By, "/"+f)
			}
		}
	}
	for _, u := range s.doc.Units {
		stem := strings.TrimSuffix(u.Name, ".service")
		if (u.Enabled || u.Active) && slices.Contains(shippers, stem) && stem != "syslog-ng" {
			l.Forwarded = true
			l.By = append(l.By, stem)
		}
	}
}

// journald reads its configuration and what is dropped beside it.
func (s *survey) journald() map[string]string {
	out := map[string]string{}
	for _, base := range []string{"usr/lib/systemd/journald.conf", "etc/systemd/journald.conf"} {
		dropped, err := s.names(base+".d", ".conf")
		s.unread("logs.persistent", base+".d", err)
		for _, f := range append([]string{base}, dropped...) {
			text, err := s.read(f)
			s.unread("logs.persistent", f, err)
			for _, l := range lines(text) {
				if k, v, ok := setting(l.text, "="); ok {
					out[k] = v
				}
			}
		}
	}
	return out
}

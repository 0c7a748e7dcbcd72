package host

import (
	"fmt"
	"strings"
)

// Time is how the clock is kept right.
type Time struct {
	Daemons []string `json:"daemons,omitempty"`
	Sources []string `json:"sources,omitempty"`
	// Wrong says what is not as it should be; empty is all well.
	Wrong []string `json:"wrong,omitempty"`
	// OffMillis is how far the clock may be off, where the kernel tells.
	OffMillis *int64 `json:"off_milliseconds,omitempty"`
}

func (s *survey) clock() {
	t := &Time{}
	s.doc.Time = t
	for _, d := range []struct {
		name  string
		units []string
	}{
		{"chrony", []string{"chrony", "chronyd"}}, {"systemd-timesyncd", []string{"systemd-timesyncd"}}, {"ntpd", []string{"ntp", "ntpd", "ntpsec", "openntpd"}},
	} {
		if s.doc.runs(d.units...) {
			t.Daemons = append(t.Daemons, d.name)
		}
	}
	switch len(t.Daemons) {
	case 0:
		t.Wrong = append(t.Wrong, "nothing keeps the clock right")
	case 1:
	default:
		t.Wrong = append(t.Wrong, "several programs set the clock: "+strings.Join(t.Daemons, ", "))
	}
	for _, d := range t.Daemons {
		s.timeSources(t, d)
	}
	if len(t.Daemons) > 0 && len(t.Sources) == 0 {
		t.Wrong = append(t.Wrong, "no source of time is configured")
	}
	if s.opt.Live == nil {
		return
	}
	synced, off, err := s.opt.Live.Clock()
	if err != nil {
		s.doc.gap("time.wrong", "the kernel does not tell how good its clock is: "+err.Error())
		return
	}
	millis := off.Milliseconds()
	t.OffMillis = &millis
	switch {
	case !synced:
		t.Wrong = append(t.Wrong, "the kernel does not take its clock for synchronised")
	case millis >= 1000 || millis <= -1000:
		t.Wrong = append(t.Wrong, fmt.Sprintf("the clock may be off by %d ms", millis))
	}
}

// timeSources reads where a daemon takes the time from.
func (s *survey) timeSources(t *Time, daemon string) {
	var files []string
	words := []string{"server", "pool", "peer", "refclock", "sourcedir"}
	switch daemon {
	case "chrony":
		files = []string{"etc/chrony/chrony.conf", "etc/chrony.conf"}
		for _, dir := range []string{"etc/chrony/conf.d", "etc/chrony.d"} {
			more, _ := s.names(dir, ".conf")
			files = append(files, more...)
		}
		more, _ := s.names("etc/chrony/sources.d", ".sources")
		files = append(files, more...)
	case "ntpd":
		files = []string{"etc/ntp.conf", "etc/ntpsec/ntp.conf", "etc/ntpd.conf", "etc/openntpd/ntpd.conf"}
		words = append(words, "servers")
	default:
		t.Sources = append(t.Sources, "the distribution's own") // built in where nothing is written
		return
	}
	for _, f := range files {
		text, err := s.read(f)
		s.unread("time.wrong", f, err)
		for _, l := range lines(text) {
			w := strings.Fields(l.text)
			for _, word := range words {
				if len(w) > 1 && w[0] == word {
					t.Sources = append(t.Sources, w[1])
				}
			}
		}
	}
}

package host

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Updates is where packages come from, and whether fixes are installed without
// being asked for.
type Updates struct {
	Manager string `json:"manager,omitempty"` // apt, dnf, zypper, apk
	// Automatic is whether security fixes are installed by themselves.
	Automatic bool   `json:"automatic"`
	Why       string `json:"why,omitempty"` // it is not
	// Untrusted are sources whose packages are taken without a signature.
	Untrusted []string `json:"untrusted,omitempty"`
	Sources   int      `json:"sources"`
}

func (s *survey) updates() {
	u := &Updates{}
	switch {
	case s.exists("etc/apt") || s.exists("var/lib/dpkg/status"):
		u.Manager = "apt"
		s.apt(u)
	case s.exists("etc/dnf") || s.exists("etc/yum.repos.d") || s.exists("etc/yum.conf"):
		u.Manager = "dnf"
		s.dnf(u)
	case s.exists("etc/apk"):
		u.Manager = "apk"
		u.Why = "apk has no updates of its own accord"
		for _, l := range lines(s.text("etc/apk/repositories")) {
			u.Sources++
			_ = l // apk refuses unsigned indices unless told otherwise on its command line
		}
	default:
		s.doc.gap("updates", "no package manager known here")
		return
	}
	s.doc.Updates = u
}

var aptSetting = regexp.MustCompile(`(?m)^\s*([A-Za-z][\w:-]*)\s+"([^"]*)"\s*;`)

func (s *survey) apt(u *Updates) {
	conf := map[string]string{}
	files, err := s.list("etc/apt/apt.conf.d")
	s.unread("updates", "etc/apt/apt.conf.d", err)
	names := []string{"etc/apt/apt.conf"}
	for _, f := range files {
		names = append(names, path.Join("etc/apt/apt.conf.d", f.Name()))
	}
	origins := false
	for _, name := range names {
		text, err := s.read(name)
		s.unread("updates", name, err)
		var kept strings.Builder
		for _, l := range lines(text) {
			if !strings.HasPrefix(l.text, "//") {
				kept.WriteString(l.text + "\n")
			}
		}
		for _, m := range aptSetting.FindAllStringSubmatch(kept.String(), -1) {
			conf[m[1]] = m[2]
			if strings.HasSuffix(strings.ToLower(m[1]), "allowunauthenticated") && isTrue(m[2]) || strings.HasSuffix(strings.ToLower(m[1]), "allowinsecurerepositories") && isTrue(m[2]) {
				u.Untrusted = append(u.Untrusted, "/"+name+" says "+m[1])
			}
		}
		if strings.Contains(kept.String(), "Origins-Pattern") || strings.Contains(kept.String(), "Allowed-Origins") {
			origins = origins || strings.Contains(strings.ToLower(kept.String()), "security")
		}
	}
	period := cmpOr(conf["APT::Periodic::Unattended-Upgrade"], "0")
	switch {
	case !s.exists("usr/bin/unattended-upgrade"):
		u.Why = "unattended-upgrades is not installed"
	case period == "0":
		u.Why = "APT::Periodic::Unattended-Upgrade is not switched on"
	case !origins:
		u.Why = "no security origin is among those that unattended-upgrades takes"
	case !s.doc.runs("apt-daily-upgrade.timer", "apt-daily-upgrade", "unattended-upgrades"):
		u.Why = "apt-daily-upgrade.timer is not enabled"
	default:
		u.Automatic = true
	}
	s.aptSources(u)
}

func isTrue(v string) bool {
	return v == "true" || v == "1" || v == "yes"
}

// aptSources reads both forms of sources.
func (s *survey) aptSources(u *Updates) {
	old, err := s.names("etc/apt/sources.list.d", ".list")
	s.unread("updates.untrusted", "etc/apt/sources.list.d", err)
	for _, name := range append([]string{"etc/apt/sources.list"}, old...) {
		text, err := s.read(name)
		s.unread("updates.untrusted", name, err)
		for _, l := range lines(text) {
			if !strings.HasPrefix(l.text, "deb") {
				continue
			}
			u.Sources++
			options := ""
			if i, j := strings.IndexByte(l.text, '['), strings.IndexByte(l.text, ']'); i >= 0 && j > i {
				options = l.text[i+1 : j]
			}
			s.aptSource(u, fmt.Sprintf("/%s:%d", name, l.no), strings.Contains(options, "trusted=yes") || strings.Contains(options, "allow-insecure=yes"))
		}
	}
	stanzas, _ := s.names("etc/apt/sources.list.d", ".sources")
	for _, name := range stanzas {
		text, err := s.read(name)
		s.unread("updates.untrusted", name, err)
		for i, stanza := range regexp.MustCompile(`\n\s*\n`).Split(text, -1) {
			values := map[string]string{}
			for _, l := range lines(stanza) {
				if k, v, ok := setting(l.text, ":"); ok {
					values[strings.ToLower(k)] = v
				}
			}
			if values["uris"] == "" || values["enabled"] == "no" {
				continue
			}
			u.Sources++
			s.aptSource(u, fmt.Sprintf("/%s (%d)", name, i+1), values["trusted"] == "yes" || values["allow-insecure"] == "yes")
		}
	}
}

func (s *survey) aptSource(u *Updates, from string, unsigned bool) {
	if unsigned {
		u.Untrusted = append(u.Untrusted, from+" is taken without a signature")
	}
}

func (s *survey) dnf(u *Updates) {
	main := map[string]string{}
	for _, name := range []string{"etc/dnf/dnf.conf", "etc/yum.conf"} {
		for section, values := range s.ini("updates.untrusted", name) {
			if section == "main" {
				maps.Copy(main, values)
			}
		}
	}
	files, err := s.names("etc/yum.repos.d", ".repo")
	s.unread("updates.untrusted", "etc/yum.repos.d", err)
	for _, name := range files {
		for repo, v := range s.ini("updates.untrusted", name) {
			if on, set := v["enabled"]; set && !isTrue(strings.ToLower(on)) {
				continue
			}
			u.Sources++
			if !isTrue(strings.ToLower(cmpOr(v["gpgcheck"], main["gpgcheck"], "0"))) {
				u.Untrusted = append(u.Untrusted, "/"+name+" ["+repo+"] has gpgcheck off")
			}
		}
	}
	slices.Sort(u.Untrusted)
	auto := s.ini("updates", "etc/dnf/automatic.conf")
	switch {
	case !s.doc.runs("dnf-automatic.timer", "dnf-automatic-install.timer", "dnf-automatic-install", "dnf-automatic", "yum-cron"):
		u.Why = "dnf-automatic's timer is not enabled"
	case !s.doc.runs("dnf-automatic-install.timer", "dnf-automatic-install", "yum-cron") && !isTrue(strings.ToLower(auto["commands"]["apply_updates"])):
		u.Why = "dnf-automatic does not apply what it finds (apply_updates)"
	default:
		u.Automatic = true
	}
}

// ini reads a file of sections.
func (s *survey) ini(at, name string) map[string]map[string]string {
	text, err := s.read(name)
	s.unread(at, name, err)
	out := map[string]map[string]string{}
	section := ""
	for _, l := range lines(text) {
		if l.text[0] == '[' {
			section = strings.Trim(l.text, "[]")
			continue
		}
		if k, v, ok := setting(l.text, "="); ok {
			if out[section] == nil {
				out[section] = map[string]string{}
			}
			out[section][k] = v
		}
	}
	return out
}

package host

import (
	"slices"
	"strings"
)

// Access is mandatory access control.
type Access struct {
	System      string   `json:"system,omitempty"` // apparmor, selinux; empty: none
	Enforcing   bool     `json:"enforcing"`
	Complaining []string `json:"complaining,omitempty"` // profiles that only report
	Profiles    int      `json:"profiles"`
}

func (s *survey) access() {
	a := &Access{}
	s.doc.Access = a
	switch {
	case s.exists("etc/selinux/config"):
		s.selinux(a)
	case s.exists("sys/module/apparmor/parameters/enabled") || s.exists("etc/apparmor.d"):
		s.apparmor(a)
	}
}

func (s *survey) selinux(a *Access) {
	a.System = "selinux"
	mode := ""
	for _, l := range lines(s.text("etc/selinux/config")) {
		if k, v, ok := setting(l.text, "="); ok && k == "SELINUX" {
			mode = v
		}
	}
	a.Enforcing = mode == "enforcing"
	if now, err := s.read("sys/fs/selinux/enforce"); err == nil {
		a.Enforcing = a.Enforcing && strings.TrimSpace(now) == "1"
	} else if s.opt.Live != nil {
		a.Enforcing = false // the kernel has it switched off
	}
}

func (s *survey) apparmor(a *Access) {
	a.System = "apparmor"
	enabled := s.text("sys/module/apparmor/parameters/enabled")
	if enabled != "Y" {
		if enabled == "" && s.opt.Live == nil {
			s.doc.gap("access.enforcing", notRunning)
		}
		return
	}
	text, err := s.readMost("sys/kernel/security/apparmor/profiles", 4<<20)
	if err != nil {
		s.doc.gap("access.enforcing", reason("sys/kernel/security/apparmor/profiles", err))
		s.doc.gap("access.complaining", reason("sys/kernel/security/apparmor/profiles", err))
		return
	}
	for _, l := range lines(text) {
		name, mode, ok := strings.Cut(l.text, " (")
		if !ok {
			continue
		}
		a.Profiles++
		if mode == "complain)" {
			a.Complaining = append(a.Complaining, name)
		}
	}
	slices.Sort(a.Complaining)
	a.Enforcing = a.Profiles > len(a.Complaining)
}

// Crypto is the policy that all of the system's libraries follow, where the
// distribution has such.
type Crypto struct {
	Policy string `json:"policy"`
	Weak   bool   `json:"weak"`
}

// crypto reads it; only the family of Red Hat has one.
func (s *survey) crypto() {
	policy := ""
	for _, file := range []string{"etc/crypto-policies/state/current", "etc/crypto-policies/config"} {
		for _, l := range lines(s.text(file)) {
			policy = cmpOr(policy, l.text)
		}
	}
	if policy == "" {
		return
	}
	upper := strings.ToUpper(policy)
	s.doc.Crypto = &Crypto{Policy: policy, Weak: strings.HasPrefix(upper, "LEGACY") || strings.Contains(upper, "SHA1") && !strings.Contains(upper, "NO-SHA1")}
}

package host

import (
	"regexp"
	"slices"
	"strings"
)

// Audit is the kernel's audit and who writes its records down.
type Audit struct {
	// Missing says what the recording lacks; empty is all there.
	Missing []string `json:"missing,omitempty"`
	// Uncovered are the subjects that no rule watches.
	Uncovered []string `json:"uncovered,omitempty"`
	Immutable bool     `json:"immutable"`
	Rules     int      `json:"rules"`
	Lost      int      `json:"lost"`
}

// AuditState is what the kernel says of its audit.
type AuditState struct {
	Enabled bool
	Lost    int
}

// subject is something that audit rules should watch: one of the paths, or all
// of one of the sets of system calls.
type subject struct {
	name  string
	paths []string
	calls [][]string
}

var subjects = []subject{
	{name: "changes of sudoers", paths: []string{"/etc/sudoers", "/etc/sudoers.d"}},
	{name: "changes of users and groups", paths: []string{"/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/security/opasswd"}},
	{name: "changes of the time", calls: [][]string{{"adjtimex", "settimeofday"}, {"clock_settime"}}},
	{name: "changes of the network's names", paths: []string{"/etc/hosts"}, calls: [][]string{{"sethostname", "setdomainname"}}},
	{name: "mounts", calls: [][]string{{"mount"}}},
	{name: "deletions", calls: [][]string{{"unlinkat", "renameat"}}},
	{name: "loading of kernel modules", calls: [][]string{{"init_module", "finit_module", "delete_module"}}},
	{name: "records of sessions", paths: []string{"/var/log/wtmp", "/var/log/btmp", "/var/run/utmp"}},
	{name: "sign-ins", paths: []string{"/var/log/lastlog", "/var/run/faillock"}},
	{name: "changes of permissions", calls: [][]string{{"chmod", "fchmod"}, {"chown", "fchown"}, {"setxattr"}}},
	{name: "mandatory access control", paths: []string{"/etc/apparmor", "/etc/apparmor.d", "/etc/selinux", "/usr/share/selinux"}},
}

// anyPath are subjects of which one of the paths is enough, since systems have
// one or the other.
var anyPath = []string{"mandatory access control", "sign-ins", "changes of sudoers"}

func (s *survey) audit() {
	a := &Audit{}
	s.doc.Audit = a
	if !s.exists("usr/sbin/auditd") && !s.exists("sbin/auditd") {
		a.Missing = append(a.Missing, "auditd is not installed")
	} else if !s.doc.runs("auditd") {
		a.Missing = append(a.Missing, "auditd does not start by itself")
	}
	if s.opt.Live != nil && !s.running("auditd") {
		a.Missing = append(a.Missing, "auditd does not run")
	}
	if line := s.commandLine(); !slices.Contains(line, "audit=1") {
		a.Missing = append(a.Missing, "the kernel is not started with audit=1, so that what started before auditd is not seen")
	}
	if s.opt.Live != nil {
		state, err := s.opt.Live.Audit()
		switch {
		case err != nil:
			s.doc.gap("audit.missing", "the kernel's audit did not answer: "+err.Error())
		case !state.Enabled:
			a.Missing = append(a.Missing, "the kernel's audit is off")
		case state.Lost > 0:
			a.Missing = append(a.Missing, "the kernel lost records")
		}
		a.Lost = state.Lost
	}
	s.auditRules(a)
}

// commandLine is the kernel's, or that of the boot loader where nothing runs.
func (s *survey) commandLine() []string {
	if line := s.doc.Kernel.CommandLine; len(line) > 0 {
		return line
	}
	for _, l := range lines(s.text("etc/default/grub")) {
		if k, v, ok := setting(l.text, "="); ok && strings.HasPrefix(k, "GRUB_CMDLINE_LINUX") {
			return kernelWords(v)
		}
	}
	return nil
}

var (
	watched = regexp.MustCompile(`^-w\s+(\S+)`)
	pathArg = regexp.MustCompile(`(?:^|\s)-F\s+(?:path|dir)=(\S+)`)
	calls   = regexp.MustCompile(`(?:^|\s)-S\s+(\S+)`)
	archArg = regexp.MustCompile(`(?:^|\s)-F\s+arch=(b\d+)`)
)

// auditRules reads the rules that are loaded at the start. Lists of system
// calls may be split over several rules, and keys have any name.
func (s *survey) auditRules(a *Audit) {
	files, err := s.names("etc/audit/rules.d", ".rules")
	if err == nil && len(files) == 0 && s.exists("etc/audit/audit.rules") {
		files = []string{"etc/audit/audit.rules"}
	}
	if err != nil {
		s.doc.gap("audit.uncovered", reason("etc/audit/rules.d", err))
		return
	}
	paths, syscalls := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		text, err := s.read(file)
		if err != nil {
			s.doc.gap("audit.uncovered", reason(file, err))
			return
		}
		for _, l := range lines(text) {
			t := l.text
			if t == "-e 2" {
				a.Immutable = true
			}
			if m := watched.FindStringSubmatch(t); m != nil {
				paths[strings.TrimSuffix(m[1], "/")] = true
				a.Rules++
			}
			if !strings.HasPrefix(t, "-a ") || strings.Contains(t, "never") {
				continue
			}
			a.Rules++
			for _, m := range pathArg.FindAllStringSubmatch(t, -1) {
				paths[strings.TrimSuffix(m[1], "/")] = true
			}
			arch := ""
			if m := archArg.FindStringSubmatch(t); m != nil {
				arch = m[1]
			}
			if arch == "b32" { // counts beside b64, not for it
				continue
			}
			for _, m := range calls.FindAllStringSubmatch(t, -1) {
				for c := range strings.SplitSeq(m[1], ",") {
					syscalls[c] = true
				}
			}
		}
	}
	for _, x := range subjects {
		if !x.covered(paths, syscalls) {
			a.Uncovered = append(a.Uncovered, x.name)
		}
	}
	if !a.Immutable {
		a.Uncovered = append(a.Uncovered, "the rules themselves (-e 2)")
	}
}

func (x subject) covered(paths, syscalls map[string]bool) bool {
	have := func(p string) bool {
		for ; p != "/" && p != "."; p = parent(p) {
			if paths[p] {
				return true
			}
		}
		return false
	}
	if slices.Contains(anyPath, x.name) {
		return slices.ContainsFunc(x.paths, have)
	}
	for _, p := range x.paths {
		if !have(p) {
			return false
		}
	}
	for _, set := range x.calls {
		for _, c := range set {
			if !syscalls[c] && !syscalls["all"] {
				return false
			}
		}
	}
	return true
}

func parent(p string) string {
	i := strings.LastIndexByte(p, '/')
	if i <= 0 {
		return "/"
	}
	return p[:i]
}

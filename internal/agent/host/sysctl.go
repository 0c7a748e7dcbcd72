package host

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Sysctl are the kernel's settings: what holds now, and what the files would
// set at the next start.
type Sysctl struct {
	Runtime   map[string]string `json:"runtime,omitempty"`
	Persisted map[string]string `json:"persisted,omitempty"`
	From      map[string]string `json:"from,omitempty"` // key -> file:line
	// Lost are settings that hold now and will not after a restart.
	Lost []string `json:"lost,omitempty"`
}

// kernelKeys are the settings that are read, with what the kernel does by
// itself.
var kernelKeys = map[string]string{
	"kernel.randomize_va_space": "2", "kernel.yama.ptrace_scope": "1", "fs.suid_dumpable": "0", "kernel.unprivileged_bpf_disabled": "2",
	"net.core.bpf_jit_harden": "0", "kernel.dmesg_restrict": "0", "kernel.kptr_restrict": "0",
	"fs.protected_hardlinks": "0", "fs.protected_symlinks": "0", "fs.protected_fifos": "0", "fs.protected_regular": "0",
	"net.ipv4.ip_forward": "0", "net.ipv6.conf.all.forwarding": "0",
	"net.ipv4.conf.all.accept_redirects": "1", "net.ipv4.conf.default.accept_redirects": "1",
	"net.ipv6.conf.all.accept_redirects": "1", "net.ipv6.conf.default.accept_redirects": "1",
	"net.ipv4.conf.all.secure_redirects": "1", "net.ipv4.conf.default.secure_redirects": "1",
	"net.ipv4.conf.all.send_redirects": "1", "net.ipv4.conf.default.send_redirects": "1",
	"net.ipv4.conf.all.accept_source_route": "0", "net.ipv4.conf.default.accept_source_route": "1",
	"net.ipv6.conf.all.accept_source_route": "0", "net.ipv6.conf.default.accept_source_route": "0",
	"net.ipv4.conf.all.rp_filter": "0", "net.ipv4.conf.default.rp_filter": "0", "net.ipv4.tcp_syncookies": "1",
	"net.ipv4.conf.all.log_martians": "0", "net.ipv4.conf.default.log_martians": "0",
	"net.ipv6.conf.all.accept_ra": "1", "net.ipv6.conf.default.accept_ra": "1",
	"kernel.core_pattern": "core", "kernel.modules_disabled": "0", "net.ipv6.conf.all.disable_ipv6": "0",
}

// sysctlDirs go from what counts most to what counts least; of files with one
// name the first counts.
var sysctlDirs = []string{"etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d", "lib/sysctl.d"}

func (s *survey) sysctl() {
	c := &Sysctl{Runtime: map[string]string{}, Persisted: map[string]string{}, From: map[string]string{}}
	s.doc.Sysctl = c
	denied := ""
	for key := range kernelKeys {
		name := "proc/sys/" + strings.ReplaceAll(key, ".", "/")
		text, err := s.read(name)
		if err == nil {
			c.Runtime[key] = strings.TrimSpace(text)
		} else {
			s.unread("sysctl.runtime.`"+key+"`", name, err)
			if !absent(err) {
				denied = reason(name, err)
			}
		}
	}
	if len(c.Runtime) == 0 {
		s.doc.gap("sysctl.runtime", notRunning)
	}
	files, err := s.sysctlFiles()
	if err != nil {
		s.doc.gap("sysctl.persisted", err.Error())
		s.doc.gap("sysctl.lost", err.Error())
		return
	}
	for _, file := range files {
		text, err := s.read(file)
		if err != nil {
			s.unread("sysctl.persisted", file, err)
			s.unread("sysctl.lost", file, err)
			continue
		}
		for _, l := range lines(text) {
			if k, v, ok := setting(strings.TrimPrefix(l.text, "-"), "="); ok && l.text[0] != ';' {
				s.persist(c, k, v, fmt.Sprintf("/%s:%d", file, l.no))
			}
		}
	}
	c.lost()
	if denied != "" && len(c.Lost) == 0 { // what could not be compared may be lost
		s.doc.gap("sysctl.lost", denied)
	}
	if len(c.Runtime) == 0 {
		s.doc.gap("sysctl.lost", notRunning)
	}
}

// persist notes what a file sets. A key may hold a pattern, and slashes for
// dots; the last file that sets it counts.
func (s *survey) persist(c *Sysctl, key, value, from string) {
	key = strings.ReplaceAll(key, "/", ".")
	for known := range kernelKeys {
		if ok, err := path.Match(key, known); known == key || ok && err == nil {
			c.Persisted[known], c.From[known] = value, from
		}
	}
}

// sysctlFiles are the files in the order in which they are applied.
func (s *survey) sysctlFiles() ([]string, error) {
	byName := map[string]string{}
	for _, dir := range sysctlDirs {
		names, err := s.names(dir, ".conf")
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if base := path.Base(n); byName[base] == "" {
				byName[base] = n
			}
		}
	}
	var out []string
	for _, n := range byName {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	return append(out, "etc/sysctl.conf"), nil
}

// lost lists what holds only until the next start: it is neither the kernel's
// own value nor in a file, or a file says otherwise.
func (c *Sysctl) lost() {
	for key, now := range c.Runtime {
		if key == "kernel.core_pattern" {
			continue
		}
		then, written := c.Persisted[key]
		switch {
		case written && then != now:
			c.Lost = append(c.Lost, fmt.Sprintf("%s is %s, %s says %s", key, now, c.From[key], then))
		case !written && now != kernelKeys[key] && !ownDefault[key]:
			c.Lost = append(c.Lost, fmt.Sprintf("%s is %s, which no file keeps", key, now))
		}
	}
	slices.Sort(c.Lost)
}

// ownDefault are keys whose first value is chosen when a kernel is built, or
// set by other programs at every start.
var ownDefault = map[string]bool{
	"kernel.yama.ptrace_scope": true, "kernel.unprivileged_bpf_disabled": true, "kernel.dmesg_restrict": true, "fs.protected_hardlinks": true,
	"fs.protected_symlinks": true, "fs.protected_fifos": true, "fs.protected_regular": true, "kernel.kptr_restrict": true,
	"net.ipv4.ip_forward": true, "net.ipv6.conf.all.forwarding": true, "net.ipv6.conf.all.accept_ra": true, "net.ipv6.conf.default.accept_ra": true,
	"net.ipv4.conf.default.rp_filter": true, "net.ipv4.conf.all.rp_filter": true, "kernel.modules_disabled": true, "net.ipv6.conf.all.disable_ipv6": true,
	"net.ipv4.conf.all.accept_redirects": true, "net.ipv6.conf.all.accept_redirects": true, "net.core.bpf_jit_harden": true,
}

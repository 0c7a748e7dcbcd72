package host

import (
	"path"
	"slices"
	"strings"
)

// Programs are those that root starts by itself.
type Programs struct {
	// Writable are ways in which somebody else could change one of them.
	Writable []string `json:"writable,omitempty"`
	Looked   int      `json:"looked_at"`
}

// programs gathers what units, cron, sudo and PAM start as root, and looks who
// could write there.
func (s *survey) programs() {
	p := &Programs{}
	s.doc.Programs = p
	by := map[string]string{}
	note := func(program, why string) {
		if strings.HasPrefix(program, "/") && by[program] == "" && len(by) < maxEntries {
			by[program] = why
		}
	}
	for _, u := range s.doc.Units {
		if u.User != "" && u.User != "root" {
			continue
		}
		for _, program := range u.Exec {
			note(program, u.Name)
		}
		if u.File != "" {
			note(u.File, u.Name)
		}
	}
	for _, c := range s.doc.Cron {
		if c.User == "root" {
			note(c.Program, c.From)
		}
	}
	if s.doc.Sudo != nil {
		for _, t := range s.doc.Sudo.Targets {
			note(t, "sudo")
		}
	}
	if s.doc.Passwords != nil {
		for _, m := range s.doc.Passwords.Modules {
			for _, dir := range []string{"/lib/x86_64-linux-gnu/security", "/lib/aarch64-linux-gnu/security", "/usr/lib64/security", "/usr/lib/security", "/lib64/security", "/lib/security"} {
				if file := path.Join(dir, m); s.exists(file) {
					note(file, "PAM")
					break
				}
			}
		}
	}
	open := map[string]string{} // by directory, so that each is looked at once
	for program, why := range by {
		if how := s.openFile(program, open); how != "" {
			p.Writable = append(p.Writable, why+" runs "+program+": "+how)
		}
	}
	p.Looked = len(by)
	slices.Sort(p.Writable)
}

// openFile is openTo with what is known of directories already.
func (s *survey) openFile(name string, dirs map[string]string) string {
	dir := path.Dir(name)
	above, known := dirs[dir]
	if !known {
		above = s.openTo(dir)
		dirs[dir] = above
	}
	if above != "" {
		return above
	}
	info, err := s.stat(name)
	if err != nil {
		s.unread("programs.writable", name, err)
		return ""
	}
	uid, gid, ok := s.owner(info)
	switch mode := info.Mode().Perm(); {
	case ok && uid != 0:
		return name + " belongs to " + s.userName(uid)
	case mode&0o002 != 0:
		return name + " is writable for everybody"
	case mode&0o020 != 0 && ok && gid != 0:
		return name + " is writable for the group " + s.groupName(gid)
	}
	return ""
}

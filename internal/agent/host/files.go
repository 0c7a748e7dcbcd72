package host

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Files are named paths whose owner and mode matter, by what they are.
type Files struct {
	Shadow   []File `json:"shadow,omitempty"`
	Accounts []File `json:"accounts,omitempty"`
	SSHD     []File `json:"sshd,omitempty"`
	HostKeys []File `json:"host_keys,omitempty"`
	Sudoers  []File `json:"sudoers,omitempty"`
	Cron     []File `json:"cron,omitempty"`
	Boot     []File `json:"boot,omitempty"`
	Audit    []File `json:"audit,omitempty"`
	AuditLog []File `json:"audit_logs,omitempty"`
	Logs     []File `json:"logs,omitempty"`
}

// File is one path. Loose says in words what is wider than it should be.
type File struct {
	Path  string `json:"path"`
	Mode  string `json:"mode"`
	Owner string `json:"owner"`
	Group string `json:"group"`
	Dir   bool   `json:"dir,omitempty"`
	Loose string `json:"loose,omitempty"`
}

// rights are how much a set of files may allow: bits beyond most are loose, as
// are owners and groups beside those named.
type rights struct {
	most    fs.FileMode
	dirMost fs.FileMode
	groups  []string // besides root; nil: any
	owners  []string // besides root
}

// fileSets are the sets, with the patterns of their paths.
func (f *Files) sets() []fileSet {
	return []fileSet{
		{"files.shadow", &f.Shadow, []string{"etc/shadow", "etc/shadow-", "etc/gshadow", "etc/gshadow-"}, rights{most: 0o640, groups: []string{"shadow"}}},
		{"files.accounts", &f.Accounts, []string{"etc/passwd", "etc/passwd-", "etc/group", "etc/group-"}, rights{most: 0o644, groups: []string{}}},
		{"files.sshd", &f.SSHD, []string{"etc/ssh/sshd_config", "etc/ssh/sshd_config.d/*"}, rights{most: 0o600, groups: []string{}}},
		{"files.host_keys", &f.HostKeys, []string{"etc/ssh/ssh_host_*_key"}, rights{most: 0o640, groups: []string{"ssh_keys"}}},
		{"files.sudoers", &f.Sudoers, []string{"etc/sudoers", "etc/sudoers.d", "etc/sudoers.d/*"}, rights{most: 0o440, dirMost: 0o755, groups: []string{}}},
		{"files.cron", &f.Cron, []string{"etc/crontab", "etc/cron.hourly", "etc/cron.daily", "etc/cron.weekly", "etc/cron.monthly", "etc/cron.d"}, rights{most: 0o600, dirMost: 0o700, groups: []string{}}},
		{"files.boot", &f.Boot, []string{"boot/grub/grub.cfg", "boot/grub2/grub.cfg", "boot/grub2/user.cfg", "boot/loader/entries/*"}, rights{most: 0o600, groups: []string{}}},
		{"files.audit", &f.Audit, []string{"etc/audit/*.conf", "etc/audit/*.rules", "etc/audit/rules.d/*", "usr/sbin/auditctl", "usr/sbin/auditd", "usr/sbin/ausearch", "usr/sbin/aureport", "usr/sbin/augenrules"}, rights{most: 0o640, groups: []string{}}},
		{"files.audit_logs", &f.AuditLog, []string{"var/log/audit", "var/log/audit/*"}, rights{most: 0o640, dirMost: 0o750, groups: []string{"adm"}}},
		{"files.logs", &f.Logs, []string{"var/log/*"}, rights{most: 0o640, groups: []string{"adm", "syslog", "utmp", "systemd-journal", "ssl-cert"}, owners: []string{"syslog", "_chrony", "chrony", "mysql", "postgres", "www-data", "nginx", "apache", "tomcat", "redis", "sssd"}}},
	}
}

type fileSet struct {
	at       string
	into     *[]File
	patterns []string
	rights
}

func (s *survey) files() {
	f := &Files{}
	s.doc.Files = f
	for _, set := range f.sets() {
		for _, pattern := range set.patterns {
			names, err := s.glob(pattern)
			if err != nil {
				s.doc.gap(set.at, reason(pattern, err))
				continue
			}
			for _, name := range names {
				if file, ok := s.fileAt(set, name); ok {
					*set.into = append(*set.into, file)
				}
			}
		}
	}
}

// glob lists what a pattern means whose last part alone may hold a star.
func (s *survey) glob(pattern string) ([]string, error) {
	dir, last := path.Split(pattern)
	if !strings.Contains(last, "*") {
		return []string{pattern}, nil
	}
	entries, err := s.list(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if ok, _ := path.Match(last, e.Name()); ok { // the pattern is ours
			out = append(out, path.Join(dir, e.Name()))
		}
	}
	return out, nil
}

func (s *survey) fileAt(set fileSet, name string) (File, bool) {
	info, err := s.stat(name)
	if err != nil {
		s.unread(set.at, name, err)
		return File{}, false
	}
	uid, gid, ok := s.owner(info)
	if !ok {
		s.doc.gap(set.at, "who owns files is not told here")
		return File{}, false
	}
	file := File{Path: "/" + clean(name), Mode: octal(info.Mode()), Owner: s.userName(uid), Group: s.groupName(gid), Dir: info.IsDir()}
	most := set.most
	switch {
	case file.Dir && set.dirMost == 0:
		return File{}, false
	case file.Dir:
		most = set.dirMost
	case set.at == "files.audit" && strings.HasPrefix(name, "usr/"):
		most = 0o755
	case set.at == "files.logs" && records(name):
		most = 0o664 // records of sign-ins that programs of everybody read
	}
	file.Loose = set.loose(info.Mode(), most, file)
	return file, true
}

// records tells wtmp and the like.
func records(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, "wtmp") || strings.HasPrefix(base, "lastlog") || strings.HasPrefix(base, "btmp")
}

// loose says what is wider than the rights, or nothing.
func (r rights) loose(mode, most fs.FileMode, f File) string {
	in := func(list []string, v string) bool {
		return slices.Contains(list, v)
	}
	switch {
	case f.Owner != "root" && !in(r.owners, f.Owner):
		return f.Path + " belongs to " + f.Owner
	case mode.Perm()&^most != 0:
		return fmt.Sprintf("%s has mode %s", f.Path, f.Mode)
	case mode.Perm()&0o070 != 0 && r.groups != nil && f.Group != "root" && !in(r.groups, f.Group):
		return fmt.Sprintf("%s is open to the group %s", f.Path, f.Group)
	}
	return ""
}

// octal is a mode as people write it.
func octal(m fs.FileMode) string {
	bits := uint32(m.Perm())
	for _, b := range []struct {
		is  fs.FileMode
		bit uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if m&b.is != 0 {
			bits |= b.bit
		}
	}
	return fmt.Sprintf("%04o", bits)
}

// owner tells whose a file is, and the third result whether that is told.
func (s *survey) owner(info fs.FileInfo) (uid, gid uint32, ok bool) {
	if o, is := info.Sys().(Owned); is {
		return o.UID, o.GID, true
	}
	return sysOwner(info)
}

// ownerOf is the name of a file's owner.
func (s *survey) ownerOf(info fs.FileInfo) string {
	uid, _, ok := s.owner(info)
	if !ok {
		return ""
	}
	return s.userName(uid)
}

// openTo tells who besides root could change what stands at the path: through
// its mode, its owner, or a directory above it. Empty is nobody.
func (s *survey) openTo(name string) string {
	for at := clean(name); ; at = path.Dir(at) {
		info, err := s.stat(at)
		if err != nil {
			s.unread("programs.writable", at, err)
			if at == "." {
				return ""
			}
			continue // who may write the directory above could make it
		}
		uid, gid, ok := s.owner(info)
		mode := info.Mode()
		switch {
		case ok && uid != 0:
			return "/" + at + " belongs to " + s.userName(uid)
		case mode.Perm()&0o002 != 0 && (mode&fs.ModeSticky == 0 || at == clean(name) && !info.IsDir()):
			return "/" + at + " is writable for everybody"
		case mode.Perm()&0o020 != 0 && ok && gid != 0 && (mode&fs.ModeSticky == 0 || !info.IsDir()):
			return "/" + at + " is writable for the group " + s.groupName(gid)
		}
		if at == "." || at == "/" {
			return ""
		}
	}
}

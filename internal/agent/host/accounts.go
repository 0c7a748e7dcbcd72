package host

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Accounts are the users and groups that the server itself knows.
type Accounts struct {
	Users  []User  `json:"users,omitempty"`
	Groups []Group `json:"groups,omitempty"`
	// Duplicates are names and numbers that several users or groups share.
	Duplicates []string `json:"duplicates,omitempty"`
	Keys       []Key    `json:"authorized_keys,omitempty"`
	Homes      []Home   `json:"homes,omitempty"`
	RootPath   []Dir    `json:"root_path,omitempty"`
	// Logins are the records of sign-ins that there are.
	Logins []string `json:"logins,omitempty"`
	// Inactive is the days after which new accounts with an expired password are
	// locked; -1 never.
	Inactive int `json:"inactive_days"`
}

// User is one account. Of its password only the kind is kept.
type User struct {
	Name  string `json:"name"`
	UID   uint32 `json:"uid"`
	GID   uint32 `json:"gid"`
	Home  string `json:"home,omitempty"`
	Shell string `json:"shell,omitempty"`
	// Login is whether the shell lets somebody in; System, that the account is
	// not of a person.
	Login  bool `json:"login"`
	System bool `json:"system"`
	// Password: empty, locked, none (nothing matches), des, md5, sha256, sha512,
	// bcrypt, scrypt, yescrypt, gost-yescrypt, other.
	Password string `json:"password,omitempty"`
	InPasswd bool   `json:"hash_in_passwd"`
	// Ages, in days; 0 and 99999 are what the file says.
	Changed     string `json:"changed,omitempty"` // the day
	ChangedLate bool   `json:"changed_in_future"`
	MaxDays     int    `json:"max_days"`
	WarnDays    int    `json:"warn_days"`
	Expired     bool   `json:"expired"`
	LastLogin   string `json:"last_login,omitempty"` // the day; empty when never or not recorded
	Dormant     int    `json:"dormant_days"`         // since the last login, or since the password changed; -1 not known
}

// Group is a group and the users it names.
type Group struct {
	Name    string   `json:"name"`
	GID     uint32   `json:"gid"`
	Members []string `json:"members,omitempty"`
}

// systemBelow is the first number of people's accounts where login.defs is
// silent.
const systemBelow = 1000

func (s *survey) accounts() {
	a := &Accounts{Inactive: -1}
	s.doc.Accounts = a
	s.ids, s.gids = map[uint32]string{}, map[uint32]string{}
	text, err := s.readMost("etc/passwd", 16<<20)
	if err != nil {
		s.doc.gap("accounts", reason("etc/passwd", err))
		return
	}
	defs := s.loginDefs()
	first := uint32(atoi(defs["UID_MIN"].value, systemBelow))
	shells := s.shells()
	for _, l := range lines(text) {
		f := strings.Split(l.text, ":")
		if len(f) < 7 {
			continue
		}
		uid, err1 := strconv.ParseUint(f[2], 10, 32)
		gid, err2 := strconv.ParseUint(f[3], 10, 32)
		if err1 != nil || err2 != nil {
			continue
		}
		u := User{Name: f[0], UID: uint32(uid), GID: uint32(gid), Home: f[5], Shell: f[6], MaxDays: 99999, Dormant: -1}
		u.Login = letsIn(u.Shell, shells)
		u.System = u.UID < first || u.UID == 65534
		switch f[1] {
		case "x":
		case "":
			u.Password = "empty"
		case "*", "!", "!!", "!*":
			u.Password = "locked"
		default:
			u.InPasswd, u.Password = true, hashKind(f[1])
		}
		if _, taken := s.ids[u.UID]; !taken {
			s.ids[u.UID] = u.Name
		}
		a.Users = append(a.Users, u)
	}
	s.groups(a)
	s.shadow(a)
	s.logins(a)
	a.duplicates()
	s.homes(a)
	s.keys(a)
	s.rootPath(a)
}

func atoi(s string, otherwise int) int {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
		return n
	}
	return otherwise
}

// shells are those of /etc/shells; without it any shell counts.
func (s *survey) shells() map[string]bool {
	out := map[string]bool{}
	for _, l := range lines(s.text("etc/shells")) {
		out[l.text] = true
	}
	return out
}

// letsIn tells whether the shell gives somebody a session.
func letsIn(shell string, valid map[string]bool) bool {
	switch path.Base(shell) {
	case "nologin", "false", "true", "sync", "halt", "shutdown":
		return false
	}
	return true
}

func (s *survey) groups(a *Accounts) {
	text, err := s.readMost("etc/group", 16<<20)
	if err != nil {
		s.doc.gap("accounts.groups", reason("etc/group", err))
		return
	}
	for _, l := range lines(text) {
		f := strings.Split(l.text, ":")
		if len(f) < 4 {
			continue
		}
		gid, err := strconv.ParseUint(f[2], 10, 32)
		if err != nil {
			continue
		}
		g := Group{Name: f[0], GID: uint32(gid)}
		if f[3] != "" {
			g.Members = strings.Split(f[3], ",")
		}
		if _, taken := s.gids[g.GID]; !taken {
			s.gids[g.GID] = g.Name
		}
		a.Groups = append(a.Groups, g)
	}
}

// shadow reads what kind of password each account has.
func (s *survey) shadow(a *Accounts) {
	text, err := s.readMost("etc/shadow", 16<<20)
	if err != nil {
		if !absent(err) || slices.ContainsFunc(a.Users, func(u User) bool { return u.Password == "" }) {
			s.doc.gap("accounts.users", reason("etc/shadow", err)) // of whom the most telling is not known
		}
		return
	}
	index := map[string]int{}
	for i, u := range a.Users {
		index[u.Name] = i
	}
	today := int(s.opt.Now.Unix() / 86400)
	for _, l := range lines(text) {
		f := strings.Split(l.text, ":")
		i, ok := index[f[0]]
		if !ok || len(f) < 8 {
			continue
		}
		u := &a.Users[i]
		u.Password = passwordKind(f[1])
		changed := atoi(f[2], -1)
		if changed > 0 {
			u.Changed = time.Unix(int64(changed)*86400, 0).UTC().Format(time.DateOnly)
			u.ChangedLate = changed > today
		}
		u.MaxDays, u.WarnDays = atoi(f[4], 99999), atoi(f[5], 0)
		if day := atoi(f[7], -1); day >= 0 && day < today {
			u.Expired = true
		}
		if changed > 0 && changed <= today {
			u.Dormant = today - changed
		}
	}
	for _, l := range lines(s.text("etc/default/useradd")) {
		if k, v, ok := setting(l.text, "="); ok && k == "INACTIVE" {
			a.Inactive = atoi(v, -1)
		}
	}
}

// passwordKind tells what stands in the password field, and never the hash.
func passwordKind(field string) string {
	switch {
	case field == "":
		return "empty"
	case field[0] == '!':
		return "locked"
	case field == "*" || field[0] == '*':
		return "none"
	}
	return hashKind(field)
}

func hashKind(hash string) string {
	for _, k := range []struct{ prefix, kind string }{
		{"$gy$", "gost-yescrypt"},
		{"$y$", "yescrypt"},
		{"$7$", "scrypt"},
		{"$6$", "sha512"},
		{"$5$", "sha256"},
		{"$2", "bcrypt"},
		{"$1$", "md5"},
		{"$md5", "md5"},
		{"_", "des"},
	} {
		if strings.HasPrefix(hash, k.prefix) {
			return k.kind
		}
	}
	if len(hash) == 13 {
		return "des"
	}
	return "other"
}

// duplicates notes names and numbers that occur twice.
func (a *Accounts) duplicates() {
	note := func(what string, names map[string][]string) {
		for key, of := range names {
			if len(of) > 1 {
				a.Duplicates = append(a.Duplicates, fmt.Sprintf("%s %s: %s", what, key, strings.Join(of, ", ")))
			}
		}
	}
	names, uids, groups, gids := map[string][]string{}, map[string][]string{}, map[string][]string{}, map[string][]string{}
	for _, u := range a.Users {
		names[u.Name] = append(names[u.Name], strconv.Itoa(int(u.UID)))
		uids[strconv.Itoa(int(u.UID))] = append(uids[strconv.Itoa(int(u.UID))], u.Name)
	}
	for _, g := range a.Groups {
		groups[g.Name] = append(groups[g.Name], strconv.Itoa(int(g.GID)))
		gids[strconv.Itoa(int(g.GID))] = append(gids[strconv.Itoa(int(g.GID))], g.Name)
	}
	note("user", names)
	note("uid", uids)
	note("group", groups)
	note("gid", gids)
	slices.Sort(a.Duplicates)
}

// userName is a user's name, or its number.
func (s *survey) userName(uid uint32) string {
	if uid == 0 {
		return "root"
	}
	return cmp.Or(s.ids[uid], strconv.Itoa(int(uid)))
}

func (s *survey) groupName(gid uint32) string {
	if gid == 0 {
		return "root"
	}
	return cmp.Or(s.gids[gid], strconv.Itoa(int(gid)))
}

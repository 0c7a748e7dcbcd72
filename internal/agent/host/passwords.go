package host

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Rules are what login.defs and the PAM stacks say about passwords.
type Rules struct {
	HashMethod string `json:"hash_method,omitempty"` // yescrypt, sha512 … in lower case; empty: the system's own
	MaxDays    int    `json:"max_days"`
	WarnDays   int    `json:"warn_days"`
	// Nullok are places that let an account with an empty password in.
	Nullok []string `json:"nullok,omitempty"`
	// Lockout, Quality and History say what is missing for the usual demands;
	// empty is all there.
	Lockout []string `json:"lockout_missing,omitempty"`
	Quality []string `json:"quality_missing,omitempty"`
	History []string `json:"history_missing,omitempty"`
	// SuLimited is whether a group alone may use su.
	SuLimited bool `json:"su_limited"`
	// MinLength is the shortest password that is taken; 0 when nothing asks.
	MinLength int      `json:"min_length"`
	Modules   []string `json:"modules,omitempty"` // that some stack runs
}

// written is a value and where it stands.
type written struct{ value, from string }

func (s *survey) loginDefs() map[string]written {
	out := map[string]written{}
	for _, l := range lines(s.text("etc/login.defs")) {
		f := strings.Fields(l.text)
		if len(f) >= 2 {
			out[f[0]] = written{f[1], fmt.Sprintf("/etc/login.defs:%d", l.no)}
		}
	}
	return out
}

// pamLine is one rule of a stack.
type pamLine struct {
	kind, control, module string
	args                  []string
	from                  string
}

// stack reads a service's rules, with what it includes.
func (s *survey) stack(name string, depth int, seen map[string]bool) []pamLine {
	if depth > maxIncludes || seen[name] {
		return nil
	}
	seen[name] = true
	text, err := s.read(name)
	if err != nil {
		s.unread("passwords", name, err)
		return nil
	}
	var out []pamLine
	for _, l := range lines(strings.ReplaceAll(text, "\\\n", " ")) {
		t := bare(l.text)
		if rest, ok := strings.CutPrefix(t, "@include"); ok {
			out = append(out, s.stack(path.Join("etc/pam.d", strings.TrimSpace(rest)), depth+1, seen)...)
			continue
		}
		p, ok := pamRule(t)
		if !ok {
			continue
		}
		if p.control == "include" || p.control == "substack" {
			out = append(out, s.stack(path.Join("etc/pam.d", p.module), depth+1, seen)...)
			continue
		}
		p.from = fmt.Sprintf("/%s:%d", name, l.no)
		out = append(out, p)
	}
	return out
}

var pamForm = regexp.MustCompile(`^-?(auth|account|password|session)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$`)

func pamRule(text string) (pamLine, bool) {
	m := pamForm.FindStringSubmatch(text)
	if m == nil {
		return pamLine{}, false
	}
	return pamLine{kind: m[1], control: m[2], module: path.Base(m[3]), args: strings.Fields(m[4])}, true
}

// arg is an argument's value of a rule, name=value.
func (p pamLine) arg(name string) (string, bool) {
	for _, a := range p.args {
		if k, v, _ := strings.Cut(a, "="); k == name {
			return v, true
		}
	}
	return "", false
}

func (s *survey) passwords() {
	defs := s.loginDefs()
	r := &Rules{
		HashMethod: strings.ToLower(defs["ENCRYPT_METHOD"].value),
		MaxDays:    atoi(defs["PASS_MAX_DAYS"].value, 99999), WarnDays: atoi(defs["PASS_WARN_AGE"].value, 7),
	}
	s.doc.Passwords = r
	var all []pamLine
	for _, top := range []string{"common-auth", "common-password", "common-account", "system-auth", "password-auth", "login", "sshd", "passwd"} {
		if name := "etc/pam.d/" + top; s.exists(name) {
			all = append(all, s.stack(name, 0, map[string]bool{})...)
		}
	}
	if len(all) == 0 {
		for _, at := range []string{"passwords.nullok", "passwords.lockout_missing", "passwords.quality_missing", "passwords.history_missing"} {
			s.doc.gap(at, "there are no PAM stacks in /etc/pam.d")
		}
	}
	for _, p := range all {
		if !slices.Contains(r.Modules, p.module) {
			r.Modules = append(r.Modules, p.module)
		}
		if p.module != "pam_unix.so" {
			continue
		}
		if slices.Contains(p.args, "nullok") || slices.Contains(p.args, "nullok_secure") {
			if !slices.Contains(r.Nullok, p.from) {
				r.Nullok = append(r.Nullok, p.from)
			}
		}
		for _, method := range []string{"md5", "bigcrypt", "sha256", "sha512", "blowfish", "gost_yescrypt", "yescrypt"} {
			if p.kind == "password" && slices.Contains(p.args, method) {
				r.HashMethod = strings.ReplaceAll(method, "_", "-")
			}
		}
	}
	slices.Sort(r.Modules)
	s.lockout(r, all)
	s.quality(r, all)
	s.history(r, all)
	s.suLimited(r)
}

// values reads a file of key = value, and those dropped beside it.
func (s *survey) values(at, file string) map[string]string {
	out := map[string]string{}
	dropped, err := s.names(file+".d", ".conf")
	if err != nil {
		s.unread(at, file+".d", err)
	}
	for _, name := range append([]string{file}, dropped...) {
		text, err := s.read(name)
		if err != nil {
			s.unread(at, name, err)
			continue
		}
		for _, l := range lines(text) {
			k, v, _ := setting(bare(l.text), "=")
			out[k] = v
		}
	}
	return out
}

// find returns the first rule of a module, and its settings laid over those of
// its file.
func find(all []pamLine, kind, module string, over map[string]string) (pamLine, bool) {
	for _, p := range all {
		if p.kind == kind && p.module == module {
			for _, a := range p.args {
				k, v, _ := strings.Cut(a, "=")
				over[k] = v
			}
			return p, true
		}
	}
	return pamLine{}, false
}

func (s *survey) lockout(r *Rules, all []pamLine) {
	v := s.values("passwords.lockout_missing", "etc/security/faillock.conf")
	if _, ok := find(all, "auth", "pam_faillock.so", v); !ok {
		r.Lockout = append(r.Lockout, "no stack asks pam_faillock")
		return
	}
	if deny := atoi(v["deny"], 3); deny > 5 || deny == 0 {
		r.Lockout = append(r.Lockout, fmt.Sprintf("deny is %d", deny))
	}
	if unlock := atoi(v["unlock_time"], 600); unlock != 0 && unlock < 900 {
		r.Lockout = append(r.Lockout, fmt.Sprintf("unlock_time is %d", unlock))
	}
	_, root := v["even_deny_root"]
	if _, for2 := v["root_unlock_time"]; !root && !for2 {
		r.Lockout = append(r.Lockout, "root is not covered (even_deny_root)")
	}
}

func (s *survey) quality(r *Rules, all []pamLine) {
	v := s.values("passwords.quality_missing", "etc/security/pwquality.conf")
	_, ok := find(all, "password", "pam_pwquality.so", v)
	if !ok {
		_, ok = find(all, "password", "pam_passwdqc.so", v)
		if ok {
			return // asks for strength by its own measure
		}
		r.Quality = append(r.Quality, "no stack asks pam_pwquality")
		return
	}
	r.MinLength = atoi(v["minlen"], 8)
	if r.MinLength < 14 {
		r.Quality = append(r.Quality, fmt.Sprintf("minlen is %d", r.MinLength))
	}
	if v["dictcheck"] == "0" {
		r.Quality = append(r.Quality, "dictcheck is off")
	}
	if _, root := v["enforce_for_root"]; !root {
		r.Quality = append(r.Quality, "root is not covered (enforce_for_root)")
	}
	if v["enforcing"] == "0" {
		r.Quality = append(r.Quality, "enforcing is off")
	}
}

func (s *survey) history(r *Rules, all []pamLine) {
	v := s.values("passwords.history_missing", "etc/security/pwhistory.conf")
	p, ok := find(all, "password", "pam_pwhistory.so", v)
	if !ok {
		r.History = append(r.History, "no stack asks pam_pwhistory")
		return
	}
	if n := atoi(v["remember"], 10); n < 24 {
		r.History = append(r.History, fmt.Sprintf("remember is %d", n))
	}
	if _, root := v["enforce_for_root"]; !root {
		r.History = append(r.History, "root is not covered (enforce_for_root)")
	}
	if _, has := p.arg("use_authtok"); !has {
		r.History = append(r.History, "use_authtok is missing")
	}
}

func (s *survey) suLimited(r *Rules) {
	for _, p := range s.stack("etc/pam.d/su", 0, map[string]bool{}) {
		if p.kind == "auth" && p.module == "pam_wheel.so" && (p.control == "required" || p.control == "requisite") && !slices.Contains(p.args, "trust") {
			r.SuLimited = true
		}
	}
}

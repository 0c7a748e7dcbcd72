package host

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Sudo is what sudoers and the files it includes say.
type Sudo struct {
	// NoPassword are grants without a password for more than one named harmless
	// command; NoAuthenticate are settings that switch asking off.
	NoPassword     []string `json:"no_password,omitempty"`
	NoAuthenticate []string `json:"no_authenticate,omitempty"`
	Pty            bool     `json:"pty"`
	Logged         bool     `json:"logged"` // to a file or as a recording of its own, or to the system's log
	// Timeout is the minutes for which a password is remembered; -1 for ever.
	Timeout float64 `json:"timeout_minutes"`
	// Targets are the programs that somebody may run as root.
	Targets []string `json:"targets,omitempty"`
	Grants  []Grant  `json:"grants,omitempty"`
}

// Grant is one rule.
type Grant struct {
	Who      string `json:"who"`
	What     string `json:"what"`
	Password bool   `json:"password"`
	From     string `json:"from"`
}

// openers are programs by which whoever may run them gets a shell.
var openers = []string{
	"sh", "bash", "dash", "zsh", "ksh", "fish", "python", "python3", "perl", "ruby", "node", "lua", "php", "awk", "gawk", "sed", "vi", "vim", "nvim",
	"nano", "emacs", "less", "more", "man", "find", "xargs", "env", "tar", "zip", "rsync", "ssh", "scp", "docker", "podman", "kubectl", "su", "sudo", "chroot", "nsenter",
	"cp", "mv", "tee", "dd", "ln", "chmod", "chown", "apt", "apt-get", "dnf", "yum", "rpm", "dpkg", "pip", "pip3", "npm", "git", "gdb", "strace", "systemctl", "visudo", "crontab",
}

// sudo reads the policy. Without sudo there is none.
func (s *survey) sudo() {
	if !s.exists("etc/sudoers") {
		return
	}
	p := &sudoers{survey: s, sudo: &Sudo{Timeout: 15, Pty: false, Logged: true}, alias: map[string][]string{}}
	if err := p.read("etc/sudoers", 0); err != nil {
		s.doc.gap("sudo", reason("etc/sudoers", err))
		return
	}
	p.grants()
	s.doc.Sudo = p.sudo
}

type sudoers struct {
	*survey
	sudo  *Sudo
	alias map[string][]string // of commands
	rules []written
	files int
}

func (p *sudoers) read(name string, depth int) error {
	if p.files++; p.files > 500 || depth > maxIncludes {
		p.doc.gap("sudo", "sudoers include each other, or more than are read")
		return nil
	}
	text, err := p.survey.read(name)
	if err != nil {
		return err
	}
	no := 0
	whole, starts := "", 0
	for l := range strings.Lines(text) {
		no++
		l = strings.TrimRight(l, "\r\n")
		if whole == "" {
			starts = no
		}
		if rest, goesOn := strings.CutSuffix(l, `\`); goesOn && len(whole) < maxFile {
			whole += rest + " "
			continue
		}
		if err := p.line(strings.TrimSpace(whole+l), fmt.Sprintf("/%s:%d", name, starts), depth); err != nil {
			return err
		}
		whole = ""
	}
	return nil
}

var included = regexp.MustCompile(`^[#@](include|includedir)\s+"?([^"]+?)"?$`)

func (p *sudoers) line(text, from string, depth int) error {
	if m := included.FindStringSubmatch(text); m != nil {
		target := m[2]
		if !strings.HasPrefix(target, "/") {
			target = "/etc/" + target
		}
		if m[1] == "include" {
			return ignoreAbsent(p.read(clean(target), depth+1))
		}
		entries, err := p.list(target)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if strings.Contains(e.Name(), ".") || strings.HasSuffix(e.Name(), "~") { // as sudo itself passes them over
				continue
			}
			if err := p.read(clean(path.Join(target, e.Name())), depth+1); err != nil && !absent(err) {
				return err
			}
		}
		return nil
	}
	if text == "" || text[0] == '#' && !regexp.MustCompile(`^#\d`).MatchString(text) {
		return nil
	}
	switch first := strings.Fields(text)[0]; {
	case strings.HasPrefix(first, "Defaults"):
		p.defaults(strings.TrimSpace(strings.TrimPrefix(text, first)), from)
	case first == "Cmnd_Alias" || first == "Cmd_Alias":
		for def := range strings.SplitSeq(strings.TrimSpace(strings.TrimPrefix(text, first)), ":") {
			if k, v, ok := strings.Cut(def, "="); ok {
				p.alias[strings.TrimSpace(k)] = commas(v)
			}
		}
	case strings.HasSuffix(first, "_Alias"):
	default:
		p.rules = append(p.rules, written{text, from})
	}
	return nil
}

func commas(s string) []string {
	var out []string
	for x := range strings.SplitSeq(s, ",") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

func (p *sudoers) defaults(text, from string) {
	for _, d := range commas(text) {
		k, v, _ := setting(d, "=")
		switch k {
		case "!authenticate":
			p.sudo.NoAuthenticate = append(p.sudo.NoAuthenticate, from)
		case "use_pty":
			p.sudo.Pty = true
		case "!use_pty":
			p.sudo.Pty = false
		case "!syslog":
			p.sudo.Logged = false
		case "logfile", "log_output", "log_input", "syslog":
			p.sudo.Logged = true
		case "timestamp_timeout":
			n := 0.0
			if _, err := fmt.Sscanf(v, "%g", &n); err == nil {
				p.sudo.Timeout = n
			}
		case "!timestamp_timeout":
			p.sudo.Timeout = 0
		}
	}
}

var tags = regexp.MustCompile(`^(NOPASSWD|PASSWD|NOEXEC|EXEC|SETENV|NOSETENV|LOG_INPUT|NOLOG_INPUT|LOG_OUTPUT|NOLOG_OUTPUT|MAIL|NOMAIL|FOLLOW|NOFOLLOW|INTERCEPT|NOINTERCEPT):\s*`)

// grants reads the rules: who host = (as) tags: commands.
func (p *sudoers) grants() {
	for _, r := range p.rules {
		left, right, ok := strings.Cut(r.value, "=")
		who := strings.Fields(left)
		if !ok || len(who) == 0 {
			continue
		}
		password := true
		for _, c := range commas(outsideParens(right)) {
			if strings.HasPrefix(c, "(") {
				if i := strings.IndexByte(c, ')'); i >= 0 {
					c = strings.TrimSpace(c[i+1:])
				}
			}
			for m := tags.FindStringSubmatch(c); m != nil; m = tags.FindStringSubmatch(c) {
				switch m[1] {
				case "NOPASSWD":
					password = false
				case "PASSWD":
					password = true
				}
				c = c[len(m[0]):]
			}
			p.grant(who[0], c, password, r.from, 0)
		}
	}
	slices.Sort(p.sudo.NoPassword)
	p.sudo.NoPassword = slices.Compact(p.sudo.NoPassword)
	slices.Sort(p.sudo.Targets)
	p.sudo.Targets = slices.Compact(p.sudo.Targets)
}

// outsideParens hides the commas of a (user : group) list.
func outsideParens(s string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth > 0:
			return ' '
		}
		return r
	}, s)
}

func (p *sudoers) grant(who, command string, password bool, from string, depth int) {
	if list := p.alias[command]; list != nil && depth < maxIncludes {
		for _, c := range list {
			p.grant(who, c, password, from, depth+1)
		}
		return
	}
	if command == "" || strings.HasPrefix(command, "!") || len(p.sudo.Grants) >= maxEntries {
		return
	}
	program := strings.Fields(command)[0]
	p.sudo.Grants = append(p.sudo.Grants, Grant{who, program, password, from})
	if strings.HasPrefix(program, "/") && !strings.HasSuffix(program, "/") && !strings.Contains(program, "*") {
		p.sudo.Targets = append(p.sudo.Targets, program)
	}
	if !password && who != "root" && wide(program) {
		p.sudo.NoPassword = append(p.sudo.NoPassword, fmt.Sprintf("%s may run %s (%s)", who, program, from))
	}
}

// wide tells whether a command gives its caller all of root.
func wide(program string) bool {
	if program == "ALL" || strings.HasSuffix(program, "/") || strings.Contains(program, "*") {
		return true
	}
	base := path.Base(program)
	return slices.Contains(openers, base) || strings.HasPrefix(base, "python3.")
}

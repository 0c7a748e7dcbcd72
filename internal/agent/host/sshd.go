package host

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// SSHD is the configuration that the SSH server acts by for somebody of whom
// nothing special is said; Matches are the exceptions.
type SSHD struct {
	Version  string            `json:"version,omitempty"`
	Settings map[string]string `json:"settings"`
	// From is where each setting is written; what is not there is the default.
	From    map[string]string `json:"from,omitempty"`
	Matches []SSHMatch        `json:"matches,omitempty"`
	Ciphers []string          `json:"ciphers"`
	MACs    []string          `json:"macs"`
	Kex     []string          `json:"kex"`
	// LoginGrace, in seconds.
	LoginGrace int `json:"login_grace_seconds"`
	// Startups are the three numbers of MaxStartups.
	Startups []int `json:"max_startups"`
}

// SSHMatch is a Match block: for whom, and what is otherwise for them.
type SSHMatch struct {
	Criteria string            `json:"criteria"`
	Settings map[string]string `json:"settings"`
	From     string            `json:"from"`
}

// sshdDefaults are what OpenSSH does where nothing is written.
var sshdDefaults = map[string]string{
	"permitrootlogin": "prohibit-password", "passwordauthentication": "yes", "permitemptypasswords": "no",
	"kbdinteractiveauthentication": "yes", "hostbasedauthentication": "no", "ignorerhosts": "yes", "permituserenvironment": "no",
	"usepam": "no", "loglevel": "INFO", "maxauthtries": "6", "logingracetime": "120", "maxstartups": "10:30:100", "maxsessions": "10",
	"clientaliveinterval": "0", "clientalivecountmax": "3", "disableforwarding": "no", "allowtcpforwarding": "yes", "allowagentforwarding": "yes",
	"x11forwarding": "no", "permittunnel": "no", "allowstreamlocalforwarding": "yes", "gatewayports": "no", "pubkeyauthentication": "yes",
}

// What OpenSSH offers by itself: of its releases since 7.4, with what newer
// ones put first.
var (
	defaultCiphers = []string{"chacha20-poly1305@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"}
	defaultMACs    = []string{
		"umac-64-etm@openssh.com", "umac-128-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
		"hmac-sha1-etm@openssh.com", "umac-64@openssh.com", "umac-128@openssh.com", "hmac-sha2-256", "hmac-sha2-512", "hmac-sha1",
	}
	oldKex = []string{
		"curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
		"diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256",
	}
)

// defaultKex are those of a release: quantum-proof ones came with 8.5, 9.0 and 9.9.
func defaultKex(version string) []string {
	kex := oldKex
	if before(version, 8, 0) {
		kex = append(slices.Clone(kex), "diffie-hellman-group14-sha1")
	}
	if version != "" && !before(version, 8, 9) {
		kex = append([]string{"sntrup761x25519-sha512@openssh.com"}, kex...)
	}
	if version != "" && !before(version, 9, 9) {
		kex = append([]string{"mlkem768x25519-sha256"}, kex...)
	}
	return kex
}

// before tells whether a version is older; one that is not known is not.
func before(version string, major, minor int) bool {
	a, b, _ := strings.Cut(version, ".")
	x, err := strconv.Atoi(a)
	if err != nil {
		return false
	}
	y := atoi(strings.TrimRight(b, "abcdefghijklmnopqrstuvwxyz0123456789.-+:~"), -1)
	if n := leadingNumber(b); n >= 0 {
		y = n
	}
	return x < major || x == major && y < minor
}

func leadingNumber(s string) int {
	i := 0
	for i < len(s) && digit(s[i]) {
		i++
	}
	return atoi(s[:i], -1)
}

// sshd reads the effective configuration. A host without the server has none.
func (s *survey) sshd() {
	const file = "etc/ssh/sshd_config"
	if !s.exists(file) && !s.exists("usr/etc/ssh/sshd_config") {
		if s.exists("usr/sbin/sshd") {
			s.doc.gap("sshd", "/usr/sbin/sshd is there, and no /etc/ssh/sshd_config")
		}
		return
	}
	c := &sshConfig{survey: s, match: -1, sshd: &SSHD{Settings: map[string]string{}, From: map[string]string{}, Version: s.sshVersion()}}
	start := file
	if !s.exists(file) {
		start = "usr/etc/ssh/sshd_config"
	}
	if err := c.read(start, 0); err != nil {
		s.doc.gap("sshd", reason(start, err))
		return
	}
	for k, v := range sshdDefaults {
		if _, set := c.sshd.Settings[k]; !set {
			c.sshd.Settings[k] = v
		}
	}
	c.derive()
	s.doc.SSHD = c.sshd
}

// sshVersion is the package's, which the databases of packages tell.
func (s *survey) sshVersion() string {
	text, err := s.readMost("var/lib/dpkg/status", 64<<20)
	if err != nil {
		return ""
	}
	_, rest, ok := strings.Cut("\n"+text, "\nPackage: openssh-server\n")
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "\n\n")
	_, v, ok := strings.Cut(rest, "\nVersion: ")
	if !ok {
		return ""
	}
	v, _, _ = strings.Cut(v, "\n")
	if _, after, epoch := strings.Cut(v, ":"); epoch {
		v = after
	}
	v, _, _ = strings.Cut(v, "-")
	return v
}

// sshConfig reads files into one configuration. Of a keyword that is written
// several times the first counts.
type sshConfig struct {
	*survey
	sshd  *SSHD
	match int // the block that is being read; -1 none
	files int
}

// maxIncludes bounds how deep and how many files are included.
const maxIncludes = 16

func (c *sshConfig) read(file string, depth int) error {
	if c.files++; c.files > 200 || depth > maxIncludes {
		c.doc.gap("sshd", "its files include each other, or more than are read")
		return nil
	}
	text, err := c.survey.read(file)
	if err != nil {
		return err
	}
	for _, l := range lines(text) {
		if err := c.line(file, l, depth); err != nil {
			return err
		}
	}
	return nil
}

func (c *sshConfig) line(file string, l line, depth int) error {
	key, value := sshWords(l.text)
	at := fmt.Sprintf("/%s:%d", file, l.no)
	switch key {
	case "":
	case "include":
		for _, pattern := range quotedFields(value) {
			if err := c.include(strings.Trim(pattern, `"`), depth); err != nil {
				return err
			}
		}
	case "match":
		if strings.EqualFold(value, "all") {
			c.match = -1
			return nil
		}
		c.sshd.Matches = append(c.sshd.Matches, SSHMatch{Criteria: value, Settings: map[string]string{}, From: at})
		c.match = len(c.sshd.Matches) - 1
	default:
		c.set(key, value, at)
	}
	return nil
}

// sshWords splits a line into its keyword, in lower case, and the rest.
func sshWords(text string) (key, value string) {
	i := strings.IndexAny(text, " \t=")
	if i < 0 {
		return strings.ToLower(text), ""
	}
	value = strings.TrimSpace(strings.TrimLeft(text[i:], " \t="))
	value = bare(value)
	if len(value) > 1 && value[0] == '"' && strings.Count(value, `"`) == 2 && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	key = strings.ToLower(text[:i])
	if key == "challengeresponseauthentication" || key == "skeyauthentication" {
		key = "kbdinteractiveauthentication" // the same, as older releases called it
	}
	return key, value
}

// listed are keywords whose every occurrence adds to a list.
var listed = []string{"allowusers", "denyusers", "allowgroups", "denygroups", "acceptenv", "port", "listenaddress", "hostkey"}

// others are keywords without a default that somebody asks for.
var others = []string{"ciphers", "macs", "kexalgorithms", "authorizedkeysfile", "trustedusercakeys", "protocol", "addressfamily"}

func (c *sshConfig) set(key, value, at string) {
	if _, known := sshdDefaults[key]; !known && !slices.Contains(listed, key) && !slices.Contains(others, key) {
		return // nobody asks for it, and a command may hold anything
	}
	into := c.sshd.Settings
	if c.match >= 0 {
		into = c.sshd.Matches[c.match].Settings
	}
	old, set := into[key]
	switch {
	case set && slices.Contains(listed, key):
		into[key] = old + " " + value
	case !set:
		if l := strings.ToLower(value); slices.Contains([]string{"yes", "no", "prohibit-password", "without-password", "forced-commands-only"}, l) {
			value = l
		}
		if key == "permitrootlogin" && value == "without-password" {
			value = "prohibit-password"
		}
		into[key] = value
		if c.match < 0 {
			c.sshd.From[key] = at
		}
	}
}

func (c *sshConfig) include(pattern string, depth int) error {
	if !strings.HasPrefix(pattern, "/") {
		pattern = "/etc/ssh/" + pattern
	}
	dir, last := path.Split(pattern)
	names := []string{clean(pattern)}
	if strings.ContainsAny(last, "*?[") {
		names = nil
		entries, err := c.list(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if ok, err := path.Match(last, e.Name()); ok && err == nil {
				names = append(names, clean(path.Join(dir, e.Name())))
			}
		}
	}
	outer := c.match
	for _, name := range names {
		if err := c.read(name, depth+1); err != nil && !absent(err) {
			return err
		}
		c.match = outer // a block ends with the file that it stands in
	}
	return nil
}

// derive reads the settings that are more than a word.
func (c *sshConfig) derive() {
	d := c.sshd
	d.Ciphers = algorithms(d.Settings["ciphers"], defaultCiphers)
	d.MACs = algorithms(d.Settings["macs"], defaultMACs)
	d.Kex = algorithms(d.Settings["kexalgorithms"], defaultKex(d.Version))
	d.LoginGrace = seconds(d.Settings["logingracetime"])
	for part := range strings.SplitSeq(d.Settings["maxstartups"], ":") {
		d.Startups = append(d.Startups, atoi(part, -1))
	}
	if len(d.Startups) == 1 {
		d.Startups = []int{d.Startups[0], 100, d.Startups[0]}
	}
}

// algorithms applies a list to the defaults: +adds, -takes away, ^puts first.
func algorithms(value string, defaults []string) []string {
	if value == "" {
		return defaults
	}
	how := value[0]
	list := strings.Split(strings.TrimLeft(value, "+-^"), ",")
	switch how {
	case '+':
		return append(slices.Clone(defaults), list...)
	case '^':
		return append(list, defaults...)
	case '-':
		return slices.DeleteFunc(slices.Clone(defaults), func(a string) bool {
			return slices.ContainsFunc(list, func(p string) bool { ok, err := path.Match(p, a); return ok && err == nil })
		})
	}
	return list
}

// seconds reads a time as OpenSSH writes it: 120, 2m, 1h30m. Zero is none.
func seconds(s string) int {
	total, n := 0, 0
	digits := false
	for i := range len(s) {
		c := s[i]
		if digit(c) {
			n, digits = min(n*10+int(c-'0'), 1<<30), true
			continue
		}
		factor, ok := map[byte]int{'s': 1, 'S': 1, 'm': 60, 'M': 60, 'h': 3600, 'H': 3600, 'd': 86400, 'D': 86400, 'w': 604800, 'W': 604800}[c]
		if !ok || !digits {
			return -1
		}
		total, n, digits = total+n*factor, 0, false
	}
	return total + n
}

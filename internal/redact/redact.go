// Package redact cuts out of text what looks like a credential, before it is shown, kept or
// sent. It knows forms and no values, and is small enough for the agent.
package redact

import (
	"math"
	"path"
	"regexp"
	"strings"
)

// Cut stands in place of what was cut out.
const Cut = "[cut out]"

// secrets are forms of credentials that come to stand in command lines, addresses and
// configuration. What is not a group of the expression stays.
var secrets = []struct {
	form *regexp.Regexp
	with string
	// named: what stands before it says that it is a secret, unless it is one of words.
	named bool
}{
	{regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)`), Cut, false},
	{regexp.MustCompile(`(?i)\b(authorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)?\s*)[^\s"']{4,}`), "${1}" + Cut, false},
	{regexp.MustCompile(`(?i)\b(bearer\s+)[a-z0-9._~+/=-]{8,}`), "${1}" + Cut, false},
	{regexp.MustCompile(`(?i)([a-z0-9_-]*(?:password|passwd|passphrase|(?-i:pwd|[A-Z0-9]_PWD)|secret|secret[_-]?(?:access[_-]?)?key|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|token|credentials?|psk)["']?\s*[=:]\s*)(?:"[^"\n]{2,}"|'[^'\n]{2,}'|["']?[^\s"'&;]{2,})`), "", true},
	{regexp.MustCompile(`(?i)(--?(?:password|passwd|pass|passphrase|secret|token|api-?key|secret-?key)\s+)(?:"[^"\n]+"|'[^'\n]+'|["']?[^\s"']{2,})`), "${1}" + Cut, false},
	{regexp.MustCompile(`(\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@]{0,64}:)[^\s/]{1,256}@`), "${1}" + Cut + "@", false},
	{regexp.MustCompile(`(\bsshpass\s+-p\s*)\S+`), "${1}" + Cut, false},
	{regexp.MustCompile(`(\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^|;\n]*?\s-p)[^\s]+`), "${1}" + Cut, false},
	{regexp.MustCompile(`(\bcurl\b[^|;\n]*?\s(?:-u|--user)\s*["']?[^\s:"']+:)[^\s"']+`), "${1}" + Cut, false},
	{regexp.MustCompile(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bgithub_pat_[A-Za-z0-9_]{20,}\b|\bglpat-[A-Za-z0-9_-]{16,}|\bxox[abprs]-[A-Za-z0-9-]{12,}|\bAIza[0-9A-Za-z_-]{35}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`), Cut, false},
	{regexp.MustCompile(`\$(?:1|2[abxy]?|5|6|7|y|gy|md5|scrypt|argon2[a-z]*)\$[A-Za-z0-9./$=,+-]{8,}`), Cut, false}, // hashes of passwords
}

// values are long texts without spaces after an equals sign or a colon: where they look like chance they are
// taken for keys.
var values = regexp.MustCompile(`([=:]\s*["']?)([A-Za-z0-9+/_-]{24,}={0,2})`)

// Text cuts out of text what looks like a credential.
func Text(s string) string {
	for _, x := range secrets {
		if !x.named {
			s = x.form.ReplaceAllString(s, x.with)
			continue
		}
		s = x.form.ReplaceAllStringFunc(s, func(m string) string {
			name := x.form.FindStringSubmatch(m)[1]
			if value := strings.Trim(m[len(name):], `"'`); words[strings.ToLower(value)] || value == Cut || strings.HasPrefix(strings.ToLower(name), "nopasswd") {
				return m
			}
			return name + Cut
		})
	}
	return values.ReplaceAllStringFunc(s, func(m string) string {
		g := values.FindStringSubmatch(m)
		if !chance(g[2]) {
			return m
		}
		return g[1] + Cut
	})
}

// chance tells whether a text has letters, digits and so many different signs that nobody
// wrote it as a name.
func chance(s string) bool {
	var count [256]int
	digits, letters := 0, 0
	for i := range len(s) {
		count[s[i]]++
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c != '-' && c != '_' && c != '/' && c != '+' && c != '=':
			letters++
		}
	}
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
		return false // a UUID names things
	}
	if digits < 2 || letters < 2 || strings.Count(s, "/") > len(s)/12+1 || strings.Count(s, "-") > len(s)/12+1 {
		return false // a path, or words
	}
	bits := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			bits -= p * math.Log2(p)
		}
	}
	if strings.Trim(s, "0123456789abcdefABCDEF") == "" {
		return len(s) >= 32 && bits > 3
	}
	return bits > 3.8
}

// words are values of settings that are no secrets, though the setting's name says so.
var words = map[string]bool{
	"yes": true, "no": true, "true": true, "false": true, "on": true, "off": true, "none": true, "required": true, "requisite": true, "sufficient": true,
	"optional": true, "include": true, "substack": true, "prohibit-password": true, "without-password": true, "forced-commands-only": true, "files": true, "compat": true,
}

// setting is a line of a configuration whose value stands after a space.
var setting = regexp.MustCompile(`(?im)^([ \t]*(?:[a-z0-9_.-]*(?:password|passwd|passphrase|requirepass|masterauth|secret|token|api[_-]?key|psk|community))[ \t]+["']?)([^\s"'=:\[{(;][^\s"';]*)`)

// Config cuts credentials out of the text of a configuration, in which a value may also stand
// after a space.
func Config(s string) string {
	s = setting.ReplaceAllStringFunc(s, func(m string) string {
		g := setting.FindStringSubmatch(m)
		if words[strings.ToLower(g[2])] || len(g[2]) < 4 {
			return m
		}
		return g[1] + Cut
	})
	return Text(s)
}

// taking are options whose value is the next argument.
var taking = regexp.MustCompile(`(?i)^--?[a-z0-9_-]*(?:password|passwd|passphrase|secret|secret[_-]?(?:access[_-]?)?key|api[_-]?key|access[_-]?key|private[_-]?key|token|credential|pass|pwd)$`)

// short are options of one letter, by program: the value follows, in the same argument or, where a
// space is allowed, in the next.
var short = map[string]struct {
	option string
	next   bool
}{
	"mysql": {"-p", false}, "mysqldump": {"-p", false}, "mysqladmin": {"-p", false}, "mariadb": {"-p", false}, "mariadb-dump": {"-p", false}, "mysqlimport": {"-p", false},
	"sshpass": {"-p", true}, "redis-cli": {"-a", true}, "mongo": {"-p", true}, "mongosh": {"-p", true}, "mongodump": {"-p", true}, "ldapsearch": {"-w", true},
	"ldapmodify": {"-w", true}, "sqlcmd": {"-P", true}, "smbclient": {"-U", true},
}

// Args cuts credentials out of a command line that is in its parts.
func Args(args []string) []string {
	out := make([]string, len(args))
	form := short[""]
	next := false
	for i, a := range args {
		if i == 0 {
			form = short[path.Base(a)]
		}
		switch {
		case next:
			out[i], next = Cut, false
		case i > 0 && taking.MatchString(a):
			out[i], next = a, true
		case i > 0 && form.option != "" && form.next && a == form.option:
			out[i], next = a, true
		case i > 0 && form.option != "" && len(a) > len(form.option) && strings.HasPrefix(a, form.option) && !strings.HasPrefix(a, "--"):
			out[i] = form.option + Cut
		case i > 0 && (args[i-1] == "-u" || args[i-1] == "--user") && strings.Contains(a, ":"):
			name, _, _ := strings.Cut(a, ":")
			out[i] = name + ":" + Cut
		default:
			out[i] = Text(a)
		}
	}
	return out
}

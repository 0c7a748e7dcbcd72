package host

import (
	"regexp"
	"slices"
	"strings"
)

// secretFiles are those in which credentials come to lie when a server is made.
var secretFiles = []string{"etc/environment", "var/lib/cloud/instance/user-data.txt", "var/lib/cloud/instance/scripts/part-001", "var/log/cloud-init-output.log"}

// maxSecretFile bounds how much of each is looked through.
const maxSecretFile = 4 << 20

// shapes are forms of credentials that a small program can tell. The rest of
// Demarc knows more; this is what the agent looks for where it may not send
// the text.
var shapes = []struct {
	rule string
	form *regexp.Regexp
}{
	{"aws-access-key", regexp.MustCompile(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`)},
	{"private-key", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----`)},
	{"github-token", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{50,}\b`)},
	{"gitlab-token", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}\b`)},
	{"slack-token", regexp.MustCompile(`\bxox[abprs]-[A-Za-z0-9-]{20,}\b`)},
	{"google-api-key", regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}\b`)},
	{"azure-storage-key", regexp.MustCompile(`AccountKey=[A-Za-z0-9+/]{60,}={0,2}`)},
	{"credentials-in-url", regexp.MustCompile(`\b[a-z][a-z0-9+.-]*://[^\s:/@$]{1,64}:[^\s:/@$]{3,}@[^\s/]+`)},
	{"password", regexp.MustCompile(`(?i)\b[a-z0-9_-]*(?:password|passwd|secret|api[_-]?key|token)["']?\s*[:=]\s*["']?[^\s"'$<{(*]{6,}`)},
}

// harmless are values that only look like a password's.
var harmless = regexp.MustCompile(`(?i)[:=]\s*["']?(?:true|false|none|null|changeme|example|redacted|locked|random|yes|no)\b`)

// secrets notes where credentials stand: path, line and rule, never what.
func (s *survey) secrets() {
	for _, name := range secretFiles {
		text, err := s.readMost(name, maxSecretFile)
		if err != nil {
			s.unread("secrets", name, err)
			continue
		}
		no := 0
		for l := range strings.Lines(text) {
			no++
			if len(l) > maxLine {
				l = l[:maxLine]
			}
			for _, shape := range shapes {
				m := shape.form.FindString(l)
				if m == "" || shape.rule == "password" && harmless.MatchString(m) {
					continue
				}
				s.doc.Secrets = append(s.doc.Secrets, "/"+name+":"+itoa(no)+": "+shape.rule)
				break
			}
			if len(s.doc.Secrets) >= 100 {
				return
			}
		}
	}
	s.doc.Secrets = slices.Compact(s.doc.Secrets)
}

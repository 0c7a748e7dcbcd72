package vuln

import (
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"

	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// severities, the worst first. Unknown stands before low: nobody has said that
// it is.
var severities = []string{"critical", "high", "medium", "unknown", "low", "negligible"}

// words are distributions' own, which know how a flaw bears on their build.
// "Not yet assigned" is no word.
var words = map[string]string{
	"critical": "critical", "important": "high", "high": "high", "moderate": "medium", "medium": "medium", "low": "low",
	"negligible": "negligible", "unimportant": "negligible",
}

// addSeverity keeps the distribution's word, and the highest CVSS score.
func (a *assessment) addSeverity(v *Vulnerability, h hit, adv *store.Advisory) {
	word := strings.ToLower(strings.Trim(h.Urgency, "*"))
	if words[word] == "" {
		word = strings.ToLower(adv.Word)
	}
	if words[word] == "" {
		for _, s := range adv.Severity {
			if !strings.HasPrefix(s.Type, "CVSS") && words[strings.ToLower(s.Score)] != "" {
				word = strings.ToLower(s.Score)
			}
		}
	}
	if words[word] == "" { // AlmaLinux, Rocky Linux and Red Hat: Important: openssl security update
		if first, _, ok := strings.Cut(adv.Summary, ":"); ok {
			word = strings.ToLower(first)
		}
	}
	// An advisory's word is of the worst of its CVEs: one's own goes before.
	if words[word] != "" && (v.Word == "" || adv.Own) {
		v.Word = word
	}
	for _, s := range adv.Severity {
		if score, ok := cvss(s.Score); ok && score > v.Score {
			v.Score, v.Vector = score, s.Score
		}
	}
	switch {
	case v.Word != "":
		v.Severity = words[v.Word]
	case v.Vector != "":
		v.Severity = rating(v.Score)
	}
}

// cvss computes the base score of a vector of any version.
func cvss(vector string) (float64, bool) {
	switch {
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		if c, err := gocvss30.ParseVector(vector); err == nil {
			return c.BaseScore(), true
		}
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		if c, err := gocvss31.ParseVector(vector); err == nil {
			return c.BaseScore(), true
		}
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		if c, err := gocvss40.ParseVector(vector); err == nil {
			return c.Score(), true
		}
	case strings.HasPrefix(vector, "AV:"):
		if c, err := gocvss20.ParseVector(vector); err == nil {
			return c.BaseScore(), true
		}
	}
	return 0, false
}

func rating(score float64) string {
	switch {
	case score >= 9:
		return "critical"
	case score >= 7:
		return "high"
	case score >= 4:
		return "medium"
	case score > 0:
		return "low"
	}
	return "negligible"
}

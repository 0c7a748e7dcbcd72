package vuln

import (
	"cmp"
	"strings"

	"github.com/demarc-sec/demarc/internal/cvss"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// Severities are all, the worst first. Unknown stands before low: nobody has said
// that it is.
var Severities = []string{"critical", "high", "medium", "unknown", "low", "negligible"}

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
		if score, ok := cvss.Score(s.Score); ok && score > v.Score {
			v.Score, v.Vector = score, s.Score
		}
	}
	switch {
	case v.Word != "":
		v.Severity = words[v.Word]
	case v.Vector != "":
		v.Severity = cmp.Or(cvss.Severity(v.Score), "negligible")
	}
}

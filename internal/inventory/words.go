package inventory

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
)

// Bounds of texts that come from outside and are indexed.
const (
	maxUID   = 2000
	maxText  = 1000
	maxLabel = 300
	maxWord  = 40
	maxWords = 30
)

// noSeverity and noStatus are the ranks of assets without failing findings and
// without duties of the customer's.
var (
	noSeverity = len(report.Severities)
	noStatus   = len(matrix.Worst)
)

func severityRank(name string) int {
	if i := slices.Index(report.Severities, name); i >= 0 {
		return i
	}
	return noSeverity
}

func severityName(rank int) string {
	if rank >= 0 && rank < noSeverity {
		return report.Severities[rank]
	}
	return ""
}

func statusName(rank int) string {
	if rank >= 0 && rank < noStatus {
		return matrix.Worst[rank]
	}
	return ""
}

// label makes a text fit for an index and for the keys of counts: valid, in
// one line, and bounded.
func label(s string) string { return clip(s, maxLabel) }

func clip(s string, most int) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		s = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(s, "\uFFFD"))
	}
	return text(s, most)
}

// text makes a longer text fit to be kept: valid, without NUL, and bounded.
func text(s string, most int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// words are those by which texts are found: letters and digits, lower case.
func words(texts ...string) []string {
	var out []string
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			out = append(out, clip(w, maxWord))
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxWords)]
}

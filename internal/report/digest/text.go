package digest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
)

// sequence is a terminal escape sequence: CSI, a string such as OSC up to its
// end, or a short one; each also in its eight-bit form.
var sequence = regexp.MustCompile("(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]" +
	"|(?:\x1b[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\x07\x1b\u009c]*(?:\x07|\x1b\\\\|\u009c)" +
	"|\x1b[ -/]*[0-OQ-WYZ\\\\`-~]")

// Line makes text of unknown origin safe to show on one line: escape sequences
// go, line breaks and tabs become spaces, and whatever else a reader would not
// see but a terminal or browser would obey becomes U+FFFD, so that nothing is
// hidden without a trace.
func Line(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Join(strings.Fields(clean(s)), " ")
}

// Block does the same for text of several lines, which keep their line breaks
// and their indentation.
func Block(s string) string {
	if isPlain(s) {
		return s
	}
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(clean(l), " ")
	}
	return strings.Join(lines, "\n")
}

func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = sequence.ReplaceAllString(s, "")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Bidi_Control, unicode.Variation_Selector), hidden(r):
			return '\uFFFD'
		}
		return r
	}, s)
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return !strings.Contains(s, "  ")
}

// hidden runes have no width and can make two texts look the same. The joiners
// U+200C and U+200D are left, since scripts need them.
func hidden(r rune) bool {
	switch {
	case r == '\u00AD', r == '\u200B', r == '\u2060', r == '\uFEFF', r == '\u180E', r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// At is the place as people write it, file:line, made safe for a line.
func At(l estate.Location) string {
	switch {
	case l.File == "":
		return ""
	case l.Line == 0:
		return Line(l.File)
	}
	return Line(l.File) + ":" + strconv.Itoa(l.Line)
}

// Symbol stands for a status of a duty, so that no meaning hangs on colour.
func Symbol(status string) string {
	switch status {
	case report.Failing:
		return "✗"
	case report.Unverified:
		return "?"
	case report.Lapsed:
		return "!"
	case report.Unassured:
		return "○"
	case report.Waived:
		return "~"
	case report.Verified:
		return "✓"
	case report.Assured:
		return "●"
	case "":
		return "·"
	}
	return "?"
}

// Meaning is what a status says, in a few words.
func Meaning(status string) string {
	switch status {
	case report.Failing:
		return "a check fails"
	case report.Unverified:
		return "nothing is known"
	case report.Lapsed:
		return "the provider's assurance has expired"
	case report.Unassured:
		return "no assurance from the provider on file"
	case report.Waived:
		return "accepted as a risk"
	case report.Verified:
		return "every check passes"
	case report.Assured:
		return "the provider's assurance is on file"
	}
	return ""
}

// ResultSymbol stands for the result of a check.
func ResultSymbol(result string) string {
	switch result {
	case report.Pass:
		return "✓"
	case report.Fail:
		return "✗"
	case report.ResultWaived:
		return "~"
	case report.NotApplicable, report.ProviderOwned:
		return "–"
	}
	return "?"
}

// Letter stands for the owner of a cell or duty; see matrix.Cell.Owner.
func Letter(owner string) string {
	switch owner {
	case report.Provider:
		return "P"
	case report.Customer:
		return "C"
	case "both":
		return "C+P"
	case "":
		return ""
	}
	return "?"
}

// Whose says whose a duty is, from the customer's point of view.
func Whose(owner string) string {
	switch owner {
	case report.Provider:
		return "the provider's"
	case report.Customer:
		return "yours"
	}
	return "not known"
}

// Party names an owner as one speaks to the customer.
func Party(owner string) string {
	switch owner {
	case report.Customer:
		return "you"
	case report.Provider:
		return "the provider"
	case report.Unknown, "":
		return "an unknown owner"
	}
	return Line(owner)
}

// Teams says how many of the customer's findings are whose; "" where no team is
// known.
func Teams(i report.Import) string {
	var of []string
	known := 0
	for _, t := range i.Teams {
		of = append(of, Line(t.Team)+" "+Number(t.Findings))
		known += t.Findings
	}
	if len(of) > 0 && known < i.Customer {
		of = append(of, "no team "+Number(i.Customer-known))
	}
	return strings.Join(of, ", ")
}

// Unplaced says why findings have no place.
func Unplaced(u report.Unplaced) string {
	line := Number(u.Findings) + " not placed: " + Line(u.Why)
	if len(u.Rules) > 0 {
		line += " (" + Line(strings.Join(u.Rules, ", ")) + ")"
	}
	return line
}

// Import says in a line whose one scanner's findings are.
func Import(i report.Import) string {
	yours := Number(i.Customer) + " yours"
	if teams := Teams(i); teams != "" {
		yours += " (" + teams + ")"
	}
	whose := []string{yours}
	switch i.Provider {
	case 0:
		whose = append(whose, "none the provider's")
	default:
		whose = append(whose, Number(i.Provider)+" the provider's")
	}
	if i.Undecided > 0 {
		whose = append(whose, Number(i.Undecided)+" whose owner hangs on what is not known")
	}
	line := fmt.Sprintf("%s of %s: %s", Plural(i.Findings, "finding", "findings"), Line(i.Tool), strings.Join(whose, ", "))
	var of []string
	for _, x := range []struct {
		n    int
		what string
	}{{i.Elsewhere, "on assets not in the sources"}, {i.Folded, "that Demarc finds too"}, {i.Unplaced, "not placed"}, {i.Waived, "suppressed there"}, {i.LeftOut, "more left out by choice"}} {
		if x.n > 0 {
			of = append(of, Number(x.n)+" "+x.what)
		}
	}
	if len(of) > 0 {
		line += "; " + strings.Join(of, ", ")
	}
	if i.Passes > 0 {
		line += ". " + Plural(i.Passes, "pass counts", "passes count") + " as evidence"
	}
	return line
}

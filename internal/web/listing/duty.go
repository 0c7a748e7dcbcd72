package listing

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/web/layout"
)

// Aspect is what a responsibility is about, of which its title says how: the
// guest system, of "guest-os.deploy".
func Aspect(responsibility string) string {
	about, _, _ := strings.Cut(responsibility, ".")
	words := strings.Split(layout.Word(about), " ")
	for i, w := range words {
		if w == "os" || w == "ai" || w == "Ai" || w == "Os" {
			words[i] = strings.ToUpper(w)
		}
	}
	return strings.Join(words, " ")
}

// DutyName is a responsibility in full.
func DutyName(responsibility, title string) string { return Aspect(responsibility) + ": " + title }

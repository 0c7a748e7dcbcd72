package identity

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The bounds of a password's length, in characters.
const (
	MinPassword = 12
	MaxPassword = 128
)

//go:embed common-passwords.txt
var commonText string

// common is the passwords that attackers try first: the 20,000 commonest of
// those that were stolen elsewhere, as Django's validator has them.
var common = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(commonText) {
		m[strings.TrimSuffix(line, "\n")] = true
	}
	return m
})

// normal is the form of a password that is hashed, the same whichever
// keyboard it was typed on.
func normal(password string) string { return norm.NFKC.String(password) }

// validPassword refuses what is too short, too long or easily guessed. The
// words are those that an attacker knows of the person.
func validPassword(password string, words ...string) error {
	p := normal(password)
	n := utf8.RuneCountInString(p)
	if !utf8.ValidString(password) || n < MinPassword || n > MaxPassword {
		return fmt.Errorf("%w: a password has %d to %d characters", ErrInvalid, MinPassword, MaxPassword)
	}
	if guessable(strings.ToLower(p), words) {
		return fmt.Errorf("%w: this password is among those that are tried first; take another, such as four words that have nothing to do with each other", ErrInvalid)
	}
	return nil
}

// guessable reports whether the password is a common one, or one made long
// without becoming better: by repeating, counting, words that everybody knows
// of the person, or digits and signs around a common word.
func guessable(p string, words []string) bool {
	if common()[p] || distinct(p) < 5 || counting(p) {
		return true
	}
	rest := p
	for _, w := range words {
		if w = strings.ToLower(w); len(w) >= 4 {
			rest = strings.ReplaceAll(rest, w, "")
		}
	}
	if rest != p && len(rest) < 8 {
		return true
	}
	if u := unit(p); u != p && (len(u) <= 4 || common()[u]) {
		return true
	}
	core := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	return common()[core] && len(p)-len(core) <= 6
}

func distinct(p string) int {
	seen := map[rune]bool{}
	for _, r := range p {
		seen[r] = true
	}
	return len(seen)
}

// counting reports whether every character is the one next to the one before.
func counting(p string) bool {
	runes := []rune(p)
	step := runes[1] - runes[0]
	for k := 1; k < len(runes); k++ {
		if runes[k]-runes[k-1] != step {
			return false
		}
	}
	return step >= -1 && step <= 1
}

// unit is the shortest text that p repeats.
func unit(p string) string {
	return p[:strings.Index((p + p)[1:], p)+1]
}

// hash hashes a password, waiting for its turn: each takes a lot of memory.
func (i *Identity) hash(ctx context.Context, password string) (string, error) {
	select {
	case i.hashing <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-i.hashing }()
	return i.Hashing.hash(normal(password))
}

// matches holds a password against a hash, and against the decoy where there
// is none, so that both take as long.
func (i *Identity) matches(ctx context.Context, password, phc string) (ok, outdated bool, err error) {
	select {
	case i.hashing <- struct{}{}:
	case <-ctx.Done():
		return false, false, ctx.Err()
	}
	defer func() { <-i.hashing }()
	if len(password) > 4*MaxPassword {
		password = ""
	}
	if phc == "" {
		_, _, err := i.Hashing.matches(normal(password), i.decoy)
		return false, false, err
	}
	return i.Hashing.matches(normal(password), phc)
}

package identity

import (
	"fmt"
	"net/mail"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// MaxEmail bounds an e-mail address, in bytes.
const MaxEmail = 254

// fold returns the form of an e-mail address under which it is unique.
func fold(email string) string { return strings.ToLower(norm.NFC.String(email)) }

// validEmail takes a bare address such as ada@example.com.
func validEmail(email string) error {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Name != "" || a.Address != email || len(email) > MaxEmail || strings.ContainsAny(email, "<>\"() ") {
		return fmt.Errorf("%w: an e-mail address looks like ada@example.com", ErrInvalid)
	}
	return nil
}

// domain is what stands behind the @ of a folded address.
func domain(email string) string { return email[strings.LastIndexByte(email, '@')+1:] }

func validName(name string) error {
	if strings.TrimSpace(name) == "" || len(name) > 200 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("%w: a name has 1 to 200 characters in one line", ErrInvalid)
	}
	return nil
}

package version

import (
	"cmp"
	"strings"
)

// rpm splits [epoch:]version[-release]. What stands before a colon and is no
// number is no epoch.
func (v *Version) rpm() {
	rest := v.text
	if e, after, ok := strings.Cut(rest, ":"); ok && digits(e) {
		v.epoch, rest = e, after
	}
	v.upstream, v.release, _ = strings.Cut(rest, "-")
}

// compareRPM compares stretches of digits and of letters, whatever stands
// between them. A tilde is older than the end, a caret newer; a number is newer
// than a word, and what has more of them is newer.
func compareRPM(a, b string) int {
	separator := func(c byte) bool { return !digit(c) && !letter(c) && c != '~' && c != '^' }
	for {
		_, a = leading(a, separator)
		_, b = leading(b, separator)
		switch x, y := first(a), first(b); {
		case x == '~' && y == '~', x == '^' && y == '^':
			a, b = a[1:], b[1:]
			continue
		case x == '~':
			return -1
		case y == '~':
			return 1
		case x == '^' && b == "":
			return 1
		case x == '^':
			return -1
		case y == '^' && a == "":
			return -1
		case y == '^':
			return 1
		}
		if a == "" || b == "" {
			return cmp.Compare(len(a), len(b))
		}
		kind, number := letter, digit(a[0])
		if number {
			kind = digit
		}
		var x, y string
		x, a = leading(a, kind)
		y, b = leading(b, kind)
		switch {
		case y == "" && number:
			return 1
		case y == "":
			return -1
		case number:
			if c := compareNumbers(x, y); c != 0 {
				return c
			}
		default:
			if c := strings.Compare(x, y); c != 0 {
				return c
			}
		}
	}
}

func first(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

package version

import "strings"

// dpkg splits [epoch:]upstream[-revision], as deb-version(7) has it.
func (v *Version) dpkg() bool {
	rest := v.text
	if e, after, ok := strings.Cut(rest, ":"); ok {
		if e == "" || !digits(e) {
			return false
		}
		v.epoch, rest = e, after
	}
	if i := strings.LastIndexByte(rest, '-'); i >= 0 {
		rest, v.release = rest[:i], rest[i+1:]
	}
	v.upstream = rest
	return true
}

// compareDpkg compares stretches of other than digits, and of digits, in turns.
func compareDpkg(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a = leading(a, func(c byte) bool { return !digit(c) })
		y, b = leading(b, func(c byte) bool { return !digit(c) })
		for i := range max(len(x), len(y)) {
			if c := weight(x, i) - weight(y, i); c != 0 {
				return sign(c)
			}
		}
		x, a = leading(a, digit)
		y, b = leading(b, digit)
		if c := compareNumbers(x, y); c != 0 {
			return c
		}
	}
	return 0
}

// weight orders a tilde before the end, the end before letters, and letters
// before all else.
func weight(s string, i int) int {
	switch {
	case i >= len(s):
		return 0
	case s[i] == '~':
		return -1
	case letter(s[i]):
		return int(s[i])
	}
	return int(s[i]) + 256
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

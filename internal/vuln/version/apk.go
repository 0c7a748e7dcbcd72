package version

import (
	"cmp"
	"slices"
	"strings"
)

// apkVersion is number{.number}[letter]{_suffix[number]}[~hash][-rnumber].
type apkVersion struct {
	numbers  []string
	letter   string
	after    string // digits behind the letter, which old packages have: 1.9.5p2
	suffixes []apkSuffix
	build    string
}

type apkSuffix struct {
	rank   int
	number string
}

// apkSuffixes in their order; those from noSuffix on come after a version
// without any.
var apkSuffixes = []string{"alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"}

const noSuffix = 4

func parseApk(s string) (v apkVersion, ok bool) {
	for {
		n, rest := leading(s, digit)
		if n == "" {
			return v, false
		}
		v.numbers, s = append(v.numbers, n), rest
		if !strings.HasPrefix(s, ".") {
			break
		}
		s = s[1:]
	}
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		v.letter, s = s[:1], s[1:]
		v.after, s = leading(s, digit)
	}
	for strings.HasPrefix(s, "_") {
		var suffix apkSuffix
		name, rest := leading(s[1:], letter)
		if suffix.rank = slices.Index(apkSuffixes, name); suffix.rank < 0 || name == "" {
			return v, false
		}
		suffix.number, s = leading(rest, digit)
		v.suffixes = append(v.suffixes, suffix)
	}
	if strings.HasPrefix(s, "~") { // a commit has no order
		_, s = leading(s[1:], func(c byte) bool { return digit(c) || c >= 'a' && c <= 'f' })
	}
	if rest, has := strings.CutPrefix(s, "-r"); has {
		v.build, s = leading(rest, digit)
		if v.build == "" {
			return v, false
		}
	}
	return v, s == ""
}

func (v apkVersion) compare(w apkVersion) int {
	for i := range max(len(v.numbers), len(w.numbers)) {
		switch {
		case i >= len(v.numbers):
			return -1
		case i >= len(w.numbers):
			return 1
		}
		x, y := v.numbers[i], w.numbers[i]
		c := compareNumbers(x, y)
		if i > 0 && (x[0] == '0' || y[0] == '0') { // behind a point a leading zero makes a fraction of it
			c = strings.Compare(x, y)
		}
		if c != 0 {
			return c
		}
	}
	if c := cmp.Or(strings.Compare(v.letter, w.letter), compareNumbers(v.after, w.after)); c != 0 {
		return c
	}
	for i := range max(len(v.suffixes), len(w.suffixes)) {
		x, y := v.suffix(i), w.suffix(i)
		if c := cmp.Or(cmp.Compare(x.rank, y.rank), compareNumbers(x.number, y.number)); c != 0 {
			return c
		}
	}
	return compareNumbers(v.build, w.build)
}

func (v apkVersion) suffix(i int) apkSuffix {
	if i < len(v.suffixes) {
		return v.suffixes[i]
	}
	return apkSuffix{rank: noSuffix}
}

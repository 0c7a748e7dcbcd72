package detect

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Bounds of a rule.
const (
	mostPattern = 4096 // bytes of one value
	mostRegexp  = 2048
	mostValues  = 10_000 // of one field
)

// modifiers are what stands behind a field's name.
type modifiers struct {
	all, cased, not, exists, fieldref bool
	re, cidr                          bool
	flags                             string // of re
	compare                           string
	before, behind                    bool // wildcards to add
	encode                            []string
}

var supported = "all, contains, startswith, endswith, cased, re, i, m, s, cidr, base64, base64offset, wide, utf16, utf16le, utf16be, windash, exists, fieldref, neq, lt, lte, gt, gte"

// readModifiers understands the names, in their order.
func readModifiers(names []string) (m modifiers, err error) {
	for i, name := range names {
		switch name {
		case "all":
			m.all = true
		case "contains":
			m.before, m.behind = true, true
		case "startswith":
			m.behind = true
		case "endswith":
			m.before = true
		case "cased":
			m.cased = true
		case "neq":
			m.not = true
		case "exists":
			m.exists = true
		case "fieldref":
			m.fieldref = true
		case "re":
			m.re = true
		case "i", "m", "s", "ignorecase", "multiline", "dotall":
			if !m.re {
				return m, fmt.Errorf("the modifier %q stands without re before it", name)
			}
			m.flags += map[string]string{"ignorecase": "i", "multiline": "m", "dotall": "s"}[name]
			if len(name) == 1 {
				m.flags += name
			}
		case "cidr":
			m.cidr = true
		case "lt", "lte", "gt", "gte":
			m.compare = name
		case "base64", "base64offset", "wide", "utf16", "utf16le", "utf16be", "windash":
			m.encode = append(m.encode, name)
		default:
			return m, fmt.Errorf("the modifier %q is not known; known are %s", name, supported)
		}
		if slices.Contains(names[:i], name) {
			return m, fmt.Errorf("the modifier %q stands twice", name)
		}
	}
	return m, m.agree()
}

// agree tells whether the modifiers can stand together.
func (m modifiers) agree() error {
	kinds := 0
	for _, is := range []bool{m.re, m.cidr, m.compare != "", m.exists, m.fieldref, len(m.encode) > 0} {
		if is {
			kinds++
		}
	}
	if kinds > 1 || (m.re || m.cidr || m.compare != "" || m.exists) && (m.before || m.behind) {
		return fmt.Errorf("these modifiers cannot stand together; leave the one that is meant")
	}
	return nil
}

// tests are those of one value.
func (m modifiers) tests(value string) ([]test, error) {
	if len(value) > mostPattern {
		return nil, fmt.Errorf("the value has %d bytes; %d are the most", len(value), mostPattern)
	}
	switch {
	case m.re:
		t, err := m.regexp(value)
		return []test{t}, err
	case m.cidr:
		p, err := netip.ParsePrefix(value)
		if err != nil {
			return nil, fmt.Errorf("%q is no network; write it like 10.0.0.0/8", value)
		}
		return []test{network{p.Masked()}}, nil
	case m.compare != "":
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number, which %s needs", value, m.compare)
		}
		return []test{order{x, m.compare[0] == 'l', strings.HasSuffix(m.compare, "e")}}, nil
	}
	patterns, err := m.encoded(value)
	if err != nil {
		return nil, err
	}
	var all []test
	for _, p := range patterns {
		all = append(all, text(surround(p, m.before, m.behind), m.cased))
	}
	return all, nil
}

func (m modifiers) regexp(value string) (test, error) {
	if len(value) > mostRegexp {
		return nil, fmt.Errorf("the expression has %d bytes; %d are the most", len(value), mostRegexp)
	}
	if m.flags != "" {
		value = "(?" + m.flags + ")" + value
	}
	re, err := regexp.Compile(value)
	if err != nil {
		return nil, fmt.Errorf("the expression cannot be used: %w; write it in RE2 syntax, without looking around or back", err)
	}
	return expression{re}, nil
}

// encoded are the patterns that a value stands for after its transformations.
func (m modifiers) encoded(value string) ([][]piece, error) {
	if len(m.encode) == 0 {
		return [][]piece{pattern(value)}, nil
	}
	if m.encode[0] == "windash" && len(m.encode) == 1 {
		var all [][]piece
		for _, v := range dashes(value) {
			all = append(all, pattern(v))
		}
		return all, nil
	}
	plain, ok := literal(pattern(value))
	if !ok {
		return nil, fmt.Errorf("%q has a wildcard, which cannot be encoded; put a backslash before it, or leave %s", value, m.encode[0])
	}
	values := []string{plain}
	for _, how := range m.encode {
		var next []string
		for _, v := range values {
			next = append(next, encodings[how](v)...)
		}
		values = next
	}
	var all [][]piece
	for _, v := range values {
		all = append(all, []piece{{text: v}})
	}
	return all, nil
}

var encodings = map[string]func(string) []string{
	"base64":       func(s string) []string { return []string{base64.StdEncoding.EncodeToString([]byte(s))} },
	"base64offset": offsets,
	"wide":         func(s string) []string { return []string{wide(s, 0)} },
	"utf16le":      func(s string) []string { return []string{wide(s, 0)} },
	"utf16be":      func(s string) []string { return []string{wide(s, 1)} },
	"utf16":        func(s string) []string { return []string{"\xff\xfe" + wide(s, 0)} },
	"windash":      dashes,
}

// offsets are the three forms that text takes in the middle of what is encoded, less
// the characters at both ends that depend on what stands around.
func offsets(s string) []string {
	var all []string
	for i, cut := range []int{0, 2, 3} {
		e := base64.StdEncoding.EncodeToString(append(make([]byte, i), s...))
		end := len(e) - []int{0, 3, 2}[(len(s)+i)%3]
		if end > cut {
			all = append(all, e[cut:end])
		}
	}
	return all
}

// wide is UTF-16.
func wide(s string, big int) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		pair := [2]byte{byte(u), byte(u >> 8)} //nolint:gosec // both halves are kept
		b = append(b, pair[big], pair[1-big])
	}
	return string(b)
}

// dashes are the ways in which Windows' programs take an option: one sign for all
// options of the value.
func dashes(s string) []string {
	all := []string{s}
	for _, with := range []string{"-", "/", "\u2013", "\u2014", "\u2015"} {
		var b strings.Builder
		start := true
		for _, r := range s {
			if start && (r == '-' || r == '/') {
				b.WriteString(with)
			} else {
				b.WriteRune(r)
			}
			start = r == ' '
		}
		if v := b.String(); !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

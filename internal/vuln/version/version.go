// Package version compares versions as the package manager of a distribution
// does: what is newer for dpkg is not what is newer for rpm.
package version

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// Scheme is a way to compare.
type Scheme string

// The schemes, named for the package managers they come from.
const (
	Dpkg Scheme = "dpkg"
	RPM  Scheme = "rpm"
	Apk  Scheme = "apk"
)

// longest bounds what is compared: no package has a longer version.
const longest = 512

// ErrVersion is what cannot be compared. Two versions that cannot are neither
// older nor newer, and nobody may take them for safe.
var ErrVersion = errors.New("not a version of this scheme")

// Version is one that was read.
type Version struct {
	scheme                   Scheme
	text                     string
	epoch, upstream, release string // of dpkg and rpm
	apk                      apkVersion
}

// Parse reads a version.
func Parse(s Scheme, text string) (Version, error) {
	v := Version{scheme: s, text: text}
	ok := text != "" && len(text) <= longest
	if ok {
		switch s {
		case Dpkg:
			ok = v.dpkg()
		case RPM:
			v.rpm()
		case Apk:
			v.apk, ok = parseApk(text)
		default:
			return v, fmt.Errorf("%w: there is no scheme %q", ErrVersion, s)
		}
	}
	if !ok {
		return v, fmt.Errorf("%w: %.60q is none of %s", ErrVersion, text, s)
	}
	return v, nil
}

// Compare is negative when v is older than w, positive when it is newer.
func (v Version) Compare(w Version) (int, error) {
	if v.scheme != w.scheme || v.scheme == "" {
		return 0, fmt.Errorf("%w: %q against %q", ErrVersion, v.scheme, w.scheme)
	}
	switch v.scheme {
	case Dpkg:
		return cmp.Or(compareNumbers(v.epoch, w.epoch), compareDpkg(v.upstream, w.upstream), compareDpkg(v.release, w.release)), nil
	case RPM:
		return cmp.Or(compareNumbers(v.epoch, w.epoch), compareRPM(v.upstream, w.upstream), compareRPM(v.release, w.release)), nil
	}
	return v.apk.compare(w.apk), nil
}

func (v Version) String() string { return v.text }

// Compare compares two texts.
func Compare(s Scheme, a, b string) (int, error) {
	v, err := Parse(s, a)
	if err != nil {
		return 0, err
	}
	w, err := Parse(s, b)
	if err != nil {
		return 0, err
	}
	return v.Compare(w)
}

// compareNumbers compares two texts of digits of any length.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// leading cuts the bytes of a kind off the front of s.
func leading(s string, kind func(byte) bool) (head, rest string) {
	i := 0
	for i < len(s) && kind(s[i]) {
		i++
	}
	return s[:i], s[i:]
}

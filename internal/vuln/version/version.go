// Package version compares versions as the package manager of a distribution
// does: what is newer for dpkg is not what is newer for rpm.
package version

import (
	"errors"
	"fmt"

	"github.com/google/osv-scalibr/semantic"
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
	parsed semantic.Version
	text   string
}

// Parse reads a version.
func Parse(s Scheme, text string) (Version, error) {
	if text == "" || len(text) > longest {
		return Version{}, fmt.Errorf("%w: %.60q", ErrVersion, text)
	}
	var v semantic.Version
	var err error
	switch s {
	case Dpkg:
		v, err = semantic.ParseDebianVersion(text)
	case RPM:
		v = semantic.ParseRedHatVersion(text)
	case Apk:
		v, err = semantic.ParseAlpineVersion(text)
	default:
		err = fmt.Errorf("no scheme %q", s)
	}
	if err != nil {
		return Version{}, fmt.Errorf("%w: %.60q: %v", ErrVersion, text, err)
	}
	return Version{v, text}, nil
}

// Compare is negative when v is older than w, positive when it is newer.
func (v Version) Compare(w Version) (int, error) {
	if v.parsed == nil || w.parsed == nil {
		return 0, ErrVersion
	}
	c, err := v.parsed.Compare(w.parsed)
	if err != nil {
		return 0, fmt.Errorf("%w: %v", ErrVersion, err)
	}
	return c, nil
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

package lifecycle

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Ending is the day on which support of a version ends.
type Ending struct {
	Day      time.Time
	Product  string // its title
	Version  string
	Extended bool // it is the paid support that ends
	Source   Source
}

// Endings reads what ends when from all calendars, by day. Calendars that
// cannot be read are in the error, and the others in the answer.
func Endings(fsys fs.FS) ([]Ending, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Ending
	var errs []error
	for _, name := range names {
		c, err := Load(fsys, strings.TrimSuffix(name, ".yaml"))
		if err != nil {
			errs = append(errs, fmt.Errorf("reading the calendar %s: %w", name, err))
			continue
		}
		for _, v := range c.Versions {
			out = append(out, c.endings(v)...)
		}
	}
	slices.SortStableFunc(out, func(a, b Ending) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Product, b.Product)) })
	return out, errors.Join(errs...)
}

// endings are the days of one version: one where both kinds of support end together.
func (c *Calendar) endings(v Version) (out []Ending) {
	for _, e := range []Ending{{Day: v.Standard.Time}, {Day: v.Extended.Time, Extended: true}} {
		if !e.Day.IsZero() && !(e.Extended && v.Extended.Equal(v.Standard.Time)) {
			e.Product, e.Version, e.Source = c.Title, v.Match, c.Source
			out = append(out, e)
		}
	}
	return out
}

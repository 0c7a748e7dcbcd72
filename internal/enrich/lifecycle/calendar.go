package lifecycle

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/strictyaml"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Calendar says when support of each version of a product ends.
type Calendar struct {
	Product  string    `yaml:"product"`
	Title    string    `yaml:"title"`
	Source   Source    `yaml:"source"`
	Versions []Version `yaml:"versions"`
}

// Source is the page the dates come from.
type Source struct {
	URL      string `yaml:"url"`
	Title    string `yaml:"title"`
	Verified Date   `yaml:"verified"`
}

// Version is one line of a calendar.
type Version struct {
	Match    string `yaml:"match"` // "8.0": this version, and all that begin with it
	Standard Date   `yaml:"standard_ends"`
	Extended Date   `yaml:"extended_ends"`
}

// Date is a day, zero when none is announced.
type Date struct{ time.Time }

// UnmarshalYAML reads 2006-01-02. With UnmarshalText instead, the YAML library
// would print each date to text first, which costs more than all else here.
func (d *Date) UnmarshalYAML(decode func(any) error) error {
	var text string
	if err := decode(&text); err != nil {
		return err
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return fmt.Errorf("%q is not a date such as 2006-01-02", text)
	}
	d.Time = t
	return nil
}

// Load reads the calendar of a product from its file. It returns an error for
// which errors.Is(err, fs.ErrNotExist) holds when there is none.
func Load(fsys fs.FS, product string) (*Calendar, error) {
	b, err := fs.ReadFile(fsys, product+".yaml")
	if err != nil {
		return nil, err
	}
	var c Calendar
	if err := strictyaml.Decode(product+".yaml", b, &c); err != nil {
		return nil, err
	}
	return &c, c.validate(product)
}

func (c *Calendar) validate(product string) error {
	switch {
	case c.Product != product:
		return fmt.Errorf("%s.yaml: its product is %q", product, c.Product)
	case c.Title == "" || c.Source.URL == "" || c.Source.Title == "" || c.Source.Verified.IsZero():
		return fmt.Errorf("%s.yaml: title or source is incomplete", product)
	case len(c.Versions) == 0:
		return errors.New(product + ".yaml: no versions")
	}
	seen := make(map[string]bool)
	for _, v := range c.Versions {
		switch {
		case v.Match == "" || seen[v.Match]:
			return fmt.Errorf("%s.yaml: version %q is empty or double", product, v.Match)
		case v.Standard.IsZero() && !v.Extended.IsZero():
			return fmt.Errorf("%s.yaml: version %s has extended support without an end of standard support", product, v.Match)
		case !v.Extended.IsZero() && v.Extended.Before(v.Standard.Time):
			return fmt.Errorf("%s.yaml: extended support of version %s ends before standard support", product, v.Match)
		}
		seen[v.Match] = true
	}
	return nil
}

// Support is what a calendar says of one version.
type Support struct {
	Out      tri.Bool // standard support is over
	Standard Date     // zero: none announced, or not known
	Extended Date
	Why      string // the dates are not known
}

// Find looks a version up as of today.
func (c *Calendar) Find(version string, today time.Time) Support {
	asked := parts(version)
	var best *Version
	var longer []*Version // versions of which the asked one is only a beginning
	for i := range c.Versions {
		v := &c.Versions[i]
		listed := parts(v.Match)
		switch {
		case begins(asked, listed):
			if best == nil || len(listed) > len(parts(best.Match)) {
				best = v
			}
		case begins(listed, asked):
			longer = append(longer, v)
		}
	}
	switch {
	case best != nil:
		return Support{Out: best.over(today), Standard: best.Standard, Extended: best.Extended}
	case len(longer) > 0:
		return agree(longer, version, today)
	case c.olderThanAll(asked, today):
		return Support{Out: tri.True, Why: "version " + version + " is older than the support calendar of " + c.Title}
	}
	why := "version " + version + " is not in the support calendar of " + c.Title + " of " + c.Source.Verified.Format(time.DateOnly)
	return Support{Out: tri.Unknown(why), Why: why}
}

func (v *Version) over(today time.Time) tri.Bool {
	return tri.Of(!v.Standard.IsZero() && today.Truncate(24*time.Hour).After(v.Standard.Time))
}

// agree answers for "5" by 5.6 and 5.7, if they come to the same.
func agree(vs []*Version, version string, today time.Time) Support {
	out := Support{Out: vs[0].over(today), Standard: vs[0].Standard, Extended: vs[0].Extended}
	for _, v := range vs[1:] {
		why := "which version " + version + " becomes is not known"
		if v.over(today) != out.Out {
			return Support{Out: tri.Unknown(why), Why: why}
		}
		if v.Standard != out.Standard || v.Extended != out.Extended {
			out.Standard, out.Extended, out.Why = Date{}, Date{}, why
		}
	}
	return out
}

// olderThanAll: numbers only go up, so a version below the lowest listed one
// is out of support if that one is.
func (c *Calendar) olderThanAll(asked []string, today time.Time) bool {
	over := false
	for i := range c.Versions {
		v := &c.Versions[i]
		switch cmp, ok := compare(asked, parts(v.Match)); {
		case !ok:
			return false
		case cmp >= 0:
			return false
		}
		over = over || v.over(today).IsTrue()
	}
	return over && c.lowest().over(today).IsTrue()
}

func (c *Calendar) lowest() *Version {
	low := &c.Versions[0]
	for i := range c.Versions {
		if cmp, ok := compare(parts(c.Versions[i].Match), parts(low.Match)); ok && cmp < 0 {
			low = &c.Versions[i]
		}
	}
	return low
}

func parts(version string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.TrimSpace(version)), func(r rune) bool { return r == '.' || r == '-' || r == '_' })
}

func begins(long, short []string) bool {
	if len(short) == 0 || len(short) > len(long) {
		return false
	}
	for i := range short {
		if short[i] != long[i] {
			return false
		}
	}
	return true
}

// compare orders versions by number. It fails on parts that are no numbers.
func compare(a, b []string) (int, bool) {
	for i := range min(len(a), len(b)) {
		x, err1 := strconv.Atoi(a[i])
		y, err2 := strconv.Atoi(b[i])
		if err1 != nil || err2 != nil {
			return 0, false
		}
		if x != y {
			return x - y, true
		}
	}
	return len(a) - len(b), len(a) > 0
}

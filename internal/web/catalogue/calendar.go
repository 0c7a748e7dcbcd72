package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/enrich/lifecycle"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// ending is the day on which support of a version ends.
type ending struct {
	Day      time.Time
	Product  string
	Version  string
	Extended bool // it is the paid support that ends
	Source   lifecycle.Source
}

// readEndings reads all calendars, by day.
func readEndings(fsys fs.FS) ([]ending, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	var out []ending
	var errs []error
	for _, name := range names {
		c, err := lifecycle.Load(fsys, strings.TrimSuffix(name, ".yaml"))
		if err != nil {
			errs = append(errs, fmt.Errorf("reading the calendar %s: %w", name, err))
			continue
		}
		for _, v := range c.Versions {
			for _, e := range []ending{{Day: v.Standard.Time}, {Day: v.Extended.Time, Extended: true}} {
				if !e.Day.IsZero() && !(e.Extended && v.Extended.Equal(v.Standard.Time)) {
					e.Product, e.Version, e.Source = c.Title, v.Match, c.Source
					out = append(out, e)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ending) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Product, b.Product)) })
	return out, errors.Join(errs...)
}

type calendarView struct {
	layout.Page
	Filters layout.Filters
	Ahead   []ending
	Past    []ending // the latest first
	Now     time.Time
}

// calendar shows what ends in the next two years, and what ended in the last.
func (p *Pages) calendar(w http.ResponseWriter, r *http.Request, k *knowledge) error {
	in := page.ReadForm(r)
	query := in.Line("q", 200)
	if err := in.Err(); err != nil {
		return err
	}
	now := p.Now().UTC()
	v := calendarView{Page: page.Of(r, "catalogue", "Calendar"), Now: now, Filters: layout.Filters{Action: "/catalogue/calendar", Query: query, Hint: "Product"}}
	for _, e := range k.endings {
		switch {
		case !has(query, e.Product, e.Version), e.Day.After(now.AddDate(2, 0, 0)), e.Day.Before(now.AddDate(-1, 0, 0)):
		case e.Day.Before(now):
			v.Past = append(v.Past, e)
		default:
			v.Ahead = append(v.Ahead, e)
		}
	}
	slices.Reverse(v.Past)
	return page.Render(w, r, http.StatusOK, calendarPage(r, v))
}

// until says how far off a day is.
func until(day, now time.Time) string {
	if day.Before(now) {
		return layout.Ago(day, now)
	}
	return layout.Ago(day.Add(24*time.Hour), now)
}

package catalogue

import (
	"net/http"
	"slices"
	"time"

	"github.com/demarc-sec/demarc/internal/enrich/lifecycle"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

type calendarView struct {
	layout.Page
	Filters layout.Filters
	Ahead   []lifecycle.Ending
	Past    []lifecycle.Ending // the latest first
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

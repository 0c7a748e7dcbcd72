package fleet

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Window is when changes on the servers of a group, and of those below it, are planned:
// what changes then is kept and shown as ever, and alarms nobody.
type Window struct {
	ID      int64
	Group   int64
	Name    string
	Why     string
	Days    []time.Weekday // none: one stretch, from From to Until
	Minute  int            // of the day at which it begins, in Zone
	Length  time.Duration
	Zone    string // such as Europe/Zurich
	From    time.Time
	Until   time.Time
	By      string
	Created time.Time
	Ended   time.Time // by hand, before its time
	EndedBy string
}

// Bounds of plans.
const (
	shortestWindow = 5 * time.Minute
	longestWindow  = 24 * time.Hour
	longestStretch = 31 * 24 * time.Hour
	planLife       = 366 * 24 * time.Hour
	mostPlans      = 500 // of an organisation, that have not ended
)

// Holds reports whether a moment lies in the window.
func (w *Window) Holds(at time.Time) bool {
	if at.Before(w.From) || !at.Before(w.Until) || !w.Ended.IsZero() && !at.Before(w.Ended) {
		return false
	}
	if len(w.Days) == 0 {
		return true
	}
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		return false
	}
	year, month, day := at.In(zone).Date()
	for _, back := range []int{0, 1} { // it may have begun the day before
		begin := time.Date(year, month, day-back, 0, w.Minute, 0, 0, zone)
		if slices.Contains(w.Days, begin.Weekday()) && !at.Before(begin) && at.Before(begin.Add(w.Length)) {
			return true
		}
	}
	return false
}

type windowRow struct {
	bun.BaseModel `bun:"table:fleet_windows"`

	ID      int64 `bun:",pk,autoincrement"`
	Org     int64
	GroupID int64
	Name    string
	Why     string
	Days    int64
	Minute  int64
	Minutes int64
	Zone    string
	Starts  store.Time
	Until   store.Time
	ByName  string
	Created store.Time
	Ended   store.Time
	EndedBy string
}

func (r *windowRow) noun() Window {
	w := Window{
		ID: r.ID, Group: r.GroupID, Name: r.Name, Why: r.Why, Minute: int(r.Minute), Length: time.Duration(r.Minutes) * time.Minute, Zone: r.Zone,
		From: r.Starts.Time, Until: r.Until.Time, By: r.ByName, Created: r.Created.Time, Ended: r.Ended.Time, EndedBy: r.EndedBy,
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if r.Days&(1<<d) != 0 {
			w.Days = append(w.Days, d)
		}
	}
	return w
}

// check says what is wrong with a window, and fills in what need not be said.
func (w *Window) check(now time.Time) error {
	if w.Zone == "" {
		w.Zone = "UTC"
	}
	if w.From.Before(now) {
		w.From = now // what has happened was not planned
	}
	if err := checkPlan(w.Name, w.Why, w.Until, now); err != nil {
		return err
	}
	if _, err := time.LoadLocation(w.Zone); err != nil || w.Zone == "Local" || len(w.Zone) > 100 {
		return invalid("%.100q is no time zone; write one such as Europe/Zurich", w.Zone)
	}
	switch {
	case !w.Until.After(w.From):
		return invalid("a window ends after it begins")
	case len(w.Days) == 0 && w.Until.Sub(w.From) > longestStretch:
		return invalid("a window without days of the week is one stretch of 31 days at most; choose days")
	case len(w.Days) > 0 && (w.Length < shortestWindow || w.Length > longestWindow):
		return invalid("a window lasts between 5 minutes and 24 hours of each day")
	case len(w.Days) > 0 && (w.Minute < 0 || w.Minute >= 24*60):
		return invalid("a window begins between 00:00 and 23:59")
	case slices.ContainsFunc(w.Days, func(d time.Weekday) bool { return d < time.Sunday || d > time.Saturday }):
		return invalid("the days of a window are those of the week")
	}
	return nil
}

func checkPlan(name, why string, until, now time.Time) error {
	switch {
	case !oneLine(name, 200):
		return invalid("a name has 1 to 200 characters in one line")
	case !oneLine(why, 500):
		return invalid("say why, in 1 to 500 characters in one line")
	case !until.After(now) || until.After(now.Add(planLife)):
		return invalid("it ends within a year")
	}
	return nil
}

// AddWindow makes a window, by who administers its group.
func (f *Fleet) AddWindow(ctx context.Context, who tenant.Who, w Window) (Window, error) {
	if w.Group == 0 {
		w.Group = who.Tree.Root()
	}
	if err := f.administers(who, w.Group); err != nil {
		return Window{}, err
	}
	now := f.Now()
	if err := w.check(now); err != nil {
		return Window{}, err
	}
	r := &windowRow{
		Org: who.Org, GroupID: w.Group, Name: strings.TrimSpace(w.Name), Why: strings.TrimSpace(w.Why), Zone: w.Zone, Starts: store.At(w.From), Until: store.At(w.Until),
		ByName: who.Name, Created: store.At(now),
	}
	if len(w.Days) > 0 {
		r.Minute, r.Minutes = int64(w.Minute), int64(w.Length/time.Minute)
	}
	for _, d := range w.Days {
		r.Days |= 1 << d
	}
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r.ID = 0
		if err := f.room(ctx, tx, (*windowRow)(nil), who.Org); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "maintenance-window.added", audit.On("maintenance-window", r.ID), audit.Detail{
			"name": r.Name, "why": r.Why, "group": r.GroupID, "days": r.Days, "minute": r.Minute, "minutes": r.Minutes, "zone": r.Zone, "from": w.From, "until": w.Until,
		})
	})
	f.forgetPlans(who.Org)
	return r.noun(), err
}

// room refuses one plan more than are looked at for each change.
func (f *Fleet) room(ctx context.Context, tx bun.Tx, model any, org int64) error {
	n, err := tx.NewSelect().Model(model).Where("org = ? AND ended IS NULL AND until > ?", org, store.At(f.Now())).Count(ctx)
	if err == nil && n >= mostPlans {
		return invalid("there are %d already, which is the most; end some", mostPlans)
	}
	return err
}

// Windows lists those of the groups that somebody may read, newest first.
func (f *Fleet) Windows(ctx context.Context, who tenant.Who, cursor string, limit int) (list []Window, next string, err error) {
	var rows []windowRow
	q := store.InReach(f.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read))
	next, err = store.Newest(ctx, q, &rows, "id", cursor, limit, func(r *windowRow) int64 { return r.ID })
	if err != nil {
		return nil, "", listError(err)
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

// EndWindow ends a window now. What it explained stays explained.
func (f *Fleet) EndWindow(ctx context.Context, who tenant.Who, id int64) error {
	var r windowRow
	if err := f.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	return f.endPlan(ctx, who, (*windowRow)(nil), id, r.GroupID, "maintenance-window", r.Name)
}

// endPlan ends a window or the identity of a deployment.
func (f *Fleet) endPlan(ctx context.Context, who tenant.Who, model any, id, group int64, what, name string) error {
	if err := f.administers(who, group); err != nil {
		return err
	}
	err := f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(model).Set("ended = ?, ended_by = ?", store.At(f.Now()), who.Name).
			Where("id = ? AND org = ? AND ended IS NULL", id, who.Org).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err // it has ended already
		}
		return audit.Record(ctx, tx, who.Actor, what+".ended", audit.On(what, id), audit.Detail{"name": name, "group": group})
	})
	f.forgetPlans(who.Org)
	return err
}

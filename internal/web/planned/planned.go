// Package planned is the console's page of planned work: maintenance windows, and the
// identities of deployments.
package planned

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

// Fleet is what the page shows and changes.
type Fleet interface {
	Windows(ctx context.Context, who tenant.Who, cursor string, limit int) ([]fleet.Window, string, error)
	AddWindow(ctx context.Context, who tenant.Who, w fleet.Window) (fleet.Window, error)
	EndWindow(ctx context.Context, who tenant.Who, id int64) error
	Deployers(ctx context.Context, who tenant.Who, cursor string, limit int) ([]fleet.Deployer, string, error)
	AddDeployer(ctx context.Context, who tenant.Who, d fleet.Deployer) (fleet.Deployer, error)
	EndDeployer(ctx context.Context, who tenant.Who, id int64) error
}

// Pages serves planned work.
type Pages struct {
	Fleet Fleet
	Now   func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /planned", page.For(p.show))
	mux.Handle("POST /planned/windows", page.For(p.addWindow))
	mux.Handle("POST /planned/windows/{id}/end", page.For(p.endWindow))
	mux.Handle("POST /planned/deployments", page.For(p.addDeployer))
	mux.Handle("POST /planned/deployments/{id}/end", page.For(p.endDeployer))
}

// view is what the page shows. Older windows and deployments each have a page of their own.
type view struct {
	layout.Page
	r         *http.Request
	now       time.Time
	Windows   []fleet.Window
	Next      string // of windows
	Deployers []fleet.Deployer
	More      string         // of deployments
	Groups    []people.Group // that the actor administers
	Window    fleet.Window   // as it was asked for
	Deployer  fleet.Deployer
	Days      int64 // until they end
}

func (p *Pages) view(r *http.Request, who tenant.Who) (v *view, err error) {
	v = &view{Page: page.Of(r, "servers", "Planned work"), r: r, now: p.Now(), Groups: people.Groups(who.Tree, who.Reach(tenant.Administer)), Days: 1}
	v.Window = fleet.Window{Zone: "UTC", Minute: 22 * 60, Length: 2 * time.Hour}
	if v.Windows, v.Next, err = p.Fleet.Windows(r.Context(), who, r.URL.Query().Get("cursor"), 0); err != nil {
		return nil, err
	}
	v.Deployers, v.More, err = p.Fleet.Deployers(r.Context(), who, r.URL.Query().Get("deployments"), 0)
	return v, err
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.view(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, showPage(v))
}

// again shows the form with what is wrong with it.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, who tenant.Who, err error, fill func(*view)) error {
	told, ok := page.Told(err)
	if !ok {
		return err
	}
	v, err := p.view(r, who)
	if err != nil {
		return err
	}
	v.Problem = told
	fill(v)
	return page.Render(w, r, http.StatusUnprocessableEntity, showPage(v))
}

// end is when something ends, that many days from now.
func (p *Pages) end(days int64) time.Time {
	return p.Now().Add(time.Duration(min(max(days, 0), 366)) * 24 * time.Hour)
}

func (p *Pages) addWindow(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	days := in.Number("until")
	x := fleet.Window{
		Name: in.Line("name", 200), Why: in.Line("why", 500), Group: in.Number("group"), Zone: in.Line("zone", 100), Length: time.Duration(in.Number("minutes")) * time.Minute, Until: p.end(days),
	}
	if at, err := time.Parse("15:04", in.Line("begins", 5)); err == nil {
		x.Minute = at.Hour()*60 + at.Minute()
	} else {
		x.Minute = -1
	}
	for _, d := range in.Many("day") {
		if n, err := strconv.Atoi(d); err == nil {
			x.Days = append(x.Days, time.Weekday(n))
		}
	}
	err := in.Err()
	if err == nil {
		_, err = p.Fleet.AddWindow(r.Context(), who, x)
	}
	if err != nil {
		return p.again(w, r, who, err, func(v *view) { v.Window, v.Days = x, days })
	}
	return page.Done(w, r, "/planned", "What changes on these servers in the window alarms nobody.")
}

func (p *Pages) addDeployer(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	days := in.Number("until")
	x := fleet.Deployer{
		Name: in.Line("name", 200), Why: in.Line("why", 500), Group: in.Number("group"), User: in.Line("user", 300), Program: in.Line("program", 300), Unit: in.Line("unit", 300),
		Paths: in.Lines("paths", 50), Until: p.end(days),
	}
	err := in.Err()
	if err == nil {
		_, err = p.Fleet.AddDeployer(r.Context(), who, x)
	}
	if err != nil {
		return p.again(w, r, who, err, func(v *view) { v.Deployer, v.Days = x, days })
	}
	return page.Done(w, r, "/planned", "Files that it changes are explained from now on.")
}

func (p *Pages) endWindow(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err == nil {
		err = p.Fleet.EndWindow(r.Context(), who, id)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/planned", "The window has ended.")
}

func (p *Pages) endDeployer(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err == nil {
		err = p.Fleet.EndDeployer(r.Context(), who, id)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/planned", "What it changes alarms people again.")
}

// untils are in how many days a plan can end.
var untils = []int64{1, 7, 30, 90, 365}

// weekdays are the days as people order them.
var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

func clock(minute int) string {
	if minute < 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}

// when says when a window is.
func when(w fleet.Window) string {
	if len(w.Days) == 0 {
		return w.From.UTC().Format("2006-01-02 15:04") + " to " + w.Until.UTC().Format("2006-01-02 15:04 UTC")
	}
	var days []string
	for _, d := range weekdays {
		for _, x := range w.Days {
			if x == d {
				days = append(days, d.String()[:3])
			}
		}
	}
	return fmt.Sprintf("%s %s, %s, %s", strings.Join(days, " "), clock(w.Minute), lasts(w.Length), w.Zone)
}

// lasts says how long a window is: "2 h 30 min".
func lasts(d time.Duration) string {
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case minutes == 0:
		return fmt.Sprintf("%d h", hours)
	case hours == 0:
		return fmt.Sprintf("%d min", minutes)
	}
	return fmt.Sprintf("%d h %d min", hours, minutes)
}

// known says by what a deployment is known.
func known(d fleet.Deployer) string {
	var parts []string
	for _, x := range [][2]string{{"user", d.User}, {"program", d.Program}, {"unit", d.Unit}} {
		if x[1] != "" {
			parts = append(parts, x[0]+" "+x[1])
		}
	}
	return strings.Join(parts, ", ")
}

// administers reports whether the actor may end a plan of a group.
func (v *view) administers(group int64) bool {
	for _, g := range v.Groups {
		if g.ID == group {
			return true
		}
	}
	return false
}

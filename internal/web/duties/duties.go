// Package duties is the console's list of duties: those that await somebody,
// those nobody is known to own, those nobody verified, and those that will
// soon be another's.
package duties

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/chart"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/views"
)

// Ledger is what the pages ask of the ledger.
type Ledger interface {
	Duties(ctx context.Context, who tenant.Who, ask inventory.DutyQuery) (inventory.Page[inventory.Duty], error)
	DutyFacets(ctx context.Context, who tenant.Who, ask inventory.DutyQuery) (inventory.Facets, error)
}

// Pages serves duties.
type Pages struct {
	Ledger  Ledger
	Sources listing.Sources
	Views   *views.Pages
	Now     func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /duties", page.For(p.list))
	for _, format := range export.Formats {
		mux.Handle("GET /duties."+format, page.For(p.export(format)))
	}
}

// horizon is how far ahead lines that will move are listed.
const horizon = 180 * 24 * time.Hour

// The tabs.
const (
	all        = "all"
	mine       = "mine"
	team       = "team"
	unowned    = "unowned"
	unverified = "unverified"
	moving     = "moving"
)

// tab is one way to look at the list.
type tab struct{ ID, Title, Lede string }

var tabs = []tab{
	{all, "All", "Every responsibility of every asset, each with its one owner."},
	{mine, "Mine", "What fails or is unverified where you have a role that may change it."},
	{team, "My team’s", "Your duties that are given to a team of yours: one whose group you have a role in."},
	{unowned, "Unowned", "Duties for which no owner is known: somebody has to find out whose they are."},
	{unverified, "Unverified", "Your duties that nobody has looked at, or could: they are not known to be in order."},
	{moving, "Moving soon", "Duties whose owner changes within six months, soonest first, such as when a version is no longer supported."},
}

func tabOf(r *http.Request) tab {
	for _, t := range tabs {
		if r.URL.Query().Get("view") == t.ID {
			return t
		}
	}
	return tabs[0]
}

var dimensions = []listing.Dimension{
	{Name: "row", Title: "Row"},
	{Name: "owner", Title: "Owner"},
	{Name: "status", Title: "Status"},
	{Name: "provider", Title: "Provider"},
	{Name: "service", Title: "Service"},
	{Name: "model", Title: "Model"},
	{Name: "account", Title: "Account"},
	{Name: "environment", Title: "Environment"},
	{Name: "team", Title: "Team"},
	{Name: "source", Title: "Source"},
}

// query is what the request asks for, and as whom: some tabs look at less than
// the actor may see. none is set where that is nothing.
func (p *Pages) query(r *http.Request, who tenant.Who) (ask inventory.DutyQuery, as tenant.Who, none bool) {
	ask = inventory.DutyQuery{
		Where: listing.Where(r), Paging: listing.Paging(r), Text: listing.Text(r),
		Owners: listing.Values(r, "owner"), Parties: listing.Values(r, "party"), Statuses: listing.Values(r, "status"), Rows: listing.Values(r, "row"),
		Responsibilities: listing.Values(r, "responsibility"),
	}
	as = who
	switch tabOf(r).ID {
	case mine:
		as = who.Acting()
		none = as.Reach(tenant.Read).None()
		within(&ask.Owners, report.Customer)
		within(&ask.Statuses, report.Failing, report.Unverified)
	case team:
		teams := who.Teams()
		none = len(teams) == 0
		within(&ask.Teams, teams...)
		within(&ask.Owners, report.Customer)
	case unowned:
		within(&ask.Owners, report.Unknown)
	case unverified:
		within(&ask.Owners, report.Customer)
		within(&ask.Statuses, report.Unverified)
	case moving:
		ask.MovingBefore, ask.Sort = p.Now().Add(horizon), "moving"
	}
	return ask, as, none
}

// within narrows what is chosen to what a tab is about.
func within(chosen *[]string, about ...string) {
	if len(*chosen) == 0 {
		*chosen = about
		return
	}
	kept := slices.DeleteFunc(slices.Clone(*chosen), func(v string) bool { return !slices.Contains(about, v) })
	if len(kept) == 0 {
		kept = about
	}
	*chosen = kept
}

// listView is what the list shows.
type listView struct {
	layout.Page
	r       *http.Request
	now     time.Time
	Tab     tab
	Filters layout.Filters
	Views   views.Bar
	Items   inventory.Page[inventory.Duty]
	None    bool // the tab looks at nothing, for this actor
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	ask, as, none := p.query(r, who)
	v := &listView{
		Page: page.Of(r, "duties", "Duties"), r: r, now: p.Now(), Tab: tabOf(r), None: none,
		Filters: layout.Filters{Action: "/duties", Query: ask.Text, Hint: "Search addresses and names", Hidden: listing.Kept(r, "group", "view", "saved")},
	}
	if !none {
		if err := p.fill(r, as, who, ask, v); err != nil {
			return err
		}
	}
	var err error
	if v.Views, err = p.Views.Bar(r, who, "duties"); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, listPage(v))
}

func (p *Pages) fill(r *http.Request, as, who tenant.Who, ask inventory.DutyQuery, v *listView) (err error) {
	if v.Items, err = p.Ledger.Duties(r.Context(), as, ask); err != nil {
		return err
	}
	have := inventory.Facets{}
	if v.Tab.ID != moving { // when a line moves is not counted
		if have, err = p.Ledger.DutyFacets(r.Context(), as, ask); err != nil {
			return err
		}
	}
	names, err := listing.NamesFor(r.Context(), who, p.Sources)
	if err != nil {
		return err
	}
	titles := names.Titles()
	titles["status"] = chart.StatusTitle
	titles["owner"] = func(o string) string { return layout.Word(listing.OwnerTitle(o)) }
	v.Filters.Facets = listing.Facets(r, have, titles, dimensions...)
	if of := listing.Values(r, "responsibility"); len(of) > 0 {
		f := layout.Facet{Name: "responsibility", Title: "Responsibility"}
		for _, id := range of {
			f.Options = append(f.Options, layout.Option{Value: id, Title: id, Count: -1, Chosen: true})
		}
		v.Filters.Facets = append(v.Filters.Facets, f)
	}
	return nil
}

func (p *Pages) export(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		ask, as, none := p.query(r, who)
		ask.Limit = inventory.MaxPage
		names, err := listing.NamesFor(r.Context(), who, p.Sources)
		if err != nil {
			return err
		}
		return export.Write(w, format, export.Sheet{
			Name: "duties",
			Columns: []string{
				"Address", "Responsibility", "Title", "Row", "Owner", "Party", "Possible owners", "Status", "Since", "Changes on", "Changes to", "Team",
				"Kind", "Provider", "Service", "Model", "Account", "Region", "Environment", "Source", "Group",
			},
			Rows: export.Pages(func(cursor string) (inventory.Page[inventory.Duty], error) {
				if none {
					return inventory.Page[inventory.Duty]{}, nil
				}
				ask.Cursor = cursor
				return p.Ledger.Duties(r.Context(), as, ask)
			}, func(d *inventory.Duty) []any {
				return []any{
					d.Address, d.Responsibility, d.Title, d.Row, d.Owner, d.Party, strings.Join(d.Possible, ", "), d.Status, d.Since, d.ChangesOn, d.ChangesTo, d.Team,
					d.Kind, d.Provider, d.Service, d.Model, d.Account, d.Region, d.Environment, names.Source(d.Source), names.Group(d.Group),
				}
			}),
		})
	}
}

// look is the pattern's name of a duty.
func look(d inventory.Duty) string {
	if d.Owner == report.Unknown {
		return chart.UnknownOwner
	}
	return d.Status
}

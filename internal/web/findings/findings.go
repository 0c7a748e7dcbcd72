// Package findings is the console's list of findings and the page of each,
// which the list shows in a drawer.
package findings

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/views"
)

// Ledger is what the pages ask of the ledger.
type Ledger interface {
	Findings(ctx context.Context, who tenant.Who, ask inventory.FindingQuery) (inventory.Page[inventory.Finding], error)
	FindingFacets(ctx context.Context, who tenant.Who, ask inventory.FindingQuery) (inventory.Facets, error)
	Finding(ctx context.Context, who tenant.Who, id int64) (*inventory.FindingDetail, error)
}

// Pages serves findings.
type Pages struct {
	Ledger  Ledger
	Sources listing.Sources
	Views   *views.Pages
	Now     func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /findings", page.For(p.list))
	mux.Handle("GET /findings/{id}", page.For(p.finding))
	for _, format := range export.Formats {
		mux.Handle("GET /findings."+format, page.For(p.export(format)))
	}
}

var dimensions = []listing.Dimension{
	{Name: "severity", Title: "Severity"},
	{Name: "check", Title: "Check"},
	{Name: "provider", Title: "Provider"},
	{Name: "service", Title: "Service"},
	{Name: "account", Title: "Account"},
	{Name: "environment", Title: "Environment"},
	{Name: "team", Title: "Team"},
	{Name: "source", Title: "Source"},
}

var orders = []listing.Order{{ID: "severity", Title: "Worst first"}, {ID: "newest", Title: "Newest first"}}

// since are the spans of time a list can be narrowed to.
var since = []layout.Option{{Value: "1", Title: "Last day"}, {Value: "7", Title: "Last 7 days"}, {Value: "30", Title: "Last 30 days"}}

func (p *Pages) query(r *http.Request) inventory.FindingQuery {
	q := r.URL.Query()
	ask := inventory.FindingQuery{
		Where: listing.Where(r), Paging: listing.Paging(r), Text: listing.Text(r),
		Checks: listing.Values(r, "check"), Severities: listing.Values(r, "severity"), Rows: listing.Values(r, "row"),
		Responsibilities: listing.Values(r, "responsibility"), Owners: listing.Values(r, "owner"), Tools: listing.Values(r, "tool"),
		Fingerprints: listing.Values(r, "fingerprint"), Regressed: q.Get("regressed") == "1", Sort: q.Get("sort"),
	}
	if s := state(r); s != inventory.Open {
		ask.States = []string{s}
	}
	if days, err := strconv.Atoi(q.Get("since")); err == nil && days > 0 && days < 10_000 {
		from := p.Now().AddDate(0, 0, -days)
		if state(r) == inventory.Resolved {
			ask.ResolvedSince = from
		} else {
			ask.NewSince = from
		}
	}
	return ask
}

// state is the tab: one state at a time.
func state(r *http.Request) string {
	for _, s := range inventory.States {
		if r.URL.Query().Get("state") == s {
			return s
		}
	}
	return inventory.Open
}

// listView is what the list shows.
type listView struct {
	layout.Page
	r       *http.Request
	now     time.Time
	State   string
	Filters layout.Filters
	Views   views.Bar
	Items   inventory.Page[inventory.Finding]
	MayAsk  bool // for a waiver
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	ask := p.query(r)
	items, err := p.Ledger.Findings(r.Context(), who, ask)
	if err != nil {
		return err
	}
	facets := inventory.Facets{}
	if s := state(r); s != inventory.Resolved { // what is resolved is not counted
		if facets, err = p.Ledger.FindingFacets(r.Context(), who, ask); err != nil {
			return err
		}
	}
	names, err := listing.NamesFor(r.Context(), who, p.Sources)
	if err != nil {
		return err
	}
	titles := names.Titles()
	titles["severity"] = layout.Word
	v := &listView{
		Page: page.Of(r, "findings", "Findings"), r: r, now: p.Now(), State: state(r), Items: items,
		Filters: layout.Filters{
			Action: "/findings", Query: ask.Text, Hint: "Search addresses and names", Facets: listing.Facets(r, facets, titles, dimensions...),
			Hidden: listing.Kept(r, "group", "sort", "state", "saved"),
		},
		MayAsk: !who.Reach(tenant.RequestWaiver).None() && state(r) == inventory.Open,
	}
	v.Filters.Facets = append(v.Filters.Facets, narrowed(r)...)
	if v.Views, err = p.Views.Bar(r, who, "findings"); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, listPage(v))
}

// narrowed are filters that are not counted.
func narrowed(r *http.Request) []layout.Facet {
	age := layout.Facet{Name: "since", Title: "Since"}
	for _, o := range since {
		o.Count, o.Chosen = -1, r.URL.Query().Get("since") == o.Value
		age.Options = append(age.Options, o)
	}
	back := layout.Facet{Name: "regressed", Title: "Came back", Options: []layout.Option{
		{Value: "1", Title: "Failed before, was resolved", Count: -1, Chosen: r.URL.Query().Get("regressed") == "1"},
	}}
	out := []layout.Facet{age, back}
	for _, d := range []listing.Dimension{{Name: "row", Title: "Row"}, {Name: "responsibility", Title: "Responsibility"}, {Name: "tool", Title: "Tool"}, {Name: "fingerprint", Title: "Fingerprint"}} {
		f := layout.Facet{Name: d.Name, Title: d.Title}
		for _, v := range listing.Values(r, d.Name) {
			f.Options = append(f.Options, layout.Option{Value: listing.Value(v), Title: layout.Word(v), Count: -1, Chosen: true})
		}
		if len(f.Options) > 0 {
			out = append(out, f)
		}
	}
	return out
}

func (p *Pages) export(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		ask := p.query(r)
		ask.Limit = inventory.MaxPage
		names, err := listing.NamesFor(r.Context(), who, p.Sources)
		if err != nil {
			return err
		}
		return export.Write(w, format, export.Sheet{
			Name: "findings",
			Columns: []string{
				"Severity", "State", "Title", "Message", "Address", "Check", "Responsibility", "Owner", "Team", "Service", "Account", "Region", "Environment",
				"File", "Line", "Attribute", "First seen", "Failing since", "Resolved", "Regressions", "Waived until", "Waived because", "Tool", "Fingerprint", "Source", "Group",
			},
			Rows: export.Pages(func(cursor string) (inventory.Page[inventory.Finding], error) {
				ask.Cursor = cursor
				return p.Ledger.Findings(r.Context(), who, ask)
			}, func(f *inventory.Finding) []any {
				until, because := "", ""
				if f.Waiver != nil {
					until, because = f.Waiver.Until, f.Waiver.Reason
				}
				return []any{
					f.Severity, f.State, f.Title, f.Message, f.Address, f.Check, f.Responsibility, f.Owner, f.Team, f.Service, f.Account, f.Region, f.Environment,
					f.Location.File, f.Location.Line, f.Attribute, f.FirstSeen, f.FailingSince, f.Resolved, f.Regressions, until, because, f.Tool, f.Fingerprint,
					names.Source(f.Source), names.Group(f.Group),
				}
			}),
		})
	}
}

// view is what the page of a finding shows.
type view struct {
	layout.Page
	now    time.Time
	F      *inventory.FindingDetail
	Source string
	MayAsk bool
}

func (p *Pages) finding(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := p.Ledger.Finding(r.Context(), who, id)
	if err != nil {
		return err
	}
	names, err := listing.NamesFor(r.Context(), who, p.Sources)
	if err != nil {
		return err
	}
	v := &view{
		Page: page.Of(r, "findings", f.Title), now: p.Now(), F: f, Source: names.Source(f.Source),
		MayAsk: f.State == inventory.Open && who.Check(tenant.RequestWaiver, f.Group) == nil,
	}
	return page.Render(w, r, http.StatusOK, findingPage(v))
}

func itoa(id int64) string { return strconv.FormatInt(id, 10) }

func place(file string, line int) string {
	if file == "" || line == 0 {
		return file
	}
	return file + ":" + strconv.Itoa(line)
}

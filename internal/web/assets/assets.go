// Package assets is the console's list of assets and the page of each.
package assets

import (
	"context"
	"net/http"
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
	Assets(ctx context.Context, who tenant.Who, ask inventory.AssetQuery) (inventory.Page[inventory.Asset], error)
	AssetFacets(ctx context.Context, who tenant.Who, ask inventory.AssetQuery) (inventory.Facets, error)
	Asset(ctx context.Context, who tenant.Who, id int64) (*inventory.AssetDetail, error)
}

// Pages serves assets.
type Pages struct {
	Ledger  Ledger
	Sources listing.Sources
	Views   *views.Pages
	Now     func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /assets", page.For(p.list))
	mux.Handle("GET /assets/{id}", page.For(p.asset))
	for _, format := range export.Formats {
		mux.Handle("GET /assets."+format, page.For(p.export(format)))
	}
}

var dimensions = []listing.Dimension{
	{Name: "status", Title: "Status"},
	{Name: "severity", Title: "Severity"},
	{Name: "exposed", Title: "Exposed"},
	{Name: "provider", Title: "Provider"},
	{Name: "service", Title: "Service"},
	{Name: "kind", Title: "Kind"},
	{Name: "model", Title: "Model"},
	{Name: "account", Title: "Account"},
	{Name: "region", Title: "Region"},
	{Name: "environment", Title: "Environment"},
	{Name: "team", Title: "Team"},
	{Name: "source", Title: "Source"},
}

var orders = []listing.Order{{ID: "risk", Title: "Worst first"}, {ID: "address", Title: "By address"}, {ID: "newest", Title: "Newest first"}}

func query(r *http.Request) inventory.AssetQuery {
	q := r.URL.Query()
	return inventory.AssetQuery{
		Where: listing.Where(r), Paging: listing.Paging(r), Text: listing.Text(r),
		Statuses: listing.Values(r, "status"), Severities: listing.Values(r, "severity"), Exposed: listing.Values(r, "exposed"),
		Gone: q.Get("gone") == "1", Sort: q.Get("sort"),
	}
}

// listView is what the list shows.
type listView struct {
	layout.Page
	r       *http.Request
	now     time.Time
	Filters layout.Filters
	Views   views.Bar
	Items   inventory.Page[inventory.Asset]
	Gone    bool
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	ask := query(r)
	items, err := p.Ledger.Assets(r.Context(), who, ask)
	if err != nil {
		return err
	}
	facets, err := p.Ledger.AssetFacets(r.Context(), who, ask)
	if err != nil {
		return err
	}
	names, err := listing.NamesFor(r.Context(), who, p.Sources)
	if err != nil {
		return err
	}
	titles := names.Titles()
	titles["status"], titles["severity"] = layout.Word, layout.Word
	titles["exposed"] = layout.Word
	v := &listView{
		Page: page.Of(r, "assets", "Assets"), r: r, now: p.Now(), Items: items, Gone: ask.Gone,
		Filters: layout.Filters{
			Action: "/assets", Query: ask.Text, Hint: "Search addresses and names",
			Facets: listing.Facets(r, facets, titles, dimensions...), Hidden: listing.Kept(r, "group", "sort", "gone", "saved"),
		},
	}
	if v.Views, err = p.Views.Bar(r, who, "assets"); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, listPage(v))
}

func (p *Pages) export(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		ask := query(r)
		ask.Limit = inventory.MaxPage
		names, err := listing.NamesFor(r.Context(), who, p.Sources)
		if err != nil {
			return err
		}
		return export.Write(w, format, export.Sheet{
			Name: "assets",
			Columns: []string{
				"Address", "Name", "Kind", "Provider", "Service", "Model", "Account", "Region", "Environment", "Team", "Exposed",
				"Worst status", "Worst severity", "Failing duties", "Unverified duties", "Duties", "First seen", "Changed", "Gone", "Source", "Group", "File",
			},
			Rows: export.Pages(func(cursor string) (inventory.Page[inventory.Asset], error) {
				ask.Cursor = cursor
				return p.Ledger.Assets(r.Context(), who, ask)
			}, func(a *inventory.Asset) []any {
				return []any{
					a.Address, a.Name, a.Kind, a.Provider, a.Service, a.Model, a.Account, a.Region, a.Environment, a.Team, a.Exposed,
					a.Status, a.Severity, a.Failing, a.Unverified, a.Duties, a.FirstSeen, a.Changed, a.Gone, names.Source(a.Source), names.Group(a.Group), a.Path,
				}
			}),
		})
	}
}

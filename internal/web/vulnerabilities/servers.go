package vulnerabilities

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

var serverDimensions = []listing.Dimension{
	{Name: "result", Title: "Result"}, {Name: "system", Title: "System"}, {Name: "support", Title: "Support"}, {Name: "kernel", Title: "Kernel"},
}

func serverQuery(r *http.Request) fleet.SoftwareQuery {
	q := fleet.SoftwareQuery{
		Results: listing.Values(r, "result"), Systems: listing.Values(r, "system"), Support: listing.Values(r, "support"), Kernels: listing.Values(r, "kernel"),
		Cursor: r.URL.Query().Get("cursor"), Limit: inventory.DefaultPage,
	}
	q.Group, _ = strconv.ParseInt(r.URL.Query().Get("group"), 10, 64)
	return q
}

// serversView is what the list of servers shows.
type serversView struct {
	layout.Page
	state

	r       *http.Request
	now     time.Time
	Facets  []layout.Facet
	Filters layout.Filters
	Items   []fleet.ServerSoftware
	Next    string
}

func (p *Pages) servers(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	ask := serverQuery(r)
	v := &serversView{Page: page.Of(r, "servers", "Vulnerabilities by server"), r: r, now: p.Now()}
	var err error
	if v.Items, v.Next, err = p.Fleet.ListSoftware(r.Context(), who, ask); err != nil {
		return err
	}
	_, facets, err := p.Fleet.SoftwareFacets(r.Context(), who, ask)
	if err != nil {
		return err
	}
	if v.state, err = p.state(r.Context(), who); err != nil {
		return err
	}
	v.Facets = append(listing.Facets(r, counted(facets), titles, serverDimensions...), groups(r, who.Tree, facets, ask.Group)...)
	v.Filters = layout.Filters{Action: "/vulnerabilities/servers", Facets: v.Facets}
	return page.Render(w, r, http.StatusOK, serversPage(v))
}

func (p *Pages) exportServers(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		ask := serverQuery(r)
		ask.Limit = inventory.MaxPage
		return export.Write(w, format, export.Sheet{
			Name: "servers-and-vulnerabilities",
			Columns: []string{
				"Host name", "Group", "System", "Result", "Why", "Vulnerabilities", "Worst", "With a fix", "Exploited", "Packages", "Vulnerable packages", "Clean packages",
				"Packages not evaluated", "Support", "Support ends", "Kernel", "Evaluated",
			},
			Rows: export.Pages(func(cursor string) (inventory.Page[fleet.ServerSoftware], error) {
				ask.Cursor = cursor
				items, next, err := p.Fleet.ListSoftware(r.Context(), who, ask)
				return inventory.Page[fleet.ServerSoftware]{Items: items, Next: next}, err
			}, func(s *fleet.ServerSoftware) []any {
				return []any{
					s.Hostname, people.PathName(who.Tree, s.Group), s.System, s.Result, s.Why, s.Found, s.Worst, s.Fixable, s.Exploited, s.Packages, s.Affected, s.Clean, s.Unknown,
					s.Support, s.Ends, s.Kernel, s.Evaluated,
				}
			}),
		})
	}
}

// packagesView is what the page of one server's packages shows.
type packagesView struct {
	layout.Page
	r       *http.Request
	now     time.Time
	A       fleet.Agent
	S       *fleet.ServerSoftware // nil while nothing is known
	Found   []fleet.Found
	More    bool // vulnerabilities than are shown
	Filters layout.Filters
	Items   []fleet.InstalledPackage
	Next    string
}

// mostFound bounds the vulnerabilities that stand above a server's packages.
const mostFound = 100

func (p *Pages) packages(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := &packagesView{r: r, now: p.Now()}
	if v.A, err = p.Fleet.Get(ctx, who, id); err != nil {
		return err
	}
	v.Page = page.Of(r, "servers", "Packages of "+v.A.Host.Hostname)
	s, err := p.Fleet.ServerSoftware(ctx, who, id)
	if errors.Is(err, store.ErrNotFound) {
		return page.Render(w, r, http.StatusOK, packagesPage(v))
	}
	if err != nil {
		return err
	}
	v.S = &s
	found, next, err := p.Fleet.ServerVulnerabilities(ctx, who, id, "", mostFound)
	if err != nil {
		return err
	}
	v.Found, v.More = found, next != ""
	ask := fleet.PackageQuery{Text: listing.Text(r), Results: listing.Values(r, "result"), Cursor: r.URL.Query().Get("cursor"), Limit: 2 * inventory.DefaultPage}
	if v.Items, v.Next, err = p.Fleet.ServerPackages(ctx, who, id, ask); err != nil {
		return err
	}
	have := inventory.Facets{}
	for _, c := range []struct {
		value string
		n     int64
	}{{"vulnerable", s.Affected}, {"not_evaluated", s.Unknown}, {"clean", s.Clean}} {
		if c.n > 0 {
			have["result"] = append(have["result"], inventory.Facet{Value: c.value, Title: c.value, Count: int(c.n)})
		}
	}
	v.Filters = layout.Filters{
		Action: r.URL.Path, Query: ask.Text, Hint: "How the package's name begins", Facets: listing.Facets(r, have, titles, listing.Dimension{Name: "result", Title: "Result"}),
	}
	return page.Render(w, r, http.StatusOK, packagesPage(v))
}

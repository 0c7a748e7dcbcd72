// Package vulnerabilities is the console's pages of known vulnerabilities in
// the software of servers: all of them, one with its servers, each server with
// its result, and the packages of one server.
package vulnerabilities

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

// Fleet is what the pages show.
type Fleet interface {
	Get(ctx context.Context, who tenant.Who, id int64) (fleet.Agent, error)
	Vulnerabilities(ctx context.Context, who tenant.Who, q fleet.VulnerabilityQuery) ([]fleet.Vulnerability, string, error)
	VulnerabilityFacets(ctx context.Context, who tenant.Who, q fleet.VulnerabilityQuery) (int64, []fleet.Facet, error)
	Vulnerability(ctx context.Context, who tenant.Who, name string) (fleet.Vulnerability, error)
	VulnerableServers(ctx context.Context, who tenant.Who, name string, q fleet.VulnerabilityQuery) ([]fleet.Found, string, error)
	ListSoftware(ctx context.Context, who tenant.Who, q fleet.SoftwareQuery) ([]fleet.ServerSoftware, string, error)
	SoftwareFacets(ctx context.Context, who tenant.Who, q fleet.SoftwareQuery) (int64, []fleet.Facet, error)
	ServerSoftware(ctx context.Context, who tenant.Who, agent int64) (fleet.ServerSoftware, error)
	ServerVulnerabilities(ctx context.Context, who tenant.Who, agent int64, cursor string, most int) ([]fleet.Found, string, error)
	ServerPackages(ctx context.Context, who tenant.Who, agent int64, q fleet.PackageQuery) ([]fleet.InstalledPackage, string, error)
	VulnerabilityData(ctx context.Context, who tenant.Who) (fleet.VulnerabilityData, error)
}

// Pages serves vulnerabilities.
type Pages struct {
	Fleet Fleet
	Now   func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /vulnerabilities", page.For(p.list))
	mux.Handle("GET /vulnerabilities/servers", page.For(p.servers))
	mux.Handle("GET /vulnerabilities/{name}", page.For(p.one))
	mux.Handle("GET /servers/{id}/packages", page.For(p.packages))
	for _, format := range export.Formats {
		mux.Handle("GET /vulnerabilities."+format, page.For(p.export(format)))
		mux.Handle("GET /vulnerabilities/servers."+format, page.For(p.exportServers(format)))
	}
}

var dimensions = []listing.Dimension{
	{Name: "severity", Title: "Severity"}, {Name: "exploited", Title: "Exploited"}, {Name: "fix", Title: "Fix"}, {Name: "use", Title: "In use"}, {Name: "system", Title: "System"},
}

func same(s string) string { return s }

var titles = map[string]func(string) string{
	"severity": layout.Word, "exploited": layout.Word, "fix": fixWord, "use": useWord, "system": same, "result": resultWord, "support": layout.Word, "kernel": layout.Word,
}

var fixes = map[string]string{fleet.FixYes: "There is one", fleet.FixSubscribers: "For subscribers", fleet.FixNo: "None yet"}

func fixWord(s string) string { return fixes[s] }

var uses = map[string]string{"listening": "Listens", "loaded": "Loaded", "installed": "Not loaded", "unknown": "Not known", "not_running": "Kernel that does not run"}

func useWord(s string) string { return uses[s] }

var results = map[string]string{"clean": "Clean", "vulnerable": "Vulnerable", "not_evaluated": "Not evaluated"}

func resultWord(s string) string { return results[s] }

func query(r *http.Request) fleet.VulnerabilityQuery {
	q := fleet.VulnerabilityQuery{
		Severities: listing.Values(r, "severity"), Exploited: listing.Values(r, "exploited"), Fixes: listing.Values(r, "fix"), Uses: listing.Values(r, "use"),
		Systems: listing.Values(r, "system"), Text: listing.Text(r), Cursor: r.URL.Query().Get("cursor"), Limit: inventory.DefaultPage,
	}
	q.Group, _ = strconv.ParseInt(r.URL.Query().Get("group"), 10, 64)
	return q
}

// state is what stands above both lists: how servers came out, and by which data.
type state struct {
	Results map[string]int64
	Data    fleet.VulnerabilityData
}

func (p *Pages) state(ctx context.Context, who tenant.Who) (s state, err error) {
	if s.Data, err = p.Fleet.VulnerabilityData(ctx, who); err != nil {
		return s, err
	}
	_, facets, err := p.Fleet.SoftwareFacets(ctx, who, fleet.SoftwareQuery{})
	s.Results = map[string]int64{}
	for _, f := range facets {
		if f.Name == "result" {
			for _, c := range f.Values {
				s.Results[c.Value] = c.N
			}
		}
	}
	return s, err
}

// any reports whether any server has sent its packages.
func (s *state) any() bool {
	return s.Results["clean"]+s.Results["vulnerable"]+s.Results["not_evaluated"] > 0
}

// problem is why the data evaluates nothing, or not everything.
func (s *state) problem() string {
	var old []string
	for _, f := range s.Data.Families {
		if f.TooOld {
			old = append(old, f.Family)
		}
	}
	switch {
	case len(s.Data.Families) == 0:
		return "There is no database of vulnerabilities, so no server is evaluated."
	case len(old) > 0:
		return "The data of " + strings.Join(old, ", ") + " is too old, so nothing is evaluated by it."
	}
	return ""
}

// listView is what the list shows.
type listView struct {
	layout.Page
	state

	r       *http.Request
	now     time.Time
	Total   int64 // one vulnerability on one server each
	Filters layout.Filters
	Items   []fleet.Vulnerability
	Next    string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	ask := query(r)
	v := &listView{Page: page.Of(r, "servers", "Vulnerabilities"), r: r, now: p.Now()}
	var err error
	if v.Items, v.Next, err = p.Fleet.Vulnerabilities(r.Context(), who, ask); err != nil {
		return err
	}
	var facets []fleet.Facet
	if v.Total, facets, err = p.Fleet.VulnerabilityFacets(r.Context(), who, ask); err != nil {
		return err
	}
	if v.state, err = p.state(r.Context(), who); err != nil {
		return err
	}
	v.Filters = layout.Filters{
		Action: "/vulnerabilities", Query: ask.Text, Hint: "How the name begins, such as CVE-2024", Facets: listing.Facets(r, counted(facets), titles, dimensions...),
	}
	v.Filters.Facets = append(v.Filters.Facets, groups(r, who.Tree, facets, ask.Group)...)
	return page.Render(w, r, http.StatusOK, listPage(v))
}

// counted are the fleet's counts as lists have them, without values that nothing
// has any more.
func counted(facets []fleet.Facet) inventory.Facets {
	out := inventory.Facets{}
	for _, f := range facets {
		for _, c := range f.Values {
			if c.N != 0 {
				out[f.Name] = append(out[f.Name], inventory.Facet{Value: c.Value, Title: c.Value, Count: int(c.N)})
			}
		}
	}
	return out
}

// groups is the facet of groups: all that have something, or the one that is
// chosen, with those below it.
func groups(r *http.Request, t *tenant.Tree, facets []fleet.Facet, chosen int64) []layout.Facet {
	f := layout.Facet{Name: "group", Title: "Group"}
	if chosen != 0 {
		f.Options = []layout.Option{{Value: strconv.FormatInt(chosen, 10), Title: people.PathName(t, chosen), Count: -1, Chosen: true}}
		return []layout.Facet{f}
	}
	for _, have := range facets {
		for _, c := range have.Values {
			if have.Name == "group" && c.N != 0 {
				id, _ := strconv.ParseInt(c.Value, 10, 64) // it was one
				f.Options = append(f.Options, layout.Option{Value: c.Value, Title: people.PathName(t, id), Count: c.N})
			}
		}
	}
	if len(f.Options) < 2 {
		return nil
	}
	return []layout.Facet{f}
}

// oneView is what the page of a vulnerability shows.
type oneView struct {
	layout.Page
	r     *http.Request
	now   time.Time
	V     fleet.Vulnerability
	Items []fleet.Found
	Next  string
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	name := r.PathValue("name")
	v := &oneView{Page: page.Of(r, "servers", name), r: r, now: p.Now()}
	var err error
	if v.V, err = p.Fleet.Vulnerability(r.Context(), who, name); err != nil {
		return err
	}
	if v.Items, v.Next, err = p.Fleet.VulnerableServers(r.Context(), who, name, query(r)); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, onePage(v))
}

func (p *Pages) export(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		ask, now := query(r), p.Now()
		ask.Limit = inventory.MaxPage
		return export.Write(w, format, export.Sheet{
			Name: "vulnerabilities",
			Columns: []string{
				"Vulnerability", "Severity", "CVSS", "Exploited", "Exploited since", "To be mended by", "Ransomware", "EPSS", "Servers", "With a fix", "Loaded or listening", "Fixed in",
				"Known since", "Days known", "First found", "Summary", "URL",
			},
			Rows: export.Pages(func(cursor string) (inventory.Page[fleet.Vulnerability], error) {
				ask.Cursor = cursor
				items, next, err := p.Fleet.Vulnerabilities(r.Context(), who, ask)
				return inventory.Page[fleet.Vulnerability]{Items: items, Next: next}, err
			}, func(v *fleet.Vulnerability) []any {
				return []any{
					v.Name, v.Severity, score(v.Score), yes(v.Exploited), v.Added, v.Deadline, yes(v.Ransomware), epss(v.EPSS), v.Servers, v.Fixable, v.Reachable, fixedIn(v),
					v.Since, known(v.Since, now), v.First, v.Summary, v.URL,
				}
			}),
		})
	}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// fixedIn are the versions that mend it, by system.
func fixedIn(v *fleet.Vulnerability) string {
	var out []string
	for _, s := range v.Systems {
		if s.Version != "" && len(out) < 20 {
			out = append(out, s.System+": "+s.Version)
		}
	}
	return strings.Join(out, "; ")
}

func score(s float64) string {
	if s == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", s)
}

// epss is a probability in percent.
func epss(p float64) string {
	switch {
	case p == 0:
		return ""
	case p < 0.001:
		return "below 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", p*100)
}

// known is for how many whole days something has been known.
func known(since, now time.Time) int64 {
	f := fleet.Found{Since: since}
	return f.Days(now)
}

func days(n int64) string {
	if n == 1 {
		return "1 day"
	}
	return layout.Number(n) + " days"
}

// packagesOf are names and versions of packages in a line.
func packagesOf(all []fleet.FoundPackage) string {
	var out []string
	for i, p := range all {
		if i == 4 && len(all) > 5 {
			out = append(out, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		if s := p.Name + " " + p.Version; !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

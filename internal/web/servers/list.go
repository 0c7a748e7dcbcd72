package servers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/chart"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

var dimensions = []listing.Dimension{
	{Name: "state", Title: "State"},
	{Name: "system", Title: "System"},
	{Name: "version", Title: "Agent"},
	{Name: "provider", Title: "Cloud"},
	{Name: "proof", Title: "Instance"},
}

// inService are the states of a list that asks for none: what is retired is
// there no more, and is shown where it is asked for.
var inService = func() (out []string) {
	for _, s := range fleet.States {
		if s != fleet.Retired {
			out = append(out, string(s))
		}
	}
	return out
}()

func query(r *http.Request) fleet.Query {
	q := fleet.Query{
		States: listing.Values(r, "state"), Systems: listing.Values(r, "system"), Versions: listing.Values(r, "version"),
		Providers: listing.Values(r, "provider"), Proofs: listing.Values(r, "proof"), Text: listing.Text(r), Cursor: r.URL.Query().Get("cursor"),
		Limit: inventory.DefaultPage,
	}
	q.Group, _ = strconv.ParseInt(r.URL.Query().Get("group"), 10, 64)
	if len(q.States) == 0 {
		q.States = inService
	}
	return q
}

// listView is what the list shows.
type listView struct {
	layout.Page
	r       *http.Request
	now     time.Time
	Filters layout.Filters
	Total   int64
	States  []stateCount
	Tiles   []chart.Tile
	Items   []fleet.Agent
	Next    string
	Enrol   tokenForm // of who has nothing yet
	Enrols  bool      // whether the actor may make tokens
}

// stateCount is how many servers are in a state, under the other filters.
type stateCount struct {
	State fleet.State
	N     int64
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	ask := query(r)
	items, next, err := p.Fleet.List(r.Context(), who, ask)
	if err != nil {
		return err
	}
	total, facets, err := p.Fleet.Facets(r.Context(), who, ask)
	if err != nil {
		return err
	}
	groups, err := p.Fleet.GroupStates(r.Context(), who, ask)
	if err != nil {
		return err
	}
	v := &listView{
		Page: page.Of(r, "servers", "Servers"), r: r, now: p.Now(), Total: total, Items: items, Next: next, Tiles: tiles(r, who.Tree, groups),
		Enrols: !who.Reach(tenant.Administer).None(),
		Filters: layout.Filters{
			Action: "/servers", Query: ask.Text, Hint: "Search host names and instances", Facets: listing.Facets(r, counted(facets), titles, dimensions...),
		},
	}
	v.Filters.Facets = append(v.Filters.Facets, inGroup(who.Tree, ask.Group)...)
	v.States = states(facets)
	v.Enrol = newTokenForm(who)
	return page.Render(w, r, http.StatusOK, listPage(v))
}

var titles = map[string]func(string) string{
	"state": func(s string) string { return word(fleet.State(s)) }, "provider": layout.Word, "proof": layout.Word,
	"system": func(s string) string { return s }, "version": func(s string) string { return s },
}

// counted are the fleet's counts as lists have them.
func counted(facets []fleet.Facet) inventory.Facets {
	out := inventory.Facets{}
	for _, f := range facets {
		for _, c := range f.Values {
			out[f.Name] = append(out[f.Name], inventory.Facet{Value: c.Value, Title: c.Value, Count: int(c.N)})
		}
	}
	return out
}

// states are how many servers are in each state, in the order of their weight.
func states(facets []fleet.Facet) (out []stateCount) {
	for _, f := range facets {
		if f.Name != "state" {
			continue
		}
		for _, s := range fleet.States {
			if i := slices.IndexFunc(f.Values, func(c fleet.Count) bool { return c.Value == string(s) }); i >= 0 {
				out = append(out, stateCount{s, f.Values[i].N})
			}
		}
	}
	return out
}

// inGroup is the filter of the group that was chosen in the picture.
func inGroup(t *tenant.Tree, group int64) []layout.Facet {
	if group == 0 {
		return nil
	}
	return []layout.Facet{{Name: "group", Title: "Group", Options: []layout.Option{{Value: itoa(group), Title: people.PathName(t, group), Count: -1, Chosen: true}}}}
}

// tiles are the groups with servers in service, as large as they have servers.
func tiles(r *http.Request, t *tenant.Tree, groups map[int64]map[fleet.State]int64) (out []chart.Tile) {
	for id, in := range groups {
		c := counts(in)
		if c.Total() == 0 {
			continue
		}
		out = append(out, chart.Tile{
			Title: name(t, id), URL: layout.With(r, "group", itoa(id)), Counts: c, Note: chart.Count(c.Total(), "server", "servers"), More: troubles(in),
		})
	}
	slices.SortFunc(out, func(a, b chart.Tile) int { return strings.Compare(a.Title, b.Title) })
	return out
}

// name is a group's own name, for where there is little room.
func name(t *tenant.Tree, id int64) string {
	if g, ok := t.Group(id); ok {
		return g.Name
	}
	return people.PathName(t, id)
}

// troubles are the states that ask for somebody, the worst first.
func troubles(in map[fleet.State]int64) string {
	var parts []string
	for _, s := range fleet.States {
		if n := in[s]; n > 0 && s != fleet.Active && s != fleet.Retired {
			parts = append(parts, layout.Number(n)+" "+strings.ToLower(word(s)))
		}
	}
	if len(parts) == 0 {
		return "all active"
	}
	return strings.Join(parts, ", ")
}

func (p *Pages) export(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		ask := query(r)
		ask.Limit = inventory.MaxPage
		return export.Write(w, format, export.Sheet{
			Name: "servers",
			Columns: []string{
				"Host name", "State", "Why", "Since", "Last heartbeat", "Group", "System", "Kernel", "Architecture", "Agent", "Cloud", "Account", "Region", "Instance", "Proof",
				"Addresses", "Labels", "Machine id", "Enrolled", "Certificate ends", "Last document", "Id",
			},
			Rows: export.Pages(func(cursor string) (inventory.Page[fleet.Agent], error) {
				ask.Cursor = cursor
				items, next, err := p.Fleet.List(r.Context(), who, ask)
				return inventory.Page[fleet.Agent]{Items: items, Next: next}, err
			}, func(a *fleet.Agent) []any {
				return []any{
					a.Host.Hostname, string(a.State), a.Why, a.Since, a.Seen, people.PathName(who.Tree, a.Group), system(a), a.Host.Kernel, a.Host.Arch, a.Host.Version,
					a.Cloud.Provider, a.Cloud.Account, a.Cloud.Region, a.Cloud.Instance, a.Cloud.Proof,
					strings.Join(a.Host.Addresses, " "), strings.Join(a.Host.Labels, " "), a.Host.MachineID, a.Enrolled, a.NotAfter, a.Document, a.UID,
				}
			}),
		})
	}
}

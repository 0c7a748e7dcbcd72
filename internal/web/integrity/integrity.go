// Package integrity is the console's page of files that changed on servers, by
// what changed them, and from where they are taken into the baseline.
package integrity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/servers"
)

// Fleet is what the page shows and changes.
type Fleet interface {
	Get(ctx context.Context, who tenant.Who, id int64) (fleet.Agent, error)
	FileChanges(ctx context.Context, who tenant.Who, q fleet.ChangeQuery) ([]fleet.FileChange, string, error)
	FileChangeFacets(ctx context.Context, who tenant.Who, q fleet.ChangeQuery) (int64, []fleet.Facet, error)
	Approve(ctx context.Context, who tenant.Who, changes []int64) (fleet.Command, error)
	Differences(ctx context.Context, who tenant.Who, q fleet.DifferenceQuery) ([]fleet.Difference, string, error)
	Comparisons(ctx context.Context, who tenant.Who, group int64) ([]fleet.Comparison, error)
}

// Pages serves changes of files.
type Pages struct {
	Fleet Fleet
	Now   func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /integrity", page.For(p.list))
	mux.Handle("POST /integrity/approve", page.For(p.approve))
}

// tab is one side: what nothing explains, what something does, or what one server has
// otherwise than those beside it.
type tab struct{ id, title, explained string }

var tabs = []tab{{"", "Unexplained", "no"}, {"explained", "Explained", "yes"}, {differ, "Differs from its group", ""}}

var dimensions = []listing.Dimension{
	{Name: "severity", Title: "Severity"}, {Name: "cause", Title: "Cause"}, {Name: "kind", Title: "Change"}, {Name: "state", Title: "Baseline"},
}

var titles = map[string]func(string) string{"severity": layout.Word, "cause": layout.Word, "kind": layout.Word, "state": servers.Baseline}

// pending are the states of a list that asks for none: what is in the baseline
// is as it should be.
var pending = []string{fleet.ChangeOpen, fleet.ChangeAsked}

func query(r *http.Request) (q fleet.ChangeQuery, current tab) {
	current = tabs[0]
	for _, t := range tabs {
		if r.URL.Query().Get("view") == t.id {
			current = t
		}
	}
	q = fleet.ChangeQuery{
		States: listing.Values(r, "state"), Severities: listing.Values(r, "severity"), Kinds: listing.Values(r, "kind"), Causes: listing.Values(r, "cause"),
		Explained: []string{current.explained}, Path: listing.Text(r), Cursor: r.URL.Query().Get("cursor"), Limit: inventory.DefaultPage,
	}
	q.Agent, _ = strconv.ParseInt(r.URL.Query().Get("server"), 10, 64)
	q.Group, _ = strconv.ParseInt(r.URL.Query().Get("group"), 10, 64)
	if len(q.States) == 0 {
		q.States = pending
	}
	return q, current
}

// act is what changed files of one server at once; without a known act, its
// changes that belong to none.
type act struct {
	Agent   int64
	Server  string
	Act     string
	Cause   string
	Changes []fleet.FileChange
	May     bool // approve those that are open
}

// listView is what the page shows.
type listView struct {
	layout.Page
	r       *http.Request
	now     time.Time
	Current tab
	Counts  map[string]int64 // by yes and no; nil where they are not counted
	Filters layout.Filters
	Acts    []*act
	Next    string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	return p.render(w, r, who, "", http.StatusOK)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, who tenant.Who, problem string, status int) error {
	ask, current := query(r)
	if current.id == differ {
		return p.renderDifferences(w, r, who, ask, current)
	}
	v := &listView{Page: page.Of(r, "servers", "Integrity"), r: r, now: p.Now(), Current: current}
	v.Problem = problem
	changes, next, err := p.Fleet.FileChanges(r.Context(), who, ask)
	if err != nil {
		return err
	}
	_, facets, err := p.Fleet.FileChangeFacets(r.Context(), who, ask)
	if err != nil {
		return err
	}
	v.Next = next
	if v.Acts, err = p.acts(r.Context(), who, changes); err != nil {
		return err
	}
	v.Filters = layout.Filters{
		Action: "/integrity", Query: ask.Path, Hint: "How the path begins", Facets: listing.Facets(r, counted(facets), titles, dimensions...),
		Hidden: listing.Kept(r, "view", "group"),
	}
	if ask.Agent != 0 {
		a, err := p.Fleet.Get(r.Context(), who, ask.Agent)
		if err != nil {
			return err
		}
		v.Filters.Facets = append(v.Filters.Facets, layout.Facet{Name: "server", Title: "Server", Options: []layout.Option{
			{Value: strconv.FormatInt(a.ID, 10), Title: a.Host.Hostname, Count: -1, Chosen: true},
		}})
		for _, f := range v.Filters.Facets { // what is counted is of all servers
			for i := range f.Options {
				f.Options[i].Count = -1
			}
		}
	} else {
		v.Counts = map[string]int64{}
		for _, f := range facets {
			if f.Name == "explained" {
				for _, c := range f.Values {
					v.Counts[c.Value] = c.N
				}
			}
		}
	}
	return page.Render(w, r, status, listPage(v))
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

// acts puts the changes of a page together by server and by what made them.
func (p *Pages) acts(ctx context.Context, who tenant.Who, changes []fleet.FileChange) (out []*act, err error) {
	type key struct {
		agent int64
		act   string
		cause string
	}
	names, by := map[int64]string{}, map[key]*act{}
	for _, c := range changes {
		if _, ok := names[c.Agent]; !ok {
			a, err := p.Fleet.Get(ctx, who, c.Agent)
			if errors.Is(err, store.ErrNotFound) { // moved to a group of others
				a.Host.Hostname = fmt.Sprintf("Server %d", c.Agent)
			} else if err != nil {
				return nil, err
			}
			names[c.Agent] = a.Host.Hostname
		}
		k := key{c.Agent, servers.Act(c), c.Cause}
		if by[k] == nil {
			by[k] = &act{Agent: c.Agent, Server: names[c.Agent], Act: k.act, Cause: c.Cause}
			out = append(out, by[k])
		}
		by[k].Changes = append(by[k].Changes, c)
		by[k].May = by[k].May || c.State == fleet.ChangeOpen && who.Check(tenant.Respond, c.Group) == nil
	}
	return out, nil
}

func (p *Pages) approve(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	ids := in.Numbers("change")
	if err := in.Err(); err != nil {
		return err
	}
	if who.Reach(tenant.Respond).None() {
		return tenant.ErrForbidden
	}
	slices.Sort(ids)
	c, err := p.Fleet.Approve(r.Context(), who, slices.Compact(ids))
	if err == nil {
		sentence := "The agent takes them into its baseline with its next heartbeat."
		if c.State == fleet.CommandAsked {
			sentence = "Somebody else has to approve it before the agent is told: here, under what it was asked to do."
		}
		return page.Done(w, r, "/servers/"+strconv.FormatInt(c.Agent, 10), sentence)
	}
	if told, ok := page.Told(err); ok {
		r = r.Clone(r.Context())
		r.URL.Path = "/integrity" // whose links are the list's
		return p.render(w, r, who, told, http.StatusUnprocessableEntity)
	}
	return err
}

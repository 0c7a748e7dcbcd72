// Package detections is the console's pages of signs of intrusion: what servers logged, and
// what came to be on them, with what people made of it.
package detections

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/detect"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/signs"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/redact"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

// Fleet is what the pages show and change.
type Fleet interface {
	Get(ctx context.Context, who tenant.Who, id int64) (fleet.Agent, error)
	Detections(ctx context.Context, who tenant.Who, q fleet.DetectionQuery) ([]fleet.Detection, string, error)
	DetectionFacets(ctx context.Context, who tenant.Who, q fleet.DetectionQuery) (int64, []fleet.Facet, error)
	Detection(ctx context.Context, who tenant.Who, id int64) (fleet.Detection, []fleet.DetectionNote, error)
	DecideDetections(ctx context.Context, who tenant.Who, ids []int64, state, note string) error
}

// Pages serves detections.
type Pages struct {
	Fleet Fleet
	Now   func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /detections", page.For(p.list))
	for _, format := range export.Formats {
		mux.Handle("GET /detections."+format, page.For(p.export(format)))
	}
	mux.Handle("GET /detections/{id}", page.For(p.one))
	mux.Handle("POST /detections/decide", page.For(p.decide))
}

var dimensions = []listing.Dimension{
	{Name: "severity", Title: "Severity"}, {Name: "rule", Title: "Rule"}, {Name: "state", Title: "State"}, {Name: "explained", Title: "Explained"},
}

var titles = map[string]func(string) string{"severity": layout.Word, "state": layout.Word, "explained": layout.Word, "rule": ruleTitle}

// ruleTitle is a rule as people call it.
func ruleTitle(name string) string {
	if a, ok := signs.Of(name); ok && a.Title != "" {
		return a.Title
	}
	return name
}

// since are how far back a list can go, in days.
var since = []int{1, 7, 30}

// pending are what a list shows that asks for nothing: what nobody has closed and nothing
// explains.
var pending = []string{fleet.DetectionOpen, fleet.DetectionAcknowledged}

func (p *Pages) query(r *http.Request) fleet.DetectionQuery {
	q := fleet.DetectionQuery{
		Severities: listing.Values(r, "severity"), Rules: listing.Values(r, "rule"), States: listing.Values(r, "state"), Explained: listing.Values(r, "explained"),
		Cursor: r.URL.Query().Get("cursor"), Limit: inventory.DefaultPage,
	}
	q.Agent, _ = strconv.ParseInt(r.URL.Query().Get("server"), 10, 64)
	q.Group, _ = strconv.ParseInt(r.URL.Query().Get("group"), 10, 64)
	if days, err := strconv.Atoi(r.URL.Query().Get("since")); err == nil && slices.Contains(since, days) {
		q.Since = p.Now().AddDate(0, 0, -days)
	}
	if len(q.States) == 0 {
		q.States = pending
	}
	if len(q.Explained) == 0 {
		q.Explained = []string{"no"}
	}
	return q
}

// row is a detection in the list.
type row struct {
	fleet.Detection
	Server string
	May    bool // decide on it
}

// listView is what the list shows.
type listView struct {
	layout.Page
	r       *http.Request
	now     time.Time
	Filters layout.Filters
	Items   []row
	May     bool // decide on some of them
	Next    string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	return p.render(w, r, who, "", http.StatusOK)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, who tenant.Who, problem string, status int) error {
	ask := p.query(r)
	items, next, err := p.Fleet.Detections(r.Context(), who, ask)
	if err != nil {
		return err
	}
	_, facets, err := p.Fleet.DetectionFacets(r.Context(), who, ask)
	if err != nil {
		return err
	}
	v := &listView{Page: page.Of(r, "servers", "Detections"), r: r, now: p.Now(), Next: next}
	v.Problem = problem
	v.Filters = layout.Filters{Action: "/detections", Facets: listing.Facets(r, counted(facets), titles, dimensions...), Hidden: listing.Kept(r, "group")}
	age := layout.Facet{Name: "since", Title: "Since"}
	for _, days := range since {
		text := strconv.Itoa(days)
		age.Options = append(age.Options, layout.Option{Value: text, Title: span(days), Count: -1, Chosen: r.URL.Query().Get("since") == text})
	}
	v.Filters.Facets = append(v.Filters.Facets, age)
	names := p.names(r.Context(), who)
	if ask.Agent != 0 {
		name, err := names(ask.Agent)
		if err != nil {
			return err
		}
		v.Filters.Facets = append(v.Filters.Facets, layout.Facet{Name: "server", Title: "Server", Options: []layout.Option{{Value: strconv.FormatInt(ask.Agent, 10), Title: name, Count: -1, Chosen: true}}})
	}
	if ask.Agent != 0 || !ask.Since.IsZero() { // what is counted is of all servers and all times
		for _, f := range v.Filters.Facets {
			for i := range f.Options {
				f.Options[i].Count = -1
			}
		}
	}
	for _, d := range items {
		name, err := names(d.Agent)
		if err != nil {
			return err
		}
		x := row{d, name, who.Check(tenant.Respond, d.Group) == nil}
		v.May = v.May || x.May
		v.Items = append(v.Items, x)
	}
	return page.Render(w, r, status, listPage(v))
}

func span(days int) string {
	if days == 1 {
		return "The last 24 hours"
	}
	return fmt.Sprintf("The last %d days", days)
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

// names are those of servers, each asked for once.
func (p *Pages) names(ctx context.Context, who tenant.Who) func(int64) (string, error) {
	known := map[int64]string{}
	return func(id int64) (string, error) {
		if n, ok := known[id]; ok {
			return n, nil
		}
		a, err := p.Fleet.Get(ctx, who, id)
		if errors.Is(err, store.ErrNotFound) { // moved to a group of others
			a.Host.Hostname, err = fmt.Sprintf("Server %d", id), nil
		}
		known[id] = a.Host.Hostname
		return known[id], err
	}
}

// oneView is what the page of a detection shows.
type oneView struct {
	layout.Page
	now    time.Time
	D      fleet.Detection
	Server string
	Alert  detect.Alert
	About  signs.About
	Notes  []fleet.DetectionNote
	May    bool
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	return p.renderOne(w, r, who, id, "", http.StatusOK)
}

func (p *Pages) renderOne(w http.ResponseWriter, r *http.Request, who tenant.Who, id int64, problem string, status int) error {
	d, notes, err := p.Fleet.Detection(r.Context(), who, id)
	if err != nil {
		return err
	}
	v := &oneView{Page: page.Of(r, "servers", d.Title), now: p.Now(), D: d, Notes: notes, May: who.Check(tenant.Respond, d.Group) == nil}
	v.Problem = problem
	if v.Server, err = p.names(r.Context(), who)(d.Agent); err != nil {
		return err
	}
	if json.Unmarshal(d.Body, &v.Alert) != nil {
		v.Alert = detect.Alert{} // in another form than agents of today tell it
	}
	// The host cut out what looks like a credential. A host that is not what it was may not have.
	v.Alert.Text = redact.Text(v.Alert.Text)
	for k, s := range v.Alert.Fields {
		v.Alert.Fields[k] = redact.Text(s)
	}
	v.About, _ = signs.Of(d.Rule)
	return page.Render(w, r, status, onePage(v))
}

// techniques are those of ATT&CK.
func (v *oneView) techniques() []string {
	if len(v.About.Techniques) > 0 {
		return v.About.Techniques
	}
	return v.Alert.Techniques
}

// attack is where a technique is described.
func attack(id string) (url string, ok bool) {
	main, sub, _ := strings.Cut(id, ".")
	if len(main) != 5 || main[0] != 'T' || strings.Trim(main[1:]+sub, "0123456789") != "" {
		return "", false
	}
	url = "https://attack.mitre.org/techniques/" + main + "/"
	if sub != "" {
		url += sub + "/"
	}
	return url, true
}

func (v *oneView) fields() []string { return slices.Sorted(maps.Keys(v.Alert.Fields)) }

// said are what the list and the page say after somebody decided.
var said = map[string]string{
	fleet.DetectionOpen: "Open again.", fleet.DetectionAcknowledged: "Acknowledged: people see that somebody looks into it.", fleet.DetectionClosed: "Closed.",
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	ids, state, note := in.Numbers("detection"), in.One("state", fleet.DetectionStates...), strings.ReplaceAll(in.Text("note", 1000), "\r\n", "\n")
	single := in.Has("single")
	if err := in.Err(); err != nil {
		return err
	}
	if who.Reach(tenant.Respond).None() {
		return tenant.ErrForbidden
	}
	err := p.Fleet.DecideDetections(r.Context(), who, ids, state, note)
	if err == nil {
		to := "/detections"
		if single && len(ids) == 1 {
			to += "/" + strconv.FormatInt(ids[0], 10)
		}
		return page.Done(w, r, to, said[state])
	}
	if told, ok := page.Told(err); ok {
		if single && len(ids) == 1 {
			return p.renderOne(w, r, who, ids[0], told, http.StatusUnprocessableEntity)
		}
		r = r.Clone(r.Context())
		r.URL.Path = "/detections" // whose links are the list's
		return p.render(w, r, who, told, http.StatusUnprocessableEntity)
	}
	return err
}

func (p *Pages) export(format string) page.Func {
	return func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
		ask := p.query(r)
		ask.Limit = inventory.MaxPage
		names := p.names(r.Context(), who)
		return export.Write(w, format, export.Sheet{
			Name:    "detections",
			Columns: []string{"When", "Severity", "State", "Explained by", "Title", "Rule", "Techniques", "Count", "Text", "Server", "Group", "Id"},
			Rows: export.Pages(func(cursor string) (inventory.Page[fleet.Detection], error) {
				ask.Cursor = cursor
				items, next, err := p.Fleet.Detections(r.Context(), who, ask)
				return inventory.Page[fleet.Detection]{Items: items, Next: next}, err
			}, func(d *fleet.Detection) []any {
				var a detect.Alert
				if json.Unmarshal(d.Body, &a) != nil {
					a = detect.Alert{}
				}
				name, err := names(d.Agent)
				if err != nil {
					name = fmt.Sprintf("Server %d", d.Agent)
				}
				return []any{
					d.At, d.Severity, d.State, d.Why, d.Title, d.Rule, strings.Join(a.Techniques, " "), a.Count, redact.Text(a.Text), name, people.PathName(who.Tree, d.Group), d.ID,
				}
			}),
		})
	}
}

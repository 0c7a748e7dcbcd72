// Package overview is the console's first page: whose the estate's duties are
// and how well they are looked after, as a matrix, a trend, what changed and
// what to do first.
package overview

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/chart"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// Ledger is what the page asks of the ledger.
type Ledger interface {
	Totals(ctx context.Context, who tenant.Who, group int64, sources []int64) (inventory.Totals, error)
	Trend(ctx context.Context, who tenant.Who, group int64, sources []int64, days int) ([]inventory.Point, error)
	Matrix(ctx context.Context, who tenant.Who, ask inventory.MatrixQuery) (*matrix.Table, error)
	Between(ctx context.Context, who tenant.Who, group int64, sources []int64, from, to time.Time) (*inventory.Difference, error)
	Weakest(ctx context.Context, who tenant.Who, group int64, most int) ([]inventory.Weak, error)
	Latest(ctx context.Context, who tenant.Who) (map[int64]inventory.Snapshot, error)
}

// Pages serves the overview.
type Pages struct {
	Ledger  Ledger
	Sources listing.Sources
	Now     func() time.Time
}

// Register adds the page.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /{$}", page.For(p.overview))
}

// trendDays are how many days the trend may show.
var trendDays = []int{30, 90, 365}

// view is everything the page shows.
type view struct {
	layout.Page
	r         *http.Request
	now       time.Time
	Group     tenant.Group
	Below     []tenant.Group // groups to go into
	Path      []tenant.Group
	Totals    inventory.Totals
	Counts    chart.Counts
	By        string
	Heat      *chart.Heat
	Days      int
	Trend     []chart.Day
	Yesterday *inventory.Difference
	Weakest   []inventory.Weak
	Tiles     []chart.Tile
	Assessed  time.Time
	Unseen    int // what the latest assessments could not read
	MayAdd    bool
}

func (p *Pages) overview(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	form := page.ReadForm(r)
	v := &view{
		Page: page.Of(r, "overview", "Overview"), r: r, now: p.Now(),
		By:     form.One("by", matrix.Dimensions...),
		MayAdd: !who.Reach(tenant.Contribute).None(),
	}
	group := form.Number("group")
	v.Days = int(form.Number("days"))
	if err := form.Err(); err != nil {
		return err
	}
	if !slices.Contains(trendDays, v.Days) {
		v.Days = trendDays[0]
	}
	if err := p.fill(r.Context(), who, group, v); err != nil {
		return err
	}
	v.groups(who, group)
	return page.Render(w, r, http.StatusOK, overviewPage(v))
}

func (p *Pages) fill(ctx context.Context, who tenant.Who, group int64, v *view) (err error) {
	if v.Totals, err = p.Ledger.Totals(ctx, who, group, nil); err != nil {
		return err
	}
	v.Counts = chart.Counts{Owners: v.Totals.Owners, Statuses: v.Totals.Statuses}
	if err := p.latest(ctx, who, v); err != nil {
		return err
	}
	if v.Totals.Assets == 0 {
		return nil
	}
	where := inventory.Where{Group: group}
	table, err := p.Ledger.Matrix(ctx, who, inventory.MatrixQuery{Where: where, By: v.By})
	if err != nil {
		return err
	}
	v.Heat = chart.NewHeat(table, v.r.URL.Query().Has("all"), v.cellURL)
	teams, err := p.Ledger.Matrix(ctx, who, inventory.MatrixQuery{Where: where, By: "team"})
	if err != nil {
		return err
	}
	v.Tiles = v.tiles(teams)
	points, err := p.Ledger.Trend(ctx, who, group, nil, v.Days)
	if err != nil {
		return err
	}
	for _, pt := range points {
		v.Trend = append(v.Trend, chart.Day{Day: pt.Day, Counts: chart.Counts{Owners: pt.Totals.Owners, Statuses: pt.Totals.Statuses}})
	}
	if v.Yesterday, err = p.Ledger.Between(ctx, who, group, nil, v.now.Add(-24*time.Hour), v.now.Add(time.Minute)); err != nil {
		return err
	}
	v.Weakest, err = p.Ledger.Weakest(ctx, who, group, 6)
	return err
}

// latest tells when the sources that the actor knows of were last assessed, and
// what they could not read.
func (p *Pages) latest(ctx context.Context, who tenant.Who, v *view) error {
	latest, err := p.Ledger.Latest(ctx, who)
	if err != nil {
		return err
	}
	known, err := p.Sources.List(ctx, who)
	if err != nil {
		return err
	}
	for _, src := range known {
		s, ok := latest[src.ID]
		if !ok {
			continue
		}
		if s.Assessed.After(v.Assessed) {
			v.Assessed = s.Assessed
		}
		v.Unseen += s.Counts.Gaps
	}
	return nil
}

// groups are the way to this group and those to go into.
func (v *view) groups(who tenant.Who, group int64) {
	if group == 0 {
		group = who.Tree.Root()
	}
	v.Group, _ = who.Tree.Group(group)
	v.Path = who.Tree.Path(group)
	reach := who.Reach(tenant.Read)
	for _, id := range who.Tree.Children(group) {
		if g, ok := who.Tree.Group(id); ok && !reach.Within(who.Tree, id).None() {
			v.Below = append(v.Below, g)
		}
	}
}

// url is an address of the console narrowed as this page is.
func (v *view) url(path string, params ...string) string {
	q := url.Values{}
	if g := v.r.URL.Query().Get("group"); g != "" {
		q.Set("group", g)
	}
	for i := 0; i+1 < len(params); i += 2 {
		q.Add(params[i], params[i+1])
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// cellURL leads from a cell of the matrix to its duties.
func (v *view) cellURL(row string, column *string) string {
	if column == nil {
		return v.url("/duties", "row", row)
	}
	return v.url("/duties", "row", row, v.By, listing.Value(*column))
}

// tiles are the duties by who has to do them: the customer's by team, those
// without an owner, and the provider's.
func (v *view) tiles(t *matrix.Table) []chart.Tile {
	var out []chart.Tile
	for i, c := range t.Columns {
		sum := chart.Counts{Owners: map[string]int{}, Statuses: map[string]int{}}
		for _, r := range t.Rows {
			for k, n := range r.Cells[i].Owners {
				sum.Owners[k] += n
			}
			for k, n := range r.Cells[i].Statuses {
				sum.Statuses[k] += n
			}
		}
		title := c.Title
		if c.ID == "" {
			title = "No team"
		}
		mine := sum.Side(report.Customer)
		if n := mine.Total(); n > 0 {
			tile := chart.Tile{Title: title, Counts: mine, URL: v.url("/duties", "owner", report.Customer, "team", listing.Value(c.ID)), Note: chart.Count(n, "duty", "duties")}
			if f := mine.Of(report.Failing); f > 0 {
				tile.More = layout.Number(int64(f)) + " failing"
			}
			out = append(out, tile)
		}
	}
	for _, side := range []struct{ owner, title string }{{report.Unknown, "Owner unknown"}, {report.Provider, "The provider’s"}} {
		c := v.Counts.Side(side.owner)
		out = append(out, chart.Tile{Title: side.title, Counts: c, URL: v.url("/duties", "owner", side.owner), Note: chart.Count(c.Total(), "duty", "duties")})
	}
	return out
}

// lead is the first sentence of the page.
func (v *view) lead() string {
	c := v.Counts
	total, mine := c.Total(), c.Owners[report.Customer]
	if total == 0 {
		return "Nothing has been assessed yet."
	}
	s := layout.Number(int64(mine)) + " of " + layout.Number(int64(total)) + " duties are yours."
	failing, unverified := c.Of("failing"), c.Of("unverified")
	verb := " fail"
	if failing == 1 {
		verb = " fails"
	}
	switch {
	case failing > 0 && unverified > 0:
		s += " " + layout.Number(int64(failing)) + verb + ", and nobody has verified " + layout.Number(int64(unverified)) + "."
	case failing > 0:
		s += " " + layout.Number(int64(failing)) + verb + "."
	case unverified > 0:
		s += " None was seen to fail, but nobody has verified " + layout.Number(int64(unverified)) + "."
	case mine > 0:
		s += " None fails."
	}
	return s
}

// stat is a number with where it leads.
type stat struct {
	Status, Title, Note, URL string
	N                        int
}

func (v *view) stats() []stat {
	mine := v.Counts.Owners[report.Customer]
	var out []stat
	for _, s := range []string{"failing", "unverified", "waived", "verified"} {
		n := v.Counts.Of(s)
		out = append(out, stat{s, chart.StatusTitle(s), digest.Share(n, mine) + " of yours", v.url("/duties", "owner", report.Customer, "status", s), n})
	}
	return out
}

// news are the kinds of changes since yesterday that there are any of.
func (v *view) news() []stat {
	if v.Yesterday == nil {
		return nil
	}
	var out []stat
	for _, k := range []struct{ kind, one, many, status string }{
		{inventory.LineMoved, "line moved", "lines moved", "unknown-owner"},
		{inventory.FindingNew, "new finding", "new findings", "failing"},
		{inventory.FindingRegressed, "finding came back", "findings came back", "failing"},
		{inventory.FindingReopened, "finding reopened", "findings reopened", "failing"},
		{inventory.FindingResolved, "finding resolved", "findings resolved", "verified"},
		{inventory.FindingWaived, "finding waived", "findings waived", "waived"},
		{inventory.FindingBlinded, "finding no longer decided", "findings no longer decided", "unverified"},
		{inventory.StatusChanged, "duty changed status", "duties changed status", "unverified"},
		{inventory.AssetAdded, "asset appeared", "assets appeared", ""},
		{inventory.AssetGone, "asset is gone", "assets are gone", ""},
		{inventory.SourceAdded, "source came in", "sources came in", ""},
		{inventory.SourceGone, "source was removed", "sources were removed", ""},
	} {
		if n := v.Yesterday.Counts[k.kind]; n > 0 {
			title := k.many
			if n == 1 {
				title = k.one
			}
			out = append(out, stat{Status: k.status, Title: title, N: n, URL: v.url("/changes", "kind", k.kind)})
		}
	}
	return out
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

func itoa(n int) string { return strconv.Itoa(n) }

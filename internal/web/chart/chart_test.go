package chart

import (
	"math"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
)

// some are 6 of the customer's, 1 without an owner, 3 of the provider's.
var some = Counts{
	map[string]int{report.Customer: 6, report.Unknown: 1, report.Provider: 3},
	map[string]int{report.Failing: 2, report.Unverified: 4, report.Verified: 1, report.Assured: 2, report.Unassured: 1},
}

func TestShares(t *testing.T) {
	got := map[string]int{}
	for _, s := range some.Shares() {
		got[s.Owner+" "+s.Status] = s.N
	}
	for name, want := range map[string]int{
		"customer failing": 2, "customer unverified": 3, "customer verified": 1, "unknown unknown-owner": 1, "provider assured": 2, "provider unassured": 1,
	} {
		if got[name] != want {
			t.Errorf("%s: %d, want %d", name, got[name], want)
		}
	}
	if len(got) != 6 {
		t.Errorf("%v", got)
	}
	for _, owner := range []string{report.Customer, report.Unknown, report.Provider} {
		if n := some.Side(owner); n.Total() != some.Owners[owner] {
			t.Errorf("the side of %s has %d", owner, n.Total())
		}
	}
	if s := some.Describe(); s != "10 duties, 6 yours, 1 without a known owner, 3 the provider’s, 2 failing, 3 unverified, 1 verified, 1 no assurance on file, 2 assured." {
		t.Error(s)
	}
}

// The bar is filled, and its line stands where the customer's part ends, also
// where a share is so small that it had to be drawn larger.
func TestBar(t *testing.T) {
	for _, c := range []Counts{some, {map[string]int{report.Customer: 1, report.Provider: 100_000}, map[string]int{report.Failing: 1, report.Assured: 100_000}}} {
		pieces, left, right := bar(c)
		x := 0.0
		for _, p := range pieces {
			if math.Abs(p.X-x) > 1e-9 || p.W < .4 {
				t.Errorf("%+v does not stand at %v", p, x)
			}
			x += p.W
		}
		if math.Abs(x-100) > 1e-9 || left > right || left <= 0 {
			t.Errorf("%v wide, the line from %v to %v", x, left, right)
		}
	}
	if pieces, _, _ := bar(Counts{}); pieces != nil {
		t.Error("a bar of nothing")
	}
}

// A treemap covers its area without overlap, each tile by its share.
func TestSquarify(t *testing.T) {
	var tiles []Tile
	total := 0
	for _, n := range []int{500, 200, 120, 80, 33, 33, 9, 3, 1, 0} {
		tiles = append(tiles, Tile{Counts: Counts{Owners: map[string]int{report.Customer: n}}})
		total += n
	}
	places := squarify(tiles)
	if len(places) != 9 {
		t.Fatalf("%d tiles", len(places))
	}
	area := 0.0
	for i, p := range places {
		want := 10_000 * float64(p.Counts.Total()) / float64(total)
		if math.Abs(p.W*p.H-want) > 1e-6 {
			t.Errorf("tile %d has area %v, want %v", i, p.W*p.H, want)
		}
		if p.X < -1e-9 || p.Y < -1e-9 || p.X+p.W > 100+1e-9 || p.Y+p.H > 100+1e-9 {
			t.Errorf("tile %d is outside: %+v", i, p)
		}
		if ratio := p.W * treemapShape / p.H; i < 6 && (ratio > 4 || ratio < .25) {
			t.Errorf("tile %d is a strip: %v", i, ratio)
		}
		area += p.W * p.H
		for j, q := range places[:i] {
			if p.X < q.X+q.W-1e-9 && q.X < p.X+p.W-1e-9 && p.Y < q.Y+q.H-1e-9 && q.Y < p.Y+p.H-1e-9 {
				t.Errorf("tiles %d and %d overlap", i, j)
			}
		}
	}
	if math.Abs(area-10_000) > 1e-6 {
		t.Errorf("area %v", area)
	}
}

func TestTrend(t *testing.T) {
	days := since([]Day{{Day: "2026-11-25"}, {Day: "2026-11-26"}, {Day: "2026-11-27", Counts: some}, {Day: "2026-11-28", Counts: some}})
	if len(days) != 3 {
		t.Fatalf("%d days: one before the first should be left", len(days))
	}
	columns, top := trend(days)
	if top != 7 || len(columns) != 3 || len(columns[0].Blocks) != 0 {
		t.Fatalf("top %d, %+v", top, columns)
	}
	last := columns[2]
	y := 100.0
	for _, b := range last.Blocks {
		y -= b.H
		if math.Abs(b.Y-y) > 1e-9 {
			t.Errorf("%+v does not stand on what is below it, %v", b, y)
		}
	}
	if math.Abs(y-trendTop) > 1e-9 {
		t.Errorf("the highest column ends at %v", y)
	}
	if c, _ := trend(nil); c != nil {
		t.Error("a trend of nothing")
	}
}

// The line of a column is joined from row to row.
func TestHeat(t *testing.T) {
	cell := matrix.Cell{Duties: 10, Owners: some.Owners, Statuses: some.Statuses, Worst: report.Failing}
	none := matrix.Cell{}
	h := NewHeat(&matrix.Table{By: "team", Columns: []matrix.Column{{ID: "a", Title: "A"}, {ID: "", Title: "not known"}}, Rows: []matrix.Row{
		{ID: "x", Title: "X", Cells: []matrix.Cell{cell, none}, Total: cell},
		{ID: "y", Title: "Y", Cells: []matrix.Cell{none, cell}, Total: cell},
		{ID: "empty", Cells: []matrix.Cell{none, none}},
	}}, false, func(row string, column *string) string {
		if column == nil {
			return row
		}
		return row + "/" + *column
	})
	if len(h.Columns) != 3 || len(h.Rows) != 2 {
		t.Fatalf("%d columns, %d rows", len(h.Columns), len(h.Rows))
	}
	first, below := h.Rows[0].Cells[1], h.Rows[1].Cells[1]
	if first.URL != "x/a" || first.left >= first.right || len(below.above) != 2 || below.above[0] != first.left {
		t.Errorf("%+v over %+v", first, below)
	}
	if areas := first.areas(); len(areas) != 3 || areas[0].Status != report.Failing || areas[1].Status != UnknownOwner || areas[2].Status != report.Unassured {
		t.Errorf("%+v", areas)
	}
	if l := h.Rows[1].Cells[1].label(); l != "Y, A: no duty" {
		t.Error(l)
	}
	var b strings.Builder
	if err := HeatMap(h, "Rows by team").Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`href="x/a"`, `url(#p-failing)`, "X, A: 10 duties", "no duty"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the picture lacks %s", want)
		}
	}
	if strings.Contains(b.String(), "style=") {
		t.Error("the policy refuses style attributes")
	}
}

// What has hundreds of relations is drawn in part, and says so.
func TestEgo(t *testing.T) {
	e := Ego{Middle: Node{Title: "<b>"}}
	for range 300 {
		e.In = append(e.In, Node{Title: strings.Repeat("ü", 200), URL: "/assets/1"})
	}
	var b strings.Builder
	if err := EgoGraph(e).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "<a "); n != egoMost || !strings.Contains(b.String(), "290 more") || strings.Contains(b.String(), "<b>") {
		t.Errorf("%d nodes: %s", n, b.String())
	}
}

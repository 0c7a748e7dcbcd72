package matrix

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/report"
)

func sample() *report.Assessment {
	return &report.Assessment{
		Rows: []report.Row{{ID: "data", Title: "Data"}, {ID: "hosts", Title: "Hosts"}, {ID: "facility", Title: "Facility"}},
		Assets: slices.Values([]report.Asset{
			{ID: "fn", Model: "faas", Provider: "aws", Team: "b"},
			{ID: "vm", Model: "iaas", Provider: "aws", Team: "a"},
			{ID: "odd", Provider: "gcp"},
			{ID: "idle", Model: "saas"},
		}),
		Duties: slices.Values([]report.Duty{
			{Asset: "fn", Row: "data", Owner: report.Customer, Status: report.Verified},
			{Asset: "fn", Row: "hosts", Owner: report.Provider, Status: report.Assured},
			{Asset: "vm", Row: "data", Owner: report.Customer, Status: report.Failing, Team: "b"},
			{Asset: "vm", Row: "data", Owner: report.Provider, Status: report.Lapsed},
			{Asset: "odd", Row: "data", Owner: report.Unknown, Status: report.Unverified},
			{Asset: "odd", Row: "novel", Owner: report.Customer, Status: "invented"},
			{Asset: "stray", Row: "data", Owner: report.Customer, Status: report.Waived},
		}),
	}
}

func TestBuildByModel(t *testing.T) {
	got := Build(sample(), "")
	if diff := cmp.Diff([]Column{{"iaas", "IaaS"}, {"faas", "FaaS"}, {"saas", "SaaS"}, {"", "not known"}}, got.Columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	type brief struct{ row, owner, worst string }
	var brieves []brief
	for _, r := range got.Rows {
		for _, c := range r.Cells {
			brieves = append(brieves, brief{r.ID, c.Owner(), c.Worst})
		}
		brieves = append(brieves, brief{r.ID + " total", r.Total.Owner(), r.Total.Worst})
	}
	want := []brief{
		{"data", "both", "failing"},
		{"data", "customer", "verified"},
		{"data", "", ""},
		{"data", "customer", "unverified"},
		{"data total", "both", "failing"},
		{"hosts", "", ""},
		{"hosts", "provider", "assured"},
		{"hosts", "", ""},
		{"hosts", "", ""},
		{"hosts total", "provider", "assured"},
		{"facility", "", ""},
		{"facility", "", ""},
		{"facility", "", ""},
		{"facility", "", ""},
		{"facility total", "", ""},
		{"novel", "", ""},
		{"novel", "", ""},
		{"novel", "", ""},
		{"novel", "customer", "invented"},
		{"novel total", "customer", "invented"},
	}
	if diff := cmp.Diff(want, brieves, cmp.AllowUnexported(brief{})); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}

func TestBuildByTeamFollowsTheDuty(t *testing.T) {
	got := Build(sample(), "team")
	if diff := cmp.Diff([]Column{{"a", "a"}, {"b", "b"}, {"", "not known"}}, got.Columns); diff != "" {
		t.Fatalf("columns (-want +got):\n%s", diff)
	}
	data := got.Rows[0]
	if data.Cells[0].Duties != 1 || data.Cells[1].Duties != 2 {
		t.Errorf("team a has %d duties and b %d, want 1 and 2", data.Cells[0].Duties, data.Cells[1].Duties)
	}
}

func TestEveryDutyIsCounted(t *testing.T) {
	for _, by := range append([]string{"", "nonsense"}, Dimensions...) {
		n := 0
		for _, r := range Build(sample(), by).Rows {
			n += r.Total.Duties
		}
		if n != 7 {
			t.Errorf("by %q: %d duties in the table, want 7", by, n)
		}
	}
}

func TestRankPutsTheUnheardOfWithTheUnverified(t *testing.T) {
	if Rank("invented") != Rank(report.Unverified) {
		t.Error("a status nobody knows ranks better than unverified")
	}
	if !slices.IsSortedFunc(Worst, func(x, y string) int { return Rank(x) - Rank(y) }) {
		t.Error("Worst is not in the order of Rank")
	}
}

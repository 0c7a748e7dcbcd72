package ledger

import (
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/resolve"
)

func TestStatus(t *testing.T) {
	c1, c2 := &check.Check{ID: "one"}, &check.Check{ID: "two"}
	live, expired := &report.Waiver{}, &report.Waiver{Expired: true}
	for _, c := range []struct {
		name    string
		owner   resolve.Owner
		results []check.Outcome
		waivers map[*check.Check]*report.Waiver
		want    Status
	}{
		{"nothing checked", resolve.Customer, nil, nil, Unverified},
		{"passes", resolve.Customer, []check.Outcome{check.Pass, check.Pass}, nil, Verified},
		{"one fails", resolve.Customer, []check.Outcome{check.Pass, check.Fail}, nil, Failing},
		{"one unknown", resolve.Customer, []check.Outcome{check.Pass, check.Unknown}, nil, Unverified},
		{"fails and unknown", resolve.Customer, []check.Outcome{check.Fail, check.Unknown}, nil, Failing},
		{"waived", resolve.Customer, []check.Outcome{check.Fail, check.Pass}, map[*check.Check]*report.Waiver{c1: live}, Waived},
		{"waiver ran out", resolve.Customer, []check.Outcome{check.Fail}, map[*check.Check]*report.Waiver{c1: expired}, Failing},
		{"waived but another unknown", resolve.Customer, []check.Outcome{check.Fail, check.Unknown}, map[*check.Check]*report.Waiver{c1: live}, Unverified},
		{"does not apply", resolve.Customer, []check.Outcome{check.NotApplicable}, nil, Unverified},
		{"provider's", resolve.Provider, []check.Outcome{check.Provider}, nil, Unassured},
		{"owner unknown, passes", resolve.Unknown, []check.Outcome{check.Pass}, nil, Unverified},
		{"owner unknown, fails", resolve.Unknown, []check.Outcome{check.Fail}, nil, Failing},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &resolve.Decision{Owner: c.owner, Responsibility: &catalogue.Responsibility{ID: "x"}}
			other := &resolve.Decision{Owner: resolve.Customer, Responsibility: &catalogue.Responsibility{ID: "y"}}
			e := &Entry{Duties: []*resolve.Decision{d}, waivers: c.waivers}
			for i, o := range c.results {
				e.Results = append(e.Results, check.Result{Check: []*check.Check{c1, c2}[i], Duty: d, Outcome: o})
			}
			e.Results = append(e.Results, check.Result{Check: c2, Duty: other, Outcome: check.Fail}) // another duty's
			if got := e.status(d); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestFingerprintKeepsOverLineMoves(t *testing.T) {
	c := &check.Check{ID: "c"}
	a := &estate.Asset{ID: "aws_x.y", Location: estate.Location{File: "a.tf", Line: 1}}
	b := &estate.Asset{ID: "aws_x.y", Location: estate.Location{File: "a.tf", Line: 99}}
	if Fingerprint(c, a) != Fingerprint(c, b) {
		t.Error("the fingerprint changes with the line")
	}
	if Fingerprint(c, a) == Fingerprint(&check.Check{ID: "d"}, a) || Fingerprint(c, a) == Fingerprint(c, &estate.Asset{ID: "aws_x.z"}) {
		t.Error("two findings share a fingerprint")
	}
}

// TestReachIsBounded walks a circle and a wide star.
func TestReachIsBounded(t *testing.T) {
	cat, err := catalogue.Load(catalogue.Options{Today: time.Now()})
	if cat == nil {
		t.Fatal(err)
	}
	l := &Ledger{Catalogue: cat}
	hub := &estate.Asset{ID: "hub"}
	for range 3 * maxReach {
		spoke := &estate.Asset{ID: "spoke", Relations: []estate.Relation{{Name: "security_group", To: hub}}}
		l.Entries = append(l.Entries, Entry{Asset: spoke})
		hub.Relations = append(hub.Relations, estate.Relation{Name: "role", To: spoke})
	}
	if got := l.reach(hub, l.graph(true)); got.count < maxReach-1 || got.count > maxReach+1 {
		t.Errorf("reached %d, want about %d", got.count, maxReach)
	}
}

// TestExposure holds that a public endpoint behind a closed security group is
// not called reachable.
func TestExposure(t *testing.T) {
	yes, no, unknown := any(true), any(false), any(nil)
	for _, c := range []struct {
		facts map[string]any
		want  string
	}{
		{nil, "no"},
		{map[string]any{"publicly_accessible": yes}, "yes"},
		{map[string]any{"publicly_accessible": yes, "internet_exposed": no}, "no"},
		{map[string]any{"publicly_accessible": yes, "internet_exposed": unknown}, "unknown"},
		{map[string]any{"publicly_accessible": no, "internet_exposed": yes}, "yes"},
		{map[string]any{"internet_exposed": no, "policy_public": yes}, "yes"},
	} {
		a := &estate.Asset{}
		for name, v := range c.facts {
			f := estate.Fact{Name: name, Value: v}
			if v == nil {
				f.Unknown = "not known"
			}
			a.SetFact(f)
		}
		if got := exposure(a); got != c.want {
			t.Errorf("%v: %s, want %s", c.facts, got, c.want)
		}
	}
}

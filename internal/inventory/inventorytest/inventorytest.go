// Package inventorytest fills ledgers with made-up estates of any size, for
// benchmarks and load tests. What it writes depends on the size alone.
package inventorytest

import (
	"fmt"
	"iter"
	"time"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
)

// Sizes of an estate.
const (
	PerAsset    = 10 // findings of one asset
	duties      = 15 // of one asset
	accounts    = 200
	services    = 48
	checks      = 400
	accountsPer = 5 // in one source
)

// Estate is a made-up estate: sources that are much alike, each with accounts
// of its own.
type Estate struct {
	Assets    int
	PerSource int // assets of one source; all have as many
	Start     time.Time
}

// Sources is how many sources it is spread over.
func (e Estate) Sources() int { return max(1, e.Assets/e.PerSource) }

// Assessment is one source's part of the estate. Rounds differ in some
// results.
func (e Estate) Assessment(source, round int) *report.Assessment {
	n := e.PerSource
	p := part{source: source, round: round, n: n}
	a := &report.Assessment{
		Tool:       report.Tool{Name: "demarc", Version: "made-up"},
		AssessedAt: e.Start.AddDate(0, 0, round).Format(time.RFC3339),
		Assets:     p.assets, Duties: p.duties, Findings: p.findings,
		Summary: report.Summary{Assets: n, Duties: n * duties, Results: map[string]int{}},
	}
	for i := range 12 {
		a.Rows = append(a.Rows, report.Row{ID: fmt.Sprintf("row-%02d", i), Title: fmt.Sprintf("Row %d", i)})
	}
	for f := range a.Findings {
		a.Summary.Results[f.Result]++
	}
	return a
}

// part is the estate of one source.
type part struct{ source, round, n int }

func (p part) id(i int) string {
	return fmt.Sprintf("live/%03d:aws_thing.%s_%d", p.source, word(p.seed(i)), i)
}

// seed spreads what follows from an asset's number.
func (p part) seed(i int) int {
	x := uint64(p.source*p.n+i+1) * 0x9E3779B97F4A7C15
	return int((x ^ x>>29) >> 16 & 0x7fffffff)
}

var names = []string{"orders", "payments", "ledger", "search", "mail", "basket", "stock", "till", "report", "login", "edge", "batch", "media", "audit", "price", "cache"}

func word(seed int) string { return names[seed%len(names)] + "_" + names[seed/16%len(names)] }

var (
	providers = []string{"aws", "aws", "aws", "azure", "google", "kubernetes"}
	models    = []string{"iaas", "paas", "saas", "caas", "faas"}
	stages    = []string{"production", "staging", "development", ""}
	regions   = []string{"eu-west-1", "eu-central-1", "us-east-1", "ap-south-1"}
)

func (p part) asset(i int) report.Asset {
	s := p.seed(i)
	service := s % services
	account := (p.source*accountsPer + s/64%accountsPer) % accounts
	provider := providers[service%len(providers)]

	return report.Asset{
		ID: p.id(i), Address: p.id(i)[9:], Kind: fmt.Sprintf("kind-%d", service%30), KindTitle: fmt.Sprintf("Kind %d", service%30),
		Provider: provider, Service: fmt.Sprintf("%s/service-%d", provider, service), ServiceName: fmt.Sprintf("Service %d", service),
		Model: models[service%len(models)], NativeType: "aws_thing", Name: fmt.Sprintf("%s-%d-%d", word(s), p.source, i), Account: name(account),
		Region: regions[s/8%len(regions)], Environment: stages[account%len(stages)], Team: team(account),
		Tags:     map[string]string{"product": names[account%len(names)]},
		Location: estate.Location{File: fmt.Sprintf("live/%03d/main.tf", p.source), Line: i},
		Facts: report.FactsOf(map[string]report.Fact{
			"encrypted_at_rest": {Value: s%3 != 0, How: "set", Attribute: "encrypted"}, "internet_exposed": {Value: s%17 == 0, How: "derived"},
		}),
	}
}

func (p part) assets(yield func(report.Asset) bool) {
	for i := range p.n {
		if !yield(p.asset(i)) {
			return
		}
	}
}

// result of a check on an asset. In the second round some pass that failed,
// and the other way round.
func (p part) result(i, j int) string {
	s := p.seed(i) + j*7919 + p.round*(p.seed(i)%50/49)
	switch {
	case s%10 < 7:
		return report.Pass
	case s%10 < 9:
		return report.Fail
	}
	return report.ResultUnknown
}

func (p part) duties(yield func(report.Duty) bool) {
	for i := range p.n {
		s := p.seed(i)
		for j := range duties {
			d := report.Duty{
				Asset: p.id(i), Responsibility: fmt.Sprintf("area-%02d.do", j), Row: fmt.Sprintf("row-%02d", j%12),
				Owner: report.Customer, Party: report.Customer, Status: report.Verified, Basis: report.Basis{Rule: fmt.Sprintf("models#%d", s%5), Note: "It is so."},
			}
			switch {
			case j < PerAsset:
				result := p.result(i, j)
				d.Basis.Evidence = []report.Evidence{{Check: check(s, j), Result: result}}
				d.Status = map[string]string{report.Pass: report.Verified, report.Fail: report.Failing, report.ResultUnknown: report.Unverified}[result]
			case j == PerAsset && s%40 == 0:
				d.Owner, d.Party, d.Status = report.Unknown, "", report.Unverified
			default:
				d.Owner, d.Party, d.Status = report.Provider, providers[s%services%len(providers)], report.Unassured
			}
			if j == 0 && s%100 == 0 {
				d.ChangesOn, d.ChangesTo = fmt.Sprintf("2027-%02d-01", 1+s/100%12), report.Customer
			}
			if !yield(d) {
				return
			}
		}
	}
}

func check(seed, j int) string { return fmt.Sprintf("check-%d", (seed%services*PerAsset+j)%checks) }

// findings come by severity, as assessments have them.
func (p part) findings(yield func(report.Finding) bool) {
	for rank, severity := range report.Severities {
		for f := range p.bySeverity(rank) {
			f.Severity = severity
			if !yield(f) {
				return
			}
		}
	}
}

func (p part) bySeverity(rank int) iter.Seq[report.Finding] {
	return func(yield func(report.Finding) bool) {
		for i := range p.n {
			for j := range PerAsset {
				if (j*3+1)%4 != rank {
					continue
				}
				s := p.seed(i)
				result := p.result(i, j)
				f := report.Finding{
					Fingerprint: fmt.Sprintf("%04x%08x%02x", p.source, i, j), Check: check(s, j), Title: "A thing is as it should be", Result: result,
					Asset: p.id(i), Address: p.id(i)[9:], Responsibility: fmt.Sprintf("area-%02d.do", j), Row: fmt.Sprintf("row-%02d", j%12),
					Owner: report.Customer, Location: estate.Location{File: fmt.Sprintf("live/%03d/main.tf", p.source), Line: i}, Message: "A thing is as it should be",
				}
				if result != report.Pass {
					f.Message, f.Why, f.Remediation = "A thing is not as it should be", "It matters.", "Set it right."
				}
				if !yield(f) {
					return
				}
			}
		}
	}
}

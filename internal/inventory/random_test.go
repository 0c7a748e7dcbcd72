package inventory_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// made is an estate that a test makes up: assets with duties, each with the
// result of one check.
type made map[string]*madeAsset

type madeAsset struct {
	service, account string
	duties           map[string]madeDuty // by responsibility
}

type madeDuty struct{ owner, result string }

var (
	madeServices = []string{"aws/rds", "aws/sqs", "azure/vm"}
	madeAccounts = []string{"111", "222", ""}
	madeResults  = []string{report.Pass, report.Fail, report.Fail, report.ResultUnknown, report.ResultWaived, report.NotApplicable, ""}
	madeOwners   = []string{report.Customer, report.Customer, report.Provider, report.Unknown}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// shake changes some of it.
func (m made) shake(r *rand.Rand) {
	for range 1 + r.IntN(12) {
		id := fmt.Sprintf("main:asset-%d", r.IntN(12))
		a := m[id]
		if a == nil {
			a = &madeAsset{service: pick(r, madeServices), account: pick(r, madeAccounts), duties: map[string]madeDuty{}}
			m[id] = a
		}
		switch r.IntN(10) {
		case 0:
			delete(m, id)
		case 1:
			a.account = pick(r, madeAccounts)
		case 2:
			delete(a.duties, fmt.Sprintf("area-%d.do", r.IntN(6)))
		default:
			a.duties[fmt.Sprintf("area-%d.do", r.IntN(6))] = madeDuty{pick(r, madeOwners), pick(r, madeResults)}
		}
	}
}

func (d madeDuty) status() string {
	switch {
	case d.owner == report.Provider:
		return report.Unassured
	case d.result == report.Fail:
		return report.Failing
	case d.result == report.ResultUnknown || d.owner == report.Unknown:
		return report.Unverified
	case d.result == report.ResultWaived:
		return report.Waived
	case d.result == report.Pass:
		return report.Verified
	}
	return report.Unverified
}

// assessment is it in the published shape.
func (m made) assessment(day int) *report.Assessment {
	a := &report.Assessment{Tool: report.Tool{Name: "demarc", Version: "test"}, AssessedAt: start.AddDate(0, 0, day).Format("2006-01-02T15:04:05Z07:00")}
	a.Summary = report.Summary{Results: map[string]int{}}
	for i := range 6 {
		id := fmt.Sprintf("area-%d.do", i)
		a.Rows = append(a.Rows, report.Row{ID: fmt.Sprintf("row-%d", i%2), Title: "Row", Responsibilities: []report.Responsibility{{ID: id, Title: id}}})
	}
	a.Rows = a.Rows[:2]
	var assets []report.Asset
	var duties []report.Duty
	var findings []report.Finding
	for _, id := range slices.Sorted(maps.Keys(m)) {
		x := m[id]
		assets = append(assets, report.Asset{
			ID: id, Address: id[5:], Kind: "thing", Provider: x.service[:3], Service: x.service, Model: "paas", Account: x.account,
			Location: estate.Location{File: "main.tf", Line: 1},
		})
		for _, resp := range slices.Sorted(maps.Keys(x.duties)) {
			d := x.duties[resp]
			party := map[string]string{report.Provider: "aws", report.Customer: "customer"}[d.owner]
			duty := report.Duty{Asset: id, Responsibility: resp, Row: "row-" + string('0'+(resp[5]-'0')%2), Owner: d.owner, Party: party, Status: d.status(), Basis: report.Basis{Rule: "rule"}}
			if d.result != "" {
				result := d.result
				if d.owner == report.Provider {
					result = report.ProviderOwned
				}
				check := "check-" + resp[5:6]
				if result != report.NotApplicable {
					duty.Basis.Evidence = []report.Evidence{{Check: check, Result: result}}
				}
				f := report.Finding{
					Fingerprint: id + check, Check: check, Title: check, Severity: report.Severities[resp[5]%4], Result: result,
					Asset: id, Responsibility: resp, Row: duty.Row, Owner: d.owner,
				}
				if result == report.ResultWaived {
					f.Waiver = &report.Waiver{Source: "demarc.yaml"}
				}
				findings = append(findings, f)
				a.Summary.Results[result]++
			}
			duties = append(duties, duty)
		}
	}
	a.Summary.Assets, a.Summary.Duties = len(assets), len(duties)
	slices.SortStableFunc(findings, func(x, y report.Finding) int {
		return slices.Index(report.Severities, x.Severity) - slices.Index(report.Severities, y.Severity)
	})
	a.Assets, a.Duties, a.Findings = slices.Values(assets), slices.Values(duties), slices.Values(findings)
	return a
}

// facts is what a difference is taken of, by what it is about.
func (m made) facts() map[string]string {
	out := map[string]string{}
	for id, x := range m {
		out[id[5:]] = "there"
		for resp, d := range x.duties {
			out[id[5:]+" "+resp] = d.owner + " " + d.status()
			if d.owner != report.Provider && d.result == report.Fail {
				out[id[5:]+" failing "+resp] = "yes"
			}
		}
	}
	return out
}

// compared is what differs between two estates, taken directly.
func compared(was, now made) []string {
	a, b := was.facts(), now.facts()
	var out []string
	for key := range both(a, b) {
		asset := key
		for i := range key {
			if key[i] == ' ' {
				asset = key[:i]
				break
			}
		}
		whole := asset != key && a[asset] != b[asset]
		failing := len(key) > len(asset)+9 && key[len(asset):len(asset)+9] == " failing "
		if a[key] != b[key] && (!whole || failing) {
			out = append(out, fmt.Sprintf("%s: %q to %q", key, a[key], b[key]))
		}
	}
	slices.Sort(out)
	return out
}

func both(a, b map[string]string) map[string]bool {
	out := map[string]bool{}
	for _, m := range []map[string]string{a, b} {
		for k := range m {
			out[k] = true
		}
	}
	return out
}

// folded is the same from a difference of the ledger.
func folded(d *inventory.Difference) []string {
	var out []string
	for _, list := range d.Lists {
		for _, c := range list {
			switch {
			case c.Subject == "":
				out = append(out, fmt.Sprintf("%s: %q to %q", c.Address, there(c.Was.There), there(c.Now.There)))
			case c.Now.Check+c.Was.Check != "":
				was, now := failing(c.Was), failing(c.Now)
				if was != now {
					out = append(out, fmt.Sprintf("%s failing area-%s.do: %q to %q", c.Address, c.Subject[len(c.Subject)-1:], was, now))
				}
			default:
				out = append(out, fmt.Sprintf("%s %s: %q to %q", c.Address, c.Subject, duty(c.Was), duty(c.Now)))
			}
		}
	}
	slices.Sort(out)
	return out
}

func there(is bool) string {
	if is {
		return "there"
	}
	return ""
}

func failing(s inventory.State) string {
	if s.State == inventory.Open {
		return "yes"
	}
	return ""
}

func duty(s inventory.State) string {
	if !s.There {
		return ""
	}
	return s.Owner + " " + s.Status
}

// After any posts, what is counted is what is there, and the fold of the
// changes between any two snapshots is their difference.
func TestRandomPosts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		h.group("ones", tenant.Scope{Accounts: []string{"111"}})
		r := rand.New(rand.NewPCG(4, 2))
		type snapshot struct {
			id int64
			m  made
		}
		estates := map[int64]made{1: {}, 2: {}}
		taken := map[int64][]snapshot{}
		for day := range 60 {
			source := int64(1 + r.IntN(2))
			m := estates[source]
			m.shake(r)
			p, err := h.inv.Post(h.ctx(), h.system(), source, inventory.Meta{}, m.assessment(day))
			if err != nil {
				t.Fatal(err)
			}
			copied := made{}
			for id, a := range m {
				copied[id] = &madeAsset{a.service, a.account, maps.Clone(a.duties)}
			}
			taken[source] = append(taken[source], snapshot{p.Snapshot, copied})
			if day%10 == 9 {
				h.holds()
			}
		}
		for _, list := range taken {
			for range 40 {
				i, j := r.IntN(len(list)), r.IntN(len(list))
				if i > j {
					i, j = j, i
				}
				d, err := h.inv.BetweenSnapshots(h.ctx(), h.system(), 0, list[i].id, list[j].id)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(compared(list[i].m, list[j].m), folded(d)); diff != "" {
					t.Fatalf("from %d to %d (-direct +folded):\n%s", list[i].id, list[j].id, diff)
				}
			}
		}
	})
}

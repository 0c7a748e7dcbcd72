// Package ledger posts results to duties: findings, waivers and assurances
// settle the status of each duty, and the weakest links are ranked. A ledger
// is the central result of an assessment.
package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/resolve"
)

// Status of a duty.
type Status uint8

// The statuses, worst first. The zero value is Failing, so that a forgotten
// one is never taken for good.
const (
	Failing Status = iota
	Unverified
	Lapsed
	Unassured
	Waived
	Verified
	Assured
)

var statusNames = [...]string{
	report.Failing, report.Unverified, report.Lapsed, report.Unassured,
	report.Waived, report.Verified, report.Assured,
}

// String returns the status in the words of the report.
func (s Status) String() string { return statusNames[s] }

// Entry is an asset with its duties, results and statuses.
type Entry struct {
	Asset    *estate.Asset
	Duties   []*resolve.Decision // shared, must not be changed
	Statuses []Status            // one for each duty; shared as well
	Results  []check.Result      // of the checks that bear on them; shared, must not be changed
	waivers  map[*check.Check]*report.Waiver
}

// Waiver returns the waiver of a failing check on the entry's asset, or nil.
func (e *Entry) Waiver(c *check.Check) *report.Waiver { return e.waivers[c] }

// Ledger is all entries of a run.
type Ledger struct {
	Catalogue *catalogue.Catalogue
	Checks    *check.Set
	Entries   []Entry // sorted by asset id
	Baseline  map[string]bool
	Redact    func(string) string // masks credentials in text that is shown; may be nil
	TeamOf    func(a *estate.Asset, responsibility string) string

	byAsset map[*estate.Asset]*Entry
}

// Waive looks for the waiver of a failing result.
type Waive func(*estate.Asset, check.Result) *report.Waiver

// Post settles every duty's status. Each entry must have Asset, Duties and
// Results; waive may be nil.
func (l *Ledger) Post(waive Waive) {
	l.byAsset = make(map[*estate.Asset]*Entry, len(l.Entries))
	settled := map[profile][]Status{}
	for i := range l.Entries {
		e := &l.Entries[i]
		l.byAsset[e.Asset] = e
		if waive != nil {
			for _, r := range e.Results {
				if r.Outcome != check.Fail {
					continue
				}
				if w := waive(e.Asset, r); w != nil {
					if e.waivers == nil {
						e.waivers = map[*check.Check]*report.Waiver{}
					}
					e.waivers[r.Check] = w
				}
			}
		}
		if len(e.waivers) > 0 {
			e.Statuses = e.settle()
			continue
		}
		of := e.profile()
		statuses, ok := settled[of]
		if !ok {
			statuses = e.settle()
			settled[of] = statuses
		}
		e.Statuses = statuses
	}
}

// profile is what the statuses of an entry without waivers follow from: its
// duties and results, each by the first of a slice that entries share.
type profile struct {
	duties  **resolve.Decision
	results *check.Result
	asked   int // results
}

func (e *Entry) profile() profile {
	p := profile{asked: len(e.Results)}
	if len(e.Duties) > 0 {
		p.duties = &e.Duties[0]
	}
	if len(e.Results) > 0 {
		p.results = &e.Results[0]
	}
	return p
}

func (e *Entry) settle() []Status {
	out := make([]Status, len(e.Duties))
	for j, d := range e.Duties {
		out[j] = e.status(d)
	}
	return out
}

// status follows from the results that bear on the duty. No result at all is
// unverified, and one unknown result outweighs any number of passes.
func (e *Entry) status(d *resolve.Decision) Status {
	if d.Owner == resolve.Provider {
		return Unassured // nothing read so far carries evidence of the provider's side
	}
	failing, unknown, waived, passed := false, false, false, false
	for _, r := range e.Results {
		if r.Duty != d {
			continue
		}
		switch r.Outcome {
		case check.Fail:
			if w := e.waivers[r.Check]; w != nil && !w.Expired {
				waived = true
			} else {
				failing = true
			}
		case check.Unknown:
			unknown = true
		case check.Pass:
			passed = true
		}
	}
	switch {
	case failing:
		return Failing
	case unknown, d.Owner == resolve.Unknown:
		return Unverified
	case waived:
		return Waived
	case passed:
		return Verified
	}
	return Unverified
}

// Fingerprint identifies a finding across runs. It holds the check and the
// asset, not the line, so that it survives edits around them.
func Fingerprint(c *check.Check, a *estate.Asset) string {
	sum := sha256.Sum256([]byte(c.ID + "\x00" + a.ID))
	return hex.EncodeToString(sum[:12])
}

// Keep drops the entries that keep does not want from what is reported.
func (l *Ledger) Keep(keep func(service, account, region string) bool) {
	l.Entries = slices.DeleteFunc(l.Entries, func(e Entry) bool {
		return !keep(e.Asset.Service, e.Asset.Account, e.Asset.Region)
	})
}

package inventory

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
)

// buildFindings carries the findings of a thing on: what they are now, and
// what became of those it had.
func (b *batch) buildFindings(t *thing) error {
	old := make(map[string]*findingRow, len(t.oldFindings))
	for i := range t.oldFindings {
		old[t.oldFindings[i].Fingerprint] = &t.oldFindings[i]
	}
	seen := make(map[string]bool, len(t.found))
	for i := range t.found {
		f := &t.found[i]
		if seen[f.Fingerprint] {
			return fmt.Errorf("%w: %q has two findings %s of %s", ErrInvalid, clip(t.asset.ID, 200), f.Fingerprint, f.Check)
		}
		if f.Result == report.NotApplicable { // as if it had not been asked
			continue
		}
		seen[f.Fingerprint] = true
		if f.Result == report.ResultWaived {
			if t.waived == nil {
				t.waived = map[string]bool{}
			}
			t.waived[f.Check] = true
		}
		row, err := b.findingRow(t, f)
		if err != nil {
			return err
		}
		row.carry(old[f.Fingerprint], b.at)
		if row.State == Open {
			t.row.Severity = min(t.row.Severity, row.Severity)
		}
		t.finding = append(t.finding, row)
	}
	for i := range t.oldFindings {
		if f := t.oldFindings[i]; !seen[f.Fingerprint] && !f.FailingSince.IsZero() {
			f.dims = t.row.dims
			f.leave(b.at)
			t.finding = append(t.finding, f)
		}
	}
	return nil
}

func (b *batch) findingRow(t *thing, f *report.Finding) (findingRow, error) {
	detail, err := b.share(Text{f.Title, f.Why, f.Remediation, f.References, f.Controls, f.Aliases, f.AlsoReportedBy, f.Count})
	if err != nil {
		return findingRow{}, err
	}
	location, err := json.Marshal(f.Location, stable)
	if err != nil {
		return findingRow{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	row := findingRow{
		dims: t.row.dims, Fingerprint: f.Fingerprint, CheckID: f.Check, Severity: severityRank(f.Severity), Result: f.Result,
		Responsibility: label(f.Responsibility), Layer: label(f.Row), Owner: label(f.Owner), Message: text(f.Message, 4*maxText),
		Attribute: label(f.Attribute), Location: string(location), Tool: label(f.Tool), Detail: detail, FirstSeen: b.at,
	}
	if f.Team != "" {
		row.Team = label(f.Team)
	}
	if f.Waiver != nil {
		waiver, err := json.Marshal(f.Waiver, stable)
		if err != nil {
			return findingRow{}, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		row.Waiver = string(waiver)
	}
	return row, nil
}

// carry continues the story of a finding. Not being known neither resolves a
// failure nor begins one.
func (f *findingRow) carry(old *findingRow, at store.Time) {
	if old != nil {
		f.ID, f.FirstSeen, f.FailingSince, f.Resolved = old.ID, old.FirstSeen, old.FailingSince, old.Resolved
		f.Regressed, f.Regressions = old.Regressed, old.Regressions
	}
	switch f.Result {
	case report.Fail, report.ResultWaived:
		switch {
		case f.FailingSince.IsZero():
			f.FailingSince = at
		case !f.Resolved.IsZero():
			f.FailingSince, f.Regressed, f.Resolved = at, at, store.Time{}
			f.Regressions++
		}
	case report.ResultUnknown:
	default:
		f.resolve(at)
	}
	f.settle()
}

func (f *findingRow) resolve(at store.Time) {
	if !f.FailingSince.IsZero() && f.Resolved.IsZero() {
		f.Resolved, f.Regressed = at, store.Time{}
	}
}

// leave is the end of a finding that no longer comes up.
func (f *findingRow) leave(at store.Time) {
	if f.Gone.IsZero() {
		f.Gone = at
		f.resolve(at)
		f.settle()
	}
}

// settle sets the state that follows from the rest.
func (f *findingRow) settle() {
	switch {
	case !f.Gone.IsZero():
		f.State = Resolved
	case f.Result == report.Fail:
		f.State = Open
	case f.Result == report.ResultWaived:
		f.State = Waived
	case f.Result == report.ResultUnknown:
		f.State = Unverified
	case !f.FailingSince.IsZero():
		f.State = Resolved
	default:
		f.State = Passing
	}
}

// step names the change from old, which may be nil, to f; it is empty where
// there is nothing to tell.
func (f *findingRow) step(old *findingRow) string {
	was := ""
	if old != nil {
		was = old.State
	}
	switch {
	case f.State == was:
		return ""
	case f.State == Open && old != nil && f.Regressions > old.Regressions:
		return FindingRegressed
	case f.State == Open && (old == nil || old.FailingSince.IsZero()):
		return FindingNew
	case f.State == Open:
		return FindingReopened
	case f.State == Waived:
		return FindingWaived
	case f.State == Resolved && old != nil && old.Resolved.IsZero():
		return FindingResolved
	case f.State == Unverified && old != nil:
		return FindingBlinded
	case old != nil && was == Unverified:
		return FindingSettled
	}
	return ""
}

func (f *findingRow) text() State {
	if f == nil {
		return State{}
	}
	return State{There: f.Gone.IsZero(), Check: f.CheckID, Severity: severityName(f.Severity), State: f.State, Message: text(f.Message, maxLabel), Row: f.Layer}
}

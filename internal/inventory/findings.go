package inventory

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
)

var findingOrders = []order{
	{name: "severity", columns: []string{"severity", "id"}},
	{name: "newest", columns: []string{"failing_since", "id"}, desc: true},
	{name: "resolved", columns: []string{"resolved", "id"}, desc: true},
}

// Findings lists findings. Those that are open, where nothing else is asked.
func (inv *Inventory) Findings(ctx context.Context, who tenant.Who, ask FindingQuery) (Page[Finding], error) {
	s, err := reads(who, ask.Group)
	if err != nil {
		return Page[Finding]{}, err
	}
	o, err := choose(findingOrders, ask.Sort)
	if err != nil {
		return Page[Finding]{}, err
	}
	states := ask.States
	if len(states) == 0 {
		switch {
		case !ask.ResolvedSince.IsZero() || o.name == "resolved":
			states = []string{Resolved}
		case len(ask.Results) > 0:
			states = statesOf(ask.Results)
		case len(ask.Fingerprints) == 0:
			states = []string{Open}
		}
	}
	if states, err = inv.statesThere(ctx, who, ask, states); err != nil || len(states) == 1 && states[0] == "" {
		return Page[Finding]{Items: []Finding{}}, err
	}
	found, err := inv.search(ctx, s, ask.Text, fewOwners)
	if err != nil {
		return Page[Finding]{}, err
	}
	limit := ask.size()
	less := func(a, b *findingRow) int {
		switch o.name {
		case "newest":
			return cmp.Or(b.FailingSince.Compare(a.FailingSince.Time), cmp.Compare(b.ID, a.ID))
		case "resolved":
			return cmp.Or(b.Resolved.Compare(a.Resolved.Time), cmp.Compare(b.ID, a.ID))
		}
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.ID, b.ID))
	}
	rows, err := merged(states, limit, less, func(states []string) ([]findingRow, error) {
		bySource := o.name == "severity" && len(states) > 0 && states[0] != Passing
		return read(ctx, list{inv, "f", "asset", o, ask.Paging, s, ask.Where, bySource, func(q *bun.SelectQuery) *bun.SelectQuery {
			q = in(q, "f", "state", states)
			if len(states) > 0 && states[0] != Passing {
				q = q.Where("f.state <> ?", bun.Safe("'passing'")) // as the indexes have it
			}
			return ask.find(s, q, o)
		}}, found, less)
	})
	if err != nil {
		return Page[Finding]{}, err
	}
	var page Page[Finding]
	if len(rows) > limit {
		rows = rows[:limit]
		last := &rows[limit-1]
		page.Next = map[string]string{
			"severity": o.cursor(last.Severity, last.ID), "newest": o.cursor(last.FailingSince.UnixMilli(), last.ID),
			"resolved": o.cursor(last.Resolved.UnixMilli(), last.ID),
		}[o.name]
	}
	page.Items, err = inv.findingViews(ctx, who.Org, rows)
	return page, err
}

// statesThere leaves out the states that nothing in what is asked for is in;
// where none is left, it returns one that nothing has. What was resolved is not
// counted.
func (inv *Inventory) statesThere(ctx context.Context, who tenant.Who, ask FindingQuery, states []string) ([]string, error) {
	if len(states) == 0 {
		return states, nil
	}
	there, err := inv.there(ctx, who, ask.Where, ofFindings, [maxMeasureParts][]string{ask.Checks, ask.Severities, nil}, 2)
	if err != nil {
		return nil, err
	}
	left := slices.DeleteFunc(slices.Clone(states), func(s string) bool {
		result, counted := resultOf[s]
		return counted && s != Passing && !there[result] // what passes may have other results too
	})
	if len(left) == 0 {
		left = []string{""}
	}
	return left, nil
}

// statesOf are those that findings with some results can be in.
func statesOf(results []string) []string {
	var out []string
	for _, r := range results {
		switch r {
		case report.Fail:
			out = append(out, Open)
		case report.ResultWaived:
			out = append(out, Waived)
		case report.ResultUnknown:
			out = append(out, Unverified)
		default:
			out = append(out, Resolved, Passing)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// find narrows to the findings that are asked for, but for their state.
func (ask FindingQuery) find(s scope, q *bun.SelectQuery, o order) *bun.SelectQuery {
	q = ask.narrow(s.narrow(q, "f"), "f")
	q = in(q, "f", "check_id", ask.Checks)
	q = in(q, "f", "severity", ranks(ask.Severities, askedSeverity))
	q = in(q, "f", "result", ask.Results)
	if len(ask.Results) > 0 {
		q = q.Where("f.gone IS NULL")
	}
	q = in(q, "f", "layer", ask.Rows)
	q = in(q, "f", "responsibility", ask.Responsibilities)
	q = in(q, "f", "owner", ask.Owners)
	q = in(q, "f", "tool", ask.Tools)
	q = in(q, "f", "fingerprint", ask.Fingerprints)
	if ask.Regressed {
		q = q.Where("f.regressed IS NOT NULL")
	}
	if !ask.NewSince.IsZero() || o.name == "newest" {
		q = q.Where("f.failing_since >= ?", since(ask.NewSince))
	}
	if !ask.ResolvedSince.IsZero() || o.name == "resolved" {
		q = q.Where("f.resolved >= ?", since(ask.ResolvedSince))
	}
	return q
}

func (inv *Inventory) findingViews(ctx context.Context, org int64, rows []findingRow) ([]Finding, error) {
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].Asset
	}
	addresses, err := inv.addresses(ctx, org, ids)
	if err != nil {
		return nil, err
	}
	t, err := inv.titlesOf(ctx, org, nameCheck)
	if err != nil {
		return nil, err
	}
	out := make([]Finding, len(rows))
	for i := range rows {
		if out[i], err = rows[i].view(t); err != nil {
			return nil, err
		}
		out[i].Address = addresses[rows[i].Asset]
	}
	return out, nil
}

func (f *findingRow) view(t titles) (Finding, error) {
	out := Finding{
		ID: f.ID, Asset: f.Asset, Fingerprint: f.Fingerprint, Check: f.CheckID, Title: t.of(nameCheck, f.CheckID), Severity: severityName(f.Severity),
		Result: f.Result, State: f.State, Responsibility: f.Responsibility, Row: f.Layer, Owner: f.Owner, Message: f.Message,
		Attribute: f.Attribute, Tool: f.Tool, FirstSeen: f.FirstSeen.Time, FailingSince: f.FailingSince.Time, Resolved: f.Resolved.Time,
		Regressed: f.Regressed.Time, Regressions: f.Regressions, Gone: f.Gone.Time, Source: f.Source, Group: f.GroupID, Kind: f.Kind,
		Provider: f.Provider, Service: f.Service, Model: f.Model, Account: f.Account, Region: f.Region, Environment: f.Environment,
	}
	if f.Owner != report.Provider {
		out.Team = f.Team
	}
	if err := json.Unmarshal([]byte(f.Location), &out.Location); err != nil {
		return Finding{}, err
	}
	if f.Waiver != "" {
		if err := json.Unmarshal([]byte(f.Waiver), &out.Waiver); err != nil {
			return Finding{}, err
		}
	}
	return out, nil
}

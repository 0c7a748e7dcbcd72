package inventory

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
)

// differ lists what has to be written of a thing, and what changed.
func (b *batch) differ(t *thing) {
	c := &b.posted.Counts
	if t.there() {
		c.Changed++
	} else {
		c.New++
		if !b.posted.First {
			b.changes = append(b.changes, b.change(AssetAdded, t.group, t.id, t.row.Address, "", State{}, t.row.text()))
		}
	}
	b.describe(t)
	b.differDuties(t)
	b.differFindings(t)
}

func (a *assetRow) text() State {
	return State{There: true, Kind: a.Kind, Service: a.Service, Duties: a.Duties, Failing: a.Failing}
}

// describe writes the body, words, edges and instance of an asset.
func (b *batch) describe(t *thing) {
	body, err := json.Marshal(t.asset, stable)
	if err != nil {
		body = []byte("{}") // it was digested before
	}
	b.bodies.put(t.old == nil, bodyRow{Asset: t.id, Body: string(body)})
	if t.old != nil {
		b.redo = append(b.redo, t.id)
	}
	if r := t.instance; r.Instance != "" {
		if r.Asset = t.id; t.insider != nil {
			r.Inside = t.insider.id
		}
		b.instances = append(b.instances, r)
	}
	for _, w := range words(t.row.Address, t.row.Name) {
		b.words = append(b.words, wordRow{Asset: t.id, Word: w, Org: b.org})
	}
	type edge struct{ name, target string }
	seen := map[edge]bool{}
	for _, r := range t.asset.Relations {
		e := edge{label(r.Name), r.Asset}
		if r.Asset == "" || len(r.Asset) > maxUID || seen[e] || len(seen) == maxEdges {
			continue
		}
		seen[e] = true
		b.edges = append(b.edges, edgeRow{Asset: t.id, Name: e.name, Target: e.target, Source: b.source})
	}
}

// maxEdges bounds the relations of one asset that can be followed backwards.
const maxEdges = 500

func (b *batch) differDuties(t *thing) {
	c := &b.posted.Counts
	old := make(map[string]*dutyRow, len(t.oldDuties))
	for i := range t.oldDuties {
		old[t.oldDuties[i].Responsibility] = &t.oldDuties[i]
	}
	for i := range t.duties {
		d := &t.duties[i]
		was := old[d.Responsibility]
		delete(old, d.Responsibility)
		if was != nil && *was == *d {
			continue
		}
		b.duties.put(was == nil, *d)
		switch {
		case t.old == nil || b.posted.First:
		case was == nil:
			b.dutyChange(t, DutyAdded, d.Responsibility, State{}, b.dutyState(t, i), 0)
		case was.Owner != d.Owner || was.Party != d.Party:
			c.Moved++
			b.dutyChange(t, LineMoved, d.Responsibility, was.text(), b.dutyState(t, i), was.Basis)
		case was.Status != d.Status:
			c.Statuses++
			b.dutyChange(t, StatusChanged, d.Responsibility, was.text(), b.dutyState(t, i), was.Basis)
		}
	}
	for _, was := range old {
		b.dropDuties = append(b.dropDuties, *was)
		b.dutyChange(t, DutyGone, was.Responsibility, was.text(), State{}, was.Basis)
	}
}

// dutyChange lists a change of a duty; the basis before is filled in when the
// batch is written.
func (b *batch) dutyChange(t *thing, kind, responsibility string, was, now State, basis int64) {
	if basis != 0 {
		b.moved = append(b.moved, len(b.changes))
		b.movedFrom = append(b.movedFrom, basis)
	}
	b.changes = append(b.changes, b.change(kind, t.group, t.id, t.row.Address, responsibility, was, now))
}

func (d *dutyRow) text() State {
	return State{There: true, Owner: d.Owner, Party: d.Party, Status: d.Status, Row: d.Layer}
}

func (b *batch) dutyState(t *thing, i int) State {
	s := t.duties[i].text()
	basis := t.given[i].Basis
	s.Rule, s.Note = label(basis.Rule), label(basis.Note)
	return s
}

func (b *batch) differFindings(t *thing) {
	old := make(map[string]*findingRow, len(t.oldFindings))
	for i := range t.oldFindings {
		old[t.oldFindings[i].Fingerprint] = &t.oldFindings[i]
	}
	for i := range t.finding {
		f := &t.finding[i]
		was := old[f.Fingerprint]
		delete(old, f.Fingerprint)
		if was != nil && *was == *f {
			continue
		}
		row := *f
		row.ID = 0 // the row that is there keeps its own
		b.findings.put(was == nil, row)
		b.findingChange(t.group, t.row.Address, was, f)
	}
	for _, was := range old { // never failed, and no longer comes up
		b.dropFindings = append(b.dropFindings, was.ID)
	}
}

// findingChange lists and counts the change of a finding.
func (b *batch) findingChange(group int64, address string, was, now *findingRow) {
	if b.posted.First {
		return
	}
	c := &b.posted.Counts
	kind := now.step(was)
	switch kind {
	case "":
		return
	case FindingNew:
		c.Failing++
		b.tally.flow(group, key(flowNew, severityName(now.Severity)), 1)
	case FindingResolved:
		c.Resolved++
		b.tally.flow(group, key(flowResolved, severityName(now.Severity)), 1)
	case FindingRegressed:
		c.Regressed++
		b.tally.flow(group, key(flowRegressed, severityName(now.Severity)), 1)
	}
	b.changes = append(b.changes, b.change(kind, group, now.Asset, address, now.Fingerprint, was.text(), now.text()))
}

// explain fills in by which rule duties had the owner they had before.
func (b *batch) explain(ctx context.Context) error {
	if len(b.moved) == 0 {
		return nil
	}
	bases, err := readBases[report.Basis](ctx, b.tx, b.source, b.movedFrom)
	if err != nil {
		return err
	}
	for i, at := range b.moved {
		var s State
		if err := json.Unmarshal([]byte(b.changes[at].Was), &s); err != nil {
			return err
		}
		basis := bases[b.movedFrom[i]]
		s.Rule, s.Note = label(basis.Rule), label(basis.Note)
		b.changes[at].Was = s.text()
	}
	return nil
}

// readBases reads shared texts.
func readBases[T any](ctx context.Context, tx bun.IDB, source int64, hashes []int64) (map[int64]T, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	var rows []basisRow
	if err := tx.NewSelect().Model(&rows).Where("source = ? AND hash IN (?)", source, bun.List(hashes)).Scan(ctx); err != nil {
		return nil, err
	}
	out := make(map[int64]T, len(rows))
	for _, r := range rows {
		var v T
		if err := json.Unmarshal([]byte(r.Body), &v); err != nil {
			return nil, err
		}
		out[r.Hash] = v
	}
	return out, nil
}

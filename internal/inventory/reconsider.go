package inventory

import (
	"context"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Reconsider asks Accepted again about the findings with these fingerprints,
// in the transaction that changed the waivers, and brings findings, duties and
// counts up to date. It returns how many findings changed.
func (inv *Inventory) Reconsider(ctx context.Context, tx bun.Tx, org int64, fingerprints []string) (int, error) {
	affected := func(source int64) (out map[int64][]int64, err error) { // assets by source
		out = map[int64][]int64{}
		for part := range slices.Chunk(fingerprints, chunk) {
			var rows []findingRow
			q := tx.NewSelect().Model(&rows).Column("asset", "source").
				Where("org = ? AND fingerprint IN (?) AND gone IS NULL AND result IN (?, ?)", org, bun.List(part), report.Fail, report.ResultWaived)
			if source != 0 {
				q = q.Where("source = ?", source)
			}
			if err := q.Scan(ctx); err != nil {
				return nil, err
			}
			for _, r := range rows {
				out[r.Source] = append(out[r.Source], r.Asset)
			}
		}
		return out, nil
	}
	sources, err := affected(0)
	if err != nil {
		return 0, err
	}
	changed := 0
	for _, source := range slices.Sorted(maps.Keys(sources)) {
		if _, err := lock(ctx, inv.DB, tx, org, source); err != nil {
			return changed, err
		}
		assets, err := affected(source) // a post may have been under way
		if err != nil {
			return changed, err
		}
		n, err := inv.reconsider(ctx, tx, org, source, assets[source])
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}

// reconsider judges assets of one source, which is locked.
func (inv *Inventory) reconsider(ctx context.Context, tx bun.Tx, org, source int64, assets []int64) (changed int, err error) {
	accept := Accept(func(*report.Finding, int64) *report.Waiver { return nil })
	if inv.Accepted != nil {
		if accept, err = inv.Accepted(ctx, tx, org, source); err != nil {
			return 0, err
		}
	}
	p := &post{inv: inv, tx: tx, tree: tenant.NewTree(nil), org: org, source: source, at: kept(inv.Now()), tally: newTally(org, source), known: map[int64]bool{}}
	slices.Sort(assets)
	for part := range slices.Chunk(slices.Compact(assets), batchSize) {
		n, err := p.reconsider(ctx, part, accept)
		if err != nil {
			return changed, err
		}
		changed += n
	}
	// What is waived inside a machine, it is outside too.
	proved, err := tx.NewSelect().Model((*instanceRow)(nil)).Where("source = ? AND proved = 1", source).Exists(ctx)
	if err != nil {
		return changed, err
	}
	if changed > 0 && proved {
		if err := p.due(ctx); err != nil {
			return changed, err
		}
	}
	return changed, p.tally.write(ctx, tx, p.at.Time)
}

// reconsider judges some assets anew by the waivers alone.
func (p *post) reconsider(ctx context.Context, ids []int64, accept Accept) (int, error) {
	assets, duties, findings, err := loadAssets(ctx, p.tx, ids)
	if err != nil {
		return 0, err
	}
	var hashes []int64
	for _, ds := range duties {
		for i := range ds {
			hashes = append(hashes, ds[i].Basis)
		}
	}
	bases, err := readBases[report.Basis](ctx, p.tx, p.source, hashes)
	if err != nil {
		return 0, err
	}
	b, changed := newBatch(p), 0
	for i := range assets {
		t := &thing{old: &assets[i], oldDuties: duties[assets[i].ID], oldFindings: findings[assets[i].ID], id: assets[i].ID, group: assets[i].GroupID, row: assets[i]}
		n, err := b.judge(t, bases, accept)
		if err != nil {
			return changed, err
		}
		if n == 0 {
			continue
		}
		changed += n
		b.differDuties(t)
		b.differFindings(t)
		if t.there() {
			p.tally.count(-1, t.old, t.oldDuties, t.oldFindings)
			p.tally.count(1, &t.row, t.duties, t.finding)
		}
		t.row.ID = 0 // the row that is there keeps its own
		b.assets.put(false, t.row)
	}
	if err := b.assets.write(ctx, p.tx, "source, uid"); err != nil {
		return changed, err
	}
	return changed, b.flush(ctx)
}

// judge makes the rows of a thing as the waivers have them now, and returns
// how many of its findings differ. Its digest is dropped, so that the next post
// compares it.
func (b *batch) judge(t *thing, bases map[int64]report.Basis, accept Accept) (int, error) {
	results := map[string]string{} // by check, where they differ
	t.row.Severity, t.row.Digest = noSeverity, ""
	for _, f := range t.oldFindings {
		now, err := f.judge(t.row.UID, accept)
		if err != nil {
			return 0, err
		}
		if now != f {
			now.carry(&f, b.at)
			results[f.CheckID] = now.Result
		}
		if now.State == Open {
			t.row.Severity = min(t.row.Severity, now.Severity)
		}
		t.finding = append(t.finding, now)
	}
	if len(results) == 0 {
		return 0, nil
	}
	t.row.State, t.row.Failing, t.row.Unverified, t.row.Changed = noStatus, 0, 0, b.at
	for _, d := range t.oldDuties {
		basis := bases[d.Basis]
		evidence, differs := slices.Clone(basis.Evidence), false
		for i := range evidence {
			if r, ok := results[evidence[i].Check]; ok && evidence[i].From == "" && evidence[i].Result != r {
				evidence[i].Result, differs = r, true
			}
		}
		if differs {
			basis.Evidence = evidence
			hash, err := b.share(basis)
			if err != nil {
				return 0, err
			}
			d.Basis = hash
			switch status := weigh(evidence, d.Owner); {
			case d.Owner == report.Provider:
			case d.Known != "": // unverified all the same
				d.Known = status
			case status != d.Status:
				d.Status, d.Since = status, b.at
			}
		}
		t.duties = append(t.duties, d)
		t.given = append(t.given, report.Duty{Basis: basis})
		t.row.countDuty(&d)
	}
	return len(results), nil
}

// judge returns the finding as the waivers have it. A waiver that came with
// the source is not the control plane's to take back.
func (f findingRow) judge(uid string, accept Accept) (findingRow, error) {
	if !f.Gone.IsZero() || f.Result != report.Fail && f.Result != report.ResultWaived {
		return f, nil
	}
	r := report.Finding{
		Fingerprint: f.Fingerprint, Check: f.CheckID, Severity: severityName(f.Severity), Result: report.Fail, Asset: uid,
		Responsibility: f.Responsibility, Row: f.Layer, Owner: f.Owner, Team: f.Team, Message: f.Message, Tool: f.Tool,
	}
	if f.Waiver != "" {
		var w report.Waiver
		if err := json.Unmarshal([]byte(f.Waiver), &w); err != nil {
			return f, err
		}
		if w.Source != Here && f.Result == report.ResultWaived {
			return f, nil
		}
		if w.Source != Here { // one that ran out, and stays to be seen
			r.Waiver = &w
		}
	}
	waive(&r, accept(&r, f.GroupID))
	f.Result, f.Waiver = r.Result, ""
	if r.Waiver != nil {
		text, err := json.Marshal(r.Waiver, stable)
		if err != nil {
			return f, err
		}
		f.Waiver = string(text)
	}
	return f, nil
}

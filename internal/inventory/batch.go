package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/store"
)

// batch is some assets that differ from what the ledger holds, on their way
// into it.
type batch struct {
	*post
	things []*thing
	byUID  map[string]*thing

	bases        []basisRow
	assets       written[assetRow]
	bodies       written[bodyRow]
	words        []wordRow
	edges        []edgeRow
	redo         []int64 // assets whose words, edges and instances are written anew
	instances    []instanceRow
	duties       written[dutyRow]
	dropDuties   []dutyRow
	findings     written[findingRow]
	dropFindings []int64
	changes      []changeRow
	moved        []int // of changes, those that lack the reason before
	movedFrom    []int64
}

// written are rows to write: those that the ledger never had need no looking
// for the ones they would replace.
type written[T any] struct{ fresh, changed []T }

func (w *written[T]) put(fresh bool, row T) {
	if fresh {
		w.fresh = append(w.fresh, row)
	} else {
		w.changed = append(w.changed, row)
	}
}

func (w *written[T]) write(ctx context.Context, tx bun.Tx, key string) error {
	if err := store.Insert(ctx, tx, w.fresh, ""); err != nil {
		return err
	}
	return store.Upsert(ctx, tx, w.changed, key)
}

// thing is an asset as it was and as it is.
type thing struct {
	old         *assetRow // nil for one the ledger never had
	oldDuties   []dutyRow
	oldFindings []findingRow

	asset    *report.Asset
	given    []report.Duty
	found    []report.Finding
	id       int64
	group    int64
	digest   digest
	waived   map[string]bool // checks that the control plane waives on it
	instance instanceRow
	insider  *insider // who reports from inside it, if anybody does
	row      assetRow
	duties   []dutyRow
	finding  []findingRow
}

// there tells whether it was there in the snapshot before.
func (t *thing) there() bool { return t.old != nil && t.old.Gone.IsZero() }

func newBatch(p *post) *batch { return &batch{post: p, byUID: map[string]*thing{}} }

func (b *batch) add(e entry, id, group int64, d digest) {
	asset := *e.asset
	t := &thing{asset: &asset, given: slices.Clone(e.duties), id: id, group: group, digest: d}
	b.things = append(b.things, t)
	b.byUID[asset.ID] = t
}

func (b *batch) find(f report.Finding) {
	if t := b.byUID[f.Asset]; t != nil {
		t.found = append(t.found, f)
	}
}

// write compares and writes the batch.
func (b *batch) write(ctx context.Context) error {
	if err := b.load(ctx); err != nil {
		return err
	}
	if err := b.lookInside(ctx); err != nil {
		return err
	}
	for _, t := range b.things {
		if err := b.build(t); err != nil {
			return err
		}
		b.assets.put(t.old == nil, t.row)
	}
	if err := b.assets.write(ctx, b.tx, "source, uid"); err != nil {
		return err
	}
	if err := b.identify(ctx); err != nil {
		return err
	}
	for _, t := range b.things {
		b.differ(t)
		if t.there() {
			b.tally.count(-1, t.old, t.oldDuties, t.oldFindings)
		}
		b.tally.count(1, &t.row, t.duties, t.finding)
	}
	return b.flush(ctx)
}

// load reads what the ledger holds of the batch's assets.
func (b *batch) load(ctx context.Context) error {
	byID := map[int64]*thing{}
	var ids []int64
	for _, t := range b.things {
		if t.id != 0 {
			byID[t.id] = t
			ids = append(ids, t.id)
		}
	}
	assets, duties, findings, err := loadAssets(ctx, b.tx, ids)
	if err != nil {
		return err
	}
	for i := range assets {
		byID[assets[i].ID].old = &assets[i]
	}
	for id, t := range byID {
		t.oldDuties, t.oldFindings = duties[id], findings[id]
	}
	return nil
}

func loadAssets(ctx context.Context, tx bun.IDB, ids []int64) (assets []assetRow, duties map[int64][]dutyRow, findings map[int64][]findingRow, err error) {
	if len(ids) == 0 {
		return nil, nil, nil, nil
	}
	var ds []dutyRow
	var fs []findingRow
	if err := tx.NewSelect().Model(&assets).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, nil, nil, err
	}
	if err := tx.NewSelect().Model(&ds).Where("asset IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, nil, nil, err
	}
	if err := tx.NewSelect().Model(&fs).Where("asset IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, nil, nil, err
	}
	duties, findings = map[int64][]dutyRow{}, map[int64][]findingRow{}
	for i := range ds {
		duties[ds[i].Asset] = append(duties[ds[i].Asset], ds[i])
	}
	for i := range fs {
		findings[fs[i].Asset] = append(findings[fs[i].Asset], fs[i])
	}
	return assets, duties, findings, nil
}

// identify learns the ids of assets that are new.
func (b *batch) identify(ctx context.Context) error {
	var uids []string
	for _, t := range b.things {
		if t.id == 0 {
			uids = append(uids, t.asset.ID)
		}
	}
	if len(uids) > 0 {
		var rows []assetRow
		if err := b.tx.NewSelect().Model(&rows).Column("id", "uid").Where("source = ? AND uid IN (?)", b.source, bun.List(uids)).Scan(ctx); err != nil {
			return err
		}
		for _, r := range rows {
			b.byUID[r.UID].id = r.ID
		}
	}
	for _, t := range b.things {
		t.row.ID = t.id
		for i := range t.duties {
			t.duties[i].Asset = t.id
		}
		for i := range t.finding {
			t.finding[i].Asset = t.id
		}
	}
	return nil
}

// build makes the rows of a thing.
func (b *batch) build(t *thing) error {
	a := t.asset
	t.row = assetRow{
		dims: dims{
			Org: b.org, Source: b.source, GroupID: t.group, Kind: label(a.Kind), Provider: label(a.Provider), Service: label(a.Service),
			Model: label(a.Model), Account: label(a.Account), Region: label(a.Region), Environment: label(a.Environment), Team: label(a.Team),
		},
		UID: a.ID, Address: clip(a.Address, maxText), Name: label(a.Name), NativeType: label(a.NativeType), Path: clip(a.Location.File, maxText),
		Exposed: exposed(a), State: noStatus, Severity: noSeverity, Duties: len(t.given), FirstSeen: b.at, Changed: b.at, Digest: t.digest.String(),
	}
	if t.old != nil {
		t.row.FirstSeen = t.old.FirstSeen
	}
	if b.silent[t.row.Path] {
		t.row.Silent = b.at
		if t.old != nil && !t.old.Silent.IsZero() {
			t.row.Silent = t.old.Silent
		}
	}
	if err := b.buildFindings(t); err != nil {
		return err
	}
	return b.buildDuties(t)
}

func exposed(a *report.Asset) string {
	return report.Exposed(func(name string) (any, bool, bool) {
		f, ok := a.Facts.Get(name)
		return f.Value, f.Unknown == "", ok
	})
}

func (b *batch) buildDuties(t *thing) error {
	old := make(map[string]*dutyRow, len(t.oldDuties))
	for i := range t.oldDuties {
		old[t.oldDuties[i].Responsibility] = &t.oldDuties[i]
	}
	seen := map[string]bool{}
	for i := range t.given {
		d := &t.given[i]
		if seen[d.Responsibility] {
			return fmt.Errorf("%w: %q has two duties %s", ErrInvalid, clip(t.asset.ID, 200), d.Responsibility)
		}
		seen[d.Responsibility] = true
		t.settle(d)
		t.insider.inside(d, b.kindOutside(t))
		basis, err := b.share(d.Basis)
		if err != nil {
			return err
		}
		row := dutyRow{
			dims: t.row.dims, Responsibility: d.Responsibility, Layer: label(d.Row), Owner: d.Owner, Party: label(d.Party),
			Possible: label(strings.Join(d.Possible, ",")), Status: d.Status, Since: b.at, Basis: basis,
			ChangesOn: label(d.ChangesOn), ChangesTo: label(d.ChangesTo),
		}
		if !t.row.Silent.IsZero() {
			row.hush()
		}
		t.insider.quiet(&row, &d.Basis)
		if d.Team != "" {
			row.Team = label(d.Team)
		}
		if was := old[row.Responsibility]; was != nil && was.Status == row.Status {
			row.Since = was.Since
		}
		t.duties = append(t.duties, row)
		t.row.countDuty(&row)
	}
	return nil
}

// countDuty keeps the asset's own counts of the customer's duties.
func (a *assetRow) countDuty(d *dutyRow) {
	if d.Owner == report.Provider {
		return
	}
	a.State = min(a.State, matrix.Rank(d.Status))
	switch d.Status {
	case report.Failing:
		a.Failing++
	case report.Unverified:
		a.Unverified++
	}
}

// settle gives a failing duty the status it has with the control plane's
// waivers: what all its evidence comes to.
func (t *thing) settle(d *report.Duty) {
	if d.Status != report.Failing || len(t.waived) == 0 {
		return
	}
	evidence := slices.Clone(d.Basis.Evidence)
	for i := range evidence {
		if evidence[i].Result == report.Fail && evidence[i].From == "" && t.waived[evidence[i].Check] {
			evidence[i].Result = report.ResultWaived
		}
	}
	d.Basis.Evidence, d.Status = evidence, weigh(evidence, d.Owner)
}

// weigh is the status of the customer's duty that its evidence comes to, as
// the ledger of an assessment settles it.
func weigh(evidence []report.Evidence, owner string) string {
	has, inside := map[string]bool{}, map[string]bool{}
	for _, e := range evidence {
		inside[e.Check] = inside[e.Check] || e.From != ""
	}
	for _, e := range evidence {
		if e.From == "" && e.Result == report.ResultUnknown && inside[e.Check] {
			continue // who looked from the inside knows
		}
		has[e.Result] = true
	}
	switch {
	case has[report.Fail]:
		return report.Failing
	case has[report.ResultUnknown], owner == report.Unknown:
		return report.Unverified
	case has[report.ResultWaived]:
		return report.Waived
	case has[report.Pass]:
		return report.Verified
	}
	return report.Unverified
}

// share keeps a text that many rows have once, and returns its key.
func (b *batch) share(v any) (int64, error) {
	body, err := json.Marshal(v, stable)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	hash := hashOf(body)
	if !b.known[hash] {
		b.known[hash] = true
		b.bases = append(b.bases, basisRow{Source: b.source, Hash: hash, Org: b.org, Body: string(body)})
	}
	return hash, nil
}

// flush writes what differs.
func (b *batch) flush(ctx context.Context) error {
	for part := range slices.Chunk(b.redo, chunk) {
		for _, model := range []any{(*wordRow)(nil), (*edgeRow)(nil), (*instanceRow)(nil)} {
			if _, err := b.tx.NewDelete().Model(model).Where("asset IN (?)", bun.List(part)).Exec(ctx); err != nil {
				return err
			}
		}
	}
	for part := range slices.Chunk(b.dropDuties, chunk) {
		if _, err := b.tx.NewDelete().Model(&part).WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(b.dropFindings, chunk) {
		if _, err := b.tx.NewDelete().Model((*findingRow)(nil)).Where("id IN (?)", bun.List(part)).Exec(ctx); err != nil {
			return err
		}
	}
	if err := b.explain(ctx); err != nil {
		return err
	}
	for _, write := range []func() error{
		func() error { return store.Insert(ctx, b.tx, b.bases, "ON CONFLICT (source, hash) DO NOTHING") },
		func() error { return b.bodies.write(ctx, b.tx, "asset") },
		func() error { return store.Insert(ctx, b.tx, b.words, "") },
		func() error { return store.Insert(ctx, b.tx, b.edges, "") },
		func() error { return store.Insert(ctx, b.tx, b.instances, "") },
		func() error { return b.duties.write(ctx, b.tx, "asset, responsibility") },
		func() error { return b.findings.write(ctx, b.tx, "asset, fingerprint") },
		func() error { return b.record(ctx, b.changes) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

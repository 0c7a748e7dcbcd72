package inventory

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// RelationInside leads from a machine to the same as an agent sees it from the
// inside. The control plane makes it, where the provider's signed document
// says which machine the agent is on.
const RelationInside = "inside"

// guest begins the responsibilities of the operating system inside a machine.
const guest = "guest-os."

type instanceRow struct {
	bun.BaseModel `bun:"table:asset_instances,alias:i"`

	Asset    int64 `bun:",pk"`
	Org      int64
	Source   int64
	Provider string
	Account  string
	Region   string
	Instance string
	Proved   int64
	Inside   int64
}

type bindDueRow struct {
	bun.BaseModel `bun:"table:binds_due,alias:u"`

	Source int64 `bun:",pk"`
	Org    int64
	At     store.Time
}

// instanceOf is the machine that an asset is, with an empty id where nobody
// told.
func instanceOf(d *dims, a *report.Asset) instanceRow {
	return instanceRow{Org: d.Org, Source: d.Source, Provider: d.Provider, Account: d.Account, Region: d.Region, Instance: strings.ToLower(label(a.Instance))}
}

// same tells whether two rows are of one machine. The id is the provider's, of
// which there is one; account and region only may not speak against it.
func (r *instanceRow) same(other *instanceRow) bool {
	fits := func(a, b string) bool { return a == "" || b == "" || strings.EqualFold(a, b) }
	return r.Instance == other.Instance && r.Provider == other.Provider && fits(r.Account, other.Account) && fits(r.Region, other.Region)
}

// insider is a machine as an agent in it reports it.
type insider struct {
	id      int64
	address string
	silent  store.Time
	duties  map[string][]report.Evidence // by responsibility
}

// insiders finds who reports from the inside of machines, by the place of the
// machine in the list.
func insiders(ctx context.Context, tx bun.IDB, org int64, machines []instanceRow) (map[int]*insider, error) {
	var ids []string
	for i := range machines {
		if machines[i].Instance != "" && machines[i].Proved == 0 {
			ids = append(ids, machines[i].Instance)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		instanceRow
		Address string
		Silent  store.Time
	}
	err := tx.NewSelect().TableExpr("asset_instances AS i").Join("JOIN assets AS a ON a.id = i.asset").
		ColumnExpr("i.asset, i.org, i.source, i.provider, i.account, i.region, i.instance, a.address, a.silent").
		Where("i.org = ? AND i.proved = 1 AND i.instance IN (?) AND a.gone IS NULL", org, bun.List(ids)).OrderExpr("i.asset").Scan(ctx, &rows)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, used, byInstance := map[int]*insider{}, map[int64]*insider{}, map[string][]int{}
	for i := range rows {
		byInstance[rows[i].Instance] = append(byInstance[rows[i].Instance], i)
	}
	for i := range machines {
		var best *insider
		for _, at := range byInstance[machines[i].Instance] {
			r := &rows[at]
			// A server that enrolled again is there twice for a while: who speaks counts,
			// of those the one that came last.
			if machines[i].Proved == 0 && r.same(&machines[i]) && (best == nil || r.Silent.IsZero() || !best.silent.IsZero()) {
				best = &insider{id: r.Asset, address: r.Address, silent: r.Silent}
			}
		}
		if best != nil {
			if used[best.id] == nil {
				used[best.id] = best
			}
			out[i] = used[best.id]
		}
	}
	return out, loadInsiders(ctx, tx, used)
}

// loadInsiders reads the evidence on their duties.
func loadInsiders(ctx context.Context, tx bun.IDB, all map[int64]*insider) error {
	var duties []dutyRow
	err := tx.NewSelect().Model(&duties).Where("asset IN (?) AND gone IS NULL AND owner <> ?", bun.List(slices.Sorted(maps.Keys(all))), report.Provider).Scan(ctx)
	if err != nil {
		return err
	}
	hashes := map[int64][]int64{} // by source
	for i := range duties {
		hashes[duties[i].Source] = append(hashes[duties[i].Source], duties[i].Basis)
	}
	for source, list := range hashes {
		bases, err := readBases[report.Basis](ctx, tx, source, list)
		if err != nil {
			return err
		}
		for i := range duties {
			d, in := &duties[i], all[duties[i].Asset]
			if d.Source != source {
				continue
			}
			if in.duties == nil {
				in.duties = map[string][]report.Evidence{}
			}
			in.duties[d.Responsibility] = bases[d.Basis].Evidence
		}
	}
	return nil
}

// hasGuest tells whether somebody could look inside an asset of the kind.
func hasGuest(kind string) bool { return kind == "virtual-machine" || kind == "server" }

// inside lays what an agent inside saw beside what is known from the outside,
// instead of what the duty says of that, and returns whether it differs. in is nil
// where nobody reports.
func (in *insider) inside(d *report.Duty, kind string) (differs bool) {
	was := d.Basis
	own := slices.DeleteFunc(slices.Clone(was.Evidence), func(e report.Evidence) bool { return e.From != "" })
	d.Basis.Evidence, d.Basis.Inside = own, ""
	ofGuest := strings.HasPrefix(d.Responsibility, guest)
	if d.Owner == report.Provider || !hasGuest(kind) {
		in, ofGuest = nil, false
	}
	if in != nil {
		outside := map[string]bool{} // what is known without
		for _, e := range own {
			outside[e.Check] = outside[e.Check] || e.Result != report.ResultUnknown
		}
		for _, e := range in.duties[d.Responsibility] {
			if e.Result == report.ResultUnknown && (outside[e.Check] || !ofGuest) {
				continue // what cannot be seen from the inside is no news
			}
			e.From = in.address
			d.Basis.Evidence = append(d.Basis.Evidence, e)
		}
	}
	switch {
	case in == nil && ofGuest:
		d.Basis.Inside = "no agent reports from it"
	case in != nil && (ofGuest || len(d.Basis.Evidence) > len(own)):
		d.Basis.Inside = "the agent of " + in.address + " reports from it"
		if !in.silent.IsZero() {
			d.Basis.Inside = "the agent of " + in.address + ", inside it, does not report"
		}
	}
	if d.Owner != report.Provider && (len(d.Basis.Evidence) != len(own) || len(was.Evidence) != len(own)) {
		d.Status = weigh(d.Basis.Evidence, d.Owner)
	}
	return d.Basis.Inside != was.Inside || !slices.Equal(d.Basis.Evidence, was.Evidence)
}

// quiet makes the duty unverified while the agent that its evidence comes from
// does not report.
func (in *insider) quiet(d *dutyRow, basis *report.Basis) {
	if in != nil && !in.silent.IsZero() && slices.ContainsFunc(basis.Evidence, func(e report.Evidence) bool { return e.From != "" }) {
		d.hush()
	}
}

// kindOutside is the kind of an asset, and nothing for what an agent reports
// itself.
func (b *batch) kindOutside(t *thing) string {
	if b.proved {
		return ""
	}
	return t.row.Kind
}

// lookInside finds the insiders of a batch that is posted.
func (b *batch) lookInside(ctx context.Context) error {
	machines := make([]instanceRow, len(b.things))
	for i, t := range b.things {
		machines[i] = instanceOf(&dims{Org: b.org, Source: b.source, Provider: label(t.asset.Provider), Account: label(t.asset.Account), Region: label(t.asset.Region)}, t.asset)
		if b.proved {
			machines[i].Proved = 1
		}
	}
	found, err := insiders(ctx, b.tx, b.org, machines)
	for i, t := range b.things {
		t.instance, t.insider = machines[i], found[i]
	}
	return err
}

// due has machines of other sources told of what changed in this one.
func (p *post) due(ctx context.Context) error {
	row := &bindDueRow{Source: p.source, Org: p.org, At: kept(p.inv.Now())}
	// Later than what is there already: who works that off must not take this with it.
	_, err := p.tx.NewInsert().Model(row).On("CONFLICT (source) DO UPDATE").
		Set("at = CASE WHEN EXCLUDED.at > u.at THEN EXCLUDED.at ELSE u.at + 1 END").Exec(ctx)
	return err
}

// Bind brings machines up to date with what agents inside them reported since:
// each source in a transaction of its own.
func (inv *Inventory) Bind(ctx context.Context) error {
	var rows []bindDueRow
	if err := inv.DB.NewSelect().Model(&rows).Order("at", "source").Limit(100).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	for _, due := range rows {
		var sources []int64
		if err := toldOf(inv.DB.NewSelect(), due).ColumnExpr("DISTINCT i.source").Scan(ctx, &sources); err != nil {
			return store.Translate(err)
		}
		slices.Sort(sources)
		for _, source := range sources {
			err := inv.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error { return inv.bind(ctx, tx, due, source) })
			if err != nil {
				return err
			}
		}
		if _, err := inv.DB.NewDelete().Model((*bindDueRow)(nil)).Where("source = ? AND at = ?", due.Source, due.At).Exec(ctx); err != nil {
			return store.Translate(err)
		}
	}
	return nil
}

// toldOf selects the machines that what an agents' source says is about, or
// was.
func toldOf(q *bun.SelectQuery, due bindDueRow) *bun.SelectQuery {
	return q.TableExpr("asset_instances AS i").Where("i.org = ? AND i.proved = 0", due.Org).
		Where(`(i.inside IN (SELECT s.asset FROM asset_instances AS s WHERE s.source = ?)
			OR i.instance IN (SELECT s.instance FROM asset_instances AS s WHERE s.source = ? AND s.proved = 1))`, due.Source, due.Source)
}

func (inv *Inventory) bind(ctx context.Context, tx bun.Tx, due bindDueRow, source int64) error {
	if _, err := lock(ctx, inv.DB, tx, due.Org, source); err != nil {
		return err
	}
	var machines []instanceRow
	err := toldOf(tx.NewSelect(), due).ColumnExpr("i.*").Join("JOIN assets AS a ON a.id = i.asset").
		Where("i.source = ? AND a.gone IS NULL", source).OrderExpr("i.asset").Scan(ctx, &machines)
	if err != nil {
		return err
	}
	p := &post{inv: inv, tx: tx, tree: tenant.NewTree(nil), org: due.Org, source: source, at: kept(inv.Now()), tally: newTally(due.Org, source), known: map[int64]bool{}}
	for part := range slices.Chunk(machines, batchSize) {
		if err := p.bind(ctx, part); err != nil {
			return err
		}
	}
	return p.tally.write(ctx, tx, p.at.Time)
}

// bind gives some machines the evidence from inside them, or takes it away.
func (p *post) bind(ctx context.Context, machines []instanceRow) error {
	found, err := insiders(ctx, p.tx, p.org, machines)
	if err != nil {
		return err
	}
	byAsset, ids := map[int64]int{}, make([]int64, len(machines))
	for i := range machines {
		byAsset[machines[i].Asset], ids[i] = i, machines[i].Asset
	}
	assets, duties, findings, err := loadAssets(ctx, p.tx, ids)
	if err != nil {
		return err
	}
	var hashes []int64
	for _, ds := range duties {
		for i := range ds {
			hashes = append(hashes, ds[i].Basis)
		}
	}
	bases, err := readBases[report.Basis](ctx, p.tx, p.source, hashes)
	if err != nil {
		return err
	}
	b := newBatch(p)
	for i := range assets {
		a := &assets[i]
		t := &thing{
			old: a, oldDuties: duties[a.ID], oldFindings: findings[a.ID], finding: findings[a.ID], id: a.ID, group: a.GroupID, row: *a,
			instance: machines[byAsset[a.ID]], insider: found[byAsset[a.ID]],
		}
		if err := b.rebind(ctx, t, bases); err != nil {
			return err
		}
	}
	if err := b.assets.write(ctx, p.tx, "source, uid"); err != nil {
		return err
	}
	return b.flush(ctx)
}

// rebind makes the duties of a machine anew by who reports from inside it.
func (b *batch) rebind(ctx context.Context, t *thing, bases map[int64]report.Basis) error {
	now := int64(0)
	if t.insider != nil {
		now = t.insider.id
	}
	if now != t.instance.Inside {
		t.instance.Inside = now
		if _, err := b.tx.NewUpdate().Model(&t.instance).Column("inside").WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	t.row.State, t.row.Failing, t.row.Unverified = noStatus, 0, 0
	differs := false
	for _, d := range t.oldDuties {
		was := d
		if d.Known != "" {
			d.Status, d.Known = d.Known, ""
		}
		given := report.Duty{Responsibility: d.Responsibility, Owner: d.Owner, Status: d.Status, Basis: bases[d.Basis]}
		if t.insider.inside(&given, t.row.Kind) {
			hash, err := b.share(given.Basis)
			if err != nil {
				return err
			}
			d.Basis, d.Status = hash, given.Status
		}
		t.insider.quiet(&d, &given.Basis)
		if d.Status != was.Status {
			d.Since = b.at
		}
		differs = differs || d != was
		t.duties, t.given = append(t.duties, d), append(t.given, given)
		t.row.countDuty(&d)
	}
	if !differs {
		return nil
	}
	t.row.Changed = b.at
	b.differDuties(t)
	b.tally.count(-1, t.old, t.oldDuties, t.oldFindings)
	b.tally.count(1, &t.row, t.duties, t.finding)
	t.row.ID = 0 // the row that is there keeps its own
	b.assets.put(false, t.row)
	return nil
}

// insideRelations lead from a machine to the same one seen from the inside,
// and back.
func (inv *Inventory) insideRelations(ctx context.Context, s scope, a *assetRow) ([]Relation, error) {
	var rows []struct {
		ID      int64
		Address string
		Kind    string
		Inward  bool
	}
	err := s.narrow(inv.DB.NewSelect().TableExpr("asset_instances AS i").
		Join("JOIN assets AS a ON a.id = CASE WHEN i.asset = ? THEN i.inside ELSE i.asset END", a.ID), "a").
		ColumnExpr("a.id, a.address, a.kind, i.asset <> ? AS inward", a.ID).
		Where("(i.asset = ? OR i.inside = ?) AND i.inside <> 0 AND a.gone IS NULL", a.ID, a.ID).OrderExpr("a.id").Limit(maxInward).Scan(ctx, &rows)
	if err != nil {
		return nil, store.Translate(err)
	}
	var out []Relation
	for _, r := range rows {
		out = append(out, Relation{Name: RelationInside, Inward: r.Inward, Asset: r.ID, Address: r.Address, Kind: r.Kind})
	}
	return out, nil
}

package inventory

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// maxHistory bounds the changes shown with one thing; maxInward the relations
// that point at it.
const (
	maxHistory = 100
	maxInward  = 500
)

// Asset returns an asset with everything that is known of it.
func (inv *Inventory) Asset(ctx context.Context, who tenant.Who, id int64) (*AssetDetail, error) {
	s, err := reads(who, 0)
	if err != nil {
		return nil, err
	}
	row, err := inv.assetRow(ctx, s, id)
	if err != nil {
		return nil, err
	}
	out := &AssetDetail{Asset: row.view()}
	if out.Body, err = inv.body(ctx, id); err != nil {
		return nil, err
	}
	if out.Layers, err = inv.layers(ctx, row); err != nil {
		return nil, err
	}
	if out.Relations, err = inv.relations(ctx, s, row, out.Body.Relations); err != nil {
		return nil, err
	}
	inside, err := inv.insideRelations(ctx, s, row)
	if err != nil {
		return nil, err
	}
	out.Relations = append(inside, out.Relations...)
	var findings []findingRow
	if err := inv.DB.NewSelect().Model(&findings).Where("asset = ?", id).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	slices.SortFunc(findings, func(a, b findingRow) int {
		return cmp.Or(cmp.Compare(slices.Index(States, a.State), slices.Index(States, b.State)), cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.CheckID, b.CheckID))
	})
	if out.Findings, err = inv.findingViews(ctx, who.Org, findings); err != nil {
		return nil, err
	}
	if out.History, err = inv.history(ctx, who.Org, id, ""); err != nil {
		return nil, err
	}
	out.LastSeen, err = inv.lastSeen(ctx, row)
	return out, err
}

// assetRow finds an asset that may be read.
func (inv *Inventory) assetRow(ctx context.Context, s scope, id int64) (*assetRow, error) {
	row := new(assetRow)
	err := s.narrow(inv.DB.NewSelect().Model(row), "a").Where("a.id = ?", id).Scan(ctx)
	return row, store.Translate(err)
}

func (inv *Inventory) body(ctx context.Context, id int64) (report.Asset, error) {
	var row bodyRow
	var out report.Asset
	if err := inv.DB.NewSelect().Model(&row).Where("asset = ?", id).Scan(ctx); err != nil {
		return out, store.Translate(err)
	}
	err := json.Unmarshal([]byte(row.Body), &out)
	return out, err
}

// layers are the asset's duties by row of the matrix, each with its basis.
func (inv *Inventory) layers(ctx context.Context, a *assetRow) ([]Layer, error) {
	var duties []dutyRow
	if err := inv.DB.NewSelect().Model(&duties).Where("asset = ?", a.ID).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	hashes := make([]int64, len(duties))
	for i := range duties {
		hashes[i] = duties[i].Basis
	}
	bases, err := readBases[report.Basis](ctx, inv.DB, a.Source, hashes)
	if err != nil {
		return nil, store.Translate(err)
	}
	rows, err := inv.matrixRows(ctx, a.Org)
	if err != nil {
		return nil, store.Translate(err)
	}
	t, err := inv.titlesOf(ctx, a.Org, nameResponsibility)
	if err != nil {
		return nil, store.Translate(err)
	}
	var out []Layer
	layer, place := map[string]int{}, map[string]int{} // where rows and responsibilities stand
	for i, r := range rows {
		layer[r.ID] = i
		for j, resp := range r.Responsibilities {
			place[resp.ID] = j
		}
	}
	slices.SortFunc(duties, func(x, y dutyRow) int {
		return cmp.Or(cmp.Compare(layer[x.Layer], layer[y.Layer]), cmp.Compare(x.Layer, y.Layer),
			cmp.Compare(place[x.Responsibility], place[y.Responsibility]), cmp.Compare(x.Responsibility, y.Responsibility))
	})
	for i := range duties {
		d := duties[i].view(t)
		d.Address = a.Address
		if basis, ok := bases[duties[i].Basis]; ok {
			d.Basis = &basis
		}
		if len(out) == 0 || out[len(out)-1].Row != d.Row {
			title := d.Row
			if at, ok := layer[d.Row]; ok {
				title = rows[at].Title
			}
			out = append(out, Layer{Row: d.Row, Title: title})
		}
		out[len(out)-1].Duties = append(out[len(out)-1].Duties, d)
	}
	return out, nil
}

// relations are those the asset has and those that point at it.
func (inv *Inventory) relations(ctx context.Context, s scope, a *assetRow, written []report.Relation) ([]Relation, error) {
	uids := make([]string, 0, len(written))
	for _, r := range written {
		if r.Asset != "" {
			uids = append(uids, r.Asset)
		}
	}
	ends := map[string]assetRow{}
	if len(uids) > 0 {
		var rows []assetRow
		err := s.narrow(inv.DB.NewSelect().Model(&rows).Column("id", "uid", "address", "kind"), "a").
			Where("a.source = ? AND a.uid IN (?) AND a.gone IS NULL", a.Source, bun.List(uids)).Scan(ctx)
		if err != nil {
			return nil, store.Translate(err)
		}
		for _, r := range rows {
			ends[r.UID] = r
		}
	}
	var out []Relation
	for _, r := range written {
		end := ends[r.Asset]
		out = append(out, Relation{Name: r.Name, Asset: end.ID, Address: end.Address, Kind: end.Kind, Ref: r.Ref})
	}
	var inward []struct {
		Edge    string
		ID      int64
		Address string
		Kind    string
	}
	err := s.narrow(inv.DB.NewSelect().TableExpr("asset_edges AS e").Join("JOIN assets AS a ON a.id = e.asset"), "a").
		ColumnExpr("e.name AS edge, a.id, a.address, a.kind").
		Where("e.source = ? AND e.target = ? AND a.gone IS NULL", a.Source, a.UID).
		OrderExpr("e.name, a.id").Limit(maxInward).Scan(ctx, &inward)
	if err != nil {
		return nil, store.Translate(err)
	}
	for _, r := range inward {
		out = append(out, Relation{Name: r.Edge, Inward: true, Asset: r.ID, Address: r.Address, Kind: r.Kind})
	}
	return out, nil
}

// Finding returns a finding with its evidence.
func (inv *Inventory) Finding(ctx context.Context, who tenant.Who, id int64) (*FindingDetail, error) {
	s, err := reads(who, 0)
	if err != nil {
		return nil, err
	}
	var row findingRow
	if err := s.narrow(inv.DB.NewSelect().Model(&row), "f").Where("f.id = ?", id).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	views, err := inv.findingViews(ctx, who.Org, []findingRow{row})
	if err != nil {
		return nil, err
	}
	out := &FindingDetail{Finding: views[0]}
	asset, err := inv.assetRow(ctx, s, row.Asset)
	if err != nil {
		return nil, err
	}
	out.On = asset.view()
	details, err := readBases[Text](ctx, inv.DB, row.Source, []int64{row.Detail})
	if err != nil {
		return nil, store.Translate(err)
	}
	out.Text = details[row.Detail]
	layers, err := inv.layers(ctx, asset)
	if err != nil {
		return nil, err
	}
	out.Duty = bearing(layers, &row)
	body, err := inv.body(ctx, row.Asset)
	if err != nil {
		return nil, err
	}
	if out.Duty != nil && out.Duty.Basis != nil {
		for _, name := range out.Duty.Basis.Facts {
			if fact, ok := body.Facts.Get(name); ok {
				out.Facts = append(out.Facts, report.NamedFact{Name: name, Fact: fact})
			}
		}
	}
	out.History, err = inv.history(ctx, who.Org, row.Asset, row.Fingerprint)
	return out, err
}

// bearing finds the duty that a finding bears on: its evidence says so, or
// else the responsibility does.
func bearing(layers []Layer, f *findingRow) *Duty {
	var out *Duty
	for _, layer := range layers {
		for i := range layer.Duties {
			d := &layer.Duties[i]
			if d.Basis != nil && slices.ContainsFunc(d.Basis.Evidence, func(e report.Evidence) bool { return e.Check == f.CheckID }) {
				return d
			}
			if d.Responsibility == f.Responsibility {
				out = d
			}
		}
	}
	return out
}

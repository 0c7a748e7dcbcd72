package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
)

// What names are of.
const (
	nameRows           = "rows" // all rows of the matrix in one, in order
	nameResponsibility = "responsibility"
	nameCheck          = "check"
	nameKind           = "kind"
	nameService        = "service"
)

// maxNames bounds the names of an assessment, far above what the catalogue and
// the scanners beside it have.
const maxNames = 20_000

// names keeps the titles of an assessment, so that lists can show them.
func (p *post) names(ctx context.Context, ledger *ledgerRow) error {
	rows, sum, err := p.titles()
	if err != nil || ledger.Names == sum {
		return err
	}
	ledger.Names = sum
	var old []nameRow
	if err := p.tx.NewSelect().Model(&old).Where("org = ?", p.org).Scan(ctx); err != nil {
		return err
	}
	have := make(map[nameRow]bool, len(old))
	for _, row := range old {
		have[row] = true
	}
	rows = slices.DeleteFunc(rows, func(r nameRow) bool { return have[r] })
	return store.Upsert(ctx, p.tx, rows, "org, what, id")
}

// titles returns the names of an assessment in order, each once, with their
// digest.
func (p *post) titles() ([]nameRow, string, error) {
	byID := map[[2]string]nameRow{}
	put := func(what, id, title string, body any) error {
		row := nameRow{Org: p.org, What: what, ID: label(id), Title: label(title)}
		if body != nil {
			b, err := json.Marshal(body, stable)
			if err != nil {
				return err
			}
			row.Body = string(b)
		}
		byID[[2]string{what, row.ID}] = row
		return nil
	}
	if err := put(nameRows, "", "", p.a.Rows); err != nil {
		return nil, "", err
	}
	for _, r := range p.a.Rows {
		for _, resp := range r.Responsibilities {
			if err := put(nameResponsibility, resp.ID, resp.Title, nil); err != nil {
				return nil, "", err
			}
		}
	}
	for _, c := range p.a.Checks {
		if err := put(nameCheck, c.ID, c.Title, c); err != nil {
			return nil, "", err
		}
	}
	for a := range p.a.Assets {
		byID[[2]string{nameKind, label(a.Kind)}] = nameRow{Org: p.org, What: nameKind, ID: label(a.Kind), Title: label(a.KindTitle)}
		byID[[2]string{nameService, label(a.Service)}] = nameRow{Org: p.org, What: nameService, ID: label(a.Service), Title: label(a.ServiceName)}
	}
	if len(byID) > maxNames {
		return nil, "", fmt.Errorf("%w: the assessment names more than %d checks, kinds and services", ErrInvalid, maxNames)
	}
	rows := make([]nameRow, 0, len(byID))
	for _, row := range byID {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b nameRow) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.ID, b.ID)) })
	parts := make([]string, 0, 4*len(rows))
	for _, r := range rows {
		parts = append(parts, r.What, r.ID, r.Title, r.Body)
	}
	return rows, digestOf(parts...), nil
}

// titles of an organisation, for what a page shows.
type titles map[[2]string]string

func (t titles) of(what, id string) string { return cmp.Or(t[[2]string{what, id}], id) }

// titlesOf reads the titles of some kinds of names, without their bodies.
func (inv *Inventory) titlesOf(ctx context.Context, org int64, what ...string) (titles, error) {
	var rows []nameRow
	err := inv.DB.NewSelect().Model(&rows).Column("what", "id", "title").Where("org = ? AND what IN (?)", org, bun.List(what)).Scan(ctx)
	out := make(titles, len(rows))
	for _, r := range rows {
		out[[2]string{r.What, r.ID}] = r.Title
	}
	return out, err
}

// matrixRows returns the rows of the matrix as the latest post named them.
func (inv *Inventory) matrixRows(ctx context.Context, org int64) ([]report.Row, error) {
	var row []nameRow
	if err := inv.DB.NewSelect().Model(&row).Where("org = ? AND what = ?", org, nameRows).Scan(ctx); err != nil || len(row) == 0 {
		return nil, err
	}
	var out []report.Row
	err := json.Unmarshal([]byte(row[0].Body), &out)
	return out, err
}

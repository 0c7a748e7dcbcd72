package inventory

import (
	"context"
	"fmt"
	"slices"

	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// MatrixQuery asks for the matrix. It cannot be narrowed to kinds or regions.
type MatrixQuery struct {
	Where
	By string // one of matrix.Dimensions; the first where empty
}

// Matrix returns who owns what, and how well it is looked after: rows of the
// stack against a dimension.
func (inv *Inventory) Matrix(ctx context.Context, who tenant.Who, ask MatrixQuery) (*matrix.Table, error) {
	if ask.By == "" {
		ask.By = matrix.Dimensions[0]
	}
	if !slices.Contains(matrix.Dimensions, ask.By) {
		return nil, fmt.Errorf("%w: the matrix has no columns by %q", ErrInvalid, clip(ask.By, 40))
	}
	if len(ask.Kinds)+len(ask.Regions) > 0 {
		return nil, fmt.Errorf("%w: the matrix is not counted by kind or region", ErrInvalid)
	}
	all, s, err := inv.cells(ctx, who, ask.Group, ofDuties)
	if err != nil {
		return nil, err
	}
	rows, err := inv.matrixRows(ctx, who.Org)
	if err != nil {
		return nil, store.Translate(err)
	}
	named := map[string]string{}
	if ask.By == "service" {
		t, err := inv.titlesOf(ctx, who.Org, nameService)
		if err != nil {
			return nil, store.Translate(err)
		}
		for k, title := range t {
			named[k[1]] = title
		}
	}
	sums := map[string][]int{} // by column, then by key
	for c := range all.all {
		if !s.has(c.GroupID) || !ask.takes(c) {
			continue
		}
		column := c.column(ask.By)
		if sums[column] == nil {
			sums[column] = make([]int, len(all.keys))
		}
		for _, t := range c.counts {
			sums[column][t.key] += int(t.n)
		}
	}
	return matrix.Sum(ask.By, rows, named, func(yield func(matrix.Count) bool) {
		for column, byKey := range sums {
			for k, n := range byKey {
				key := &all.keys[k]
				if n != 0 && !yield(matrix.Count{Row: key[0], Column: column, Owner: key[1], Status: key[2], Duties: n}) {
					return
				}
			}
		}
	}), nil
}

// takes reports whether the cell is asked for.
func (w Where) takes(c *cell) bool {
	if len(w.Sources) > 0 && !slices.Contains(w.Sources, c.Source) {
		return false
	}
	for _, f := range w.fields() {
		if len(f.values) > 0 && !slices.Contains(f.values, c.column(f.name)) {
			return false
		}
	}
	return true
}

func (c *cell) column(by string) string {
	switch by {
	case "provider":
		return c.Provider
	case "service":
		return c.Service
	case "model":
		return c.Model
	case "kind":
		return c.Kind
	case "account":
		return c.Account
	case "region":
		return c.Region
	case "environment":
		return c.Environment
	case "team":
		return c.Team
	}
	return ""
}

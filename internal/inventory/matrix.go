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
	takes, columnOf := ask.taking(), columns[ask.By]
	column, at := "", []int(nil) // those of the last cell, which the next mostly shares
	for c := range all.all {
		if !s.has(c.GroupID) || !takes(c) {
			continue
		}
		if now := columnOf(c); at == nil || now != column {
			column = now
			if at = sums[column]; at == nil {
				at = make([]int, len(all.keys))
				sums[column] = at
			}
		}
		for _, t := range c.counts {
			at[t.key] += int(t.n)
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

// taking returns what reports whether a cell is asked for.
func (w Where) taking() func(*cell) bool {
	type filter struct {
		of     func(*cell) string
		values []string
	}
	var filters []filter
	for _, f := range w.fields() {
		if len(f.values) > 0 {
			filters = append(filters, filter{columns[f.name], f.values})
		}
	}
	return func(c *cell) bool {
		if len(w.Sources) > 0 && !slices.Contains(w.Sources, c.Source) {
			return false
		}
		for _, f := range filters {
			if !slices.Contains(f.values, f.of(c)) {
				return false
			}
		}
		return true
	}
}

// columns are the dimensions of cells that are text.
var columns = map[string]func(*cell) string{
	"provider":    func(c *cell) string { return c.Provider },
	"service":     func(c *cell) string { return c.Service },
	"model":       func(c *cell) string { return c.Model },
	"kind":        func(c *cell) string { return c.Kind },
	"account":     func(c *cell) string { return c.Account },
	"region":      func(c *cell) string { return c.Region },
	"environment": func(c *cell) string { return c.Environment },
	"team":        func(c *cell) string { return c.Team },
}

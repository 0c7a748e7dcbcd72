package inventory

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// placing returns how the assets of a source are put into groups.
func (inv *Inventory) placing(ctx context.Context, tx bun.Tx, tree *tenant.Tree, org, source int64) (func(*report.Asset) int64, error) {
	if inv.Home != nil {
		home, err := inv.Home(ctx, tx, org, source)
		if err != nil {
			return nil, err
		}
		if _, ok := tree.Group(home); ok {
			return func(*report.Asset) int64 { return home }, nil
		}
	}
	return func(a *report.Asset) int64 { return tree.Place(placed(source, a)) }, nil
}

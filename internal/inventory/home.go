package inventory

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// placing returns how the assets of a source are put into groups, and which
// group all of them lie in, if one was said.
func (inv *Inventory) placing(ctx context.Context, tx bun.Tx, tree *tenant.Tree, org, source int64) (place func(*report.Asset) int64, home int64, err error) {
	if inv.Home != nil {
		if home, err = inv.Home(ctx, tx, org, source); err != nil {
			return nil, 0, err
		}
		if _, ok := tree.Group(home); ok {
			return func(*report.Asset) int64 { return home }, home, nil
		}
	}
	return func(a *report.Asset) int64 { return tree.Place(placed(source, a)) }, home, nil
}

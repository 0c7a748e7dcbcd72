package inventory

import (
	"context"
	"slices"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// there returns the values of one part of the counts' keys that something has
// in what is asked for. A list of what nothing has would be looked for through
// everything that misses it by one filter.
func (inv *Inventory) there(ctx context.Context, who tenant.Who, w Where, what string, asked [maxMeasureParts][]string, part int) (map[string]bool, error) {
	all, s, err := inv.cells(ctx, who, w.Group, what)
	if err != nil {
		return nil, err
	}
	if what != ofAssets {
		w.Kinds, w.Regions = nil, nil // which these are not counted by
	}
	wanted := make([]bool, len(all.keys))
	for k := range all.keys {
		wanted[k] = true
		for i, values := range asked {
			if len(values) > 0 && !slices.Contains(values, all.keys[k][i]) {
				wanted[k] = false
			}
		}
	}
	out := map[string]bool{}
	for c := range all.all {
		if !s.has(c.GroupID) || !w.takes(c) {
			continue
		}
		for _, n := range c.counts {
			if wanted[n.key] {
				out[all.keys[n.key][part]] = true
			}
		}
	}
	return out, nil
}

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
	met := make([]bool, len(all.keys))
	takes := w.taking()
	for c := range all.all {
		if !s.has(c.GroupID) || !takes(c) {
			continue
		}
		for _, n := range c.counts {
			met[n.key] = true
		}
	}
	out := map[string]bool{}
	for k := range all.keys {
		if met[k] && wanted[k] {
			out[all.keys[k][part]] = true
		}
	}
	return out, nil
}

package check

import (
	"maps"
	"slices"

	"github.com/demarc-sec/demarc/internal/estate"
)

// Naming is how a check is known and counted on an asset: its severity there,
// the rows that stand for it, and the controls it evidences. It is shared
// between assets and must not be changed.
type Naming struct {
	Severity Severity
	Rows     []string // ids
	Controls []string // "cis-aws-7.0.0 3.1.4", its own and the rows'
}

// Naming returns how the check is known on the asset of the result, a.
func (r Result) Naming(a *estate.Asset) *Naming {
	if r.naming != nil {
		return r.naming
	}
	return r.Check.naming(a)
}

func (c *Check) naming(a *estate.Asset) *Naming {
	n := &Naming{Severity: c.SeverityOn(a), Controls: Controls(c.Controls)}
	for _, row := range c.RowsOn(a) {
		n.Rows = append(n.Rows, row.ID)
		for _, id := range Controls(row.Controls) {
			if !slices.Contains(n.Controls, id) {
				n.Controls = append(n.Controls, id)
			}
		}
	}
	return n
}

// conditional tells whether the naming depends on more than the asset's type.
func (c *Check) conditional() bool {
	return slices.ContainsFunc(c.Rows, func(r *Row) bool { return r.when != nil })
}

// Controls lists the controls of a table as "framework section", sorted by
// framework.
func Controls(m map[string][]string) []string {
	var out []string
	for _, framework := range slices.Sorted(maps.Keys(m)) {
		for _, section := range m[framework] {
			out = append(out, framework+" "+section)
		}
	}
	return out
}

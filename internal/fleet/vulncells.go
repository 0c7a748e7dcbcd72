package fleet

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// vulnCellRow is how many servers of a group have a vulnerability in one way.
type vulnCellRow struct {
	bun.BaseModel `bun:"table:vulnerability_cells,alias:c"`

	Vuln     int64
	Org      int64
	GroupID  int64
	System   string
	Severity int64
	Fix      string
	Used     string
	Fixed    string
	N        int64
}

// vulnTally is how those counts differ after a transaction. N is nothing in its
// keys.
type vulnTally map[vulnCellRow]int64

func (t vulnTally) add(r *foundRow, n int64) {
	t[vulnCellRow{Vuln: r.Vuln, Org: r.Org, GroupID: r.GroupID, System: r.System, Severity: r.Severity, Fix: r.Fix, Used: r.Used, Fixed: r.Fixed}] += n
}

func (t vulnTally) write(ctx context.Context, tx bun.Tx) error {
	rows := make([]vulnCellRow, 0, len(t))
	for r, n := range maps.All(t) {
		if r.N = n; n != 0 {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b vulnCellRow) int { // in one order, so that no two transactions wait for each other
		return cmp.Or(cmp.Compare(a.Vuln, b.Vuln), cmp.Compare(a.GroupID, b.GroupID), strings.Compare(a.System, b.System), cmp.Compare(a.Severity, b.Severity),
			strings.Compare(a.Fix, b.Fix), strings.Compare(a.Used, b.Used), strings.Compare(a.Fixed, b.Fixed))
	})
	return store.Insert(ctx, tx, rows, "ON CONFLICT (vuln, group_id, system, severity, fix, used, fixed) DO UPDATE SET n = vulnerability_cells.n + EXCLUDED.n")
}

// sweepVulnerabilities takes out what no server has any more, and sets the
// severity of the rest to the worst that one still has.
func (f *Fleet) sweepVulnerabilities(ctx context.Context, worth bool) error {
	if !worth {
		return nil
	}
	worst := "(SELECT MIN(c.severity) FROM vulnerability_cells AS c WHERE c.vuln = vulnerabilities.id AND c.n > 0)"
	var errs []error
	for _, q := range []string{
		"DELETE FROM vulnerability_cells WHERE n = 0",
		"DELETE FROM vulnerabilities WHERE NOT EXISTS (SELECT 1 FROM vulnerability_cells AS c WHERE c.vuln = vulnerabilities.id)",
		"UPDATE vulnerabilities SET severity = " + worst + " WHERE severity <> " + worst,
		"UPDATE vulnerabilities SET place = " + place + " WHERE place <> " + place,
	} {
		if _, err := f.DB.ExecContext(ctx, q); err != nil {
			errs = append(errs, store.Translate(err))
		}
	}
	return errors.Join(errs...)
}

package fleet

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// What is counted, and by how many dimensions.
const (
	ofAgents     = "agents"
	ofIntegrity  = "integrity"
	ofCoverage   = "coverage"
	ofDetections = "detections"
	ofSoftware   = "software"
	ofFound      = "vulnerabilities"

	dims = 5
)

// cell is one combination of what lists filter by.
type cell struct {
	org   int64
	what  string
	group int64
	by    [dims]string
}

func (c cell) compare(d cell) int {
	return cmp.Or(cmp.Compare(c.org, d.org), strings.Compare(c.what, d.what), cmp.Compare(c.group, d.group), slices.Compare(c.by[:], d.by[:]))
}

type cellRow struct {
	bun.BaseModel `bun:"table:fleet_cells"`

	Org     int64
	What    string
	GroupID int64
	A       string
	B       string
	C       string
	D       string
	E       string
	N       int64
}

// tally is how counts differ after a transaction.
type tally map[cell]int64

func (t *tally) add(c cell, n int64) {
	if *t == nil {
		*t = tally{}
	}
	for i := range c.by {
		c.by[i] = line(c.by[i], 200)
	}
	(*t)[c] += n
}

// write adds the differences, in an order in which two transactions wait for
// each other and never both.
func (t tally) write(ctx context.Context, tx bun.Tx) error {
	var rows []cellRow
	for _, c := range slices.SortedFunc(maps.Keys(t), cell.compare) {
		if n := t[c]; n != 0 {
			rows = append(rows, cellRow{Org: c.org, What: c.what, GroupID: c.group, A: c.by[0], B: c.by[1], C: c.by[2], D: c.by[3], E: c.by[4], N: n})
		}
	}
	return store.Insert(ctx, tx, rows, "ON CONFLICT (org, what, group_id, a, b, c, d, e) DO UPDATE SET n = fleet_cells.n + EXCLUDED.n")
}

// Count is how many there are of one value.
type Count struct {
	Value string
	N     int64
}

// Facet is the values of one dimension, the most frequent first.
type Facet struct {
	Name   string
	Values []Count
}

// facets sums cells: each dimension over what the filters of the others leave,
// so that people see what else they could choose.
func (f *Fleet) facets(ctx context.Context, who tenant.Who, group int64, what string, names []string, asked [dims][]string) (total int64, facets []Facet, err error) {
	reach := who.Reach(tenant.Read).Within(who.Tree, group)
	var rows []cellRow
	q := store.InReach(f.DB.NewSelect().Model(&rows).Where("org = ? AND what = ? AND n > 0", who.Org, what), "group_id", reach)
	if err := q.Scan(ctx); err != nil {
		return 0, nil, store.Translate(err)
	}
	sums := make([]map[string]int64, len(names))
	groups := map[int64]int64{}
	for i := range sums {
		sums[i] = map[string]int64{}
	}
	for _, r := range rows {
		by, misses, missed := [dims]string{r.A, r.B, r.C, r.D, r.E}, 0, 0
		for i := range by {
			if len(asked[i]) > 0 && !slices.Contains(asked[i], by[i]) {
				misses, missed = misses+1, i
			}
		}
		if misses == 0 {
			total += r.N
			groups[r.GroupID] += r.N
		}
		for i := range names {
			if misses == 0 || misses == 1 && missed == i {
				sums[i][by[i]] += r.N
			}
		}
	}
	for i, name := range names {
		facets = append(facets, Facet{name, counted(sums[i])})
	}
	return total, append(facets, Facet{"group", countedGroups(groups)}), nil
}

func counted(sums map[string]int64) []Count {
	out := make([]Count, 0, len(sums))
	for v, n := range sums {
		out = append(out, Count{v, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Value, b.Value)) })
	return out[:min(len(out), 200)]
}

// sweepCells takes out combinations that nothing is in any more.
func (f *Fleet) sweepCells(ctx context.Context) error {
	_, err := f.DB.NewDelete().Model((*cellRow)(nil)).Where("n = 0").Exec(ctx)
	return store.Translate(err)
}

func countedGroups(sums map[int64]int64) []Count {
	text := make(map[string]int64, len(sums))
	for g, n := range sums {
		text[strconv.FormatInt(g, 10)] = n
	}
	return counted(text)
}

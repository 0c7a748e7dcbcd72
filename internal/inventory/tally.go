package inventory

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// What cells count.
const (
	ofAssets   = "assets"
	ofDuties   = "duties"
	ofFindings = "findings"
)

// Measures of totals and points. Those of duties are the owner and the status,
// those of open findings the severity; flows are in points only.
const (
	measureAssets   = "assets"
	measureDuty     = "duty"
	measureOpen     = "open"
	measureFinding  = "finding"
	flowNew         = "new"
	flowResolved    = "resolved"
	flowRegressed   = "regressed"
	separator       = "\t"
	maxMeasureParts = 3
)

// counts are numbers by key; keys are parts joined by separator.
type counts map[string]int

// text writes one line for each key that is not zero, sorted.
func (c counts) text() string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(c)) {
		if n := c[key]; n != 0 {
			b.WriteString(key)
			b.WriteString(separator)
			b.WriteString(strconv.Itoa(n))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// eachCount reads what text wrote, without making a map of it.
func eachCount(text string, f func(key string, n int)) {
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		i := strings.LastIndex(line, separator)
		if i < 0 {
			continue
		}
		if n, err := strconv.Atoi(line[i+1:]); err == nil {
			f(line[:i], n)
		}
	}
}

func (c counts) add(text string) {
	eachCount(text, func(key string, n int) { c[key] += n })
}

// cut splits a key into its parts.
func cut(key string) [maxMeasureParts]string {
	var out [maxMeasureParts]string
	for i := range out {
		var more bool
		out[i], key, more = strings.Cut(key, separator)
		if !more {
			break
		}
	}
	return out
}

// tally gathers how the counts of one source change.
type tally struct {
	org, source int64
	cells       map[cellKey]counts
	totals      map[int64]counts // by group
	flows       map[int64]counts
}

type cellKey struct {
	what string
	at   dims
}

func newTally(org, source int64) *tally {
	return &tally{org, source, map[cellKey]counts{}, map[int64]counts{}, map[int64]counts{}}
}

func key(parts ...string) string { return strings.Join(parts, separator) }

func bump[K comparable](m map[K]counts, at K, key string, n int) {
	c := m[at]
	if c == nil {
		c = counts{}
		m[at] = c
	}
	c[key] += n
}

// count adds an asset that is there with its duties and findings, or takes it
// away where sign is -1.
func (t *tally) count(sign int, a *assetRow, duties []dutyRow, findings []findingRow) {
	at := a.dims
	bump(t.cells, cellKey{ofAssets, at}, key(statusName(a.State), severityName(a.Severity), a.Exposed), sign)
	bump(t.totals, a.GroupID, measureAssets, sign)
	for i := range duties {
		d := &duties[i]
		bump(t.cells, cellKey{ofDuties, d.narrow()}, key(d.Layer, d.Owner, d.Status), sign)
		bump(t.totals, a.GroupID, key(measureDuty, d.Owner, d.Status), sign)
	}
	for i := range findings {
		f := &findings[i]
		if !f.Gone.IsZero() {
			continue
		}
		bump(t.cells, cellKey{ofFindings, f.narrow()}, key(f.CheckID, severityName(f.Severity), f.Result), sign)
		bump(t.totals, a.GroupID, key(measureFinding, f.Result), sign)
		if f.State == Open {
			bump(t.totals, a.GroupID, key(measureOpen, severityName(f.Severity)), sign)
		}
	}
}

// narrow leaves out what only assets are counted by.
func (d dims) narrow() dims {
	d.Kind, d.Region = "", ""
	return d
}

func (t *tally) flow(group int64, what string, n int) { bump(t.flows, group, what, n) }

// write brings cells, totals and the day's points up to date.
func (t *tally) write(ctx context.Context, tx bun.Tx, at time.Time) error {
	if err := t.writeCells(ctx, tx); err != nil {
		return err
	}
	if err := t.writeTotals(ctx, tx); err != nil {
		return err
	}
	return t.writePoints(ctx, tx, day(at))
}

func day(at time.Time) int64 { return at.Unix() / (24 * 60 * 60) }

func (t *tally) writeCells(ctx context.Context, tx bun.Tx) error {
	changed := make(map[cellKey]counts, len(t.cells))
	for k, c := range t.cells {
		if c.text() != "" {
			changed[k] = c
		}
	}
	if len(changed) == 0 {
		return nil
	}
	var old []cellRow
	if err := tx.NewSelect().Model(&old).Where("source = ?", t.source).Scan(ctx); err != nil {
		return err
	}
	for i := range old {
		if c, ok := changed[old[i].key()]; ok {
			c.add(old[i].Counts)
		}
	}
	if _, err := tx.NewUpdate().Model((*ledgerRow)(nil)).Set("version = version + 1").Where("source = ?", t.source).Exec(ctx); err != nil {
		return err
	}
	var keep, drop []cellRow
	for k, c := range changed {
		row := k.row()
		if row.Counts = c.text(); row.Counts == "" {
			drop = append(drop, row)
		} else {
			keep = append(keep, row)
		}
	}
	for part := range slices.Chunk(drop, chunk) {
		if _, err := tx.NewDelete().Model(&part).WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	return store.Upsert(ctx, tx, keep, "source, what, group_id, provider, service, model, kind, account, region, environment, team")
}

func (c *cellRow) key() cellKey {
	return cellKey{c.What, dims{c.Org, c.Source, c.GroupID, c.Kind, c.Provider, c.Service, c.Model, c.Account, c.Region, c.Environment, c.Team}}
}

func (k cellKey) row() cellRow {
	d := k.at
	return cellRow{
		What: k.what, Org: d.Org, Source: d.Source, GroupID: d.GroupID, Kind: d.Kind, Provider: d.Provider, Service: d.Service,
		Model: d.Model, Account: d.Account, Region: d.Region, Environment: d.Environment, Team: d.Team,
	}
}

func (t *tally) writeTotals(ctx context.Context, tx bun.Tx) error {
	if len(t.totals) == 0 {
		return nil
	}
	var old []totalRow
	if err := tx.NewSelect().Model(&old).Where("source = ?", t.source).Scan(ctx); err != nil {
		return err
	}
	sums := map[int64]counts{}
	for group, c := range t.totals {
		sums[group] = maps.Clone(c)
	}
	for _, row := range old {
		if c, ok := sums[row.GroupID]; ok {
			c.add(row.Counts)
		}
	}
	rows := make([]totalRow, 0, len(sums))
	for _, group := range slices.Sorted(maps.Keys(sums)) {
		rows = append(rows, totalRow{Source: t.source, GroupID: group, Org: t.org, Counts: sums[group].text()})
	}
	return store.Upsert(ctx, tx, rows, "source, group_id")
}

func (t *tally) writePoints(ctx context.Context, tx bun.Tx, day int64) error {
	sums := map[int64]counts{}
	for _, from := range []map[int64]counts{t.totals, t.flows} {
		for group, c := range from {
			for k, n := range c {
				bump(sums, group, k, n)
			}
		}
	}
	var old []pointRow
	if err := tx.NewSelect().Model(&old).Where("source = ? AND day = ?", t.source, day).Scan(ctx); err != nil {
		return err
	}
	for _, row := range old {
		if c, ok := sums[row.GroupID]; ok {
			c.add(row.Counts)
		}
	}
	var rows []pointRow
	for _, group := range slices.Sorted(maps.Keys(sums)) {
		rows = append(rows, pointRow{Source: t.source, Day: day, GroupID: group, Org: t.org, Counts: sums[group].text()})
	}
	return store.Upsert(ctx, tx, rows, "source, day, group_id")
}

// chunk is how many rows one statement names.
const chunk = 2000

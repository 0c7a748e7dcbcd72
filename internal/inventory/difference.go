package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// maxFolded bounds the changes one difference looks at.
const maxFolded = 100_000

// BetweenSnapshots returns what differs from one snapshot of a source to a
// later one of it.
func (inv *Inventory) BetweenSnapshots(ctx context.Context, who tenant.Who, group, from, to int64) (*Difference, error) {
	s, err := reads(who, group)
	if err != nil {
		return nil, err
	}
	a, err := inv.snapshotRow(ctx, who.Org, from)
	if err != nil {
		return nil, err
	}
	b, err := inv.snapshotRow(ctx, who.Org, to)
	if err != nil {
		return nil, err
	}
	if a.Source != b.Source {
		return nil, fmt.Errorf("%w: the snapshots are of two sources", ErrInvalid)
	}
	if a.ID > b.ID {
		a, b = b, a
	}
	var rows []changeRow
	// What a waiver changed between two snapshots belongs to the later one.
	q := s.narrow(inv.DB.NewSelect().Model(&rows), "c").
		Where("c.source = ? AND (c.snapshot > ? AND c.snapshot <= ? OR c.snapshot = 0 AND c.at > ? AND c.at <= ?)", a.Source, a.ID, b.ID, a.Assessed, b.Assessed).
		Order("c.id DESC").Limit(maxFolded + 1)
	if err := q.Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	return inv.difference(ctx, who.Org, a.Assessed.Time, b.Assessed.Time, rows)
}

// Between returns what differs from one moment to a later one, over some
// sources, or all where none are named.
func (inv *Inventory) Between(ctx context.Context, who tenant.Who, group int64, sources []int64, from, to time.Time) (*Difference, error) {
	s, err := reads(who, group)
	if err != nil {
		return nil, err
	}
	var rows []changeRow
	q := in(s.narrow(inv.DB.NewSelect().Model(&rows), "c"), "c", "source", sources).
		Where("c.at > ? AND c.at <= ?", since(from), since(to)).Order("c.id DESC").Limit(maxFolded + 1)
	if err := q.Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	return inv.difference(ctx, who.Org, from, to, rows)
}

// difference folds changes that come newest first.
func (inv *Inventory) difference(ctx context.Context, org int64, from, to time.Time, rows []changeRow) (*Difference, error) {
	d := &Difference{From: from, To: to, Counts: map[string]int{}, Lists: map[string][]Change{}, Bounded: len(rows) > maxFolded}
	rows = rows[:min(len(rows), maxFolded)]
	slices.Reverse(rows)
	changes, err := inv.changeViews(ctx, org, rows)
	if err != nil {
		return nil, err
	}
	for _, c := range fold(changes) {
		d.Counts[c.Kind]++
		if len(d.Lists[c.Kind]) < MaxDifference {
			d.Lists[c.Kind] = append(d.Lists[c.Kind], c)
		}
	}
	for _, list := range d.Lists {
		slices.SortStableFunc(list, func(a, b Change) int {
			return cmp.Or(cmp.Compare(severityRank(a.Now.Severity), severityRank(b.Now.Severity)), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Subject, b.Subject))
		})
	}
	return d, nil
}

// fold joins the changes of each thing to one, its first state before against
// its last after, and drops those that came to nothing. Duties that came or
// went with their asset are its own affair.
func fold(changes []Change) []Change {
	type thing struct {
		source, asset int64
		subject       string
	}
	at := map[thing]int{}
	var out []Change
	for _, c := range changes {
		key := thing{c.Source, c.Asset, c.Subject}
		i, ok := at[key]
		if !ok {
			at[key] = len(out)
			out = append(out, c)
			continue
		}
		kind := c.Kind
		if out[i].Kind == FindingRegressed && kind == FindingReopened {
			kind = FindingRegressed
		}
		c.Was, c.Kind = out[i].Was, kind
		out[i] = c
	}
	whole := map[thing]bool{}
	for _, c := range out {
		if c.Subject == "" && !(c.Was.There && c.Now.There) {
			whole[thing{c.Source, c.Asset, ""}] = true
		}
	}
	return slices.DeleteFunc(out, func(c Change) bool {
		ofAsset := c.Subject != "" && c.Now.Check+c.Was.Check == ""
		return c.nothing() || ofAsset && whole[thing{c.Source, c.Asset, ""}]
	})
}

// nothing reports that both sides come to the same.
func (c *Change) nothing() bool {
	switch {
	case c.Subject == "":
		return c.Was.There == c.Now.There
	case c.Now.Check+c.Was.Check != "":
		c.Kind = step(c.Kind, c.Was.State, c.Now.State)
		return c.Kind == ""
	case c.Was.There && c.Now.There && c.Was.Party == c.Now.Party && c.Was.Owner == c.Now.Owner:
		c.Kind = StatusChanged
		return c.Was.Status == c.Now.Status
	case c.Was.There && c.Now.There:
		c.Kind = LineMoved
	}
	return !c.Was.There && !c.Now.There
}

// step names the way of a finding between two states, of which the last step
// was kind.
func step(kind, was, now string) string {
	switch {
	case was == now:
		return ""
	case now == Open:
		if was == "" && kind != FindingRegressed {
			return FindingNew
		}
		if kind == FindingNew || kind == FindingRegressed {
			return kind
		}
		return FindingReopened
	case now == Waived:
		return FindingWaived
	case now == Unverified:
		if was == "" {
			return ""
		}
		return FindingBlinded
	case now == Resolved && (was == Open || was == Waived):
		return FindingResolved
	case was == Unverified:
		return FindingSettled
	}
	return ""
}

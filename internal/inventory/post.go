package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// batchSize is how many assets are compared and written at a time.
const batchSize = 512

// maxAhead is how far a clock that assessed may be ahead of this one.
const maxAhead = 10 * time.Minute

// Post makes an assessment the source's latest snapshot. Everything is written
// in one transaction, and only what differs from the snapshot before. It
// returns ErrOlder for an assessment from before the latest one, and
// ErrInvalid for one that is not whole. The assessment's parts are ranged over
// several times.
func (inv *Inventory) Post(ctx context.Context, who tenant.Who, source int64, meta Meta, a *report.Assessment) (*Posted, error) {
	if who.Reach(tenant.Contribute).None() {
		return nil, tenant.ErrForbidden
	}
	if len(a.Narrowed) > 0 {
		return nil, fmt.Errorf("%w: the assessment was made with %s, and what that left out would count as resolved; assess without", ErrInvalid, clip(strings.Join(a.Narrowed, ", "), maxLabel))
	}
	assessed, err := time.Parse(time.RFC3339, a.AssessedAt)
	if err != nil {
		return nil, fmt.Errorf("%w: assessed_at is no time", ErrInvalid)
	}
	if assessed.After(inv.Now().Add(maxAhead)) {
		return nil, fmt.Errorf("%w: the assessment is of %s, which is in the future; set the clock that made it", ErrInvalid, a.AssessedAt)
	}
	var posted *Posted
	err = inv.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		p := &post{inv: inv, tx: tx, tree: who.Tree, org: who.Org, source: source, meta: meta, a: a, at: kept(assessed), tally: newTally(who.Org, source)}
		p.known = map[int64]bool{}
		if err := p.run(ctx); err != nil {
			return err
		}
		posted = &p.posted
		return nil
	})
	if err != nil {
		return nil, err
	}
	return posted, nil
}

// kept is a time as it is read back, so that rows compare.
func kept(t time.Time) store.Time { return store.Time{Time: time.UnixMilli(t.UnixMilli()).UTC()} }

// post is one post under way.
type post struct {
	inv         *Inventory
	tx          bun.Tx
	tree        *tenant.Tree
	org, source int64
	meta        Meta
	a           *report.Assessment
	at          store.Time
	tally       *tally
	known       map[int64]bool  // bases that are written
	silent      map[string]bool // files whose assets nobody vouches for now
	proved      bool            // the source is of agents, of whose machines their providers vouch
	posted      Posted
}

// run is the post in order.
func (p *post) run(ctx context.Context) error {
	ledger, err := lock(ctx, p.inv.DB, p.tx, p.org, p.source)
	if err != nil {
		return err
	}
	if p.at.Before(ledger.Assessed.Time) {
		return ErrOlder
	}
	if p.tree, err = p.inv.latest(ctx, p.tx, p.tree, p.org, false); err != nil {
		return err
	}
	var accept Accept
	if p.inv.Accepted != nil {
		if accept, err = p.inv.Accepted(ctx, p.tx, p.org, p.source); err != nil {
			return err
		}
	}
	if p.inv.Silent != nil {
		if p.silent, err = p.inv.Silent(ctx, p.tx, p.org, p.source); err != nil {
			return err
		}
	}
	place, home, err := p.inv.placing(ctx, p.tx, p.tree, p.org, p.source)
	if err != nil {
		return err
	}
	p.proved = home != 0
	s, err := look(ctx, p.a, place, accept)
	if err != nil {
		return err
	}
	held, err := p.compare(ctx, s)
	if err != nil {
		return err
	}
	p.posted = Posted{Org: p.org, Source: p.source, First: ledger.Snapshot == 0}
	p.posted.Counts = Counts{Assets: len(s.digests), Duties: p.a.Summary.Duties, Findings: s.failing, Uncovered: len(p.a.Uncovered)}
	for _, src := range p.a.Sources {
		p.posted.Counts.Gaps += len(src.Gaps)
	}
	snapshot, err := p.snapshot(ctx)
	if err != nil {
		return err
	}
	p.posted.Snapshot = snapshot.ID
	if err := p.write(ctx, s, held, accept); err != nil {
		return err
	}
	if err := p.leave(ctx, held.missing); err != nil {
		return err
	}
	if p.posted.First {
		if err := p.introduce(ctx); err != nil {
			return err
		}
	}
	if err := p.tally.write(ctx, p.tx, p.at.Time); err != nil {
		return err
	}
	if err := p.weakest(ctx, ledger); err != nil {
		return err
	}
	if err := p.names(ctx, ledger); err != nil {
		return err
	}
	return p.finish(ctx, ledger, snapshot)
}

// lock takes the row of the source that makes posts to it wait for each other.
// SQLite has one writer at a time as it is.
func lock(ctx context.Context, db *store.DB, tx bun.Tx, org, source int64) (*ledgerRow, error) {
	row := &ledgerRow{Source: source, Org: org}
	if _, err := tx.NewInsert().Model(row).On("CONFLICT (source) DO NOTHING").Exec(ctx); err != nil {
		return nil, err
	}
	q := tx.NewSelect().Model(row).WherePK()
	if db.Engine == store.PostgreSQL {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	if row.Org != org {
		return nil, store.ErrNotFound
	}
	return row, nil
}

// holding is what the ledger holds of each asset of an assessment.
type holding struct {
	ids     []int64 // 0 where the ledger never had it
	same    []bool
	changed int
	missing []int64 // assets that are there and that the assessment lacks
}

func (p *post) compare(ctx context.Context, s *survey) (_ *holding, err error) {
	h := &holding{ids: make([]int64, len(s.digests)), same: make([]bool, len(s.digests)), changed: len(s.digests)}
	rows, err := p.tx.NewSelect().Model((*assetRow)(nil)).Column("id", "uid", "digest", "group_id", "gone", "unseen").
		Where("source = ?", p.source).Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id, group int64
		var uid, digest string
		var gone, unseen store.Time
		if err := rows.Scan(&id, &uid, &digest, &group, &gone, &unseen); err != nil {
			return nil, err
		}
		i, ok := s.place(uid)
		if !ok {
			if gone.IsZero() {
				h.missing = append(h.missing, id)
			}
			continue
		}
		h.ids[i] = id
		if gone.IsZero() && unseen.IsZero() && group == s.groups[i] && digest == s.digests[i].String() {
			h.same[i] = true
			h.changed--
		}
	}
	return h, rows.Err()
}

// snapshot writes the row of the snapshot; its counts come last.
func (p *post) snapshot(ctx context.Context) (*snapshotRow, error) {
	summary, err := json.Marshal(p.a.Summary, stable)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	details, err := json.Marshal(Details{p.a.Sources, p.a.Uncovered, p.a.Imports, p.a.Limitations}, stable)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	row := &snapshotRow{
		Org: p.org, Source: p.source, Assessed: p.at, Posted: kept(p.inv.Now()), Tool: label(p.a.Tool.Name), Version: label(p.a.Tool.Version),
		Revision: label(p.meta.Revision), Branch: label(p.meta.Branch), Origin: label(p.meta.Origin),
		Counts: "{}", Summary: string(summary), Details: string(details),
	}
	_, err = p.tx.NewInsert().Model(row).Exec(ctx)
	return row, err
}

// write brings what differs into the ledger, batch by batch.
func (p *post) write(ctx context.Context, s *survey, h *holding, accept Accept) (err error) {
	if h.changed == 0 {
		return nil
	}
	buckets := make([]int32, len(s.digests)) // by place, of those that changed
	n := int32(0)
	for i, same := range h.same {
		if !same {
			buckets[i] = n / batchSize
			n++
		}
	}
	spool := newSpool((h.changed + batchSize - 1) / batchSize)
	defer func() { err = errors.Join(err, spool.close()) }()
	for f := range p.a.Findings {
		i, ok := s.place(f.Asset)
		if !ok || h.same[i] {
			continue
		}
		s.accept(&f, i, accept)
		if err := spool.add(int(buckets[i]), &f); err != nil {
			return err
		}
	}
	b := newBatch(p)
	place, done := 0, 0
	for e, err := range entries(p.a) {
		if err != nil {
			return err
		}
		if !h.same[place] {
			b.add(e, h.ids[place], s.groups[place], s.digests[place])
		}
		place++
		if len(b.things) == batchSize || place == len(h.same) && len(b.things) > 0 {
			if err := spool.take(done, b.find); err != nil {
				return err
			}
			if err := b.write(ctx); err != nil {
				return err
			}
			b = newBatch(p)
			done++
		}
	}
	return nil
}

// introduce writes the one change that a source's first snapshot is.
func (p *post) introduce(ctx context.Context) error {
	c := &p.posted.Counts
	now := State{There: true, Assets: c.Assets, Duties: c.Duties, Failing: c.Findings}
	return p.record(ctx, []changeRow{p.change(SourceAdded, p.tree.Root(), 0, "", "", State{}, now)})
}

func (p *post) change(kind string, group, asset int64, address, subject string, was, now State) changeRow {
	return changeRow{
		Org: p.org, Source: p.source, Snapshot: p.posted.Snapshot, GroupID: group, At: p.at, Kind: kind, Asset: asset,
		Address: address, Subject: subject, Was: was.text(), Now: now.text(),
	}
}

func (p *post) record(ctx context.Context, rows []changeRow) error {
	return store.Insert(ctx, p.tx, rows, "")
}

// text is the state as it is kept.
func (s State) text() string {
	b, err := json.Marshal(s, stable)
	if err != nil {
		return "{}" // texts and numbers
	}
	return string(b)
}

// weakest replaces the source's weakest links when they differ.
func (p *post) weakest(ctx context.Context, ledger *ledgerRow) error {
	var d digest
	if err := d.chain(p.a.Weakest); err != nil {
		return err
	}
	if ledger.Weakest == d.String() {
		return nil
	}
	ledger.Weakest = d.String()
	if _, err := p.tx.NewDelete().Model((*weakestRow)(nil)).Where("source = ?", p.source).Exec(ctx); err != nil {
		return err
	}
	links := p.a.Weakest[:min(len(p.a.Weakest), 200)]
	if len(links) == 0 {
		return nil
	}
	uids := make([]string, len(links))
	for i := range links {
		uids[i] = links[i].Asset
	}
	var assets []assetRow
	if err := p.tx.NewSelect().Model(&assets).Column("id", "uid").
		Where("source = ? AND uid IN (?)", p.source, bun.List(uids)).Scan(ctx); err != nil {
		return err
	}
	var rows []weakestRow
	for i := range links {
		at := slices.IndexFunc(assets, func(a assetRow) bool { return a.UID == links[i].Asset })
		if at < 0 {
			continue
		}
		link, err := json.Marshal(links[i], stable)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		rows = append(rows, weakestRow{
			Source: p.source, Ordinal: int64(i), Org: p.org, Asset: assets[at].ID,
			Responsibility: label(links[i].Responsibility), Score: int64(links[i].Score * 1000), Link: string(link),
		})
	}
	return store.Insert(ctx, p.tx, rows, "")
}

// finish completes the snapshot and makes it the source's latest.
func (p *post) finish(ctx context.Context, ledger *ledgerRow, snapshot *snapshotRow) error {
	text, err := json.Marshal(p.posted.Counts)
	if err != nil {
		return err
	}
	snapshot.Counts = string(text)
	if _, err := p.tx.NewUpdate().Model(snapshot).Column("counts").WherePK().Exec(ctx); err != nil {
		return err
	}
	ledger.Snapshot, ledger.Assessed = snapshot.ID, p.at
	if _, err := p.tx.NewUpdate().Model(ledger).Column("snapshot", "assessed", "weakest", "names").WherePK().Exec(ctx); err != nil {
		return err
	}
	if err := p.settle(ctx); err != nil {
		return err
	}
	if p.proved {
		if err := p.due(ctx); err != nil {
			return err
		}
	}
	if p.meta.Within == nil {
		return nil
	}
	return p.meta.Within(ctx, p.tx, &p.posted)
}

// settle puts the assets anew where groups changed while they were written.
// Whoever changes them later finds the source, of which nobody knew until now
// where it is its first snapshot.
func (p *post) settle(ctx context.Context) error {
	tree, err := p.inv.latest(ctx, p.tx, p.tree, p.org, true)
	if err != nil || tree == p.tree {
		return err
	}
	_, err = p.inv.placeAll(ctx, p.tx, tree, p.org, p.source)
	return err
}

// hashOf is the key of a shared text. Within one source 63 bits are plenty.
func hashOf(body []byte) int64 {
	sum := sha256.Sum256(body)
	var n uint64
	for _, b := range sum[:8] {
		n = n<<8 | uint64(b)
	}
	return int64(n >> 1)
}

func digestOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

package notify

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// What is told before it happens, or because something did not.
const (
	movesSoon = 30 * 24 * time.Hour // before a line moves, and once more
	movesNext = 7 * 24 * time.Hour  // so long before
	silence   = 7 * 24 * time.Hour  // without an assessment
)

// How long what was sent is kept to be seen, and what was told is remembered.
const (
	keepSent = 30 * 24 * time.Hour
	keepDead = 90 * 24 * time.Hour
	keepTold = 400 * 24 * time.Hour
)

// Tend tells of lines that move soon and of sources that are silent, once
// each, and forgets what is old. Every replica calls it now and then.
func (n *Notify) Tend(ctx context.Context) error {
	var orgs []int64
	err := n.DB.NewSelect().Model((*ruleRow)(nil)).ColumnExpr("DISTINCT org").Where("enabled = ?", true).Scan(ctx, &orgs)
	if err != nil {
		return store.Translate(err)
	}
	var problems []error
	for _, org := range orgs {
		problems = append(problems, n.tellMoving(ctx, org), n.tellSilent(ctx, org))
	}
	return errors.Join(append(problems, n.forget(ctx))...)
}

func (n *Notify) tellMoving(ctx context.Context, org int64) error {
	now := n.Now()
	moves, err := n.Ledger.Moving(ctx, org, now, now.Add(movesSoon))
	if err != nil {
		return err
	}
	for _, m := range moves {
		on, err := time.Parse(time.DateOnly, m.On)
		if err != nil {
			continue // a day that a source wrote its own way cannot be counted down to
		}
		stage := "soon"
		if on.Sub(now) <= movesNext {
			stage = "next"
		}
		things := "asset"
		if m.Count != 1 {
			things = "assets"
		}
		e := Event{
			Org: org, Group: m.Group, Kind: DutyMoving, At: now, Title: fmt.Sprintf("%s of %d %s moves to %s on %s", m.Title, m.Count, things, m.To, m.On),
			Text:    fmt.Sprintf("By the calendar the line moves on %s: %s is owned by %s then.", m.On, m.Title, m.To),
			Address: m.Address, Duty: m.Title, Owner: m.To, Do: "Plan for it: upgrade, migrate, or take the duty over.", Path: "/duties?sort=moving",
		}
		if m.Count > 1 {
			e.Address = fmt.Sprintf("%s and %d more of %s", m.Address, m.Count-1, m.Service)
		}
		key := keyOf("moving", strconv.FormatInt(m.Group, 10), m.Responsibility, m.Service, m.On, m.To, stage)
		if err := n.tellOnce(ctx, key, e); err != nil {
			return err
		}
	}
	return nil
}

func (n *Notify) tellSilent(ctx context.Context, org int64) error {
	known, err := n.sources(ctx, org)
	if err != nil {
		return err
	}
	last, err := n.Ledger.LastAssessed(ctx, org)
	if err != nil {
		return err
	}
	now := n.Now()
	for _, l := range last {
		src, ok := known[l.Source]
		if !ok || now.Sub(l.Assessed) < silence {
			continue
		}
		id := strconv.FormatInt(l.Source, 10)
		e := Event{
			Org: org, Group: src.Group, Kind: SourceSilent, At: now, Source: l.Source, Title: src.Name + " was last assessed on " + l.Assessed.UTC().Format(time.DateOnly),
			Text: "What the console shows of it is as old as that, and may no longer be so.",
			Do:   "Look whether its schedule or pipeline still runs; remove the source when it is gone.", Path: "/sources/" + id,
		}
		if err := n.tellOnce(ctx, keyOf("silent", id, strconv.FormatInt(l.Assessed.Unix(), 10)), e); err != nil {
			return err
		}
	}
	return nil
}

// sources are those of an organisation by id.
func (n *Notify) sources(ctx context.Context, org int64) (map[int64]sources.Source, error) {
	tree, err := n.Groups.Tree(ctx, org)
	if err != nil {
		return nil, err
	}
	list, err := n.Sources.List(ctx, tenant.Who{Actor: tenant.BySystem(org), Tree: tree})
	out := make(map[int64]sources.Source, len(list))
	for _, src := range list {
		out[src.ID] = src
	}
	return out, err
}

// tellOnce puts an event down unless one of that key was.
func (n *Notify) tellOnce(ctx context.Context, key string, e Event) error {
	return n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := n.told(ctx, tx, e.Org, key, e.At)
		if err != nil || !fresh {
			return err
		}
		return n.Emit(ctx, tx, e)
	})
}

// forget removes what is old.
func (n *Notify) forget(ctx context.Context) error {
	now := n.Now()
	for _, old := range []struct {
		model any
		where string
		args  []any
	}{
		{(*deliveryRow)(nil), "state = ? AND created < ?", []any{Sent, store.At(now.Add(-keepSent))}},
		{(*deliveryRow)(nil), "state = ? AND created < ?", []any{Dead, store.At(now.Add(-keepDead))}},
		{(*countRow)(nil), "hour < ?", []any{now.Add(-48*time.Hour).Unix() / 3600}},
		{(*toldRow)(nil), "at < ?", []any{store.At(now.Add(-keepTold))}},
	} {
		if _, err := n.DB.NewDelete().Model(old.model).Where(old.where, old.args...).Exec(ctx); err != nil {
			return store.Translate(err)
		}
	}
	return nil
}

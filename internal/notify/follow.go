package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
)

// batch is how many events are decided on in one transaction.
const batch = 200

// errBehind says that another replica was faster.
var errBehind = errors.New("another replica has it")

// Follow decides on everything that happened since it was last called, in any
// replica: changes of the ledger, and what other subjects put down. Of
// replicas that do so at once one decides on each event.
func (n *Notify) Follow(ctx context.Context) error {
	return errors.Join(n.followEvents(ctx), n.followChanges(ctx))
}

// followEvents takes events out of their queue in the transaction that decides
// on them.
func (n *Notify) followEvents(ctx context.Context) error {
	for {
		var rows []eventRow
		if err := n.DB.NewSelect().Model(&rows).Order("id").Limit(batch).Scan(ctx); err != nil || len(rows) == 0 {
			return store.Translate(err)
		}
		byOrg := map[int64][]eventRow{}
		for _, r := range rows {
			byOrg[r.Org] = append(byOrg[r.Org], r)
		}
		for org, rows := range byOrg {
			err := n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error { return n.takeEvents(ctx, tx, org, rows) })
			if errors.Is(err, errBehind) {
				return nil // the other one goes on
			}
			if err != nil {
				return fmt.Errorf("deciding on events: %w", err)
			}
		}
	}
}

func (n *Notify) takeEvents(ctx context.Context, tx bun.Tx, org int64, rows []eventRow) error {
	ids := make([]int64, len(rows))
	events := make([]Event, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Body), &events[i]); err != nil {
			return fmt.Errorf("event %d: %w", r.ID, err)
		}
		ids[i], events[i].Org, events[i].key = r.ID, org, "event:"+strconv.FormatInt(r.ID, 10)
	}
	res, err := tx.NewDelete().Model((*eventRow)(nil)).Where("id IN (?)", bun.List(ids)).Exec(ctx)
	if err != nil {
		return err
	}
	if gone, err := res.RowsAffected(); err != nil || int(gone) != len(ids) {
		return errors.Join(err, errBehind)
	}
	return n.decide(ctx, tx, org, events)
}

// followChanges reads on where the cursor of each source stands.
func (n *Notify) followChanges(ctx context.Context) error {
	var cursors []cursorRow
	if err := n.DB.NewSelect().Model(&cursors).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	at, known := map[int64]int64{}, make([]int64, len(cursors))
	for i, c := range cursors {
		at[c.Source], known[i] = c.Position, c.Source
	}
	heads, err := n.Ledger.Heads(ctx, known)
	if err != nil {
		return err
	}
	var problems []error
	for _, h := range heads {
		for at[h.Source] < h.Change && ctx.Err() == nil {
			to, err := n.followSource(ctx, h, at[h.Source])
			if errors.Is(err, errBehind) {
				break
			}
			if err != nil { // one source's trouble is not the others'
				problems = append(problems, fmt.Errorf("following source %d: %w", h.Source, err))
				break
			}
			at[h.Source] = to
		}
	}
	return errors.Join(problems...)
}

// followSource decides on the next changes of a source and moves its cursor,
// together or not at all.
func (n *Notify) followSource(ctx context.Context, h inventory.Head, from int64) (int64, error) {
	to := int64(0)
	err := n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := advance(ctx, tx, h, from, from); err != nil { // and hold it
			return err
		}
		heard, err := n.heard(ctx, tx, h.Org)
		if err != nil {
			return err
		}
		if to = h.Change; heard { // without rules there is nobody to tell
			items, err := n.Ledger.Feed(ctx, tx, h.Org, h.Source, from, batch)
			if err != nil {
				return err
			}
			if len(items) == batch {
				to = items[batch-1].ID
			} else if len(items) > 0 {
				to = max(to, items[len(items)-1].ID)
			}
			events := make([]Event, 0, len(items))
			for i := range items {
				e := ofChange(h.Org, &items[i])
				if items[i].Asset == 0 {
					if err := n.nameSource(ctx, &e); err != nil {
						return err
					}
				}
				events = append(events, e)
			}
			if err := n.decide(ctx, tx, h.Org, events); err != nil {
				return err
			}
		}
		return advance(ctx, tx, h, from, to)
	})
	return to, err
}

// heard reports whether anybody in the organisation could be told.
func (n *Notify) heard(ctx context.Context, tx bun.IDB, org int64) (bool, error) {
	rules, err := tx.NewSelect().Model((*ruleRow)(nil)).Where("org = ? AND enabled = ?", org, true).Exists(ctx)
	if err != nil || rules {
		return rules, err
	}
	return tx.NewSelect().Model((*threadRow)(nil)).Where("org = ? AND open = ?", org, true).Exists(ctx)
}

// advance moves a cursor from where it was read; when it is there no longer,
// another replica has moved it.
func advance(ctx context.Context, tx bun.IDB, h inventory.Head, from, to int64) error {
	if _, err := tx.NewInsert().Model(&cursorRow{Source: h.Source, Org: h.Org}).On("CONFLICT (source) DO NOTHING").Exec(ctx); err != nil {
		return err
	}
	res, err := tx.NewUpdate().Model((*cursorRow)(nil)).Set("position = ?", to).Where("source = ? AND position = ?", h.Source, from).Exec(ctx)
	if err != nil {
		return err
	}
	if moved, err := res.RowsAffected(); err != nil || moved == 0 {
		return errors.Join(err, errBehind)
	}
	return nil
}

// ofChange is a change of the ledger as an event.
func ofChange(org int64, c *inventory.FeedItem) Event {
	e := Event{
		Org: org, Group: c.Group, Kind: c.Kind, At: c.At, Team: c.Team, Environment: c.Environment, Source: c.Source, Address: c.Address,
		Duty: c.Responsibility, Owner: owner(c.Owner, c.Party, c.Team), key: "change:" + strconv.FormatInt(c.ID, 10),
	}
	if c.Location.File != "" {
		e.Location = c.Location.File
		if c.Location.Line > 0 {
			e.Location += ":" + strconv.Itoa(c.Location.Line)
		}
	}
	finding := c.Now.Check+c.Was.Check != ""
	switch {
	case finding:
		e.Severity, e.Title, e.Text, e.Do = c.Now.Severity, c.Title, c.Now.Message, c.Remediation
		if e.Severity == "" {
			e.Severity = c.Was.Severity
		}
		if e.Title == "" {
			e.Title = cmp.Or(c.Now.Check, c.Was.Check)
		}
		e.Thread = fmt.Sprintf("finding:%d:%d:%s", c.Source, c.Asset, c.Subject)
		if e.Path = "/assets/" + strconv.FormatInt(c.Asset, 10); c.Finding != 0 {
			e.Path = "/findings/" + strconv.FormatInt(c.Finding, 10)
		}
	case c.Asset != 0:
		e.Path = "/assets/" + strconv.FormatInt(c.Asset, 10)
		e.Title, e.Text, e.Do = aboutDuty(c)
	default:
		e.Title = "Source " + strconv.FormatInt(c.Source, 10)
		e.Path = "/changes?source=" + strconv.FormatInt(c.Source, 10)
	}
	e.bound()
	return e
}

// nameSource gives an event that is about a source as a whole its name, as
// long as it has one.
func (n *Notify) nameSource(ctx context.Context, e *Event) error {
	known, err := n.sources(ctx, e.Org)
	if src, ok := known[e.Source]; ok {
		e.Title = oneLine(src.Name, 300)
	}
	return err
}

// aboutDuty tells of a change of an asset or one of its duties.
func aboutDuty(c *inventory.FeedItem) (title, text, do string) {
	title = c.Title
	was, now := owner(c.Was.Owner, c.Was.Party, ""), owner(c.Now.Owner, c.Now.Party, "")
	switch c.Kind {
	case inventory.LineMoved:
		text = fmt.Sprintf("It was owned by %s and is owned by %s now. %s", was, now, c.Now.Note)
		do = "Make sure that whoever owns it now knows, and that nothing is left undone in between."
	case inventory.StatusChanged:
		text = fmt.Sprintf("Its status was %s and is %s now.", c.Was.Status, c.Now.Status)
	case inventory.DutyAdded:
		text = fmt.Sprintf("It is owned by %s; its status is %s.", now, c.Now.Status)
	case inventory.DutyGone:
		text = fmt.Sprintf("It was owned by %s.", was)
	}
	if title == "" {
		title = cmp.Or(c.Now.Kind, c.Was.Kind)
	}
	return title, text, do
}

// owner says whose a duty is.
func owner(owner, party, team string) string {
	out := owner
	if party != "" && party != owner {
		out = party + " (" + owner + ")"
	}
	if team != "" && owner != "provider" {
		out += ", team " + team
	}
	return out
}

// told reports whether a key is told for the first time.
func (n *Notify) told(ctx context.Context, tx bun.IDB, org int64, key string, at time.Time) (bool, error) {
	res, err := tx.NewInsert().Model(&toldRow{Org: org, Key: key, At: store.At(at)}).On("CONFLICT (org, key) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	fresh, err := res.RowsAffected()
	return fresh == 1, err
}

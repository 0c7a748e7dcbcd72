package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
)

// Forms of a delivery.
const (
	Single  = "single"
	Digest  = "digest"
	Summary = "summary" // of what was more than the bound
	Trial   = "test"
)

// States of a delivery.
const (
	Waiting = "waiting"
	Sending = "sending"
	Sent    = "sent"
	Dead    = "dead"
)

// maxAge is for how long a delivery is tried.
const maxAge = 48 * time.Hour

// maxItems bounds the events that are kept of a delivery; all are counted.
const maxItems = 200

// decision is the work of deciding on some events of one organisation.
type decision struct {
	n        *Notify
	tx       bun.Tx
	org      int64
	now      time.Time
	rules    []Rule
	within   []map[int64]bool // the groups of each rule
	channels map[int64]Kind
	seen     map[[2]any]bool // channel and event that were decided on
	counts   map[[3]int64]int
}

// decide puts down which channels are told of the events.
func (n *Notify) decide(ctx context.Context, tx bun.Tx, org int64, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	d := &decision{n: n, tx: tx, org: org, now: n.Now(), channels: map[int64]Kind{}, seen: map[[2]any]bool{}, counts: map[[3]int64]int{}}
	if err := d.load(ctx); err != nil {
		return err
	}
	for i := range events {
		if err := d.event(ctx, &events[i]); err != nil {
			return err
		}
	}
	return nil
}

func (d *decision) load(ctx context.Context) error {
	var rows []ruleRow
	if err := d.tx.NewSelect().Model(&rows).Where("org = ? AND enabled = ?", d.org, true).Order("id").Scan(ctx); err != nil {
		return err
	}
	var err error
	if d.rules, err = nouns(ctx, d.tx, rows); err != nil {
		return err
	}
	var channels []channelRow
	if err := d.tx.NewSelect().Model(&channels).Column("id", "kind").Where("org = ?", d.org).Scan(ctx); err != nil {
		return err
	}
	for _, c := range channels {
		d.channels[c.ID] = Kind(c.Kind)
	}
	if len(d.rules) == 0 {
		return nil
	}
	tree, err := d.n.Groups.Tree(ctx, d.org)
	if err != nil {
		return err
	}
	d.within = make([]map[int64]bool, len(d.rules))
	for i := range d.rules {
		d.within[i] = map[int64]bool{}
		for _, g := range tree.Subtree(d.rules[i].Group) {
			d.within[i][g] = true
		}
	}
	return nil
}

func (d *decision) event(ctx context.Context, e *Event) error {
	if e.Kind == inventory.SourceGone {
		if err := d.closeSource(ctx, e); err != nil {
			return err
		}
	}
	if e.action() == closes {
		if err := d.close(ctx, e); err != nil {
			return err
		}
	}
	for i := range d.rules {
		r := &d.rules[i]
		if !r.takes(e, d.within[i]) {
			continue
		}
		for _, channel := range r.Channels {
			// Two rules that tell the same channel of it tell it once.
			if key := [2]any{channel, e.key}; !d.seen[key] {
				d.seen[key] = true
				if err := d.tell(ctx, r, channel, e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// tell puts down that a channel is told of an event by a rule.
func (d *decision) tell(ctx context.Context, r *Rule, channel int64, e *Event) error {
	kind := d.channels[channel]
	action, thread := opens, ""
	if kind.threaded() && e.action() != "" {
		if e.action() == closes {
			return nil // closed where it is open, and nothing to tell where it is not
		}
		known, err := d.threaded(ctx, channel, e)
		if err != nil {
			return err
		}
		if thread = e.Thread; known {
			action = again
		}
		if !known {
			full, err := d.full(ctx, r, channel)
			if err != nil {
				return err
			}
			if full {
				return d.gather(ctx, r, channel, e, Summary, nextHour(d.now))
			}
			if err := d.open(ctx, r, channel, e); err != nil {
				return err
			}
		}
		return d.single(ctx, r, channel, e, action, thread)
	}
	urgent := r.Timing.Critical && e.Severity == "critical"
	if due, ok := r.Timing.digest(d.now); ok && kind.gathers() && !urgent {
		return d.gather(ctx, r, channel, e, Digest, due)
	}
	full, err := d.full(ctx, r, channel)
	if err != nil {
		return err
	}
	if full {
		return d.gather(ctx, r, channel, e, Summary, r.Timing.loud(nextHour(d.now)))
	}
	return d.single(ctx, r, channel, e, action, thread)
}

func nextHour(now time.Time) time.Time { return now.Truncate(time.Hour).Add(time.Hour) }

// full counts a message of a rule to a channel, and reports whether it is more
// than the rule sends in an hour.
func (d *decision) full(ctx context.Context, r *Rule, channel int64) (bool, error) {
	row := &countRow{Rule: r.ID, Channel: channel, Hour: d.now.Unix() / 3600, N: 1}
	_, err := d.tx.NewInsert().Model(row).On("CONFLICT (rule, channel, hour) DO UPDATE").Set("n = n.n + 1").Returning("n").Exec(ctx)
	return row.N > r.Timing.bound(), err
}

// single puts down a message of its own.
func (d *decision) single(ctx context.Context, r *Rule, channel int64, e *Event, action, thread string) error {
	row := d.row(r.ID, r.Group, channel, Single, e.name(), r.Timing.due(e, d.now))
	row.Key, row.Action, row.Thread = keyOf(strconv.FormatInt(channel, 10), e.key, action), action, thread
	return d.insert(ctx, row, e)
}

func (d *decision) row(rule, group, channel int64, form, title string, due time.Time) *deliveryRow {
	return &deliveryRow{
		Org: d.org, GroupID: group, Rule: rule, Channel: channel, Form: form, Action: opens, Total: 1, Title: title, State: Waiting,
		Created: store.At(d.now), Due: store.At(due), Until: store.At(due.Add(maxAge)),
	}
}

// insert puts a delivery down with its first event; the key makes that a
// second time nothing happens.
func (d *decision) insert(ctx context.Context, row *deliveryRow, e *Event) error {
	res, err := d.tx.NewInsert().Model(row).On("CONFLICT (channel, key) DO NOTHING").Returning("id").Exec(ctx)
	if err != nil {
		return err
	}
	if fresh, err := res.RowsAffected(); err != nil || fresh == 0 {
		return err
	}
	return d.item(ctx, row.ID, 0, e)
}

func (d *decision) item(ctx context.Context, delivery int64, seq int, e *Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = d.tx.NewInsert().Model(&itemRow{Delivery: delivery, Seq: seq, Body: string(body)}).Exec(ctx)
	return err
}

// gather adds an event to the message that is due at a time, and puts that
// down where there is none that still waits.
func (d *decision) gather(ctx context.Context, r *Rule, channel int64, e *Event, form string, due time.Time) error {
	for part := 0; ; part++ {
		row := d.row(r.ID, r.Group, channel, form, "", due)
		row.Key = keyOf(form, strconv.FormatInt(r.ID, 10), strconv.FormatInt(channel, 10), strconv.FormatInt(due.Unix(), 10), strconv.Itoa(part))
		row.Total, row.Title = 0, r.Name
		_, err := d.tx.NewInsert().Model(row).On("CONFLICT (channel, key) DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		res, err := d.tx.NewUpdate().Model(row).Set("total = total + 1").
			Where("channel = ? AND key = ? AND state = ? AND attempt = 0", channel, row.Key, Waiting).Returning("id, total").Exec(ctx)
		if err != nil {
			return err
		}
		if waits, err := res.RowsAffected(); err != nil || waits == 1 {
			if err != nil || row.Total > maxItems {
				return err
			}
			return d.item(ctx, row.ID, row.Total-1, e)
		}
		if part == 1000 {
			return fmt.Errorf("no message of rule %d takes another event", r.ID)
		}
	}
}

// threaded reports whether the channel has a ticket or incident for what the
// event is about, and marks it open.
func (d *decision) threaded(ctx context.Context, channel int64, e *Event) (bool, error) {
	res, err := d.tx.NewUpdate().Model((*threadRow)(nil)).Set("open = ?", true).Where("channel = ? AND thread = ?", channel, e.Thread).Exec(ctx)
	if err != nil {
		return false, err
	}
	known, err := res.RowsAffected()
	return known == 1, err
}

func (d *decision) open(ctx context.Context, r *Rule, channel int64, e *Event) error {
	_, err := d.tx.NewInsert().Model(&threadRow{
		Channel: channel, Thread: e.Thread, Org: d.org, Rule: r.ID, GroupID: r.Group, Source: e.Source, Open: true, Opened: store.At(d.now),
	}).Exec(ctx)
	return err
}

// close closes what is open about the event's thread, whatever the rules ask
// for now: nothing that was opened stays open.
func (d *decision) close(ctx context.Context, e *Event) error {
	var open []threadRow
	err := d.tx.NewSelect().Model(&open).Where("t.org = ? AND t.thread = ? AND t.open = ?", d.org, e.Thread, true).Scan(ctx)
	if err != nil {
		return err
	}
	return d.closeAll(ctx, open, e)
}

// closeSource closes everything that is open about a source that was removed.
func (d *decision) closeSource(ctx context.Context, e *Event) error {
	var open []threadRow
	err := d.tx.NewSelect().Model(&open).Where("t.source = ? AND t.org = ? AND t.open = ?", e.Source, d.org, true).Scan(ctx)
	if err != nil {
		return err
	}
	return d.closeAll(ctx, open, e)
}

func (d *decision) closeAll(ctx context.Context, open []threadRow, e *Event) error {
	for i := range open {
		t := &open[i]
		row := d.row(t.Rule, t.GroupID, t.Channel, Single, e.name(), d.now)
		row.Key, row.Action, row.Thread = keyOf(strconv.FormatInt(t.Channel, 10), e.key, closes, t.Thread), closes, t.Thread
		if err := d.insert(ctx, row, e); err != nil {
			return err
		}
		_, err := d.tx.NewUpdate().Model((*threadRow)(nil)).Set("open = ?", false).Where("channel = ? AND thread = ?", t.Channel, t.Thread).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// keyOf is one key of several texts.
func keyOf(parts ...string) string {
	h := sha256.New()
	for _, p := range slices.Concat([]string{"demarc"}, parts) {
		fmt.Fprintf(h, "%d:%s", len(p), p) //nolint:errcheck // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

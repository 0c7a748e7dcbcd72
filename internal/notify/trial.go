package notify

import (
	"context"
	"crypto/rand"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Test sends a message to a channel now and returns what the other side said:
// nil when it was taken, a *SendError when not. Tickets and incidents that it
// opens are closed again.
func (n *Notify) Test(ctx context.Context, who tenant.Who, channel int64) error {
	c, err := n.channel(ctx, who, channel)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.Administer, c.GroupID); err != nil {
		return err
	}
	now := n.Now()
	e := Event{
		Org: who.Org, Group: c.GroupID, Kind: trial, At: now, Severity: "low", Title: "Demarc reaches " + c.Name, Address: "aws_s3_bucket.example",
		Location: "live/storage.tf:12", Duty: "Encryption at rest", Owner: "customer", Text: who.Name + " sent this to see whether it arrives.",
		Do: "Nothing. Messages look like this one.", Path: "/settings/notifications",
	}
	e.bound()
	d := &decision{n: n, org: who.Org, now: now}
	row := d.row(0, c.GroupID, c.ID, Trial, e.Title, now)
	row.Key, row.State, row.Attempt, row.Lease, row.Holder = keyOf("test", rand.Text()), Sending, 1, store.At(now.Add(lease)), n.Replica
	row.Until = row.Created // it is not tried again
	err = n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		d.tx, row.ID = tx, 0
		if err := d.insert(ctx, row, &e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "channel.tested", audit.On("channel", c.ID), audit.Detail{"name": c.Name})
	})
	if err != nil {
		return err
	}
	return n.try(ctx, row, c)
}

func (n *Notify) try(ctx context.Context, row *deliveryRow, c *channelRow) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m, to, err := n.message(ctx, row)
	var got receipt
	if err == nil {
		got, err = to.send(ctx, m)
	}
	if err == nil && Kind(c.Kind).threaded() {
		m.Action, m.Ref = closes, got.Ref
		_, err = to.send(ctx, m)
	}
	ctx = context.WithoutCancel(ctx)
	if err == nil {
		return n.took(ctx, row, got)
	}
	secret := ""
	if m != nil {
		secret = m.secret
	}
	f := failure(err, secret)
	if err := n.settle(ctx, row, &SendError{Text: f.Text, Final: true}); err != nil {
		return err
	}
	return f
}

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/outbound"
	"github.com/demarc-sec/demarc/internal/store"
)

// Bounds of sending.
const (
	lease      = 2 * time.Minute  // a delivery is its sender's for so long
	patience   = 45 * time.Second // for one attempt; well within the lease
	workers    = 8                // messages that a replica sends at a time
	perChannel = 2                // of them to one channel
	firstPause = 15 * time.Second
	maxPause   = time.Hour
	maxWait    = 6 * time.Hour // that a receiver may ask for
)

// SendError is why a message was not taken. Its text is for people and holds
// no secret.
type SendError struct {
	Text  string
	Final bool          // it would not be taken another time either
	After time.Duration // how long the receiver asks to be left alone
}

func (e *SendError) Error() string { return e.Text }

// Run follows, sends and tends until ctx ends.
func (n *Notify) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, job := range []struct {
		name  string
		every time.Duration
		do    func(context.Context) error
	}{{"following what happens", 2 * time.Second, n.Follow}, {"sending notifications", time.Second, n.Send}, {"tending notifications", 10 * time.Minute, n.Tend}} {
		all.Go(func() {
			tick := time.NewTicker(job.every)
			defer tick.Stop()
			for {
				if err := job.do(ctx); err != nil && ctx.Err() == nil {
					n.Log.ErrorContext(ctx, job.name, "error", err)
				}
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
			}
		})
	}
	all.Wait()
	return nil
}

// Send sends everything that is due, and returns when none of it is left or
// under way.
func (n *Notify) Send(ctx context.Context) error {
	if err := n.expire(ctx); err != nil {
		return err
	}
	done := make(chan struct{}, workers)
	under := 0
	defer func() {
		for ; under > 0; under-- {
			<-done
		}
	}()
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for ctx.Err() == nil {
		var row *deliveryRow
		if under < workers {
			var err error
			if row, err = n.claim(ctx); err != nil {
				return err
			}
		}
		if row != nil {
			under++
			go func() {
				defer func() { done <- struct{}{} }()
				defer n.release(row.Channel)
				if err := n.deliver(ctx, row); err != nil && ctx.Err() == nil {
					n.Log.ErrorContext(ctx, "sending a notification", "delivery", row.ID, "error", err)
				}
			}()
			continue
		}
		if under == 0 {
			return nil
		}
		select {
		case <-done: // a channel may be free again
			under--
		case <-look.C: // something may have come due
		}
	}
	return nil
}

// claim takes the delivery that is due longest, of a channel that is not busy
// or paused, and whose forerunners about the same thing were sent. It returns
// nil when there is none.
func (n *Notify) claim(ctx context.Context) (*deliveryRow, error) {
	now := store.At(n.Now())
	for range 20 {
		var r deliveryRow
		q := n.DB.NewSelect().Model(&r).Join("JOIN channels AS c ON c.id = d.channel").
			Where("((d.state = ? AND d.due <= ?) OR (d.state = ? AND d.lease <= ?))", Waiting, now, Sending, now).
			Where("(c.paused IS NULL OR c.paused <= ?)", now).
			Where(`(d.thread = '' OR NOT EXISTS (SELECT 1 FROM deliveries AS e
				WHERE e.channel = d.channel AND e.thread = d.thread AND e.id < d.id AND e.state IN (?, ?)))`, Waiting, Sending).
			Order("d.due", "d.id").Limit(1)
		if busy := n.busy(); len(busy) > 0 {
			q = q.Where("d.channel NOT IN (?)", bun.List(busy))
		}
		err := store.Translate(q.Scan(ctx))
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil //nolint:nilnil // nothing to do is no error
		}
		if err != nil {
			return nil, err
		}
		before := r.Attempt
		r.Attempt++
		r.State, r.Holder, r.Lease = Sending, n.Replica, store.At(n.Now().Add(lease))
		res, err := n.DB.NewUpdate().Model(&r).Column("attempt", "state", "holder", "lease").
			Where("id = ? AND attempt = ?", r.ID, before).
			Where("((state = ? AND due <= ?) OR (state = ? AND lease <= ?))", Waiting, now, Sending, now).Exec(ctx)
		if err != nil {
			return nil, store.Translate(err)
		}
		if mine, err := res.RowsAffected(); err != nil || mine == 1 {
			n.hold(r.Channel)
			return &r, err
		}
	}
	return nil, nil //nolint:nilnil // others are faster; the next tick looks again
}

func (n *Notify) hold(channel int64) {
	n.sending.Lock()
	defer n.sending.Unlock()
	if n.inFlight == nil {
		n.inFlight = map[int64]int{}
	}
	n.inFlight[channel]++
}

func (n *Notify) release(channel int64) {
	n.sending.Lock()
	defer n.sending.Unlock()
	if n.inFlight[channel]--; n.inFlight[channel] <= 0 {
		delete(n.inFlight, channel)
	}
}

// busy are channels to which this replica sends as much as it may.
func (n *Notify) busy() []int64 {
	n.sending.Lock()
	defer n.sending.Unlock()
	var out []int64
	for c, k := range n.inFlight {
		if k >= perChannel {
			out = append(out, c)
		}
	}
	return out
}

// deliver makes one attempt and writes down how it went.
func (n *Notify) deliver(ctx context.Context, r *deliveryRow) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m, to, err := n.message(ctx, r)
	if err != nil {
		f := failure(err, "")
		f.Final = f.Final || errors.Is(err, store.ErrNotFound)
		return n.settle(context.WithoutCancel(ctx), r, f)
	}
	got, err := to.send(ctx, m)
	if err == nil {
		return n.took(context.WithoutCancel(ctx), r, got)
	}
	return n.settle(context.WithoutCancel(ctx), r, failure(err, m.secret))
}

// failure is an error as one that can be shown.
func failure(err error, secret string) *SendError {
	f, ok := errors.AsType[*SendError](err)
	if !ok {
		return &SendError{Text: said(err, secret), Final: errors.Is(err, ErrInvalid)}
	}
	f.Text = said(f, secret)
	return f
}

// said is an error as people may read it: without the address it was about,
// which may be secret, and without the secret itself.
func said(err error, secret string) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	text := err.Error()
	switch {
	case errors.Is(err, outbound.ErrRefused):
		if _, about, ok := strings.Cut(text, outbound.ErrRefused.Error()+": "); ok {
			text = about
		}
	case errors.Is(err, context.DeadlineExceeded):
		text = fmt.Sprintf("no answer within %s", patience)
	}
	if len(secret) >= 6 {
		text = strings.ReplaceAll(text, secret, "…")
	}
	return oneLine(text, 500)
}

// message collects what an attempt needs.
func (n *Notify) message(ctx context.Context, r *deliveryRow) (*message, sender, error) {
	var row channelRow
	if err := n.DB.NewSelect().Model(&row).Where("id = ? AND org = ?", r.Channel, r.Org).Scan(ctx); err != nil {
		return nil, nil, store.Translate(err)
	}
	m := &message{
		Key: r.Key, Form: r.Form, Action: r.Action, Total: r.Total, Attempt: r.Attempt, Created: r.Created.Time, base: n.PublicURL,
	}
	if r.Form == Digest || r.Form == Summary {
		m.Rule = r.Title
	}
	var items []itemRow
	if err := n.DB.NewSelect().Model(&items).Where("delivery = ?", r.ID).Order("seq").Scan(ctx); err != nil {
		return nil, nil, store.Translate(err)
	}
	m.Events = make([]Event, len(items))
	for i := range items {
		if err := json.Unmarshal([]byte(items[i].Body), &m.Events[i]); err != nil {
			return nil, nil, err
		}
	}
	if len(m.Events) == 0 {
		return nil, nil, &SendError{Text: "there is nothing in it", Final: true}
	}
	if m.Thread = keyOf("delivery", r.Key); r.Thread != "" {
		m.Thread = keyOf("thread", fmt.Sprint(r.Channel), r.Thread)
		var t threadRow
		if err := n.DB.NewSelect().Model(&t).Where("channel = ? AND thread = ?", r.Channel, r.Thread).Scan(ctx); err != nil {
			return nil, nil, store.Translate(err)
		}
		m.Ref = t.Ref
	}
	to, err := n.sender(ctx, &row, m)
	return m, to, err
}

// sender opens a channel.
func (n *Notify) sender(ctx context.Context, row *channelRow, m *message) (sender, error) {
	c, err := row.noun()
	if err != nil {
		return nil, err
	}
	if len(row.Secret) > 0 {
		secret, err := n.Sealer.Open(ctx, label(row.ID), row.Secret)
		if err != nil {
			return nil, err
		}
		m.secret = string(secret)
	}
	return n.speaker(c, m.secret)
}

// took writes down that a message was taken, if it is still this attempt's.
func (n *Notify) took(ctx context.Context, r *deliveryRow, got receipt) error {
	return n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(r).Set("state = ?, sent = ?, problem = ?, lease = NULL", Sent, store.At(n.Now()), got.Note).
			Where("id = ? AND attempt = ?", r.ID, r.Attempt).Exec(ctx)
		if err != nil {
			return err
		}
		if mine, err := res.RowsAffected(); err != nil || mine == 0 || r.Thread == "" || got.Ref == "" {
			return err
		}
		_, err = tx.NewUpdate().Model((*threadRow)(nil)).Set("ref = ?, url = ?", got.Ref, got.URL).
			Where("channel = ? AND thread = ?", r.Channel, r.Thread).Exec(ctx)
		return err
	})
}

// settle writes down that an attempt failed: when it is tried again, or that
// it is not.
func (n *Notify) settle(ctx context.Context, r *deliveryRow, f *SendError) error {
	now := n.Now()
	again := now.Add(max(pause(r.Attempt), min(f.After, maxWait)))
	state := Waiting
	if f.Final || again.After(r.Until.Time) {
		state = Dead
	}
	n.Log.WarnContext(ctx, "a notification was not taken", "delivery", r.ID, "channel", r.Channel, "attempt", r.Attempt, "state", state, "problem", f.Text)
	return n.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(r).Set("state = ?, due = ?, problem = ?, lease = NULL", state, store.At(again), f.Text).
			Where("id = ? AND attempt = ? AND state = ?", r.ID, r.Attempt, Sending).Exec(ctx)
		if err != nil {
			return err
		}
		if mine, err := res.RowsAffected(); err != nil || mine == 0 || f.After <= 0 {
			return err
		}
		_, err = tx.NewUpdate().Model((*channelRow)(nil)).Set("paused = ?", store.At(now.Add(min(f.After, maxWait)))).Where("id = ?", r.Channel).Exec(ctx)
		return err
	})
}

// pause before the attempt after this one: twice as long each time, and a
// random part of it, so that what failed together is not tried together.
func pause(attempt int) time.Duration {
	most := maxPause
	if attempt < 9 {
		most = min(firstPause<<(attempt-1), maxPause)
	}
	return most/2 + rand.N(most/2+1) //nolint:gosec // no secret
}

// expire gives up what waited too long, such as for a channel that is paused.
func (n *Notify) expire(ctx context.Context) error {
	_, err := n.DB.NewUpdate().Model((*deliveryRow)(nil)).
		Set("state = ?", Dead).Set("problem = CASE WHEN problem = '' THEN ? ELSE problem END", "it could not be sent in time").
		Where("state = ? AND until <= ?", Waiting, store.At(n.Now())).Exec(ctx)
	return store.Translate(err)
}

// speaker is the sender of a channel's kind.
func (n *Notify) speaker(c Channel, secret string) (sender, error) {
	web := &web{client: n.client(), agent: "Demarc/" + n.Version, secret: secret}
	switch c.Kind {
	case Email:
		return &email{n: n, config: c.Config, password: secret}, nil
	case Syslog:
		return &syslog{n: n, config: c.Config}, nil
	case Slack:
		return &slack{web: web, url: secret}, nil
	case Teams:
		return &teams{web: web, url: secret}, nil
	case Webhook:
		key, err := signingKey(secret)
		return &webhook{web: web, url: c.Config.URL, key: key, now: n.Now}, err
	case PagerDuty:
		return &pagerDuty{web: web, base: c.Config.URL, key: secret}, nil
	case Opsgenie:
		return &opsgenie{web: web, base: c.Config.URL}, nil
	case Jira:
		return &jira{web: web, config: c.Config, cloud: c.Config.User != ""}, nil
	case GitHub:
		return &github{web: web, config: c.Config}, nil
	}
	return nil, invalid("a channel's kind is one of %v", slices.Clone(ChannelKinds))
}

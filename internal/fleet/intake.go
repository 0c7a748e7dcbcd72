package fleet

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// How events are taken in.
const (
	intakeLease   = 20 * time.Second
	intakeBatch   = 256     // messages in one transaction
	intakeBytes   = 1 << 20 // as they lie in the stream, where most are packed to a twentieth
	intakePause   = 3 * time.Second
	purgeInterval = 2 * time.Second
)

// takeIn takes events into the database, partition by partition: each by one
// replica at a time. How far it is stands in the transaction that writes, so
// that nothing is taken in twice or left out, whoever goes on.
func (f *Fleet) takeIn(ctx context.Context) error {
	var all sync.WaitGroup
	for i := range partitions {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := f.takePartition(ctx, i); err != nil && ctx.Err() == nil {
					f.Log.ErrorContext(ctx, "taking events in", "partition", i, "error", err)
				}
				pause(ctx, intakePause)
			}
		})
	}
	all.Wait()
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// reader is one partition while this replica has it.
type reader struct {
	f        *Fleet
	name     string
	subject  string
	stream   jetstream.Stream
	made     int64
	position uint64
	purged   time.Time
}

// errLost says that another replica has the partition now.
var errLost = errors.New("another replica took it over")

// takePartition reads a partition for as long as it is this replica's.
func (f *Fleet) takePartition(ctx context.Context, i int) error {
	r := &reader{f: f, name: "events-" + strconv.Itoa(i), subject: eventSubject + strconv.Itoa(i)}
	mine, err := f.lease(ctx, f.DB, r.name, intakeLease)
	if err != nil || !mine {
		return err
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	c, err := r.stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{r.subject}, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: r.position + 1,
	})
	if err != nil {
		return err
	}
	it, err := c.Messages(jetstream.PullMaxMessages(2 * intakeBatch))
	if err != nil {
		return err
	}
	defer it.Stop()
	defer context.AfterFunc(ctx, it.Stop)()
	kept := time.Now()
	for ctx.Err() == nil {
		batch, err := r.batch(it)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			if time.Since(kept) > intakeLease/4 {
				if mine, err := f.lease(ctx, f.DB, r.name, intakeLease); err != nil || !mine {
					return err
				}
				kept = time.Now()
			}
			r.purge(ctx)
			continue
		}
		if err := r.take(ctx, batch); err != nil {
			if errors.Is(err, errLost) {
				return nil
			}
			return err
		}
		kept = time.Now()
		r.purge(ctx)
	}
	return nil
}

// open finds where to go on. A stream that was made anew is read from its
// beginning.
func (r *reader) open(ctx context.Context) (err error) {
	if r.stream, err = r.f.Stream.js.Stream(ctx, eventStream); err != nil {
		return err
	}
	r.made = r.stream.CachedInfo().Created.UnixMilli()
	var row leaseRow
	if err := r.f.DB.NewSelect().Model(&row).Where("name = ?", r.name).Scan(ctx); err != nil {
		return store.Translate(err)
	}
	if row.Stream == r.made {
		r.position = uint64(row.Position)
	}
	return nil
}

// batch waits a moment for messages and returns those that are there.
func (r *reader) batch(it jetstream.MessagesContext) (all []jetstream.Msg, err error) {
	size, wait := 0, time.Second
	for len(all) < intakeBatch && size < intakeBytes {
		m, err := it.Next(jetstream.NextMaxWait(wait))
		switch {
		case errors.Is(err, nats.ErrTimeout), errors.Is(err, context.DeadlineExceeded), errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return all, nil
		case err != nil:
			return all, err
		}
		all, size, wait = append(all, m), size+len(m.Data()), 2*time.Millisecond
	}
	return all, nil
}

// take writes some messages, in one transaction.
func (r *reader) take(ctx context.Context, batch []jetstream.Msg) error {
	var parcels []*parcel
	last := r.position
	for _, m := range batch {
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		last = meta.Sequence.Stream
		some, err := readParcels(m)
		if err != nil {
			r.f.Log.ErrorContext(ctx, "a message that is no parcel of events", "sequence", last, "error", err)
		}
		parcels = append(parcels, some...)
	}
	err := r.f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := r.advance(ctx, tx, last); err != nil {
			return err
		}
		return r.f.ingest(ctx, tx, parcels)
	})
	if err != nil {
		return err
	}
	r.position = last
	return nil
}

// advance notes how far the partition is read, if it still is this replica's.
func (r *reader) advance(ctx context.Context, tx bun.Tx, to uint64) error {
	now := r.f.Now()
	res, err := tx.NewUpdate().Model((*leaseRow)(nil)).Set("position = ?, stream = ?, until = ?", int64(to), r.made, store.At(now.Add(intakeLease))).
		Where("name = ? AND holder = ?", r.name, r.f.Replica).Where("(stream <> ? OR position = ?)", r.made, int64(r.position)).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errLost)
	}
	return nil
}

// purge takes out of the stream what is in the database.
func (r *reader) purge(ctx context.Context) {
	if r.position == 0 || time.Since(r.purged) < purgeInterval {
		return
	}
	r.purged = time.Now()
	if err := r.stream.Purge(ctx, jetstream.WithPurgeSubject(r.subject), jetstream.WithPurgeSequence(r.position+1)); err != nil && ctx.Err() == nil {
		r.f.Log.WarnContext(ctx, "emptying the stream of events", "error", fmt.Sprint(err))
	}
}

package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Again asks for a message to come back later.
type Again struct{ After time.Duration }

// Error implements error.
func (a Again) Error() string { return fmt.Sprintf("again after %s", a.After) }

// Work hands messages to handle, as many at a time as workers, until ctx ends;
// then it waits for those that run. While handle runs, the message's lease is
// extended. A nil error takes the message off the queue, Again brings it back
// later, and any other error does so after a minute.
func (q *Queue) Work(ctx context.Context, workers int, handle func(ctx context.Context, data []byte) error) error {
	c, err := q.consumer(ctx)
	if err != nil {
		return err
	}
	var running sync.WaitGroup
	defer running.Wait()
	free := make(chan struct{}, workers)
	for {
		select {
		case <-ctx.Done():
			return nil
		case free <- struct{}{}:
		}
		msg, err := next(ctx, c)
		if err != nil || msg == nil {
			<-free
			if err != nil && ctx.Err() == nil {
				q.log.WarnContext(ctx, "the work queue does not answer", "error", err)
				pause(ctx, time.Second)
			}
			continue
		}
		running.Go(func() {
			defer func() { <-free }()
			q.run(ctx, msg, handle)
		})
	}
}

// consumer is the one that all replicas share.
func (q *Queue) consumer(ctx context.Context) (jetstream.Consumer, error) {
	var c jetstream.Consumer
	var err error
	for range 20 {
		c, err = q.js.CreateOrUpdateConsumer(ctx, stream, jetstream.ConsumerConfig{
			Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: q.lease, MaxDeliver: -1, MaxAckPending: 10_000,
		})
		if err == nil || ctx.Err() != nil {
			break
		}
		pause(ctx, 500*time.Millisecond)
	}
	if err != nil {
		return nil, fmt.Errorf("becoming a worker: %w", err)
	}
	return c, nil
}

// next waits a few seconds for a message, and returns nil when none came.
func next(ctx context.Context, c jetstream.Consumer) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	msg, err := c.Next(jetstream.FetchContext(ctx))
	if errors.Is(err, jetstream.ErrNoMessages) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return nil, nil // nothing to do is no error
	}
	return msg, err
}

func (q *Queue) run(ctx context.Context, msg jetstream.Msg, handle func(context.Context, []byte) error) {
	done := make(chan struct{})
	var extending sync.WaitGroup
	extending.Go(func() {
		tick := time.NewTicker(q.lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := msg.InProgress(); err != nil {
					q.log.WarnContext(ctx, "extending a lease", "error", err)
				}
			case <-done:
				return
			}
		}
	})
	err := handle(ctx, msg.Data())
	close(done)
	extending.Wait()

	again, asked := errors.AsType[Again](err)
	switch {
	case err == nil:
		// Answered only once the server has taken it: a lost acknowledgement
		// would bring the message back.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		err = msg.DoubleAck(end)
		cancel()
	case asked:
		err = msg.NakWithDelay(again.After)
	default:
		q.log.ErrorContext(ctx, "a job was put back", "error", err)
		err = msg.NakWithDelay(time.Minute)
	}
	if err != nil {
		q.log.WarnContext(ctx, "telling the work queue what became of a job", "error", err)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

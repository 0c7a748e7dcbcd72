// Package queue is the work queue of the control plane: a JetStream stream, in
// a server within the process or in a cluster. A message is delivered to one
// worker at a time and again if that worker dies; what must not happen twice
// is for the worker to guard (see internal/jobs).
package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	stream  = "DEMARC_JOBS"
	subject = "demarc.jobs"
)

// Options of Open.
type Options struct {
	URL string // nats://…, several by comma; empty runs a server in the process
	Dir string // where that server keeps its files
	Log *slog.Logger

	// Lease is how long a message stays with a worker that says nothing; zero
	// is 30 seconds.
	Lease time.Duration
}

// Queue is a connection to the work queue. It is safe for concurrent use.
type Queue struct {
	lease  time.Duration
	server *server.Server
	conn   *nats.Conn
	js     jetstream.JetStream
	log    *slog.Logger
}

// Open connects, and makes the stream if it is not there yet.
func Open(ctx context.Context, opt Options) (_ *Queue, err error) {
	q := &Queue{lease: opt.Lease, log: opt.Log}
	if q.lease == 0 {
		q.lease = 30 * time.Second
	}
	if q.log == nil {
		q.log = slog.New(slog.DiscardHandler)
	}
	defer func() {
		if err != nil {
			q.Close()
		}
	}()
	url, options := opt.URL, []nats.Option{nats.Name("demarc"), nats.MaxReconnects(-1), nats.ReconnectWait(500 * time.Millisecond), nats.Timeout(5 * time.Second)}
	if url == "" {
		if q.server, err = embedded(opt.Dir); err != nil {
			return nil, err
		}
		options = append(options, nats.InProcessServer(q.server))
	}
	if q.conn, err = nats.Connect(url, options...); err != nil {
		return nil, fmt.Errorf("connecting to the work queue: %w", err)
	}
	if q.js, err = jetstream.New(q.conn); err != nil {
		return nil, err
	}
	if err := q.ensure(ctx); err != nil {
		return nil, fmt.Errorf("making the stream of jobs: %w", err)
	}
	return q, nil
}

// embedded starts a server that listens nowhere. What it has acknowledged is
// on disk.
func embedded(dir string) (*server.Server, error) {
	s, err := server.NewServer(&server.Options{
		ServerName: "demarc", DontListen: true, JetStream: true, StoreDir: dir, SyncAlways: true, NoSigs: true, NoLog: true,
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: 16 << 30, MaxPayload: 8 << 20, MaxPending: 64 << 20,
	})
	if err != nil {
		return nil, fmt.Errorf("starting the work queue: %w", err)
	}
	s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		s.Shutdown()
		return nil, errors.New("starting the work queue: it is not ready after 20 seconds")
	}
	return s, nil
}

// ensure makes the stream of jobs.
func (q *Queue) ensure(ctx context.Context) error {
	cfg := jetstream.StreamConfig{
		Name: stream, Subjects: []string{subject}, Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
		Duplicates: 10 * time.Minute, MaxMsgSize: 64 << 10, Description: "assessments to run",
	}
	return q.Ensure(ctx, cfg)
}

// JetStream is what other streams than the queue's are published to and read
// from.
func (q *Queue) JetStream() jetstream.JetStream { return q.js }

// Embedded reports whether the server is the one in the process.
func (q *Queue) Embedded() bool { return q.server != nil }

// MaxPayload is the largest message that the server takes.
func (q *Queue) MaxPayload() int64 { return q.conn.MaxPayload() }

// Ensure makes a stream with as many copies as the cluster can hold, three at
// most. A cluster that has just started may need a moment to agree.
func (q *Queue) Ensure(ctx context.Context, cfg jetstream.StreamConfig) error {
	cfg.Replicas = 1
	if q.server == nil && len(q.conn.DiscoveredServers())+1 >= 3 || len(q.conn.Servers()) >= 3 {
		cfg.Replicas = 3
	}
	var err error
	for range 20 {
		if _, err = q.js.CreateOrUpdateStream(ctx, cfg); err == nil || ctx.Err() != nil {
			return err
		}
		var api *jetstream.APIError
		if errors.As(err, &api) && api.Code < 500 || NoRoom(err) {
			return err
		}
		time.Sleep(500 * time.Millisecond)
	}
	return err
}

// NoRoom reports whether there is less storage than a stream was to get: no
// peer of the cluster has it, or this server does not.
func NoRoom(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && slices.Contains([]jetstream.ErrorCode{10005, 10023, 10047}, api.ErrorCode)
}

// Publish puts a message on the queue and returns once it is stored. Within
// ten minutes a message of the same id is taken once only.
func (q *Queue) Publish(ctx context.Context, id string, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if _, err := q.js.Publish(ctx, subject, data, jetstream.WithMsgID(id)); err != nil {
		return fmt.Errorf("queueing job %s: %w", id, err)
	}
	return nil
}

// Ready reports whether the queue can be used.
func (q *Queue) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := q.js.Stream(ctx, stream)
	return err
}

// Waiting returns how many messages are on the queue or with a worker.
func (q *Queue) Waiting(ctx context.Context) (uint64, error) {
	s, err := q.js.Stream(ctx, stream)
	if err != nil {
		return 0, err
	}
	return s.CachedInfo().State.Msgs, nil
}

// Close disconnects, and stops the server in the process.
func (q *Queue) Close() {
	if q.conn != nil {
		q.conn.Close()
	}
	if q.server != nil {
		q.server.Shutdown()
		q.server.WaitForShutdown()
	}
}

package fleet

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/demarc-sec/demarc/internal/queue"
)

// Streams and their subjects.
const (
	beatStream  = "DEMARC_BEATS"
	beatSubject = "demarc.beat."

	eventStream  = "DEMARC_EVENTS"
	eventSubject = "demarc.events."
)

// partitions divide the events by agent: those of one agent are in one, and
// are taken in by one replica at a time.
const partitions = 8

// Headers of a heartbeat in the stream.
const (
	headerSeen   = "Demarc-Seen"   // when it came, in milliseconds
	headerBefore = "Demarc-Before" // the boot before this one
)

// Stream is what is kept in JetStream: the last heartbeat of each agent, and
// events until they are taken in.
type Stream struct {
	q  *queue.Queue
	js jetstream.JetStream

	beats   jetstream.Stream // to be asked; asking what it is costs more than a heartbeat
	senders [partitions]sender
}

// OpenStream makes the streams where they are not there yet.
func OpenStream(ctx context.Context, q *queue.Queue) (*Stream, error) {
	beats := jetstream.StreamConfig{
		Name: beatStream, Subjects: []string{beatSubject + "*"}, Storage: jetstream.FileStorage, MaxMsgsPerSubject: 1, Discard: jetstream.DiscardOld,
		MaxMsgSize: 32 << 10, AllowDirect: true, Description: "the last heartbeat of each agent",
	}
	if q.Embedded() {
		// A heartbeat is not worth a flush of the disk. What a power failure takes
		// is a second of them, and the chain goes on from the next one.
		beats.PersistMode = jetstream.AsyncPersistMode
	}
	events := jetstream.StreamConfig{
		Name: eventStream, Subjects: []string{eventSubject + "*"}, Storage: jetstream.FileStorage,
		Discard: jetstream.DiscardNew, MaxBytes: mostEvents, Description: "what agents saw, until it is taken in",
	}
	for _, cfg := range []jetstream.StreamConfig{beats, events} {
		if err := ensure(ctx, q, cfg); err != nil {
			return nil, fmt.Errorf("making the stream %s: %w", cfg.Name, err)
		}
	}
	s := &Stream{q: q, js: q.JetStream()}
	var err error
	if s.beats, err = s.js.Stream(ctx, beatStream); err != nil {
		return nil, fmt.Errorf("opening the stream %s: %w", beatStream, err)
	}
	return s, nil
}

// Room for events that wait to be taken in, in bytes. JetStream sets it aside,
// so that a cluster that has less to give gets a smaller stream.
const (
	mostEvents  = 8 << 30
	leastEvents = 64 << 20
)

// ensure makes a stream, as large as there is room for.
func ensure(ctx context.Context, q *queue.Queue, cfg jetstream.StreamConfig) error {
	for {
		err := q.Ensure(ctx, cfg)
		if !queue.NoRoom(err) || cfg.MaxBytes/2 < leastEvents {
			return err
		}
		cfg.MaxBytes /= 2
	}
}

// stored is a heartbeat as it is in the stream.
type stored struct {
	sequence uint64 // of the stream
	body     []byte
	seen     time.Time
	before   string
}

// last returns the last heartbeat of an agent, nil where there is none.
func (s *Stream) last(ctx context.Context, uid string) (*stored, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	m, err := s.beats.GetLastMsgForSubject(ctx, beatSubject+uid)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil //nolint:nilnil // documented
	}
	if err != nil {
		return nil, err
	}
	return &stored{m.Sequence, m.Data, readSeen(m.Header), m.Header.Get(headerBefore)}, nil
}

// errOvertaken says that the last heartbeat is another one than was thought.
var errOvertaken = errors.New("another heartbeat came first")

// put stores a heartbeat on condition that the last one still is the one with
// this sequence of the stream; 0 is that there is none.
func (s *Stream) put(ctx context.Context, uid string, b *stored, after uint64) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	m := nats.NewMsg(beatSubject + uid)
	m.Data = b.body
	m.Header.Set(headerSeen, strconv.FormatInt(b.seen.UnixMilli(), 10))
	if b.before != "" {
		m.Header.Set(headerBefore, b.before)
	}
	ack, err := s.js.PublishMsg(ctx, m, jetstream.WithExpectLastSequencePerSubject(after))
	var api *jetstream.APIError
	if errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == wrongLastConstant) {
		return errOvertaken
	}
	if err != nil {
		return err
	}
	b.sequence = ack.Sequence
	return nil
}

// wrongLastConstant is what newer servers say instead.
const wrongLastConstant = 10164

func readSeen(h nats.Header) time.Time {
	ms, err := strconv.ParseInt(h.Get(headerSeen), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// follow tells of the last heartbeat of every agent, and then of each that
// comes to any replica, until ctx ends.
func (s *Stream) follow(ctx context.Context, saw func(uid string, at time.Time), caughtUp func()) error {
	c, err := s.js.OrderedConsumer(ctx, beatStream, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy, HeadersOnly: true})
	if err != nil {
		return err
	}
	info, err := s.js.Stream(ctx, beatStream)
	if err != nil {
		return err
	}
	waits := info.CachedInfo().State.LastSeq // what is there now is known once this is reached
	if info.CachedInfo().State.Msgs == 0 {
		waits = 0
	}
	var done bool
	if waits == 0 {
		done = true
		caughtUp()
	}
	ended := make(chan error, 1)
	run, err := c.Consume(func(m jetstream.Msg) {
		saw(strings.TrimPrefix(m.Subject(), beatSubject), readSeen(m.Headers()))
		if done {
			return
		}
		if meta, err := m.Metadata(); err == nil && (meta.Sequence.Stream >= waits || meta.NumPending == 0) {
			done = true
			caughtUp()
		}
	})
	if err != nil {
		return err
	}
	defer run.Stop()
	select {
	case <-ctx.Done():
		return nil
	case <-run.Closed():
		return errors.Join(errors.New("the stream of heartbeats ended"), ctx.Err())
	case err := <-ended:
		return err
	}
}

// partition is where an agent's events go.
func partition(agent int64) string {
	return eventSubject + strconv.FormatInt(agent%partitions, 10)
}

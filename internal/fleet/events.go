package fleet

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// parcel is some events of one agent in a row, as they lie in the stream.
type parcel struct {
	Agent  int64        `json:"agent"`
	Org    int64        `json:"org"`
	Epoch  string       `json:"epoch"`
	Offset int64        `json:"offset"` // milliseconds to add to the host's clock
	Came   time.Time    `json:"came"`
	Events []wire.Event `json:"events"`
}

// parcelBytes is how much goes into one message, before it is packed.
const parcelBytes = 1 << 20

// packAbove is the size from which packing is worth it.
const packAbove = 2 << 10

// headerPacked says that a message is gzip.
const headerPacked = "Demarc-Packed"

// events stores a batch, and says up to where it is stored: an agent keeps
// what is beyond.
func (f *Fleet) events(ctx context.Context, n *identity, body []byte) (*wire.Stored, error) {
	var b wire.Batch
	if err := wire.Decode(body, &b); err != nil {
		return nil, refuse(wire.CodeInvalid, "%s", err)
	}
	if err := b.Check(); err != nil {
		return nil, refuse(wire.CodeInvalid, "%s", err)
	}
	if b.Events[len(b.Events)-1].Sequence > 1<<62 {
		return nil, refuse(wire.CodeInvalid, "the number of an event is out of bounds")
	}
	from := parcel{Agent: n.id, Org: n.org, Epoch: line(b.Epoch, 64), Offset: f.offset(n), Came: f.Now().UTC()}
	out := &wire.Stored{At: f.Now()}
	for rest := b.Events; len(rest) > 0; {
		count, size := 0, 0
		for count < len(rest) && (count == 0 || size+len(rest[count].Body) <= parcelBytes) {
			size += len(rest[count].Body) + 100
			count++
		}
		p := from
		p.Events, rest = rest[:count], rest[count:]
		if err := f.Stream.send(ctx, &p); err != nil {
			if out.Acked == 0 {
				f.Log.WarnContext(ctx, "storing events", "agent", n.uid, "error", err)
				return nil, &refusal{wire.CodeBusy, "the events cannot be stored at the moment", 30 * time.Second}
			}
			out.Retry = 30
			return out, nil
		}
		out.Acked = p.Events[count-1].Sequence
	}
	return out, nil
}

// offset is by how much the agent's clock is off, as it last said.
func (f *Fleet) offset(n *identity) int64 {
	n.shared.chain.Lock()
	defer n.shared.chain.Unlock()
	if n.shared.last == nil {
		return 0
	}
	return n.shared.last.beat.Offset
}

// send stores a parcel, and returns once it is on disk. What comes while the
// disk is busy goes with the next message, so that many small batches cost no more
// flushes than a few.
func (s *Stream) send(ctx context.Context, p *parcel) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	o := &outgoing{parcel: p, data: data, done: make(chan error, 1)}
	s.senders[p.Agent%partitions].add(s, o)
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		return ctx.Err() // it may be stored; what is sent again is passed over
	}
}

// outgoing is a parcel that waits to be stored.
type outgoing struct {
	parcel *parcel
	data   []byte
	done   chan error
}

// sender stores the parcels of one partition, one message at a time.
type sender struct {
	mu      sync.Mutex
	waiting []*outgoing
	running bool
}

func (q *sender) add(s *Stream, o *outgoing) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, o)
	if !q.running {
		q.running = true
		go q.run(s)
	}
}

func (q *sender) run(s *Stream) {
	for group := q.next(); len(group) > 0; group = q.next() {
		s.store(group)
	}
}

// next takes what goes into one message; when there is nothing, running ends.
func (q *sender) next() []*outgoing {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, 0
	for n < len(q.waiting) && (n == 0 || size+len(q.waiting[n].data) <= parcelBytes) {
		size += len(q.waiting[n].data)
		n++
	}
	group := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	q.running = n > 0
	return group
}

// store stores some parcels of one partition in one message, and tells those who
// wait.
func (s *Stream) store(group []*outgoing) {
	m, err := message(group)
	if err == nil && int64(len(m.Data)) > s.q.MaxPayload()-4<<10 {
		if len(group) > 1 {
			for i := range group {
				s.store(group[i : i+1])
			}
			return
		}
		// One event that no message holds. That it is lost must be known.
		less := outgoing{parcel: group[0].parcel}
		if less.data, err = json.Marshal(less.parcel.without()); err == nil {
			m, err = message([]*outgoing{&less})
		}
	}
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		_, err = s.js.PublishMsg(ctx, m)
		cancel()
	}
	for _, o := range group {
		o.done <- err
	}
}

// without is the parcel with a count of what was in it.
func (p *parcel) without() *parcel {
	q := *p
	q.Events = nil
	for _, e := range p.Events {
		body, err := json.Marshal(wire.Dropped{Count: 1, Kinds: map[wire.EventKind]uint64{e.Kind: 1}, From: e.At, To: e.At})
		if err != nil {
			body = []byte("{}") // numbers and times
		}
		q.Events = append(q.Events, wire.Event{Sequence: e.Sequence, At: e.At, Kind: wire.EventDropped, Body: body})
	}
	return &q
}

var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // for levels that there are not
	}
	return z
}}

// message is parcels one after the other, each a JSON value.
func message(group []*outgoing) (*nats.Msg, error) {
	m := nats.NewMsg(partition(group[0].parcel.Agent))
	size := 0
	for _, o := range group {
		size += len(o.data)
	}
	if size <= packAbove {
		for _, o := range group {
			m.Data = append(m.Data, o.data...)
		}
		return m, nil
	}
	var b bytes.Buffer
	z := packers.Get().(*gzip.Writer) //nolint:forcetypeassert // nothing else is in it
	defer packers.Put(z)
	z.Reset(&b)
	for _, o := range group {
		if _, err := z.Write(o.data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	m.Data = b.Bytes()
	m.Header.Set(headerPacked, "gzip")
	return m, nil
}

// readParcels reads what message made.
func readParcels(m jetstream.Msg) (all []*parcel, err error) {
	var r io.Reader = bytes.NewReader(m.Data())
	if m.Headers().Get(headerPacked) != "" {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		r = io.LimitReader(z, 2*wire.MaxUnpacked)
	}
	for d := json.NewDecoder(r); ; {
		p := new(parcel)
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return all, err
		}
		if len(p.Events) == 0 {
			return all, errors.New("a parcel without events")
		}
		all = append(all, p)
	}
}

// at is when an event happened by the control plane's clock. What a host's
// clock cannot have meant is when it came.
func (p *parcel) at(e *wire.Event) time.Time {
	t := e.At.Add(time.Duration(p.Offset) * time.Millisecond)
	if t.After(p.Came.Add(5*time.Minute)) || t.Before(p.Came.AddDate(0, -3, 0)) {
		return p.Came
	}
	return t
}

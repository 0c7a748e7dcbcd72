package fleet

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	p := parcel{Agent: n.id, Org: n.org, Epoch: line(b.Epoch, 64), Offset: f.offset(n), Came: f.Now().UTC()}
	out := &wire.Stored{At: f.Now()}
	for rest := b.Events; len(rest) > 0; {
		count, size := 0, 0
		for count < len(rest) && (count == 0 || size+len(rest[count].Body) <= parcelBytes) {
			size += len(rest[count].Body) + 100
			count++
		}
		p.Events, rest = rest[:count], rest[count:]
		if err := f.Stream.send(ctx, n.uid, &p); err != nil {
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

// send stores a parcel, and returns once it is on disk.
func (s *Stream) send(ctx context.Context, uid string, p *parcel) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	m, err := p.message()
	if err != nil {
		return err
	}
	if int64(len(m.Data)) > s.q.MaxPayload()-4<<10 {
		// One event that no message holds. That it is lost must be known.
		p = p.without()
		if m, err = p.message(); err != nil {
			return err
		}
	}
	first, last := p.Events[0].Sequence, p.Events[len(p.Events)-1].Sequence
	_, err = s.js.PublishMsg(ctx, m, jetstream.WithMsgID(fmt.Sprintf("%s:%s:%d-%d", uid, p.Epoch, first, last)))
	return err
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

func (p *parcel) message() (*nats.Msg, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	m := nats.NewMsg(partition(p.Agent))
	m.Data = data
	if len(data) > packAbove {
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		if err != nil {
			return nil, err
		}
		if _, err := z.Write(data); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		m.Data = b.Bytes()
		m.Header.Set(headerPacked, "gzip")
	}
	return m, nil
}

func readParcel(m jetstream.Msg) (*parcel, error) {
	data := m.Data()
	if m.Headers().Get(headerPacked) != "" {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		if data, err = io.ReadAll(io.LimitReader(z, 2*wire.MaxUnpacked)); err != nil {
			return nil, err
		}
	}
	p := new(parcel)
	if err := json.Unmarshal(data, p); err != nil {
		return nil, err
	}
	if len(p.Events) == 0 {
		return nil, errors.New("a parcel without events")
	}
	return p, nil
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

package fleet

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// lying is a message as a reader gets it.
type lying struct {
	jetstream.Msg
	m *nats.Msg
}

func (l lying) Data() []byte         { return l.m.Data }
func (l lying) Headers() nats.Header { return l.m.Header }

// Parcels that lie in one message come out as they were, packed or not, and those of
// before, of which each message has one, too.
func TestParcelsInOneMessage(t *testing.T) {
	for name, c := range map[string]struct {
		n    int
		body string
	}{"one": {1, `{}`}, "some": {3, `{"a":1}`}, "packed": {40, `"` + strings.Repeat("x", 1000) + `"`}} {
		t.Run(name, func(t *testing.T) {
			var group []*outgoing
			for i := range c.n {
				p := &parcel{Agent: int64(8 * i), Org: 1, Epoch: "e", Events: []wire.Event{{Sequence: uint64(i + 1), Kind: wire.EventHost, Body: json.RawMessage(c.body)}}}
				data, err := json.Marshal(p)
				if err != nil {
					t.Fatal(err)
				}
				group = append(group, &outgoing{parcel: p, data: data})
			}
			m, err := message(group)
			if err != nil {
				t.Fatal(err)
			}
			if packed := m.Header.Get(headerPacked) != ""; packed != (name == "packed") {
				t.Errorf("packed: %t", packed)
			}
			got, err := readParcels(lying{m: m})
			if err != nil || len(got) != c.n {
				t.Fatalf("%d parcels, %v", len(got), err)
			}
			for i := range got {
				if !reflect.DeepEqual(got[i], group[i].parcel) {
					t.Errorf("parcel %d is %+v, was %+v", i, got[i], group[i].parcel)
				}
			}
		})
	}
	if got, err := readParcels(lying{m: &nats.Msg{Data: []byte(`{"agent":1,"events":[{"sequence":1}]}{"agent":2}x`)}}); err == nil || len(got) != 1 {
		t.Errorf("%d parcels before what is none, %v", len(got), err)
	}
}

// What waits while a message is stored goes together, up to what one holds.
func TestSenderGathers(t *testing.T) {
	q := &sender{running: true}
	for range 5 {
		q.waiting = append(q.waiting, &outgoing{data: make([]byte, parcelBytes/2)})
	}
	for _, want := range []int{2, 2, 1, 0} {
		if got := len(q.next()); got != want {
			t.Errorf("%d go together, want %d", got, want)
		}
	}
	if q.running || len(q.waiting) != 0 {
		t.Errorf("it runs: %t, and %d wait", q.running, len(q.waiting))
	}
}

package fleet_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// batch is events of some numbers, each of a path that has its number.
func (h *host) batch(from, to uint64, pad string) []byte {
	b := wire.Batch{Epoch: "e1"}
	for n := from; n <= to; n++ {
		body := fmt.Sprintf(`{"path":"/srv/%d","what":"changed","severity":"info","details":["%s"],"cause":{"kind":"package","explains":true}}`, n, pad)
		b.Events = append(b.Events, wire.Event{Sequence: n, At: h.w.clock.now(), Kind: wire.EventIntegrity, Body: json.RawMessage(body)})
	}
	return must2(json.Marshal(b))(h.w.t)
}

// Batches of many agents at once, each sent twice and at the same time, small ones
// and large ones: each event is taken in once.
func TestEventsOfManyAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.door = fleet.NewDoor(w.Fleet, nil)
		w.run(w.Fleet)
		hosts := w.hosts(20)
		var all sync.WaitGroup
		for i, h := range hosts {
			pad := ""
			if i%4 == 0 {
				pad = strings.Repeat("x", 150<<10) // 1.5 MiB, which is no small batch once it is unpacked
			}
			body := packed(h.batch(1, 10, pad))
			sig := h.sign(wire.PathEvents, h.batch(1, 10, pad))
			for range 2 {
				all.Go(func() {
					if a := w.raw(wire.PathEvents, body, wire.HeaderAgent, h.enrolled.Agent, wire.HeaderSignature, sig, "Content-Encoding", "gzip"); a.status != 200 {
						t.Errorf("answered %d %.200s", a.status, a.body)
					}
				})
			}
		}
		all.Wait()
		w.counted(int64(10 * len(hosts)))
		for _, h := range hosts {
			if got := w.changes(fleet.ChangeQuery{Agent: h.agent().ID}); len(got) != 10 {
				t.Errorf("%d changes of %s", len(got), h.agent().Host.Hostname)
			}
		}
	})
}

// sign is its signature as a header has it.
func (h *host) sign(path string, body []byte) string {
	h.w.t.Helper()
	return base64.StdEncoding.EncodeToString(must2(wire.Sign(h.key, path, body))(h.w.t))
}

// counted waits until so many changes are counted, and no more.
func (w *world) counted(want int64) {
	w.t.Helper()
	var total int64
	eventually(w.t, fmt.Sprintf("%d changes", want), func() bool {
		var err error
		if total, _, err = w.FileChangeFacets(w.t.Context(), w.admin(), fleet.ChangeQuery{}); err != nil {
			w.t.Fatal(err)
		}
		return total >= want
	})
	time.Sleep(50 * time.Millisecond)
	if total, _, err := w.FileChangeFacets(w.t.Context(), w.admin(), fleet.ChangeQuery{}); err != nil || total != want {
		w.t.Errorf("%d changes are counted, want %d, %v", total, want, err)
	}
}

// Batches that are replayed, that overlap and that come out of order harm nobody but
// the agent that sends them: no event is in the ledger twice, and what is missing is said.
func TestReplayedEvents(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.run(w.Fleet)
	token := w.token(0)
	h, other := w.join(token, "evil", "m1", "b1"), w.join(token, "good", "m2", "b2")
	first := h.batch(1, 5, "")
	for _, body := range [][]byte{first, first, h.batch(3, 8, ""), first, h.batch(12, 14, ""), h.batch(9, 13, ""), h.batch(14, 15, "")} {
		h.send(wire.PathEvents, body).want(200)
	}
	other.send(wire.PathEvents, other.batch(1, 3, "")).want(200)
	theirs := other.batch(4, 5, "")
	w.raw(wire.PathEvents, theirs, wire.HeaderAgent, other.enrolled.Agent, wire.HeaderSignature, h.sign(wire.PathEvents, theirs)).refused(wire.CodeUnknown)
	w.counted(8 + 3 + 1 + 3)
	seen := map[string]int{}
	for _, c := range w.changes(fleet.ChangeQuery{Agent: h.agent().ID}) {
		seen[c.Path]++
	}
	for n := 1; n <= 15; n++ {
		want := 1
		if n >= 9 && n <= 11 {
			want = 0 // they came after what was later, and were passed over
		}
		if got := seen[fmt.Sprintf("/srv/%d", n)]; got != want {
			t.Errorf("event %d is there %d times, want %d", n, got, want)
		}
	}
	if m := h.moments(); strings.Count(strings.Join(m, " "), "gap") != 1 {
		t.Errorf("its timeline is %v", m)
	}
	if m := other.moments(); strings.Contains(strings.Join(m, " "), "gap") {
		t.Errorf("the timeline of the other is %v", m)
	}
	h.beats().want(200)
	other.beats().want(200)
	other.is(fleet.Active)
}

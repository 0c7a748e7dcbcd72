package fleet_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// hosts enrols some, past the door and its bounds.
func (w *world) hosts(n int) []*host {
	w.t.Helper()
	token := w.token(0)
	out := make([]*host, n)
	for i := range out {
		h := &host{w: w, key: newKey(w.t), one: new(sync.Mutex)}
		e, err := w.Enrol(w.t.Context(), &wire.Enrol{Token: token, Request: request(w.t, h.key), Host: wire.Host{Hostname: fmt.Sprintf("web-%d", i), MachineID: fmt.Sprint(i), Boot: "b", OS: "linux", Version: "1"}})
		h.enrolled = *must(w.t, e, err)
		h.previous = wire.Hash(h.cert().Raw)
		h.beat = wire.Heartbeat{Boot: "b", Uptime: 60, Version: "1", Policy: h.enrolled.Settings.PolicyHash, Spool: wire.Spool{Epoch: "e1"}}
		out[i] = h
	}
	return out
}

// A heartbeat with all that it takes: signed by the agent, verified, judged
// and stored.
func BenchmarkHeartbeat(b *testing.B) {
	w := newWorld(b, storetest.SQLite(b))
	w.door = fleet.NewDoor(w.Fleet, nil)
	hosts := w.hosts(2000)
	var next atomic.Int64
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			h := hosts[int(next.Add(1))%len(hosts)]
			h.one.Lock()
			a := h.beats()
			h.one.Unlock()
			if a.status != 200 && a.status != 503 {
				b.Errorf("%d %s", a.status, a.body)
			}
		}
	})
}

// Events from the agent's batch into the database, fifty in each.
func BenchmarkEvents(b *testing.B) {
	w := newWorld(b, storetest.SQLite(b))
	w.door = fleet.NewDoor(w.Fleet, nil)
	w.run(w.Fleet)
	hosts := w.hosts(500)
	body := func() string {
		return fmt.Sprintf(`{"path":"/srv/data/%d","what":"changed","severity":"medium","rule":"data","source":"live","cause":{"kind":"login","explains":false}}`, rand.IntN(1<<30))
	}
	var sent, next atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			h := hosts[int(next.Add(1))%len(hosts)]
			h.one.Lock()
			batch := wire.Batch{Epoch: "e1"}
			for range 50 {
				h.event++
				batch.Events = append(batch.Events, wire.Event{Sequence: h.event, At: time.Now(), Kind: wire.EventIntegrity, Body: json.RawMessage(body())})
			}
			a := h.send(wire.PathEvents, must2(json.Marshal(batch))(b))
			h.one.Unlock()
			if a.status != 200 {
				h.event -= 50
				continue
			}
			sent.Add(50)
		}
	})
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		total, _, err := w.FileChangeFacets(b.Context(), w.admin(), fleet.ChangeQuery{})
		if err != nil {
			b.Fatal(err)
		}
		if total == sent.Load() {
			b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "events/s")
			return
		}
	}
	b.Fatal("some events were lost")
}

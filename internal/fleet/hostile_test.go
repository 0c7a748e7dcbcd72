package fleet_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// What a hostile agent tries is refused and counted, and another one notices
// nothing.
func TestHostile(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	token := w.token(0)
	h, other := w.join(token, "evil", "m1", "b1"), w.join(token, "good", "m2", "b2")
	h.beats().want(200)
	other.beats().want(200)

	sign := func(key *host, path string, body []byte) string {
		return base64.StdEncoding.EncodeToString(must2(wire.Sign(key.key, path, body))(t))
	}
	good := h.next()
	bomb := packed(bytes.Repeat([]byte{' '}, 40<<20))
	for _, c := range []struct {
		name, path, code string
		body             []byte
		headers          []string
	}{
		{"in another's name", wire.PathHeartbeat, wire.CodeUnknown, good, []string{wire.HeaderAgent, other.enrolled.Agent, wire.HeaderSignature, sign(h, wire.PathHeartbeat, good)}},
		{"of nobody", wire.PathHeartbeat, wire.CodeUnknown, good, []string{wire.HeaderAgent, "NOBODY", wire.HeaderSignature, sign(h, wire.PathHeartbeat, good)}},
		{"an id that is none", wire.PathHeartbeat, wire.CodeUnknown, good, []string{wire.HeaderAgent, "../../x"}},
		{"unsigned", wire.PathHeartbeat, wire.CodeUnknown, good, []string{wire.HeaderAgent, h.enrolled.Agent}},
		{"signed for another place", wire.PathHeartbeat, wire.CodeUnknown, good, []string{wire.HeaderAgent, h.enrolled.Agent, wire.HeaderSignature, sign(h, wire.PathEvents, good)}},
		{"changed on the way", wire.PathHeartbeat, wire.CodeUnknown, append([]byte(" "), good...), []string{wire.HeaderAgent, h.enrolled.Agent, wire.HeaderSignature, sign(h, wire.PathHeartbeat, good)}},
		{"too large", wire.PathHeartbeat, wire.CodeTooLarge, bytes.Repeat([]byte("x"), wire.MaxHeartbeat+1), []string{wire.HeaderAgent, h.enrolled.Agent}},
		{"a bomb", wire.PathEvents, wire.CodeTooLarge, bomb, []string{wire.HeaderAgent, h.enrolled.Agent, "Content-Encoding", "gzip"}},
		{"a bomb to enrol", wire.PathEnrol, wire.CodeTooLarge, packed(bytes.Repeat([]byte{' '}, 1<<20)), []string{"Content-Encoding", "gzip"}},
		{"not gzip", wire.PathEvents, wire.CodeInvalid, []byte("{}"), []string{wire.HeaderAgent, h.enrolled.Agent, "Content-Encoding", "gzip"}},
		{"another encoding", wire.PathEvents, wire.CodeInvalid, []byte("{}"), []string{wire.HeaderAgent, h.enrolled.Agent, "Content-Encoding", "br"}},
		{"no JSON to enrol", wire.PathEnrol, wire.CodeInvalid, []byte("x"), nil},
		{"nowhere", "/agent/v1/shell", wire.CodeInvalid, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.raw(c.path, c.body, c.headers...)
			a.t = t
			a.refused(c.code)
		})
	}
	for _, body := range []string{"x", "{}", `{"sequence":0}`, `{"sequence":-1}`, `{"sequence":2,"previous":"x","boot":"b"}`, `[]`, `null`} {
		h.send(wire.PathHeartbeat, []byte(body)).refused(wire.CodeInvalid)
	}
	for _, body := range []string{"x", "{}", `{"epoch":"e","events":[{"sequence":2,"kind":"host"},{"sequence":1,"kind":"host"}]}`, `{"epoch":"e","events":[{"sequence":1,"kind":"shell","body":{}}]}`} {
		h.send(wire.PathEvents, []byte(body)).refused(wire.CodeInvalid)
	}
	h.send(wire.PathResult, []byte(`{"id":"x","state":"done"}`)).refused(wire.CodeInvalid)
	h.send(wire.PathRenew, []byte(`{"request":"x"}`)).refused(wire.CodeInvalid)
	other.beats().want(200)
	h.is(fleet.Active)
	other.is(fleet.Active)
	if w.counts["events too-large"] != 1 || w.counts["heartbeat unknown"] != 6 {
		t.Errorf("counted as %v", w.counts)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, wire.PathHeartbeat, nil)
	rec := httptest.NewRecorder()
	w.door.ServeHTTP(rec, r)
	answer{t, rec.Code, rec.Header(), rec.Body.Bytes()}.refused(wire.CodeInvalid)
}

// One that asks too often waits, and nobody else does.
func TestOneAgentTooOften(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	token := w.token(0)
	h, other := w.join(token, "evil", "m1", "b1"), w.join(token, "good", "m2", "b2")
	var refused answer
	for range 300 {
		if a := h.send(wire.PathHeartbeat, []byte("{}")); a.status == http.StatusServiceUnavailable {
			refused = a
		}
	}
	refused.t = t
	refused.refused(wire.CodeBusy)
	if n, err := strconv.Atoi(refused.header.Get("Retry-After")); err != nil || n < 1 {
		t.Errorf("Retry-After is %q", refused.header.Get("Retry-After"))
	}
	other.beats().want(200)
}

// When all enrol at once, some are told to come later, not all at one time; those that
// are there report as ever.
func TestStorm(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	h := w.join(w.token(0), "web-1", "m1", "b1")
	when := map[string]bool{}
	busy := 0
	for range 600 {
		if a := w.raw(wire.PathEnrol, []byte("x")); a.status == http.StatusServiceUnavailable {
			busy++
			when[a.header.Get("Retry-After")] = true
		}
	}
	if busy < 100 || len(when) < 3 {
		t.Errorf("%d told to come later, at %d times", busy, len(when))
	}
	h.beats().want(200)
}

// The chain, in all the ways in which it can break.
func TestChain(t *testing.T) {
	for _, c := range []struct {
		name     string
		do       func(h *host) answer
		tampered string // how the reason is said; nothing if it stays active
		refused  bool
		moment   string
	}{
		{"the next", func(h *host) answer { return h.beats() }, "", false, ""},
		{"the last again", func(h *host) answer {
			b := h.next()
			h.send(wire.PathHeartbeat, b).want(200)
			return h.send(wire.PathHeartbeat, b)
		}, "", false, ""},
		{"set back", func(h *host) answer {
			old := h.clone()
			h.beats().want(200)
			h.beats().want(200)
			old.beat.Uptime++
			return old.beats()
		}, "set back", true, "tampered"},
		{"another of the same number", func(h *host) answer {
			old := h.clone()
			h.beats().want(200)
			old.beat.Uptime++
			return old.beats()
		}, "two heartbeats have the number", true, "tampered"},
		{"after another one", func(h *host) answer {
			h.previous = strings.Repeat("0", 64)
			return h.beats()
		}, "follows another", true, "tampered"},
		{"ahead", func(h *host) answer { h.beat.Sequence += 5; return h.beats() }, "", false, "gap"},
		{"another program", func(h *host) answer { h.beat.Binary = wire.Hash([]byte("x")); return h.beats() }, "program", false, "tampered"},
		{"a newer program", func(h *host) answer {
			h.beat.Binary, h.beat.Version = wire.Hash([]byte("x")), "2"
			return h.beats()
		}, "", false, "version"},
		{"a policy of its own", func(h *host) answer { h.beat.Policy = wire.Hash([]byte("x")); return h.beats() }, "policy", false, "tampered"},
		{"started anew", func(h *host) answer { h.beat.Boot, h.beat.Uptime = "b2", 5; return h.beats() }, "", false, "boot"},
		{"started anew while it was cut off", func(h *host) answer {
			old := h.next() // made before, and sent when there is a network again
			h.w.clock.pass(20 * time.Minute)
			h.send(wire.PathHeartbeat, old).want(200)
			h.beat.Boot, h.beat.Uptime = "b2", 600
			return h.beats()
		}, "", false, "boot"},
		{"two boots at once", func(h *host) answer { h.beat.Boot, h.beat.Uptime = "b2", 5000; return h.beats() }, "two boots", false, "tampered"},
		{"back at the boot before", func(h *host) answer {
			h.beat.Boot, h.beat.Uptime = "b2", 5
			h.beats().want(200)
			h.beat.Boot = "b1"
			return h.beats()
		}, "earlier boot", false, "tampered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLite(t))
			h := w.join(w.token(0), "web-1", "m1", "b1")
			h.beats().want(200)
			w.clock.pass(10 * time.Second)
			a := c.do(h)
			if c.refused {
				a.refused(wire.CodeTampered)
			} else {
				a.want(200)
			}
			got := h.agent()
			if (got.State == fleet.Tampered) != (c.tampered != "") || !strings.Contains(got.Why, c.tampered) {
				t.Errorf("it is %s: %s", got.State, got.Why)
			}
			if c.moment != "" && !strings.Contains(strings.Join(h.moments(), " "), c.moment) {
				t.Errorf("its timeline is %v", h.moments())
			}
		})
	}
}

// The first heartbeat begins with the certificate, and a person can begin a
// chain anew.
func TestBeginning(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	h := w.join(w.token(0), "web-1", "m1", "b1")
	h.previous = strings.Repeat("0", 64)
	h.beats().refused(wire.CodeTampered)
	h.is(fleet.Tampered)
	if _, err := w.Trust(t.Context(), w.admin(), h.agent().ID, "restored from a backup"); err != nil {
		t.Fatal(err)
	}
	h.is(fleet.Missing)
	w.sweep()
	h.is(fleet.Missing) // until it is heard of
	h.beats().want(200)
	w.sweep()
	h.is(fleet.Active)
	old := h.clone()
	h.beats().want(200)
	old.beat.Uptime++
	old.beats().refused(wire.CodeTampered) // trust was for once
}

// Two replicas: either takes any heartbeat, and of two that fork one is taken.
func TestReplicas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		second := &fleet.Fleet{DB: db, Sealer: w.Sealer, Groups: w.dir, Stream: w.Stream, Cloud: w.Cloud, Now: w.clock.now, Log: w.Log, Replica: "b", Event: w.told.tell}
		doors := []*fleet.Door{w.door, fleet.NewDoor(second, nil)}
		h := w.join(w.token(0), "web-1", "m1", "b1")
		for i := range 6 {
			w.door = doors[i%2]
			h.beats().want(200)
		}
		h.is(fleet.Active)
		a, b := h.clone(), h.clone()
		b.beat.Uptime++
		bodies := [][]byte{a.next(), b.next()}
		var both sync.WaitGroup
		var status [2]int
		for i := range 2 {
			both.Go(func() {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, wire.PathHeartbeat, bytes.NewReader(bodies[i]))
				sig, err := wire.Sign(h.key, wire.PathHeartbeat, bodies[i])
				if err != nil {
					t.Error(err)
				}
				r.Header.Set(wire.HeaderAgent, h.enrolled.Agent)
				r.Header.Set(wire.HeaderSignature, base64.StdEncoding.EncodeToString(sig))
				rec := httptest.NewRecorder()
				doors[i].ServeHTTP(rec, r)
				status[i] = rec.Code
			})
		}
		both.Wait()
		if status[0]+status[1] != 200+http.StatusConflict {
			t.Errorf("answered %v", status)
		}
		h.is(fleet.Tampered)
	})
}

// Settings reach agents, and a policy goes forward only.
func TestPolicy(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	h := w.join(w.token(0), "web-1", "m1", "b1")
	h.beats().want(200)
	s, err := w.Settings(t.Context(), w.admin(), w.web)
	if err != nil {
		t.Fatal(err)
	}
	before := h.beat.Policy
	s.Group, s.Policy, s.Interval = w.tree().Root(), json.RawMessage(`{ "fim": "a<b" }`), time.Minute
	if _, err := w.SetSettings(t.Context(), w.admin(), s); err != nil {
		t.Fatal(err)
	}
	var b wire.Beat
	h.beats().want(200).read(&b)
	if b.Settings == nil || b.Settings.Interval != 60 || wire.Hash(b.Settings.Policy) != b.Settings.PolicyHash {
		t.Fatalf("told %+v", b.Settings)
	}
	h.beat.Policy = b.Settings.PolicyHash
	h.beats().want(200).read(&b)
	h.is(fleet.Active)
	h.beat.Policy = before
	h.beats().want(200)
	h.is(fleet.Tampered)
}

func FuzzDoor(f *testing.F) {
	f.Add(wire.PathEnrol, []byte(`{"token":"demarc_agent_x","request":"-----BEGIN","host":{"hostname":"h"}}`), "", "", false)
	f.Add(wire.PathHeartbeat, []byte(`{"sequence":1}`), "AAAA", "AAAA", true)
	f.Add(wire.PathEvents, []byte(`{"epoch":"e","events":[]}`), "AAAA", "", false)
	none := &fleet.Fleet{DB: storetest.SQLite(f), Now: time.Now, Log: slog.New(slog.DiscardHandler), Cloud: &cloudid.Verifier{Now: time.Now}}
	door := fleet.NewDoor(none, nil)
	f.Fuzz(func(t *testing.T, path string, body []byte, agent, sig string, gz bool) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " \x00\x7f%") || len(path) > 100 {
			return
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
		r.URL.Path = path
		r.Header.Set(wire.HeaderAgent, agent)
		r.Header.Set(wire.HeaderSignature, sig)
		if gz {
			r.Header.Set("Content-Encoding", "gzip")
		}
		rec := httptest.NewRecorder()
		door.ServeHTTP(rec, r)
		var no wire.Refusal
		if rec.Code < 400 || json.Unmarshal(rec.Body.Bytes(), &no) != nil || no.Code == "" {
			t.Fatalf("%d %s", rec.Code, rec.Body.Bytes())
		}
	})
}

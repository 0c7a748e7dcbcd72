package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

func TestTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		c := w.hook(rec)
		w.rule(Rule{Group: w.web, Channels: []int64{c.ID}, Match: Match{
			Kinds: []string{inventory.FindingNew, inventory.LineMoved}, Severity: "high", Teams: []string{"payments"}, Environments: []string{"production"},
		}})
		w.finding(inventory.FindingNew, "f1", "critical")
		w.finding(inventory.FindingNew, "f2", "medium").Team = "payments" // below the floor
		w.finding(inventory.FindingNew, "f3", "high").Team = "search"
		w.finding(inventory.FindingNew, "f4", "high").Environment = "test"
		w.finding(inventory.FindingNew, "f5", "high").Group = w.data
		w.finding(inventory.FindingNew, "f6", "high").Group = w.till // below
		w.finding(inventory.FindingResolved, "f7", "high")
		w.finding(inventory.FindingNew, "f8", "high").At = w.clock().Add(-time.Hour) // before the rule
		w.work()
		w.work()
		var got []string
		for _, r := range rec.requests() {
			b := decoded[WebhookBody](t, r.Body)
			if b.Data.Total != 1 || len(b.Data.Events) != 1 || b.Type != inventory.FindingNew {
				t.Errorf("%s", r.Body)
			}
			got = append(got, b.Data.Events[0].Thread)
			e := b.Data.Events[0]
			if e.Location != "live/storage.tf:12" || e.Do == "" || e.Owner != "customer, team payments" || e.URL != "https://demarc.test/findings/21" {
				t.Errorf("an event that lacks something: %+v", e)
			}
		}
		if fmt.Sprint(got) != "[finding:7:11:f1 finding:7:11:f6]" && fmt.Sprint(got) != "[finding:7:11:f6 finding:7:11:f1]" {
			t.Errorf("told of %v", got)
		}
		if d := w.deliveries(); len(d) != 2 || d[0].State != Sent || d[0].RuleName != "rule" || d[0].Attempt != 1 {
			t.Errorf("%+v", d)
		}
	})
}

// Two rules that tell the same channel tell it once; another organisation's
// changes nobody here hears of.
func TestToldOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		c := w.hook(rec)
		w.rule(Rule{Name: "one", Channels: []int64{c.ID}})
		w.rule(Rule{Name: "two", Channels: []int64{c.ID}})
		w.finding(inventory.FindingNew, "f1", "high")
		w.finding(inventory.FindingNew, "bank", "high").Source = 9
		w.work()
		if n := len(rec.requests()); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
	})
}

// What another subject emits is there exactly when its transaction was.
func TestEmit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		w.rule(Rule{Channels: []int64{w.hook(rec).ID}, Match: Match{Kinds: []string{WaiverRequested}, Severity: "critical"}})
		undone := errors.New("undone")
		for i, end := range []error{nil, undone} {
			err := db.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
				return errors.Join(w.Emit(ctx, tx, Event{Org: 1, Group: w.web, Kind: WaiverRequested, Title: fmt.Sprint("waiver ", i)}), end)
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
		}
		w.work()
		got := rec.requests()
		if len(got) != 1 || !strings.Contains(string(got[0].Body), "waiver 0") {
			t.Errorf("%d messages", len(got))
		}
		if n, err := db.NewSelect().Model((*eventRow)(nil)).Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d events are left, %v", n, err)
		}
	})
}

// Many replicas that follow and send at once tell of each thing once.
func TestReplicas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		w.rule(Rule{Channels: []int64{w.hook(rec).ID}, Timing: Timing{Bound: 1000}})
		replicas := []*Notify{w.Notify}
		for _, name := range []string{"b", "c"} {
			replicas = append(replicas, &Notify{
				DB: w.DB, Sealer: w.Sealer, Outbound: w.Outbound, Ledger: w.Ledger, Groups: w.Groups, Sources: w.Sources, PublicURL: w.PublicURL,
				Replica: name, Roots: w.Roots, Now: w.Now, Log: w.Log,
			})
		}
		const most = 60
		for i := range most {
			w.finding(inventory.FindingNew, fmt.Sprint("f", i), "high")
			if i%10 == 0 {
				if err := w.Emit(t.Context(), db, Event{Org: 1, Group: w.web, Kind: inventory.FindingNew, Title: fmt.Sprint("e", i), Severity: "high"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		var all sync.WaitGroup
		for _, n := range replicas {
			all.Go(func() {
				for range 3 {
					if err := errors.Join(n.Follow(t.Context()), n.Send(t.Context())); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		w.work()
		seen := map[string]int{}
		for _, r := range rec.requests() {
			seen[r.Header.Get("webhook-id")]++
		}
		if len(seen) != most+6 || len(rec.requests()) != most+6 {
			t.Errorf("%d messages under %d ids, want %d of each", len(rec.requests()), len(seen), most+6)
		}
	})
}

// A receiver that is down, breaks, is busy or slow gets everything in the end,
// under the same id, once it took it.
func TestFaults(t *testing.T) {
	for name, fault := range map[string]func(http.ResponseWriter, *http.Request, []byte){
		"500": answers(500), "503": answers(503), "401": answers(401), "404": answers(404), "redirect": func(w http.ResponseWriter, r *http.Request, _ []byte) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"hangs up": func(http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, storetest.SQLite(t))
			rec := w.receiver(fault)
			w.rule(Rule{Channels: []int64{w.hook(rec).ID}})
			w.finding(inventory.FindingNew, "f1", "high")
			w.work()
			w.work() // not again at once
			d := w.deliveries(Waiting)
			if len(d) != 1 || d[0].Problem == "" || !d[0].Due.After(w.clock()) || len(rec.requests()) != 1 {
				t.Fatalf("%d requests, %+v", len(rec.requests()), d)
			}
			w.pass(2 * firstPause)
			w.work()
			rec.set(nil)
			w.pass(2 * maxPause)
			w.work()
			w.pass(2 * maxPause)
			w.work()
			got := rec.requests()
			if len(got) != 3 {
				t.Fatalf("%d requests, want 3", len(got))
			}
			for _, r := range got {
				if r.Header.Get("webhook-id") != got[0].Header.Get("webhook-id") || string(r.Body) != string(got[0].Body) || r.Path != "/hook" {
					t.Errorf("another message: %+v", r)
				}
			}
			if d := w.deliveries(Sent); len(d) != 1 || d[0].Attempt != 3 {
				t.Errorf("%+v", d)
			}
		})
	}
}

func TestDown(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	rec := w.receiver(nil)
	w.rule(Rule{Channels: []int64{w.hook(rec).ID}})
	rec.Close()
	w.finding(inventory.FindingNew, "f1", "high")
	w.work()
	for range 60 { // until it is too old
		w.pass(maxPause)
		w.work()
	}
	d := w.deliveries()
	if len(d) != 1 || d[0].State != Dead || !strings.Contains(d[0].Problem, "refused") {
		t.Errorf("%+v", d)
	}
	if err := w.Again(t.Context(), w.admin(), d[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := w.Again(t.Context(), w.admin(), d[0].ID); !errors.Is(err, ErrInvalid) {
		t.Errorf("twice: %v", err)
	}
	if d := w.deliveries(Waiting); len(d) != 1 {
		t.Errorf("%+v", d)
	}
}

// 429 leaves the whole channel alone for as long as it asks.
func TestRetryAfter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		c := w.hook(rec)
		w.rule(Rule{Channels: []int64{c.ID}})
		w.finding(inventory.FindingNew, "f1", "high")
		w.work()
		w.finding(inventory.FindingNew, "f2", "high")
		w.pass(9 * time.Minute)
		w.work()
		if n := len(rec.requests()); n != 1 {
			t.Errorf("asked %d times while it wanted to be left alone", n)
		}
		if c, err := w.Channel(t.Context(), w.admin(), c.ID); err != nil || !c.Paused.After(w.clock()) {
			t.Errorf("%+v %v", c, err)
		}
		rec.set(nil)
		w.pass(2 * time.Minute)
		w.work()
		if d := w.deliveries(Sent); len(d) != 2 {
			t.Errorf("%+v", w.deliveries())
		}
	})
}

// A message that will never be liked is not tried again.
func TestFinal(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	rec := w.receiver(func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		http.Error(w, "invalid_blocks\r\n"+testKey, http.StatusBadRequest)
	})
	w.rule(Rule{Channels: []int64{w.hook(rec).ID}})
	w.finding(inventory.FindingNew, "f1", "high")
	w.work()
	d := w.deliveries(Dead)
	if len(d) != 1 || !strings.Contains(d[0].Problem, "invalid_blocks") || strings.Contains(d[0].Problem, testKey) || strings.Contains(w.log.String(), testKey) {
		t.Errorf("%+v", d)
	}
}

// A replica that dies after it sent and before it said so: another one sends
// under the same id when the lease is over, and not before.
func TestCrash(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		w.rule(Rule{Channels: []int64{w.hook(rec).ID}})
		w.finding(inventory.FindingNew, "f1", "high")
		if err := w.Follow(t.Context()); err != nil {
			t.Fatal(err)
		}
		r, err := w.claim(t.Context())
		if err != nil || r == nil {
			t.Fatal(r, err)
		}
		m, to, err := w.message(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.send(t.Context(), m); err != nil { // and dies here
			t.Fatal(err)
		}
		w.release(r.Channel)
		w.work()
		if n := len(rec.requests()); n != 1 {
			t.Fatalf("%d messages while the lease holds", n)
		}
		w.pass(lease + time.Second)
		w.work()
		got := rec.requests()
		if len(got) != 2 || got[0].Header.Get("webhook-id") != got[1].Header.Get("webhook-id") {
			t.Fatalf("%d messages", len(got))
		}
		// The first one comes back from the dead: what it says no longer counts.
		if err := w.settle(t.Context(), r, &SendError{Text: "late"}); err != nil {
			t.Fatal(err)
		}
		if d := w.deliveries(); len(d) != 1 || d[0].State != Sent || d[0].Attempt != 2 {
			t.Errorf("%+v", d)
		}
	})
}

// A slow channel does not keep the others waiting.
func TestSlow(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	held := make(chan struct{})
	slow := w.receiver(func(http.ResponseWriter, *http.Request, []byte) { <-held })
	fast := w.receiver(nil)
	a := w.channel(Channel{Kind: Webhook, Name: "slow", Config: Config{URL: slow.URL}}, testKey)
	b := w.channel(Channel{Kind: Webhook, Name: "fast", Config: Config{URL: fast.URL}}, testKey)
	w.rule(Rule{Channels: []int64{a.ID, b.ID}})
	for i := range 12 {
		w.finding(inventory.FindingNew, fmt.Sprint("f", i), "high")
	}
	if err := w.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- w.Send(t.Context()) }()
	for start := time.Now(); len(fast.requests()) < 12 && time.Since(start) < 20*time.Second; {
		time.Sleep(10 * time.Millisecond)
	}
	if n := len(fast.requests()); n != 12 {
		t.Errorf("%d of 12 messages passed the slow channel", n)
	}
	if n := len(slow.requests()); n > perChannel {
		t.Errorf("%d messages at once to one channel", n)
	}
	close(held)
	if err := <-done; err != nil {
		t.Error(err)
	}
	w.work()
	if d := w.deliveries(Sent); len(d) != 24 {
		t.Errorf("%d of 24 sent", len(d))
	}
}

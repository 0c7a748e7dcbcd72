package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

func TestTiming(t *testing.T) {
	at := func(s string) time.Time {
		out, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	night := Timing{From: "22:00", To: "07:00", Zone: "Europe/Zurich"}
	for _, c := range []struct {
		name      string
		got, want time.Time
	}{
		{"by day", night.loud(at("2026-11-28T12:00:00Z")), at("2026-11-28T12:00:00Z")},
		{"in the evening", night.loud(at("2026-11-28T21:30:00Z")), at("2026-11-29T06:00:00Z")},
		{"in the morning", night.loud(at("2026-11-28T05:59:00Z")), at("2026-11-28T06:00:00Z")},
		{"at its end", night.loud(at("2026-11-28T06:00:00Z")), at("2026-11-28T06:00:00Z")},
		{"over the change of clocks", night.loud(at("2026-10-24T21:00:00Z")), at("2026-10-25T06:00:00Z")},
		{"in summer", night.loud(at("2026-07-01T21:00:00Z")), at("2026-07-02T05:00:00Z")},
		{"a day's digest", digestOf(Timing{Digest: "daily", At: "08:30", Zone: "America/New_York"}, at("2026-11-28T13:29:00Z")), at("2026-11-28T13:30:00Z")},
		{"the next day's", digestOf(Timing{Digest: "daily", At: "08:30", Zone: "America/New_York"}, at("2026-11-28T13:30:00Z")), at("2026-11-29T13:30:00Z")},
		{"an hour's", digestOf(Timing{Digest: "hourly"}, at("2026-11-28T13:30:00Z")), at("2026-11-28T14:00:00Z")},
		{"an hour's at night", digestOf(Timing{Digest: "hourly", From: "13:00", To: "18:00"}, at("2026-11-28T13:30:00Z")), at("2026-11-28T18:00:00Z")},
		{"noon", (&Timing{From: "11:00", To: "13:00"}).loud(at("2026-11-28T12:00:00Z")), at("2026-11-28T13:00:00Z")},
	} {
		if !c.got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.name, c.got.UTC(), c.want)
		}
	}
	for _, bad := range []Timing{{Digest: "yearly"}, {Zone: "Mars"}, {Zone: "Local"}, {From: "22:00"}, {From: "22:00", To: "22:00"}, {From: "25:00", To: "07:00"}, {Bound: -1}, {Bound: 5000}} {
		if bad.valid() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
	for attempt := 1; attempt < 80; attempt++ {
		if p := pause(attempt); p < firstPause/2 || p > maxPause {
			t.Errorf("pause %d is %s", attempt, p)
		}
	}
}

func digestOf(t Timing, now time.Time) time.Time {
	due, _ := t.digest(now)
	return due
}

// Quiet hours hold and lose nothing; what is critical may pass.
func TestQuiet(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		w.rule(Rule{Channels: []int64{w.hook(rec).ID}, Timing: Timing{From: "11:00", To: "18:00", Critical: true}})
		w.finding(inventory.FindingNew, "f1", "high")
		w.finding(inventory.FindingNew, "f2", "critical")
		w.work()
		if got := rec.requests(); len(got) != 1 || !strings.Contains(string(got[0].Body), `"critical"`) {
			t.Fatalf("%d messages at noon", len(got))
		}
		w.pass(6*time.Hour - time.Minute)
		w.work()
		if n := len(rec.requests()); n != 1 {
			t.Errorf("%d messages before the end", n)
		}
		w.pass(time.Minute)
		w.work()
		if n := len(rec.requests()); n != 2 {
			t.Errorf("%d messages after", n)
		}
	})
}

// A digest holds everything of its time in one message; the next one what
// comes after.
func TestDigest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		w.rule(Rule{Name: "Daily", Channels: []int64{w.hook(rec).ID}, Timing: Timing{Digest: "daily", At: "18:00"}})
		for i := range 250 {
			w.finding(inventory.FindingNew, fmt.Sprint("f", i), "low")
		}
		w.work()
		if n := len(rec.requests()); n != 0 {
			t.Errorf("%d messages at noon", n)
		}
		w.pass(6 * time.Hour)
		w.finding(inventory.FindingNew, "late", "low")
		if err := w.Send(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.work()
		got := rec.requests()
		if len(got) != 1 {
			t.Fatalf("%d messages, want one", len(got))
		}
		if b := decoded[WebhookBody](t, got[0].Body); b.Type != Digest || b.Data.Total != 250 || len(b.Data.Events) != maxItems || b.Data.Rule != "Daily" {
			t.Errorf("%s of %d with %d events of %q", b.Type, b.Data.Total, len(b.Data.Events), b.Data.Rule)
		}
		w.pass(24 * time.Hour)
		w.work()
		if got = rec.requests(); len(got) != 2 || decoded[WebhookBody](t, got[1].Body).Data.Total != 1 {
			t.Errorf("%d messages the day after", len(got))
		}
	})
}

// A digest that failed and is tried again takes nothing new: it is the same
// message.
func TestDigestTriedAgain(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	rec := w.receiver(answers(500))
	w.rule(Rule{Channels: []int64{w.hook(rec).ID}, Timing: Timing{Digest: "hourly"}})
	w.pass(59 * time.Minute)
	w.finding(inventory.FindingNew, "f1", "low")
	w.work()
	w.pass(time.Minute)
	w.work()
	rec.set(nil)
	w.pass(time.Hour)
	w.work()
	got := rec.requests()
	if len(got) != 2 || string(got[0].Body) != string(got[1].Body) {
		t.Errorf("%d messages", len(got))
	}
}

// What is more than a rule may send in an hour comes as one summary at its
// end, with the number of it.
func TestBound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		w.rule(Rule{Channels: []int64{w.hook(rec).ID}, Timing: Timing{Bound: 5}})
		for i := range 20 {
			w.finding(inventory.FindingNew, fmt.Sprint("f", i), "high")
		}
		w.work()
		if n := len(rec.requests()); n != 5 {
			t.Errorf("%d messages at once, want 5", n)
		}
		w.pass(time.Hour)
		w.work()
		got := rec.requests()
		if len(got) != 6 {
			t.Fatalf("%d messages, want 6", len(got))
		}
		if b := decoded[WebhookBody](t, got[5].Body); b.Type != Summary || b.Data.Total != 15 || len(b.Data.Events) != 15 {
			t.Errorf("%s of %d", b.Type, b.Data.Total)
		}
	})
}

// What moves by the calendar and what is silent is told once at each stage.
func TestTend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(nil)
		w.rule(Rule{Channels: []int64{w.hook(rec).ID}, Match: Match{Kinds: []string{DutyMoving, SourceSilent}}})
		w.ledger.moves = []inventory.Move{{Group: w.web, Responsibility: "patching", Title: "Patching", On: "2026-12-20", To: "customer", Service: "rds", Count: 3, Address: "aws_db_instance.a"}}
		w.ledger.last = []inventory.Last{{Source: 7, Assessed: w.clock().Add(-8 * 24 * time.Hour)}, {Source: 8, Assessed: w.clock()}}
		told := func(want int) {
			t.Helper()
			for range 2 {
				if err := w.Tend(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			w.work()
			if n := len(rec.requests()); n != want {
				t.Errorf("%d messages, want %d", n, want)
			}
		}
		told(2)
		body := string(rec.requests()[0].Body) + string(rec.requests()[1].Body)
		for _, want := range []string{"Patching of 3 assets moves to customer on 2026-12-20", "source-7 was last assessed on 2026-11-20", "/sources/7"} {
			if !strings.Contains(body, want) {
				t.Errorf("nothing says %q", want)
			}
		}
		w.pass(16 * 24 * time.Hour) // a week before the line moves; the other source is silent too by now
		told(4)
	})
}

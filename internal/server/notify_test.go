package server

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// What happens to waivers and jobs is put down for whoever wants to be told,
// in the words that they are told it in.
func TestEvents(t *testing.T) {
	s, err := New(t.Context(), Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	org, err := s.Directory.Create(t.Context(), "shop", "Shop")
	if err != nil {
		t.Fatal(err)
	}
	w := waivers.Waiver{
		ID: 5, Org: org.ID, Group: 1, State: waivers.Approved, Reason: "behind a firewall", Until: "2026-12-31", Count: 2,
		By: waivers.Person{Name: "Ann"}, Decider: waivers.Person{Name: "Bob"}, Note: "until the move",
	}
	err = s.DB.Write(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for _, what := range []string{waivers.EventRequested, waivers.EventDecided, waivers.EventExpiring, waivers.EventExpired} {
			if err := s.Waivers.Event(ctx, tx, what, w); err != nil {
				return err
			}
		}
		return s.Jobs.Event(ctx, tx, jobs.Job{ID: 9, Org: org.ID, Group: 1, Source: 3, Attempt: 5, Problem: "no such branch"})
	})
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	if err := s.DB.NewSelect().Table("notify_events").Column("body").Order("id").Scan(t.Context(), &bodies); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Ann asks to accept 2 findings until 2026-12-31", "Bob approved what Ann asked for", "The waiver of 2 findings holds until 2026-12-31",
		"The waiver of 2 findings held until 2026-12-31", "Job 9 came to no result after 5 attempts",
	}
	if len(bodies) != len(want) {
		t.Fatalf("%d events, want %d", len(bodies), len(want))
	}
	for i, b := range bodies {
		if !strings.Contains(b, want[i]) || !strings.Contains(b, `"path":"/`) {
			t.Errorf("%s does not say %q", b, want[i])
		}
	}
}

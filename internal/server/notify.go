package server

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// tellWaiver passes what happens to a waiver on to whoever wants to be told.
func (s *Server) tellWaiver(ctx context.Context, tx bun.Tx, what string, w waivers.Waiver) error {
	e := notify.Event{
		Org: w.Org, Group: w.Group, Path: "/waivers/" + strconv.FormatInt(w.ID, 10), Text: w.Reason, Thread: "waiver:" + strconv.FormatInt(w.ID, 10),
	}
	about := strconv.Itoa(w.Count) + " findings"
	if w.Count == 1 {
		about = "1 finding"
	}
	switch what {
	case waivers.EventRequested:
		e.Kind, e.Title = notify.WaiverRequested, fmt.Sprintf("%s asks to accept %s until %s", w.By.Name, about, w.Until)
		e.Do = "Approve or refuse it. Whoever asked cannot decide on it."
	case waivers.EventDecided:
		e.Kind, e.Title = notify.WaiverDecided, fmt.Sprintf("%s %s what %s asked for: %s until %s", w.Decider.Name, w.State, w.By.Name, about, w.Until)
		if w.Note != "" {
			e.Text = strings.TrimSpace(w.Reason + "\n\n" + w.Decider.Name + ": " + w.Note)
		}
	case waivers.EventExpiring:
		e.Kind, e.Title = notify.WaiverExpiring, fmt.Sprintf("The waiver of %s holds until %s", about, w.Until)
		e.Do = "Mend the findings before, or ask for the waiver again."
	case waivers.EventExpired:
		e.Kind, e.Title = notify.WaiverExpired, fmt.Sprintf("The waiver of %s held until %s; they fail again", about, w.Until)
		e.Do = "Mend the findings, or ask for the waiver again."
	default:
		return nil
	}
	return s.Notify.Emit(ctx, tx, e)
}

// tellJob tells of a job that came to no result.
func (s *Server) tellJob(ctx context.Context, tx bun.Tx, j jobs.Job) error {
	return s.Notify.Emit(ctx, tx, notify.Event{
		Org: j.Org, Group: j.Group, Kind: notify.JobDead, Severity: "high", Source: j.Source,
		Title: fmt.Sprintf("Job %d came to no result after %d attempts", j.ID, j.Attempt), Text: j.Problem,
		Do: "Mend what it says and run the job again. Until then the source is shown as it was.", Path: "/jobs/" + strconv.FormatInt(j.ID, 10),
	})
}

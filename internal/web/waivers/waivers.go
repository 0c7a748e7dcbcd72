// Package waivers is the console's pages of accepted risks: what waits for a
// decision, what holds and until when, asking for one, deciding on one.
package waivers

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/waivers"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// Subject is what the pages show and change.
type Subject interface {
	List(ctx context.Context, who tenant.Who, ask waivers.Query) ([]waivers.Waiver, string, error)
	Get(ctx context.Context, who tenant.Who, id int64) (waivers.Waiver, error)
	Request(ctx context.Context, who tenant.Who, findings []int64, reason, until string) (waivers.Waiver, error)
	Approve(ctx context.Context, who tenant.Who, id int64, note string) error
	Refuse(ctx context.Context, who tenant.Who, id int64, note string) error
	Withdraw(ctx context.Context, who tenant.Who, id int64) error
	Revoke(ctx context.Context, who tenant.Who, id int64, note string) error
}

// Findings looks findings up.
type Findings interface {
	Finding(ctx context.Context, who tenant.Who, id int64) (*inventory.FindingDetail, error)
}

// Pages are the pages of waivers.
type Pages struct {
	Waivers  Subject
	Findings Findings
	Now      func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /waivers", page.For(p.list))
	mux.Handle("GET /waivers/new", page.For(p.blank))
	mux.Handle("POST /waivers", page.For(p.request))
	mux.Handle("GET /waivers/{id}", page.For(p.show))
	mux.Handle("POST /waivers/{id}/{act}", page.For(p.act))
}

// tab is one view of the list.
type tab struct {
	id, title, teaches string
	ask                waivers.Query
}

var tabs = []tab{
	{"waiting", "Waiting for a decision", "When somebody asks for a risk to be accepted, it waits here for a second person.", waivers.Query{States: []waivers.State{waivers.Requested}}},
	{"holding", "Holding", "Risks that are accepted for a time. On the day after the last one their findings fail again.", waivers.Query{States: []waivers.State{waivers.Approved}}},
	{"mine", "Mine", "What you asked for, and what became of it.", waivers.Query{Mine: true}},
	{"all", "All", "Every waiver there was, also those that were refused, withdrawn, revoked or ran out.", waivers.Query{}},
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	current := tabs[0]
	for _, t := range tabs {
		if r.URL.Query().Get("view") == t.id {
			current = t
		}
	}
	ask := current.ask
	ask.Cursor = r.URL.Query().Get("cursor")
	list, next, err := p.Waivers.List(r.Context(), who, ask)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, listPage(page.Of(r, "waivers", "Waivers"), r, who, current, list, next, p.Now()))
}

// form is a request as it is written, and what was wrong with it.
type form struct {
	findings      []inventory.Finding
	reason, until string
	problem       string
	first, last   string // days it may end on
}

func (p *Pages) blank(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	ids := in.Numbers("finding")
	if err := in.Err(); err != nil {
		return err
	}
	return p.form(w, r, who, ids, form{until: p.Now().AddDate(0, 3, 0).Format(time.DateOnly)}, http.StatusOK)
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request, who tenant.Who, ids []int64, f form, status int) error {
	if len(ids) == 0 {
		return fmt.Errorf("%w: choose the findings in the list of findings first", page.ErrInvalid)
	}
	if len(ids) > waivers.MaxFindings {
		return fmt.Errorf("%w: a waiver is for %d findings at most", page.ErrInvalid, waivers.MaxFindings)
	}
	for _, id := range ids {
		d, err := p.Findings.Finding(r.Context(), who, id)
		if err != nil {
			return err
		}
		f.findings = append(f.findings, d.Finding)
	}
	today := p.Now().UTC()
	f.first, f.last = today.Format(time.DateOnly), today.AddDate(0, 0, waivers.MaxDays).Format(time.DateOnly)
	return page.Render(w, r, status, formPage(page.Of(r, "waivers", "Ask for a waiver"), f))
}

func (p *Pages) request(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	ids, f := in.Numbers("finding"), form{reason: in.Text("reason", 8000), until: in.Line("until", 20)}
	if err := in.Err(); err != nil {
		return err
	}
	got, err := p.Waivers.Request(r.Context(), who, ids, f.reason, f.until)
	if err == nil {
		return page.Done(w, r, fmt.Sprintf("/waivers/%d", got.ID), "The request waits for an approver. You cannot decide on it yourself.")
	}
	told, ok := page.Told(err)
	if !ok {
		return err
	}
	f.problem = told
	return p.form(w, r, who, ids, f, http.StatusUnprocessableEntity)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	return p.render(w, r, who, "", http.StatusOK)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, who tenant.Who, problem string, status int) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	got, err := p.Waivers.Get(r.Context(), who, id)
	if err != nil {
		return err
	}
	frame := page.Of(r, "waivers", fmt.Sprintf("Waiver %d", got.ID))
	frame.Problem = problem
	return page.Render(w, r, status, showPage(frame, who, got, p.Now()))
}

// done is what the page says after each act.
var done = map[string]string{
	"approve":  "Approved. The findings count as accepted from now on.",
	"refuse":   "Refused. The findings go on failing.",
	"withdraw": "Withdrawn.",
	"revoke":   "Revoked. The findings fail again.",
}

func (p *Pages) act(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	in := page.ReadForm(r)
	note := in.Text("note", 8000)
	if err := in.Err(); err != nil {
		return err
	}
	switch act := r.PathValue("act"); act {
	case "approve":
		err = p.Waivers.Approve(r.Context(), who, id, note)
	case "refuse":
		err = p.Waivers.Refuse(r.Context(), who, id, note)
	case "withdraw":
		err = p.Waivers.Withdraw(r.Context(), who, id)
	case "revoke":
		err = p.Waivers.Revoke(r.Context(), who, id, note)
	default:
		http.NotFound(w, r)
		return nil
	}
	if err == nil {
		return page.Done(w, r, fmt.Sprintf("/waivers/%d", id), done[r.PathValue("act")])
	}
	if told, ok := page.Told(err); ok {
		return p.render(w, r, who, told, http.StatusUnprocessableEntity)
	}
	return err
}

// mine reports whether the actor asked for the waiver.
func mine(who tenant.Who, w waivers.Waiver) bool { return w.By.Kind == who.Kind && w.By.ID == who.ID }

// decides reports whether the actor may decide on the waiver.
func decides(who tenant.Who, w waivers.Waiver) bool {
	return who.Check(tenant.ApproveWaiver, w.Group) == nil
}

// group is the name of a group with those above it.
func group(who tenant.Who, id int64) string {
	var names []string
	for _, g := range who.Tree.Path(id) {
		names = append(names, g.Name)
	}
	return strings.Join(names, " / ")
}

// left says how long a waiver still holds.
func left(w waivers.Waiver, now time.Time) string {
	day, err := time.Parse(time.DateOnly, w.Until)
	if err != nil || w.State != waivers.Approved {
		return ""
	}
	switch days := int(day.Sub(now.UTC().Truncate(24*time.Hour)).Hours() / 24); {
	case days < 0:
		return "over"
	case days == 0:
		return "today is its last day"
	case days == 1:
		return "one more day"
	default:
		return fmt.Sprintf("%d more days", days)
	}
}

// tone is the look of a state.
func tone(s waivers.State) string {
	switch s {
	case waivers.Approved:
		return "good"
	case waivers.Requested:
		return "warn"
	case waivers.Refused, waivers.Expired, waivers.Revoked:
		return "bad"
	}
	return ""
}

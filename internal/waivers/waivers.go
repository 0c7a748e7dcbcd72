// Package waivers keeps accepted risks: somebody asks for some findings to be
// accepted until a day, somebody else approves or refuses, and on the day
// after the last one the findings fail again.
package waivers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ErrInvalid is wrapped by errors about what was asked for; their text is for
// the person who asked.
var ErrInvalid = errors.New("not valid")

// State is what became of a request.
type State string

// The states.
const (
	Requested State = "requested"
	Approved  State = "approved"
	Refused   State = "refused"
	Withdrawn State = "withdrawn" // by whoever asked, before a decision
	Revoked   State = "revoked"   // before its time
	Expired   State = "expired"
)

// States are all of them, those that wait for somebody first.
var States = []State{Requested, Approved, Expired, Refused, Withdrawn, Revoked}

// Bounds of a request.
const (
	MaxFindings = 500
	MaxDays     = 366 // that a waiver may hold
	maxReason   = 4000
)

// Remind is how long before its end a waiver's people are reminded.
const Remind = 14 * 24 * time.Hour

// Person is somebody at the time, by the name they had.
type Person struct {
	Kind tenant.ActorKind
	ID   int64
	Name string
}

// Waiver is an accepted risk, or one somebody asks to have accepted.
type Waiver struct {
	ID      int64
	Org     int64
	Group   int64 // that all its findings lie in
	State   State
	Reason  string
	Until   string // the last day it holds, as 2027-01-31
	Count   int    // of findings
	By      Person // who asked
	Asked   time.Time
	Decider Person // zero while nobody decided
	Decided time.Time
	Note    string // of whoever decided or ended it
	Ended   time.Time

	Findings []Finding // with one waiver, not in lists
}

// Finding is what a waiver accepts, as it was called when it was asked for.
type Finding struct {
	Source      int64
	Fingerprint string
	Finding     int64
	Check       string
	Title       string
	Severity    string
	Address     string
}

// Ledger is what waivers need of the inventory.
type Ledger interface {
	Finding(ctx context.Context, who tenant.Who, id int64) (*inventory.FindingDetail, error)
	Reconsider(ctx context.Context, tx bun.Tx, org int64, fingerprints []string) (int, error)
}

// Event is told when something happens to a waiver, in its transaction.
type Event func(ctx context.Context, tx bun.Tx, what string, w Waiver) error

// What an Event is told.
const (
	EventRequested = "waiver-requested"
	EventDecided   = "waiver-decided"
	EventExpiring  = "waiver-expiring"
	EventExpired   = "waiver-expired"
)

// Waivers is all waivers of a control plane.
type Waivers struct {
	DB     *store.DB
	Ledger Ledger
	Now    func() time.Time
	Event  Event // may be nil
}

type row struct {
	bun.BaseModel `bun:"table:waivers"`

	ID          int64 `bun:",pk,autoincrement"`
	Org         int64
	GroupID     int64
	State       string
	Reason      string
	Until       string
	Findings    int
	AskedKind   string
	AskedBy     int64
	AskedName   string
	Asked       store.Time
	DecidedKind string
	DecidedBy   int64
	DecidedName string
	Decided     store.Time
	Note        string
	Ended       store.Time
	Reminded    store.Time
}

type findingRow struct {
	bun.BaseModel `bun:"table:waiver_findings"`

	Waiver      int64  `bun:",pk"`
	Source      int64  `bun:",pk"`
	Fingerprint string `bun:",pk"`
	Finding     int64
	CheckID     string
	Title       string
	Severity    string
	Address     string
}

func (r *row) noun() Waiver {
	return Waiver{
		ID: r.ID, Org: r.Org, Group: r.GroupID, State: State(r.State), Reason: r.Reason, Until: r.Until, Count: r.Findings,
		By: Person{tenant.ActorKind(r.AskedKind), r.AskedBy, r.AskedName}, Asked: r.Asked.Time,
		Decider: Person{tenant.ActorKind(r.DecidedKind), r.DecidedBy, r.DecidedName}, Decided: r.Decided.Time, Note: r.Note, Ended: r.Ended.Time,
	}
}

// Request asks for findings to be accepted until a day. All must lie in one
// group, whose approvers decide.
func (w *Waivers) Request(ctx context.Context, who tenant.Who, ids []int64, reason, until string) (Waiver, error) {
	if err := w.validate(ids, reason, until); err != nil {
		return Waiver{}, err
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	findings, group, err := w.find(ctx, who, ids)
	if err != nil {
		return Waiver{}, err
	}
	if err := who.Check(tenant.RequestWaiver, group); err != nil {
		return Waiver{}, err
	}
	r := &row{
		Org: who.Org, GroupID: group, State: string(Requested), Reason: strings.TrimSpace(reason), Until: until, Findings: len(findings),
		AskedKind: string(who.Kind), AskedBy: who.ID, AskedName: who.Name, Asked: store.At(w.Now()),
	}
	err = w.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r.ID = 0
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		for i := range findings {
			findings[i].Waiver = r.ID
		}
		if _, err := tx.NewInsert().Model(&findings).Exec(ctx); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, who.Actor, "waiver.requested", audit.On("waiver", r.ID), audit.Detail{"findings": len(findings), "until": until, "reason": r.Reason}); err != nil {
			return err
		}
		return w.tell(ctx, tx, EventRequested, r)
	})
	if err != nil {
		return Waiver{}, err
	}
	return w.Get(ctx, who, r.ID)
}

func (w *Waivers) validate(ids []int64, reason, until string) error {
	invalid := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
	}
	day, err := time.Parse(time.DateOnly, until)
	today := w.Now().UTC().Truncate(24 * time.Hour)
	switch {
	case len(ids) == 0 || len(ids) > MaxFindings:
		return invalid("a waiver is for 1 to %d findings", MaxFindings)
	case len(strings.TrimSpace(reason)) < 10 || len(reason) > maxReason:
		return invalid("the reason has 10 to %d characters: say why the risk can be taken, and what holds instead", maxReason)
	case err != nil:
		return invalid("%.20q is no day such as 2027-01-31", until)
	case day.Before(today):
		return invalid("%s is over", until)
	case day.After(today.AddDate(0, 0, MaxDays)):
		return invalid("a waiver holds for %d days at most; ask again then", MaxDays)
	}
	return nil
}

// find looks the findings up, and the one group they lie in.
func (w *Waivers) find(ctx context.Context, who tenant.Who, ids []int64) (rows []findingRow, group int64, err error) {
	for _, id := range ids {
		f, err := w.Ledger.Finding(ctx, who, id)
		if err != nil {
			return nil, 0, err
		}
		switch {
		case f.State != inventory.Open:
			return nil, 0, fmt.Errorf("%w: finding %d is %s; a waiver is for findings that fail", ErrInvalid, id, f.State)
		case group != 0 && group != f.Group:
			return nil, 0, fmt.Errorf("%w: the findings lie in several groups, whose approvers differ; ask for one group at a time", ErrInvalid)
		}
		group = f.Group
		rows = append(rows, findingRow{Source: f.Source, Fingerprint: f.Fingerprint, Finding: f.ID, CheckID: f.Check, Title: f.Title, Severity: f.Severity, Address: f.Address})
	}
	return rows, group, nil
}

// Get returns a waiver with its findings.
func (w *Waivers) Get(ctx context.Context, who tenant.Who, id int64) (Waiver, error) {
	r, err := w.row(ctx, who, id)
	if err != nil {
		return Waiver{}, err
	}
	var rows []findingRow
	if err := w.DB.NewSelect().Model(&rows).Where("waiver = ?", id).Order("address", "check_id", "source").Scan(ctx); err != nil {
		return Waiver{}, store.Translate(err)
	}
	out := r.noun()
	for _, f := range rows {
		out.Findings = append(out.Findings, Finding{f.Source, f.Fingerprint, f.Finding, f.CheckID, f.Title, f.Severity, f.Address})
	}
	return out, nil
}

func (w *Waivers) row(ctx context.Context, who tenant.Who, id int64) (*row, error) {
	var r row
	if err := w.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	if !who.Reach(tenant.Read).Has(r.GroupID) {
		return nil, store.ErrNotFound
	}
	return &r, nil
}

// Query asks for waivers, newest first.
type Query struct {
	States []State
	Mine   bool // that the actor asked for
	Cursor string
	Limit  int // 0 is 50; 200 at most
}

// List returns waivers that the actor may read, and the cursor of the next
// page.
func (w *Waivers) List(ctx context.Context, who tenant.Who, ask Query) (list []Waiver, next string, err error) {
	var rows []row
	q := store.InReach(w.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read))
	if len(ask.States) > 0 {
		q = q.Where("state IN (?)", bun.List(ask.States))
	}
	if ask.Mine {
		q = q.Where("asked_kind = ? AND asked_by = ?", string(who.Kind), who.ID)
	}
	next, err = store.Newest(ctx, q, &rows, "id", ask.Cursor, ask.Limit, func(r *row) int64 { return r.ID })
	if errors.Is(err, store.ErrCursor) {
		return nil, "", fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if err != nil {
		return nil, "", err
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

// Accepted is what the inventory asks while it posts: the waivers that hold
// today for findings of a source.
func (w *Waivers) Accepted(ctx context.Context, tx bun.IDB, org, source int64) (inventory.Accept, error) {
	var rows []struct {
		findingRow
		Reason      string
		Until       string
		DecidedName string
		GroupID     int64
	}
	err := tx.NewSelect().TableExpr("waiver_findings AS f").Join("JOIN waivers AS w ON w.id = f.waiver").
		ColumnExpr("f.fingerprint, w.reason, w.until, w.decided_name, w.group_id").
		Where("f.source = ? AND w.org = ? AND w.state = ? AND w.until >= ?", source, org, Approved, w.today()).
		Order("w.until", "w.id").Scan(ctx, &rows)
	if err != nil {
		return nil, store.Translate(err)
	}
	type key struct {
		fingerprint string
		group       int64
	}
	by := map[key]*report.Waiver{}
	for _, r := range rows { // the one that holds longest comes last
		by[key{r.Fingerprint, r.GroupID}] = &report.Waiver{By: r.DecidedName, Reason: r.Reason, Until: r.Until, Source: inventory.Here}
	}
	return func(f *report.Finding, group int64) *report.Waiver { return by[key{f.Fingerprint, group}] }, nil
}

func (w *Waivers) today() string { return w.Now().UTC().Format(time.DateOnly) }

// tell passes an event on.
func (w *Waivers) tell(ctx context.Context, tx bun.Tx, what string, r *row) error {
	if w.Event == nil {
		return nil
	}
	return w.Event(ctx, tx, what, r.noun())
}

// Package jobs runs assessments: what to do lies in the database, a message on
// the work queue makes a worker do it, and whatever happens to that worker,
// each job comes to one result at most.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ErrInvalid is wrapped by errors about what was asked for; their text is for
// the person who asked.
var ErrInvalid = errors.New("not valid")

// State is how far a job is.
type State string

// The states. The last four are final, but a dead job can be run again.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed" // what it was given cannot be assessed
	Dead      State = "dead"   // every attempt failed for a reason that might have passed
	Cancelled State = "cancelled"
)

// Reasons for a job.
const (
	Manual   = "manual"
	Schedule = "schedule"
	Uploaded = "upload"
	Pushed   = "push"
	Reported = "agent" // servers reported
)

// MaxAttempts is after how many attempts a job is dead.
const MaxAttempts = 5

// Meta is what whoever asks for a job says of what is assessed.
type Meta struct {
	Revision string `json:"revision,omitempty"`
	Branch   string `json:"branch,omitempty"`
}

// Job is one assessment to run, running, or run.
type Job struct {
	ID       int64
	Org      int64
	Source   int64
	Group    int64
	Reason   string
	By       string // who asked
	Meta     Meta
	State    State
	Attempt  int
	Worker   string
	Stage    string // what it is doing
	Problem  string // why the latest attempt failed
	Cancel   bool   // it was asked to stop
	Created  time.Time
	Started  time.Time
	Due      time.Time // not to be tried before
	Finished time.Time
	Snapshot int64 // its result; 0 without
}

type row struct {
	bun.BaseModel `bun:"table:jobs"`

	ID        int64 `bun:",pk,autoincrement"`
	Org       int64
	Source    int64
	GroupID   int64
	Reason    string
	ByKind    string
	ByID      int64
	ByName    string
	Upload    int64 `bun:",nullzero"`
	Meta      string
	State     string
	Attempt   int
	Worker    string
	Stage     string
	Problem   string
	Cancel    bool
	Created   store.Time
	Started   store.Time
	Beat      store.Time
	Due       store.Time
	Published store.Time
	Finished  store.Time
	Snapshot  int64 `bun:",nullzero"`
}

func (r *row) noun() Job {
	j := Job{
		ID: r.ID, Org: r.Org, Source: r.Source, Group: r.GroupID, Reason: r.Reason, By: r.ByName, State: State(r.State), Attempt: r.Attempt,
		Worker: r.Worker, Stage: r.Stage, Problem: r.Problem, Cancel: r.Cancel, Created: r.Created.Time, Started: r.Started.Time,
		Due: r.Due.Time, Finished: r.Finished.Time, Snapshot: r.Snapshot,
	}
	_ = json.Unmarshal([]byte(r.Meta), &j.Meta) // our own; an odd one shows as empty
	return j
}

// Queue is what jobs need of the work queue.
type Queue interface {
	Publish(ctx context.Context, id string, data []byte) error
}

// Jobs is all jobs of a control plane.
type Jobs struct {
	DB      *store.DB
	Queue   Queue
	Sources *sources.Sources
	Now     func() time.Time
	Log     *slog.Logger

	// Event, when set, is told of a job that failed or is dead, in the
	// transaction that says so.
	Event func(ctx context.Context, tx bun.Tx, j Job) error
}

// Add asks for an assessment of a source. upload is what was stored for it, or
// 0 for a source that the control plane reads itself.
func (j *Jobs) Add(ctx context.Context, who tenant.Who, source, upload int64, reason string, meta Meta) (Job, error) {
	src, err := j.Sources.Get(ctx, who, source)
	if err != nil {
		return Job{}, err
	}
	if err := who.Check(tenant.Contribute, src.Group); err != nil {
		return Job{}, err
	}
	if (src.Kind == sources.Git || src.Kind == sources.Agents) != (upload == 0) {
		return Job{}, fmt.Errorf("%w: a Git repository, and what servers report, is read by the control plane; other sources take a file", ErrInvalid)
	}
	if len(meta.Revision) > 200 || len(meta.Branch) > 250 {
		return Job{}, fmt.Errorf("%w: revision or branch is too long", ErrInvalid)
	}
	var r *row
	err = j.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err = j.insert(ctx, tx, who.Actor, src, upload, reason, meta)
		return err
	})
	if err != nil {
		return Job{}, err
	}
	j.publish(ctx, r)
	return r.noun(), nil
}

func (j *Jobs) insert(ctx context.Context, tx bun.Tx, who tenant.Actor, src sources.Source, upload int64, reason string, meta Meta) (*row, error) {
	text, err := json.Marshal(meta)
	if err != nil {
		return nil, err
	}
	now := store.At(j.Now())
	r := &row{
		Org: src.Org, Source: src.ID, GroupID: src.Group, Reason: reason, ByKind: string(who.Kind), ByID: who.ID, ByName: who.Name,
		Upload: upload, Meta: string(text), State: string(Queued), Created: now, Due: now,
	}
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return nil, err
	}
	return r, audit.Record(ctx, tx, who, "job.added", audit.On("job", r.ID), audit.Detail{"source": src.ID, "reason": reason})
}

// publish puts a job on the queue. When that fails the job stays in the
// database, and Tend puts it there later.
func (j *Jobs) publish(ctx context.Context, r *row) {
	id := fmt.Sprintf("job-%d-%d-%d", r.ID, r.Attempt, r.Published.UnixMilli())
	if err := j.Queue.Publish(ctx, id, fmt.Append(nil, r.ID)); err != nil {
		j.Log.WarnContext(ctx, "a job waits for the work queue", "job", r.ID, "error", err)
		return
	}
	if _, err := j.DB.NewUpdate().Model(r).Set("published = ?", store.At(j.Now())).Where("id = ?", r.ID).Exec(ctx); err != nil {
		j.Log.WarnContext(ctx, "noting that a job is on the work queue", "job", r.ID, "error", err)
	}
}

// Get returns a job that the actor may read.
func (j *Jobs) Get(ctx context.Context, who tenant.Who, id int64) (Job, error) {
	r, err := j.row(ctx, who, id, tenant.Read)
	if err != nil {
		return Job{}, err
	}
	return r.noun(), nil
}

func (j *Jobs) row(ctx context.Context, who tenant.Who, id int64, p tenant.Permission) (*row, error) {
	var r row
	if err := j.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	if !who.Reach(tenant.Read).Has(r.GroupID) {
		return nil, store.ErrNotFound
	}
	return &r, who.Check(p, r.GroupID)
}

// Filter narrows a list of jobs.
type Filter struct {
	Source int64
	States []State
	Cursor string
	Limit  int // 0 is 50; 200 at most
}

// List returns jobs that the actor may read, newest first, and the cursor of
// the next page.
func (j *Jobs) List(ctx context.Context, who tenant.Who, f Filter) (list []Job, next string, err error) {
	var rows []row
	q := store.InReach(j.DB.NewSelect().Model(&rows).Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read))
	if f.Source != 0 {
		q = q.Where("source = ?", f.Source)
	}
	if len(f.States) > 0 {
		q = q.Where("state IN (?)", bun.List(f.States))
	}
	next, err = store.Newest(ctx, q, &rows, "id", f.Cursor, f.Limit, func(r *row) int64 { return r.ID })
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

// Stop cancels a job: at once while it waits, within seconds while it runs.
func (j *Jobs) Stop(ctx context.Context, who tenant.Who, id int64) error {
	r, err := j.row(ctx, who, id, tenant.Contribute)
	if err != nil {
		return err
	}
	return j.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := store.At(j.Now())
		res, err := tx.NewUpdate().Model(r).Set("cancel = ?", true).Where("id = ? AND state = ?", id, Running).Exec(ctx)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		if n == 0 {
			res, err = tx.NewUpdate().Model(r).Set("cancel = ?, state = ?, finished = ?", true, Cancelled, now).Where("id = ? AND state = ?", id, Queued).Exec(ctx)
			if err != nil {
				return err
			}
			if n, err = res.RowsAffected(); err != nil {
				return err
			}
		}
		if n == 0 {
			return fmt.Errorf("%w: the job has ended already", ErrInvalid)
		}
		return audit.Record(ctx, tx, who.Actor, "job.cancelled", audit.On("job", id), nil)
	})
}

// Again runs a job anew that is dead, failed or cancelled.
func (j *Jobs) Again(ctx context.Context, who tenant.Who, id int64) error {
	r, err := j.row(ctx, who, id, tenant.Contribute)
	if err != nil {
		return err
	}
	if !slices.Contains([]State{Dead, Failed, Cancelled}, State(r.State)) {
		return fmt.Errorf("%w: only a job that failed or was cancelled can be run again", ErrInvalid)
	}
	err = j.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(r).
			Set("state = ?, cancel = ?, attempt = 0, problem = '', stage = '', finished = NULL, due = ?", Queued, false, store.At(j.Now())).
			Where("id = ? AND state = ?", id, r.State).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, store.ErrConflict)
		}
		return audit.Record(ctx, tx, who.Actor, "job.again", audit.On("job", id), nil)
	})
	if err != nil {
		return err
	}
	r.Attempt, r.Published = 0, store.At(j.Now())
	j.publish(ctx, r)
	return nil
}

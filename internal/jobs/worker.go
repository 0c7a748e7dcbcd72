package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/queue"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/vuln"
	vulnstore "github.com/demarc-sec/demarc/internal/vuln/store"
)

// errLost says that another worker has taken the job over.
var errLost = errors.New("another worker has taken the job over")

// errCancelled ends an attempt that somebody stopped.
var errCancelled = errors.New("cancelled")

// pauses between attempts.
var pauses = []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 20 * time.Minute}

// soonest is how far ahead a job is ever put off, with some room. Times beyond
// it were written by a clock that has been set back since, and say nothing.
const soonest = 30 * time.Minute

// maxRun bounds one attempt.
const maxRun = time.Hour

// Ledger is what a worker posts to.
type Ledger interface {
	Post(ctx context.Context, who tenant.Who, source int64, meta inventory.Meta, a *report.Assessment) (*inventory.Posted, error)
}

// Groups is where a worker finds the groups that assets are placed in.
type Groups interface {
	Tree(ctx context.Context, org int64) (*tenant.Tree, error)
}

// Documents is where a worker finds what servers report.
type Documents interface {
	// Documents writes those of a source into a directory and returns how many
	// there are.
	Documents(ctx context.Context, org, source int64, dir string) (int, error)
}

// Worker runs jobs.
type Worker struct {
	*Jobs
	Name   string // of the replica, for people
	Dir    string // where checkouts lie while they are assessed
	Ledger Ledger
	Groups Groups
	Tool   report.Tool // that assesses: this program
	Agents Documents   // what servers report; nil without agents
	// Vulnerabilities returns the data that servers' packages are held against; nil
	// leaves them unknown.
	Vulnerabilities func() (*vulnstore.DB, error)
	Patching        vuln.Policy // zero is the default

	// Observe, if there is one, is called when an attempt begins, and what it
	// returns when it has ended, with the job as it is then.
	Observe func(ctx context.Context, j Job) (context.Context, func(Job, error))

	beat time.Duration // how often it says that it runs; 0 is 2 seconds
}

// Handle runs the job of one message; it is what queue.Work calls.
func (w *Worker) Handle(ctx context.Context, data []byte) error {
	id, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil {
		w.Log.ErrorContext(ctx, "a message that is no job", "data", fmt.Sprintf("%.40q", data))
		return nil //nolint:nilerr // it would be none the next time either
	}
	r, err := w.take(ctx, id)
	if err != nil || r == nil {
		return err
	}
	w.Log.InfoContext(ctx, "job begun", "job", id, "attempt", r.Attempt, "source", r.Source)
	ended := func(Job, error) {}
	if w.Observe != nil {
		ctx, ended = w.Observe(ctx, r.noun())
	}
	err = w.attempt(ctx, r)
	again := w.settle(context.WithoutCancel(ctx), r, err, ctx.Err() != nil)
	ended(r.noun(), err)
	return again
}

// take gives the job to this worker, under a new attempt number. It returns
// nil when there is nothing to do: the job has ended, or it runs elsewhere.
func (w *Worker) take(ctx context.Context, id int64) (*row, error) {
	var r *row
	var early error
	err := w.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		var got row
		err := tx.NewSelect().Model(&got).Where("id = ?", id).Scan(ctx)
		if errors.Is(store.Translate(err), store.ErrNotFound) {
			return nil // its source was removed
		}
		if err != nil {
			return err
		}
		now := w.Now()
		switch {
		case !got.Finished.IsZero():
			return nil
		case got.Due.After(now) && got.Due.Sub(now) <= soonest: // later than that only a clock that went back makes it
			early = queue.Again{After: got.Due.Sub(now)}
			return nil
		case got.State == string(Running) && now.Sub(got.Beat.Time).Abs() < lost/6:
			early = queue.Again{After: lost / 6} // its worker was heard of just now
			return nil
		}
		got.State, got.Worker, got.Started, got.Beat, got.Stage = string(Running), w.Name, store.At(now), store.At(now), ""
		got.Attempt++
		res, err := tx.NewUpdate().Model(&got).Column("state", "worker", "started", "beat", "stage", "attempt").
			Where("id = ? AND attempt = ? AND finished IS NULL", id, got.Attempt-1).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		r = &got
		return nil
	})
	return r, errors.Join(err, early)
}

// attempt assesses and posts. While it runs it says so, and learns whether
// somebody stopped it or took it over.
func (w *Worker) attempt(ctx context.Context, r *row) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ctx, cancel := context.WithTimeoutCause(ctx, maxRun, fmt.Errorf("%w: it did not end within %s", sources.ErrInvalid, maxRun))
	defer cancel()
	p := &progress{}
	var beating sync.WaitGroup
	done := make(chan struct{})
	beating.Go(func() { w.keepBeating(ctx, r, p, done, stop) })
	err := w.assess(ctx, r, p)
	close(done)
	beating.Wait()
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// progress is what the attempt is doing.
type progress struct {
	mu    sync.Mutex
	stage string
}

func (p *progress) set(stage string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stage = stage
}

func (p *progress) get() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stage
}

func (w *Worker) keepBeating(ctx context.Context, r *row, p *progress, done <-chan struct{}, stop context.CancelCauseFunc) {
	every := w.beat
	if every == 0 {
		every = 2 * time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		var now struct {
			Attempt int
			State   string
			Cancel  bool
		}
		_, err := w.DB.NewUpdate().Model(r).Set("beat = ?, stage = ?", store.At(w.Now()), p.get()).Where("id = ? AND attempt = ?", r.ID, r.Attempt).Exec(ctx)
		if err == nil {
			err = w.DB.NewSelect().Model((*row)(nil)).Column("attempt", "state", "cancel").Where("id = ?", r.ID).Scan(ctx, &now)
		}
		switch {
		case errors.Is(store.Translate(err), store.ErrNotFound), err == nil && now.Attempt != r.Attempt:
			stop(errLost)
			return
		case err == nil && now.Cancel:
			stop(errCancelled)
			return
		}
	}
}

// finish ends the job in the transaction that posts its result, if it is still
// this worker's.
func (w *Worker) finish(ctx context.Context, tx bun.Tx, r *row, snapshot int64) error {
	res, err := tx.NewUpdate().Model(r).Set("state = ?, snapshot = ?, finished = ?, stage = '', problem = ''", Done, snapshot, store.At(w.Now())).
		Where("id = ? AND attempt = ? AND state = ? AND cancel = ?", r.ID, r.Attempt, Running, false).Exec(ctx)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return errLost
	}
	return err
}

// settle writes down how an attempt ended that did not come to a result.
func (w *Worker) settle(ctx context.Context, r *row, err error, ending bool) error {
	state, problem, again := Queued, "", time.Duration(0)
	switch {
	case err == nil:
		w.Log.InfoContext(ctx, "job done", "job", r.ID)
		r.State = string(Done)
		w.forget(ctx, r)
		return nil
	case errors.Is(err, errLost):
		w.Log.WarnContext(ctx, "a job went to another worker", "job", r.ID)
		return nil
	case errors.Is(err, errCancelled):
		state = Cancelled
	case ending: // this replica stops; another one takes it at once
		again = time.Millisecond
	case permanent(err):
		state, problem = Failed, said(err)
	case r.Attempt >= MaxAttempts:
		state, problem = Dead, said(err)
	default:
		problem, again = said(err), pauses[min(r.Attempt-1, len(pauses)-1)]
	}
	w.Log.WarnContext(ctx, "job not done", "job", r.ID, "attempt", r.Attempt, "state", state, "error", err)
	now := w.Now()
	err = w.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewUpdate().Model(r).Set("state = ?, problem = ?, stage = '', due = ?", state, problem, store.At(now.Add(again)))
		if state != Queued {
			q = q.Set("finished = ?", store.At(now))
		}
		if ending {
			q = q.Set("attempt = attempt - 1") // it was not the job's fault
		}
		res, err := q.Where("id = ? AND attempt = ? AND state = ?", r.ID, r.Attempt, Running).Exec(ctx)
		if err != nil || w.Event == nil || state != Failed && state != Dead {
			return err
		}
		if mine, err := res.RowsAffected(); err != nil || mine == 0 {
			return err
		}
		told := *r
		told.State, told.Problem = string(state), problem
		return w.Event(ctx, tx, told.noun())
	})
	if err != nil {
		return err // the message comes back, and finds the worker silent
	}
	r.State = string(state)
	if state == Queued {
		return queue.Again{After: again}
	}
	return nil
}

// permanent reports whether trying again would come to the same.
func permanent(err error) bool {
	return errors.Is(err, sources.ErrInvalid) || errors.Is(err, inventory.ErrInvalid) || errors.Is(err, inventory.ErrOlder) || errors.Is(err, errInput)
}

// said is an error as people may read it: bounded, in one line.
func said(err error) string {
	text := []rune(err.Error())
	return string(text[:min(len(text), 1000)])
}

// forget removes the upload of a job that is done.
func (w *Worker) forget(ctx context.Context, r *row) {
	if r.Upload == 0 {
		return
	}
	if err := w.Sources.Forget(ctx, r.Org, r.Upload); err != nil {
		w.Log.WarnContext(ctx, "removing an upload", "job", r.ID, "error", err)
	}
}

// Sweep removes checkouts that an earlier run of this replica left behind.
func (w *Worker) Sweep() error {
	if err := os.RemoveAll(w.Dir); err != nil {
		return err
	}
	return os.MkdirAll(w.Dir, 0o700)
}

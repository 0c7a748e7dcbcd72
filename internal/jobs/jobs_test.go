package jobs

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/queue"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ledger notes what is posted, in a transaction as the real one does.
type ledger struct {
	db     *store.DB
	mu     sync.Mutex
	assets []string
	posts  int
	before func(ctx context.Context) error // runs before each post
}

func (l *ledger) Post(ctx context.Context, _ tenant.Who, source int64, meta inventory.Meta, a *report.Assessment) (*inventory.Posted, error) {
	if l.before != nil {
		if err := l.before(ctx); err != nil {
			return nil, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	posted := &inventory.Posted{Snapshot: int64(l.posts + 1), Source: source}
	err := l.db.Write(ctx, func(ctx context.Context, tx bun.Tx) error { return meta.Within(ctx, tx, posted) })
	if err != nil {
		return nil, err
	}
	l.posts++
	l.assets = nil
	for asset := range a.Assets {
		l.assets = append(l.assets, asset.Address)
	}
	return posted, nil
}

// published keeps what is put on the queue.
type published struct {
	mu   sync.Mutex
	ids  []string
	data [][]byte
	down bool
}

func (p *published) Publish(_ context.Context, id string, data []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return errors.New("away")
	}
	p.ids, p.data = append(p.ids, id), append(p.data, data)
	return nil
}

// world is an organisation with an upload source and a worker.
type world struct {
	*Worker
	now    time.Time
	mu     sync.Mutex
	queue  *published
	ledger *ledger
	ann    tenant.Who
	eve    tenant.Who
	source int64
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	keys, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC), queue: &published{}, ledger: &ledger{db: db}}
	now := func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }
	groups := &directory.Directory{DB: db, Now: now}
	srcs := &sources.Sources{DB: db, Sealer: keys, Now: now}
	j := &Jobs{DB: db, Queue: w.queue, Sources: srcs, Now: now, Log: slog.New(slog.DiscardHandler)}
	w.Worker = &Worker{Jobs: j, Name: "one", Dir: t.TempDir(), Ledger: w.ledger, Groups: groups, Tool: report.Tool{Name: "demarc"}, beat: 5 * time.Millisecond}
	who := func(slug string) tenant.Who {
		org, err := groups.Create(t.Context(), slug, slug)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := groups.Tree(t.Context(), org.ID)
		if err != nil {
			t.Fatal(err)
		}
		return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: org.ID, Name: slug, Org: org.ID, Grants: []tenant.Grant{{Group: tree.Root(), Role: tenant.Administrator}}}, Tree: tree}
	}
	w.ann, w.eve = who("shop"), who("bank")
	src, err := srcs.Add(t.Context(), w.ann, sources.Source{Kind: sources.Upload, Name: "plans"}, "")
	if err != nil {
		t.Fatal(err)
	}
	w.source = src.ID
	return w
}

const bucket = `resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}
`

// add queues an assessment of files given as name and content in turn.
func (w *world) add(t *testing.T, files ...string) Job {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	upload, err := w.Sources.Store(t.Context(), w.ann, w.source, "estate.zip", &b)
	if err != nil {
		t.Fatal(err)
	}
	job, err := w.Add(t.Context(), w.ann, w.source, upload, Uploaded, Meta{Revision: "abc"})
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// handle runs the newest message.
func (w *world) handle(t *testing.T, worker *Worker) error {
	t.Helper()
	w.queue.mu.Lock()
	data := w.queue.data[len(w.queue.data)-1]
	w.queue.mu.Unlock()
	return worker.Handle(t.Context(), data)
}

func (w *world) is(t *testing.T, job Job, state State, attempt int) Job {
	t.Helper()
	got, err := w.Get(t.Context(), w.ann, job.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.State != state || got.Attempt != attempt {
		t.Errorf("the job is %s after %d attempts (%s), want %s after %d", got.State, got.Attempt, got.Problem, state, attempt)
	}
	return got
}

func TestDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		job := w.add(t, "live/main.tf", bucket)
		if err := w.handle(t, w.Worker); err != nil {
			t.Fatal(err)
		}
		if got := w.is(t, job, Done, 1); got.Snapshot != 1 || got.Finished.IsZero() {
			t.Errorf("done: %+v", got)
		}
		if !strings.Contains(strings.Join(w.ledger.assets, " "), "aws_s3_bucket.logs") {
			t.Errorf("posted %v", w.ledger.assets)
		}
		if n, err := db.NewSelect().Table("uploads").Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d uploads are kept, %v", n, err)
		}
		// The message comes again, since its acknowledgement was lost.
		if err := w.handle(t, w.Worker); err != nil || w.ledger.posts != 1 {
			t.Errorf("posted %d times, %v", w.ledger.posts, err)
		}
	})
}

// A worker that was thought dead and comes back with its result is too late.
func TestTakenOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		job := w.add(t, "main.tf", bucket)
		two := *w.Worker
		two.Name = "two"
		taken := false
		w.ledger.before = func(context.Context) error {
			if taken {
				return nil
			}
			taken = true
			w.advance(10 * time.Minute) // it hangs, and the queue gives the job to another worker
			if err := w.handle(t, &two); err != nil {
				t.Error(err)
			}
			return nil
		}
		w.Worker.beat = time.Hour
		if err := w.handle(t, w.Worker); err != nil {
			t.Fatal(err)
		}
		if got := w.is(t, job, Done, 2); got.Worker != "two" || w.ledger.posts != 1 {
			t.Errorf("done by %s, posted %d times", got.Worker, w.ledger.posts)
		}
	})
}

// Another message for a job that runs finds it running.
func TestNotTwiceAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.add(t, "main.tf", bucket)
		w.ledger.before = func(context.Context) error {
			two := *w.Worker
			if again, ok := errors.AsType[queue.Again](w.handle(t, &two)); !ok || again.After <= 0 {
				t.Error("a second worker took it")
			}
			return nil
		}
		if err := w.handle(t, w.Worker); err != nil || w.ledger.posts != 1 {
			t.Errorf("posted %d times, %v", w.ledger.posts, err)
		}
	})
}

func TestRetries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		job := w.add(t, "main.tf", bucket)
		w.ledger.before = func(context.Context) error { return errors.New("the database is away") }
		for i := 1; i < MaxAttempts; i++ {
			again, ok := errors.AsType[queue.Again](w.handle(t, w.Worker))
			if !ok || again.After < 10*time.Second {
				t.Fatalf("attempt %d: again after %s", i, again.After)
			}
			if _, early := errors.AsType[queue.Again](w.handle(t, w.Worker)); !early {
				t.Error("tried before it was due")
			}
			w.is(t, job, Queued, i)
			w.advance(again.After)
		}
		if err := w.handle(t, w.Worker); err != nil {
			t.Fatal(err)
		}
		if got := w.is(t, job, Dead, MaxAttempts); !strings.Contains(got.Problem, "away") {
			t.Errorf("dead because of %q", got.Problem)
		}
		w.ledger.before = nil
		if err := w.Again(t.Context(), w.ann, job.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.handle(t, w.Worker); err != nil {
			t.Fatal(err)
		}
		w.is(t, job, Done, 1)
	})
}

// What cannot be assessed is not tried again, and the reason names no path of
// this machine.
func TestFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for name, files := range map[string][]string{
			"nothing in it": {"README.md", "x"},
			"demarc.yaml":   {"main.tf", bucket, "demarc.yaml", "nonsense: 1"},
			"own catalogue": {"main.tf", bucket, "demarc.yaml", "catalogue: [/etc]"},
			"var file":      {"main.tf", bucket, "demarc.yaml", "var_files: [../../secret.tfvars]"},
		} {
			job := w.add(t, files...)
			if err := w.handle(t, w.Worker); err != nil {
				t.Fatal(err)
			}
			if got := w.is(t, job, Failed, 1); got.Problem == "" || strings.Contains(got.Problem, w.Dir) {
				t.Errorf("%s: %q", name, got.Problem)
			}
		}
	})
}

func TestStop(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		waiting := w.add(t, "main.tf", bucket)
		if err := w.Stop(t.Context(), w.ann, waiting.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.handle(t, w.Worker); err != nil || w.ledger.posts != 0 {
			t.Errorf("posted %d times, %v", w.ledger.posts, err)
		}
		w.is(t, waiting, Cancelled, 0)

		running := w.add(t, "main.tf", bucket)
		w.ledger.before = func(ctx context.Context) error {
			if err := w.Stop(context.WithoutCancel(ctx), w.ann, running.ID); err != nil {
				t.Error(err)
			}
			<-ctx.Done()
			return ctx.Err()
		}
		if err := w.handle(t, w.Worker); err != nil {
			t.Fatal(err)
		}
		w.is(t, running, Cancelled, 1)
		if err := w.Stop(t.Context(), w.ann, running.ID); !errors.Is(err, ErrInvalid) {
			t.Errorf("stopping what has ended: %v", err)
		}
	})
}

// A job that the queue did not take, or lost, is put there again.
func TestRescue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.queue.down = true
		job := w.add(t, "main.tf", bucket)
		w.queue.down = false
		if err := w.Tend(t.Context()); err != nil || len(w.queue.ids) != 0 {
			t.Fatalf("published while whoever asked may still be at it: %v, %v", w.queue.ids, err)
		}
		w.advance(untaken + time.Second)
		for range 2 { // the second finds it published
			if err := w.Tend(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(w.queue.ids) != 1 {
			t.Fatalf("published %v", w.queue.ids)
		}
		w.advance(untaken + time.Second)
		if err := w.Tend(t.Context()); err != nil || len(w.queue.ids) != 1 {
			t.Fatalf("published again while the queue may still have it: %v, %v", w.queue.ids, err)
		}
		w.advance(lost) // the queue's disk is lost
		if err := w.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(w.queue.ids) != 2 || w.queue.ids[0] == w.queue.ids[1] {
			t.Fatalf("published %v", w.queue.ids)
		}
		if err := w.handle(t, w.Worker); err != nil {
			t.Fatal(err)
		}
		w.is(t, job, Done, 1)
		w.advance(time.Hour)
		if err := w.Tend(t.Context()); err != nil || len(w.queue.ids) != 2 {
			t.Errorf("a job that is done is published again: %v, %v", w.queue.ids, err)
		}
	})
}

func TestWhoMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, w := t.Context(), newWorld(t, db)
		job := w.add(t, "main.tf", bucket)
		for _, role := range tenant.Roles {
			who := w.ann
			who.Grants = []tenant.Grant{{Group: who.Tree.Root(), Role: role}}
			_, get := w.Get(ctx, who, job.ID)
			_, add := w.Add(ctx, who, w.source, 1, Manual, Meta{})
			again := w.Again(ctx, who, job.ID)
			if get != nil {
				t.Errorf("%s reads: %v", role, get)
			}
			for act, err := range map[string]error{"adds": add, "runs again": again} {
				if errors.Is(err, tenant.ErrForbidden) == role.May(tenant.Contribute) {
					t.Errorf("%s %s: %v", role, act, err)
				}
			}
		}
		_, get := w.Get(ctx, w.eve, job.ID)
		_, add := w.Add(ctx, w.eve, w.source, 1, Manual, Meta{})
		list, _, err := w.List(ctx, w.eve, Filter{})
		for act, err := range map[string]error{"get": get, "add": add, "stop": w.Stop(ctx, w.eve, job.ID), "again": w.Again(ctx, w.eve, job.ID)} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("another organisation's administrator, %s: %v", act, err)
			}
		}
		if len(list) != 0 || err != nil {
			t.Errorf("another organisation's administrator lists %v, %v", list, err)
		}
	})
}

func TestList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for range 3 {
			w.add(t, "main.tf", bucket)
		}
		var ids []int64
		cursor := ""
		for {
			page, next, err := w.List(t.Context(), w.ann, Filter{Source: w.source, States: []State{Queued}, Limit: 2, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range page {
				ids = append(ids, j.ID)
			}
			if cursor = next; cursor == "" {
				break
			}
		}
		if len(ids) != 3 || ids[0] < ids[2] {
			t.Errorf("listed %v", ids)
		}
		if _, _, err := w.List(t.Context(), w.ann, Filter{Cursor: "x"}); !errors.Is(err, ErrInvalid) {
			t.Errorf("a wrong cursor: %v", err)
		}
	})
}

// A clock that was ahead when a job was asked for, or taken, and is set back
// since does not keep it waiting until it comes there again.
func TestClockSetBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.queue.down = true
		lostJob := w.add(t, "main.tf", bucket)
		w.queue.down = false
		job := w.add(t, "main.tf", bucket)
		w.advance(-2 * time.Hour)
		if err := w.handle(t, w.Worker); err != nil {
			t.Fatal(err)
		}
		w.is(t, job, Done, 1)
		if err := w.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(w.queue.ids) != 2 {
			t.Fatalf("published %v", w.queue.ids)
		}
		if _, err := db.NewUpdate().Model((*row)(nil)).Set("state = ?, beat = ?", Running, store.At(w.Now().Add(2*time.Hour))).Where("id = ?", lostJob.ID).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := w.handle(t, w.Worker); err != nil { // its worker died in the time that has not come yet
			t.Fatal(err)
		}
		w.is(t, lostJob, Done, 1)
	})
}

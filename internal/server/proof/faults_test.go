//go:build proof

package proof

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/sources"
)

// How long work comes in for each fault, and after what part of it the fault is.
const (
	feeding = 16 * time.Second
	calm    = 6 * time.Second
)

// work is what the proofs assess and push.
type work struct{ archive, result []byte }

func prepare(t *testing.T, binary string) work {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := z.AddFS(os.DirFS("../../../examples")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := t.TempDir() + "/result.json"
	run(t, binary, "assess", "examples", "--format", "json", "--output", file, "--fail-on", "never", "--allow-incomplete")
	result, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return work{b.Bytes(), result}
}

// feed asks for work, one in so many assessed and the rest pushed, until ctx
// ends. It returns the jobs that were acknowledged, and how often asking failed.
func feed(ctx context.Context, t *testing.T, c *client, w work, name string, every time.Duration) (acknowledged []int64, refused int) {
	return feedOnly(ctx, t, every, func(ctx context.Context, n int) (int64, error) {
		if n%3 == 0 {
			return c.ask(ctx, sources.Upload, fmt.Sprintf("%s-%d", name, n), "examples.zip", bytes.NewReader(w.archive))
		}
		return c.ask(ctx, sources.Push, fmt.Sprintf("%s-%d", name, n), "result.json", bytes.NewReader(w.result))
	})
}

// feedOnly asks by a function, once in every so long.
func feedOnly(ctx context.Context, t *testing.T, every time.Duration, ask func(ctx context.Context, n int) (int64, error)) (acknowledged []int64, refused int) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var mu sync.Mutex
	var asking sync.WaitGroup
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			asking.Wait()
			return acknowledged, refused
		case <-tick.C:
		}
		asking.Go(func() {
			each, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
			defer cancel()
			id, err := ask(each, n)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				refused++
				t.Logf("refused: %v", err)
				return
			}
			acknowledged = append(acknowledged, id)
		})
	}
}

// held checks that every acknowledged job came to exactly one result, and
// returns when the last one did, and how many were begun more than once.
func held(t *testing.T, c *client, acknowledged []int64, patience time.Duration) (last time.Time, again int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	snapshots := map[int64]bool{}
	for _, id := range acknowledged {
		j, err := c.jobs.Wait(ctx, c.who, id)
		switch {
		case err != nil:
			t.Fatalf("job %d is %s after %s (attempt %d, %s): %v", id, j.State, patience, j.Attempt, j.Problem, err)
		case j.State != jobs.Done || j.Snapshot == 0:
			t.Errorf("job %d is %s without a result: %s", id, j.State, j.Problem)
		case snapshots[j.Snapshot]:
			t.Errorf("two jobs have the result %d", j.Snapshot)
		}
		snapshots[j.Snapshot] = true
		if j.Finished.After(last) {
			last = j.Finished
		}
		if j.Attempt > 1 {
			again++
		}
		of, err := c.db.NewSelect().Table("snapshots").Where("source = ?", j.Source).Count(ctx)
		if err != nil || of != 1 {
			t.Errorf("job %d of source %d has %d results, %v", id, j.Source, of, err)
		}
	}
	return last, again
}

// fault is something that breaks, and what is done about it in the end.
type fault struct {
	name   string
	strike func(t *testing.T) (mend func())
}

// TestFaults kills one thing after another while work comes in.
func TestFaults(t *testing.T) {
	in := install(t)
	c := in.client(t)
	w := prepare(t, in.binary)
	for _, f := range []fault{
		{"kill -9 of a replica", func(t *testing.T) func() {
			in.kill(t, 0)
			return func() { in.start(t, 0) }
		}},
		{"kill -9 of two replicas of three", func(t *testing.T) func() {
			in.kill(t, 1)
			in.kill(t, 2)
			return func() { in.start(t, 1); in.start(t, 2) }
		}},
		{"kill -9 of the leader of the NATS cluster", func(t *testing.T) func() {
			n := in.leader(t)
			in.killByFile(t, fmt.Sprintf("nats-%d.pid", n))
			return func() { run(t, ".ci/services", "nats", in.dir, fmt.Sprint(n)) }
		}},
		{"kill -9 of PostgreSQL", func(t *testing.T) func() {
			in.killByFile(t, "postgres/data/postmaster.pid")
			time.Sleep(3 * time.Second)
			run(t, ".ci/services", "postgres", in.dir)
			return func() {}
		}},
	} {
		t.Run(f.name, func(t *testing.T) {
			ctx, stop := context.WithTimeout(t.Context(), feeding)
			defer stop()
			var acknowledged []int64
			var refused int
			var feeder sync.WaitGroup
			feeder.Go(func() { acknowledged, refused = feed(ctx, t, c, w, f.name, 700*time.Millisecond) })
			time.Sleep(calm)
			struck := time.Now()
			mend := f.strike(t)
			feeder.Wait()
			mend()
			last, again := held(t, c, acknowledged, 6*time.Minute)
			t.Logf("FIGURE %s: %d acknowledged, %d refused, %d begun again, last done %.0f s after the fault", f.name, len(acknowledged), refused, again, last.Sub(struck).Seconds())
			if len(acknowledged) < 5 {
				t.Errorf("only %d jobs were acknowledged", len(acknowledged))
			}
		})
	}
}

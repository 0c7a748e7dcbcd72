package queue

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// each runs a test with the server in the process, and with a cluster where
// DEMARC_TEST_NATS names one.
func each(t *testing.T, lease time.Duration, f func(t *testing.T, open func() *Queue)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		q, err := Open(t.Context(), Options{Dir: t.TempDir(), Lease: lease})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { q.Close() })
		f(t, func() *Queue { return q })
	})
	t.Run("cluster", func(t *testing.T) {
		url := os.Getenv("DEMARC_TEST_NATS")
		if url == "" {
			t.Skip("DEMARC_TEST_NATS names no cluster")
		}
		open := func() *Queue {
			q, err := Open(t.Context(), Options{URL: url, Lease: lease})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { q.Close() })
			return q
		}
		q := open()
		if err := q.js.DeleteStream(t.Context(), stream); err != nil {
			t.Fatal(err)
		}
		if err := q.ensure(t.Context()); err != nil {
			t.Fatal(err)
		}
		f(t, open)
	})
}

// collect notes which messages came.
type collect struct {
	mu   sync.Mutex
	came []string
}

func (c *collect) add(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.came = append(c.came, s)
}

func (c *collect) sorted() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(slices.Values(c.came))
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never came: " + what)
}

func TestEachMessageIsDoneOnce(t *testing.T) {
	each(t, time.Minute, func(t *testing.T, open func() *Queue) {
		q, other := open(), open()
		var want []string
		for i := range 50 {
			id := fmt.Sprintf("job-%02d", i)
			want = append(want, id)
			for range 2 { // told twice, taken once
				if err := q.Publish(t.Context(), id, []byte(id)); err != nil {
					t.Fatal(err)
				}
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		var got collect
		var workers sync.WaitGroup
		for _, q := range []*Queue{q, other} {
			workers.Go(func() {
				if err := q.Work(ctx, 4, func(_ context.Context, data []byte) error { got.add(string(data)); return nil }); err != nil {
					t.Error(err)
				}
			})
		}
		eventually(t, "an empty queue", func() bool { n, err := q.Waiting(t.Context()); return err == nil && n == 0 })
		stop()
		workers.Wait()
		if !slices.Equal(got.sorted(), want) {
			t.Errorf("done: %v", got.sorted())
		}
	})
}

// A worker that falls silent loses its message to another one; one that goes
// on working does not.
func TestLease(t *testing.T) {
	each(t, 900*time.Millisecond, func(t *testing.T, open func() *Queue) {
		q := open()
		for _, id := range []string{"slow", "again"} {
			if err := q.Publish(t.Context(), id, []byte(id)); err != nil {
				t.Fatal(err)
			}
		}
		c, err := q.consumer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // taken by a worker that dies
			if msg, err := next(t.Context(), c); err != nil || msg == nil {
				t.Fatalf("nothing to take: %v", err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		var got collect
		var tries atomic.Int32
		var worker sync.WaitGroup
		worker.Go(func() {
			err := q.Work(ctx, 2, func(_ context.Context, data []byte) error {
				got.add(string(data))
				switch {
				case string(data) == "slow":
					time.Sleep(2500 * time.Millisecond) // nearly three leases
				case tries.Add(1) == 1:
					return Again{10 * time.Millisecond}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		eventually(t, "an empty queue", func() bool { n, err := q.Waiting(t.Context()); return err == nil && n == 0 })
		stop()
		worker.Wait()
		if want := []string{"again", "again", "slow"}; !slices.Equal(got.sorted(), want) {
			t.Errorf("done: %v, want %v", got.sorted(), want)
		}
	})
}

// What was acknowledged is there after the server in the process ends.
func TestEmbeddedKeeps(t *testing.T) {
	dir := t.TempDir()
	for i := range 2 {
		q, err := Open(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := q.Publish(t.Context(), "a", []byte("a")); err != nil {
				t.Fatal(err)
			}
		} else if n, err := q.Waiting(t.Context()); err != nil || n != 1 {
			t.Errorf("%d messages after a restart, %v", n, err)
		}
		q.Close()
	}
}

package fim

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/live"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// seen gathers what a Module tells.
type seen struct {
	mu       sync.Mutex
	changes  []Change
	coverage []Coverage
}

func (s *seen) emit(_ wire.EventKind, body any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch b := body.(type) {
	case *Change:
		s.changes = append(s.changes, *b)
	case *Coverage:
		s.coverage = append(s.coverage, *b)
	}
}

// wait until the changes fulfil something.
func (s *seen) wait(t testing.TB, for_ time.Duration, ok func([]Change) bool) bool {
	t.Helper()
	for end := time.Now().Add(for_); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		done := ok(s.changes)
		s.mu.Unlock()
		if done {
			return true
		}
	}
	return false
}

func (s *seen) texts() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.changes {
		out = append(out, c.What+" "+c.Path)
	}
	return out
}

func has(texts ...string) func([]Change) bool {
	return func(all []Change) bool {
		for _, want := range texts {
			if !slices.ContainsFunc(all, func(c Change) bool { return c.What+" "+c.Path == want }) {
				return false
			}
		}
		return true
	}
}

// watch runs a Module over a directory of a file system that can be watched.
func watch(t testing.TB, o Options) (root string, s *seen, stop func()) {
	t.Helper()
	if o.Backend == "" {
		o.Backend = live.Fanotify
	}
	w, err := live.Open(live.Options{Root: t.TempDir(), Backend: o.Backend})
	if err != nil {
		t.Skip(err)
	}
	_ = w.Close()
	root = o.Root
	if root == "" {
		root = t.TempDir()
	}
	p, err := policy.Parse([]byte("name: test\nrules:\n- {id: all, paths: [/**], look: [everything], tier: live, severity: medium}\n"), "test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o.Root, o.Policy, o.State, o.WithoutScan = root, p, t.TempDir(), true
	m, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s = &seen{}
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx, s.emit) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	// The coverage of the first baseline comes before watching; a change shows when that began.
	for i := range 200 {
		write(t, root, fmt.Sprintf("probe%d", i), "x")
		if s.wait(t, 50*time.Millisecond, func(c []Change) bool { return len(c) > 0 }) {
			return root, s, stop
		}
	}
	t.Fatal("nothing is seen")
	return
}

func write(t testing.TB, root, path, text string) {
	t.Helper()
	full := filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLive(t *testing.T) {
	for _, backend := range []string{live.Fanotify, live.Inotify} {
		t.Run(backend, func(t *testing.T) { testLive(t, backend) })
	}
}

func testLive(t *testing.T, backend string) {
	root := t.TempDir()
	write(t, root, "etc/old", "1")
	write(t, root, "etc/d/a", "1")
	write(t, root, "etc/d/e/b", "1")
	write(t, root, "etc/gone", "1")
	_, s, stop := watch(t, Options{Root: root, Backend: backend})
	write(t, root, "etc/old", "2")
	write(t, root, "new/deep/file", "1")
	for _, err := range []error{os.Chmod(filepath.Join(root, "etc/d/a"), 0o600), os.Remove(filepath.Join(root, "etc/gone"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"changed /etc/old", "added /new", "added /new/deep", "added /new/deep/file", "changed /etc/d/a", "removed /etc/gone"}
	if !s.wait(t, 10*time.Second, has(want...)) {
		t.Fatalf("%q\nwant %q", s.texts(), want)
	}
	// A directory takes all that is in it along.
	if err := os.Rename(filepath.Join(root, "etc/d"), filepath.Join(root, "etc/f")); err != nil {
		t.Fatal(err)
	}
	want = []string{"removed /etc/d", "removed /etc/d/a", "removed /etc/d/e/b", "added /etc/f/a", "added /etc/f/e/b"}
	if !s.wait(t, 10*time.Second, has(want...)) {
		t.Fatalf("%q\nwant %q", s.texts(), want)
	}
	// What lies below a renamed directory is told by its new name.
	write(t, root, "etc/f/e/b", "3")
	if !s.wait(t, 10*time.Second, has("changed /etc/f/e/b")) {
		t.Fatalf("%q", s.texts())
	}
	if err := os.RemoveAll(filepath.Join(root, "etc/f")); err != nil {
		t.Fatal(err)
	}
	if !s.wait(t, 10*time.Second, has("removed /etc/f/e/b", "removed /etc/f")) {
		t.Fatalf("%q", s.texts())
	}
	stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.changes {
		if c.Path == "/etc/old" && backend == live.Fanotify && (c.Process == nil || c.Process.PID != os.Getpid() || c.Process.Exe == "" || c.Process.Parent == nil || c.Source != SourceLive) {
			t.Errorf("%+v by %+v", c, c.Process)
		}
	}
	last := s.coverage[len(s.coverage)-1]
	if last.Source != SourceLive || last.Backend != backend || !last.Complete || last.Counts.Changes < 10 {
		t.Errorf("%+v", last)
	}
}

// What could not be kept is a gap that says so, and is looked at again: every file
// is seen all the same.
func TestOverflow(t *testing.T) {
	for _, backend := range []string{live.Fanotify, live.Inotify} {
		t.Run(backend, func(t *testing.T) { testOverflow(t, backend) })
	}
}

func testOverflow(t *testing.T, backend string) {
	root, s, stop := watch(t, Options{QueueBytes: 1 << 10, Backend: backend})
	const n = 3000
	for i := range n {
		write(t, root, fmt.Sprintf("f%04d", i), "x")
	}
	all := func(changes []Change) bool {
		count := 0
		for _, c := range changes {
			if strings.HasPrefix(c.Path, "/f") {
				count++
			}
		}
		return count >= n
	}
	if !s.wait(t, 30*time.Second, all) {
		t.Fatalf("%d changes of %d", len(s.texts()), n)
	}
	time.Sleep(50 * time.Millisecond)
	stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.coverage[len(s.coverage)-1]
	if last.Complete || len(last.Gaps) == 0 || !slices.ContainsFunc(last.Gaps, func(g Gap) bool { return g.Rescanned }) {
		t.Errorf("%+v", last)
	}
	scans := 0
	for _, c := range s.changes {
		if c.Source == SourceScan {
			scans++
		}
	}
	if scans == 0 {
		t.Error("nothing was found by looking again")
	}
}

// What is not watched is a gap for as long as that is so, whatever the reason.
func TestNotWatched(t *testing.T) {
	root := t.TempDir()
	write(t, root, "a/b/file", "1")
	p, err := policy.Parse([]byte("name: test\nrules:\n- {id: all, paths: [/**], look: [everything], tier: live, severity: medium}\n"), "test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		o      Options
		want   string
		reason string
		path   string
	}{
		{Options{Backend: live.None}, live.None, "nothing is to be watched", root},
		{Options{Backend: live.Inotify, MaxWatches: 2}, live.Inotify, "no more than 2", filepath.Join(root, "a/b")},
	} {
		t.Run(c.want, func(t *testing.T) {
			c.o.Root, c.o.Policy, c.o.State, c.o.CoverageEvery = root, p, t.TempDir(), 50*time.Millisecond
			m, err := New(c.o)
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			s := &seen{}
			if err := m.Run(ctx, func(kind wire.EventKind, body any) {
				s.emit(kind, body)
				if v, ok := body.(*Coverage); ok && v.Source == SourceLive {
					stop() // the end has a statement of its own
				}
			}); err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, v := range s.coverage {
				if v.Source != SourceLive {
					continue
				}
				n++
				if v.Backend != c.want || v.Complete || len(v.Gaps) != 1 || !strings.Contains(v.Gaps[0].Reason, c.reason) || !slices.Equal(v.Gaps[0].Paths, []string{c.path}) || !v.Gaps[0].From.Equal(v.From) || !v.Gaps[0].To.Equal(v.To) {
					t.Errorf("%+v", v)
				}
			}
			if n < 2 {
				t.Errorf("%d statements", n)
			}
		})
	}
}

// BenchmarkLive writes 100,000 files as fast as one goroutine can, and then some at
// 1,000 a second: lost is what was neither seen nor found by a rescan, p99-ms how
// long a change took until it was told.
func BenchmarkLive(b *testing.B) {
	root := b.TempDir()
	if os.Getenv("DEMARC_FIM_TMPFS") != "" {
		root = b.TempDir()
		if err := unix.Mount("fim", root, "tmpfs", 0, ""); err != nil {
			b.Skip(err)
		}
		b.Cleanup(func() { _ = unix.Unmount(root, unix.MNT_DETACH) })
	}
	_, s, stop := watch(b, Options{Root: root})
	for b.Loop() {
		const n, rate, slow = 100000, 1000, 5000
		for i := range n {
			write(b, root, fmt.Sprintf("burst%02d/f%05d", i/1000, i), "x")
		}
		told := map[string]time.Time{}
		at := 0
		gather := func(changes []Change) {
			now := time.Now()
			for ; at < len(changes); at++ {
				if _, ok := told[changes[at].Path]; !ok {
					told[changes[at].Path] = now
				}
			}
		}
		s.wait(b, time.Minute, func(c []Change) bool { gather(c); return len(told) >= n+n/1000 })
		lost := 0
		for i := range n {
			if _, ok := told[fmt.Sprintf("/burst%02d/f%05d", i/1000, i)]; !ok {
				lost++
			}
		}
		b.ReportMetric(float64(lost), "lost")
		wrote := map[string]time.Time{}
		var late []float64
		tick := time.NewTicker(time.Second / rate)
		done := make(chan struct{})
		go func() {
			s.wait(b, 20*time.Second, func(c []Change) bool { gather(c); return len(told) >= n+n/1000+slow })
			close(done)
		}()
		for i := range slow {
			<-tick.C
			p := fmt.Sprintf("slow/f%05d", i)
			write(b, root, p, "x")
			wrote["/"+p] = time.Now()
		}
		<-done
		for p, t := range wrote {
			if seen, ok := told[p]; ok {
				late = append(late, seen.Sub(t).Seconds()*1000)
			}
		}
		slices.Sort(late)
		b.ReportMetric(late[len(late)*99/100], "p99-ms")
		b.ReportMetric(float64(slow-len(late)), "late-lost")
	}
	stop()
}

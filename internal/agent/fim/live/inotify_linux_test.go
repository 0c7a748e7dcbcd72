package live

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
)

// told gathers what a Watcher tells.
type told struct {
	mu     sync.Mutex
	events []Event
	gaps   []Gap
}

func (s *told) Event(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

func (s *told) Gap(g Gap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gaps = append(s.gaps, g)
}

func (s *told) wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		done := ok()
		s.mu.Unlock()
		if done {
			return
		}
	}
	t.Fatalf("%s is not told: %+v, gaps %+v", what, s.events, s.gaps)
}

// saw tells whether something of a path was told, or of a directory that it came with.
func (s *told) saw(path string) bool {
	return slices.ContainsFunc(s.events, func(e Event) bool { return e.Path == path || e.Tree && strings.HasPrefix(path, e.Path+"/") })
}

func (s *told) gap(reason, path string) bool {
	return slices.ContainsFunc(s.gaps, func(g Gap) bool { return strings.Contains(g.Reason, reason) && slices.Contains(g.Paths, path) })
}

func run(t *testing.T, w Watcher) *told {
	t.Helper()
	s := &told{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx, s) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustOpen(t *testing.T, o Options) Watcher {
	t.Helper()
	w, err := Open(o)
	if err != nil {
		t.Skip(err)
	}
	return w
}

// Directories that come while others are watched are watched with all that is in them already.
func TestNewDirectories(t *testing.T) {
	root := t.TempDir()
	s := run(t, mustOpen(t, Options{Root: root, Backend: Inotify}))
	var paths []string
	for i := range 50 {
		p := filepath.Join(root, fmt.Sprintf("d%d/e/f/g", i), "file")
		put(t, p)
		paths = append(paths, p)
	}
	for _, p := range paths {
		s.wait(t, p, func() bool { return s.saw(p) })
	}
	// Once they are watched, what is written in them is told by itself.
	time.Sleep(50 * time.Millisecond)
	put(t, filepath.Join(root, "d7/e/f/g/later"))
	s.wait(t, "a later file", func() bool {
		return slices.ContainsFunc(s.events, func(e Event) bool { return e.Path == filepath.Join(root, "d7/e/f/g/later") })
	})
	// And by its new name after its directory has another.
	if err := os.Rename(filepath.Join(root, "d7"), filepath.Join(root, "moved")); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "the move", func() bool { return s.saw(filepath.Join(root, "moved/x")) })
	put(t, filepath.Join(root, "moved/e/f/g/more"))
	s.wait(t, "a file in what moved", func() bool {
		return slices.ContainsFunc(s.events, func(e Event) bool { return e.Path == filepath.Join(root, "moved/e/f/g/more") })
	})
}

// What there is no room to watch is missing for as long as that is so, and a gap when it comes.
func TestNoRoom(t *testing.T) {
	root := t.TempDir()
	for _, d := range []string{"a/1", "b", "c"} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	w := mustOpen(t, Options{Root: root, Backend: Inotify, MaxWatches: 4})
	m := w.Missing()
	if len(m) != 1 || !slices.Equal(m[0].Paths, []string{filepath.Join(root, "a/1")}) || !strings.Contains(m[0].Reason, "no more than 4") {
		t.Fatalf("%+v", m)
	}
	s := run(t, w)
	put(t, filepath.Join(root, "c/new/file"))
	s.wait(t, "that there is no room", func() bool { return s.gap("no more than 4", filepath.Join(root, "c/new")) })
	if n := len(w.Missing()[0].Paths); n != 2 {
		t.Errorf("%+v", w.Missing())
	}
	// Nobody misses what is not there any more.
	if err := os.RemoveAll(filepath.Join(root, "a")); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "that it went", func() bool { return s.saw(filepath.Join(root, "a")) })
	// In its place something is watched that there was no room for, and looked at.
	s.wait(t, "that there is room", func() bool {
		return slices.ContainsFunc(s.events, func(e Event) bool { return e.Tree && e.Path == filepath.Join(root, "c/new") && len(w.Missing()) == 0 })
	})
	put(t, filepath.Join(root, "c/new/later"))
	s.wait(t, "a file there", func() bool {
		return slices.ContainsFunc(s.events, func(e Event) bool { return e.Path == filepath.Join(root, "c/new/later") })
	})
}

// The kernel's own queue has a bound. What is lost past it is a gap, and directories whose
// coming was lost are watched afterwards.
func TestKernelOverflow(t *testing.T) {
	b, err := os.ReadFile("/proc/sys/fs/inotify/max_queued_events")
	if err != nil {
		t.Skip(err)
	}
	var most int
	if _, err := fmt.Sscan(string(b), &most); err != nil || most > 100000 {
		t.Skip("the kernel's bound is too large to be reached here")
	}
	root := t.TempDir()
	w := mustOpen(t, Options{Root: root, Backend: Inotify})
	for i := range most/3 + 100 { // each is created, written and closed
		put(t, filepath.Join(root, fmt.Sprintf("f%d", i)))
		if err := os.Chmod(filepath.Join(root, fmt.Sprintf("f%d", i)), 0o644); err != nil { //nolint:gosec // an event
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(root, "lost/file"))
	s := run(t, w)
	s.wait(t, "the overflow", func() bool { return s.gap(queueFull, root) })
	time.Sleep(100 * time.Millisecond)
	put(t, filepath.Join(root, "lost/later"))
	s.wait(t, "a file in a directory whose coming was lost", func() bool { return s.saw(filepath.Join(root, "lost/later")) })
}

// Who may not use fanotify has inotify, and it says so.
func TestWithoutRight(t *testing.T) {
	root := t.TempDir()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with its rights
		head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var data [2]unix.CapUserData
		if err := unix.Capget(&head, &data[0]); err != nil {
			t.Error(err)
			return
		}
		data[0].Effective &^= 1 << unix.CAP_SYS_ADMIN
		if err := unix.Capset(&head, &data[0]); err != nil {
			t.Error(err)
			return
		}
		for _, limited := range []bool{false, true} { // without the right, newer kernels give a lesser one
			w, err := Open(Options{Root: root, Limited: limited})
			if err != nil {
				t.Error(err)
				return
			}
			if w.Backend() != Inotify || !strings.Contains(w.Why(), "fanotify") || !slices.Equal(w.Paths(), []string{root}) || len(w.Missing()) != 0 {
				t.Errorf("%s because %q of %v", w.Backend(), w.Why(), w.Paths())
			}
			_ = w.Close()
		}
		if _, err := Open(Options{Root: root, Backend: Fanotify}); err == nil {
			t.Error("fanotify without the right")
		}
	}()
	<-done
}

// A file system of which fanotify tells nothing that could be followed is watched by inotify
// beside it.
func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"lower/etc", "upper", "work", "all"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	root := filepath.Join(dir, "all")
	options := fmt.Sprintf("lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work", dir, dir, dir)
	if err := unix.Mount("overlay", root, "overlay", 0, options); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = unix.Unmount(root, unix.MNT_DETACH) })
	w := mustOpen(t, Options{Wanted: func(d string) bool { return below(d, dir) || below(dir, d) }})
	s := run(t, w)
	t.Logf("%s: %s", w.Backend(), w.Why())
	put(t, filepath.Join(root, "etc/new"))
	s.wait(t, "a file of an overlay", func() bool {
		return slices.ContainsFunc(s.events, func(e Event) bool { return e.Path == filepath.Join(root, "etc/new") })
	})
	if w.Backend() == Both && !slices.Contains(w.Paths(), root) {
		t.Errorf("%v", w.Paths())
	}
}

// What is mounted while others are watched is watched, and can be unmounted again.
func TestMounts(t *testing.T) {
	for _, backend := range []string{Fanotify, Inotify} {
		t.Run(backend, func(t *testing.T) {
			root := t.TempDir()
			place := filepath.Join(root, "a/place")
			put(t, filepath.Join(place, "covered"))
			s := run(t, mustOpen(t, Options{Root: root, Backend: backend, Wanted: func(d string) bool { return below(d, root) }}))
			time.Sleep(20 * time.Millisecond)
			if err := unix.Mount("fim", place, "tmpfs", 0, ""); err != nil {
				t.Skip(err)
			}
			t.Cleanup(func() { _ = unix.Unmount(place, unix.MNT_DETACH) })
			looked := func(n int) func() bool {
				return func() bool {
					k := 0
					for _, e := range s.events {
						if e.Path == place && e.Tree {
							k++
						}
					}
					return k >= n
				}
			}
			s.wait(t, "that it is mounted", looked(1))
			put(t, filepath.Join(place, "new/file"))
			s.wait(t, "a file in what is mounted", func() bool { return s.saw(filepath.Join(place, "new")) && len(s.events) > 1 })
			time.Sleep(20 * time.Millisecond)
			if err := unix.Unmount(place, 0); err != nil {
				t.Fatalf("somebody holds it: %v", err)
			}
			s.wait(t, "that it is not mounted any more", looked(2))
			put(t, filepath.Join(place, "below"))
			s.wait(t, "a file that was covered", func() bool {
				return slices.ContainsFunc(s.events, func(e Event) bool { return e.Path == filepath.Join(place, "below") })
			})
		})
	}
}

// A number that another process has since does not make it who did it.
func TestProcessOfNumber(t *testing.T) {
	start := func() (*exec.Cmd, int) {
		t.Helper()
		c := exec.CommandContext(t.Context(), "sleep", "60")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		fd, err := unix.PidfdOpen(c.Process.Pid, 0)
		if err != nil {
			t.Skip(err)
		}
		return c, fd
	}
	end := func(c *exec.Cmd) {
		t.Helper()
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // killed
	}
	first, firstFD := start()
	second, secondFD := start()
	defer end(second)
	procs := newProcesses()
	defer procs.close()
	now := time.Now()
	pid := first.Process.Pid
	is := func(p *cause.Process, exe bool, gone bool) {
		t.Helper()
		if p == nil || (p.Exe != "") != exe || p.Gone != gone {
			t.Errorf("%+v", p)
		}
	}
	is(procs.get(pid, now, pidfds{pid: firstFD}), true, false)
	is(procs.get(pid, now, pidfds{pid: unix.FAN_EPIDFD}), true, false)
	end(first)
	is(procs.get(pid, now, pidfds{pid: gone}), true, true)
	// The second has taken its number: what /proc has under the number is not what the kernel means.
	procs.known[pid].p.Exe = "stale"
	if p := procs.get(pid, now, pidfds{pid: secondFD}); p.Exe == "stale" {
		t.Error("who had the number before is taken for who has it now")
	}
	// What had ended when the kernel was asked is nobody that can be read.
	other := second.Process.Pid
	is(procs.get(other, now, pidfds{other: gone}), false, true)
	dead, deadFD := start()
	end(dead)
	is(procs.get(os.Getpid(), now, pidfds{os.Getpid(): deadFD}), false, true)
}

// However many processes wait to be looked at, the files that stand for them are few.
func TestFilesAreBounded(t *testing.T) {
	c := newCopier(-1, 0, 0)
	c.marks = func() []string { return nil }
	n := 0
	c.fds = func([]byte) pidfds {
		p := pidfds{}
		for range 100 {
			fd, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
			if err != nil {
				t.Fatal(err)
			}
			n++
			p[n] = fd
		}
		return p
	}
	count := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := count()
	for range 30 {
		c.keep([]byte("x"), true)
	}
	if open := count() - before; open > maxOpen || open < maxOpen-100 || len(c.queue) != 30 {
		t.Errorf("%d files are open, %d wait", open, len(c.queue))
	}
	if c.drop(); count() != before {
		t.Errorf("%d files are left of %d", count()-before, n)
	}
}

// No open file is left of what the kernel gives.
func TestNoFileIsLeft(t *testing.T) {
	root := t.TempDir()
	w := mustOpen(t, Options{Wanted: func(d string) bool { return below(d, root) || below(root, d) }, Backend: Fanotify})
	count := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	s := run(t, w)
	before := count()
	for i := range 3000 {
		put(t, filepath.Join(root, fmt.Sprintf("f%d", i)))
	}
	s.wait(t, "the last", func() bool { return s.saw(filepath.Join(root, "f2999")) })
	time.Sleep(50 * time.Millisecond)
	if after := count(); after > before+maxProcesses/8 {
		t.Errorf("%d files are open after %d", after, before)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if below(e.Path, root) && (e.Process == nil || e.Process.PID != os.Getpid() || e.Process.Exe == "") {
			t.Fatalf("%+v by %+v", e, e.Process)
		}
	}
}

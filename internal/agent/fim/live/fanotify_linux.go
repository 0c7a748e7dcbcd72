package live

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// events that say that a file is not what it was. A write shows when the file
// is closed: until then its content is nobody's but the writer's.
const events = unix.FAN_CREATE | unix.FAN_DELETE | unix.FAN_MOVED_FROM | unix.FAN_MOVED_TO | unix.FAN_CLOSE_WRITE | unix.FAN_ATTRIB | unix.FAN_ONDIR

// Watcher watches all local file systems.
type Watcher struct {
	// Marks are the mount points of file systems that are watched, Unmarked those
	// that the kernel would not watch, with the reason.
	Marks    []string
	Unmarked []string

	o      Options
	fd     int
	mounts map[fsid]int // an open directory of each, to open handles by
	dirs   map[string]*dir
	procs  processes

	mu    sync.Mutex
	queue [][]byte
	held  int
	gaps  []Gap
	ready chan struct{}
	last  time.Time // when everything up to then had been read
}

type fsid [2]int32

// dir is what a handle stands for.
type dir struct {
	path   string
	wanted bool
}

// Open asks the kernel to watch. Nothing is lost from then on.
func Open(o Options) (*Watcher, error) {
	flags := uint(unix.FAN_CLASS_NOTIF | unix.FAN_CLOEXEC | unix.FAN_NONBLOCK | unix.FAN_REPORT_DIR_FID | unix.FAN_REPORT_NAME)
	if !o.Limited {
		flags |= unix.FAN_UNLIMITED_QUEUE
	}
	fd, err := unix.FanotifyInit(flags, unix.O_RDONLY|unix.O_LARGEFILE)
	if err != nil {
		return nil, fmt.Errorf("%w: fanotify needs Linux 5.9 and CAP_SYS_ADMIN: %w", ErrUnavailable, err)
	}
	if o.QueueBytes <= 0 {
		o.QueueBytes = defaultQueue
	}
	w := &Watcher{o: o, fd: fd, mounts: map[fsid]int{}, dirs: map[string]*dir{}, procs: newProcesses(), ready: make(chan struct{}, 1), last: time.Now()}
	if err := w.mark(); err != nil {
		_ = w.Close()
		return nil, err
	}
	return w, nil
}

// mark marks each local file system once.
func (w *Watcher) mark() error {
	points, err := mountPoints()
	if err != nil {
		return err
	}
	for _, p := range points {
		fd, err := unix.Open(p.path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
		if err != nil {
			continue // a file that is mounted, or a place nobody may enter
		}
		var st unix.Statfs_t
		if err := unix.Fstatfs(fd, &st); err != nil {
			_ = unix.Close(fd)
			continue
		}
		id := fsid(st.Fsid.Val)
		if _, known := w.mounts[id]; known {
			_ = unix.Close(fd)
			continue
		}
		if err := unix.FanotifyMark(w.fd, unix.FAN_MARK_ADD|unix.FAN_MARK_FILESYSTEM, events, unix.AT_FDCWD, p.path); err != nil {
			w.Unmarked = append(w.Unmarked, fmt.Sprintf("%s (%s): %v", p.path, p.kind, err))
			_ = unix.Close(fd)
			continue
		}
		w.mounts[id] = fd
		w.Marks = append(w.Marks, p.path)
	}
	if len(w.Marks) == 0 {
		return fmt.Errorf("%w: no file system can be watched: %s", ErrUnavailable, strings.Join(w.Unmarked, "; "))
	}
	return nil
}

type mountPoint struct{ path, kind string }

// local kinds of file systems hold files of this host.
var local = map[string]bool{
	"ext2": true, "ext3": true, "ext4": true, "xfs": true, "btrfs": true, "zfs": true, "f2fs": true, "jfs": true, "reiserfs": true, "bcachefs": true,
	"tmpfs": true, "ramfs": true, "overlay": true, "vfat": true, "exfat": true,
}

func mountPoints() (points []mountPoint, err error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() && len(points) < 4096 {
		left, right, ok := strings.Cut(s.Text(), " - ")
		l, r := strings.Fields(left), strings.Fields(right)
		if !ok || len(l) < 5 || len(r) < 1 || !local[r[0]] {
			continue
		}
		points = append(points, mountPoint{unoctal(l[4]), r[0]})
	}
	return points, s.Err()
}

// unoctal undoes the kernel's escapes of spaces and the like.
func unoctal(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// Run tells sink until ctx is done.
func (w *Watcher) Run(ctx context.Context, sink Sink) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- w.read(ctx) }()
	for {
		select {
		case <-ctx.Done():
			<-failed
			return nil
		case err := <-failed:
			return err
		case <-w.ready:
		}
		for {
			w.mu.Lock()
			batches, gaps := w.queue, w.gaps
			w.queue, w.gaps, w.held = nil, nil, 0
			w.mu.Unlock()
			if len(batches) == 0 && len(gaps) == 0 {
				break
			}
			for _, b := range batches {
				w.parse(b, sink)
			}
			for _, g := range gaps {
				sink.Gap(g)
			}
		}
	}
}

// read does nothing but copy. The first event after a quiet time is read at
// once, so that who did it can still be asked; after that the kernel gets
// time to merge what is alike.
func (w *Watcher) read(ctx context.Context) error {
	buf := make([]byte, readSize)
	wait := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}
	for ctx.Err() == nil {
		if n, err := unix.Poll(wait, 200); n == 0 || errors.Is(err, unix.EINTR) {
			if n == 0 {
				w.mu.Lock()
				w.last = time.Now()
				w.mu.Unlock()
			}
			continue
		} else if err != nil {
			return err
		}
		n, err := unix.Read(w.fd, buf)
		switch {
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return fmt.Errorf("reading fanotify: %w", err)
		}
		w.keep(buf[:n], n < len(buf)/2)
		time.Sleep(coalesce)
	}
	return nil
}

// keep puts what was read into the queue, or makes it a gap where that is full.
func (w *Watcher) keep(b []byte, drained bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if w.held+len(b) > w.o.QueueBytes {
		w.lost(now, "more happened than could be looked at in time")
	} else {
		w.held += len(b)
		w.queue = append(w.queue, append(make([]byte, 0, len(b)), b...))
	}
	if drained {
		w.last = now
	}
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// lost notes a gap, or makes the last one longer; w.mu is held.
func (w *Watcher) lost(now time.Time, reason string) {
	if n := len(w.gaps); n > 0 && w.gaps[n-1].Reason == reason {
		w.gaps[n-1].To = now
		return
	}
	w.gaps = append(w.gaps, Gap{From: w.last, To: now, Reason: reason, Paths: w.Marks})
}

// Close lets the kernel forget it all.
func (w *Watcher) Close() error {
	for _, fd := range w.mounts {
		_ = unix.Close(fd)
	}
	return unix.Close(w.fd)
}

package live

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// events that say that a file is not what it was. A write shows when the file
// is closed: until then its content is nobody's but the writer's.
const events = unix.FAN_CREATE | unix.FAN_DELETE | unix.FAN_MOVED_FROM | unix.FAN_MOVED_TO | unix.FAN_CLOSE_WRITE | unix.FAN_ATTRIB | unix.FAN_ONDIR

// fanotify watches all local file systems that the kernel watches as wholes.
type fanotify struct {
	*copier
	o      Options
	mounts map[fsid]string // a mount point of each, to open handles by
	dirs   map[string]*dir
	procs  processes

	lock   sync.Mutex
	points []string     // that are watched
	others []mountPoint // that the kernel would not watch, with the reason
}

type fsid [2]int32

// dir is what a handle stands for.
type dir struct {
	path   string
	wanted bool
}

const (
	basic    = unix.FAN_CLASS_NOTIF | unix.FAN_CLOEXEC | unix.FAN_NONBLOCK | unix.FAN_REPORT_DIR_FID | unix.FAN_REPORT_NAME
	openMode = unix.O_RDONLY | unix.O_LARGEFILE
)

// openFanotify asks the kernel to watch. Nothing is lost from then on.
func openFanotify(o Options) (*fanotify, error) {
	flags := uint(basic)
	if !o.Limited {
		flags |= unix.FAN_UNLIMITED_QUEUE
	}
	// Linux 5.15 and later tell who by what cannot become somebody else.
	size, fds := pidfdsSize, takePidfds
	fd, err := unix.FanotifyInit(flags|unix.FAN_REPORT_PIDFD, openMode)
	if errors.Is(err, unix.EINVAL) {
		size, fds = readSize, nil
		fd, err = unix.FanotifyInit(flags, openMode)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: fanotify needs Linux 5.9 and CAP_SYS_ADMIN: %w", ErrUnavailable, err)
	}
	w := &fanotify{copier: newCopier(fd, o.QueueBytes, size), o: o, dirs: map[string]*dir{}, procs: newProcesses()}
	w.copier.fds, w.copier.marks = fds, w.marked
	if _, err := w.mark(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// mark marks each local file system once, in which something may be of interest. It may be called
// again: what was mounted since then is fresh.
func (w *fanotify) mark() (fresh []string, err error) {
	points, err := mountPoints()
	if err != nil {
		return nil, err
	}
	was := w.mounts
	w.mounts = map[fsid]string{}
	var paths []string
	var others []mountPoint
	for _, p := range points {
		if !below(w.o.Root, p.path) && w.o.Wanted != nil && !w.o.Wanted(p.path) {
			continue
		}
		id, ok := w.markOne(&p)
		if !ok {
			if p.why != "" {
				others = append(others, p)
			}
			continue
		}
		paths = append(paths, p.path)
		w.mounts[id] = p.path
		if was[id] != p.path {
			fresh = append(fresh, p.path)
		}
	}
	w.lock.Lock()
	w.points, w.others = paths, others
	w.lock.Unlock()
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w: fanotify watches no file system here", ErrUnavailable)
	}
	return fresh, nil
}

// markOne marks the file system that is mounted somewhere, unless it is already.
func (w *fanotify) markOne(p *mountPoint) (id fsid, ok bool) {
	fd, err := unix.Open(p.path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return id, false // a file that is mounted, or a place nobody may enter
	}
	defer unix.Close(fd)
	var st unix.Statfs_t
	if err := unix.Fstatfs(fd, &st); err != nil {
		return id, false
	}
	id = fsid(st.Fsid.Val)
	if _, known := w.mounts[id]; known {
		return id, false
	}
	// Again, where it was marked before: it may have been unmounted meanwhile.
	if err := unix.FanotifyMark(w.fd, unix.FAN_MARK_ADD|unix.FAN_MARK_FILESYSTEM, events, unix.AT_FDCWD, p.path); err != nil {
		p.why = err.Error()
	} else if err := opens(fd); err != nil {
		p.why = "its directories cannot be opened by their handles: " + err.Error()
		_ = unix.FanotifyMark(w.fd, unix.FAN_MARK_REMOVE|unix.FAN_MARK_FILESYSTEM, events, unix.AT_FDCWD, p.path)
	}
	return id, p.why == ""
}

// at opens the place where a file system is mounted. It is not kept open, so that whoever wants to
// unmount it can.
func (w *fanotify) at(id fsid) (int, error) {
	path, ok := w.mounts[id]
	if !ok {
		return -1, unix.ENOENT
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	var st unix.Statfs_t
	if err = unix.Fstatfs(fd, &st); err == nil && fsid(st.Fsid.Val) != id {
		err = unix.ESTALE
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// marked are the mount points of what is watched.
func (w *fanotify) marked() []string {
	w.lock.Lock()
	defer w.lock.Unlock()
	return slices.Clone(w.points)
}

// mounted looks what was mounted and unmounted since. What lies in such a place is to be looked at.
func (w *fanotify) mounted(sink Sink) {
	was := slices.Collect(maps.Values(w.mounts))
	fresh, err := w.mark()
	now := time.Now()
	if err != nil {
		sink.Gap(Gap{From: w.since(), To: now, Reason: "what is mounted cannot be watched: " + err.Error(), Paths: []string{w.o.Root}})
		return
	}
	for _, path := range was {
		if !slices.Contains(w.points, path) {
			fresh = append(fresh, path)
		}
	}
	if len(fresh) > 0 {
		clear(w.dirs)
	}
	for _, path := range fresh {
		sink.Event(Event{Path: path, Tree: true, At: now})
	}
}

// opens tells whether a directory can be opened by its handle, without which an event leads
// nowhere. Newer kernels mark file systems, overlays for one, of which only the first half works.
func opens(dir int) error {
	h, _, err := unix.NameToHandleAt(dir, "", unix.AT_EMPTY_PATH)
	if err != nil {
		return err
	}
	fd, err := unix.OpenByHandleAt(dir, h, unix.O_PATH|unix.O_CLOEXEC)
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

type mountPoint struct{ id, path, kind, why string }

// local kinds of file systems hold files of this host.
var local = map[string]bool{
	"ext2": true, "ext3": true, "ext4": true, "xfs": true, "btrfs": true, "zfs": true, "f2fs": true, "jfs": true, "reiserfs": true, "bcachefs": true,
	"tmpfs": true, "ramfs": true, "overlay": true, "vfat": true, "exfat": true,
}

// mountPoints of local file systems.
func mountPoints() (points []mountPoint, err error) {
	err = mounts(func(p mountPoint) {
		if local[p.kind] {
			points = append(points, p)
		}
	})
	return points, err
}

// mounts calls each with every mount point.
func mounts(each func(mountPoint)) error {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for n := 0; s.Scan() && n < 4096; n++ {
		left, right, ok := strings.Cut(s.Text(), " - ")
		l, r := strings.Fields(left), strings.Fields(right)
		if ok && len(l) >= 5 && len(r) >= 1 {
			each(mountPoint{id: l[0], path: unoctal(l[4]), kind: r[0]})
		}
	}
	return s.Err()
}

// unoctal undoes the kernel's escapes of spaces and the like.
func unoctal(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

func (w *fanotify) run(ctx context.Context, sink Sink) error {
	defer w.procs.close()
	return w.each(ctx, func(b batch) { w.parse(b, sink) }, sink.Gap, func() { w.mounted(sink) })
}

func (w *fanotify) close() {
	_ = unix.Close(w.fd)
}

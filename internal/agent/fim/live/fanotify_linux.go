package live

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// events that say that a file is not what it was. A write shows when the file
// is closed: until then its content is nobody's but the writer's.
const events = unix.FAN_CREATE | unix.FAN_DELETE | unix.FAN_MOVED_FROM | unix.FAN_MOVED_TO | unix.FAN_CLOSE_WRITE | unix.FAN_ATTRIB | unix.FAN_ONDIR

// fanotify watches all local file systems that the kernel watches as wholes.
type fanotify struct {
	*copier
	o      Options
	points []string     // that are watched
	others []mountPoint // that the kernel would not watch, with the reason
	mounts map[fsid]int // an open directory of each, to open handles by
	dirs   map[string]*dir
	procs  processes
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
	w := &fanotify{copier: newCopier(fd, o.QueueBytes, size), o: o, mounts: map[fsid]int{}, dirs: map[string]*dir{}, procs: newProcesses()}
	w.copier.fds, w.copier.marks = fds, func() []string { return w.points }
	if err := w.mark(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// mark marks each local file system once.
func (w *fanotify) mark() error {
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
			p.why = err.Error()
		} else if err := opens(fd); err != nil {
			p.why = "its directories cannot be opened by their handles: " + err.Error()
			_ = unix.FanotifyMark(w.fd, unix.FAN_MARK_REMOVE|unix.FAN_MARK_FILESYSTEM, events, unix.AT_FDCWD, p.path)
		}
		if p.why != "" {
			w.others = append(w.others, p)
			_ = unix.Close(fd)
			continue
		}
		w.mounts[id] = fd
		w.points = append(w.points, p.path)
	}
	if len(w.points) == 0 {
		return fmt.Errorf("%w: fanotify watches no file system here", ErrUnavailable)
	}
	return nil
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

type mountPoint struct{ path, kind, why string }

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
			each(mountPoint{path: unoctal(l[4]), kind: r[0]})
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
	return w.each(ctx, func(b batch) { w.parse(b, sink) }, sink.Gap)
}

func (w *fanotify) close() {
	for _, fd := range w.mounts {
		_ = unix.Close(fd)
	}
	_ = unix.Close(w.fd)
}

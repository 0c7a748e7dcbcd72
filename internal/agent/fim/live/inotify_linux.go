package live

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// changes of a directory and of what lies in it.
const changes = unix.IN_CREATE | unix.IN_DELETE | unix.IN_MOVED_FROM | unix.IN_MOVED_TO | unix.IN_CLOSE_WRITE | unix.IN_ATTRIB |
	unix.IN_DELETE_SELF | unix.IN_MOVE_SELF | unix.IN_ONLYDIR | unix.IN_DONT_FOLLOW | unix.IN_EXCL_UNLINK

// watchesOf is how many of the watches that the kernel allows are taken: other programs
// want some.
const watchesOf = 2

// mostWatches is a bound of the agent's own: each watch takes a kilobyte of the kernel's memory.
const mostWatches = 32768

// maxMissing is how many places that are not watched are listed.
const maxMissing = 1000

// inotify watches directories one by one.
type inotify struct {
	*copier
	o      Options
	roots  []string
	max    int
	dirs   map[int32]string // watches, by number
	byPath map[string]int32
	room   bool              // something is not watched any more
	apart  map[string]bool   // mount points, of which none is entered that is no root and not local
	table  map[string]string // mount points by their numbers

	lock sync.Mutex
	not  map[string]string // places that are not watched, with the reason
	more int
}

// openInotify watches what is of interest below roots.
func openInotify(o Options, roots []string) (*inotify, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("%w: inotify: %w", ErrUnavailable, err)
	}
	w := &inotify{
		copier: newCopier(fd, o.QueueBytes, readSize), o: o, roots: roots, max: o.MaxWatches,
		dirs: map[int32]string{}, byPath: map[string]int32{}, not: map[string]string{},
	}
	w.marks = func() []string { return w.roots }
	if w.max <= 0 {
		w.max = min(allowed()/watchesOf, mostWatches)
	}
	w.apart, w.table = foreign()
	for _, r := range roots {
		w.watch(r)
	}
	if len(w.dirs) == 0 {
		_ = unix.Close(fd)
		for path, why := range w.not {
			return nil, fmt.Errorf("%w: inotify: %s: %s", ErrUnavailable, path, why)
		}
		return nil, fmt.Errorf("%w: inotify: there is nothing to watch below %s", ErrUnavailable, strings.Join(roots, ", "))
	}
	return w, nil
}

// allowed is how many directories the kernel has a user watch.
func allowed() int {
	b, err := readSome("/proc/sys/fs/inotify/max_user_watches", 32)
	if err != nil {
		return 8192 // what it was for long
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 8192
	}
	return n
}

// foreign are the mount points of what holds no files of this host, and all mounts by their numbers.
func foreign() (apart map[string]bool, table map[string]string) {
	apart, table = map[string]bool{}, map[string]string{}
	_ = mounts(func(p mountPoint) { // without, what is mounted is entered
		apart[p.path] = !local[p.kind]
		table[p.id] = p.path
	})
	return apart, table
}

// watch begins to watch a directory and those in it, the highest first, as long as there is room.
// Each is watched before it is listed, so that nothing falls between. fresh tells how many
// were not watched before.
func (w *inotify) watch(top string) (fresh int) {
	next := []string{top}
	for len(next) > 0 {
		dir := next[0]
		next = next[1:]
		if w.o.Wanted != nil && !w.o.Wanted(dir) || w.apart[dir] && !slices.Contains(w.roots, dir) {
			continue
		}
		known := len(w.dirs)
		if !w.add(dir) {
			continue
		}
		fresh += len(w.dirs) - known
		next = append(next, directories(dir)...)
	}
	return fresh
}

// directories in a directory, none of them by a link.
func directories(dir string) (paths []string) {
	f, err := os.Open(dir)
	if err != nil {
		return nil // add said whether it may be watched, and that needs the same right
	}
	defer f.Close()
	for {
		list, err := f.ReadDir(256)
		for _, d := range list {
			if d.IsDir() {
				paths = append(paths, filepath.Join(dir, d.Name()))
			}
		}
		if err != nil {
			return paths
		}
	}
}

// add watches one directory; false where it cannot be.
func (w *inotify) add(dir string) bool {
	if _, watched := w.byPath[dir]; !watched && len(w.dirs) >= w.max {
		w.miss(dir, fmt.Sprintf("no more than %d directories are watched", w.max))
		return false
	}
	n, err := unix.InotifyAddWatch(w.fd, dir, changes)
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENOTDIR), errors.Is(err, unix.ELOOP):
		return false // it went, of which its parent tells
	case errors.Is(err, unix.ENOSPC):
		w.miss(dir, fmt.Sprintf("the kernel has no room for more watches than the %d there are (fs.inotify.max_user_watches)", len(w.dirs)))
		return false
	case err != nil:
		w.miss(dir, err.Error())
		return false
	}
	wd := int32(n)
	if was, ok := w.dirs[wd]; ok && was != dir {
		delete(w.byPath, was) // the same directory under its new name
	}
	w.dirs[wd], w.byPath[dir] = dir, wd
	w.found(dir)
	return true
}

func (w *inotify) miss(dir, why string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if _, known := w.not[dir]; known || len(w.not) < maxMissing {
		w.not[dir] = why
	} else {
		w.more++
	}
}

// found takes a place off those that are not watched.
func (w *inotify) found(dir string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	delete(w.not, dir)
}

// missing are the places that are not watched, by reason.
func (w *inotify) missing() (all []Missing) {
	w.lock.Lock()
	defer w.lock.Unlock()
	by := map[string][]string{}
	for path, why := range w.not {
		by[why] = append(by[why], path)
	}
	for why, paths := range by {
		slices.Sort(paths)
		all = append(all, Missing{Paths: paths, Reason: why})
	}
	slices.SortFunc(all, func(a, b Missing) int { return strings.Compare(a.Reason, b.Reason) })
	if len(all) > 0 {
		all[0].More = w.more
	}
	return all
}

func (w *inotify) run(ctx context.Context, sink Sink) error {
	return w.each(ctx, func(b batch) { w.parse(b.b, sink) }, func(g Gap) {
		sink.Gap(g)
		w.again(sink)
	}, func() { w.mounted(sink) })
}

// mounted looks what was mounted and unmounted since: what lies in such a place is another directory
// now.
func (w *inotify) mounted(sink Sink) {
	was := w.table
	w.apart, w.table = foreign()
	var changed []string
	for id, path := range w.table {
		if _, had := was[id]; !had && !w.apart[path] {
			changed = append(changed, path)
		}
	}
	for id, path := range was {
		if _, has := w.table[id]; !has {
			changed = append(changed, path)
		}
	}
	for _, path := range changed {
		if !slices.ContainsFunc(w.roots, func(r string) bool { return below(path, r) && path != r }) || w.o.Wanted != nil && !w.o.Wanted(path) {
			continue
		}
		w.leave(path)
		w.begin(path, sink)
		sink.Event(Event{Path: path, Tree: true, At: time.Now()})
	}
}

func (w *inotify) close() error { return unix.Close(w.fd) }

// again looks for directories of which nothing was told, after something was lost.
func (w *inotify) again(sink Sink) {
	for wd, dir := range w.dirs {
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
			w.forget(wd, dir)
		}
	}
	for _, r := range w.roots {
		w.begin(r, sink)
	}
}

// begin watches what was not, and says where that cannot be.
func (w *inotify) begin(dir string, sink Sink) {
	before := w.unwatched()
	w.watch(dir)
	if w.unwatched() == before {
		return
	}
	now := time.Now()
	for _, m := range w.missing() {
		if m.Paths = slices.DeleteFunc(m.Paths, func(p string) bool { return !below(p, dir) }); len(m.Paths) > 0 {
			sink.Gap(Gap{From: now, To: now, Reason: m.Reason, Paths: m.Paths})
		}
	}
}

func (w *inotify) unwatched() int {
	w.lock.Lock()
	defer w.lock.Unlock()
	return len(w.not) + w.more
}

// below tells whether a path is a directory or lies below it.
func below(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

// header of an event.
const inotifySize = 16

func (w *inotify) parse(b []byte, sink Sink) {
	now := time.Now()
	for len(b) > 0 {
		if len(b) < inotifySize {
			sink.Gap(Gap{From: now, To: now, Reason: errEvent.Error(), Paths: w.roots})
			return
		}
		wd, mask, n := int32(binary.NativeEndian.Uint32(b)), binary.NativeEndian.Uint32(b[4:]), int(binary.NativeEndian.Uint32(b[12:]))
		if n < 0 || n > len(b)-inotifySize {
			sink.Gap(Gap{From: now, To: now, Reason: errEvent.Error(), Paths: w.roots})
			return
		}
		name, _, _ := bytes.Cut(b[inotifySize:inotifySize+n], []byte{0})
		b = b[inotifySize+n:]
		if mask&unix.IN_Q_OVERFLOW != 0 {
			sink.Gap(Gap{From: w.since(), To: now, Reason: queueFull, Paths: w.roots})
			w.again(sink)
			continue
		}
		w.event(wd, mask, string(name), now, sink)
	}
	if w.room {
		w.room = false
		w.fill(sink)
	}
}

// fill watches what there was no room for, now that some went. What changed in it meanwhile
// is found by looking.
func (w *inotify) fill(sink Sink) {
	for _, m := range w.missing() {
		for _, dir := range m.Paths {
			if len(w.dirs) < w.max && !slices.Contains(w.roots, dir) && w.watch(dir) > 0 {
				sink.Event(Event{Path: dir, Tree: true, At: time.Now()})
			}
		}
	}
}

func (w *inotify) event(wd int32, mask uint32, name string, now time.Time, sink Sink) {
	dir, ok := w.dirs[wd]
	if !ok {
		return // of a directory that went elsewhere, where it is watched anew
	}
	if name == "" {
		w.self(wd, dir, mask, now, sink)
		return
	}
	path := filepath.Join(dir, name)
	tree := mask&unix.IN_ISDIR != 0 && mask&(unix.IN_CREATE|unix.IN_DELETE|unix.IN_MOVED_FROM|unix.IN_MOVED_TO) != 0
	if tree {
		// The watches of what moved lead to where it was.
		if mask&(unix.IN_DELETE|unix.IN_MOVED_FROM) != 0 {
			w.leave(path)
		} else {
			w.leave(path)
			w.begin(path, sink)
		}
	}
	// Told after it is watched: what came before that is found by looking.
	sink.Event(Event{Path: path, Tree: tree, At: now})
}

// self is what happened to a watched directory itself; of all but the roots their parents
// tell too.
func (w *inotify) self(wd int32, dir string, mask uint32, now time.Time, sink Sink) {
	root := slices.Contains(w.roots, dir)
	switch {
	case mask&unix.IN_IGNORED != 0:
		w.forget(wd, dir)
		w.room = true
	case mask&unix.IN_ATTRIB != 0:
		sink.Event(Event{Path: dir, At: now})
	case mask&(unix.IN_UNMOUNT|unix.IN_DELETE_SELF|unix.IN_MOVE_SELF) != 0 && root:
		why := "it was moved, deleted or unmounted"
		w.miss(dir, why)
		sink.Gap(Gap{From: now, To: now, Reason: why, Paths: []string{dir}})
	}
}

func (w *inotify) forget(wd int32, dir string) {
	delete(w.dirs, wd)
	if w.byPath[dir] == wd {
		delete(w.byPath, dir)
	}
}

// leave ends the watches of a directory that is not there any more, and of all in it.
func (w *inotify) leave(top string) {
	if _, watched := w.byPath[top]; watched {
		for path, wd := range w.byPath {
			if below(path, top) {
				_, _ = unix.InotifyRmWatch(w.fd, uint32(wd)) // gone already where it was deleted
				w.forget(wd, path)
			}
		}
		w.room = true
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	for path := range w.not {
		if below(path, top) {
			delete(w.not, path)
		}
	}
}

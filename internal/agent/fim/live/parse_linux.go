package live

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// sizes of the kernel's structures.
const (
	metadataSize = 24
	infoHeader   = 4
	fsidSize     = 8
	handleHeader = 8
	maxHandle    = 128
)

// raw is one event as the kernel wrote it.
type raw struct {
	mask   uint64
	pid    int
	id     fsid
	kind   int32 // of the handle
	handle []byte
	name   []byte
}

var errEvent = errors.New("an event is not well formed")

// next takes the first event off b.
func next(b []byte) (e raw, rest []byte, err error) {
	if len(b) < metadataSize {
		return e, nil, errEvent
	}
	size, meta := int(binary.NativeEndian.Uint32(b)), int(binary.NativeEndian.Uint16(b[6:]))
	if size < metadataSize || size > len(b) || meta < metadataSize || meta > size || b[4] != unix.FANOTIFY_METADATA_VERSION {
		return e, nil, errEvent
	}
	e.mask = binary.NativeEndian.Uint64(b[8:])
	e.pid = int(int32(binary.NativeEndian.Uint32(b[20:])))
	info := b[meta:size]
	for len(info) >= infoHeader {
		n := int(binary.NativeEndian.Uint16(info[2:]))
		if n < infoHeader || n > len(info) {
			return e, nil, errEvent
		}
		if info[0] == unix.FAN_EVENT_INFO_TYPE_DFID_NAME {
			if err := e.where(info[infoHeader:n]); err != nil {
				return e, nil, err
			}
		}
		info = info[n:]
	}
	return e, b[size:], nil
}

// where reads a directory's handle and a name in it.
func (e *raw) where(b []byte) error {
	if len(b) < fsidSize+handleHeader {
		return errEvent
	}
	e.id = fsid{int32(binary.NativeEndian.Uint32(b)), int32(binary.NativeEndian.Uint32(b[4:]))}
	b = b[fsidSize:]
	n := int(binary.NativeEndian.Uint32(b))
	e.kind = int32(binary.NativeEndian.Uint32(b[4:]))
	if b = b[handleHeader:]; n > maxHandle || n > len(b) {
		return errEvent
	}
	e.handle = b[:n]
	e.name, _, _ = bytes.Cut(b[n:], []byte{0})
	return nil
}

// parse tells the sink what was read at once.
func (w *fanotify) parse(read batch, sink Sink) {
	defer read.fds.close()
	now, b := time.Now(), read.b
	for len(b) > 0 {
		e, rest, err := next(b)
		if err != nil {
			sink.Gap(Gap{From: now, To: now, Reason: err.Error(), Paths: w.marked()})
			return
		}
		b = rest
		if e.mask&unix.FAN_Q_OVERFLOW != 0 {
			sink.Gap(Gap{From: w.since(), To: now, Reason: queueFull, Paths: w.marked()})
			continue
		}
		w.event(&e, now, read.fds, sink)
	}
}

const queueFull = "the kernel's queue was full"

func (w *fanotify) event(e *raw, now time.Time, fds pidfds, sink Sink) {
	tree := e.mask&unix.FAN_ONDIR != 0
	moved := tree && e.mask&(unix.FAN_MOVED_FROM|unix.FAN_MOVED_TO|unix.FAN_DELETE) != 0
	d := w.dir(e)
	if moved {
		clear(w.dirs) // what lies below is elsewhere now
	}
	if d == nil || !d.wanted {
		return
	}
	path := d.path
	if name := string(e.name); name != "." && name != "" {
		path = strings.TrimSuffix(path, "/") + "/" + name
	}
	sink.Event(Event{Path: path, Tree: tree && (moved || e.mask&unix.FAN_CREATE != 0), At: now, Process: w.procs.get(e.pid, now, fds)})
}

// dir finds a directory by its handle. One that is gone already is nil: that it
// went is an event of the one it was in.
func (w *fanotify) dir(e *raw) *dir {
	key := make([]byte, 0, 32)
	key = binary.NativeEndian.AppendUint32(key, uint32(e.id[0]))
	key = binary.NativeEndian.AppendUint32(key, uint32(e.id[1]))
	key = append(key, e.handle...)
	if d, ok := w.dirs[string(key)]; ok {
		return d
	}
	if len(e.handle) == 0 {
		return nil
	}
	at, err := w.at(e.id)
	if err != nil {
		return nil // it is not mounted any more, or nothing in it is of interest
	}
	defer unix.Close(at)
	fd, err := unix.OpenByHandleAt(at, unix.NewFileHandle(e.kind, e.handle), unix.O_PATH|unix.O_CLOEXEC)
	if err != nil {
		return nil
	}
	path, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
	_ = unix.Close(fd)
	if err != nil || strings.HasSuffix(path, " (deleted)") {
		return nil
	}
	d := &dir{path: path, wanted: w.o.Wanted == nil || w.o.Wanted(path)}
	if len(w.dirs) >= maxDirs {
		clear(w.dirs)
	}
	w.dirs[string(key)] = d
	return d
}

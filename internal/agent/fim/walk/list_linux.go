package walk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

const dirFlags = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NOATIME

// directory is open as long as somebody looks at files in it.
type directory struct {
	fd    int
	path  string
	dev   uint64
	scope policy.Scope
	users atomic.Int32
}

func (d *directory) hold() { d.users.Add(1) }
func (d *directory) done() {
	if d.users.Add(-1) == 0 {
		_ = unix.Close(d.fd)
	}
}

// join is the path of a name in the directory.
func (d *directory) join(name []byte) string {
	if d.path == "/" {
		return "/" + string(name)
	}
	return d.path + "/" + string(name)
}

// item is a name in a directory, and what is recorded of it.
type item struct {
	name  []byte
	kind  byte   // DT_
	old   []byte // the record's body in what is compared with
	cache []byte // and in what hashes are taken from
}

// chunk is work for one worker.
type chunk struct {
	dir   *directory // nil: only gone
	path  string
	items []item
	gone  []goneRecord
	ready chan struct{}

	batch  Batch
	each   []seen
	counts Counts
	gaps   []Gap
}

type goneRecord struct {
	path string
	body []byte
}

type seen struct {
	path string
	e    *entry.Entry
	r    *policy.Rule
}

// lister goes through directories in order, and gives out chunks.
type lister struct {
	o       *Options
	ctx     context.Context
	work    chan *chunk
	ordered chan *chunk
	old     *cursor
	cache   *cursor
	buf     []byte
	result  *Result

	mu     sync.Mutex // of what follows: the one who lists and the one who delivers both use it
	dirs   uint64
	gaps   []Gap
	nGaps  int
	failed []string // directories that could not be read: nothing in them is gone
}

func (l *lister) gap(path, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.nGaps++
	if len(l.gaps) < maxGaps {
		l.gaps = append(l.gaps, Gap{path, reason})
	}
}

// fail notes that a directory could not be read.
func (l *lister) fail(path string) {
	l.mu.Lock()
	l.failed = append(l.failed, path)
	l.mu.Unlock()
}

// send gives a chunk out; it waits while there is enough to do.
func (l *lister) send(c *chunk) error {
	c.ready = make(chan struct{})
	select {
	case l.ordered <- c:
	case <-l.ctx.Done():
		return l.ctx.Err()
	}
	select {
	case l.work <- c:
	case <-l.ctx.Done():
		return l.ctx.Err()
	}
	return nil
}

// list sends the files of a directory, then enters those in it.
func (l *lister) list(d *directory, depth int) error {
	defer d.done()
	if err := l.ctx.Err(); err != nil {
		return err
	}
	items, err := l.read(d)
	if err != nil {
		if errors.Is(err, unix.ENOENT) {
			return nil // it went meanwhile
		}
		l.gap(d.path, err.Error())
		l.fail(d.path)
		return nil
	}
	l.mu.Lock()
	l.dirs++
	l.mu.Unlock()
	gone, err := l.gone(d.path)
	if err != nil {
		return err
	}
	left, err := match(l.old, d.path, items, func(i *item, body []byte) { i.old = body })
	if err != nil {
		return err
	}
	gone = append(gone, left...)
	if _, err := match(l.cache, d.path, items, func(i *item, body []byte) { i.cache = body }); err != nil {
		return err
	}
	if len(gone) > 0 {
		if err := l.send(&chunk{path: d.path, gone: gone}); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(items, chunkSize) {
		d.hold()
		if err := l.send(&chunk{dir: d, path: d.path, items: part}); err != nil {
			d.done()
			return err
		}
	}
	for i := range items {
		if items[i].kind != unix.DT_DIR {
			continue
		}
		if err := l.enter(d, &items[i], depth+1); err != nil {
			return err
		}
	}
	return nil
}

// enter opens a directory in another, unless it is none of the policy's.
func (l *lister) enter(d *directory, i *item, depth int) error {
	name := string(i.name)
	scope := d.scope.Enter(name)
	if scope == nil {
		return nil
	}
	path := d.join(i.name)
	if depth > maxDepth {
		l.gap(path, fmt.Sprintf("more than %d directories deep", maxDepth))
		l.fail(path)
		return nil
	}
	sub, err := openDir(d.fd, name, path, scope)
	if err != nil {
		if !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ENOTDIR) && !errors.Is(err, unix.ELOOP) {
			l.gap(path, err.Error())
			l.fail(path)
		}
		return nil
	}
	if sub.dev != d.dev {
		if kind, foreign := foreign(sub.fd); foreign {
			l.mu.Lock()
			l.result.Skipped[path] = kind
			l.mu.Unlock()
			l.fail(path)
			sub.done()
			return nil
		}
	}
	return l.list(sub, depth)
}

func openDir(at int, name, path string, scope policy.Scope) (*directory, error) {
	fd, err := unix.Openat(at, name, dirFlags, 0)
	if errors.Is(err, unix.EPERM) {
		fd, err = unix.Openat(at, name, dirFlags&^unix.O_NOATIME, 0)
	}
	if err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	d := &directory{fd: fd, path: path, dev: uint64(st.Dev), scope: scope} //nolint:unconvert // it is 32 bits on some
	d.hold()
	return d, nil
}

// read lists a directory, by name.
func (l *lister) read(d *directory) ([]item, error) {
	var items []item
	for {
		n, err := unix.Getdents(d.fd, l.buf)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || n == 0 {
			if err == nil {
				slices.SortFunc(items, func(a, b item) int { return bytes.Compare(a.name, b.name) })
			}
			return items, err
		}
		items = parseDirents(append(make([]byte, 0, n), l.buf[:n]...), items)
		if len(items) > maxDirectory {
			return nil, fmt.Errorf("more than %d files in one directory", maxDirectory)
		}
		for i := range items {
			if items[i].kind == unix.DT_UNKNOWN { // some file systems do not tell
				items[i].kind = ask(d.fd, items[i].name)
			}
		}
	}
}

func ask(fd int, name []byte) byte {
	var st unix.Stat_t
	if unix.Fstatat(fd, string(name), &st, unix.AT_SYMLINK_NOFOLLOW) != nil {
		return unix.DT_UNKNOWN
	}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return unix.DT_DIR
	}
	return unix.DT_UNKNOWN
}

// parseDirents reads what the kernel gives, linux_dirent64: inode 8, offset 8, length
// 2, kind 1, name.
func parseDirents(b []byte, items []item) []item {
	const nameAt = 19
	for len(b) >= nameAt {
		size := int(b[16]) | int(b[17])<<8
		if size < nameAt || size > len(b) {
			break
		}
		name := b[nameAt:size]
		if i := bytes.IndexByte(name, 0); i >= 0 {
			name = name[:i:i]
		}
		if s := string(name); s != "." && s != ".." && s != "" {
			items = append(items, item{name: name, kind: b[18]})
		}
		b = b[size:]
	}
	return items
}

// gone takes what is recorded of directories before this one: they were not met.
func (l *lister) gone(path string) ([]goneRecord, error) {
	if l.old == nil {
		return nil, nil
	}
	var all []goneRecord
	for {
		ok, err := l.old.peek()
		if err != nil || !ok || baseline.Order(l.old.dir, path) >= 0 {
			return all, err
		}
		all = append(all, goneRecord{joinText(l.old.dir, l.old.name), l.old.body})
		l.old.take()
	}
}

// rest is what is recorded after the last directory that was met.
func (l *lister) rest() error {
	for l.old != nil {
		c := &chunk{}
		for len(c.gone) < chunkSize {
			ok, err := l.old.peek()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			c.path = l.old.dir
			c.gone = append(c.gone, goneRecord{joinText(l.old.dir, l.old.name), l.old.body})
			l.old.take()
		}
		if len(c.gone) == 0 {
			return nil
		}
		if err := l.send(c); err != nil {
			return err
		}
	}
	return nil
}

// match gives the items of a directory what is recorded of them; what is left
// is of none.
func match(c *cursor, path string, items []item, give func(*item, []byte)) (left []goneRecord, err error) {
	for i := 0; c != nil; {
		ok, err := c.peek()
		if err != nil || !ok {
			return left, err
		}
		switch order := baseline.Order(c.dir, path); {
		case order > 0:
			return left, nil
		case order < 0: // only of a cache, of which nothing is gone
			c.take()
			continue
		}
		for i < len(items) && bytes.Compare(items[i].name, c.name) < 0 {
			i++
		}
		if i < len(items) && bytes.Equal(items[i].name, c.name) {
			give(&items[i], c.body)
		} else {
			left = append(left, goneRecord{joinText(path, c.name), c.body})
		}
		c.take()
	}
	return nil, nil
}

func joinText(dir string, name []byte) string {
	if len(name) == 0 {
		return dir
	}
	if dir == "/" {
		return "/" + string(name)
	}
	return dir + "/" + string(name)
}

// cursor reads a baseline record by record. What it gives stays valid.
type cursor struct {
	r          *baseline.Reader
	dir        string
	rest       []byte
	name, body []byte
	have, end  bool
}

func newCursor(r *baseline.Reader) *cursor {
	if r == nil {
		return nil
	}
	return &cursor{r: r}
}

func (c *cursor) peek() (bool, error) {
	for !c.have && !c.end {
		if len(c.rest) == 0 {
			dir, records, err := c.r.Next()
			if errors.Is(err, io.EOF) {
				c.end = true
				break
			} else if err != nil {
				return false, err
			}
			c.dir, c.rest = dir, slices.Clone(records)
			continue
		}
		var err error
		if c.name, c.body, c.rest, err = baseline.Split(c.rest); err != nil {
			return false, err
		}
		c.have = true
	}
	return c.have, nil
}

func (c *cursor) take() { c.have = false }

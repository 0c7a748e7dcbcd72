package walk

import (
	"context"
	"crypto/md5" //nolint:gosec // package manifests state nothing better
	"crypto/sha256"
	"errors"
	"hash"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

const fileFlags = unix.O_RDONLY | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_CLOEXEC | unix.O_NOATIME | unix.O_NOCTTY

// worker takes attributes and hashes.
type worker struct {
	o     *Options
	sha   hash.Hash
	md5   hash.Hash
	buf   []byte
	names []byte
	value []byte
	now   entry.Entry
	old   entry.Entry
	pace  pace
	ctx   context.Context // of the walk
}

func newWorker(ctx context.Context, o *Options) *worker {
	return &worker{ctx: ctx, o: o, sha: sha256.New(), md5: md5.New(), buf: make([]byte, 128<<10), names: make([]byte, 4096), value: make([]byte, 4096), //nolint:gosec // see above
		pace: pace{share: o.Limit / float64(o.Workers)}}
}

func (w *worker) run(work <-chan *chunk) {
	if w.o.Limit > 0 {
		// The kernel counts politeness by thread, and this one ends with the worker.
		runtime.LockOSThread()
		polite()
	}
	w.pace.begin()
	for c := range work {
		w.chunk(c)
		close(c.ready)
		w.pace.rest(w.ctx)
		if w.o.Pace != nil {
			_ = w.o.Pace(w.ctx) // the end of the context is looked for with each file
		}
	}
}

// polite lets everybody else go first, to the processor and to the disk.
func polite() {
	const idleClass, byProcess = 3 << 13, 1
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), 19)
	_, _, _ = unix.Syscall(unix.SYS_IOPRIO_SET, byProcess, uintptr(unix.Gettid()), idleClass)
}

// pace keeps a worker to its share of a core.
type pace struct {
	share float64
	from  time.Time
}

func (p *pace) begin() { p.from = time.Now() }

// rest sleeps as much as the share asks for.
func (p *pace) rest(ctx context.Context) {
	if p.share <= 0 || p.share >= 1 {
		return
	}
	if busy := time.Since(p.from); busy > 5*time.Millisecond {
		select {
		case <-ctx.Done():
		case <-time.After(min(time.Duration(float64(busy)*(1/p.share-1)), 5*time.Second)):
		}
		p.from = time.Now()
	}
}

func (w *worker) chunk(c *chunk) {
	c.batch.Dir = c.path
	for _, g := range c.gone {
		w.gone(c, g)
	}
	if c.dir == nil {
		return
	}
	defer c.dir.done()
	for i := range c.items {
		if w.ctx.Err() != nil {
			return // nobody waits for it any more
		}
		w.item(c, &c.items[i])
	}
}

// gone is a file that is recorded and was not met.
func (w *worker) gone(c *chunk, g goneRecord) {
	var e entry.Entry
	if _, err := baseline.Decode(g.body, &e); err != nil {
		return
	}
	r := w.o.Policy.Pick(g.path, e.Kind, e.Mode, e.Privileged)
	if r == nil || r.AllowRemoved || w.o.LiveOnly && !r.Live {
		return
	}
	c.batch.Differences = append(c.batch.Differences, Difference{Path: g.path, Old: e.Clone(), Rule: r})
}

// item looks at one file.
func (w *worker) item(c *chunk, i *item) {
	rules := candidates(c.dir.scope, i.name)
	if len(rules) == 0 {
		return
	}
	name := unsafe.String(unsafe.SliceData(i.name), len(i.name))
	fd := -1
	defer func() {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}()
	var st unix.Stat_t
	// A file that is to be hashed in any case is opened at once.
	if r := rules[0]; i.kind == unix.DT_REG && i.old == nil && i.cache == nil && r.Only == policy.Always && len(r.Kinds) == 0 && r.Look&entry.Content != 0 {
		fd, _ = openFile(c.dir.fd, name)
	}
	var err error
	if fd >= 0 {
		err = unix.Fstat(fd, &st)
	} else {
		err = unix.Fstatat(c.dir.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	}
	if err != nil {
		if !errors.Is(err, unix.ENOENT) { // it went meanwhile
			w.gap(c, i, err)
		} else if i.old != nil {
			w.gone(c, goneRecord{c.dir.join(i.name), i.old})
		}
		return
	}
	e := &w.now
	fromStat(e, &st)
	capable := -1
	caps := func() bool {
		if capable < 0 {
			capable = w.capability(c.dir.fd, name)
		}
		return capable == 1
	}
	r := policy.First(rules, e.Kind, e.Mode, caps)
	if w.o.Every != nil {
		w.o.Every(c.dir.join(i.name), e, e.Kind == entry.File && e.Mode&0o111 != 0 && caps())
	}
	if r == nil || w.o.LiveOnly && !r.Live {
		if i.old != nil && r == nil {
			w.ceased(c, i)
		}
		return
	}
	c.counts.Entries++
	if w.unchanged(c, i, e, r) {
		return
	}
	if err := w.complete(c, i, name, &fd, e, r); err != nil {
		if errors.Is(err, unix.ENOENT) {
			return
		}
		w.gap(c, i, err)
	}
	w.compare(c, i, e, r)
}

// ceased to be what its rule is for: a program that gave rights gives none now.
func (w *worker) ceased(c *chunk, i *item) {
	if _, err := baseline.Decode(i.old, &w.old); err != nil {
		return
	}
	path := c.dir.join(i.name)
	r := w.o.Policy.Pick(path, w.old.Kind, w.old.Mode, w.old.Privileged)
	if r == nil {
		return // the policy is another
	}
	if d := entry.Diff(&w.old, &w.now, r.Look&^entry.Content); d != 0 {
		c.batch.Differences = append(c.batch.Differences, Difference{Path: path, Old: w.old.Clone(), New: w.now.Clone(), Attributes: d, Rule: r})
	}
}

// unchanged takes over what is recorded, if the file is the same by what cannot
// change without its ctime.
func (w *worker) unchanged(c *chunk, i *item, e *entry.Entry, r *policy.Rule) bool {
	if w.o.Full || w.o.MD5 {
		return false
	}
	for _, body := range [...][]byte{i.old, i.cache} {
		if body == nil {
			continue
		}
		look, err := baseline.Decode(body, &w.old)
		if err != nil || w.old.Known != 0 || look&r.Look != r.Look || !same(&w.old, e) {
			continue
		}
		c.counts.Unchanged++
		w.record(c, i, &w.old, r)
		return true
	}
	return false
}

func same(old, now *entry.Entry) bool {
	return old.Inode == now.Inode && old.Ctime == now.Ctime && old.Size == now.Size && old.Mode == now.Mode && old.Kind == now.Kind && old.UID == now.UID && old.GID == now.GID &&
		old.Mtime == now.Mtime
}

// record writes a file down.
func (w *worker) record(c *chunk, i *item, e *entry.Entry, r *policy.Rule) {
	if w.o.Adjust != nil && !w.o.Adjust(c.dir.join(i.name), e, r) {
		return
	}
	if w.o.Read != nil && r.Read != "" && e.Kind == entry.File && e.Hashed && !e.Partial {
		w.o.Read(c.dir.join(i.name), e, r)
	}
	if w.o.Encode {
		c.batch.Records = baseline.Append(c.batch.Records, i.name, r.Look, e)
		c.batch.N++
		if e.Hashed {
			c.batch.Hashed++
		}
	}
	if w.o.Each != nil {
		c.each = append(c.each, seen{c.dir.join(i.name), e.Clone(), r})
	}
}

// compare with what is recorded.
func (w *worker) compare(c *chunk, i *item, e *entry.Entry, r *policy.Rule) {
	w.record(c, i, e, r)
	if w.o.Old == nil {
		return
	}
	if i.old == nil {
		if r.AllowNew {
			return
		}
		c.batch.Differences = append(c.batch.Differences, Difference{Path: c.dir.join(i.name), New: e.Clone(), Rule: r})
		return
	}
	look, err := baseline.Decode(i.old, &w.old)
	if err != nil {
		w.gap(c, i, err)
		return
	}
	// Of what the baseline did not look at, nothing is known.
	if d := entry.Diff(&w.old, e, r.Look&(look|entry.MD5)); d != 0 {
		c.batch.Differences = append(c.batch.Differences, Difference{Path: c.dir.join(i.name), Old: w.old.Clone(), New: e.Clone(), Attributes: d, Rule: r})
	}
}

func (w *worker) gap(c *chunk, i *item, err error) {
	c.gaps = append(c.gaps, Gap{c.dir.join(i.name), err.Error()})
}

func openFile(dir int, name string) (int, error) {
	for {
		fd, err := unix.Openat(dir, name, fileFlags, 0)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EPERM): // O_NOATIME is for owners
			return unix.Openat(dir, name, fileFlags&^unix.O_NOATIME, 0)
		}
		return fd, err
	}
}

package walk

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

func walk(parent context.Context, o Options, sink func(*Batch) error) (*Result, error) {
	if o.Root == "" {
		o.Root = "/"
	}
	if o.Workers <= 0 {
		o.Workers = min(runtime.NumCPU(), 4)
	}
	if o.HashLimit <= 0 {
		o.HashLimit = DefaultHashLimit
	}
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	result := &Result{Start: time.Now(), Skipped: map[string]string{}}
	l := &lister{
		o: &o, ctx: ctx, result: result, buf: make([]byte, 64<<10), old: newCursor(o.Old), cache: newCursor(o.Cache),
		work: make(chan *chunk, queueSize), ordered: make(chan *chunk, queueSize),
	}

	var workers sync.WaitGroup
	for range o.Workers {
		workers.Add(1)
		o.start(func() {
			defer workers.Done()
			newWorker(ctx, &o).run(l.work)
		})
	}
	listed := make(chan error, 1)
	o.start(func() {
		err := errors.New("the list of files was not made to its end")
		defer func() {
			listed <- err
			close(l.work)
			close(l.ordered)
		}()
		err = l.start()
	})

	var err error
	for c := range l.ordered {
		select {
		case <-c.ready:
		case <-ctx.Done(): // it may never have been given out
			if err == nil {
				err = ctx.Err()
			}
			continue
		}
		if err == nil {
			err = l.deliver(c, sink)
		}
		if err != nil {
			cancel()
		}
	}
	workers.Wait()
	if lerr := <-listed; err == nil || errors.Is(err, context.Canceled) && lerr != nil {
		err = lerr
	}
	result.Gaps, result.Directories = l.gaps, l.dirs
	result.AllGaps = l.nGaps
	result.End = time.Now()
	if perr := parent.Err(); perr != nil {
		err = perr
	}
	return result, err
}

// start has something done beside.
func (o *Options) start(f func()) {
	if o.Go != nil {
		o.Go(f)
		return
	}
	go f()
}

// start lists the root and everything below.
func (l *lister) start() error {
	scope := l.o.Policy.Root()
	if scope == nil {
		return errors.New("the policy looks at nothing")
	}
	root, err := openDir(unix.AT_FDCWD, l.o.Root, "/", scope)
	if err != nil {
		return fmt.Errorf("%s: %w", l.o.Root, err)
	}
	if err := l.list(root, 0); err != nil {
		return err
	}
	return l.rest()
}

// deliver hands over what a worker found, in order.
func (l *lister) deliver(c *chunk, sink func(*Batch) error) error {
	r := l.result
	r.Entries += c.counts.Entries
	r.Hashed += c.counts.Hashed
	r.Bytes += c.counts.Bytes
	r.Unchanged += c.counts.Unchanged
	for _, g := range c.gaps {
		l.gap(g.Path, g.Reason)
	}
	if len(c.gone) > 0 {
		c.batch.Differences = slices.DeleteFunc(c.batch.Differences, func(d Difference) bool { return l.within(d.Path) })
	}
	for _, s := range c.each {
		l.o.Each(s.path, s.e, s.r)
	}
	l.mu.Lock()
	r.Directories = l.dirs
	l.mu.Unlock()
	if l.o.Progress != nil {
		l.o.Progress(r.Counts)
	}
	if c.batch.N == 0 && len(c.batch.Differences) == 0 {
		return nil
	}
	return sink(&c.batch)
}

// within a directory that could not be read, nothing is known to be gone.
func (l *lister) within(path string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.failed {
		if path == f || strings.HasPrefix(path, f) && (f == "/" || path[len(f)] == '/') {
			return true
		}
	}
	return false
}

// kindOf is a file's kind by its mode.
func kindOf(mode uint32) entry.Kind {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return entry.File
	case unix.S_IFDIR:
		return entry.Directory
	case unix.S_IFLNK:
		return entry.Link
	case unix.S_IFIFO:
		return entry.Pipe
	case unix.S_IFSOCK:
		return entry.Socket
	case unix.S_IFCHR:
		return entry.Character
	case unix.S_IFBLK:
		return entry.Block
	}
	return entry.Unknown
}

// fromStat takes over what the kernel tells of a file.
func fromStat(e *entry.Entry, st *unix.Stat_t) {
	*e = entry.Entry{
		Kind: kindOf(st.Mode), Mode: st.Mode & 0o7777, UID: st.Uid, GID: st.Gid, Links: uint32(st.Nlink), Size: st.Size,
		Mtime: st.Mtim.Nano(), Ctime: st.Ctim.Nano(), Inode: st.Ino, Xattrs: e.Xattrs[:0],
	}
	if e.Kind == entry.Character || e.Kind == entry.Block {
		e.Device = uint64(st.Rdev) //nolint:unconvert // it is 32 bits on some
	}
}

// candidates that may still apply to a file.
func candidates(s policy.Scope, name []byte) []*policy.Rule {
	rules := s.Match(name)
	if len(rules) > 0 && rules[0].Exclude && rules[0].Only == policy.Always && len(rules[0].Kinds) == 0 {
		return nil
	}
	return rules
}

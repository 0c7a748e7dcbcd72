package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// copier takes from the kernel what it has, and keeps it for who looks at it.
type copier struct {
	fd    int
	limit int // of bytes that wait
	size  int // of one read
	// marks is what a gap is about.
	marks func() []string
	// fds takes the open files that came with what was read, so that none is left open: one
	// for each process.
	fds func(b []byte) pidfds

	mu    sync.Mutex
	queue []batch
	held  int
	open  int // files that came with what waits
	gaps  []Gap
	ready chan struct{}
	last  time.Time // when everything up to then had been read
}

// batch is what was read at once.
type batch struct {
	b   []byte
	fds pidfds
}

func newCopier(fd, limit, size int) *copier {
	if limit <= 0 {
		limit = defaultQueue
	}
	return &copier{fd: fd, limit: limit, size: size, ready: make(chan struct{}, 1), last: time.Now()}
}

// each calls look with what was read, and mounted after something was mounted or unmounted, until ctx
// is done.
func (c *copier) each(ctx context.Context, look func(batch), gap func(Gap), mounted func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- c.read(ctx) }()
	table := make(chan struct{}, 1)
	watching := make(chan struct{})
	fd := openMounts()
	go func() { watchMounts(ctx, fd, table); close(watching) }()
	defer func() { cancel(); <-watching }()
	mounted() // what came since it was opened
	for {
		select {
		case <-table:
			mounted()
			continue
		case <-ctx.Done():
			<-failed
			c.drop()
			return nil
		case err := <-failed:
			c.drop()
			return err
		case <-c.ready:
		}
		for {
			c.mu.Lock()
			batches, gaps := c.queue, c.gaps
			c.queue, c.gaps, c.held, c.open = nil, nil, 0, 0
			c.mu.Unlock()
			if len(batches) == 0 && len(gaps) == 0 {
				break
			}
			for _, b := range batches {
				look(b)
			}
			for _, g := range gaps {
				gap(g)
			}
		}
	}
}

// openMounts opens the table of mounts to wait for changes from now on: not by package os, whose own
// waiting would take the news away, which is told once.
func openMounts() int {
	fd, err := unix.Open("/proc/self/mountinfo", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1 // Open has said so
	}
	return fd
}

// watchMounts tells when the table of mounts changed, and closes it.
func watchMounts(ctx context.Context, fd int, changed chan<- struct{}) {
	if fd < 0 {
		return
	}
	defer unix.Close(fd)
	for wait := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLPRI}}; ctx.Err() == nil; {
		if n, err := unix.Poll(wait, 500); n <= 0 || err != nil {
			continue
		}
		select {
		case changed <- struct{}{}:
		default:
		}
		time.Sleep(coalesce) // mounts come in crowds
	}
}

// drop closes what came with what nobody looked at.
func (c *copier) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.queue {
		b.fds.close()
	}
	c.queue = nil
}

// read does nothing but copy. The first event after a quiet time is read at
// once, so that who did it can still be asked; after that the kernel gets
// time to merge what is alike.
func (c *copier) read(ctx context.Context) error {
	buf := make([]byte, c.size)
	wait := []unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLIN}}
	for ctx.Err() == nil {
		if n, err := unix.Poll(wait, 200); n == 0 || errors.Is(err, unix.EINTR) {
			if n == 0 {
				c.mu.Lock()
				c.last = time.Now()
				c.mu.Unlock()
			}
			continue
		} else if err != nil {
			return os.NewSyscallError("poll", err)
		}
		for drained := false; !drained && ctx.Err() == nil; {
			n, err := unix.Read(c.fd, buf)
			switch {
			case errors.Is(err, unix.EINTR):
				continue
			case errors.Is(err, unix.EAGAIN):
				n = 0
			case err != nil:
				return fmt.Errorf("reading what changed: %w", err)
			}
			if drained = n < len(buf)/2; n > 0 {
				c.keep(buf[:n], drained)
			}
		}
		time.Sleep(coalesce)
	}
	return nil
}

// keep puts what was read into the queue, or makes it a gap where that is full.
func (c *copier) keep(b []byte, drained bool) {
	var fds pidfds
	if c.fds != nil {
		fds = c.fds(b)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open += len(fds); c.open > maxOpen {
		c.open -= len(fds)
		fds.close() // who did it is asked for by number, then
		fds = nil
	}
	now := time.Now()
	if c.held+len(b) > c.limit {
		fds.close()
		c.lost(now, "more happened than could be looked at in time")
	} else {
		c.held += len(b)
		c.queue = append(c.queue, batch{append(make([]byte, 0, len(b)), b...), fds})
	}
	if drained {
		c.last = now
	}
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// lost notes a gap, or makes the last one longer; c.mu is held.
func (c *copier) lost(now time.Time, reason string) {
	if n := len(c.gaps); n > 0 && c.gaps[n-1].Reason == reason {
		c.gaps[n-1].To = now
		return
	}
	c.gaps = append(c.gaps, Gap{From: c.last, To: now, Reason: reason, Paths: c.marks()})
}

// since is when everything before had been read.
func (c *copier) since() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

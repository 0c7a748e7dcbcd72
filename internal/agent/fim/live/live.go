// Package live tells what changes on file systems as it happens, with the process
// that did it. The kernel's fanotify marks a whole file system at once; one
// goroutine does nothing but copy what the kernel has, so that it
// has never to drop anything, and another finds out what it means. What was dropped all
// the same is told as a Gap.
package live

import (
	"errors"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
)

// Event is a file of which something changed. What, is for who looks.
type Event struct {
	Path string
	// Tree: it is or was a directory, so that what is below came or went with it.
	Tree    bool
	At      time.Time // when it was read from the kernel, some milliseconds after
	Process *cause.Process
}

// Gap is a stretch of time of which events were lost.
type Gap struct {
	From, To time.Time
	Reason   string
	Paths    []string // file systems; none: all
}

// Options of a Watcher.
type Options struct {
	// Wanted tells whether anything in a directory is of interest; it is asked once for
	// each, and again after directories were renamed.
	Wanted func(dir string) bool
	// QueueBytes is how much may wait to be looked at: 32 MB if it is 0.
	QueueBytes int
	// Limited keeps the kernel to its own bound of 16,384 events.
	Limited bool
}

const (
	defaultQueue = 32 << 20
	coalesce     = 5 * time.Millisecond
	readSize     = 1 << 20
	maxDirs      = 65536 // that are remembered
	maxProcesses = 4096
)

// ErrUnavailable is a kernel that does not offer this, or not to this user.
var ErrUnavailable = errors.New("live watching is not available")

// Sink takes what a Watcher tells, one call at a time.
type Sink interface {
	Event(Event)
	Gap(Gap)
}

// Package live tells what changes on file systems as it happens, with the process
// that did it. The kernel's fanotify marks a whole file system at once; one
// goroutine does nothing but copy what the kernel has, so that it
// has never to drop anything, and another finds out what it means. What was dropped all
// the same is told as a Gap.
//
// Where fanotify is not to be had, of the kernel or of one file system, inotify watches each
// directory of interest instead, as many as the kernel has room for. It does not tell who did it.
// What neither watches is Missing.
package live

import (
	"context"
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

// Missing is what is not watched, and why. Scans alone see what changes there.
type Missing struct {
	Paths  []string
	Reason string
	More   int // paths that are not listed
}

// Watcher watches.
type Watcher interface {
	// Backend is what watches: Fanotify, Inotify or both.
	Backend() string
	// Paths are the mount points of file systems that are watched as wholes, and
	// the directories below which each is.
	Paths() []string
	// Missing is what is of interest and not watched, as of now.
	Missing() []Missing
	// Why fanotify does not watch all of it; empty where it does.
	Why() string
	// Run tells sink until ctx is done.
	Run(ctx context.Context, sink Sink) error
	// Close lets the kernel forget it all.
	Close() error
}

// Backends.
const (
	Fanotify = "fanotify"
	Inotify  = "inotify"
	Both     = "fanotify and inotify"
	None     = "none"
)

// Options of a Watcher.
type Options struct {
	// Wanted tells whether anything in a directory is of interest; it is asked once for
	// each, and again after directories were renamed.
	Wanted func(dir string) bool
	// Root is where directories of interest are looked for, for inotify; / where it is empty.
	Root string
	// Backend is the one to use: Fanotify, Inotify, or, where it is empty, the best there is.
	Backend string
	// QueueBytes is how much may wait to be looked at: 32 MB if it is 0.
	QueueBytes int
	// Limited keeps the kernel to its own bound of 16,384 events.
	Limited bool
	// MaxWatches is how many directories inotify watches at most: half of what the kernel allows
	// a user, and at most 32,768, if it is 0.
	MaxWatches int
}

const (
	defaultQueue = 32 << 20
	coalesce     = 5 * time.Millisecond
	readSize     = 1 << 20
	pidfdsSize   = 64 << 10 // where every event brings an open file, which have to be few at once
	maxDirs      = 65536    // that are remembered
	maxOpen      = 1024     // files that stand for processes and wait to be looked at
	maxProcesses = 256      // of which an open file is kept each
)

// ErrUnavailable is a kernel that does not offer this, or not to this user.
var ErrUnavailable = errors.New("live watching is not available")

// Sink takes what a Watcher tells, one call at a time.
type Sink interface {
	Event(Event)
	Gap(Gap)
}

// Package walk looks at the files that a policy names: it lists directories in
// order, takes attributes and hashes with several workers, and compares
// with a baseline on the way, so that neither is ever held in memory. It opens everything
// relative to the directory it lies in and follows no link, so that nobody who
// moves directories about can lead it elsewhere.
package walk

import (
	"context"
	"errors"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

// Options of a walk.
type Options struct {
	Root   string // "/" where it is empty; paths are below it
	Policy *policy.Policy
	// Old is what is compared with; nil: nothing. It is read from where it stands.
	Old *baseline.Reader
	// Cache is an unfinished baseline from which hashes of unchanged files are
	// taken. It is compared with nothing.
	Cache *baseline.Reader
	// Full hashes what looks unchanged as well.
	Full bool
	// Encode makes records for a new baseline.
	Encode bool
	// All files, and not only those of Live rules, unless set.
	LiveOnly bool
	// MD5 too, for who compares with manifests.
	MD5     bool
	Workers int     // 0: as many as there are processors, and not more than four
	Limit   float64 // cores in all that it may use; 0: no limit. With one it also waits for others' disk access
	// Each is called in order, by one goroutine, with every file where it is set.
	Each func(path string, e *entry.Entry, r *policy.Rule)
	// Every is called, by workers at the same time, with every file that the policy
	// does not leave out, also where no rule is for it: with what the kernel tells
	// at once, and whether it has capabilities.
	Every func(path string, e *entry.Entry, capable bool)
	// Read is called, by workers at the same time, with every file that was hashed whole and whose rule has its
	// content be read.
	Read func(path string, e *entry.Entry, r *policy.Rule)
	// Go starts what works beside; the go statement where it is nil. Pace is called between
	// pieces of work, and waits for as long as others are to have a turn.
	Go   func(f func())
	Pace func(ctx context.Context) error
	// Adjust may change what is recorded of a file, or leave it out. Workers call
	// it at the same time.
	Adjust func(path string, e *entry.Entry, r *policy.Rule) (keep bool)
	// Progress is called now and then.
	Progress func(Counts)
	// HashLimit is the size past which only the first and the last part of a file
	// are hashed. 0: DefaultHashLimit.
	HashLimit int64
}

// DefaultHashLimit is where hashing whole files ends.
const DefaultHashLimit = 1 << 30

// partSize is what of a larger file is hashed at either end.
const partSize = 4 << 20

// Bounds of a walk. What is past them is a gap.
const (
	maxDepth     = 200
	maxDirectory = 4 << 20 // entries of one directory
	maxGaps      = 1000    // that are listed; all are counted
	chunkSize    = 256
	queueSize    = 32
)

// ErrPlatform is a walk where nobody has taught it to.
var ErrPlatform = errors.New("file integrity is not available on this platform yet")

// Difference of one file.
type Difference struct {
	Path       string
	Old, New   *entry.Entry // one may be nil
	Attributes entry.Set
	Rule       *policy.Rule
}

// Batch is what was found of some files of a directory, in order.
type Batch struct {
	Dir         string
	Records     []byte // for baseline.Writer, if asked for
	N, Hashed   int
	Differences []Difference
}

// Gap is what could not be seen.
type Gap struct {
	Path, Reason string
}

// Counts of a walk.
type Counts struct {
	Directories uint64 // that were listed
	Entries     uint64 // that a rule is for
	Hashed      uint64
	Bytes       uint64
	Unchanged   uint64 // that were not hashed again
}

// Result of a walk.
type Result struct {
	Counts
	Gaps    []Gap
	AllGaps int
	Start   time.Time
	End     time.Time
	// Mounts that were left out because they hold no files of this host: their
	// kinds, by path.
	Skipped map[string]string
}

// Walk walks. sink gets every batch that has something in it, in order.
func Walk(ctx context.Context, o Options, sink func(*Batch) error) (*Result, error) {
	return walk(ctx, o, sink)
}

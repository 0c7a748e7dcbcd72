package fim

import (
	"strings"
	"sync"

	"github.com/demarc-sec/demarc/internal/agent/fim/live"
)

// maxPending is how many files may wait to be looked at. Past it they are not
// listed any more, and everything is looked at instead.
const maxPending = 200000

// inbox gathers what a Watcher tells, each file once.
type inbox struct {
	mu      sync.Mutex
	pending map[string]seenAt
	trees   map[string]seenAt
	gaps    []live.Gap
	n       uint64
	wake    chan struct{}
}

// Event implements live.Sink.
func (in *inbox) Event(e live.Event) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.n++
	s, known := in.pending[e.Path]
	switch {
	case known:
		// The first tells when, and who is known tells who.
		if s.process == nil || s.process.Gone && e.Process != nil {
			s.process = e.Process
			in.pending[e.Path] = s
		}
	case len(in.pending) >= maxPending:
		if n := len(in.gaps); n > 0 && in.gaps[n-1].Reason == tooMany {
			in.gaps[n-1].To = e.At
		} else {
			in.gaps = append(in.gaps, live.Gap{From: e.At, To: e.At, Reason: tooMany, Paths: []string{"/"}})
		}
	default:
		in.pending[e.Path] = seenAt{e.At, e.Process}
	}
	if e.Tree {
		if in.trees == nil {
			in.trees = map[string]seenAt{}
		}
		in.trees[e.Path] = seenAt{e.At, e.Process}
	}
	in.notify()
}

const tooMany = "more files changed at once than could be listed"

// Gap implements live.Sink.
func (in *inbox) Gap(g live.Gap) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.gaps = append(in.gaps, g)
	in.notify()
}

func (in *inbox) notify() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// empty takes all out.
func (in *inbox) empty() (pending, trees map[string]seenAt, gaps []live.Gap, n uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	pending, trees, gaps, n = in.pending, in.trees, in.gaps, in.n
	in.pending, in.trees, in.gaps, in.n = map[string]seenAt{}, nil, nil, 0
	return pending, trees, gaps, n
}

func splitPath(p string) []string {
	var names []string
	for name := range strings.SplitSeq(p, "/") {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

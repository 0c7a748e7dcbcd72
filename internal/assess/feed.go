package assess

import (
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/normalise"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/vuln"
)

// feed hands resources to a normaliser in a goroutine of its own, so that the
// next ones are read meanwhile. They arrive in order.
type feed struct {
	n *normalise.Normaliser
	// hosts sees the documents of servers before they are mapped
	hosts *vuln.Matcher
	met   map[string]bool // types
	full  []*source.Resource
	to    chan []*source.Resource
	ended chan struct{}
}

// feedSize is how many resources are handed over at a time. A few such lots
// are all that reading gets ahead.
const feedSize = 64

func newFeed(n *normalise.Normaliser, hosts *vuln.Matcher) *feed {
	f := &feed{n: n, hosts: hosts, met: map[string]bool{}, to: make(chan []*source.Resource, 4), ended: make(chan struct{})}
	go func() {
		defer close(f.ended)
		for lot := range f.to {
			for _, r := range lot {
				n.Resource(r)
			}
		}
	}()
	return f
}

// resource takes the next one. What is needed for the first of a type is made
// ready while the lot fills.
func (f *feed) resource(r *source.Resource) {
	if r.Dialect == estate.Host {
		f.hosts.Describe(r.Body)
	}
	if !f.met[r.Type] {
		f.met[r.Type] = true
		f.n.Prepare(r.Type)
	}
	if f.full = append(f.full, r); len(f.full) == feedSize {
		f.to <- f.full
		f.full = make([]*source.Resource, 0, feedSize)
	}
}

// end returns once the normaliser has taken everything.
func (f *feed) end() {
	f.to <- f.full
	close(f.to)
	<-f.ended
}

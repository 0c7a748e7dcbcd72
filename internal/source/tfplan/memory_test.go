package tfplan_test

import (
	"runtime"

	"github.com/demarc-sec/demarc/internal/source"
)

// peakMeter is a sink that keeps nothing and watches the live heap.
type peakMeter struct {
	n    int
	heap uint64
}

func (p *peakMeter) Resource(*source.Resource) {
	if p.n++; p.n%1000 != 0 {
		return
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.heap = max(p.heap, m.HeapAlloc)
}

func (p *peakMeter) Gap(source.Gap) {}

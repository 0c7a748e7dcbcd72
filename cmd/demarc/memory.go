package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// tuneCollector trades memory for speed while the heap is small, and speed for
// memory once it is large: a short run hardly collects at all, and an estate
// of 100,000 resources fits beside the other jobs of a build machine. GOGC,
// when set, has the word.
func tuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent(0))
		afterCollection()
	}
}

// gcPercent lets 32 MB and a third of what lives be garbage.
func gcPercent(live uint64) int {
	return int(33 + 100*(32<<20)/max(live, 4<<20))
}

// afterCollection sets the percentage anew whenever a collection has told how
// much lives: the cleanup of an object that nothing holds runs then.
func afterCollection() {
	runtime.AddCleanup(new([16]byte), func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		debug.SetGCPercent(gcPercent(live[0].Value.Uint64()))
		afterCollection()
	}, struct{}{})
}

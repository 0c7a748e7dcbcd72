// Package memory sets how often garbage is collected.
package memory

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Tune trades memory for speed while the heap is small, and speed for
// memory once it is large: a short run hardly collects at all, and an estate
// of 100,000 resources fits beside the other jobs of a build machine. GOGC,
// when set, has the word.
func Tune() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent(0))
		afterCollection()
	}
}

// gcPercent lets 32 MB and a third of what lives be garbage, and as much as
// lives while both together fit into 380 MB: the whole program stays
// below 600 with an estate of 100,000 resources.
func gcPercent(alive uint64) int {
	const spare, fits = 32 << 20, 380 << 20
	live := max(int64(alive), 4<<20)
	garbage := max(live/3, min(live, fits-spare-live))
	return int(100 * (garbage + spare) / live)
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

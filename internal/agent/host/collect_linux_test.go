package host_test

import (
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/host"
)

// BenchmarkCollect is the cost of all collectors on the machine it runs on,
// without the walk over all files. They may take 0.2 seconds of a core.
func BenchmarkCollect(b *testing.B) {
	used := func() time.Duration {
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	for b.Loop() {
		host.Collect(b.Context(), host.Options{Root: os.DirFS("/"), Running: true, Live: host.Running()})
	}
	b.ReportMetric((used()-before).Seconds()/float64(b.N), "cpu-s/op")
}

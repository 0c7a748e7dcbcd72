package tfplan_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/tfplan"
	"github.com/demarc-sec/demarc/internal/testestate"
)

type counter struct{ resources, gaps int }

func (c *counter) Resource(*source.Resource) { c.resources++ }
func (c *counter) Gap(source.Gap)            { c.gaps++ }

func writePlan(tb testing.TB, n int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "plan.json")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	if err := testestate.WritePlan(f, n); err != nil {
		tb.Fatal(err)
	}
	return path
}

// BenchmarkReadPlan reports what reading a plan costs as a multiple of merely
// decoding the same file, measured in turns in the same run.
func BenchmarkReadPlan(b *testing.B) {
	const n = 10_000
	path := writePlan(b, n)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	var decoding, reading time.Duration
	for b.Loop() {
		b.StopTimer()
		start := time.Now()
		decode(b, path)
		decoding += time.Since(start)
		b.StartTimer()
		start = time.Now()
		var c counter
		if err := tfplan.Read(b.Context(), "", path, &c); err != nil || c.resources != n || c.gaps > 0 {
			b.Fatal(c, err)
		}
		reading += time.Since(start)
	}
	b.ReportMetric(reading.Seconds()/decoding.Seconds(), "x-decode")
}

func decode(b *testing.B, path string) {
	b.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		b.Fatal(err)
	}
}

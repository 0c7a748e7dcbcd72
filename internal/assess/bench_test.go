package assess

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/memory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/jsonreport"
	"github.com/demarc-sec/demarc/internal/testestate"
)

// BenchmarkPlan assesses generated plans and writes the JSON report. Its
// figures are the ratio to decoding the same file with encoding/json into any,
// taken in turn with it, and the most that the heap held at a time. Both collect
// garbage as the program does.
func BenchmarkPlan(b *testing.B) {
	memory.Tune() // as the program does
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "plan.json")
			writePlan(b, path, n)
			e := engine(b)
			memory.Tune()
			var decoding time.Duration
			var peak uint64
			for b.Loop() {
				b.StopTimer()
				decoding += decode(b, path)
				stop := watchHeap(&peak)
				b.StartTimer()
				assessFile(b, e, path)
				b.StopTimer()
				stop()
				b.StartTimer()
			}
			b.ReportMetric(b.Elapsed().Seconds()/decoding.Seconds(), "x-decode")
			b.ReportMetric(float64(peak)/(1<<20), "MB-peak")
		})
	}
}

// assessFile assesses one path and writes the report.
func assessFile(b *testing.B, e *Engine, path string) {
	b.Helper()
	res, err := e.Run(b.Context(), Options{Paths: []string{path}})
	if err != nil {
		b.Fatal(err)
	}
	if err := (jsonreport.Format{}).Write(io.Discard, res.Assessment(report.Tool{}, testDay)); err != nil {
		b.Fatal(err)
	}
}

// watchHeap raises peak to the largest size of the heap until stop is called.
func watchHeap(peak *uint64) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(heap)
			*peak = max(*peak, heap[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-end:
				return
			}
		}
	}()
	return func() { close(end); <-ended }
}

func writePlan(b *testing.B, path string, n int) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := testestate.WritePlan(f, n); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// decode is the baseline: the same file into any.
func decode(b *testing.B, path string) time.Duration {
	b.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	start := time.Now()
	var v any
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&v); err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	runtime.GC()
	return took
}

// BenchmarkDirectory assesses generated configuration.
func BenchmarkDirectory(b *testing.B) {
	for _, n := range []int{500, 5_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			if err := testestate.WriteTree(dir, n); err != nil {
				b.Fatal(err)
			}
			e := engine(b)
			for b.Loop() {
				if _, err := e.Run(b.Context(), Options{Paths: []string{dir}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMixed assesses a repository of every format.
func BenchmarkMixed(b *testing.B) {
	for _, n := range []int{500, 2_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			if err := testestate.WriteMixed(dir, n); err != nil {
				b.Fatal(err)
			}
			e := engine(b)
			var peak uint64
			stop := watchHeap(&peak)
			for b.Loop() {
				if _, err := e.Run(b.Context(), Options{Paths: []string{dir}}); err != nil {
					b.Fatal(err)
				}
			}
			stop()
			b.ReportMetric(float64(peak)/1e6, "peak-MB")
		})
	}
}

// BenchmarkEngine is the start-up of an assessment, with mappings compiled when
// they are needed and all at once.
func BenchmarkEngine(b *testing.B) {
	for _, lazy := range []bool{true, false} {
		b.Run(fmt.Sprintf("lazy=%v", lazy), func(b *testing.B) {
			for b.Loop() {
				if _, err := NewEngine(EngineOptions{Today: testDay, Lazy: lazy}); err != nil {
					b.Log(err)
				}
			}
		})
	}
}

// BenchmarkRun is what a run of the program does: start, read a directory of
// configuration, assess it and write the report.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{1, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			if err := testestate.WriteTree(dir, n); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				e, err := NewEngine(EngineOptions{Today: testDay, Lazy: true})
				if err != nil {
					b.Fatal(err)
				}
				assessFile(b, e, dir)
			}
		})
	}
}

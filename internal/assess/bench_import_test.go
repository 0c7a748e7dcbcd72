package assess

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkImport imports a SARIF report on the assets of a generated plan, eight
// results on each. Its figures are what the import adds to the run over what
// encoding/json takes to decode the report into any, both in turn, and the most
// that the heap held at a time.
func BenchmarkImport(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			plan, sarif := filepath.Join(dir, "plan.json"), filepath.Join(dir, "x.sarif")
			writePlan(b, plan, n/6) // some 1.35 resources make an asset
			e := engine(b)
			assets := writeSARIF(b, e, plan, sarif, n)
			var decoding, without time.Duration
			var peak uint64
			for b.Loop() {
				b.StopTimer()
				decoding += decode(b, sarif)
				start := time.Now()
				runImport(b, e, Options{Paths: []string{plan}})
				without += time.Since(start)
				stop := watchHeap(&peak)
				b.StartTimer()
				runImport(b, e, Options{Paths: []string{plan}, Imports: []string{sarif}})
				b.StopTimer()
				stop()
				b.StartTimer()
			}
			added := b.Elapsed() - without
			b.ReportMetric(added.Seconds()/decoding.Seconds(), "x-decode")
			b.ReportMetric(added.Seconds()/float64(b.N), "s-added/op")
			b.ReportMetric(float64(peak)/(1<<20), "MB-peak")
			b.ReportMetric(float64(assets), "assets")
		})
	}
}

func runImport(b *testing.B, e *Engine, opt Options) *Result {
	b.Helper()
	res, err := e.Run(b.Context(), opt)
	if err != nil {
		b.Fatal(err)
	}
	for _, i := range res.Imports {
		if i.Findings == 0 || i.Unplaced > 0 {
			b.Fatalf("%d findings, %d of them on no asset", i.Findings, i.Unplaced)
		}
	}
	return res
}

// writeSARIF writes n results of fifty rules over the assets of the plan.
func writeSARIF(b *testing.B, e *Engine, plan, path string, n int) (assets int) {
	b.Helper()
	entries := runImport(b, e, Options{Paths: []string{plan}}).Ledger.Entries
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprint(w, `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Checkov", "rules": [`)
	for i := range 50 {
		fmt.Fprintf(w, `%s{"id": "CKV_AWS_%d", "shortDescription": {"text": "Ensure that encryption, logging or access of kind %d is as it should be"}}`, comma(i), i+1, i)
	}
	fmt.Fprint(w, `]}}, "results": [`)
	for i := range n {
		address, err := json.Marshal(entries[i%len(entries)].Asset.Address)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(w, `%s{"ruleId": "CKV_AWS_%d", "ruleIndex": %d, "level": "error", "message": {"text": "The resource does not have what rule %d asks for, in the place named here."},
 "locations": [{"physicalLocation": {"artifactLocation": {"uri": "infra/main.tf"}, "region": {"startLine": %d, "endLine": %d}}, "logicalLocations": [{"fullyQualifiedName": %s}]}]}`,
			comma(i), i*7%50+1, i*7%50, i, i+1, i+9, address)
	}
	fmt.Fprint(w, `]}]}`)
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return len(entries)
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ",\n"
}

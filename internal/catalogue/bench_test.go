package catalogue

import (
	"testing"
	"time"
)

// BenchmarkLoad is the cost of starting: parsing and compiling all data.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if c, err := Load(Options{Today: time.Now()}); c == nil {
			b.Fatal(err)
		}
	}
}

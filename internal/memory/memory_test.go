package memory

import "testing"

func TestGCPercent(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 900}, {32 << 20, 200}, {150 << 20, 121}, {210 << 20, 80}, {280 << 20, 44}, {320 << 20, 43}, {400 << 20, 41}, {32 << 30, 33}} {
		if got := gcPercent(c.live); got != c.want {
			t.Errorf("with %d bytes alive: %d%%, want %d%%", c.live, got, c.want)
		}
	}
}

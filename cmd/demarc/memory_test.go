package main

import "testing"

func TestGCPercent(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 833}, {32 << 20, 133}, {320 << 20, 43}, {32 << 30, 33}} {
		if got := gcPercent(c.live); got != c.want {
			t.Errorf("with %d bytes alive: %d%%, want %d%%", c.live, got, c.want)
		}
	}
}

package fleet

import (
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// FuzzBeat: whatever two bodies say, they are judged without a panic, and
// nothing that is not the next number is taken for it.
func FuzzBeat(f *testing.F) {
	one := `{"sequence":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","boot":"b","uptime":1}`
	f.Add([]byte(one), []byte(one))
	f.Add([]byte(one), []byte(`{"sequence":2,"previous":"0000000000000000000000000000000000000000000000000000000000000000","boot":"c","policy":"x"}`))
	now := time.Now()
	f.Fuzz(func(t *testing.T, first, second []byte) {
		a, errA := readBeat(first)
		b, errB := readBeat(second)
		if errA != nil || errB != nil {
			return
		}
		n := &identity{first: a.Previous}
		if j := judge(n, nil, first, a, &builtIn, now); a.Sequence == 1 && j.verdict != follows {
			t.Fatalf("the first is judged %d", j.verdict)
		}
		last, err := readLink(&stored{body: first, seen: now})
		if err != nil {
			t.Fatal(err)
		}
		j := judge(n, last, second, b, &builtIn, now)
		if j.verdict == follows && b.Sequence <= a.Sequence {
			t.Fatalf("%d follows %d", b.Sequence, a.Sequence)
		}
		if j.verdict == follows && b.Sequence == a.Sequence+1 && b.Previous != wire.Hash(first) {
			t.Fatal("it follows another one")
		}
	})
}

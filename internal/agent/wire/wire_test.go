package wire

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestSign(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := Sign(key, PathHeartbeat, []byte(`{"sequence":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(&key.PublicKey, PathHeartbeat, []byte(`{"sequence":1}`), sig); err != nil {
		t.Errorf("its own signature: %v", err)
	}
	for name, err := range map[string]error{
		"another place": Verify(&key.PublicKey, PathEvents, []byte(`{"sequence":1}`), sig),
		"another body":  Verify(&key.PublicKey, PathHeartbeat, []byte(`{"sequence":2}`), sig),
		"another key":   Verify(&other.PublicKey, PathHeartbeat, []byte(`{"sequence":1}`), sig),
		"no signature":  Verify(&key.PublicKey, PathHeartbeat, []byte(`{"sequence":1}`), nil),
		"no key":        Verify(nil, PathHeartbeat, []byte(`{"sequence":1}`), sig),
	} {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func packed(s string) io.Reader {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return &b
}

func TestRead(t *testing.T) {
	long := strings.Repeat("a", 1000)
	for _, c := range []struct {
		name   string
		r      io.Reader
		packed bool
		want   string
		err    string
	}{
		{"plain", strings.NewReader("ab"), false, "ab", ""},
		{"at the bound", strings.NewReader(long[:100]), false, long[:100], ""},
		{"over it", strings.NewReader(long[:101]), false, "", "too large"},
		{"packed", packed(long[:500]), true, long[:500], ""},
		{"a bomb", packed(strings.Repeat("a", 1<<20)), true, "", "too large"},
		{"not gzip", strings.NewReader("ab"), true, "", "not gzip"},
		{"cut short", io.LimitReader(packed(long[:500]), 20), true, "", "reading"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := Read(c.r, c.packed, 100, 500)
			if c.err == "" {
				if err != nil || string(b) != c.want {
					t.Errorf("%d bytes, %v", len(b), err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestBatchCheck(t *testing.T) {
	event := func(n uint64) Event { return Event{Sequence: n, Kind: EventIntegrity, Body: []byte("{}")} }
	for _, c := range []struct {
		name string
		b    Batch
		err  string
	}{
		{"in order", Batch{"e", []Event{event(7), event(8)}}, ""},
		{"empty", Batch{"e", nil}, "without events"},
		{"no epoch", Batch{"", []Event{event(1)}}, "epoch"},
		{"a hole", Batch{"e", []Event{event(7), event(9)}}, "9 follows 7"},
		{"twice", Batch{"e", []Event{event(7), event(7)}}, "7 follows 7"},
		{"zero", Batch{"e", []Event{event(0)}}, "begin at 1"},
		{"too many", Batch{"e", make([]Event, MaxEvents+1)}, "are the most"},
		{"a stranger", Batch{"e", []Event{{Sequence: 1, Kind: "x"}}}, "unknown kind"},
		{"too large", Batch{"e", []Event{{Sequence: 1, Kind: EventHost, Body: make([]byte, MaxEvent+1)}}}, "are the most"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.b.Check()
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"epoch":"e","events":[{"sequence":1,"kind":"host","body":{}}]}`), false)
	bomb, _ := io.ReadAll(packed(strings.Repeat("a", 1<<16)))
	f.Add(bomb, true)
	f.Fuzz(func(t *testing.T, b []byte, gz bool) {
		out, err := Read(bytes.NewReader(b), gz, 1<<16, 1<<17)
		if err != nil {
			return
		}
		if len(out) > 1<<17 {
			t.Fatalf("%d bytes came through", len(out))
		}
		var batch Batch
		if Decode(out, &batch) == nil && batch.Check() == nil && len(batch.Events) == 0 {
			t.Fatal("a batch without events passed")
		}
	})
}

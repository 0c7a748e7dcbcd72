package spool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

var secret = []byte("a secret of this very host")

func open(t *testing.T, dir string, o Options) *Spool {
	t.Helper()
	s, err := Open(dir, secret, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// swift is a directory in memory where there is such a thing: tests that open
// hundreds of spools would wait for the disk most of their time.
func swift(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "spool") //nolint:usetesting // t.TempDir is on the disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func add(t *testing.T, s *Spool, kind wire.EventKind, body string) {
	t.Helper()
	if err := s.Append(kind, time.Now(), []byte(body)); err != nil {
		t.Fatal(err)
	}
}

func batch(t *testing.T, s *Spool) []wire.Event {
	t.Helper()
	b, err := s.Batch(wire.MaxEvents, 8<<20)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Events) > 0 {
		if err := b.Check(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Events
}

func TestInOrderAndOnce(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{Segment: 400})
	for i := range 20 {
		add(t, s, wire.EventIntegrity, fmt.Sprintf(`{"n":%d}`, i+1))
	}
	if n := s.Stats().Last; n >= 20 {
		t.Errorf("%d is told as last before it is on the disk", n)
	}
	got := batch(t, s)
	if len(got) != 20 || string(got[4].Body) != `{"n":5}` || got[19].Sequence != 20 {
		t.Fatalf("%d events", len(got))
	}
	if err := s.Ack(7); err != nil {
		t.Fatal(err)
	}
	if got = batch(t, s); got[0].Sequence != 8 {
		t.Errorf("begins at %d", got[0].Sequence)
	}
	epoch := s.Stats().Epoch
	_ = s.Close()
	s = open(t, dir, Options{})
	if st := s.Stats(); st.Epoch != epoch || st.Acked != 7 || st.Last != 20 || st.Dropped != 0 {
		t.Errorf("%+v", st)
	}
	if err := s.Ack(20); err != nil {
		t.Fatal(err)
	}
	add(t, s, wire.EventDetection, `{}`)
	if got = batch(t, s); len(got) != 1 || got[0].Sequence != 21 {
		t.Errorf("%+v", got)
	}
	if err := s.Ack(99); !errors.Is(err, ErrAhead) {
		t.Errorf("acknowledging what was never sent: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*.seg")); len(files) != 1 {
		t.Errorf("%d files are left", len(files))
	}
}

// What all is lost but the number of the last: the file's name and header keep it.
func TestNumbersSurviveAcknowledgement(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{Segment: 1})
	for range 3 {
		add(t, s, wire.EventIntegrity, `{}`)
	}
	batch(t, s)
	if err := s.Ack(3); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	os.Remove(filepath.Join(dir, "state.json"))
	s = open(t, dir, Options{})
	add(t, s, wire.EventIntegrity, `{}`)
	got := batch(t, s)
	if n := got[len(got)-1].Sequence; n != 4 {
		t.Errorf("the next is %d", n)
	}
}

// A crash leaves the open segment cut anywhere. What was given to the network is
// on the disk and keeps its number, and the next number is one that was not given.
func TestCutAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	for i := range 4 {
		add(t, s, wire.EventIntegrity, fmt.Sprintf(`{"n":%d}`, i+1))
	}
	sent := batch(t, s)
	durable := s.list[0].size
	state, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		add(t, s, wire.EventDetection, fmt.Sprintf(`{"n":%d}`, i+5))
	}
	whole, err := os.ReadFile(s.path(1))
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) + 1 {
		dir := swift(t)
		write(t, filepath.Join(dir, "state.json"), state)
		write(t, filepath.Join(dir, fmt.Sprintf("%020d.seg", 1)), whole[:cut])
		s := open(t, dir, Options{})
		add(t, s, wire.EventIntegrity, `{"n":"new"}`)
		got := batch(t, s)
		fresh := got[len(got)-1]
		if string(fresh.Body) != `{"n":"new"}` || fresh.Sequence <= sent[len(sent)-1].Sequence {
			t.Fatalf("cut at %d: the new event has number %d: %s", cut, fresh.Sequence, fresh.Body)
		}
		if int64(cut) >= durable {
			for i, e := range sent {
				if !bytes.Equal(got[i].Body, e.Body) {
					t.Fatalf("cut at %d: event %d is %s", cut, e.Sequence, got[i].Body)
				}
			}
		} else if s.Stats().Dropped == 0 { // the disk lost what it had promised to keep
			t.Fatalf("cut at %d: nothing is counted", cut)
		}
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whatever byte is changed, in the middle of three segments: the rest is there,
// the numbers have no hole, and what is gone is counted.
func TestChangedAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{Segment: 200})
	for i := range 9 {
		add(t, s, wire.EventIntegrity, fmt.Sprintf(`{"n":%d}`, i+1))
	}
	batch(t, s)
	if len(s.list) < 3 {
		t.Fatalf("%d segments", len(s.list))
	}
	middle := s.list[1].first
	_ = s.Close()
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	name := fmt.Sprintf("%020d.seg", middle)
	whole, _ := os.ReadFile(filepath.Join(dir, name))
	for at := range whole {
		copied := swift(t)
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Base(f) == name {
				b[at] ^= 0x20
			}
			write(t, filepath.Join(copied, filepath.Base(f)), b)
		}
		s := open(t, copied, Options{})
		got := batch(t, s)
		lost := 0
		for i, e := range got {
			if e.Kind == wire.EventDropped {
				lost++
			} else if string(e.Body) != fmt.Sprintf(`{"n":%d}`, i+1) {
				t.Fatalf("byte %d: event %d is %s", at, i+1, e.Body)
			}
		}
		if len(got) != 9 || lost == 0 || s.Stats().Dropped != uint64(lost) {
			t.Fatalf("byte %d: %d events, %d of them dropped, %d counted", at, len(got), lost, s.Stats().Dropped)
		}
	}
}

// Somebody changes a file of a running agent.
func TestChangedWhileOpen(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	add(t, s, wire.EventDetection, `{"n":1}`)
	add(t, s, wire.EventDetection, `{"n":2}`)
	batch(t, s)
	b, _ := os.ReadFile(s.path(1))
	b[len(b)-1] ^= 1
	write(t, s.path(1), b)
	if got := batch(t, s); len(got) != 1 || got[0].Sequence != 1 {
		t.Fatalf("%+v", got)
	}
	if err := s.Ack(1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Batch(10, 1000); !errors.Is(err, errDamaged) {
		t.Errorf("error is %v", err)
	}
	if got := batch(t, s); len(got) != 1 || got[0].Sequence != 2 || got[0].Kind != wire.EventDropped {
		t.Fatalf("%+v", got)
	}
	add(t, s, wire.EventDetection, `{"n":3}`)
	if got := batch(t, s); len(got) != 2 || string(got[1].Body) != `{"n":3}` {
		t.Fatalf("%+v", got)
	}
}

func TestFull(t *testing.T) {
	s := open(t, t.TempDir(), Options{Bytes: 200 << 10, Segment: 16 << 10})
	document := `"` + strings.Repeat("x1y2z3", 500) + `"`
	add(t, s, wire.EventHost, document)
	change := fmt.Sprintf(`{"path":%q}`, strings.Repeat("p", 1000))
	refused := 0
	for range 300 {
		if err := s.Append(wire.EventIntegrity, time.Now(), []byte(change)); errors.Is(err, ErrDropped) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused == 0 || s.Stats().Bytes > 200<<10 {
		t.Fatalf("%d are refused, %d bytes", refused, s.Stats().Bytes)
	}
	add(t, s, wire.EventDetection, `{"what":"matters"}`)
	got := batch(t, s)
	if got[0].Kind != wire.EventDropped || !strings.Contains(string(got[0].Body), `"host":1`) {
		t.Errorf("the host document did not give way: %s %.200s", got[0].Kind, got[0].Body)
	}
	count := map[wire.EventKind]int{}
	var told wire.Dropped
	for _, e := range got[1:] {
		count[e.Kind]++
		if e.Kind == wire.EventDropped {
			if err := json.Unmarshal(e.Body, &told); err != nil {
				t.Fatal(err)
			}
		}
	}
	if count[wire.EventDetection] != 1 || count[wire.EventIntegrity] != 300-refused || count[wire.EventDropped] != 1 {
		t.Errorf("%v of which %d refused", count, refused)
	}
	if told.Count != uint64(refused) || told.Kinds[wire.EventIntegrity] != uint64(refused) {
		t.Errorf("told: %+v; %d refused", told, refused)
	}
	if n := s.Stats().Dropped; n != uint64(refused)+1 {
		t.Errorf("%d dropped in all", n)
	}
	if err := s.Ack(got[len(got)-1].Sequence); err != nil {
		t.Fatal(err)
	}
	add(t, s, wire.EventIntegrity, change)
}

func TestAnotherHost(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	add(t, s, wire.EventDetection, `{"a":"word nobody may read"}`)
	batch(t, s)
	epoch := s.Stats().Epoch
	_ = s.Close()
	if b, _ := os.ReadFile(s.path(1)); bytes.Contains(b, []byte("nobody")) {
		t.Error("the event lies there in clear")
	}
	s, err := Open(dir, []byte("the secret of another host"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // of a test
	st := s.Stats()
	if st.Epoch == epoch || st.Dropped != 1 {
		t.Errorf("%+v", st)
	}
	if got := batch(t, s); len(got) != 1 || got[0].Kind != wire.EventDropped {
		t.Errorf("%+v", got)
	}
}

func TestRefuse(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	add(t, s, wire.EventHost, `{"large":true}`)
	add(t, s, wire.EventDetection, `{}`)
	add(t, s, wire.EventIntegrity, `{"n":3}`)
	if err := errors.Join(s.Refuse(1), s.Refuse(2)); err != nil {
		t.Fatal(err)
	}
	if got := batch(t, s); len(got) != 3 || got[0].Kind != wire.EventDropped || got[1].Kind != wire.EventDropped || string(got[2].Body) != `{"n":3}` {
		t.Errorf("%+v", got)
	}
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
	if got := batch(t, s); len(got) != 1 || got[0].Sequence != 1 || !strings.Contains(string(got[0].Body), `"count":3`) {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsNoEvent(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	if err := s.Append("rumour", time.Now(), []byte("{}")); err == nil {
		t.Error("an unknown kind is taken")
	}
	if err := s.Append(wire.EventHost, time.Now(), []byte("{")); err == nil {
		t.Error("what is not JSON is taken")
	}
	if err := s.Append(wire.EventHost, time.Now(), []byte(`"`+strings.Repeat("x", wire.MaxEvent)+`"`)); !errors.Is(err, ErrDropped) {
		t.Errorf("an event over the bound: %v", err)
	}
	if _, err := Open(t.TempDir(), nil, Options{}); err == nil {
		t.Error("a spool without a secret")
	}
}

func FuzzRead(f *testing.F) {
	h, err := newHeader(secret, strings.Repeat("E", epochLength), 1)
	if err != nil {
		f.Fatal(err)
	}
	c, err := h.seal(secret)
	if err != nil {
		f.Fatal(err)
	}
	b := h.bytes()
	for i, body := range []string{`{}`, `"` + strings.Repeat("long", 3000) + `"`} {
		rec, err := enclose(c, &wire.Event{Sequence: uint64(i + 1), Kind: wire.EventHost, At: time.Unix(1, 2), Body: []byte(body)})
		if err != nil {
			f.Fatal(err)
		}
		b = append(b, rec.bytes()...)
	}
	f.Add(b)
	f.Add(b[:headerSize])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		n := uint64(0)
		h, last, end, err := read(bytes.NewReader(b), func(h *header, rec *record) bool {
			if n++; rec.sequence != h.first+n-1 {
				t.Errorf("record %d has number %d", n, rec.sequence)
			}
			if c, err := h.seal(secret); err == nil {
				_, _ = rec.disclose(c)
			}
			return true
		})
		if h == nil {
			if err == nil {
				t.Error("no header, and no error")
			}
			return
		}
		if last != h.first-1+n || end > int64(len(b)) || err == nil && end != int64(len(b)) {
			t.Errorf("%d records, last %d, end %d of %d: %v", n, last, end, len(b), err)
		}
	})
}

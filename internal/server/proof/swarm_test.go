//go:build proof && linux

package proof

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim"
	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// member is one agent of a swarm: what it keeps between what it says, and nothing
// more. Its key is its own, and so are its chain and its numbers of events.
type member struct {
	key      *ecdsa.PrivateKey
	uid      string
	leaf     []byte // its certificate, DER
	previous [64]byte
	sequence uint64 // of heartbeats, the last acknowledged
	client   *http.Client

	beating, sending atomic.Bool
	events           uint64 // acknowledged
	offered          uint64 // sent at least once
}

// swarm is many agents, and what became of what they said.
type swarm struct {
	base    string
	members []*member
	began   time.Time
	every   time.Duration
	batch   int

	beats, batches timings
	refused        atomic.Int64 // told to come later, and came
	unanswered     atomic.Int64 // sent again, since no answer came
	overdue        atomic.Int64 // heartbeats that took longer than an interval
	skipped        atomic.Int64 // heartbeats that were not made, since the one before was under way
	sent, stored   atomic.Int64 // events
	failed         failures
	busy           sync.WaitGroup
	template       [2][2]string // around the path of an explained change, and of one that nothing explains
	zippers        sync.Pool
}

// timings are how long something took, from when it was due.
type timings struct {
	mu  sync.Mutex
	all []time.Duration
}

func (t *timings) add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, d)
}

func (t *timings) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.all)
}

func (t *timings) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.all) == 0 {
		return "none"
	}
	slices.Sort(t.all)
	at := func(share float64) time.Duration {
		return t.all[int(share*float64(len(t.all)-1))].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("%d; median %s, 95th percentile %s, 99th %s, longest %s", len(t.all), at(0.5), at(0.95), at(0.99), at(1))
}

// failures are refusals that nothing explains, by what they say.
type failures struct {
	mu  sync.Mutex
	all map[string]int
}

func (f *failures) add(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil {
		f.all = map[string]int{}
	}
	f.all[what]++
}

// templates are bodies of events as the agent makes them, with a place for the path.
func (w *swarm) templates(t *testing.T) {
	now := time.Now().UTC()
	file := func(hash byte) *entry.Entry {
		return &entry.Entry{
			Kind: entry.File, Mode: 0o644, Links: 1, Size: 18231, Mtime: now.UnixNano(), Ctime: now.UnixNano(), Inode: 81231, Hash: [32]byte{hash}, Hashed: true,
			Known: entry.Type | entry.Mode | entry.UID | entry.GID | entry.Size | entry.Mtime | entry.Ctime | entry.Inode | entry.Links | entry.Content,
		}
	}
	c := fim.Change{
		Path: "PATH", What: fim.Changed, Attributes: []string{"content", "size", "mtime", "inode"}, Before: file(1), After: file(2), At: now, Seen: now, Source: fim.SourceLive,
		Rule: "programs", Severity: "info", Process: &cause.Process{PID: 4711, Exe: "/usr/bin/dpkg", Command: []string{"dpkg", "--unpack"}, User: "root"},
		Cause: &cause.Cause{Kind: "package", Group: "apt-get upgrade", At: now, Name: "libssl3 3.0.17-1~deb12u2", Explains: true},
	}
	for i := range w.template {
		if i == 1 {
			c.Cause, c.Severity, c.Rule = nil, "medium", "configuration"
		}
		b, err := json.Marshal(&c)
		if err != nil {
			t.Fatal(err)
		}
		before, after, ok := bytes.Cut(b, []byte("PATH"))
		if !ok {
			t.Fatal("a change has no path")
		}
		w.template[i] = [2]string{string(before), string(after)}
	}
}

// beat is the next heartbeat of an agent, as the agent's own program would write it.
func (w *swarm) beat(m *member, sequence uint64) []byte {
	now := time.Now().UTC()
	b := make([]byte, 0, 800)
	b = append(b, `{"sequence":`...)
	b = strconv.AppendUint(b, sequence, 10)
	b = append(append(b, `,"previous":"`...), m.previous[:]...)
	b = append(b, `","at":"`...)
	b = now.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","boot":"5e1d0a44-0d54-4c0b-9b0e-5b6f0f6b2a10","uptime":`...)
	b = strconv.AppendInt(b, 3600+int64(now.Sub(w.began).Seconds()), 10)
	b = append(b, `,"offset":3,"version":"1.0.0","binary":"`+binaryHash+`","policy":"`+policyHash+`","spool":{"epoch":"e1","last":`...)
	b = strconv.AppendUint(b, atomic.LoadUint64(&m.offered), 10)
	b = append(b, `,"acked":`...)
	b = strconv.AppendUint(b, atomic.LoadUint64(&m.events), 10)
	return append(b, `,"dropped":0,"bytes":0},"modules":[{"name":"agent","state":"ok","cpu":1.25},{"name":"host","state":"ok","cpu":2.5},{"name":"integrity","state":"ok","cpu":8.125},{"name":"detect","state":"ok","cpu":0.5}]}`...)
}

var (
	binaryHash = wire.Hash([]byte("program"))
	policyHash = wire.Hash([]byte("{}"))
)

// events is the next batch of an agent: changes by the update of a package, and at
// the end of it one that nothing explains.
func (w *swarm) events(first uint64) []byte {
	at := time.Now().UTC().Format(time.RFC3339Nano)
	b := make([]byte, 0, w.batch*1100)
	b = append(b, `{"epoch":"e1","events":[`...)
	for i := range uint64(w.batch) {
		if i > 0 {
			b = append(b, ',')
		}
		around := &w.template[0]
		if i == uint64(w.batch)-1 {
			around = &w.template[1]
		}
		b = append(b, `{"sequence":`...)
		b = strconv.AppendUint(b, first+i, 10)
		b = append(append(append(b, `,"at":"`...), at...), `","kind":"integrity","body":`...)
		b = append(append(b, around[0]...), `/usr/lib/x86_64-linux-gnu/file-`...)
		b = strconv.AppendUint(b, first+i, 10)
		b = append(append(b, around[1]...), '}')
	}
	return append(b, "]}"...)
}

// honest holds what is written by hand against what the agent's program would write.
func (w *swarm) honest(t *testing.T) {
	m := &member{}
	copy(m.previous[:], wire.Hash(nil))
	var beat wire.Heartbeat
	var batch wire.Batch
	for body, v := range map[string]any{string(w.beat(m, 1)): &beat, string(w.events(1)): &batch} {
		if err := json.Unmarshal([]byte(body), v); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(reflect.ValueOf(v).Elem().Interface())
		if err != nil || string(again) != body {
			t.Fatalf("%v: the agent would write\n%.1200s\nand not\n%.1200s", err, again, body)
		}
	}
	if err := batch.Check(); err != nil {
		t.Fatal(err)
	}
}

// errUnanswered is that something was sent and no answer came.
var errUnanswered = errors.New("no answer came")

// say signs something and sends it until it is taken, the same bytes each time. What
// is refused for want of room comes again when it was told to.
func (w *swarm) say(m *member, path string, body []byte, out any) bool {
	sig, err := wire.Sign(m.key, path, body)
	if err != nil {
		w.failed.add(err.Error())
		return false
	}
	sent, packed := body, len(body) >= 2<<10 // as the agent does
	if packed {
		if sent, err = w.pack(body); err != nil {
			w.failed.add(err.Error())
			return false
		}
	}
	for {
		again, err := w.post(m, path, sent, packed, base64.StdEncoding.EncodeToString(sig), out)
		if err == nil {
			return true
		}
		if again == 0 {
			w.failed.add(err.Error())
			return false
		}
		if errors.Is(err, errUnanswered) {
			w.unanswered.Add(1)
		} else {
			w.refused.Add(1)
		}
		time.Sleep(again)
	}
}

func (w *swarm) pack(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z, ok := w.zippers.Get().(*gzip.Writer)
	if !ok {
		var err error
		if z, err = gzip.NewWriterLevel(&b, gzip.BestSpeed); err != nil {
			return nil, err
		}
	}
	defer w.zippers.Put(z)
	z.Reset(&b)
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

// post sends something once. Of what is to come again it tells when.
func (w *swarm) post(m *member, path string, sent []byte, packed bool, sig string, out any) (again time.Duration, err error) {
	r, err := http.NewRequest(http.MethodPost, w.base+path, bytes.NewReader(sent)) //nolint:noctx // the client has a timeout
	if err != nil {
		return 0, err
	}
	r.Header["Content-Type"] = []string{"application/json"}
	r.Header[wire.HeaderAgent], r.Header[wire.HeaderSignature] = []string{m.uid}, []string{sig}
	if packed {
		r.Header["Content-Encoding"] = []string{"gzip"}
	}
	resp, err := m.client.Do(r)
	if err != nil {
		return time.Second, fmt.Errorf("%w: %w", errUnanswered, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return time.Second, fmt.Errorf("%w: %w", errUnanswered, err)
	}
	if resp.StatusCode == http.StatusOK {
		return 0, json.Unmarshal(text, out)
	}
	err = fmt.Errorf("%s: %s: %.200s", path, resp.Status, text)
	if seconds, bad := strconv.Atoi(resp.Header.Get("Retry-After")); bad == nil && resp.StatusCode == http.StatusServiceUnavailable {
		again = time.Duration(seconds) * time.Second
	}
	return again, err
}

// heartbeats sends one of each agent in each interval, evenly, until the end. Each
// goes when it is due, however many are under way.
func (w *swarm) heartbeats(ended func(due time.Time) bool) {
	w.pace(ended, w.every/time.Duration(len(w.members)), func(n int, due time.Time) {
		m := w.members[n%len(w.members)]
		if !m.beating.CompareAndSwap(false, true) {
			w.skipped.Add(1)
			return
		}
		w.busy.Go(func() {
			defer m.beating.Store(false)
			body := w.beat(m, m.sequence+1)
			var got wire.Beat
			if !w.say(m, wire.PathHeartbeat, body, &got) {
				return
			}
			if got.Sequence != m.sequence+1 {
				w.failed.add(fmt.Sprintf("heartbeat %d is acknowledged as %d", m.sequence+1, got.Sequence))
			}
			m.sequence = got.Sequence
			copy(m.previous[:], wire.Hash(body))
			took := time.Since(due)
			w.beats.add(took)
			if took > w.every {
				w.overdue.Add(1)
			}
		})
	})
}

// batchesOf sends so many events a second until the end, in batches of one agent each.
func (w *swarm) batchesOf(rate int, ended func(due time.Time) bool) {
	const stride = 7919 // a prime: those that send follow no order in which they beat
	w.pace(ended, time.Duration(w.batch)*time.Second/time.Duration(rate), func(n int, due time.Time) {
		at := n * stride
		for !w.members[at%len(w.members)].sending.CompareAndSwap(false, true) {
			at++
		}
		m := w.members[at%len(w.members)]
		w.busy.Go(func() {
			defer m.sending.Store(false)
			last := m.events + uint64(w.batch)
			body := w.events(m.events + 1)
			atomic.StoreUint64(&m.offered, last)
			w.sent.Add(int64(w.batch))
			var got wire.Stored
			if !w.say(m, wire.PathEvents, body, &got) {
				return
			}
			if got.Acked != last {
				w.failed.add(fmt.Sprintf("events up to %d are acknowledged up to %d", last, got.Acked))
				return
			}
			atomic.StoreUint64(&m.events, last)
			w.stored.Add(int64(w.batch))
			w.batches.add(time.Since(due))
		})
	})
}

// pace calls do when it is due, again and again, until the end.
func (w *swarm) pace(ended func(due time.Time) bool, pause time.Duration, do func(n int, due time.Time)) {
	for n := 0; ; n++ {
		due := w.began.Add(time.Duration(n) * pause)
		if ended(due) {
			return
		}
		time.Sleep(time.Until(due))
		do(n, due)
	}
}

// connect gives agents their connections: the first own have one each, with their
// certificate, and the others share some, as behind what ends TLS for them.
func (w *swarm) connect(t *testing.T, own, shared int, authority []byte) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		t.Fatal("the control plane has no certificate")
	}
	client := func(c *tls.Config) *http.Client {
		c.RootCAs, c.MinVersion = pool, tls.VersionTLS12
		return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: c, ForceAttemptHTTP2: true, IdleConnTimeout: time.Hour, ReadBufferSize: 4 << 10, WriteBufferSize: 16 << 10}}
	}
	var common []*http.Client
	for range shared {
		common = append(common, client(&tls.Config{}))
	}
	for i, m := range w.members {
		if m.client = common[i%shared]; i < own {
			m.client = client(&tls.Config{
				NextProtos:   []string{wire.ALPN, "h2", "http/1.1"},
				Certificates: []tls.Certificate{{Certificate: [][]byte{m.leaf}, PrivateKey: m.key}},
			})
		}
	}
}

// open makes the connections of the first own agents.
func (w *swarm) open(own int) error {
	var opening sync.WaitGroup
	var errs [8]error
	for i := range errs {
		opening.Go(func() {
			for n := i; n < own && errs[i] == nil; n += len(errs) {
				errs[i] = greet(w.members[n].client, w.base)
			}
		})
	}
	opening.Wait()
	return errors.Join(errs[:]...)
}

// greet makes a connection, and again where the control plane lets no more begin.
func greet(c *http.Client, base string) (err error) {
	for range 100 {
		var resp *http.Response
		if resp, err = c.Get(base + "/healthz"); err == nil {
			resp.Body.Close()
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

func derOf(t *testing.T, text string) []byte {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatal("no certificate was given")
	}
	return block.Bytes
}

package link

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/link/linktest"
	"github.com/demarc-sec/demarc/internal/agent/spool"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

var swift = Pace{Base: 5 * time.Millisecond, Most: 20 * time.Millisecond, Slow: 40 * time.Millisecond, Gather: time.Millisecond, Interval: 10 * time.Millisecond}

// host is an agent of a test, with a state of its own.
type host struct {
	t     *testing.T
	state State
	log   *slog.Logger
}

func newHost(t *testing.T) *host {
	t.Helper()
	s, err := OpenState(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	return &host{t, s, slog.New(slog.DiscardHandler)}
}

func (h *host) enrol(e *Enrolment) (*Identity, error) {
	about, err := About("1.2.3", e.Labels)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.state.Enrol(h.t.Context(), e, about, nil)
}

func (h *host) enrolled(p *linktest.Plane) *host {
	h.t.Helper()
	if _, err := h.enrol(&Enrolment{Server: p.URL, Token: p.Token, CA: p.CA()}); err != nil {
		h.t.Fatal(err)
	}
	return h
}

func (h *host) spool() *spool.Spool {
	h.t.Helper()
	secret, err := h.state.Secret()
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := spool.Open(h.state.Path(SpoolDir), secret, spool.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// run runs an agent until the condition holds, and stops it.
func (h *host) run(s *spool.Spool, change func(*Options), until func() bool) error {
	h.t.Helper()
	o := Options{State: h.state, Spool: s, Version: "1.2.3", Binary: strings.Repeat("b", 64), Pace: swift, Log: h.log}
	if change != nil {
		change(&o)
	}
	l, err := New(o)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			h.t.Fatal("it does not come to pass")
		case <-time.After(2 * time.Millisecond):
		}
		if until() {
			stop()
			return <-done
		}
	}
}

func TestBeatsAndEvents(t *testing.T) {
	p := linktest.New(t)
	p.Skew = time.Hour
	h := newHost(t)
	id, err := h.enrol(&Enrolment{Server: p.URL + "/", Token: p.Token, CA: p.CA(), Labels: []string{"role=web"}, Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	if e := p.Seen().Enrol; !e.Ephemeral || e.Host.Labels[0] != "role=web" || id.Agent == "" {
		t.Errorf("%+v", e)
	}
	s := h.spool()
	for i := range 100 {
		if err := s.Append(wire.EventIntegrity, time.Now(), fmt.Appendf(nil, `{"n":%d}`, i)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // and once more, after a restart
		was := len(p.Seen().Beats)
		if err := h.run(s, nil, func() bool { return len(p.Seen().Beats) >= was+3 && len(p.Seen().Events) == 100 }); err != nil {
			t.Fatal(err)
		}
	}
	seen := p.Seen()
	if !seen.Mutual || !seen.HTTP2 {
		t.Errorf("mutual TLS %v, HTTP/2 %v", seen.Mutual, seen.HTTP2)
	}
	last := seen.Beats[len(seen.Beats)-1]
	if off := time.Duration(last.Offset) * time.Millisecond; off < time.Hour-time.Minute || off > time.Hour+time.Minute {
		t.Errorf("the offset is %v", off)
	}
	if last.Spool.Acked != 100 || last.Binary == "" || last.Policy != wire.Hash([]byte("{}")) || last.Boot == "" || last.Uptime <= 0 {
		t.Errorf("%+v", last)
	}
	info, err := os.Stat(h.state.Path(keyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v, %v", info.Mode(), err)
	}
}

// Answers that are lost, in every place: nothing is told twice, nothing is lost,
// and the chain holds.
func TestLostAnswers(t *testing.T) {
	p := linktest.New(t)
	var n atomic.Int64
	p.Lose = func(path string) bool { return path != wire.PathEnrol && n.Add(1)%3 != 0 }
	h := newHost(t).enrolled(p)
	s := h.spool()
	for i := range 30 {
		if err := s.Append(wire.EventDetection, time.Now(), fmt.Appendf(nil, `%d`, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.run(s, nil, func() bool { return len(p.Seen().Beats) > 5 && s.Stats().Acked == 30 }); err != nil {
		t.Fatal(err)
	}
	if n := len(p.Seen().Events); n != 30 {
		t.Errorf("%d events", n)
	}
}

// The identity asked for twice, since the first answer was lost.
func TestLostEnrolment(t *testing.T) {
	p := linktest.New(t)
	var n atomic.Int64
	p.Lose = func(string) bool { return n.Add(1) == 1 }
	h := newHost(t)
	e := &Enrolment{Server: p.URL, Token: p.Token, CA: p.CA()}
	if _, err := h.enrol(e); err == nil {
		t.Fatal("the answer was lost")
	}
	before, _ := os.ReadFile(h.state.Path(keyFile))
	h.enrolled(p)
	if after, _ := os.ReadFile(h.state.Path(keyFile)); len(before) == 0 || string(after) != string(before) {
		t.Error("the key is another one")
	}
	if err := h.run(h.spool(), nil, func() bool { return len(p.Seen().Beats) > 1 }); err != nil {
		t.Fatal(err)
	}
}

func TestRenewal(t *testing.T) {
	p := linktest.New(t)
	p.Life = 3 * time.Second // of four: it began a minute ago
	h := newHost(t).enrolled(p)
	if err := h.run(h.spool(), nil, func() bool { return p.Seen().Renewals > 0 && len(p.Seen().Beats) > 5 }); err != nil {
		t.Fatal(err)
	}
}

func TestRefusals(t *testing.T) {
	for _, code := range []string{wire.CodeRevoked, wire.CodeUnknown, wire.CodeTampered, wire.CodeBusy, wire.CodeInvalid} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			p := linktest.New(t)
			h := newHost(t).enrolled(p)
			var asked atomic.Int64
			p.Refuse = func(path string) (string, int) {
				if path == wire.PathHeartbeat && asked.Add(1) <= 3 {
					return code, 0
				}
				return "", 0
			}
			// It goes on trying, and is taken when somebody mended it.
			if err := h.run(h.spool(), nil, func() bool { return len(p.Seen().Beats) > 1 }); err != nil {
				t.Fatal(err)
			}
			if asked.Load() < 5 {
				t.Errorf("asked %d times", asked.Load())
			}
		})
	}
}

func TestRetired(t *testing.T) {
	p := linktest.New(t)
	h := newHost(t).enrolled(p)
	p.Refuse = func(string) (string, int) { return wire.CodeRetired, 0 }
	if err := h.run(h.spool(), nil, func() bool { return false }); !errors.Is(err, ErrRetired) {
		t.Fatalf("error is %v", err)
	}
	p.Refuse = nil
	if _, err := New(Options{State: h.state}); !errors.Is(err, ErrRetired) {
		t.Errorf("started again: %v", err)
	}
	h.enrolled(p) // by a person, with a token
	if err := h.run(h.spool(), nil, func() bool { return len(p.Seen().Beats) > 0 }); err != nil {
		t.Error(err)
	}
}

func TestRetryAfter(t *testing.T) {
	b := backoff{pace: Pace{}.filled()}
	for range 100 {
		if d := b.next(&Refused{Refusal: wire.Refusal{Code: wire.CodeBusy}, After: time.Minute}); d < time.Minute || d > 4*time.Minute {
			t.Fatalf("%v after a minute was asked for", d)
		}
		if d := b.next(&Refused{Refusal: wire.Refusal{Code: wire.CodeRevoked}}); d < 5*time.Minute || d > 11*time.Minute {
			t.Fatalf("%v after being revoked", d)
		}
	}
	b.ok()
	if d := b.next(io.EOF); d > 2*time.Second {
		t.Errorf("%v after the first failure", d)
	}
	var sum time.Duration
	for range 200 {
		d := b.next(io.EOF)
		if d > 3*time.Minute {
			t.Fatalf("%v", d)
		}
		sum += d
	}
	if mean := sum / 200; mean < 30*time.Second || mean > 90*time.Second {
		t.Errorf("%v on average is no jitter", mean)
	}
}

func command(kind wire.CommandKind) wire.CommandBody {
	return wire.CommandBody{ID: rand.Text(), Kind: kind, Issued: time.Now(), Expires: time.Now().Add(time.Hour)}
}

func TestCommands(t *testing.T) {
	p := linktest.New(t)
	h := newHost(t).enrolled(p)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	scan, fails := command(wire.CommandScan), command(wire.CommandIntegrity)
	forged, another, late, shell := command(wire.CommandScan), command(wire.CommandScan), command(wire.CommandScan), command("shell")
	another.Agent = "SOMEBODYELSE"
	late.Expires = time.Now().Add(-time.Second)
	p.Command(scan, nil)
	p.Command(scan, nil) // replayed
	p.Command(forged, other)
	for _, c := range []wire.CommandBody{fails, another, late, shell} {
		p.Command(c, nil)
	}
	var did []string
	do := func(_ context.Context, c wire.CommandBody) error {
		did = append(did, c.ID)
		if c.ID == fails.ID {
			return errors.New("the disk is gone")
		}
		return nil
	}
	results := func() map[string]string {
		out := map[string]string{}
		for _, r := range p.Seen().Results {
			out[r.ID] = r.State
		}
		return out
	}
	s := h.spool()
	set := func(o *Options) { o.Do = do }
	if err := h.run(s, set, func() bool { return len(results()) >= 4 && len(p.Seen().Beats) > 3 }); err != nil {
		t.Fatal(err)
	}
	p.Command(scan, nil) // and replayed after a restart
	was := len(p.Seen().Beats)
	if err := h.run(s, set, func() bool { return len(p.Seen().Beats) > was+3 }); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{scan.ID: "done", fails.ID: "failed", late.ID: "refused", shell.ID: "refused"}
	if got := results(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("results are %v; want %v", got, want)
	}
	if len(did) != 2 {
		t.Errorf("%d were done: %v", len(did), did)
	}
}

func TestRetireByCommand(t *testing.T) {
	p := linktest.New(t)
	h := newHost(t).enrolled(p)
	c := command(wire.CommandRetire)
	p.Command(c, nil)
	if err := h.run(h.spool(), nil, func() bool { return false }); !errors.Is(err, ErrRetired) {
		t.Fatalf("error is %v", err)
	}
	if r := p.Seen().Results; len(r) != 1 || r[0].State != "done" {
		t.Errorf("%+v", r)
	}
	for _, name := range []string{keyFile, heartbeatFile, SpoolDir} {
		if _, err := os.Stat(h.state.Path(name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	if _, err := New(Options{State: h.state}); !errors.Is(err, ErrRetired) {
		t.Errorf("started again: %v", err)
	}
}

func TestPolicy(t *testing.T) {
	p := linktest.New(t)
	h := newHost(t).enrolled(p)
	const policy = `{"host":{"every":"2h"}}`
	p.Ask(policy)
	var told atomic.Pointer[string]
	set := func(o *Options) {
		o.Policy = func(b []byte) { s := string(b); told.Store(&s) }
	}
	now := func() bool {
		b := p.Seen().Beats
		return len(b) > 0 && b[len(b)-1].Policy == wire.Hash([]byte(policy))
	}
	if err := h.run(h.spool(), set, now); err != nil {
		t.Fatal(err)
	}
	if told.Load() == nil || *told.Load() != policy || string(h.state.Policy()) != policy {
		t.Errorf("told %v, kept %s", told.Load(), h.state.Policy())
	}
}

// A load balancer that ends TLS: the signature alone says who it is. And a proxy
// before it.
func TestBehindBalancerByProxy(t *testing.T) {
	p := linktest.New(t)
	u, _ := url.Parse(p.URL)
	rp := httputil.NewSingleHostReverseProxy(u)
	rp.Transport = p.Client().Transport
	lb := httptest.NewTLSServer(rp)
	defer lb.Close()
	var tunnels atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		tunnels.Add(1)
		up, err := net.Dial("tcp", r.Host)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusOK)
		down, early, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		go func() { _, _ = io.Copy(up, early); up.Close() }() // the server may have read a byte already
		_, _ = io.Copy(down, up)
		down.Close()
	}))
	defer proxy.Close()
	h := newHost(t)
	ca := (&linktest.Plane{Server: lb}).CA()
	if _, err := h.enrol(&Enrolment{Server: lb.URL, Token: p.Token, CA: ca, Proxy: proxy.URL}); err != nil {
		t.Fatal(err)
	}
	if err := h.run(h.spool(), nil, func() bool { return len(p.Seen().Beats) > 2 }); err != nil {
		t.Fatal(err)
	}
	if p.Seen().Mutual || tunnels.Load() < 2 {
		t.Errorf("mutual TLS %v, %d tunnels", p.Seen().Mutual, tunnels.Load())
	}
}

func TestWhoTheServerIs(t *testing.T) {
	p := linktest.New(t)
	for _, c := range []struct {
		name string
		e    Enrolment
		err  string
	}{
		{"no authority", Enrolment{}, "--ca-file"},
		{"by its file", Enrolment{CA: p.CA()}, ""},
		{"by its fingerprint", Enrolment{Pin: "sha256:" + p.Fingerprint()}, ""},
		{"by another", Enrolment{Pin: strings.Repeat("ab", 32)}, "pinned"},
		{"by no fingerprint", Enrolment{Pin: "abc"}, "SHA-256"},
		{"by both", Enrolment{Pin: p.Fingerprint(), CA: p.CA()}, "not by both"},
		{"no token", Enrolment{CA: p.CA(), Token: " "}, "token"},
		{"a label", Enrolment{CA: p.CA(), Labels: []string{"web"}}, "key=value"},
		{"not TLS", Enrolment{Server: "http://demarc.example.com"}, "https://"},
		{"no proxy", Enrolment{CA: p.CA(), Proxy: "nowhere"}, "proxy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t)
			if c.e.Server == "" {
				c.e.Server = p.URL
			}
			if c.e.Token == "" {
				c.e.Token = p.Token
			}
			_, err := h.enrol(&c.e)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			was := len(p.Seen().Beats)
			if err := h.run(h.spool(), nil, func() bool { return len(p.Seen().Beats) != was }); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestTooLargeForWhatIsBetween(t *testing.T) {
	p := linktest.New(t)
	h := newHost(t).enrolled(p)
	s := h.spool()
	for i := range 8 {
		body := fmt.Appendf(nil, `"%d"`, i)
		if i == 5 {
			noise := make([]byte, 5<<20) // does not get smaller
			_, _ = rand.Read(noise)
			body, _ = json.Marshal(noise)
		}
		if err := s.Append(wire.EventIntegrity, time.Now(), body); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.run(s, nil, func() bool { return s.Stats().Acked == 8 }); err != nil {
		t.Fatal(err)
	}
	got := p.Seen().Events
	for i, e := range got {
		if want := wire.EventIntegrity; i == 5 && e.Kind != wire.EventDropped || i != 5 && e.Kind != want {
			t.Errorf("event %d is %s", i, e.Kind)
		}
	}
}

func TestCopied(t *testing.T) {
	if MachineID() == "" {
		t.Skip("this machine has no /etc/machine-id")
	}
	p := linktest.New(t)
	h := newHost(t).enrolled(p)
	id, err := h.state.Identity()
	if err != nil {
		t.Fatal(err)
	}
	id.Machine = strings.Repeat("0", 32)
	if err := h.state.saveIdentity(id); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{State: h.state}); !errors.Is(err, ErrCopied) {
		t.Errorf("error is %v", err)
	}
}

func TestLock(t *testing.T) {
	h := newHost(t)
	f, err := h.state.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.state.Lock(); !errors.Is(err, ErrRunning) {
		t.Errorf("error is %v", err)
	}
	f.Close()
	if f, err = h.state.Lock(); err != nil {
		t.Error(err)
	}
	f.Close()
}

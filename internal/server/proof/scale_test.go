//go:build proof && linux

package proof

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/server"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

var (
	agents    = flag.Int("agents", 1000, "how many agents TestScale has")
	every     = flag.Duration("every", 5*time.Second, "how often each of them sends a heartbeat in TestScale")
	eventRate = flag.Int("events", 500, "how many events a second they send in TestScale")
	batchSize = flag.Int("batch", 50, "how many events go into one batch in TestScale")
	own       = flag.Int("own", 100, "how many of them have a connection of their own in TestScale")
	lasts     = flag.Duration("lasts", 20*time.Second, "how long they report in TestScale")
)

// sharedConnections is how many connections those have together that have none of their own.
const sharedConnections = 32

// TestScale has many agents report to one control plane with everything in it: real
// keys, certificates, chains and signatures, over HTTPS, from another process than
// the control plane's.
func TestScale(t *testing.T) {
	w := &swarm{every: *every, batch: *batchSize}
	w.templates(t)
	w.honest(t)
	metrics := freeAddress(t)
	p := startControlPlane(t, w.enrol, "--metrics", metrics, "--log-level", "warn")
	authority, err := os.ReadFile(filepath.Join(p.data, "tls", "self-signed.crt"))
	if err != nil {
		t.Fatal(err)
	}
	w.base = "https://" + p.network.to
	w.connect(t, *own, sharedConnections, authority)
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(p.data, "demarc.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()

	w.handshakes(t, p)
	g := &gauge{t: t, server: p.serve.Process.Pid, swarm: w, db: db}
	g.start()
	w.began = time.Now()
	until := w.began.Add(*lasts)
	var drained atomic.Bool // agents report until then: nobody is to be missing because it stopped
	var pacing sync.WaitGroup
	pacing.Go(func() { w.heartbeats(func(time.Time) bool { return drained.Load() }) })
	w.batchesOf(*eventRate, func(due time.Time) bool { return due.After(until) })
	g.stop()
	behind := g.drain()
	drained.Store(true)
	pacing.Wait()
	w.busy.Wait()
	t.Logf("FIGURE heartbeats, from when each was due: %s", &w.beats)
	t.Logf("FIGURE batches of %d events, from when each was due: %s", w.batch, &w.batches)
	t.Logf("FIGURE events: %d sent, %d acknowledged, the last in the database %.1f s after the end; told to come later and taken then: %d, sent again for want of an answer: %d; heartbeats that took longer than an interval: %d, that were left out: %d",
		w.sent.Load(), w.stored.Load(), behind.Seconds(), w.refused.Load(), w.unanswered.Load(), w.overdue.Load(), w.skipped.Load())
	g.report()
	t.Logf("FIGURE answers by the control plane's own count: %s", answers(t, metrics))
	for what, n := range w.failed.all {
		t.Errorf("%d times: %s", n, what)
	}
	if w.overdue.Load()+w.skipped.Load() > 0 {
		t.Error("some heartbeats came too late")
	}
	p.stop()
	w.check(t, p, db)
}

// enrol gives all agents their identities, by what the control plane answers at its door
// with, and without the door, which lets fifty a second in.
func (w *swarm) enrol(p *controlPlane, s *server.Server, who tenant.Who) {
	t, root := p.t, who.Tree.Root()
	if _, err := s.Fleet.SetSettings(t.Context(), who, fleet.Settings{Group: root, Interval: w.every, Policy: json.RawMessage("{}")}); err != nil {
		t.Fatal(err)
	}
	_, token, err := s.Fleet.AddToken(t.Context(), who, fleet.Token{Group: root, Name: "scale", Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	w.members = make([]*member, *agents)
	var enrolling sync.WaitGroup
	for i := range 4 {
		enrolling.Go(func() {
			for n := i; n < len(w.members); n += 4 {
				m, err := enrolOne(t, s, token, n)
				if err != nil {
					t.Errorf("enrolling agent %d: %v", n, err)
					return
				}
				w.members[n] = m
			}
		})
	}
	enrolling.Wait()
	if t.Failed() {
		t.FailNow()
	}
	took := time.Since(began)
	t.Logf("FIGURE %d agents enrolled in %.1f s, %.0f a second, their keys and requests made beside it", len(w.members), took.Seconds(), float64(len(w.members))/took.Seconds())
}

func enrolOne(t *testing.T, s *server.Server, token string, n int) (*member, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		return nil, err
	}
	e, err := s.Fleet.Enrol(t.Context(), &wire.Enrol{
		Token: token, Request: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request})),
		Host: wire.Host{
			Hostname: fmt.Sprintf("web-%05d", n), MachineID: fmt.Sprintf("%032x", n+1), Boot: "5e1d0a44-0d54-4c0b-9b0e-5b6f0f6b2a10", OS: "linux", Arch: "amd64",
			Distro: "debian", Release: strconv.Itoa(11 + n%3), Version: "1.0.0",
		},
	})
	if err != nil {
		return nil, err
	}
	m := &member{key: key, uid: e.Agent, leaf: derOf(t, e.Certificate)}
	copy(m.previous[:], wire.Hash(m.leaf))
	return m, nil
}

// handshakes measures what a connection of an agent's own costs.
func (w *swarm) handshakes(t *testing.T, p *controlPlane) {
	if *own == 0 {
		return
	}
	pid := p.serve.Process.Pid
	cpu, memory, began := cpuOf(t, pid), residentOf(t, pid), time.Now()
	if err := w.open(*own); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	t.Logf("FIGURE %d handshakes with client certificates in %.1f s: %.2f ms of the control plane's processor and %.0f kB of its memory each, at the first",
		*own, took.Seconds(), 1000*(cpuOf(t, pid)-cpu).Seconds()/float64(*own), float64(residentOf(t, pid)-memory)/1000/float64(*own))
}

// check holds the ledger against what was acknowledged, once the control plane has ended.
func (w *swarm) check(t *testing.T, p *controlPlane, db *store.DB) {
	type held struct {
		UID                  string
		N, Distinct, Highest int64
		Lowest               int64
	}
	var rows []held
	err := db.NewRaw(`SELECT g.uid, COUNT(*) AS n, COUNT(DISTINCT c.sequence) AS "distinct", MAX(c.sequence) AS highest, MIN(c.sequence) AS lowest
		FROM integrity_changes c JOIN agents g ON g.id = c.agent GROUP BY g.uid`).Scan(t.Context(), &rows)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]held{}
	for _, r := range rows {
		kept[r.UID] = r
	}
	wrong := 0
	for _, m := range w.members {
		n, r := int64(m.events), kept[m.uid]
		if r.N != n || r.Distinct != n || r.Highest != n || n > 0 && r.Lowest != 1 {
			if wrong++; wrong < 5 {
				t.Errorf("of the %d events of %s acknowledged the ledger has %+v", n, m.uid, r)
			}
		}
	}
	var states, moments []struct {
		Kind string
		N    int
	}
	if err := db.NewRaw(`SELECT state AS kind, COUNT(*) AS n FROM agents GROUP BY state`).Scan(t.Context(), &states); err != nil {
		t.Fatal(err)
	}
	if err := db.NewRaw(`SELECT kind, COUNT(*) AS n FROM agent_moments GROUP BY kind ORDER BY kind`).Scan(t.Context(), &moments); err != nil {
		t.Fatal(err)
	}
	for _, x := range moments {
		if x.Kind != "enrolled" {
			t.Errorf("%d times a timeline says %s", x.N, x.Kind)
		}
	}
	if len(states) != 1 || states[0].Kind != string(fleet.Active) || states[0].N != len(w.members) {
		t.Errorf("the agents are %v", states)
	}
	last := w.lastBeats(t, p)
	t.Logf("FIGURE of %d agents %d have other events in the ledger than were acknowledged; states %v, timelines %v; the last heartbeat of %d agents is the one that was acknowledged, after a restart", len(w.members), wrong, states, moments, last)
}

// lastBeats opens the control plane's state again, and looks which heartbeats it holds.
func (w *swarm) lastBeats(t *testing.T, p *controlPlane) (same int) {
	s, err := server.New(t.Context(), server.Config{DataDir: p.data, Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tree, err := s.Directory.Tree(t.Context(), p.org)
	if err != nil {
		t.Fatal(err)
	}
	who := tenant.Who{Actor: tenant.BySystem(p.org), Tree: tree}
	for n := 0; n < len(w.members); n += max(1, len(w.members)/1000) {
		m := w.members[n]
		list, _, err := s.Fleet.List(t.Context(), who, fleet.Query{Text: m.uid})
		if err != nil || len(list) != 1 {
			t.Fatalf("%d agents %s, %v", len(list), m.uid, err)
		}
		kept, err := s.Fleet.Heartbeat(t.Context(), who, list[0].ID)
		switch {
		case err != nil:
			t.Fatal(err)
		case kept == nil || kept.Sequence != m.sequence:
			t.Errorf("the last heartbeat of %s was %d; kept is %+v", m.uid, m.sequence, kept)
		default:
			same++
		}
	}
	return same
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// answers is how the control plane counts what it answered to agents.
func answers(t *testing.T, metrics string) string {
	resp, err := http.Get("http://" + metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for l := range bytes.Lines(text) {
		if bytes.HasPrefix(l, []byte("demarc_agent_answers_total{")) || bytes.HasPrefix(l, []byte("demarc_agents{")) {
			out = append(out, strings.TrimPrefix(strings.TrimSpace(string(l)), "demarc_"))
		}
	}
	return strings.Join(out, ", ")
}

// gauge samples what the control plane's process takes while agents report.
type gauge struct {
	t      *testing.T
	server int
	swarm  *swarm
	db     *store.DB

	began         time.Time
	took          time.Duration
	cpu, mine     time.Duration // at the beginning, then of the whole
	beats, events int           // acknowledged until the end
	disk          uint64
	busy          time.Duration // of the whole machine
	memory        []int64       // each second
	behind        []int64       // events acknowledged and not in the database, each second
	ending, ended chan struct{}
}

func (g *gauge) start() {
	g.began, g.cpu, g.mine, g.busy, g.disk = time.Now(), cpuOf(g.t, g.server), cpuOf(g.t, os.Getpid()), machineTime(g.t), writtenBy(g.t, g.server)
	g.ending, g.ended = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(g.ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-g.ending:
				return
			case <-tick.C:
			}
			g.memory = append(g.memory, residentOf(g.t, g.server))
			g.behind = append(g.behind, g.swarm.stored.Load()-g.kept())
		}
	}()
}

func (g *gauge) stop() {
	close(g.ending)
	<-g.ended
	g.took, g.cpu, g.mine, g.busy = time.Since(g.began), cpuOf(g.t, g.server)-g.cpu, cpuOf(g.t, os.Getpid())-g.mine, machineTime(g.t)-g.busy
	g.disk = writtenBy(g.t, g.server) - g.disk
	g.beats, g.events = g.swarm.beats.count(), int(g.swarm.stored.Load())
}

// kept is how many events are in the database, by its counts.
func (g *gauge) kept() (n int64) {
	if err := g.db.NewRaw("SELECT COALESCE(SUM(n), 0) FROM fleet_cells WHERE what = 'integrity'").Scan(g.t.Context(), &n); err != nil {
		g.t.Errorf("counting: %v", err)
	}
	return n
}

// drain waits until all that was acknowledged is in the database.
func (g *gauge) drain() time.Duration {
	ended := g.began.Add(g.took)
	for time.Since(ended) < 3*time.Minute {
		if g.swarm.stored.Load() >= g.swarm.sent.Load() && g.kept() >= g.swarm.stored.Load() {
			return time.Since(ended)
		}
		time.Sleep(50 * time.Millisecond)
	}
	g.t.Errorf("of %d events acknowledged %d came into the database", g.swarm.stored.Load(), g.kept())
	return time.Since(ended)
}

// report tells, and holds the memory to be bounded: the last quarter of the time takes
// no more than the one before it, but for what a collection of garbage makes differ.
func (g *gauge) report() {
	cores := func(d time.Duration) float64 { return d.Seconds() / g.took.Seconds() }
	g.t.Logf("FIGURE %s at %.0f heartbeats and %.0f events a second: processors taken by the control plane %.2f, by the agents %.2f, by all on this machine %.2f of %d; %.1f MB written to disk a second",
		g.took.Round(time.Second), float64(g.beats)/g.took.Seconds(), float64(g.events)/g.took.Seconds(),
		cores(g.cpu), cores(g.mine), cores(g.busy), processors(), float64(g.disk)/1e6/g.took.Seconds())
	quarter := len(g.memory) / 4
	if quarter == 0 {
		return
	}
	var most [4]int64
	for i := range most {
		most[i] = slices.Max(g.memory[i*quarter:(i+1)*quarter]) >> 20
	}
	g.t.Logf("FIGURE resident memory of the control plane at most, by quarters of the time, MiB: %v; events that waited at most %d, at the end %d", most, slices.Max(g.behind), g.behind[len(g.behind)-1])
	if *lasts >= time.Minute && most[3] > most[2]+max(64, most[2]/5) {
		g.t.Errorf("the memory grows: %v", most)
	}
}

// cpuOf is the processor time that a process has taken.
func cpuOf(t *testing.T, pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Errorf("the control plane: %v", err)
		return 0
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+2:]))
	return ticks(f[11]) + ticks(f[12])
}

// ticks are hundredths of a second, in which Linux tells of processors.
func ticks(text string) time.Duration {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(n) * 10 * time.Millisecond
}

func residentOf(t *testing.T, pid int) int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Errorf("the control plane: %v", err)
		return 0
	}
	n, err := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	if err != nil {
		t.Error(err)
	}
	return n * int64(syscall.Getpagesize())
}

// machineTime is the processor time that all processes have taken.
func machineTime(t *testing.T) (sum time.Duration) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		t.Error(err)
		return 0
	}
	first, _, _ := strings.Cut(string(b), "\n")
	for i, f := range strings.Fields(first)[1:9] {
		if i != 3 && i != 4 { // idle, and waiting for disks
			sum += ticks(f)
		}
	}
	return sum
}

func processors() (n int) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(b)) {
		if strings.HasPrefix(l, "cpu") && !strings.HasPrefix(l, "cpu ") {
			n++
		}
	}
	return n
}

func writtenBy(t *testing.T, pid int) uint64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	if err != nil {
		t.Error(err)
		return 0
	}
	for l := range strings.Lines(string(b)) {
		var n uint64
		if k, _ := fmt.Sscanf(l, "write_bytes: %d", &n); k == 1 {
			return n
		}
	}
	return 0
}

package fleet_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
	"github.com/demarc-sec/demarc/internal/queue"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// world is a fleet with a clock of its own, an organisation and a group in it.
type world struct {
	*fleet.Fleet
	t      testing.TB
	dir    *directory.Directory
	door   *fleet.Door
	org    int64
	web    int64 // a group
	clock  *clock
	began  time.Time
	told   *told
	counts map[string]int
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// told is what was told, by kind and host name.
type told struct {
	mu  sync.Mutex
	all []fleet.Happened
}

func (w *told) tell(_ context.Context, _ bun.Tx, h fleet.Happened) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, h)
	return nil
}

func (w *told) count(kind string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range w.all {
		if h.Kind == kind {
			n++
		}
	}
	return n
}

func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	ctx := t.Context()
	q, err := queue.Open(ctx, queue.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	s, err := fleet.OpenStream(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: &clock{at: time.Now().UTC().Truncate(time.Second)}, told: &told{}, counts: map[string]int{}}
	w.began = w.clock.now()
	w.dir = &directory.Directory{DB: db, Now: w.clock.now}
	w.Fleet = &fleet.Fleet{
		DB: db, Sealer: keys, Groups: w.dir, Stream: s, Cloud: &cloudid.Verifier{Now: w.clock.now}, Now: w.clock.now,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Replica: "a", Event: w.told.tell,
	}
	w.door = fleet.NewDoor(w.Fleet, func(what, code string) { w.counts[what+" "+code]++ })
	org := must2(w.dir.Create(ctx, "shop", "Shop"))(t)
	w.org = org.ID
	w.web = must2(w.dir.AddGroup(ctx, tenant.Group{Org: org.ID, Parent: w.tree().Root(), Kind: tenant.Team, Name: "Web"}))(t)
	return w
}

func must2[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		return must(t, v, err)
	}
}

func (w *world) tree() *tenant.Tree {
	w.t.Helper()
	return must2(w.dir.Tree(w.t.Context(), w.org))(w.t)
}

// as is somebody with a role in a group; 0 is the whole organisation.
func (w *world) as(role tenant.Role, group int64) tenant.Who {
	tree := w.tree()
	if group == 0 {
		group = tree.Root()
	}
	return tenant.Who{Tree: tree, Actor: tenant.Actor{Kind: tenant.Person, ID: 7, Name: "Ann", Org: w.org, Grants: []tenant.Grant{{Group: group, Role: role}}}}
}

func (w *world) admin() tenant.Who { return w.as(tenant.Administrator, 0) }

// sweep looks at states as a replica does that has listened from the start.
func (w *world) sweep() {
	w.t.Helper()
	if err := w.Refresh(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if err := w.Sweep(w.t.Context(), w.began); err != nil {
		w.t.Fatal(err)
	}
}

// token makes one that holds for a day.
func (w *world) token(most int64) string {
	w.t.Helper()
	_, secret, err := w.AddToken(w.t.Context(), w.admin(), fleet.Token{Group: w.web, Name: "t", Most: most, Expires: w.clock.now().Add(24 * time.Hour)})
	return must(w.t, secret, err)
}

// host is a small agent: what it keeps between heartbeats, and nothing more.
type host struct {
	w        *world
	key      *ecdsa.PrivateKey
	enrolled wire.Enrolled
	previous string
	beat     wire.Heartbeat
	event    uint64
	one      *sync.Mutex // in benchmarks
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	return must2(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
}

func request(t testing.TB, key *ecdsa.PrivateKey) string {
	t.Helper()
	der := must2(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key))(t)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
}

// join enrols a host.
func (w *world) join(token, name, machine, boot string, change ...func(*wire.Enrol)) *host {
	w.t.Helper()
	h := &host{w: w, key: newKey(w.t)}
	in := wire.Enrol{Token: token, Request: request(w.t, h.key), Host: wire.Host{Hostname: name, MachineID: machine, Boot: boot, OS: "linux", Arch: "amd64", Distro: "debian", Release: "12", Version: "1"}}
	for _, c := range change {
		c(&in)
	}
	a := w.post(wire.PathEnrol, "", nil, in)
	a.want(200)
	a.read(&h.enrolled)
	h.previous = wire.Hash(h.cert().Raw)
	h.beat = wire.Heartbeat{Boot: boot, Uptime: 60, Version: "1", Binary: wire.Hash([]byte("program")), Policy: h.enrolled.Settings.PolicyHash, Spool: wire.Spool{Epoch: "e1"}}
	return h
}

func (h *host) cert() *x509.Certificate {
	h.w.t.Helper()
	block, _ := pem.Decode([]byte(h.enrolled.Certificate))
	return must2(x509.ParseCertificate(block.Bytes))(h.w.t)
}

// next is the body of its next heartbeat, which it takes as acknowledged.
func (h *host) next() []byte {
	h.w.t.Helper()
	h.beat.Sequence++
	h.beat.Previous, h.beat.At = h.previous, h.w.clock.now()
	b := must2(json.Marshal(h.beat))(h.w.t)
	h.previous = wire.Hash(b)
	return b
}

// clone is a copy of everything the host has, key and state.
func (h *host) clone() *host {
	c := *h
	return &c
}

func (h *host) beats() answer { return h.send(wire.PathHeartbeat, h.next()) }

// says sends events in one batch.
func (h *host) says(kind wire.EventKind, bodies ...string) answer {
	h.w.t.Helper()
	b := wire.Batch{Epoch: "e1"}
	for _, body := range bodies {
		h.event++
		b.Events = append(b.Events, wire.Event{Sequence: h.event, At: h.w.clock.now(), Kind: kind, Body: json.RawMessage(body)})
	}
	return h.send(wire.PathEvents, must2(json.Marshal(b))(h.w.t))
}

func (h *host) send(path string, body []byte) answer {
	h.w.t.Helper()
	sig := must2(wire.Sign(h.key, path, body))(h.w.t)
	return h.w.raw(path, body, wire.HeaderAgent, h.enrolled.Agent, wire.HeaderSignature, base64.StdEncoding.EncodeToString(sig))
}

// id is the agent's in the control plane.
func (h *host) agent() fleet.Agent {
	h.w.t.Helper()
	list, _, err := h.w.List(h.w.t.Context(), h.w.admin(), fleet.Query{Text: h.enrolled.Agent})
	if err != nil || len(list) != 1 {
		h.w.t.Fatalf("%d agents %s, %v", len(list), h.enrolled.Agent, err)
	}
	return list[0]
}

func (h *host) is(want fleet.State) {
	h.w.t.Helper()
	if a := h.agent(); a.State != want {
		h.w.t.Errorf("%s is %s (%s), want %s", a.Host.Hostname, a.State, a.Why, want)
	}
}

// moments are the kinds of its timeline, the first one first.
func (h *host) moments() (kinds []string) {
	h.w.t.Helper()
	list, _, err := h.w.Timeline(h.w.t.Context(), h.w.admin(), h.agent().ID, "", 200)
	if err != nil {
		h.w.t.Fatal(err)
	}
	for _, m := range list {
		kinds = append([]string{m.Kind}, kinds...)
	}
	return kinds
}

type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("answered %d, want %d: %.300s", a.status, status, a.body)
	}
	return a
}

func (a answer) refused(code string) answer {
	a.t.Helper()
	var r wire.Refusal
	if a.status < 400 || json.Unmarshal(a.body, &r) != nil || r.Code != code || r.Why == "" {
		a.t.Errorf("answered %d %.200s, want the refusal %s", a.status, a.body, code)
	}
	return a
}

func (a answer) read(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%v in %.200s", err, a.body)
	}
}

func (w *world) post(path, agent string, sig []byte, v any) answer {
	w.t.Helper()
	return w.raw(path, must2(json.Marshal(v))(w.t), wire.HeaderAgent, agent, wire.HeaderSignature, base64.StdEncoding.EncodeToString(sig))
}

func (w *world) raw(path string, body []byte, headers ...string) answer {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, bytes.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.door.ServeHTTP(rec, r)
	return answer{w.t, rec.Code, rec.Header(), rec.Body.Bytes()}
}

func packed(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never came: " + what)
}

// parse is the key of a certificate in PEM.
func parse(t testing.TB, text string) *ecdsa.PublicKey {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	c := must2(x509.ParseCertificate(block.Bytes))(t)
	key, ok := c.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		t.Fatal("the authority's key is of another kind")
	}
	return key
}

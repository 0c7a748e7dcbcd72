package notify

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/outbound"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ledger is an inventory whose changes the tests write.
type ledger struct {
	mu    sync.Mutex
	items []inventory.FeedItem // by id
	orgs  map[int64]int64      // of sources
	moves []inventory.Move
	last  []inventory.Last
}

func (l *ledger) Heads(context.Context, []int64) ([]inventory.Head, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := map[int64]int64{}
	for _, i := range l.items {
		at[i.Source] = i.ID
	}
	var out []inventory.Head
	for source, id := range at {
		out = append(out, inventory.Head{Source: source, Org: l.orgs[source], Change: id})
	}
	return out, nil
}

func (l *ledger) Feed(_ context.Context, _ bun.IDB, _, source, after int64, limit int) ([]inventory.FeedItem, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []inventory.FeedItem
	for _, i := range l.items {
		if i.Source == source && i.ID > after && len(out) < limit {
			out = append(out, i)
		}
	}
	return out, nil
}

func (l *ledger) Moving(context.Context, int64, time.Time, time.Time) ([]inventory.Move, error) {
	return l.moves, nil
}

func (l *ledger) LastAssessed(context.Context, int64) ([]inventory.Last, error) { return l.last, nil }

// List implements Sources: each source of the ledger has the name of its id.
func (l *ledger) List(_ context.Context, who tenant.Who) ([]sources.Source, error) {
	var out []sources.Source
	for id, org := range l.orgs {
		if org == who.Org {
			out = append(out, sources.Source{ID: id, Org: org, Group: who.Tree.Root(), Name: fmt.Sprintf("source-%d", id)})
		}
	}
	return out, nil
}

// world is a control plane with two organisations, shop and bank; shop has
// the groups Web and, below it, Till, and Data beside it.
type world struct {
	*Notify
	t               *testing.T
	ledger          *ledger
	log             *bytes.Buffer
	mu              sync.Mutex
	now             time.Time
	dir             *directory.Directory
	web, till, data int64
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	keys, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, log: &bytes.Buffer{}, now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC), ledger: &ledger{orgs: map[int64]int64{7: 1, 8: 1, 9: 2}}}
	w.dir = &directory.Directory{DB: db, Now: w.clock}
	for _, slug := range []string{"shop", "bank"} {
		if _, err := w.dir.Create(t.Context(), slug, slug); err != nil {
			t.Fatal(err)
		}
	}
	w.web = w.group(w.tree(1).Root(), "Web")
	w.till = w.group(w.web, "Till")
	w.data = w.group(w.tree(1).Root(), "Data")
	w.Notify = &Notify{
		DB: db, Sealer: keys, Outbound: outbound.Policy{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, Ledger: w.ledger, Groups: w.dir,
		Sources: w.ledger, PublicURL: "https://demarc.test", Version: "1.2", Replica: "a", Roots: x509.NewCertPool(), Now: w.clock,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
	return w
}

func (w *world) tree(org int64) *tenant.Tree {
	w.t.Helper()
	tree, err := w.dir.Tree(w.t.Context(), org)
	if err != nil {
		w.t.Fatal(err)
	}
	return tree
}

func (w *world) group(parent int64, name string) int64 {
	w.t.Helper()
	id, err := w.dir.AddGroup(w.t.Context(), tenant.Group{Org: 1, Parent: parent, Kind: tenant.Product, Name: name})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// person has a role in a group of an organisation; group 0 is its root.
func (w *world) person(org int64, role tenant.Role, group int64) tenant.Who {
	tree := w.tree(org)
	if group == 0 {
		group = tree.Root()
	}
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 3, Name: "Ada", Org: org, Grants: []tenant.Grant{{Group: group, Role: role}}}, Tree: tree}
}

func (w *world) admin() tenant.Who { return w.person(1, tenant.Administrator, 0) }

// finding writes a change of a finding in the Web group.
func (w *world) finding(kind, fingerprint, severity string) *inventory.FeedItem {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	item := inventory.FeedItem{
		Change: inventory.Change{
			ID: int64(len(w.ledger.items) + 1), Source: 7, Group: w.web, At: w.clock(), Kind: kind, Asset: 11, Address: "aws_s3_bucket.logs", Subject: fingerprint,
			Title: "Bucket <b>is</b> public", Now: inventory.State{Check: "s3-public", Severity: severity, Message: "anybody reads it & <!channel> [x](http://evil)"},
		},
		Finding: 21, Team: "payments", Environment: "production", Responsibility: "Access to data", Owner: "customer", Remediation: "Set block_public_acls = true.",
	}
	item.Location.File, item.Location.Line = "live/storage.tf", 12
	w.ledger.items = append(w.ledger.items, item)
	return &w.ledger.items[len(w.ledger.items)-1]
}

// receiver is a server on this machine that keeps what it was sent, and
// answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []request
	answer func(w http.ResponseWriter, r *http.Request, body []byte)
}

type request struct {
	Method, Path string
	Header       http.Header
	Body         []byte
}

func (w *world) receiver(answer func(http.ResponseWriter, *http.Request, []byte)) *receiver {
	rec := &receiver{answer: answer}
	rec.Server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		rec.mu.Lock()
		rec.got = append(rec.got, request{r.Method, r.URL.RequestURI(), r.Header.Clone(), body})
		answer := rec.answer
		rec.mu.Unlock()
		if answer != nil {
			answer(rw, r, body)
		}
	}))
	w.t.Cleanup(rec.Close)
	w.Roots.AddCert(rec.Certificate())
	return rec
}

func (r *receiver) set(answer func(http.ResponseWriter, *http.Request, []byte)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) requests() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func answers(status int) func(http.ResponseWriter, *http.Request, []byte) {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(status) }
}

const testKey = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func (w *world) channel(c Channel, secret string) Channel {
	w.t.Helper()
	if c.Name == "" {
		c.Name = string(c.Kind)
	}
	out, err := w.AddChannel(w.t.Context(), w.admin(), c, secret)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// hook is a webhook channel to the receiver.
func (w *world) hook(rec *receiver) Channel {
	return w.channel(Channel{Kind: Webhook, Config: Config{URL: rec.URL + "/hook"}}, testKey)
}

func (w *world) rule(r Rule) Rule {
	w.t.Helper()
	if r.Name == "" {
		r.Name = "rule"
	}
	if r.Match.Kinds == nil {
		r.Match.Kinds = []string{inventory.FindingNew, inventory.FindingRegressed, inventory.FindingResolved}
	}
	r.Enabled = true
	out, err := w.AddRule(w.t.Context(), w.admin(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// work follows and sends once.
func (w *world) work() {
	w.t.Helper()
	if err := w.Follow(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if err := w.Send(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) deliveries(states ...string) []Delivery {
	w.t.Helper()
	list, _, err := w.Deliveries(w.t.Context(), w.admin(), DeliveryQuery{States: states, Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func decoded[T any](t *testing.T, body []byte) T {
	t.Helper()
	var out T
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return out
}

// everything is all rows of the tables of notifications, as text.
func everything(t *testing.T, db *store.DB) string {
	t.Helper()
	var b strings.Builder
	for _, table := range []string{"channels", "rules", "notify_events", "deliveries", "delivery_events", "threads", "audit_entries"} {
		var rows []map[string]any
		if err := db.NewSelect().Table(table).Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			for k, v := range r {
				if raw, ok := v.([]byte); ok {
					v = string(raw)
				}
				fmt.Fprintf(&b, "%s.%s=%v\n", table, k, v)
			}
		}
	}
	return b.String()
}

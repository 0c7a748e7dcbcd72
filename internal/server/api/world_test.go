package api_test

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
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/assess"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/outbound"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/views"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// world is an API on a store of its own, with the estate of one organisation
// and somebody of another.
type world struct {
	*api.API
	t      *testing.T
	server *httptest.Server
	admin  tenant.Who // of the shop, by whom the rest is made
	source int64
	first  inventory.Finding

	tokens map[string]string // by role, and of the rival's administrator
	made   int
}

// silent takes jobs that nobody runs.
type silent struct{}

func (silent) Publish(context.Context, string, []byte) error { return nil }

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	keys, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	dir := &directory.Directory{DB: db, Now: time.Now}
	people, err := identity.New(identity.Config{DB: db, Directory: dir, Seal: keys, Log: log, URL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	inv := &inventory.Inventory{DB: db, Now: time.Now}
	src := &sources.Sources{DB: db, Sealer: keys, Now: time.Now}
	w := &world{t: t, tokens: map[string]string{}, API: &api.API{
		DB: db, Sealer: keys, People: people, Directory: dir, Inventory: inv, Sources: src,
		Jobs:    &jobs.Jobs{DB: db, Queue: silent{}, Sources: src, Now: time.Now, Log: log},
		Waivers: &waivers.Waivers{DB: db, Ledger: inv, Now: time.Now},
		Views:   &views.Views{DB: db, Now: time.Now},
		Notify: &notify.Notify{
			DB: db, Sealer: keys, Outbound: outbound.Policy{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, Ledger: inv, Groups: dir, Sources: src,
			PublicURL: "https://demarc.test", Version: "test", Replica: "a", Roots: x509.NewCertPool(), Now: time.Now, Log: log,
		},
		Fleet: &fleet.Fleet{DB: db, Sealer: keys, Groups: dir, Cloud: &cloudid.Verifier{Now: time.Now}, Now: time.Now, Log: log, Replica: "a"},
		Audit: &audit.Log{DB: db}, Version: "test", Log: log, Now: time.Now,
	}}
	inv.Accepted = w.Waivers.Accepted
	w.server = httptest.NewServer(w.Handler())
	t.Cleanup(w.server.Close)

	w.admin = w.administrator("shop")
	for _, role := range tenant.Roles {
		w.tokens[string(role)] = w.token(w.admin, string(role), tenant.Grant{Group: w.admin.Tree.Root(), Role: role})
	}
	if _, err := people.AddPerson(t.Context(), w.admin, identity.NewPerson{Email: "ann@shop.test", Name: "Ann", Grants: w.admin.Grants}); err != nil {
		t.Fatal(err)
	}
	rival := w.administrator("rival")
	w.tokens["rival"] = w.token(rival, "rival", tenant.Grant{Group: rival.Tree.Root(), Role: tenant.Administrator})
	s, err := src.Add(t.Context(), w.admin, sources.Source{Kind: sources.Push, Name: "estate"}, "")
	if err != nil {
		t.Fatal(err)
	}
	w.source = s.ID
	if _, err := inv.Post(t.Context(), w.admin, s.ID, inventory.Meta{Origin: jobs.Pushed}, assessment(t)); err != nil {
		t.Fatal(err)
	}
	found, err := inv.Findings(t.Context(), w.admin, inventory.FindingQuery{})
	if err != nil || len(found.Items) == 0 {
		t.Fatalf("%d findings, %v", len(found.Items), err)
	}
	w.first = found.Items[0]
	return w
}

// administrator makes an organisation and returns whoever administers it.
func (w *world) administrator(slug string) tenant.Who {
	w.t.Helper()
	org, err := w.Directory.Create(w.t.Context(), slug, slug)
	if err != nil {
		w.t.Fatal(err)
	}
	tree, err := w.Directory.Tree(w.t.Context(), org.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return tenant.Who{Tree: tree, Actor: tenant.Actor{
		Kind: tenant.Person, ID: 1000, Name: "Ann", Org: org.ID, Grants: []tenant.Grant{{Group: tree.Root(), Role: tenant.Administrator}},
	}}
}

// token returns one of a new service account.
func (w *world) token(by tenant.Who, name string, grants ...tenant.Grant) string {
	w.t.Helper()
	id, err := w.People.AddService(w.t.Context(), by, name, grants)
	if err != nil {
		w.t.Fatal(err)
	}
	_, secret, err := w.People.CreateToken(w.t.Context(), by, identity.NewToken{Name: name, Service: id, Permissions: tenant.Permissions, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

const estate = `resource "aws_db_instance" "orders" {
  engine              = "postgres"
  publicly_accessible = true
}

resource "aws_s3_bucket" "receipts" {
  bucket = "receipts"
}
`

var engine = sync.OnceValues(func() (*assess.Engine, error) {
	return assess.NewEngine(assess.EngineOptions{Today: time.Now(), Lazy: true})
})

// assessment is that of a small estate.
func assessment(t *testing.T) *report.Assessment {
	t.Helper()
	return assessmentOf(t, estate)
}

func assessmentOf(t *testing.T, text string) *report.Assessment {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	res, err := e.Run(t.Context(), assess.Options{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	return res.Assessment(report.Tool{Name: "demarc", Version: "test"}, time.Now())
}

// next makes names that were not there before.
func (w *world) next(prefix string) string {
	w.made++
	return fmt.Sprintf("%s-%d", prefix, w.made)
}

// answer is what a request came to.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// code is the problem's.
func (a answer) code() string {
	var p struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(a.body, &p) != nil {
		return ""
	}
	return p.Code
}

// read decodes the body.
func (a answer) read(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v in %.300s", err, a.body)
	}
}

// do sends a request with a token; headers are names and values.
func (w *world) do(token, method, path string, body []byte, headers ...string) answer {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, text}
}

// replacedAuthority retires the authorities of agents but the newest, which it
// returns.
func (w *world) replacedAuthority() int64 {
	w.t.Helper()
	all, err := w.Fleet.Authorities(w.t.Context(), w.admin)
	for _, a := range must(w.t, all, err) {
		if !a.Newest && a.Retired.IsZero() {
			if err := w.Fleet.RetireAuthority(w.t.Context(), w.admin, a.Serial, ""); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return all[0].Serial
}

// Package webtest gives the tests of the console's pages a control plane with
// an estate in its ledger, and pages asked for by anybody.
package webtest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/assess"
	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/views"
	"github.com/demarc-sec/demarc/internal/web/static"
)

// Now is the moment of the tests.
var Now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// Hostile is text that must never be more than text on a page.
const Hostile = `<img src=x onerror=alert(1)>`

// estate is the shop's configuration: an open bucket, a database without a
// backup, and a name that tries to be more than one.
const estate = `
resource "aws_s3_bucket" "receipts" {
  bucket = "receipts"
  tags   = { Owner = "<img src=x onerror=alert(1)>", team = "payments" }
}
resource "aws_s3_bucket_public_access_block" "receipts" {
  bucket                  = aws_s3_bucket.receipts.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_db_instance" "orders" {
  identifier        = "=cmd()|orders"
  engine            = "mysql"
  instance_class    = "db.t3.small"
  allocated_storage = 20
  storage_encrypted = false
}
resource "aws_security_group" "open" {
  name = "<b>open</b>"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_instance" "web" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.open.id]
}
`

// later is what the second snapshot adds and takes away.
var later = strings.NewReplacer("storage_encrypted = false", "storage_encrypted = true", "block_public_acls       = true", "block_public_acls       = false")

var engine = sync.OnceValues(func() (*assess.Engine, error) {
	return assess.NewEngine(assess.EngineOptions{Today: Now, Lazy: true})
})

// Assess assesses a directory.
func Assess(t testing.TB, dir string, at time.Time) *report.Assessment {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	opts := assess.Options{Paths: []string{dir}}
	if file := filepath.Join(dir, "demarc.yaml"); exists(file) {
		cfg, err := config.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		opts.TeamOf = cfg.TeamOf
	}
	res, err := e.Run(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return res.Assessment(report.Tool{Name: "demarc", Version: "test"}, at)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// House is a control plane with two organisations. The first has the groups
// shop and office, and a source in each.
type House struct {
	T           testing.TB
	Directory   *directory.Directory
	Inventory   *inventory.Inventory
	Sources     *sources.Sources
	Jobs        *jobs.Jobs
	Views       *views.Views
	Org, Other  int64
	Shop        int64 // groups
	Office      int64
	ShopSource  int64
	OtherSource int64
	Mux         *http.ServeMux
}

// queue takes jobs and never runs them.
type queue struct{}

func (queue) Publish(context.Context, string, []byte) error { return nil }

// Each runs a test with a control plane on each engine.
func Each(t *testing.T, build func(testing.TB, *store.DB) *House, f func(t *testing.T, h *House)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, build(t, db)) })
}

// Empty is a control plane without a source.
func Empty(t testing.TB, db *store.DB) *House {
	t.Helper()
	now := func() time.Time { return Now }
	keys, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &House{T: t, Directory: &directory.Directory{DB: db, Now: now}, Inventory: &inventory.Inventory{DB: db, Now: now}, Mux: http.NewServeMux()}
	h.Views = &views.Views{DB: db, Now: now}
	h.Sources = &sources.Sources{DB: db, Sealer: keys, Now: now}
	h.Jobs = &jobs.Jobs{DB: db, Queue: queue{}, Sources: h.Sources, Now: now, Log: slog.New(slog.DiscardHandler)}
	h.Org, h.Other = h.organisation("fernhill"), h.organisation("elsewhere")
	static.Register(h.Mux)
	return h
}

// New is a control plane with two snapshots of the shop, one day apart.
func New(t testing.TB, db *store.DB) *House {
	h := Empty(t, db)
	h.Office = h.group("Office", tenant.Scope{})
	h.ShopSource = h.AddSource(h.Org, "shop "+Hostile)
	h.Shop = h.group("Shop", tenant.Scope{Sources: []int64{h.ShopSource}})
	h.OtherSource = h.AddSource(h.Other, "theirs")
	h.Post(h.Org, h.ShopSource, h.files(estate), Now.Add(-30*time.Hour))
	h.Post(h.Org, h.ShopSource, h.files(later.Replace(estate)), Now.Add(-2*time.Hour))
	h.Post(h.Other, h.OtherSource, h.files(estate), Now.Add(-2*time.Hour))
	return h
}

func (h *House) files(text string) string {
	dir := h.T.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
		h.T.Fatal(err)
	}
	return dir
}

func (h *House) organisation(slug string) int64 {
	h.T.Helper()
	o, err := h.Directory.Create(h.T.Context(), slug, strings.ToUpper(slug[:1])+slug[1:])
	if err != nil {
		h.T.Fatal(err)
	}
	return o.ID
}

func (h *House) group(name string, scope tenant.Scope) int64 {
	h.T.Helper()
	id, err := h.Directory.AddGroup(h.T.Context(), tenant.Group{Org: h.Org, Parent: h.Tree(h.Org).Root(), Kind: tenant.Product, Name: name, Scope: scope})
	if err != nil {
		h.T.Fatal(err)
	}
	return id
}

// Tree is an organisation's groups.
func (h *House) Tree(org int64) *tenant.Tree {
	h.T.Helper()
	tree, err := h.Directory.Tree(h.T.Context(), org)
	if err != nil {
		h.T.Fatal(err)
	}
	return tree
}

// AddSource adds one that CI pushes to, at the root.
func (h *House) AddSource(org int64, name string) int64 {
	h.T.Helper()
	s, err := h.Sources.Add(h.T.Context(), h.System(org), sources.Source{Kind: sources.Push, Name: name, Group: h.Tree(org).Root()}, "")
	if err != nil {
		h.T.Fatal(err)
	}
	return s.ID
}

// Post posts the assessment of a directory as a snapshot.
func (h *House) Post(org, source int64, dir string, at time.Time) int64 {
	h.T.Helper()
	p, err := h.Inventory.Post(h.T.Context(), h.System(org), source, inventory.Meta{Revision: "0a1b2c3d4e5f", Branch: "main", Origin: "push"}, Assess(h.T, dir, at))
	if err != nil {
		h.T.Fatal(err)
	}
	return p.Snapshot
}

// System acts for the control plane itself.
func (h *House) System(org int64) tenant.Who {
	return tenant.Who{Actor: tenant.BySystem(org), Tree: h.Tree(org)}
}

// Person has a role in a group of an organisation; group 0 is its root.
func (h *House) Person(org int64, role tenant.Role, group int64) tenant.Who {
	tree := h.Tree(org)
	if group == 0 {
		group = tree.Root()
	}
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 1, Name: "Ada", Email: "ada@example.org", Org: org, Grants: []tenant.Grant{{Group: group, Role: role}}}, Tree: tree}
}

// Get asks for a page.
func (h *House) Get(who tenant.Who, path string) *httptest.ResponseRecorder {
	return h.Do(who, httptest.NewRequest(http.MethodGet, path, nil))
}

// Send sends a form.
func (h *House) Send(who tenant.Who, path, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.Do(who, r)
}

// Do makes a request as somebody.
func (h *House) Do(who tenant.Who, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.Mux.ServeHTTP(w, r.WithContext(identity.WithWho(r.Context(), who)))
	return w
}

// Body is a page that must be there.
func (h *House) Body(who tenant.Who, path string) string {
	h.T.Helper()
	w := h.Get(who, path)
	if w.Code != http.StatusOK {
		h.T.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	b, err := io.ReadAll(w.Body)
	if err != nil {
		h.T.Fatal(err)
	}
	return string(b)
}

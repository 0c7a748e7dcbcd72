package inventory_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/assess"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// start is when the tests' first assessment is made.
var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

var engine = sync.OnceValues(func() (*assess.Engine, error) {
	return assess.NewEngine(assess.EngineOptions{Today: start, Lazy: true})
})

// assessed assesses configuration as it stands on a day.
func assessed(t testing.TB, day int, files map[string]string) *report.Assessment {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	res, err := e.Run(t.Context(), assess.Options{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	return res.Assessment(report.Tool{Name: "demarc", Version: "test"}, start.AddDate(0, 0, day))
}

// house is a control plane with one organisation.
type house struct {
	t   *testing.T
	db  *store.DB
	dir *directory.Directory
	inv *inventory.Inventory
	org int64
	now time.Time
}

func newHouse(t *testing.T, db *store.DB) *house {
	h := &house{t: t, db: db, now: start.AddDate(0, 0, 100)}
	clock := func() time.Time { return h.now }
	h.dir = &directory.Directory{DB: db, Now: clock}
	h.inv = &inventory.Inventory{DB: db, Now: clock}
	h.org = h.organisation("shop")
	return h
}

func (h *house) organisation(slug string) int64 {
	h.t.Helper()
	o, err := h.dir.Create(h.t.Context(), slug, slug)
	if err != nil {
		h.t.Fatal(err)
	}
	return o.ID
}

func (h *house) tree(org int64) *tenant.Tree {
	h.t.Helper()
	tree, err := h.dir.Tree(h.t.Context(), org)
	if err != nil {
		h.t.Fatal(err)
	}
	return tree
}

// group adds one below the root.
func (h *house) group(name string, scope tenant.Scope) int64 {
	h.t.Helper()
	id, err := h.dir.AddGroup(h.t.Context(), tenant.Group{Org: h.org, Parent: h.tree(h.org).Root(), Kind: tenant.Product, Name: name, Scope: scope})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// system acts for the control plane itself.
func (h *house) system() tenant.Who {
	return tenant.Who{Actor: tenant.BySystem(h.org), Tree: h.tree(h.org)}
}

// person has a role in a group.
func (h *house) person(role tenant.Role, group int64) tenant.Who {
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 1, Org: h.org, Grants: []tenant.Grant{{Group: group, Role: role}}}, Tree: h.tree(h.org)}
}

func (h *house) post(source int64, a *report.Assessment) inventory.Counts {
	h.t.Helper()
	p, err := h.inv.Post(h.t.Context(), h.system(), source, inventory.Meta{Revision: "abc"}, a)
	if err != nil {
		h.t.Fatal(err)
	}
	return p.Counts
}

func (h *house) ctx() context.Context { return h.t.Context() }

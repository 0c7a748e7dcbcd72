package sources

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/outbound"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// world is two organisations, the first with a group below its root.
type world struct {
	*Sources
	now   time.Time
	shop  *tenant.Tree
	web   int64
	other *tenant.Tree
	orgs  [2]int64
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	keys, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	w.Sources = &Sources{DB: db, Sealer: keys, Outbound: outbound.Policy{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, Now: func() time.Time { return w.now }}
	d := &directory.Directory{DB: db, Now: w.Now}
	for i, slug := range []string{"shop", "bank"} {
		org, err := d.Create(t.Context(), slug, slug)
		if err != nil {
			t.Fatal(err)
		}
		w.orgs[i] = org.ID
	}
	tree, err := d.Tree(t.Context(), w.orgs[0])
	if err != nil {
		t.Fatal(err)
	}
	if w.web, err = d.AddGroup(t.Context(), tenant.Group{Org: w.orgs[0], Parent: tree.Root(), Kind: tenant.Product, Name: "Web"}); err != nil {
		t.Fatal(err)
	}
	if w.shop, err = d.Tree(t.Context(), w.orgs[0]); err != nil {
		t.Fatal(err)
	}
	if w.other, err = d.Tree(t.Context(), w.orgs[1]); err != nil {
		t.Fatal(err)
	}
	return w
}

// as is somebody of the first organisation with a role in a group.
func (w *world) as(role tenant.Role, group int64) tenant.Who {
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 1, Name: "Ann", Org: w.orgs[0], Grants: []tenant.Grant{{Group: group, Role: role}}}, Tree: w.shop}
}

// stranger administers the other organisation.
func (w *world) stranger() tenant.Who {
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 2, Name: "Eve", Org: w.orgs[1], Grants: []tenant.Grant{{Group: w.other.Root(), Role: tenant.Administrator}}}, Tree: w.other}
}

func gitSource(name string, group int64) Source {
	return Source{Group: group, Kind: Git, Name: name, Config: Config{URL: "https://git.example.com/a.git", Ref: "main", Path: "infra"}, Schedule: "@daily"}
}

func TestSources(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, w := t.Context(), newWorld(t, db)
		ann := w.as(tenant.Contributor, w.shop.Root())
		src, err := w.Add(ctx, ann, gitSource("infra", 0), "hunter2-token")
		if err != nil {
			t.Fatal(err)
		}
		if !src.HasCredential || src.Group != w.shop.Root() || !src.NextRun.Equal(time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("added: %+v", src)
		}
		var raw []byte
		if err := db.NewSelect().Table("sources").Column("credential").Where("id = ?", src.ID).Scan(ctx, &raw); err != nil || bytes.Contains(raw, []byte("hunter2")) || len(raw) == 0 {
			t.Errorf("the credential lies open in the database: %q, %v", raw, err)
		}
		if got, err := w.Credential(ctx, ann.Org, src.ID); err != nil || got != "hunter2-token" {
			t.Errorf("the credential is %q, %v", got, err)
		}
		if _, err := w.Add(ctx, ann, gitSource("infra", 0), ""); !errors.Is(err, ErrInvalid) {
			t.Errorf("a second of the same name: %v", err)
		}

		src.Config.Path = "live"
		if src, err = w.Change(ctx, ann, src, ""); err != nil || !src.HasCredential || src.Config.Path != "live" {
			t.Errorf("changed: %+v, %v", src, err)
		}
		src.Config.URL = "https://evil.example.org/a.git"
		if _, err := w.Change(ctx, ann, src, ""); !errors.Is(err, ErrInvalid) {
			t.Errorf("the credential goes to another server: %v", err)
		}
		if _, err := w.Change(ctx, ann, src, "another"); err != nil {
			t.Error(err)
		}
		if err := w.ForgetCredential(ctx, ann, src.ID); err != nil {
			t.Error(err)
		}
		if got, err := w.Credential(ctx, ann.Org, src.ID); err != nil || got != "" {
			t.Errorf("forgotten, the credential is %q, %v", got, err)
		}
		if err := w.Remove(ctx, ann, src.ID, nil); err != nil {
			t.Error(err)
		}
		if _, err := w.Get(ctx, ann, src.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("removed: %v", err)
		}
	})
}

// What each role may do with a source of the group it has its role in.
func TestWhoMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, w := t.Context(), newWorld(t, db)
		src, err := w.Add(ctx, w.as(tenant.Administrator, w.shop.Root()), gitSource("infra", w.web), "")
		if err != nil {
			t.Fatal(err)
		}
		hidden, err := w.Add(ctx, w.as(tenant.Administrator, w.shop.Root()), gitSource("platform", 0), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range tenant.Roles {
			who := w.as(role, w.web)
			want := error(nil)
			if !role.May(tenant.Contribute) {
				want = tenant.ErrForbidden
			}
			if _, err := w.Get(ctx, who, src.ID); err != nil {
				t.Errorf("%s reads: %v", role, err)
			}
			_, changed := w.Change(ctx, who, src, "")
			_, stored := w.Store(ctx, who, src.ID, "a.tf", strings.NewReader("x"))
			for act, err := range map[string]error{"changes": changed, "uploads": stored, "forgets": w.ForgetCredential(ctx, who, src.ID)} {
				if !errors.Is(err, want) {
					t.Errorf("%s %s: %v, want %v", role, act, err, want)
				}
			}
			if _, err := w.Get(ctx, who, hidden.ID); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s reads a source of another group: %v", role, err)
			}
			moved := src
			moved.Group = w.shop.Root()
			if _, err := w.Change(ctx, who, moved, ""); !errors.Is(err, tenant.ErrForbidden) {
				t.Errorf("%s moves a source to where it has no role: %v", role, err)
			}
			if list, err := w.List(ctx, who); err != nil || len(list) != 1 {
				t.Errorf("%s lists %d sources, %v", role, len(list), err)
			}
		}
		eve := w.stranger()
		_, get := w.Get(ctx, eve, src.ID)
		_, byName := w.ByName(ctx, eve, "infra")
		_, change := w.Change(ctx, eve, src, "")
		_, upload := w.Store(ctx, eve, src.ID, "a.tf", strings.NewReader("x"))
		for act, err := range map[string]error{"get": get, "by name": byName, "change": change, "upload": upload, "remove": w.Remove(ctx, eve, src.ID, nil)} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("another organisation's administrator, %s: %v", act, err)
			}
		}
	})
}

func TestInvalid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for name, change := range map[string]func(*Source){
			"kind":          func(s *Source) { s.Kind = "ftp" },
			"name":          func(s *Source) { s.Name = " " },
			"scheme":        func(s *Source) { s.Config.URL = "file:///etc" },
			"own network":   func(s *Source) { s.Config.URL = "https://169.254.169.254/a" },
			"user in URL":   func(s *Source) { s.Config.URL = "https://me:pw@example.com/a" },
			"path":          func(s *Source) { s.Config.Path = "../.." },
			"var file":      func(s *Source) { s.Config.VarFiles = []string{"/etc/passwd"} },
			"ref":           func(s *Source) { s.Config.Ref = "--upload-pack=x" },
			"schedule":      func(s *Source) { s.Schedule = "sometimes" },
			"too often":     func(s *Source) { s.Schedule = "* * * * *" },
			"ssh, no keys":  func(s *Source) { s.Config.URL = "ssh://git@example.com/a.git" },
			"push with URL": func(s *Source) { s.Kind = Push },
			"other's group": func(s *Source) { s.Group = w.other.Root() },
		} {
			s := gitSource("x", 0)
			change(&s)
			if _, err := w.Add(t.Context(), w.as(tenant.Contributor, w.shop.Root()), s, ""); !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A schedule is due once, whichever replica asks, and what was missed is made
// up for once.
func TestDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, w := t.Context(), newWorld(t, db)
		if _, err := w.Add(ctx, w.as(tenant.Contributor, w.shop.Root()), gitSource("infra", 0), ""); err != nil {
			t.Fatal(err)
		}
		started := 0
		due := func() {
			t.Helper()
			if err := w.Due(ctx, func(context.Context, bun.Tx, Source) error { started++; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		due()
		w.now = w.now.Add(5 * 24 * time.Hour)
		due()
		due()
		if started != 1 {
			t.Errorf("started %d times, want 1", started)
		}
		w.now = w.now.Add(24 * time.Hour)
		fails := errors.New("the queue is away")
		if err := w.Due(ctx, func(context.Context, bun.Tx, Source) error { return fails }); !errors.Is(err, fails) {
			t.Error(err)
		}
		due()
		if started != 2 {
			t.Errorf("started %d times after one that failed, want 2", started)
		}
	})
}

func TestUpload(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, w := t.Context(), newWorld(t, db)
		ann := w.as(tenant.Contributor, w.shop.Root())
		src, err := w.Add(ctx, ann, Source{Kind: Upload, Name: "plans"}, "")
		if err != nil {
			t.Fatal(err)
		}
		content := bytes.Repeat([]byte("0123456789abcdef"), 200_000) // more than three chunks
		id, err := w.Store(ctx, ann, src.ID, `C:\plans\plan.json`, bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		name, r, err := w.Uploaded(ctx, ann.Org, id)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || name != "plan.json" || !bytes.Equal(got, content) {
			t.Errorf("read back %s of %d bytes, %v", name, len(got), err)
		}
		if _, _, err := w.Uploaded(ctx, w.orgs[1], id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another organisation opens it: %v", err)
		}
		broken := io.MultiReader(bytes.NewReader(content), errReader{})
		if _, err := w.Store(ctx, ann, src.ID, "plan.json", broken); err == nil {
			t.Error("half an upload is taken")
		}
		if _, err := w.Store(ctx, ann, src.ID, "plan.json", strings.NewReader("")); !errors.Is(err, ErrInvalid) {
			t.Errorf("an empty upload: %v", err)
		}
		if err := w.Forget(ctx, ann.Org, id); err != nil {
			t.Error(err)
		}
		if n, err := db.NewSelect().Table("upload_chunks").Count(ctx); err != nil || n != 0 {
			t.Errorf("%d chunks are left, %v", n, err)
		}
	})
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

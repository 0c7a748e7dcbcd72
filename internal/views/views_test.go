package views_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/views"
)

// house is an organisation with two groups, and another one.
type house struct {
	*views.Views
	t          *testing.T
	tree, away *tenant.Tree
	org, other int64
	shop       int64
	office     int64
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := &directory.Directory{DB: db, Now: time.Now}
		h := &house{Views: &views.Views{DB: db, Now: time.Now}, t: t}
		create := func(slug string) (int64, *tenant.Tree) {
			org, err := d.Create(t.Context(), slug, slug)
			h.must(err)
			tree, err := d.Tree(t.Context(), org.ID)
			h.must(err)
			return org.ID, tree
		}
		h.org, h.tree = create("fernhill")
		h.other, h.away = create("elsewhere")
		for name, id := range map[string]*int64{"shop": &h.shop, "office": &h.office} {
			var err error
			*id, err = d.AddGroup(t.Context(), tenant.Group{Org: h.org, Parent: h.tree.Root(), Kind: tenant.Product, Name: name})
			h.must(err)
		}
		var err error
		h.tree, err = d.Tree(t.Context(), h.org)
		h.must(err)
		f(t, h)
	})
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// person has a role in a group; group 0 is the root.
func (h *house) person(id int64, role tenant.Role, group int64) tenant.Who {
	if group == 0 {
		group = h.tree.Root()
	}
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: id, Name: fmt.Sprint("person ", id), Org: h.org, Grants: []tenant.Grant{{Group: group, Role: role}}}, Tree: h.tree}
}

func (h *house) rival() tenant.Who {
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 1, Name: "rival", Org: h.other, Grants: []tenant.Grant{{Group: h.away.Root(), Role: tenant.Administrator}}}, Tree: h.away}
}

func (h *house) add(who tenant.Who, name string, group int64) views.View {
	h.t.Helper()
	v, err := h.Add(h.t.Context(), who, views.View{Place: views.Findings, Name: name, Query: "severity=high", Group: group})
	h.must(err)
	return v
}

// Who sees, shares, changes and removes a view, by role and group.
func TestRoles(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		owner := h.person(1, tenant.Contributor, h.shop)
		private, shared := h.add(owner, "private", 0), h.add(owner, "shared", h.shop)
		for id := int64(10); id < 10+int64(len(tenant.Roles)); id++ {
			role := tenant.Roles[id-10]
			for _, group := range []int64{0, h.shop, h.office} {
				who := h.person(id, role, group)
				list, err := h.List(ctx, who, views.Findings)
				h.must(err)
				if sees := len(list) == 1 && list[0].ID == shared.ID; sees != (group != h.office) || len(list) > 1 {
					t.Errorf("%s of %d sees %v", role, group, list)
				}
				if _, err := h.Get(ctx, who, private.ID); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("%s of %d gets what is private: %v", role, group, err)
				}
				mine := h.add(who, fmt.Sprint("own of ", group), 0)
				h.must(h.Remove(ctx, who, mine.ID))

				_, err = h.Add(ctx, who, views.View{Place: views.Assets, Name: fmt.Sprint("shared ", group), Group: h.shop})
				switch may := role != tenant.Viewer && role != tenant.Auditor; {
				case group == h.office:
					if !errors.Is(err, views.ErrInvalid) {
						t.Errorf("%s of the office shares with the shop: %v", role, err)
					}
				case may != (err == nil), !may && !errors.Is(err, tenant.ErrForbidden):
					t.Errorf("%s of %d shares: %v", role, group, err)
				}

				want := tenant.ErrForbidden
				switch {
				case group == h.office:
					want = store.ErrNotFound
				case role == tenant.Administrator:
					want = nil
				}
				renamed := shared
				renamed.Name = "shared by " + string(role)
				if _, err := h.Change(ctx, who, renamed); !errors.Is(err, want) {
					t.Errorf("%s of %d changes: %v, want %v", role, group, err, want)
				}
				if want == nil {
					again := h.add(owner, fmt.Sprint("to remove ", group), h.shop)
					h.must(h.Remove(ctx, who, again.ID))
				} else if err := h.Remove(ctx, who, shared.ID); !errors.Is(err, want) {
					t.Errorf("%s of %d removes: %v, want %v", role, group, err, want)
				}
			}
		}
	})
}

// What belongs to another organisation is not there, and nobody without a
// role sees anything.
func TestOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		owner := h.person(1, tenant.Administrator, 0)
		shared := h.add(owner, "shared", h.tree.Root())
		rival := h.rival() // with the same id as the owner
		if list, err := h.List(ctx, rival, ""); err != nil || len(list) != 0 {
			t.Errorf("the rival sees %v, %v", list, err)
		}
		if _, err := h.Get(ctx, rival, shared.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the rival gets it: %v", err)
		}
		if _, err := h.Change(ctx, rival, shared); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the rival changes it: %v", err)
		}
		if err := h.Remove(ctx, rival, shared.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the rival removes it: %v", err)
		}
		if _, err := h.Add(ctx, rival, views.View{Place: views.Assets, Name: "x", Group: h.shop}); !errors.Is(err, views.ErrInvalid) {
			t.Errorf("the rival shares with a group of others: %v", err)
		}
		nobody := tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 1, Org: h.org}, Tree: h.tree}
		if _, err := h.List(ctx, nobody, ""); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("nobody lists: %v", err)
		}
		if _, err := h.Add(ctx, nobody, views.View{Place: views.Assets, Name: "x"}); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("nobody adds: %v", err)
		}
		if _, err := h.Get(ctx, nobody, shared.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("nobody gets: %v", err)
		}
	})
}

// A view is renamed, shared, and filtered anew; the person who leaves takes
// what is private along.
func TestChange(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		owner := h.person(1, tenant.Contributor, h.shop)
		v := h.add(owner, " Mine ", 0)
		if v.Name != "Mine" || v.Query != "severity=high" {
			t.Errorf("it is %+v", v)
		}
		v.Name, v.Query, v.Group, v.Place = "Ours", "?severity=low&severity=high&cursor=x&q=", h.shop, views.Duties
		got, err := h.Change(ctx, owner, v)
		h.must(err)
		if got.Name != "Ours" || got.Query != "severity=high&severity=low" || got.Group != h.shop || got.Place != views.Findings {
			t.Errorf("changed, it is %+v", got)
		}
		got.Group = 0
		admin := h.person(2, tenant.Administrator, 0)
		if _, err := h.Change(ctx, admin, got); !errors.Is(err, views.ErrInvalid) {
			t.Errorf("somebody else makes it private: %v", err)
		}
		h.add(owner, "private", 0)
		h.must(h.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error { return h.Forget(ctx, tx, h.org, owner.ID) }))
		list, err := h.List(ctx, owner, "")
		if err != nil || len(list) != 1 || list[0].Name != "Ours" {
			t.Errorf("gone, they leave %v, %v", list, err)
		}
	})
}

// What no view can be is told.
func TestInvalid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		owner := h.person(1, tenant.Viewer, 0)
		h.add(owner, "there", 0)
		for name, v := range map[string]views.View{
			"no name":     {Place: views.Findings},
			"two lines":   {Place: views.Findings, Name: "a\nb"},
			"long":        {Place: views.Findings, Name: strings.Repeat("a", 101)},
			"no place":    {Place: "settings", Name: "x"},
			"no query":    {Place: views.Findings, Name: "x", Query: "%zz"},
			"long query":  {Place: views.Findings, Name: "x", Query: strings.Repeat("a", 4001)},
			"there":       {Place: views.Findings, Name: "there"},
			"no group":    {Place: views.Findings, Name: "x", Group: 99999},
			"semicolons":  {Place: views.Findings, Name: "x", Query: "a;b"},
			"grown query": {Place: views.Findings, Name: "x", Query: "a=" + strings.Repeat("<", 3000)},
		} {
			if _, err := h.Add(t.Context(), owner, v); !errors.Is(err, views.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.Add(t.Context(), owner, views.View{Place: views.Assets, Name: "there"}); err != nil {
			t.Errorf("the same name of another list: %v", err)
		}
		for i := range views.MaxOwn - 2 {
			h.add(owner, fmt.Sprint(i), 0)
		}
		if _, err := h.Add(t.Context(), owner, views.View{Place: views.Assets, Name: "one more"}); !errors.Is(err, views.ErrInvalid) {
			t.Errorf("more than there may be: %v", err)
		}
	})
}

func TestCanonical(t *testing.T) {
	a, b := url.Values{"b": {"2", "1", "2", ""}, "a": {"x"}, "cursor": {"y"}, "saved": {"7"}}, url.Values{"a": {"x"}, "b": {"1", "2"}}
	if got := views.Canonical(a); got != views.Canonical(b) || got != "a=x&b=1&b=2" {
		t.Errorf("%q and %q", got, views.Canonical(b))
	}
}

package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// A role in a group holds there and below, and shows nothing of what is beside.
func TestSubgroup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.tokens["administrator"]
		add := func(parent int64, name string, scope object) int64 {
			t.Helper()
			in := object{"kind": "product", "name": name, "scope": scope}
			if parent != 0 {
				in["parent"] = parent
			}
			var g api.Group
			w.wants(name, w.do(admin, http.MethodPost, "/api/v1/groups", []byte(body(in))), 201).read(t, &g)
			return g.ID
		}
		var orders struct {
			Items []struct {
				Kind string `json:"kind"`
			} `json:"items"`
		}
		w.wants("the database", w.do(admin, http.MethodGet, "/api/v1/assets?text=orders", nil), 200).read(t, &orders)
		data := add(0, "Data", object{"kinds": []string{orders.Items[0].Kind}})
		below := add(data, "Orders", object{})
		beside := add(0, "Beside", object{})
		tree, err := w.Directory.Tree(t.Context(), w.admin.Org)
		w.admin.Tree = must(t, tree, err)
		for _, role := range tenant.Roles {
			token := w.token(w.admin, "in-data-"+string(role), tenant.Grant{Group: data, Role: role})
			var groups, assets struct {
				Items []struct {
					ID      int64  `json:"id"`
					Group   int64  `json:"group"`
					Address string `json:"address"`
				} `json:"items"`
			}
			w.wants("groups", w.do(token, http.MethodGet, "/api/v1/groups", nil), 200).read(t, &groups)
			var ids []int64
			for _, g := range groups.Items {
				ids = append(ids, g.ID)
			}
			if !slices.Equal(ids, []int64{data, below}) {
				t.Errorf("%s of Data sees the groups %v, want %d and %d", role, ids, data, below)
			}
			w.wants("assets", w.do(token, http.MethodGet, "/api/v1/assets?limit=200", nil), 200).read(t, &assets)
			if len(assets.Items) == 0 {
				t.Errorf("%s of Data sees no assets", role)
			}
			for _, a := range assets.Items {
				if a.Group != data && a.Group != below {
					t.Errorf("%s of Data sees %s of group %d", role, a.Address, a.Group)
				}
			}
			for _, path := range []string{"/api/v1/assets", "/api/v1/findings", "/api/v1/duties", "/api/v1/changes", "/api/v1/matrix", "/api/v1/findings/facets", "/api/v1/weakest"} {
				if a := w.do(token, http.MethodGet, path, nil); a.status != 200 || strings.Contains(string(a.body), "receipts") {
					t.Errorf("%s of Data at %s: %d, with what lies beside", role, path, a.status)
				}
			}
			w.refused("a group beside", w.do(token, http.MethodGet, fmt.Sprintf("/api/v1/groups/%d", beside), nil), 404, "not-found")
			w.refused("the group above", w.do(token, http.MethodGet, fmt.Sprintf("/api/v1/groups/%d", w.admin.Tree.Root()), nil), 404, "not-found")
			if a := w.do(token, http.MethodPost, "/api/v1/sources", []byte(body(object{"kind": "push", "name": w.next("s"), "group": beside}))); a.status != 403 && a.status != 404 {
				t.Errorf("%s of Data adds a source beside: %d %s", role, a.status, a.body)
			}
			want := 403
			if role.May(tenant.Contribute) {
				want = 201
			}
			if a := w.do(token, http.MethodPost, "/api/v1/sources", []byte(body(object{"kind": "push", "name": w.next("s"), "group": below}))); a.status != want {
				t.Errorf("%s of Data adds a source below: %d, want %d: %s", role, a.status, want, a.body)
			}
		}
	})
}

package webtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/webtest"
)

// "Mine" is what somebody may change, "my team's" what a team of theirs owns,
// by the group's name or by its scope.
func TestWhoseDuties(t *testing.T) {
	webtest.Each(t, webtest.New, func(t *testing.T, h *webtest.House) {
		pages(h)
		add := func(kind tenant.GroupKind, name string, scope tenant.Scope) int64 {
			t.Helper()
			id, err := h.Directory.AddGroup(t.Context(), tenant.Group{Org: h.Org, Parent: h.Shop, Kind: kind, Name: name, Scope: scope})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		dir := t.TempDir()
		for name, text := range map[string]string{
			"main.tf":     "resource \"aws_s3_bucket\" \"receipts\" {}\nresource \"aws_db_instance\" \"orders\" {}\n",
			"demarc.yaml": "teams:\n  - name: payments\n    owns: [\"*\"]\n    match: {address: [aws_s3_bucket.receipts]}\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		h.Post(h.Org, h.ShopSource, dir, webtest.Now)
		named, scoped := add(tenant.Team, "Payments", tenant.Scope{}), add(tenant.Product, "Checkout", tenant.Scope{Teams: []string{"payments"}})
		other := add(tenant.Team, "Search", tenant.Scope{})
		at := func(group int64, role tenant.Role) tenant.Who {
			who := h.Person(h.Org, role, group)
			who.Grants = append(who.Grants, tenant.Grant{Group: h.Shop, Role: tenant.Viewer}) // to see the assets
			return who
		}
		const theirs, others = "aws_s3_bucket.receipts", "aws_db_instance.orders"
		for name, c := range map[string]struct {
			who  tenant.Who
			sees bool
		}{
			"a group of the team's name":   {h.Person(h.Org, tenant.Viewer, named), false}, // which assets lie not in
			"a group that takes the team":  {at(scoped, tenant.Contributor), true},
			"the team's, and the shop's":   {at(named, tenant.Contributor), true},
			"another team's":               {h.Person(h.Org, tenant.Contributor, other), false},
			"one of the whole":             {h.Person(h.Org, tenant.Administrator, 0), false},
			"another group":                {h.Person(h.Org, tenant.Contributor, h.Office), false},
			"another organisation's owner": {h.Person(h.Other, tenant.Administrator, 0), false},
		} {
			body := h.Body(c.who, "/duties?view=team")
			got := strings.Contains(body, theirs)
			if got != c.sees || strings.Contains(body, others) {
				t.Errorf("somebody of %s sees the team's duties: %v, another's: %v", name, got, strings.Contains(body, others))
			}
		}
		if body := h.Body(h.Person(h.Org, tenant.Contributor, h.Shop), "/duties?view=mine"); !strings.Contains(body, others) {
			t.Error("a contributor of the shop sees nothing to do")
		}
		if body := h.Body(h.Person(h.Org, tenant.Viewer, h.Shop), "/duties?view=mine"); strings.Contains(body, others) {
			t.Error("a viewer of the shop has something to do")
		}
		if !strings.Contains(h.Body(h.Person(h.Org, tenant.Viewer, h.Office), "/duties?view=team"), "You belong to no team") {
			t.Error("nothing says how one comes to belong to a team")
		}
	})
}

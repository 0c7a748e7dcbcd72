package tenant

import (
	"slices"
	"testing"
)

// The tree of the tests: 1 with 2 and 3 below, and 4 below 2.
func tree() *Tree {
	return NewTree([]Group{
		{ID: 1, Kind: Root},
		{ID: 2, Parent: 1, Name: "a", Scope: Scope{Accounts: []string{"111"}}},
		{ID: 3, Parent: 1, Name: "b", Scope: Scope{Paths: []string{"live/"}}},
		{ID: 4, Parent: 2, Name: "c", Scope: Scope{Environments: []string{"production"}}},
		{ID: 8, Parent: 9},
		{ID: 9, Parent: 8}, // a circle that nothing holds
	})
}

func TestReach(t *testing.T) {
	person := func(grants ...Grant) Actor { return Actor{Kind: Person, ID: 1, Grants: grants} }
	token := func(a Actor, group int64, p ...Permission) Actor {
		a.Token = &TokenBounds{Permissions: p, Group: group}
		return a
	}
	for _, c := range []struct {
		name   string
		actor  Actor
		ask    Permission
		all    bool
		groups []int64
	}{
		{"nobody", person(), Read, false, nil},
		{"at the root", person(Grant{1, Viewer}), Read, true, nil},
		{"below", person(Grant{2, Viewer}), Read, false, []int64{2, 4}},
		{"two grants", person(Grant{4, Viewer}, Grant{3, Administrator}), Read, false, []int64{3, 4}},
		{"only where the role has it", person(Grant{2, Viewer}, Grant{3, Contributor}), Contribute, false, []int64{3}},
		{"auditors change nothing", person(Grant{1, Auditor}), Administer, false, nil},
		{"a group that is gone", person(Grant{7, Administrator}), Read, false, nil},
		{"a group in a circle", person(Grant{8, Administrator}), Read, false, nil},
		{"token without the permission", token(person(Grant{1, Administrator}), 0, Read), Contribute, false, nil},
		{"token in a group", token(person(Grant{1, Administrator}), 2, Read), Read, false, []int64{2, 4}},
		{"token never widens", token(person(Grant{4, Viewer}), 1, Read, Administer), Administer, false, nil},
		{"token at the root for a narrow holder", token(person(Grant{4, Viewer}), 1, Read), Read, false, []int64{4}},
		{"the system", BySystem(1), Contribute, true, nil},
	} {
		got := tree().Reach(c.actor, c.ask)
		if got.All != c.all || !slices.Equal(got.Groups, c.groups) {
			t.Errorf("%s: %+v, want all %v or %v", c.name, got, c.all, c.groups)
		}
	}
}

// No role but the administrator's may administer, and one that only reads
// changes nothing.
func TestRoles(t *testing.T) {
	for _, r := range Roles {
		if r.May(Administer) != (r == Administrator) {
			t.Errorf("%s: administer %v", r, r.May(Administer))
		}
		if !r.May(Read) {
			t.Errorf("%s cannot read", r)
		}
	}
	for _, p := range []Permission{Contribute, RequestWaiver, ApproveWaiver, Respond, Administer} {
		if Auditor.May(p) || Viewer.May(p) {
			t.Errorf("a role that only reads has %s", p)
		}
	}
	if _, err := ParseRole("owner"); err == nil {
		t.Error("owner is taken for a role")
	}
}

func TestPlace(t *testing.T) {
	for _, c := range []struct {
		asset Placed
		want  int64
	}{
		{Placed{}, 1},
		{Placed{Account: "111"}, 2},
		{Placed{Path: "live/main.tf"}, 3},
		{Placed{Account: "111", Path: "live/main.tf"}, 2}, // same depth: the lower id
		{Placed{Account: "222", Environment: "production"}, 4},
	} {
		if got := tree().Place(c.asset); got != c.want {
			t.Errorf("Place(%+v) = %d, want %d", c.asset, got, c.want)
		}
	}
}

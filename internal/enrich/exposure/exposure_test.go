package exposure

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
)

func TestEnrich(t *testing.T) {
	admin := et.Asset("admin", "identity-role", et.Facts{"grants_admin": true, "privilege_escalation": []string{}})
	climber := et.Asset("climber", "identity-role", et.Facts{"grants_admin": false, "privilege_escalation": []string{"put-role-policy"}})
	reader := et.Asset("reader", "identity-role", et.Facts{"grants_admin": false, "privilege_escalation": []string{}})
	unread := et.Asset("unread", "identity-role", et.Facts{"grants_admin": et.Unknown("later"), "privilege_escalation": et.Unknown("later")})
	for _, c := range []struct {
		name    string
		exposed any
		role    string
		want    any
	}{
		{"admin", true, "admin", true},
		{"can become admin", true, "climber", true},
		{"reader", true, "reader", false},
		{"no role", true, "", false},
		{"not exposed", false, "admin", false},
		{"not exposed, role not known", false, "unread", false},
		{"exposure not known", et.Unknown("later"), "admin", et.Unknown("later")},
		{"exposure not known, reader", et.Unknown("later"), "reader", false},
		{"role not known", true, "unread", et.Unknown("later")},
		{"role elsewhere", true, "elsewhere", et.Unknown("")},
	} {
		t.Run(c.name, func(t *testing.T) {
			vm := et.Asset("vm", "virtual-machine", et.Facts{"internet_exposed": c.exposed})
			profile := et.Asset("profile", "setting", nil)
			switch c.role {
			case "admin":
				et.Link(profile, "role", admin)
			case "climber":
				et.Link(profile, "role", climber)
			case "reader":
				et.Link(profile, "role", reader)
			case "unread":
				et.Link(profile, "role", unread)
			}
			if c.role == "elsewhere" {
				et.Elsewhere(vm, "instance_profile", "app", "")
			} else if c.role != "" {
				et.Link(vm, "instance_profile", profile)
			}
			Enrich(et.Estate(vm, profile))
			et.Want(t, vm, et.Facts{"exposed_with_admin": c.want})
		})
	}
}

func TestByDefinition(t *testing.T) {
	admin := et.Asset("admin", "identity-role", et.Facts{"grants_admin": true})
	def := et.Link(et.Asset("def", "container-definition", nil), "role", admin)
	svc := et.Link(et.Asset("svc", "container-service", et.Facts{"internet_exposed": true}), "definition", def)
	lb := et.Link(et.Asset("lb", "load-balancer", et.Facts{"internet_exposed": true}), "role", admin)
	lone := et.Asset("lone", "function", nil)
	Enrich(et.Estate(def, svc, lb, lone))
	et.Want(t, svc, et.Facts{"exposed_with_admin": true})
	et.Want(t, lb, et.Facts{"exposed_with_admin": et.Absent})
	et.Want(t, lone, et.Facts{"exposed_with_admin": et.Absent})
}

func TestAssignedRoles(t *testing.T) {
	for _, c := range []struct {
		name     string
		identity any // whether the machine has one
		grant    et.Facts
		through  bool // the role is given to an identity the machine acts as
		want     any
	}{
		{"owner", true, et.Facts{"every_action": true, "grants_roles": true}, false, true},
		{"owner, by its identity", true, et.Facts{"every_action": true, "grants_roles": true}, true, true},
		{"hands out roles", true, et.Facts{"every_action": false, "grants_roles": true}, true, true},
		{"reader, and what else is not known", true, et.Facts{"every_action": false, "grants_roles": false}, false, et.Unknown("")},
		{"a role that is not known", true, et.Facts{"every_action": et.Unknown("later"), "grants_roles": et.Unknown("later")}, false, et.Unknown("")},
		{"nothing in the sources", true, nil, false, et.Unknown("")},
		{"no identity", false, nil, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			vm := et.Asset("vm", "virtual-machine", et.Facts{"internet_exposed": true, "instance_role": c.identity})
			vm.Provider = "azure"
			identity := et.Asset("identity", "identity-role", nil)
			holder := vm
			if c.through {
				et.Link(vm, "role", identity)
				holder = identity
			}
			grant := et.Asset("grant", "identity-policy", c.grant)
			et.Link(grant, "attached_to", holder)
			Enrich(et.Estate(vm, identity, grant))
			et.Want(t, vm, et.Facts{"exposed_with_admin": c.want})
		})
	}
}

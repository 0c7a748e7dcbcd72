package enrich

import (
	"testing"
	"testing/fstest"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
)

// TestOrder builds what only comes out if the steps run in their order: an
// exposed machine whose role is an administrator's.
func TestOrder(t *testing.T) {
	role := et.Asset("role", "identity-role", et.Facts{"managed_policies": []string{"AdministratorAccess"}})
	sg := et.Asset("sg", "security-group", et.Facts{"ingress_rules": []any{map[string]any{
		"protocol": "tcp", "from_port": 22.0, "to_port": 22.0, "cidrs": []any{"0.0.0.0/0"},
	}}})
	vm := et.Asset("vm", "virtual-machine", et.Facts{"public_address": true})
	et.Link(et.Link(vm, "security_group", sg), "role", role)
	db := et.Asset("db", "relational-database", et.Facts{"engine": "mysql", "engine_version": "5.7.44", "lifecycle_product": "amazon-rds-mysql"})
	if err := Run(et.Estate(role, sg, vm, db), Options{Today: et.Day("2026-11-23")}); err != nil {
		t.Fatal(err)
	}
	et.Want(t, vm, et.Facts{"internet_exposed": true, "exposed_with_admin": true, "patch_managed": et.Unknown(""), "backup_covered": et.Unknown("")})
	et.Want(t, db, et.Facts{"out_of_support": true, "tls_forced_by_parameters": false})
}

func TestBadCalendar(t *testing.T) {
	db := et.Asset("db", "relational-database", et.Facts{"engine": "mysql", "engine_version": "5.7.44", "lifecycle_product": "p"})
	if err := Run(et.Estate(db), Options{Lifecycles: fstest.MapFS{"p.yaml": {Data: []byte("nonsense: 1")}}}); err == nil {
		t.Error("a broken calendar passed")
	}
	et.Want(t, db, et.Facts{"out_of_support": et.Unknown(""), "backup_covered": et.Unknown("")})
}

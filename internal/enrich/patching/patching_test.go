package patching

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
)

func TestEnrich(t *testing.T) {
	type m = map[string]any
	byTag := []any{m{"resources": []any{}, "all_tags": []any{m{"key": "Patch", "values": []any{"yes"}}}}}
	for _, c := range []struct {
		name string
		fs   et.Facts
		want any
	}{
		{"by tag", et.Facts{"selections": byTag, "installs_patches": true}, true},
		{"all instances", et.Facts{"selections": []any{m{"resources": []any{"*"}}}}, true},
		{"another document", et.Facts{"selections": byTag, "installs_patches": false}, et.Unknown("")},
		{"document not known", et.Facts{"selections": byTag, "installs_patches": et.Unknown("later")}, et.Unknown("later")},
		{"other machines", et.Facts{"selections": []any{m{"all_tags": []any{m{"key": "Patch", "values": []any{"no"}}}}}}, false},
		{"nothing", et.Facts{}, et.Unknown("")},
	} {
		t.Run(c.name, func(t *testing.T) {
			vm := et.Asset("vm", "virtual-machine", nil)
			vm.Tags = map[string]string{"Patch": "yes"}
			Enrich(et.Estate(vm, et.Asset("p", "patching", c.fs)))
			et.Want(t, vm, et.Facts{"patch_managed": c.want})
		})
	}
	vm, db := et.Asset("vm", "virtual-machine", nil), et.Asset("db", "relational-database", nil)
	Enrich(et.Estate(vm, db, et.Link(et.Asset("p", "patching", nil), "selects", vm)))
	et.Want(t, vm, et.Facts{"patch_managed": true})
	et.Want(t, db, et.Facts{"patch_managed": et.Absent})
}

// Package patching derives which machines patch management reaches.
package patching

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/enrich/selection"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives patch_managed for machines: true when an association or
// maintenance target that installs patches selects the machine. It is never
// false: machines are also patched by ways configuration does not show.
func Enrich(e *estate.Estate) {
	type target struct {
		asset *estate.Asset
		*selection.Selector
		installs tri.Bool
	}
	var targets []target
	for _, a := range e.Assets {
		if a.Kind != "patching" {
			continue
		}
		installs, ok := derive.Bool(a, "installs_patches")
		if !ok {
			installs = tri.True
		}
		if !installs.IsFalse() {
			targets = append(targets, target{a, selection.New(a), installs})
		}
	}
	for _, a := range e.Assets {
		if a.Kind != "virtual-machine" {
			continue
		}
		out, from := tri.Unknown("no patch target in the sources selects it"), derive.At(a)
		for _, t := range targets {
			if !selection.SameAccount(t.asset, a) {
				continue
			}
			if b := tri.And(t.Selects(a), t.installs); b.IsTrue() {
				out, from = b, derive.FromFact(t.asset, "selections")
				break
			} else if !b.Known() {
				out = b
			}
		}
		derive.SetBool(a, "patch_managed", out, from)
	}
}

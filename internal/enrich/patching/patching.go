// Package patching derives which machines patch management reaches.
package patching

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/enrich/selection"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives patch_managed for machines: true when an association or
// maintenance target that installs patches selects the machine, false when the
// account has such targets in the sources and none of them does: this machine
// was forgotten. Without any it is unknown, since machines are also patched by
// ways configuration does not show.
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
		if _, selects := a.Fact("selections"); !selects && len(a.Linked("selects")) == 0 {
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
		out, from, seen := tri.Unknown("no patch target in the sources selects it"), derive.At(a), false
		for _, t := range targets {
			if !selection.SameAccount(t.asset, a) {
				continue
			}
			if !seen {
				out, seen = tri.False, true
			}
			b := tri.And(t.Selects(a), t.installs)
			out = tri.Or(out, b)
			if b.IsTrue() {
				from = derive.FromFact(t.asset, "selections")
				break
			}
		}
		derive.SetBool(a, "patch_managed", out, from)
	}
}

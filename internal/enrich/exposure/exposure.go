// Package exposure joins reach and rights: compute that the internet can reach
// and whose role is, or can become, an administrator.
package exposure

import (
	"cmp"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// compute are the kinds on which code runs under a role.
var compute = map[string]bool{
	"virtual-machine": true, "machine-group": true, "function": true, "container-service": true,
	"container-definition": true, "kubernetes-nodes": true, "app-platform": true, "batch-compute": true,
	"notebook": true, "big-data-cluster": true, "build-project": true, "workload": true,
}

// Enrich derives exposed_with_admin. It reads what access and network derived.
func Enrich(e *estate.Estate) {
	given := newGrants(e)
	for _, a := range e.Assets {
		if !compute[a.Kind] {
			continue
		}
		exposed, ok := derive.Bool(a, "internet_exposed")
		if !ok {
			continue
		}
		power, from := tri.False, derive.FromFact(a, "internet_exposed")
		if a.Provider == "azure" {
			p, by := given.power(a)
			if by != nil && exposed.IsTrue() {
				from = derive.At(by)
			}
			derive.SetBool(a, "exposed_with_admin", tri.And(exposed, p), from)
			continue
		}
		for _, r := range roles(a) {
			b := powerful(r)
			if b.IsTrue() && exposed.IsTrue() && r.To != nil && !power.IsTrue() {
				from = derive.FromFact(r.To, "grants_admin")
			}
			power = tri.Or(power, b)
		}
		if mounted, says := derive.Bool(a, "token_mounted"); says && mounted.IsFalse() {
			power = tri.False // the role is its, but nothing in it can act as it
		}
		derive.SetBool(a, "exposed_with_admin", tri.And(exposed, power), from)
	}
}

// roles are the roles the code of an asset holds, its own or those of its
// profile, template or definition.
func roles(a *estate.Asset) []estate.Relation {
	out := held(a)
	for _, via := range []string{"machine_template", "definition"} {
		for _, r := range a.Linked(via) {
			if r.To != nil {
				out = append(out, held(r.To)...)
			} else if len(out) == 0 {
				out = append(out, estate.Relation{Name: "role", Unknown: cmp.Or(r.Unknown, r.Ref+" is not in the sources")})
			}
		}
	}
	return out
}

func held(a *estate.Asset) []estate.Relation {
	out := a.Linked("role")
	for _, p := range a.Linked("instance_profile") {
		switch {
		case p.To == nil:
			out = append(out, p)
		case p.To.Kind == "identity-role":
			out = append(out, p)
		default:
			out = append(out, p.To.Linked("role")...)
		}
	}
	return out
}

// powerful tells whether a role is an administrator's, or can become one.
func powerful(r estate.Relation) tri.Bool {
	if r.To == nil {
		return tri.Unknown(cmp.Or(r.Unknown, strings.TrimSpace("what the role "+r.Ref)+" may do is not in the sources"))
	}
	admin, ok := derive.Bool(r.To, "grants_admin")
	if !ok {
		if derive.Is(r.To, "service_linked").IsTrue() {
			return tri.False
		}
		return tri.Unknown("what the role " + r.To.Name + " may do is not known")
	}
	grows := tri.False
	if f, ok := r.To.Fact("privilege_escalation"); ok {
		list, _ := f.Value.([]string)
		grows = tri.Of(len(list) > 0)
		if !f.Known() {
			grows = tri.Unknown(f.Unknown)
		}
	}
	return tri.Or(admin, grows)
}

package network

import (
	"slices"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// In Azure the interface names the public address, not the address the
// interface, and traffic must pass the group of the interface and that of the
// subnet. There is always a way in: what a route table says is where traffic
// goes out.

// placedInSubnets are the kinds whose incoming traffic passes their subnet's
// group. Managed services use a subnet for what they call themselves.
var placedInSubnets = map[string]bool{
	"virtual-machine": true, "machine-group": true, "batch-compute": true, "load-balancer": true,
}

// interfaceAddress says of a machine whether one of its interfaces has a
// public address.
func interfaceAddress(a *estate.Asset) {
	if a.Provider != "azure" || a.Kind != "virtual-machine" {
		return
	}
	out, any := tri.False, false
	for _, r := range a.Linked("interface") {
		any = true
		if r.To == nil {
			out = tri.Or(out, tri.Unknown("an interface of the machine is not in the sources"))
			continue
		}
		out = tri.Or(out, derive.Is(r.To, "public_address"))
	}
	if any {
		derive.SetBool(a, "public_address", out, derive.At(a))
	}
}

// azureFronts adds what stands before a machine or its interfaces. The load
// balancer, whose rules and pools lead to machines, hands packets on with the
// sender's address: the machine's groups must admit the world as well. A
// gateway speaks to the machine itself.
func (x *exposure) azureFronts(a *estate.Asset, add func(verdict)) {
	fronts := slices.Clone(x.fronts[a])
	for i := range derive.Linked(a, "interface") {
		fronts = append(fronts, x.fronts[i]...)
	}
	for _, f := range fronts {
		v := x.of(f)
		if f.Kind == "target-group" || f.Kind == "listener" || f.Means == "azurerm_lb" { // templates write rules and pools inside it
			v.exposed = tri.And(v.exposed, x.admitted(a))
		}
		add(v)
	}
}

// openFor tells whether a group admits the world to the asset. Rules for
// application security groups are for their members: one that is no member of
// any which the group's rules name is held against the other rules alone.
func (x *exposure) openFor(a *estate.Asset, r estate.Relation) tri.Bool {
	b := x.open(r)
	if r.To == nil || a.Provider != "azure" || b.IsFalse() {
		return b
	}
	named := r.To.Linked("application_group")
	if len(named) == 0 {
		return b
	}
	others := x.withoutAimed(r.To)
	if others.IsTrue() {
		return b
	}
	own := a.Linked("application_group")
	for i := range derive.Linked(a, "interface") {
		own = append(own, i.Linked("application_group")...)
	}
	switch member := memberOf(own, named); {
	case member.IsFalse():
		return others
	case !member.Known():
		return tri.Or(others, member)
	case len(named) == 1:
		return b
	}
	return tri.Or(others, tri.Unknown("which of the application security groups that "+r.To.Name+" names are open is not told apart"))
}

// withoutAimed tells whether the rules that are for everybody admit the world.
func (x *exposure) withoutAimed(group *estate.Asset) tri.Bool {
	if b, ok := x.general[group]; ok {
		return b
	}
	rs, _ := rules(group, "ingress_rules")
	rs.rules = slices.DeleteFunc(rs.rules, func(r rule) bool { return r.aimed })
	spans, why := rs.worldSpans()
	b := rs.anyOpen(spans, why)
	x.general[group] = b
	return b
}

func memberOf(own, named []estate.Relation) tri.Bool {
	out := tri.False
	for _, o := range own {
		if o.Unknown != "" {
			out = tri.Or(out, tri.Unknown(o.Unknown))
			continue
		}
		for _, n := range named {
			switch {
			case n.Unknown != "":
				out = tri.Or(out, tri.Unknown(n.Unknown))
			case o.To != nil || n.To != nil:
				out = tri.Or(out, tri.Of(o.To == n.To))
			default:
				out = tri.Or(out, tri.Of(o.Ref == n.Ref))
			}
		}
	}
	return out
}

// admittedTwice tells whether both groups before the asset admit the world:
// that of its interfaces and that of its subnets. The second result is false
// when the sources name neither.
func (x *exposure) admittedTwice(a *estate.Asset) (tri.Bool, bool) {
	out, any := tri.True, false
	either := func(groups []estate.Relation) {
		if len(groups) == 0 {
			return
		}
		one := tri.False
		for _, r := range groups {
			one = tri.Or(one, x.openFor(a, r))
		}
		out, any = tri.And(out, one), true
	}
	either(x.groups(a))
	var ofSubnets []estate.Relation
	for _, s := range x.subnets(a) {
		if s == nil {
			return tri.And(out, tri.Unknown("the group of its subnet is not in the sources")), true
		}
		ofSubnets = append(ofSubnets, s.Linked("security_group")...)
	}
	either(ofSubnets)
	return out, any
}

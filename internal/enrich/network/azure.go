package network

import (
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
			one = tri.Or(one, x.open(r))
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

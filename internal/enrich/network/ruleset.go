package network

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/demarc-sec/demarc/internal/cidr"
	"github.com/demarc-sec/demarc/internal/tri"
)

// ruleSet is what a security group or ACL says about one direction.
type ruleSet struct {
	rules   []rule
	ordered bool   // an ACL, or a group with priorities: the first rule that matches decides
	missing string // some rules are not known at all
	// Whether ranges that are not the world by themselves are so together.
	parts4, parts6 bool
}

// unite marks rules that cover the world only together: one rule for each half
// of the internet, both for the same ports.
func (rs *ruleSet) unite() {
	type key struct {
		protocol string
		from, to int
	}
	groups := make(map[key][]int)
	for i, r := range rs.rules {
		if r.doubt == "" && len(r.prefixes) > 0 && r.allow.IsTrue() && !r.v4.IsTrue() && !r.v6.IsTrue() {
			k := key{r.protocol, r.from, r.to}
			groups[k] = append(groups[k], i)
		}
	}
	for _, g := range groups {
		if len(g) < 2 {
			continue
		}
		var all []netip.Prefix
		for _, i := range g {
			all = append(all, rs.rules[i].prefixes...)
		}
		if worldOf(all, true).IsTrue() {
			rs.rules[g[0]].v4 = tri.True
		}
		if worldOf(all, false).IsTrue() {
			rs.rules[g[0]].v6 = tri.True
		}
	}
}

// parts looks whether several rules may cover the world only together.
func (rs *ruleSet) parts() {
	var all []netip.Prefix
	for _, r := range rs.rules {
		if !r.v4.IsTrue() || !r.v6.IsTrue() {
			all = append(all, r.prefixes...)
		}
	}
	rs.parts4, rs.parts6 = worldOf(all, true).IsTrue(), worldOf(all, false).IsTrue()
}

// decided are ranges about which an earlier rule has decided.
type decided struct{ allowed, denied []netip.Prefix }

// take adds what the rule decides of one family, and tells whether the rules
// of its kind now cover the world.
func (d *decided) take(r rule, v4 bool) bool {
	list := &d.allowed
	switch {
	case !r.allow.Known():
		return false
	case r.allow.IsFalse():
		list = &d.denied
	}
	for _, p := range r.prefixes {
		inside := func(q netip.Prefix) bool { return q.Bits() <= p.Bits() && q.Contains(p.Addr()) }
		if p.Addr().Is4() == v4 && !slices.ContainsFunc(d.allowed, inside) && !slices.ContainsFunc(d.denied, inside) {
			*list = append(*list, p)
		}
	}
	return cidr.World(slices.Clone(*list))
}

// admits tells whether traffic of the protocol to the port passes from any
// address at all.
func (rs ruleSet) admits(proto string, p int) tri.Bool {
	if rs.ordered {
		return tri.Or(rs.first(proto, p, true), rs.first(proto, p, false))
	}
	out := tri.False
	if rs.missing != "" {
		out = tri.Unknown(rs.missing)
	}
	for _, r := range rs.rules {
		if out = tri.Or(out, tri.And(r.allow, tri.Or(r.v4, r.v6), r.about(proto, p))); out.IsTrue() {
			break
		}
	}
	return out
}

// first is what the first matching rule of an ACL says. A rule that may match
// leaves it open, unless a later one comes to the same.
func (rs ruleSet) first(proto string, p int, v4 bool) tri.Bool {
	why := rs.missing
	allow, deny, open := false, false, rs.missing != ""
	take := func(v tri.Bool) {
		allow, deny, open = allow || v.IsTrue(), deny || v.IsFalse(), open || !v.Known()
		why = cmp.Or(why, v.Why())
	}
	settled := false
	parts := v4 && rs.parts4 || !v4 && rs.parts6
	var before decided
	for _, r := range rs.rules {
		world := r.v6
		if v4 {
			world = r.v4
		}
		about := r.about(proto, p)
		m := tri.And(world, about)
		if m.IsFalse() {
			if !parts || !about.IsTrue() || !before.take(r, v4) {
				continue
			}
			m = tri.True
		}
		why = cmp.Or(why, m.Why())
		take(r.allow)
		if settled = m.IsTrue(); settled {
			break
		}
	}
	if !settled {
		take(tri.False) // the last rule of every ACL denies
	}
	if open || allow && deny {
		return tri.Unknown(why)
	}
	return tri.Of(allow)
}

// about tells whether the rule is about the protocol and port.
func (r rule) about(proto string, p int) tri.Bool {
	if r.doubt != "" {
		return tri.Unknown(r.doubt)
	}
	if r.protocol == "all" {
		return tri.True
	}
	return tri.Of(r.protocol == proto && r.from <= p && p <= r.to)
}

func worldOf(ps []netip.Prefix, v4 bool) tri.Bool {
	var of []netip.Prefix
	for _, p := range ps {
		if p.Addr().Is4() == v4 {
			of = append(of, p)
		}
	}
	return tri.Of(cidr.World(of))
}

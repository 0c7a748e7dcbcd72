package network

import (
	"cmp"
	"net/netip"

	"github.com/demarc-sec/demarc/internal/cidr"
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// exposure finds what can be reached from the internet: things with a public
// address or endpoint whose rules admit the world, and what stands behind them.
type exposure struct {
	fronts   map[*estate.Asset][]*estate.Asset // who hands requests to it
	members  map[*estate.Asset][]*estate.Asset // cluster -> members
	holds    map[*estate.Asset]bool            // has a public address of its own attached
	defaults map[*estate.Asset]*estate.Asset   // network -> its default security group
	acls     map[*estate.Asset]*estate.Asset   // subnet -> network ACL
	general  map[*estate.Asset]tri.Bool        // group -> open to the world by rules that are for everybody
	memo     map[*estate.Asset]verdict
}

// verdict is an answer, and whether the question makes sense for the asset.
type verdict struct {
	exposed tri.Bool
	applies bool
	from    estate.Origin
}

// behind are the kinds that get requests through the relation load_balancer
// or target_group they name themselves.
var behind = map[string]bool{
	"listener": true, "target-group": true, "machine-group": true, "container-service": true,
	"virtual-machine": true, "function": true, "kubernetes-nodes": true, "app-platform": true,
	"network-interface": true,
}

func newExposure(e *estate.Estate) *exposure {
	x := &exposure{
		fronts:   make(map[*estate.Asset][]*estate.Asset),
		members:  make(map[*estate.Asset][]*estate.Asset),
		holds:    make(map[*estate.Asset]bool),
		defaults: make(map[*estate.Asset]*estate.Asset),
		acls:     make(map[*estate.Asset]*estate.Asset),
		memo:     make(map[*estate.Asset]verdict),
		general:  make(map[*estate.Asset]tri.Bool),
	}
	for _, a := range e.Assets {
		for i := range a.Relations {
			r := &a.Relations[i]
			if r.To == nil {
				continue
			}
			switch r.Name {
			case "load_balancer":
				// A rule leads to a pool of Azure's, or nothing does.
				if behind[a.Kind] && !(a.Provider == "azure" && a.Kind == "target-group") {
					x.fronts[a] = append(x.fronts[a], r.To)
				}
			case "target_group":
				if a.Kind == "listener" || a.Kind == "load-balancer" {
					x.fronts[r.To] = append(x.fronts[r.To], a)
				} else if behind[a.Kind] {
					x.fronts[a] = append(x.fronts[a], r.To)
				}
			case "listener":
				if a.Kind == "target-group" || a.Provider == "azure" && behind[a.Kind] {
					x.fronts[a] = append(x.fronts[a], r.To)
				}
			case "target":
				switch a.Kind {
				case "target-group", "load-balancer", "api-gateway", "listener":
					x.fronts[r.To] = append(x.fronts[r.To], a)
				}
			case "origin":
				if r.To.Kind != "object-store" {
					x.fronts[r.To] = append(x.fronts[r.To], a)
				}
			case "cluster":
				x.members[r.To] = append(x.members[r.To], a)
			case "instance":
				if a.Kind == "public-address" {
					x.holds[r.To] = true
				}
			case "network":
				if a.Kind == "security-group" && derive.Is(a, "default_group").IsTrue() {
					x.defaults[r.To] = a
				}
			case "subnet":
				if a.Kind == "network-acl" {
					x.acls[r.To] = a
				}
			case "network_acl":
				if a.Kind == "subnet" {
					x.acls[a] = r.To
				}
			}
		}
	}
	return x
}

// silent are kinds that may carry an address, but are never what is exposed.
var silent = map[string]bool{
	"public-address": true, "network-gateway": true, "network-interface": true, "subnet": true,
	"virtual-network": true, "machine-template": true, "security-group": true, "network-acl": true,
	"listener": true, "target-group": true, "dns-record": true, "dns-zone": true, "account": true,
}

func (x *exposure) set(a *estate.Asset) {
	x.address(a)
	if silent[a.Kind] {
		return
	}
	if v := x.of(a); v.applies {
		derive.SetBool(a, "internet_exposed", v.exposed, v.from)
	}
}

// address completes whether a machine has a public address: one attached to
// it counts, and what is not written the template or the subnets decide.
func (x *exposure) address(a *estate.Asset) {
	interfaceAddress(a)
	f, has := a.Fact("public_address")
	if !has || a.Kind != "virtual-machine" && a.Kind != "machine-group" {
		return
	}
	switch {
	case x.attached(a):
		derive.SetBool(a, "public_address", tri.True, derive.FromFact(a, f.Name))
	case !f.Known() && f.Origin.How == estate.Default:
		derive.SetBool(a, "public_address", x.placed(a, tri.Unknown(f.Unknown)), derive.FromFact(a, f.Name))
	}
}

// attached reports whether a public address is attached to the asset or to one
// of its interfaces.
func (x *exposure) attached(a *estate.Asset) bool {
	held := x.holds[a]
	for i := range derive.Linked(a, "interface") {
		held = held || x.holds[i]
	}
	return held
}

// of answers for one asset: its own door, the doors of who stands before it,
// and for a cluster those of its members.
func (x *exposure) of(a *estate.Asset) verdict {
	if v, ok := x.memo[a]; ok {
		return v
	}
	x.memo[a] = verdict{} // a circle adds nothing
	v := x.direct(a)
	add := func(w verdict) {
		if !w.applies {
			return
		}
		if !v.applies || w.exposed.IsTrue() && !v.exposed.IsTrue() {
			v.from = w.from
		}
		v.exposed, v.applies = tri.Or(v.exposed, w.exposed), true
	}
	if a.Provider == "azure" && placedInSubnets[a.Kind] {
		x.azureFronts(a, add)
	} else {
		for _, f := range x.fronts[a] {
			add(x.of(f))
		}
	}
	switch a.Kind {
	case "database-cluster", "document-database", "graph-database", "relational-database", "data-warehouse":
		for _, m := range x.members[a] {
			add(x.direct(m))
		}
	}
	x.memo[a] = v
	return v
}

// direct looks at the asset's own address or endpoint, and its rules.
func (x *exposure) direct(a *estate.Asset) verdict {
	door, fact, ok := x.door(a)
	if !ok {
		return verdict{}
	}
	v := verdict{exposed: door, applies: true, from: derive.FromFact(a, fact)}
	if door.IsFalse() {
		return v
	}
	v.exposed = tri.And(v.exposed, ranges(a), x.admitted(a), x.routed(a))
	return v
}

// ranges tells whether the asset's own list of address ranges admits the
// world. A list that may be switched off says nothing while it is: what no rule
// admits comes in then.
func ranges(a *estate.Asset) tri.Bool {
	drops, switched := derive.Bool(a, "firewall_default_drops")
	f, has := a.Fact("public_cidrs")
	listed := tri.Unknown(f.Unknown)
	switch {
	case !has && !switched:
		return tri.True
	case !has:
		return drops.Not()
	case f.Known():
		var ps []netip.Prefix
		for c := range texts(f.Value) {
			ps = append(ps, cidr.Range(c)...)
		}
		listed = tri.Of(cidr.World(ps))
	}
	if !switched {
		return listed
	}
	return tri.Or(drops.Not(), listed)
}

// door tells whether the asset has a public address or endpoint at all.
func (x *exposure) door(a *estate.Asset) (door tri.Bool, fact string, ok bool) {
	for _, name := range []string{"publicly_accessible", "internet_facing"} {
		if b, has := derive.Bool(a, name); has {
			door, fact, ok = tri.Or(door, b), cmp.Or(fact, name), true
		}
	}
	if b, has := derive.Bool(a, "public_address"); has {
		f, _ := a.Fact("public_address")
		if !b.Known() && f.Origin.How == estate.Default { // not written: who places it decides
			b = x.placed(a, b)
		}
		door, fact, ok = tri.Or(door, b), cmp.Or(fact, "public_address"), true
	}
	if x.attached(a) && a.Kind != "network-gateway" {
		door, ok = tri.True, true
	}
	return door, fact, ok
}

// placed is the public address that the template or the subnet gives.
func (x *exposure) placed(a *estate.Asset, unset tri.Bool) tri.Bool {
	for t := range derive.Linked(a, "machine_template") {
		if b, has := derive.Bool(t, "public_address"); has && b.Known() {
			return b
		}
	}
	out, any := tri.False, false
	for _, s := range x.subnets(a) {
		any = true
		if s == nil {
			out = tri.Or(out, tri.Unknown("its subnet is not in the sources"))
			continue
		}
		b, has := derive.Bool(s, "auto_public_address")
		if !has {
			b = tri.Unknown("whether its subnet gives public addresses is not known")
		}
		out = tri.Or(out, b)
	}
	if !any {
		return tri.Unknown(cmp.Or(unset.Why(), "its subnet is not known"))
	}
	return out
}

// subnets are the subnets the asset lies in, nil for each that is elsewhere.
func (x *exposure) subnets(a *estate.Asset) []*estate.Asset {
	var out []*estate.Asset
	take := func(a *estate.Asset) {
		for i := range a.Relations {
			if r := &a.Relations[i]; r.Name == "subnet" {
				out = append(out, r.To)
			}
		}
	}
	take(a)
	for _, via := range []string{"interface", "machine_template", "subnet_group", "cluster"} {
		for o := range derive.Linked(a, via) {
			if len(out) == 0 {
				take(o)
				if via == "cluster" && len(out) == 0 {
					for g := range derive.Linked(o, "subnet_group") {
						take(g)
					}
				}
			}
		}
	}
	return out
}

// filtered are kinds whose traffic always passes a security group.
var filtered = map[string]bool{
	"virtual-machine": true, "machine-group": true, "relational-database": true, "data-warehouse": true,
	"document-database": true, "graph-database": true, "container-service": true, "batch-compute": true,
	"cache": true, "migration": true, "big-data-cluster": true,
}

// admitted tells whether the security groups before the asset admit the world.
func (x *exposure) admitted(a *estate.Asset) tri.Bool {
	if a.Kind == "kubernetes-cluster" || a.Kind == "api-gateway" || a.Kind == "cdn" {
		return tri.True // their public endpoint lies outside the network
	}
	if a.Provider == "azure" && placedInSubnets[a.Kind] {
		if b, any := x.admittedTwice(a); any {
			return b
		}
	}
	groups := x.groups(a)
	if groups == nil {
		switch {
		case a.Provider == "google" && a.Kind != "virtual-machine" && a.Kind != "machine-group":
			return tri.True // firewall rules reach machines only
		case ungrouped(a):
			return tri.True
		case a.Provider != "aws" && a.Kind != "virtual-machine" && a.Kind != "machine-group":
			return tri.True // only AWS puts security groups before its managed services
		case !filtered[a.Kind] && a.Kind != "load-balancer":
			return tri.True
		}
		return x.byDefault(a)
	}
	out := tri.False
	for _, r := range groups {
		if out = tri.Or(out, x.openFor(a, r)); out.IsTrue() {
			break
		}
	}
	return out
}

// ungrouped are load balancers that admit all when no group is named: those
// that hand on packets. Application load balancers have the fact about headers.
func ungrouped(a *estate.Asset) bool {
	if a.Means != "aws_lb" && a.Means != "aws_alb" {
		return false
	}
	_, application := a.Fact("drops_invalid_headers")
	return !application
}

// groups are the security groups before the asset, its own or those of its
// interfaces, template or cluster.
func (x *exposure) groups(a *estate.Asset) []estate.Relation {
	out := a.Linked("security_group")
	for i := range derive.Linked(a, "interface") {
		out = append(out, i.Linked("security_group")...)
	}
	for _, via := range []string{"machine_template", "cluster"} {
		if out != nil {
			break
		}
		for o := range derive.Linked(a, via) {
			out = append(out, o.Linked("security_group")...)
		}
	}
	return out
}

func (x *exposure) open(r estate.Relation) tri.Bool {
	if r.To == nil {
		return tri.Unknown(cmp.Or(r.Unknown, "the security group "+r.Ref+" is not in the sources"))
	}
	b, ok := derive.Bool(r.To, "open_to_world")
	if !ok {
		return tri.Unknown("the rules of " + r.To.Name + " are not known")
	}
	return b
}

// byDefault: without a group the network's default group filters.
func (x *exposure) byDefault(a *estate.Asset) tri.Bool {
	networks := []*estate.Asset{}
	for n := range derive.Linked(a, "network") {
		networks = append(networks, n)
	}
	for _, s := range x.subnets(a) {
		if s != nil {
			for n := range derive.Linked(s, "network") {
				networks = append(networks, n)
			}
		}
	}
	for _, n := range networks {
		if g := x.defaults[n]; g != nil {
			return x.open(estate.Relation{To: g})
		}
	}
	return tri.Unknown("no security group is named, and the network's default one is not in the sources")
}

// routed is false when the asset's subnets provably have no way in: no route
// to an internet gateway, or an ACL that admits no stranger.
func (x *exposure) routed(a *estate.Asset) tri.Bool {
	if a.Provider == "azure" {
		return tri.True
	}
	subnets := x.subnets(a)
	if len(subnets) == 0 {
		return tri.True
	}
	out := tri.False
	for _, s := range subnets {
		if s == nil {
			return tri.True
		}
		out = tri.Or(out, tri.And(routes(s), x.throughACL(s)))
	}
	return out
}

func routes(subnet *estate.Asset) tri.Bool {
	out, known := tri.False, false
	for t := range derive.Linked(subnet, "route_table") {
		if cidrs, ok := t.Fact("route_cidrs"); ok && !t.Elsewhere && cidrs.Known() && empty(cidrs.Value) && t.Linked("gateway") == nil {
			out, known = tri.Or(out, tri.Unknown("the route table of its subnet has no route in the sources")), true
		}
		for _, r := range t.Linked("gateway") {
			switch {
			case r.To == nil:
				out = tri.Or(out, tri.Unknown(cmp.Or(r.Unknown, "the gateway "+r.Ref+" of the subnet's route table is not in the sources")))
			case r.To.Kind == "network-gateway":
				out = tri.Or(out, derive.Is(r.To, "internet_facing"))
			}
			known = true
		}
	}
	if !known { // no table, or one without routes in the sources
		return tri.True
	}
	return out
}

func empty(v any) bool {
	switch v := v.(type) {
	case []string:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

func (x *exposure) throughACL(subnet *estate.Asset) tri.Bool {
	acl := x.acls[subnet]
	if acl == nil || acl.Elsewhere {
		return tri.True // the default ACL admits all
	}
	b, ok := derive.Bool(acl, "open_to_world")
	if !ok {
		return tri.True
	}
	return b
}

package network

import (
	"fmt"
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

type m = map[string]any

func in(from, to any, cidrs ...any) m {
	return m{"protocol": "tcp", "from_port": from, "to_port": to, "cidrs": cidrs, "description": "x"}
}

func with(r m, kv ...any) m {
	for i := 0; i < len(kv); i += 2 {
		r[kv[i].(string)] = kv[i+1]
	}
	return r
}

func list(rs ...any) []any { return rs }

var later = &source.Unknown{Reason: "later"}

func TestSecurityGroups(t *testing.T) {
	for _, c := range []struct {
		name string
		in   any
		want et.Facts
	}{
		{
			"ssh", list(in(22.0, 22.0, "0.0.0.0/0")),
			et.Facts{"open_to_world": true, "world_ports": []string{"tcp/22-22"}, "admin_ports_open": true, "data_ports_open": false, "every_port_open": false, "rules_described": true},
		},
		{"ssh over IPv6", list(in(22.0, 22.0, "::/0")), et.Facts{"admin_ports_open": true}},
		{"protocol by number", list(with(in(22.0, 22.0, "0.0.0.0/0"), "protocol", 6.0)), et.Facts{"world_ports": []string{"tcp/22-22"}}},
		{"both halves in one rule", list(in(22.0, 22.0, "0.0.0.0/1", "128.0.0.0/1")), et.Facts{"admin_ports_open": true}},
		{"both halves in two rules", list(in(22.0, 22.0, "0.0.0.0/1"), in(22.0, 22.0, "128.0.0.0/1")), et.Facts{"admin_ports_open": true}},
		{"halves for different ports", list(in(22.0, 22.0, "0.0.0.0/1"), in(23.0, 23.0, "128.0.0.0/1")), et.Facts{"open_to_world": false}},
		{"office", list(in(22.0, 22.0, "203.0.113.0/24")), et.Facts{"open_to_world": false, "world_ports": []string{}, "admin_ports_open": false, "web_ports_open": false}},
		{
			"everything", list(m{"protocol": "-1", "from_port": 0.0, "to_port": 0.0, "cidrs": list("0.0.0.0/0")}),
			et.Facts{"world_ports": []string{"all"}, "every_port_open": true, "admin_ports_open": true, "data_ports_open": true, "rules_described": false},
		},
		{"every tcp port", list(in(0.0, 65535.0, "0.0.0.0/0")), et.Facts{"every_port_open": true, "file_sharing_ports_open": true}},
		{"ports not written", list(m{"protocol": "tcp", "cidrs": list("0.0.0.0/0")}), et.Facts{"every_port_open": true}},
		{"overlapping ranges", list(in(80.0, 90.0, "0.0.0.0/0"), in(91.0, 100.0, "0.0.0.0/0"), in(85.0, 95.0, "0.0.0.0/0")), et.Facts{"world_ports": []string{"tcp/80-100"}}},
		{"telnet in a range", list(in(21.0, 25.0, "0.0.0.0/0")), et.Facts{"cleartext_ports_open": true, "admin_ports_open": true}},
		{"https", list(in(443.0, 443.0, "0.0.0.0/0")), et.Facts{"cleartext_ports_open": false, "open_to_world": true, "web_ports_open": true}},
		{"udp is not tcp", list(with(in(3389.0, 3389.0, "0.0.0.0/0"), "protocol", "udp")), et.Facts{"admin_ports_open": false, "world_ports": []string{"udp/3389-3389"}}},
		{"ping", list(with(in(-1.0, -1.0, "0.0.0.0/0"), "protocol", "icmp")), et.Facts{"open_to_world": false, "admin_ports_open": false}},
		{"from a group", list(m{"protocol": "-1", "groups": list("sg-1")}), et.Facts{"open_to_world": false}},
		{"from itself", list(m{"protocol": "-1", "self": true}), et.Facts{"open_to_world": false}},
		{"nested lists", list(m{"protocol": "tcp", "from_port": 22.0, "to_port": 22.0, "cidrs": list(list("0.0.0.0/0"))}), et.Facts{"admin_ports_open": true}},
		{
			"range not known", list(in(22.0, 22.0, later)),
			et.Facts{"open_to_world": et.Unknown("later"), "admin_ports_open": et.Unknown("later"), "data_ports_open": false, "every_port_open": false, "world_ports": et.Unknown("later")},
		},
		{
			"one open, one not known", list(in(22.0, 22.0, "0.0.0.0/0"), in(443.0, 443.0, later)),
			et.Facts{"open_to_world": true, "admin_ports_open": true, "data_ports_open": false, "world_ports": et.Unknown("later")},
		},
		{"port not known", list(in(later, later, "0.0.0.0/0")), et.Facts{"open_to_world": true, "admin_ports_open": et.Unknown("later")}},
		{"port not known, office", list(in(later, later, "203.0.113.0/24")), et.Facts{"open_to_world": false, "admin_ports_open": false, "world_ports": []string{}}},
		{"a rule not known", list(in(22.0, 22.0, "0.0.0.0/0"), later), et.Facts{"admin_ports_open": true, "data_ports_open": et.Unknown("later"), "rules_described": et.Unknown("later")}},
		{"no rule known", et.Unknown("later"), et.Facts{"open_to_world": et.Unknown("later"), "rules_described": et.Unknown("later")}},
		{"none", list(), et.Facts{"open_to_world": false, "world_ports": []string{}, "rules_described": true, "egress_open": et.Absent}},
		{
			"a prefix list elsewhere", list(m{"protocol": "tcp", "from_port": 443.0, "to_port": 443.0, "prefix_lists": list("pl-1")}),
			et.Facts{"open_to_world": et.Unknown(""), "admin_ports_open": false},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := et.Asset("sg", "security-group", et.Facts{"ingress_rules": c.in})
			Enrich(et.Estate(g))
			et.Want(t, g, c.want)
		})
	}
}

func TestPrefixLists(t *testing.T) {
	for _, c := range []struct {
		cidrs any
		want  any
	}{
		{[]string{"10.0.0.0/8"}, false},
		{[]string{"0.0.0.0/0"}, true},
		{et.Unknown("later"), et.Unknown("later")},
	} {
		pl := et.Asset("pl", "setting", et.Facts{"cidrs": c.cidrs})
		g := et.Link(et.Asset("sg", "security-group", et.Facts{"ingress_rules": list(m{"protocol": "tcp", "from_port": 22.0, "to_port": 22.0, "prefix_lists": list(later)})}), "prefix_list", pl)
		Enrich(et.Estate(g, pl))
		et.Want(t, g, et.Facts{"admin_ports_open": c.want})
	}
}

func TestACL(t *testing.T) {
	rule := func(n any, action string, proto string, from, to float64, cidr any) m {
		return m{"number": n, "action": action, "protocol": proto, "from_port": from, "to_port": to, "cidrs": list(cidr)}
	}
	const world = "0.0.0.0/0"
	for _, c := range []struct {
		name string
		in   []any
		want et.Facts
	}{
		{"allow all", list(rule(100.0, "allow", "-1", 0, 0, world)), et.Facts{"open_to_world": true, "world_ports": []string{"all"}, "admin_ports_open": true, "rules_described": et.Absent}},
		{
			"ssh denied first", list(rule(100.0, "allow", "-1", 0, 0, world), rule(50.0, "deny", "tcp", 22, 22, world), rule(51.0, "deny", "tcp", 3389, 3389, world)),
			et.Facts{"open_to_world": true, "admin_ports_open": false, "data_ports_open": true},
		},
		{
			"ssh denied too late", list(rule(100.0, "allow", "tcp", 0, 1024, world), rule(150.0, "deny", "tcp", 22, 22, world)),
			et.Facts{"admin_ports_open": true, "world_ports": []string{"tcp/0-1024"}},
		},
		{"denied for some addresses only", list(rule(50.0, "deny", "tcp", 22, 22, "198.51.100.0/24"), rule(100.0, "allow", "tcp", 22, 22, world)), et.Facts{"admin_ports_open": true}},
		{"denied for IPv4, open for IPv6", list(rule(50.0, "deny", "tcp", 22, 22, world), rule(100.0, "allow", "tcp", 22, 22, "::/0")), et.Facts{"admin_ports_open": true}},
		{"nothing", list(), et.Facts{"open_to_world": false, "world_ports": []string{}}},
		{"number not known", list(rule(later, "deny", "tcp", 22, 22, world), rule(100.0, "allow", "tcp", 22, 22, world)), et.Facts{"admin_ports_open": et.Unknown("later"), "data_ports_open": false}},
		{"number as text", list(rule("100", "allow", "-1", 0, 0, world), rule("50", "deny", "tcp", 22, 22, world)), et.Facts{"admin_ports_open": true, "data_ports_open": true}},
		{"number as text decides", list(rule("1000", "allow", "tcp", 22, 22, world), rule("50", "deny", "tcp", 22, 22, world)), et.Facts{"admin_ports_open": false}},
		{"number no number", list(rule("first", "deny", "tcp", 22, 22, world), rule(100.0, "allow", "tcp", 22, 22, world)), et.Facts{"admin_ports_open": et.Unknown("the number of a rule is no number")}},
		{"range of a deny not known", list(rule(50.0, "deny", "tcp", 22, 22, later), rule(100.0, "allow", "tcp", 22, 22, world)), et.Facts{"admin_ports_open": et.Unknown("later")}},
		{"range of an allow not known, then allowed", list(rule(50.0, "allow", "tcp", 22, 22, later), rule(100.0, "allow", "tcp", 22, 22, world)), et.Facts{"admin_ports_open": true}},
		{"hole between", list(rule(1.0, "deny", "tcp", 100, 200, world), rule(2.0, "allow", "tcp", 50, 300, world)), et.Facts{"world_ports": []string{"tcp/50-99", "tcp/201-300"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := et.Asset("acl", "network-acl", et.Facts{"ingress_rules": c.in})
			Enrich(et.Estate(a))
			et.Want(t, a, c.want)
		})
	}
}

func TestEgress(t *testing.T) {
	open := et.Asset("sg", "security-group", et.Facts{"egress_rules": list(m{"protocol": "-1", "cidrs": list("0.0.0.0/0")})})
	shut := et.Asset("sg2", "security-group", et.Facts{"egress_rules": list(in(443.0, 443.0, "0.0.0.0/0"))})
	Enrich(et.Estate(open, shut))
	et.Want(t, open, et.Facts{"egress_open": true, "open_to_world": et.Absent})
	et.Want(t, shut, et.Facts{"egress_open": false})
}

func group(id string, open any) *estate.Asset {
	rules := list(in(22.0, 22.0, "10.0.0.0/8"))
	switch open {
	case true:
		rules = list(in(443.0, 443.0, "0.0.0.0/0"))
	case nil:
		rules = list(in(443.0, 443.0, later))
	}
	return et.Asset(id, "security-group", et.Facts{"ingress_rules": rules})
}

func unwritten(a *estate.Asset, fact string) *estate.Asset {
	a.SetFact(estate.Fact{Name: fact, Unknown: "not written", Origin: estate.Origin{How: estate.Default}})
	return a
}

func TestExposure(t *testing.T) {
	vm := func(addr any) *estate.Asset {
		return et.Asset("vm", "virtual-machine", et.Facts{"public_address": addr})
	}
	t.Run("address and rules", func(t *testing.T) {
		for _, c := range []struct{ addr, open, want any }{
			{true, true, true},
			{true, false, false},
			{false, true, false},
			{true, nil, et.Unknown("later")},
			{et.Unknown("later"), true, et.Unknown("later")},
			{et.Unknown("later"), false, false},
		} {
			v, g := vm(c.addr), group("g", c.open)
			et.Link(v, "security_group", g)
			Enrich(et.Estate(v, g))
			et.Want(t, v, et.Facts{"internet_exposed": c.want})
		}
	})
	t.Run("the subnet decides", func(t *testing.T) {
		for _, auto := range []bool{true, false} {
			v, g := unwritten(vm(nil), "public_address"), group("g", true)
			s := et.Asset("s", "subnet", et.Facts{"auto_public_address": auto})
			et.Link(et.Link(v, "security_group", g), "subnet", s)
			Enrich(et.Estate(v, g, s))
			et.Want(t, v, et.Facts{"internet_exposed": auto, "public_address": auto})
		}
	})
	t.Run("an address attached", func(t *testing.T) {
		v, g := vm(false), group("g", true)
		et.Link(v, "security_group", g)
		eip := et.Link(et.Asset("eip", "public-address", et.Facts{"public_address": true}), "instance", v)
		Enrich(et.Estate(v, g, eip))
		et.Want(t, v, et.Facts{"internet_exposed": true, "public_address": true})
		et.Want(t, eip, et.Facts{"internet_exposed": et.Absent})
	})
	t.Run("group elsewhere", func(t *testing.T) {
		v := et.Elsewhere(vm(true), "security_group", "sg-123", "")
		Enrich(et.Estate(v))
		et.Want(t, v, et.Facts{"internet_exposed": et.Unknown("")})
	})
	t.Run("default group", func(t *testing.T) {
		n := et.Asset("n", "virtual-network", nil)
		d := et.Link(et.Asset("d", "security-group", et.Facts{"ingress_rules": list(), "default_group": true}), "network", n)
		s := et.Link(et.Asset("s", "subnet", nil), "network", n)
		v := et.Link(vm(true), "subnet", s)
		Enrich(et.Estate(n, d, s, v))
		et.Want(t, v, et.Facts{"internet_exposed": false})
	})
	t.Run("no route", func(t *testing.T) {
		nat := et.Asset("nat", "network-gateway", et.Facts{"internet_facing": false})
		igw := et.Asset("igw", "network-gateway", et.Facts{"internet_facing": true})
		for gw, want := range map[*estate.Asset]bool{nat: false, igw: true} {
			rt := et.Link(et.Asset("rt", "route-table", nil), "gateway", gw)
			s := et.Link(et.Asset("s", "subnet", nil), "route_table", rt)
			v, g := vm(true), group("g", true)
			et.Link(et.Link(v, "security_group", g), "subnet", s)
			Enrich(et.Estate(rt, s, v, g, gw))
			et.Want(t, v, et.Facts{"internet_exposed": want})
		}
	})
	t.Run("a route table without routes", func(t *testing.T) {
		rt := et.Asset("rt", "route-table", et.Facts{"route_cidrs": []string{}})
		s := et.Link(et.Asset("s", "subnet", nil), "route_table", rt)
		v, g := vm(true), group("g", true)
		et.Link(et.Link(v, "security_group", g), "subnet", s)
		Enrich(et.Estate(rt, s, v, g))
		et.Want(t, v, et.Facts{"internet_exposed": et.Unknown("the route table of its subnet has no route in the sources")})
	})
	t.Run("acl shuts", func(t *testing.T) {
		s := et.Asset("s", "subnet", nil)
		acl := et.Link(et.Asset("acl", "network-acl", et.Facts{"ingress_rules": list()}), "subnet", s)
		v, g := vm(true), group("g", true)
		et.Link(et.Link(v, "security_group", g), "subnet", s)
		Enrich(et.Estate(s, acl, v, g))
		et.Want(t, v, et.Facts{"internet_exposed": false})
	})
	t.Run("behind a load balancer", func(t *testing.T) {
		for _, facing := range []bool{true, false} {
			g := group("g", true)
			lb := et.Link(et.Asset("lb", "load-balancer", et.Facts{"internet_facing": facing}), "security_group", g)
			tg := et.Asset("tg", "target-group", nil)
			l := et.Link(et.Link(et.Asset("l", "listener", nil), "load_balancer", lb), "target_group", tg)
			svc := et.Link(et.Asset("svc", "container-service", et.Facts{"public_address": false}), "target_group", tg)
			v := vm(false)
			et.Link(tg, "target", v)
			Enrich(et.Estate(g, l, lb, svc, tg, v))
			et.Want(t, lb, et.Facts{"internet_exposed": facing})
			et.Want(t, svc, et.Facts{"internet_exposed": facing})
			et.Want(t, v, et.Facts{"internet_exposed": facing})
			et.Want(t, tg, et.Facts{"internet_exposed": et.Absent})
		}
	})
	t.Run("load balancer without groups", func(t *testing.T) {
		nlb := et.Asset("nlb", "load-balancer", et.Facts{"internet_facing": true})
		alb := et.Asset("alb", "load-balancer", et.Facts{"internet_facing": true, "drops_invalid_headers": false})
		nlb.Means, alb.Means = "aws_lb", "aws_lb"
		Enrich(et.Estate(nlb, alb))
		et.Want(t, nlb, et.Facts{"internet_exposed": true})
		et.Want(t, alb, et.Facts{"internet_exposed": et.Unknown("")})
	})
	t.Run("function behind an api", func(t *testing.T) {
		f := et.Asset("f", "function", nil)
		api := et.Link(et.Asset("api", "api-gateway", et.Facts{"publicly_accessible": true}), "target", f)
		lone := et.Asset("lone", "function", nil)
		Enrich(et.Estate(f, api, lone))
		et.Want(t, f, et.Facts{"internet_exposed": true})
		et.Want(t, lone, et.Facts{"internet_exposed": et.Absent})
	})
	t.Run("a circle of targets", func(t *testing.T) {
		a, b := et.Asset("a", "load-balancer", nil), et.Asset("b", "load-balancer", nil)
		et.Link(a, "target", b)
		et.Link(b, "target", a)
		Enrich(et.Estate(a, b))
	})
	t.Run("cluster endpoint", func(t *testing.T) {
		for _, c := range []struct{ cidrs, want any }{
			{[]string{"0.0.0.0/0"}, true}, {[]string{"203.0.113.0/24"}, false}, {et.Unknown("later"), et.Unknown("later")},
		} {
			k := et.Asset("k", "kubernetes-cluster", et.Facts{"publicly_accessible": true, "public_cidrs": c.cidrs})
			et.Link(k, "security_group", group("g", false))
			Enrich(et.Estate(k))
			et.Want(t, k, et.Facts{"internet_exposed": c.want})
		}
	})
	t.Run("a database of Google's is filtered by its own list only", func(t *testing.T) {
		for _, c := range []struct{ cidrs, want any }{{[]string{"0.0.0.0/0"}, true}, {[]string{"203.0.113.0/24"}, false}, {[]string{}, false}} {
			db := et.Asset("db", "relational-database", et.Facts{"publicly_accessible": true, "public_cidrs": c.cidrs})
			db.Provider = "google"
			Enrich(et.Estate(db))
			et.Want(t, db, et.Facts{"internet_exposed": c.want})
		}
	})
	t.Run("database cluster by its members", func(t *testing.T) {
		g := group("g", true)
		c := et.Link(et.Asset("c", "database-cluster", et.Facts{"publicly_accessible": false}), "security_group", g)
		i := et.Link(et.Asset("i", "relational-database", et.Facts{"publicly_accessible": true}), "cluster", c)
		Enrich(et.Estate(c, g, i))
		et.Want(t, i, et.Facts{"internet_exposed": true})
		et.Want(t, c, et.Facts{"internet_exposed": true})
	})
}

func TestEndpoints(t *testing.T) {
	n := et.Asset("n", "virtual-network", nil)
	e1 := et.Link(et.Asset("e1", "network-endpoint", et.Facts{"endpoint_service": "com.amazonaws.eu-west-1.s3"}), "network", n)
	e2 := et.Link(et.Asset("e2", "network-endpoint", et.Facts{"endpoint_service": "com.amazonaws.eu-west-1.ecr.api"}), "network", n)
	Enrich(et.Estate(e1, e2, n))
	et.Want(t, n, et.Facts{"private_endpoints": []string{"ecr.api", "s3"}})
}

// TestPrivateLink: an endpoint that leads to a service is found; none in the
// sources is a no only where the service is open to the internet.
func TestPrivateLink(t *testing.T) {
	store := func(id string, open any) *estate.Asset {
		a := et.Asset(id, "object-store", et.Facts{"private_link": true, "publicly_accessible": open, "in_private_network": false})
		a.Provider = "azure"
		return a
	}
	linked, open, closed, either := store("linked", false), store("open", true), store("closed", false), store("either", et.Unknown("?"))
	other := et.Asset("other", "object-store", et.Facts{"publicly_accessible": true})
	pe := et.Link(et.Asset("pe", "network-endpoint", nil), "target", linked)
	pe.Provider = "azure"
	Enrich(et.Estate(linked, open, closed, either, other, pe))
	et.Want(t, linked, et.Facts{"private_endpoint": true, "in_private_network": true})
	et.Want(t, open, et.Facts{"private_endpoint": false})
	et.Want(t, closed, et.Facts{"private_endpoint": et.Unknown("")})
	et.Want(t, either, et.Facts{"private_endpoint": et.Unknown("")})
	et.Want(t, other, et.Facts{"private_endpoint": et.Absent})
}

// TestOwnRules: what a service's own firewall admits, by itself or while it
// drops what no rule admits.
func TestOwnRules(t *testing.T) {
	for name, c := range map[string]struct {
		facts et.Facts
		want  any
	}{
		"no rule admits":          {et.Facts{"public_cidrs": []string{}}, false},
		"all addresses by a span": {et.Facts{"public_cidrs": []string{"0.0.0.0-255.255.255.255"}}, true},
		"an office":               {et.Facts{"public_cidrs": []string{"192.0.2.1-192.0.2.9"}}, false},
		"switched off":            {et.Facts{"firewall_default_drops": false, "public_cidrs": []string{"192.0.2.1"}}, true},
		"switched on":             {et.Facts{"firewall_default_drops": true, "public_cidrs": []string{"192.0.2.1"}}, false},
		"on, without ranges":      {et.Facts{"firewall_default_drops": true}, false},
		"on, for everybody":       {et.Facts{"firewall_default_drops": true, "public_cidrs": []string{"0.0.0.0/0"}}, true},
		"perhaps on":              {et.Facts{"firewall_default_drops": et.Unknown("?"), "public_cidrs": []string{}}, et.Unknown("")},
	} {
		t.Run(name, func(t *testing.T) {
			a := et.Asset("a", "relational-database", c.facts)
			a.Provider = "azure"
			a.SetFact(estate.Fact{Name: "publicly_accessible", Value: true})
			Enrich(et.Estate(a))
			et.Want(t, a, et.Facts{"internet_exposed": c.want})
		})
	}
}

func TestPeering(t *testing.T) {
	peer, gw := et.Asset("p", "network-peering", nil), et.Asset("g", "network-gateway", nil)
	for _, c := range []struct {
		cidrs []string
		gw    bool
		want  any
	}{
		{[]string{"10.1.0.0/16"}, false, false},
		{[]string{"10.0.0.0/8"}, false, true},
		{[]string{"0.0.0.0/0"}, false, true},
		{[]string{"0.0.0.0/0", "10.1.0.0/16"}, true, false},
		{[]string{"10.0.0.0/8"}, true, et.Unknown("")},
	} {
		rt := et.Link(et.Asset("rt", "route-table", et.Facts{"route_cidrs": c.cidrs}), "peering", peer)
		if c.gw {
			et.Link(rt, "gateway", gw)
		}
		Enrich(et.Estate(rt))
		et.Want(t, rt, et.Facts{"peering_routes_broad": c.want})
	}
}

func TestOriginsAndRecords(t *testing.T) {
	b := et.Asset("b", "object-store", nil)
	held := et.Link(et.Asset("c1", "cdn", nil), "origin", b)
	data := et.Elsewhere(et.Asset("c2", "cdn", nil), "origin", "data.aws_s3_bucket.site", "")
	named := et.Elsewhere(et.Asset("c3", "cdn", nil), "origin", "site.s3.eu-west-1.amazonaws.com", "")
	custom := et.Elsewhere(et.Asset("c4", "cdn", nil), "origin", "origin.example.com", "")
	r1 := et.Link(et.Asset("r1", "dns-record", nil), "alias", b)
	r2 := et.Asset("r2", "dns-record", et.Facts{"alias_target": "10.0.0.7"})
	r3 := et.Asset("r3", "dns-record", et.Facts{"alias_target": "site.s3-website-eu-west-1.amazonaws.com"})
	r4 := et.Asset("r4", "dns-record", nil)
	r5 := et.Asset("r5", "dns-record", et.Facts{"alias_target": "v=spf1 include:example.com -all"})
	Enrich(et.Estate(b, held, data, named, custom, r1, r2, r3, r4, r5))
	for a, want := range map[*estate.Asset]any{held: false, data: false, named: et.Unknown(""), custom: false} {
		et.Want(t, a, et.Facts{"origin_missing": want})
	}
	for a, want := range map[*estate.Asset]any{r1: false, r2: false, r3: et.Unknown(""), r4: et.Absent, r5: false} {
		et.Want(t, a, et.Facts{"dangling": want})
	}
}

func BenchmarkEnrich(b *testing.B) {
	var as []*estate.Asset
	for i := range 2000 {
		g := group(fmt.Sprint("g", i), true)
		v := et.Link(et.Asset(fmt.Sprint("v", i), "virtual-machine", et.Facts{"public_address": true}), "security_group", g)
		as = append(as, g, v)
	}
	e := et.Estate(as...)
	for b.Loop() {
		Enrich(e)
	}
}

// TestPriorities: in Azure the rule with the lowest number decides.
func TestPriorities(t *testing.T) {
	const world = "0.0.0.0/0"
	rule := func(n float64, action, proto string, from, to any, cidrs ...any) m {
		return m{"number": n, "action": action, "protocol": proto, "from_port": from, "to_port": to, "cidrs": list(cidrs...), "description": "x"}
	}
	everywhere := list(world, "::/0")
	for _, c := range []struct {
		name string
		in   []any
		want et.Facts
	}{
		{"denied first", list(rule(100, "Deny", "*", 0.0, 65535.0, everywhere), rule(200, "Allow", "Tcp", "22", "22", everywhere)), et.Facts{"open_to_world": false, "admin_ports_open": false}},
		{"denied too late", list(rule(300, "Deny", "*", 0.0, 65535.0, everywhere), rule(200, "Allow", "Tcp", "22", "22", everywhere)), et.Facts{"open_to_world": true, "admin_ports_open": true, "world_ports": []string{"tcp/22-22"}}},
		{"a deny that covers nothing", list(rule(100, "Deny", "*", 0.0, 65535.0), rule(200, "Allow", "Tcp", "22", "22", everywhere)), et.Facts{"admin_ports_open": true}},
		{"a tag", list(rule(100, "Allow", "*", 0.0, 65535.0, "VirtualNetwork")), et.Facts{"open_to_world": false, "every_port_open": false}},
		{"halves", list(rule(100, "Allow", "Tcp", "22", "22", "0.0.0.0/1"), rule(110, "Allow", "Tcp", "20", "30", "128.0.0.0/1")), et.Facts{"admin_ports_open": true, "world_ports": []string{"tcp/22-22"}}},
		{"halves of IPv6", list(rule(100, "Allow", "Tcp", "22", "22", "::/1"), rule(110, "Allow", "Tcp", "22", "22", "8000::/1")), et.Facts{"admin_ports_open": true}},
		{"halves for different ports", list(rule(100, "Allow", "Tcp", "22", "22", "0.0.0.0/1"), rule(110, "Allow", "Tcp", "23", "23", "128.0.0.0/1")), et.Facts{"open_to_world": false}},
		{"one half refused before", list(rule(100, "Deny", "*", 0.0, 65535.0, "0.0.0.0/1"), rule(110, "Allow", "Tcp", "22", "22", "0.0.0.0/1"), rule(120, "Allow", "Tcp", "22", "22", "128.0.0.0/1")), et.Facts{"admin_ports_open": false}},
		{"refused in halves", list(rule(100, "Deny", "*", 0.0, 65535.0, "0.0.0.0/1"), rule(110, "Deny", "*", 0.0, 65535.0, "128.0.0.0/1"), rule(120, "Allow", "Tcp", "22", "22", world)), et.Facts{"admin_ports_open": false}},
		{"one half refused late", list(rule(100, "Allow", "Tcp", "22", "22", "0.0.0.0/1"), rule(110, "Deny", "*", 0.0, 65535.0, "0.0.0.0/1"), rule(120, "Allow", "Tcp", "22", "22", "128.0.0.0/1")), et.Facts{"admin_ports_open": true}},
		{"a half not known", list(rule(100, "Allow", "Tcp", "22", "22", "0.0.0.0/1"), rule(110, "Allow", "Tcp", "22", "22", later)), et.Facts{"admin_ports_open": et.Unknown("later")}},
		{"a source not known", list(rule(100, "Allow", "Tcp", "22", "22", later)), et.Facts{"admin_ports_open": et.Unknown("later"), "data_ports_open": false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := et.Asset("nsg", "security-group", et.Facts{"ingress_rules": c.in})
			g.Provider = "azure"
			Enrich(et.Estate(g))
			et.Want(t, g, c.want)
		})
	}
	shut := et.Asset("shut", "security-group", et.Facts{"egress_rules": list(rule(65001, "Allow", "*", 0.0, 65535.0, everywhere), rule(4096, "Deny", "*", 0.0, 65535.0, everywhere))})
	open := et.Asset("open", "security-group", et.Facts{"egress_rules": list(rule(65001, "Allow", "*", 0.0, 65535.0, everywhere))})
	shut.Provider, open.Provider = "azure", "azure"
	Enrich(et.Estate(shut, open))
	et.Want(t, shut, et.Facts{"egress_open": false})
	et.Want(t, open, et.Facts{"egress_open": true})
}

// TestInterfaces: a machine in Azure is reached through its interface, past the
// interface's group and the subnet's.
func TestInterfaces(t *testing.T) {
	azure := func(a *estate.Asset) *estate.Asset { a.Provider = "azure"; return a }
	rules := func(cidr any) et.Facts { return et.Facts{"ingress_rules": list(in("443", "443", cidr))} }
	for _, c := range []struct {
		name           string
		address        any
		nic, subnet    any // what the groups admit; nil for no group
		public, expect any
	}{
		{"both admit", true, "0.0.0.0/0", "0.0.0.0/0", true, true},
		{"the interface's alone", true, "0.0.0.0/0", nil, true, true},
		{"the subnet's alone", true, nil, "0.0.0.0/0", true, true},
		{"the subnet's refuses", true, "0.0.0.0/0", "10.0.0.0/8", true, false},
		{"the interface's refuses", true, "10.0.0.0/8", "0.0.0.0/0", true, false},
		{"no group", true, nil, nil, true, et.Unknown("")},
		{"no address", false, "0.0.0.0/0", "0.0.0.0/0", false, false},
		{"address not known", et.Unknown("later"), "0.0.0.0/0", nil, et.Unknown("later"), et.Unknown("later")},
	} {
		t.Run(c.name, func(t *testing.T) {
			vm := azure(et.Asset("vm", "virtual-machine", nil))
			nic := azure(et.Asset("nic", "network-interface", et.Facts{"public_address": c.address}))
			subnet := azure(et.Asset("subnet", "subnet", nil))
			all := []*estate.Asset{et.Link(vm, "interface", nic), et.Link(nic, "subnet", subnet), subnet}
			if c.nic != nil {
				g := azure(et.Asset("g1", "security-group", rules(c.nic)))
				et.Link(nic, "security_group", g)
				all = append(all, g)
			}
			if c.subnet != nil {
				g := azure(et.Asset("g2", "security-group", rules(c.subnet)))
				et.Link(subnet, "security_group", g)
				all = append(all, g)
			}
			Enrich(et.Estate(all...))
			et.Want(t, vm, et.Facts{"public_address": c.public, "internet_exposed": c.expect})
		})
	}
	vm := azure(et.Asset("vm", "virtual-machine", nil))
	et.Elsewhere(vm, "interface", "nic", "")
	Enrich(et.Estate(vm))
	et.Want(t, vm, et.Facts{"public_address": et.Unknown("")})
}

// TestBehindAzure: what a public balancer hands packets to is reached from the
// internet, past the machine's own groups; what a gateway speaks to is reached
// whatever these say of strangers.
func TestBehindAzure(t *testing.T) {
	azure := func(a *estate.Asset) *estate.Asset { a.Provider = "azure"; return a }
	for _, c := range []struct {
		name    string
		public  any
		admits  any // what the machine's group admits, nil for no group
		gateway bool
		want    any
	}{
		{"a public balancer", true, "0.0.0.0/0", false, true},
		{"a public balancer, a closed group", true, "10.0.0.0/8", false, false},
		{"a public balancer, no group", true, nil, false, et.Unknown("")},
		{"a balancer inside", false, "0.0.0.0/0", false, false},
		{"a balancer not known", et.Unknown("later"), "0.0.0.0/0", false, et.Unknown("later")},
		{"a public gateway, a closed group", true, "10.0.0.0/8", true, true},
		{"a gateway inside", false, "0.0.0.0/0", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			lb := azure(et.Asset("lb", "load-balancer", et.Facts{"internet_facing": c.public}))
			vm := azure(et.Asset("vm", "virtual-machine", nil))
			set := azure(et.Asset("set", "machine-group", et.Facts{"public_address": false}))
			nat := azure(et.Asset("by-nat", "virtual-machine", nil))
			nic := azure(et.Asset("nic", "network-interface", et.Facts{"public_address": false}))
			nic2 := azure(et.Asset("nic2", "network-interface", et.Facts{"public_address": false}))
			et.Link(vm, "interface", nic)
			et.Link(nat, "interface", nic2)
			all := []*estate.Asset{lb, vm, set, nat, nic, nic2}
			if c.gateway {
				et.Link(nic, "load_balancer", lb)
				et.Link(set, "load_balancer", lb)
				et.Link(lb, "target", nic2)
			} else {
				pool := azure(et.Link(et.Asset("pool", "target-group", nil), "load_balancer", lb))
				rule := azure(et.Link(et.Link(et.Asset("rule", "listener", nil), "load_balancer", lb), "target_group", pool))
				et.Link(nic, "target_group", pool)
				et.Link(set, "target_group", pool)
				et.Link(nic2, "listener", rule)
				all = append(all, pool, rule)
			}
			if c.admits != nil {
				g := azure(et.Asset("g", "security-group", et.Facts{"ingress_rules": list(in("443", "443", c.admits))}))
				for _, a := range []*estate.Asset{nic, nic2, set} {
					et.Link(a, "security_group", g)
				}
				all = append(all, g)
			}
			Enrich(et.Estate(all...))
			for _, a := range []*estate.Asset{vm, set, nat} {
				et.Want(t, a, et.Facts{"internet_exposed": c.want})
			}
		})
	}
	t.Run("a pool no rule leads to", func(t *testing.T) {
		lb := azure(et.Asset("lb", "load-balancer", et.Facts{"internet_facing": true}))
		pool := azure(et.Link(et.Asset("pool", "target-group", nil), "load_balancer", lb))
		set := azure(et.Link(et.Asset("set", "machine-group", et.Facts{"public_address": false}), "target_group", pool))
		Enrich(et.Estate(lb, pool, set))
		et.Want(t, set, et.Facts{"internet_exposed": false})
	})
}

// TestApplicationGroups: a rule for an application security group opens its
// members only.
func TestApplicationGroups(t *testing.T) {
	azure := func(a *estate.Asset) *estate.Asset { a.Provider = "azure"; return a }
	aimed := with(in("443", "443", "0.0.0.0/0"), "to_groups", list("web"), "number", 100.0)
	for _, c := range []struct {
		name   string
		rules  []any
		other  bool // the group has rules for another label too
		member string
		want   any
	}{
		{"a member", list(aimed), false, "web", true},
		{"no member", list(aimed), false, "", false},
		{"a member of another", list(aimed), false, "db", false},
		{"one of two", list(aimed), true, "web", et.Unknown("")},
		{"of neither", list(aimed), true, "", false},
		{"a rule for all", list(aimed, with(in("22", "22", "0.0.0.0/0"), "number", 200.0)), true, "", true},
		{"members not known", list(aimed), false, "?", et.Unknown("later")},
	} {
		t.Run(c.name, func(t *testing.T) {
			labels := map[string]*estate.Asset{"web": azure(et.Asset("web", "setting", nil)), "db": azure(et.Asset("db", "setting", nil)), "app": azure(et.Asset("app", "setting", nil))}
			g := azure(et.Link(et.Asset("g", "security-group", et.Facts{"ingress_rules": c.rules}), "application_group", labels["web"]))
			if c.other {
				et.Link(g, "application_group", labels["app"])
			}
			vm := azure(et.Asset("vm", "virtual-machine", nil))
			nic := azure(et.Link(et.Asset("nic", "network-interface", et.Facts{"public_address": true}), "security_group", g))
			switch l := labels[c.member]; {
			case l != nil:
				et.Link(nic, "application_group", l)
			case c.member == "?":
				et.Elsewhere(nic, "application_group", "", "later")
			}
			Enrich(et.Estate(et.Link(vm, "interface", nic), nic, g, labels["web"], labels["db"], labels["app"]))
			et.Want(t, g, et.Facts{"open_to_world": true})
			et.Want(t, vm, et.Facts{"internet_exposed": c.want})
		})
	}
}

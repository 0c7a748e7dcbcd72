package network

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// setRules derives what the rules of a group or ACL mean.
func setRules(a *estate.Asset) {
	in, ok := rules(a, "ingress_rules")
	if ok {
		from := derive.FromFact(a, "ingress_rules")
		spans, why := in.worldSpans()
		derive.SetBool(a, "open_to_world", in.anyOpen(spans, why), from)
		ports := []string{}
		for _, s := range spans {
			ports = append(ports, s.String())
		}
		if why != "" { // a list that may lack some would look safer than it is
			ports = nil
		}
		derive.SetList(a, "world_ports", ports, why, from)
		derive.SetBool(a, "admin_ports_open", in.anyOf(adminPorts), from)
		derive.SetBool(a, "data_ports_open", in.anyOf(dataPorts), from)
		derive.SetBool(a, "file_sharing_ports_open", in.anyOf(sharingPorts), from)
		derive.SetBool(a, "cleartext_ports_open", in.anyOf(cleartextPorts), from)
		derive.SetBool(a, "web_ports_open", in.anyOf(webPorts), from)
		derive.SetBool(a, "every_port_open", in.every(spans, why), from)
	}
	out, hasOut := rules(a, "egress_rules")
	if hasOut {
		spans, why := out.worldSpans()
		derive.SetBool(a, "egress_open", out.every(spans, why), derive.FromFact(a, "egress_rules"))
	}
	if (ok || hasOut) && a.Kind == "security-group" {
		all := tri.True
		for _, rs := range []ruleSet{in, out} {
			for _, r := range rs.rules {
				all = tri.And(all, r.described)
			}
			if rs.missing != "" {
				all = tri.And(all, tri.Unknown(rs.missing))
			}
		}
		derive.SetBool(a, "rules_described", all, derive.FromFact(a, "ingress_rules"))
	}
}

// Ports that no stranger should reach, or only past a front (the web's).
var (
	adminPorts   = []int{22, 3389}
	sharingPorts = []int{139, 445}
	webPorts     = []int{80, 443}
	// Telnet, FTP, POP3, IMAP, LDAP, the r commands, VNC, RPC and NFS send
	// names, passwords and files in clear.
	cleartextPorts = []int{20, 21, 23, 110, 111, 143, 389, 512, 513, 514, 2049, 5900}
	dataPorts      = []int{
		1433, 1521, 2181, 2379, 3306, 5432, 5439, 5601, 5671, 5672, 6379, 7000, 7001, 7199, 7473, 7474, 7687, 8086,
		8182, 9042, 9092, 9094, 9160, 9200, 9300, 11211, 15672, 27017, 27018, 27019, 50000,
	}
)

func (rs ruleSet) anyOf(ports []int) tri.Bool {
	out := tri.False
	for _, p := range ports {
		if out = tri.Or(out, rs.admits("tcp", p)); out.IsTrue() {
			return out
		}
	}
	return out
}

// anyOpen: some port is open. A rule for the world whose port is not known
// opens one all the same.
func (rs ruleSet) anyOpen(spans []span, why string) tri.Bool {
	if len(spans) > 0 {
		return tri.True
	}
	if !rs.ordered {
		for _, r := range rs.rules {
			if r.doubt != "" && r.protocol != "" && !strings.HasPrefix(r.protocol, "icmp") && tri.And(r.allow, tri.Or(r.v4, r.v6)).IsTrue() {
				return tri.True
			}
		}
	}
	if why != "" {
		return tri.Unknown(why)
	}
	return tri.False
}

// every: all protocols, or all TCP ports.
func (rs ruleSet) every(spans []span, why string) tri.Bool {
	for _, s := range spans {
		if whole(s.protocol, s.from, s.to) {
			return tri.True
		}
	}
	if rs.ordered || rs.missing != "" {
		if why != "" {
			return tri.Unknown(why)
		}
		return tri.False
	}
	out := tri.False
	for _, r := range rs.rules {
		about := tri.Of(whole(r.protocol, r.from, r.to))
		if r.doubt != "" {
			about = tri.Unknown(r.doubt)
		}
		out = tri.Or(out, tri.And(r.allow, tri.Or(r.v4, r.v6), about))
	}
	return out
}

func whole(protocol string, from, to int) bool {
	return protocol == "all" || protocol == "tcp" && from <= 1 && to == lastPort
}

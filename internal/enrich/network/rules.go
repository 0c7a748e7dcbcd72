package network

import (
	"cmp"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/cidr"
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// rule is one entry of ingress_rules or egress_rules.
type rule struct {
	protocol  string // "tcp", "udp", "all", or another by name or number
	from, to  int
	v4, v6    tri.Bool // its addresses are all of that family
	allow     tri.Bool
	number    float64
	described tri.Bool
	doubt     string // protocol or ports are not known
	prefixes  []netip.Prefix
	lists     bool // it also names prefix lists
	aimed     bool // it is for members of application security groups only
}

const lastPort = 65535

// ruleSet is what a security group or ACL says about one direction.
type ruleSet struct {
	rules   []rule
	ordered bool   // an ACL, or a group with priorities: the first rule that matches decides
	missing string // some rules are not known at all
	// Whether ranges that are not the world by themselves are so together.
	parts4, parts6 bool
}

// rules reads a fact of rules. The second result is false when the asset has
// no such fact.
func rules(a *estate.Asset, fact string) (ruleSet, bool) {
	f, ok := a.Fact(fact)
	if !ok {
		return ruleSet{}, false
	}
	rs := ruleSet{ordered: a.Kind == "network-acl" || a.Provider == "azure"} // groups of Azure have priorities
	if !f.Known() {
		rs.missing = f.Unknown
		return rs, true
	}
	list, _ := f.Value.([]any)
	for _, v := range list {
		switch m := v.(type) {
		case map[string]any:
			rs.rules = append(rs.rules, readRule(a, m))
		default:
			rs.missing = reason(v, "a rule is not known")
		}
	}
	if rs.ordered {
		slices.SortStableFunc(rs.rules, func(a, b rule) int { return cmp.Compare(a.number, b.number) })
		rs.parts()
	} else {
		rs.unite()
	}
	return rs, true
}

func readRule(a *estate.Asset, m map[string]any) rule {
	r := rule{allow: tri.True, described: tri.False}
	doubt := func(v any, what string) {
		if r.doubt == "" {
			r.doubt = reason(v, "the "+what+" of a rule is not known")
		}
	}
	switch p := m["protocol"].(type) {
	case nil:
		r.protocol = "all"
	case string:
		r.protocol = protocol(p)
	case float64:
		r.protocol = protocol(strconv.FormatFloat(p, 'f', -1, 64))
	case int64:
		r.protocol = protocol(strconv.FormatInt(p, 10))
	default:
		doubt(p, "protocol")
	}
	var ok bool
	if r.from, ok = port(m["from_port"], 0); !ok {
		doubt(m["from_port"], "first port")
	}
	if r.to, ok = port(m["to_port"], lastPort); !ok {
		doubt(m["to_port"], "last port")
	}
	switch act := m["action"].(type) {
	case nil:
	case string:
		r.allow = tri.Of(!strings.EqualFold(act, "deny"))
	default:
		r.allow = tri.Unknown(reason(act, "the action of a rule is not known"))
	}
	switch n := m["number"].(type) {
	case nil:
	case float64:
		r.number = n
	case int64:
		r.number = float64(n)
	case string: // as a map of strings gives it
		var err error
		if r.number, err = strconv.ParseFloat(n, 64); err != nil {
			r.allow = tri.Unknown("the number of a rule is no number")
			r.number = math.Inf(-1)
		}
	default:
		r.allow = tri.Unknown(reason(n, "the number of a rule is not known"))
		r.number = math.Inf(-1) // it may come first, and decide
	}
	switch d := m["description"].(type) {
	case nil:
	case string:
		r.described = tri.Of(strings.TrimSpace(d) != "")
	default:
		if u, isUnknown := d.(*source.Unknown); isUnknown && u.Text != "" {
			r.described = tri.True
		} else {
			r.described = tri.Unknown(reason(d, "the description of a rule is not known"))
		}
	}
	for range flat(m["to_groups"]) {
		r.aimed = true
	}
	r.addresses(a, m)
	return r
}

// addresses decides whether the rule is about every address of a family.
func (r *rule) addresses(a *estate.Asset, m map[string]any) {
	open := tri.False // what is not known of the ranges
	for v := range flat(m["cidrs"]) {
		s, ok := v.(string)
		if !ok {
			open = tri.Or(open, tri.Unknown(reason(v, "an address range of a rule is not known")))
			continue
		}
		if p, ok := cidr.Parse(s); ok {
			r.prefixes = append(r.prefixes, p)
		}
	}
	for v := range flat(m["prefix_lists"]) {
		r.lists = true
		ps, why := prefixList(a, v)
		r.prefixes = append(r.prefixes, ps...)
		if why != "" {
			open = tri.Or(open, tri.Unknown(why))
		}
	}
	r.v4, r.v6 = tri.Or(worldOf(r.prefixes, true), open), tri.Or(worldOf(r.prefixes, false), open)
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

// prefixList returns the ranges of a named list. When the name is not known,
// all lists that the asset relates to come into question.
func prefixList(a *estate.Asset, v any) (ps []netip.Prefix, why string) {
	name, named := v.(string)
	found := false
	for _, rel := range a.Linked("prefix_list") {
		if named && rel.Ref != name && (rel.To == nil || rel.To.Name != name && !slices.Contains(rel.To.Addresses, rel.Ref)) {
			continue
		}
		found = true
		if rel.To == nil {
			why = cmp.Or(rel.Unknown, "the prefix list "+rel.Ref+" is not in the sources")
			continue
		}
		f, ok := rel.To.Fact("cidrs")
		if !ok || !f.Known() {
			why = cmp.Or(f.Unknown, "the ranges of the prefix list "+rel.To.Name+" are not known")
			continue
		}
		for c := range texts(f.Value) {
			if p, ok := cidr.Parse(c); ok {
				ps = append(ps, p)
			}
		}
	}
	if !found {
		return nil, fmt.Sprintf("the prefix list %s is not in the sources", cmp.Or(name, "of a rule"))
	}
	if !named && cidr.World(ps) && len(a.Linked("prefix_list")) > 1 {
		return nil, "which prefix list a rule names is not known"
	}
	return ps, why
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

func protocol(s string) string {
	switch s = strings.ToLower(strings.TrimSpace(s)); s {
	case "-1", "all", "any", "*", "":
		return "all"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	case "1":
		return "icmp"
	case "58", "ipv6-icmp":
		return "icmpv6"
	default:
		return s
	}
}

// port reads a port; nothing, and -1, mean all.
func port(v any, all int) (int, bool) {
	switch n := v.(type) {
	case nil:
		return all, true
	case float64:
		if n < 0 {
			return all, true
		}
		return int(min(n, lastPort)), true
	case int64:
		return port(float64(n), all)
	case string:
		i, err := strconv.Atoi(n)
		return i, err == nil
	default:
		return 0, false
	}
}

// flat yields the members of a list, of lists in it, or a single value.
func flat(v any) func(func(any) bool) {
	return func(yield func(any) bool) { flatten(v, yield) }
}

func flatten(v any, yield func(any) bool) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		for _, e := range v {
			if !flatten(e, yield) {
				return false
			}
		}
		return true
	case []string:
		for _, e := range v {
			if !yield(e) {
				return false
			}
		}
		return true
	default:
		return yield(v)
	}
}

func texts(v any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for e := range flat(v) {
			if s, ok := e.(string); ok && !yield(s) {
				return
			}
		}
	}
}

func reason(v any, otherwise string) string {
	if u, ok := v.(*source.Unknown); ok && u.Reason != "" {
		return u.Reason
	}
	return otherwise
}

// span is a run of ports of one protocol.
type span struct {
	protocol string
	from, to int
}

func (s span) String() string {
	if s.protocol == "all" {
		return "all"
	}
	return fmt.Sprintf("%s/%d-%d", s.protocol, s.from, s.to)
}

// worldSpans lists what is open to any address, and why there may be more.
func (rs ruleSet) worldSpans() (out []span, why string) {
	why = rs.missing
	if !rs.ordered {
		for _, r := range rs.rules {
			if strings.HasPrefix(r.protocol, "icmp") {
				continue // no ports
			}
			switch b := tri.And(r.allow, tri.Or(r.v4, r.v6)); {
			case b.IsFalse():
			case !b.Known():
				why = cmp.Or(why, b.Why())
			case r.doubt != "":
				why = cmp.Or(why, r.doubt)
			case r.protocol == "all":
				return []span{{"all", 0, lastPort}}, ""
			default:
				out = append(out, span{r.protocol, r.from, r.to})
			}
		}
		return merge(out), why
	}
	// An ACL: ask for each stretch between the edges of its rules.
	if rs.admits("\x00", 0).IsTrue() { // a protocol no rule names is admitted by all-rules only
		everything := true
		for _, p := range []string{"tcp", "udp"} {
			for _, e := range rs.edges(p) {
				everything = everything && rs.admits(p, e).IsTrue()
			}
		}
		if everything {
			return []span{{"all", 0, lastPort}}, ""
		}
	}
	for _, p := range []string{"tcp", "udp"} {
		edges := rs.edges(p)
		for i, e := range edges {
			end := lastPort
			if i+1 < len(edges) {
				end = edges[i+1] - 1
			}
			switch b := rs.admits(p, e); {
			case b.IsTrue():
				out = append(out, span{p, e, end})
			case !b.Known():
				why = cmp.Or(why, b.Why())
			}
		}
	}
	return merge(out), why
}

// edges are the ports at which what an ACL says of the protocol may change.
func (rs ruleSet) edges(proto string) []int {
	out := []int{0}
	for _, r := range rs.rules {
		if r.protocol == proto {
			out = append(out, r.from)
			if r.to < lastPort {
				out = append(out, r.to+1)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.protocol, b.protocol), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && out[n-1].protocol == s.protocol && s.from <= out[n-1].to+1 {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

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

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

// rules reads a fact of rules. The second result is false when the asset has
// no such fact.
func rules(a *estate.Asset, fact string) (ruleSet, bool) {
	f, ok := a.Fact(fact)
	if !ok {
		return ruleSet{}, false
	}
	// Groups of Azure have priorities, and firewalls of Linode are read from the top.
	rs := ruleSet{ordered: a.Kind == "network-acl" || a.Provider == "azure" || a.Provider == "linode"}
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

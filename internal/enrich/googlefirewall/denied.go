package googlefirewall

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/cidr"
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// entry is one line of a rule: a protocol, ports, and which families of
// addresses it is about as a whole.
type entry struct {
	protocol string
	from, to int
	v4, v6   bool
	doubt    string // something of it is not known
}

const lastPort = 65535

// entries reads a fact that lists what a rule admits or denies, and why there
// may be more.
func entries(a *estate.Asset, fact string) (out []entry, why string) {
	f, ok := a.Fact(fact)
	if !ok {
		return nil, ""
	}
	if !f.Known() {
		return nil, f.Unknown
	}
	list, _ := f.Value.([]any)
	for _, v := range list {
		m, isMap := v.(map[string]any)
		if !isMap {
			why = "a line of " + a.Name + " is not known"
			continue
		}
		out = append(out, readEntry(a, m))
	}
	return out, why
}

func readEntry(a *estate.Asset, m map[string]any) entry {
	e := entry{from: 0, to: lastPort}
	doubt := func(what string) { e.doubt = "the " + what + " of " + a.Name + " is not known" }
	var ok bool
	if e.protocol, ok = m["protocol"].(string); !ok {
		doubt("protocol")
	}
	e.protocol = strings.ToLower(e.protocol)
	for key, to := range map[string]*int{"from_port": &e.from, "to_port": &e.to} {
		switch v := m[key].(type) {
		case nil:
		case string:
			n, err := strconv.Atoi(v)
			if err != nil {
				doubt("port")
			}
			*to = n
		default:
			doubt("port")
		}
	}
	ranges, isList := m["cidrs"].([]any)
	if !isList {
		doubt("range")
	}
	var v4, v6 []netip.Prefix
	for _, c := range ranges {
		s, known := c.(string)
		if !known {
			doubt("range")
			continue
		}
		switch p, ok := cidr.Parse(s); {
		case ok && p.Addr().Is4():
			v4 = append(v4, p)
		case ok:
			v6 = append(v6, p)
		}
	}
	e.v4, e.v6 = cidr.World(v4), cidr.World(v6)
	return e
}

// denial is a rule that refuses strangers something.
type denial struct {
	rule     *estate.Asset
	priority int64
	lines    []entry
	doubt    string // whether, or what, it refuses is not known
}

// denialOf reads what a rule or policy refuses; nothing when it refuses
// nothing.
func denialOf(a *estate.Asset) (denial, bool) {
	d := denial{rule: a, priority: priority(a)}
	d.lines, d.doubt = entries(a, "deny_rules")
	denies := len(d.lines) > 0 || d.doubt != ""
	if denies && d.priority < 0 && d.doubt == "" && a.Kind == "security-group" { // all of a policy comes at once
		d.doubt = "the priority of " + a.Name + " is not known"
	}
	return d, denies
}

// priority is -1 where it is not known.
func priority(a *estate.Asset) int64 {
	f, _ := a.Fact("rule_priority")
	if n, ok := f.Value.(int64); ok {
		return n
	}
	return -1
}

// denied tells whether everything that the rule opens to the internet is
// refused to the machine by another: a rule of its network that comes first,
// or a policy whose hold on the machine is not certain.
func (r *rules) denied(machine, rule *estate.Asset, above []denial) tri.Bool {
	opened, why := entries(rule, "ingress_rules")
	if why != "" || len(opened) == 0 {
		return tri.False // what it opens is left open already
	}
	var certain, possible []entry
	doubt := ""
	own := priority(rule)
	for _, d := range r.denials {
		if own >= 0 && d.priority > own {
			continue
		}
		switch b := reaches(machine, d.rule); {
		case b.IsFalse():
			continue
		case b.IsTrue() && own >= 0 && d.doubt == "":
			certain = append(certain, sure(d.lines)...)
		default:
			doubt = first(doubt, b.Why(), d.doubt)
		}
		possible = append(possible, d.lines...)
		if d.doubt != "" {
			possible = append(possible, everything)
		}
	}
	for _, d := range above {
		doubt = first(doubt, d.doubt, "whether "+d.rule.Name+" refuses it to this machine is not told by the sources")
		possible = append(possible, d.lines...)
		if d.doubt != "" {
			possible = append(possible, everything)
		}
	}
	switch {
	case covered(opened, certain):
		return tri.True
	case covered(opened, possible):
		return tri.Unknown(first(doubt, "what a rule that comes first refuses is not known"))
	}
	return tri.False
}

var everything = entry{protocol: "all", to: lastPort, v4: true, v6: true}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func sure(lines []entry) (out []entry) {
	for _, e := range lines {
		if e.doubt == "" {
			out = append(out, e)
		}
	}
	return out
}

// covered tells whether the denying lines leave nothing of what the others
// open to the whole of a family. A line in doubt may open, or cover, all.
func covered(opened, denying []entry) bool {
	for _, o := range opened {
		if o.doubt != "" {
			o = everything
		}
		for _, v4 := range []bool{true, false} {
			if (v4 && o.v4 || !v4 && o.v6) && !coveredIn(o, denying, v4) {
				return false
			}
		}
	}
	return true
}

func coveredIn(o entry, denying []entry, v4 bool) bool {
	next := o.from
	for advanced := true; advanced; {
		advanced = false
		for _, d := range denying {
			about := d.protocol == "all" || d.protocol == o.protocol
			if d.doubt != "" {
				d, about = everything, true
			}
			if about && (v4 && d.v4 || !v4 && d.v6) && d.from <= next && d.to >= next {
				if next = d.to + 1; next > o.to {
					return true
				}
				advanced = true
			}
		}
	}
	return false
}

// policies are those that stand before or beside the rules of a network.
type policies struct {
	everywhere []denial                   // of an organization or folder, above whatever lies in it
	first      map[string][]denial        // by network: asked before its rules
	beside     map[string][]*estate.Asset // by network: what they admit counts too
}

func readPolicies(e *estate.Estate) policies {
	ps := policies{first: map[string][]denial{}, beside: map[string][]*estate.Asset{}}
	for _, a := range e.Assets {
		if a.Provider != "google" || a.Kind != "network-acl" {
			continue
		}
		d, denies := denialOf(a)
		if denies && len(a.Linked("scope")) > 0 {
			ps.everywhere = append(ps.everywhere, d)
		}
		for _, r := range a.Linked("network") {
			k := networkKey(a, r)
			if k == "" {
				continue
			}
			if !closed(a) {
				ps.beside[k] = append(ps.beside[k], a)
			}
			if denies && r.To != nil && !derive.Is(r.To, "firewall_policy_first").IsFalse() {
				ps.first[k] = append(ps.first[k], d)
			}
		}
	}
	return ps
}

// besides relates a machine to the policies of its network that may admit
// strangers. Which machines their tags stand for is not told by names.
func besides(machine *estate.Asset, policies []*estate.Asset, above []denial) {
	for _, p := range policies {
		rel := estate.Relation{Name: "security_group", Ref: p.Address, To: p}
		tags, why := texts(p, "target_tags")
		switch {
		case why != "" || len(tags) > 0:
			rel.To, rel.Unknown = nil, "whether the machine is one that "+p.Name+" is for is not told by the sources"
		case len(above) > 0:
			rel.To, rel.Unknown = nil, "whether "+above[0].rule.Name+" refuses it to this machine is not told by the sources"
		}
		machine.Relations = append(machine.Relations, rel)
	}
}

// Package googlefirewall finds which firewall rules of Google Cloud reach
// which machines. A rule names a network, and tags or service accounts of the
// machines it is for; machines do not name their rules. The relation it writes
// is the one by which machines elsewhere name their security groups.
package googlefirewall

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/cidr"
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich relates machines and templates to the rules that reach them: to all
// that may admit the internet, and of the others to one, which tells that the
// machine is behind rules.
func Enrich(e *estate.Estate) {
	byNetwork := map[string]*rules{}
	ps := readPolicies(e)
	for _, a := range e.Assets {
		if a.Means != "google_compute_firewall" {
			continue
		}
		for _, n := range networks(a) {
			if byNetwork[n] == nil {
				byNetwork[n] = &rules{byTag: map[string][]*estate.Asset{}}
			}
			byNetwork[n].add(a)
		}
	}
	if len(byNetwork) == 0 && len(ps.beside) == 0 {
		return
	}
	for _, a := range e.Assets {
		if a.Provider != "google" || a.Kind != "virtual-machine" && a.Kind != "machine-template" {
			continue
		}
		for _, n := range networks(a) {
			above := append(slices.Clone(ps.everywhere), ps.first[n]...)
			if r := byNetwork[n]; r != nil {
				r.relate(a, above)
			}
			besides(a, ps.beside[n], ps.everywhere)
		}
	}
}

// rules are those of one network, so laid out that a machine need not be held
// against each of them.
type rules struct {
	all   []*estate.Asset            // what may reach any machine: without target, or with one that is no known tag
	byTag map[string][]*estate.Asset // for machines with a tag
	shut  []*estate.Asset            // what admits no stranger
	// denials are rules that refuse strangers something.
	denials []denial
}

func (r *rules) add(rule *estate.Asset) {
	if d, ok := denialOf(rule); ok {
		r.denials = append(r.denials, d)
	}
	if closed(rule) {
		r.shut = append(r.shut, rule)
		return
	}
	tags, why := texts(rule, "target_tags")
	if why != "" || len(tags) == 0 || len(rule.Linked("role")) > 0 {
		r.all = append(r.all, rule)
		return
	}
	for _, t := range tags {
		r.byTag[t] = append(r.byTag[t], rule)
	}
}

// relate adds the rules that reach the machine to what it relates to, but
// none whose whole opening another one refuses it.
func (r *rules) relate(machine *estate.Asset, above []denial) {
	own, why := texts(machine, "network_tags")
	candidates := slices.Clone(r.all)
	for _, t := range own {
		for _, rule := range r.byTag[t] {
			if !slices.Contains(candidates, rule) {
				candidates = append(candidates, rule)
			}
		}
	}
	if why != "" && len(r.byTag) > 0 {
		machine.Relations = append(machine.Relations, estate.Relation{Name: "security_group", Unknown: why})
	}
	for _, rule := range candidates {
		switch b := tri.And(reaches(machine, rule), r.denied(machine, rule, above).Not()); {
		case b.IsTrue():
			machine.Relations = append(machine.Relations, estate.Relation{Name: "security_group", Ref: rule.Address, To: rule})
		case !b.Known():
			machine.Relations = append(machine.Relations, estate.Relation{Name: "security_group", Ref: rule.Address, Unknown: b.Why()})
		}
	}
	for _, rule := range r.shut {
		if reaches(machine, rule).IsTrue() {
			machine.Relations = append(machine.Relations, estate.Relation{Name: "security_group", Ref: rule.Address, To: rule})
			break
		}
	}
}

// closed tells whether a rule provably admits no stranger: it names ranges
// that are known, and not the internet.
func closed(rule *estate.Asset) bool {
	f, ok := rule.Fact("ingress_rules")
	list, isList := f.Value.([]any)
	if !ok || !f.Known() || !isList {
		return false
	}
	for _, v := range list {
		m, _ := v.(map[string]any)
		ranges, isRanges := m["cidrs"].([]any)
		if !isRanges {
			return false
		}
		var ps []netip.Prefix
		for _, c := range ranges {
			s, known := c.(string)
			if !known {
				return false
			}
			if p, ok := cidr.Parse(s); ok {
				ps = append(ps, p)
			}
		}
		if cidr.World(ps) {
			return false
		}
	}
	return true
}

// reaches tells whether a rule is for the machine: for all of its network, or
// for one of the machine's tags or its service account.
func reaches(machine, rule *estate.Asset) tri.Bool {
	tags, tagsWhy := texts(rule, "target_tags")
	identities := rule.Linked("role")
	if len(tags) == 0 && tagsWhy == "" && len(identities) == 0 {
		return tri.True
	}
	own, ownWhy := texts(machine, "network_tags")
	out := tri.Of(slices.ContainsFunc(tags, func(t string) bool { return slices.Contains(own, t) }))
	if tagsWhy != "" {
		out = tri.Or(out, tri.Unknown(tagsWhy))
	}
	if len(tags) > 0 && ownWhy != "" {
		out = tri.Or(out, tri.Unknown(ownWhy))
	}
	for _, id := range identities {
		out = tri.Or(out, same(id, machine.Linked("role")))
	}
	return out
}

// same tells whether one of the machine's service accounts is the one a rule
// names.
func same(id estate.Relation, own []estate.Relation) tri.Bool {
	out := tri.False
	for _, r := range own {
		switch {
		case id.To != nil && r.To != nil:
			out = tri.Or(out, tri.Of(id.To == r.To))
		case id.Unknown != "" || r.Unknown != "" || id.Ref == "" || r.Ref == "":
			out = tri.Or(out, tri.Unknown("whose rule it is depends on a service account that is not known"))
		default:
			out = tri.Or(out, tri.Of(id.Ref == r.Ref))
		}
	}
	return out
}

// networks are the networks an asset lies in, as keys that compare.
func networks(a *estate.Asset) []string {
	var out []string
	add := func(r estate.Relation) {
		if k := networkKey(a, r); k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for _, r := range a.Linked("network") {
		add(r)
	}
	for s := range derive.Linked(a, "subnet") {
		for _, r := range s.Linked("network") {
			add(r)
		}
	}
	return out
}

func networkKey(a *estate.Asset, r estate.Relation) string {
	switch {
	case r.To != nil:
		return r.To.ID
	case r.Ref != "":
		return a.Root + " " + r.Ref[strings.LastIndexByte(r.Ref, '/')+1:]
	}
	return ""
}

// texts reads a list fact, and why it may hold more.
func texts(a *estate.Asset, name string) (list []string, why string) {
	f, ok := a.Fact(name)
	if !ok {
		return nil, ""
	}
	if !f.Known() {
		return nil, f.Unknown
	}
	list, _ = f.Value.([]string)
	return list, ""
}

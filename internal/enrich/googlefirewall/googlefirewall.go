// Package googlefirewall finds which firewall rules of Google Cloud reach
// which machines. A rule names a network, and tags or service accounts of the
// machines it is for; machines do not name their rules. The relation it writes
// is the one by which machines elsewhere name their security groups.
package googlefirewall

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich relates machines and templates to the rules that reach them.
func Enrich(e *estate.Estate) {
	rules := map[string][]*estate.Asset{} // by network
	for _, a := range e.Assets {
		if a.NativeType != "google_compute_firewall" {
			continue
		}
		for _, n := range networks(a) {
			rules[n] = append(rules[n], a)
		}
	}
	if len(rules) == 0 {
		return
	}
	for _, a := range e.Assets {
		if a.Provider != "google" || a.Kind != "virtual-machine" && a.Kind != "machine-template" {
			continue
		}
		for _, n := range networks(a) {
			for _, rule := range rules[n] {
				relate(a, rule)
			}
		}
	}
}

// relate adds the rule to the machine's, if it is for the machine.
func relate(machine, rule *estate.Asset) {
	switch b := reaches(machine, rule); {
	case b.IsTrue():
		machine.Relations = append(machine.Relations, estate.Relation{Name: "security_group", Ref: rule.Address, To: rule})
	case !b.Known() && !shut(rule):
		machine.Relations = append(machine.Relations, estate.Relation{Name: "security_group", Ref: rule.Address, Unknown: b.Why()})
	}
}

// shut tells whether a rule admits nothing, so that it does not matter whom
// it is for.
func shut(rule *estate.Asset) bool {
	f, ok := rule.Fact("ingress_rules")
	list, isList := f.Value.([]any)
	return ok && f.Known() && isList && len(list) == 0
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
		k := ""
		switch {
		case r.To != nil:
			k = r.To.ID
		case r.Ref != "":
			k = a.Root + " " + r.Ref[strings.LastIndexByte(r.Ref, '/')+1:]
		}
		if k != "" && !slices.Contains(out, k) {
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

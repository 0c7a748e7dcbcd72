package googlefirewall

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

func TestRules(t *testing.T) {
	open := []any{map[string]any{"protocol": "tcp", "cidrs": []any{"0.0.0.0/0"}}}
	office := []any{map[string]any{"protocol": "tcp", "cidrs": []any{"203.0.113.0/24"}}}
	for _, c := range []struct {
		name          string
		machine, rule et.Facts
		want          string // "reached", "not", or why it is not known
	}{
		{"for everything", et.Facts{"network_tags": []string{}}, et.Facts{"target_tags": []string{}, "ingress_rules": open}, "reached"},
		{"for a tag", et.Facts{"network_tags": []string{"web"}}, et.Facts{"target_tags": []string{"web", "app"}, "ingress_rules": open}, "reached"},
		{"for another tag", et.Facts{"network_tags": []string{"db"}}, et.Facts{"target_tags": []string{"web"}, "ingress_rules": open}, "not"},
		{"tags not known", et.Facts{"network_tags": et.Unknown("later")}, et.Facts{"target_tags": []string{"web"}, "ingress_rules": open}, "later"},
		{"targets not known", et.Facts{"network_tags": []string{"web"}}, et.Facts{"target_tags": et.Unknown("later"), "ingress_rules": open}, "later"},
		{"targets not known of a rule that admits nothing", et.Facts{"network_tags": []string{"web"}}, et.Facts{"target_tags": et.Unknown("later"), "ingress_rules": []any{}}, "not"},
		{"for an office only", et.Facts{"network_tags": []string{"web"}}, et.Facts{"target_tags": []string{"web"}, "ingress_rules": office}, "reached"},
		{"for an office and another tag", et.Facts{"network_tags": []string{"db"}}, et.Facts{"target_tags": []string{"web"}, "ingress_rules": office}, "not"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := et.Asset("n", "virtual-network", nil)
			vm := et.Link(machine(c.machine), "network", n)
			rule := et.Link(firewall(c.rule), "network", n)
			Enrich(et.Estate(n, vm, rule))
			hold(t, vm, rule, c.want)
		})
	}
	t.Run("by subnet", func(t *testing.T) {
		n := et.Asset("n", "virtual-network", nil)
		s := et.Link(et.Asset("s", "subnet", nil), "network", n)
		vm := et.Link(machine(nil), "subnet", s)
		rule := et.Link(firewall(nil), "network", n)
		Enrich(et.Estate(n, s, vm, rule))
		hold(t, vm, rule, "reached")
	})
	t.Run("by name", func(t *testing.T) {
		vm := et.Elsewhere(machine(nil), "network", "projects/acme/global/networks/default", "")
		rule := et.Elsewhere(firewall(nil), "network", "default", "")
		Enrich(et.Estate(vm, rule))
		hold(t, vm, rule, "reached")
	})
	t.Run("one of many that admit no stranger", func(t *testing.T) {
		n := et.Asset("n", "virtual-network", nil)
		vm := et.Link(machine(nil), "network", n)
		all := []*estate.Asset{n, vm}
		for range 5 {
			all = append(all, et.Link(firewall(et.Facts{"ingress_rules": office}), "network", n))
		}
		Enrich(et.Estate(all...))
		if got := len(vm.Linked("security_group")); got != 1 {
			t.Errorf("%d rules, want 1", got)
		}
	})
	t.Run("another network", func(t *testing.T) {
		vm := et.Elsewhere(machine(nil), "network", "main", "")
		rule := et.Elsewhere(firewall(nil), "network", "default", "")
		Enrich(et.Estate(vm, rule))
		hold(t, vm, rule, "not")
	})
	t.Run("by service account", func(t *testing.T) {
		n := et.Asset("n", "virtual-network", nil)
		app, other := et.Asset("app", "identity-role", nil), et.Asset("other", "identity-role", nil)
		rule := et.Link(et.Link(firewall(nil), "network", n), "role", app)
		vm := et.Link(et.Link(machine(nil), "network", n), "role", app)
		vm2 := et.Link(et.Link(machine(nil), "network", n), "role", other)
		Enrich(et.Estate(n, app, other, rule, vm, vm2))
		hold(t, vm, rule, "reached")
		hold(t, vm2, rule, "not")
	})
}

func machine(facts et.Facts) *estate.Asset {
	a := et.Asset("vm", "virtual-machine", facts)
	a.Provider = "google"
	return a
}

func firewall(facts et.Facts) *estate.Asset {
	a := et.Asset("fw", "security-group", facts)
	a.Provider, a.Means = "google", "google_compute_firewall"
	return a
}

func hold(t *testing.T, vm, rule *estate.Asset, want string) {
	t.Helper()
	got := "not"
	for _, r := range vm.Linked("security_group") {
		if r.To == rule {
			got = "reached"
		} else {
			got = r.Unknown
		}
	}
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestDenials: what a rule opens may be refused by one that comes first.
func TestDenials(t *testing.T) {
	line := func(proto string, from, to any, cidrs ...any) map[string]any {
		m := map[string]any{"protocol": proto, "cidrs": cidrs}
		if from != nil {
			m["from_port"], m["to_port"] = from, to
		}
		return m
	}
	ssh := []any{line("tcp", "22", "22", "0.0.0.0/0")}
	denies := func(priority any, lines ...any) et.Facts {
		return et.Facts{"rule_priority": priority, "deny_rules": lines, "ingress_rules": []any{}}
	}
	for _, c := range []struct {
		name string
		deny et.Facts
		want string
	}{
		{"nothing", denies(int64(900)), "reached"},
		{"all", denies(int64(900), line("all", nil, nil, "0.0.0.0/0")), "not"},
		{"all, too late", denies(int64(1100), line("all", nil, nil, "0.0.0.0/0")), "reached"},
		{"all, at the same priority", denies(int64(1000), line("all", nil, nil, "0.0.0.0/0")), "not"},
		{"the port", denies(int64(900), line("tcp", "20", "30", "0.0.0.0/0")), "not"},
		{"the port in two lines of a range", denies(int64(900), line("tcp", "0", "21", "0.0.0.0/0"), line("tcp", "22", "22", "0.0.0.0/0")), "not"},
		{"another port", denies(int64(900), line("tcp", "3389", "3389", "0.0.0.0/0")), "reached"},
		{"another protocol", denies(int64(900), line("udp", nil, nil, "0.0.0.0/0")), "reached"},
		{"some addresses", denies(int64(900), line("all", nil, nil, "198.51.100.0/24")), "reached"},
		{"the other family", denies(int64(900), line("all", nil, nil, "::/0")), "reached"},
		{"a range not known", denies(int64(900), line("all", nil, nil, &source.Unknown{Reason: "later"})), "what a rule that comes first refuses is not known"},
		{"a priority not known", denies(et.Unknown("later"), line("all", nil, nil, "0.0.0.0/0")), "the priority of deny is not known"},
		{"what is not known", et.Facts{"rule_priority": int64(900), "deny_rules": et.Unknown("later"), "ingress_rules": []any{}}, "later"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := et.Asset("n", "virtual-network", nil)
			vm := et.Link(machine(nil), "network", n)
			rule := et.Link(firewall(et.Facts{"rule_priority": int64(1000), "ingress_rules": ssh}), "network", n)
			deny := firewall(c.deny)
			deny.ID, deny.Name, deny.Address = "deny", "deny", "deny"
			Enrich(et.Estate(n, vm, rule, et.Link(deny, "network", n)))
			holdOne(t, vm, rule, c.want)
		})
	}
	refuse := et.Facts{"deny_rules": []any{line("all", nil, nil, "0.0.0.0/0")}, "ingress_rules": []any{}}
	policy := func(facts et.Facts) *estate.Asset {
		p := et.Asset("policy", "network-acl", facts)
		p.Provider = "google"
		return p
	}
	t.Run("a policy above", func(t *testing.T) {
		n := et.Asset("n", "virtual-network", nil)
		vm := et.Link(machine(nil), "network", n)
		rule := et.Link(firewall(et.Facts{"rule_priority": int64(1000), "ingress_rules": ssh}), "network", n)
		p := et.Elsewhere(policy(refuse), "scope", "folders/123", "")
		Enrich(et.Estate(n, vm, rule, p))
		holdOne(t, vm, rule, "whether policy refuses it to this machine is not told by the sources")
	})
	for first, want := range map[bool]string{true: "whether policy refuses it to this machine is not told by the sources", false: "reached"} {
		t.Run("a policy of the network", func(t *testing.T) {
			n := et.Asset("n", "virtual-network", et.Facts{"firewall_policy_first": first})
			vm := et.Link(machine(nil), "network", n)
			rule := et.Link(firewall(et.Facts{"rule_priority": int64(1000), "ingress_rules": ssh}), "network", n)
			Enrich(et.Estate(n, vm, rule, et.Link(policy(refuse), "network", n)))
			holdOne(t, vm, rule, want)
		})
	}
	for _, c := range []struct {
		tags []string
		want string
	}{
		{nil, "reached"},
		{[]string{"tagValues/1"}, "whether the machine is one that policy is for is not told by the sources"},
	} {
		t.Run("a policy that admits", func(t *testing.T) {
			n := et.Asset("n", "virtual-network", nil)
			vm := et.Link(machine(nil), "network", n)
			p := et.Link(policy(et.Facts{"ingress_rules": ssh, "target_tags": c.tags}), "network", n)
			Enrich(et.Estate(n, vm, p))
			holdOne(t, vm, p, c.want)
		})
	}
}

// holdOne looks at the relation to one rule among several.
func holdOne(t *testing.T, vm, rule *estate.Asset, want string) {
	t.Helper()
	got := "not"
	for _, r := range vm.Linked("security_group") {
		switch {
		case r.To == rule:
			got = "reached"
		case r.Unknown != "":
			got = r.Unknown
		}
	}
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

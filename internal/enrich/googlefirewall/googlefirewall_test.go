package googlefirewall

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
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
	a.Provider, a.NativeType = "google", "google_compute_firewall"
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

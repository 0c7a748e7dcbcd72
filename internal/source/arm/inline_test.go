package arm

import (
	"slices"
	"testing"
)

// TestSubnetsInNetworks reads subnets written in a network as resources, each
// with its own group, and what names one as meaning that one.
func TestSubnetsInNetworks(t *testing.T) {
	rec := readText(t, `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
	"parameters": {"open": {"type": "array"}, "base": {"type": "string"}},
	"resources": [
	{"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "1", "name": "nsg"},
	{"type": "Microsoft.Network/virtualNetworks", "apiVersion": "1", "name": "net", "properties": {"addressSpace": {}, "subnets": [
		{"name": "a", "properties": {"networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'nsg')]"}}},
		{"name": "b", "properties": {"label": "[[literal]"}},
		{"name": "beside", "properties": {"from": "network"}}]}},
	{"type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "1", "name": "net/beside", "properties": {"from": "itself"}},
	{"type": "Microsoft.Network/virtualNetworks", "apiVersion": "1", "name": "loop", "properties": {"copy": [{"name": "subnets", "count": 2, "input": {
		"name": "[concat(parameters('base'), '-', copyIndex('subnets'))]",
		"properties": {"label": "[[literal]", "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'nsg')]"}}}}]}},
	{"type": "Microsoft.Network/virtualNetworks", "apiVersion": "1", "name": "open", "properties": {"subnets": "[parameters('open')]"}},
	{"type": "Microsoft.Network/networkInterfaces", "apiVersion": "1", "name": "nic", "properties": {
		"one": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'b')]",
		"two": "[concat(resourceId('Microsoft.Network/virtualNetworks', 'net'), '/subnets/a')]",
		"gone": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'open', 'x')]"}}
	]}`)
	const subnets = "Microsoft.Network/virtualNetworks/subnets/"
	var names []string
	for _, r := range rec.Resources {
		if r.Type == "Microsoft.Network/virtualNetworks/subnets" {
			names = append(names, r.Address)
		}
	}
	slices.Sort(names)
	want := []string{subnets + "loop/[parameters('base')]-0", subnets + "loop/[parameters('base')]-1", subnets + "net/a", subnets + "net/b", subnets + "net/beside"}
	if !slices.Equal(names, want) {
		t.Fatalf("subnets: %q, want %q", names, want)
	}
	for address, group := range map[string]bool{"net/a": true, "net/b": false, "loop/[parameters('base')]-1": true} {
		r := rec.Find(t, subnets+address)
		if got := len(r.Refs["properties.networkSecurityGroup.id"]) == 1; got != group {
			t.Errorf("%s refers to %v", address, r.Refs)
		}
		if label, _ := r.Body["properties"].(map[string]any)["label"].(string); address != "net/a" && label != "[literal]" {
			t.Errorf("%s: what stands in brackets became %q", address, label)
		}
	}
	if r := rec.Find(t, subnets+"net/a"); r.Location.Line != 6 || r.Refs["parent"][0].Address != "Microsoft.Network/virtualNetworks/net" {
		t.Errorf("subnet a stands at %+v in %v", r.Location, r.Refs["parent"])
	}
	if p, _ := rec.Find(t, subnets+"net/beside").Body["properties"].(map[string]any); p["from"] != "itself" {
		t.Errorf("a subnet that is written beside its network too says %v", p)
	}
	for name, has := range map[string]bool{"net": false, "loop": false, "open": true} {
		r := rec.Find(t, "Microsoft.Network/virtualNetworks/"+name)
		_, kept := r.Body["properties"].(map[string]any)["subnets"]
		if kept != has || len(r.Refs) != 0 {
			t.Errorf("network %s: subnets in it: %v, refers to %v", name, kept, r.Refs)
		}
	}
	nic := rec.Find(t, "Microsoft.Network/networkInterfaces/nic")
	for path, address := range map[string]string{"one": subnets + "net/b", "two": subnets + "net/a", "gone": "Microsoft.Network/virtualNetworks/open"} {
		if refs := nic.Refs["properties."+path]; len(refs) != 1 || refs[0].Address != address {
			t.Errorf("%s refers to %v, want %s", path, refs, address)
		}
	}
}

// TestBalancersHoldTheirParts reads what is written in a load balancer as
// resources, so that an interface in one pool is behind that one alone.
func TestBalancersHoldTheirParts(t *testing.T) {
	rec := readText(t, `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
	"parameters": {"open": {"type": "array"}},
	"resources": [
	{"type": "Microsoft.Network/loadBalancers", "apiVersion": "1", "name": "lb", "properties": {
		"frontendIPConfigurations": [{"name": "front", "properties": {"publicIPAddress": {"id": "[resourceId('Microsoft.Network/publicIPAddresses', 'ip')]"}}}],
		"backendAddressPools": [{"name": "one"}, {"name": "two"}],
		"loadBalancingRules": [{"name": "web", "properties": {"backendAddressPool": {"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'lb', 'one')]"}}}],
		"inboundNatPools": [{"name": "ssh", "properties": {}}],
		"inboundNatRules": "[parameters('open')]"}},
	{"type": "Microsoft.Network/publicIPAddresses", "apiVersion": "1", "name": "ip"},
	{"type": "Microsoft.Network/networkInterfaces", "apiVersion": "1", "name": "nic", "properties": {
		"pool": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'lb', 'two')]",
		"rule": "[resourceId('Microsoft.Network/loadBalancers/inboundNatRules', 'lb', 'x')]"}}
	]}`)
	const lb = "Microsoft.Network/loadBalancers/"
	for from, want := range map[string]map[string]string{
		"Microsoft.Network/networkInterfaces/nic": {"pool": lb + "backendAddressPools/lb/two", "rule": lb + "lb"},
		lb + "loadBalancingRules/lb/web":          {"backendAddressPool.id": lb + "backendAddressPools/lb/one"},
		lb + "lb":                                 {"frontendIPConfigurations.properties.publicIPAddress.id": "Microsoft.Network/publicIPAddresses/ip"},
	} {
		r := rec.Find(t, from)
		for path, address := range want {
			if refs := r.Refs["properties."+path]; len(refs) != 1 || refs[0].Address != address {
				t.Errorf("%s of %s refers to %v, want %s", path, from, refs, address)
			}
		}
	}
	if r := rec.Find(t, lb+"inboundNatPools/lb/ssh"); len(r.Refs["parent"]) != 1 || r.Refs["parent"][0].Address != lb+"lb" {
		t.Errorf("the pool of rules belongs to %v", r.Refs["parent"])
	}
	properties, _ := rec.Find(t, lb+"lb").Body["properties"].(map[string]any)
	for list, has := range map[string]bool{"frontendIPConfigurations": true, "inboundNatRules": true, "backendAddressPools": false, "loadBalancingRules": false, "inboundNatPools": false} {
		if _, kept := properties[list]; kept != has {
			t.Errorf("%s stays in the balancer: %v, want %v", list, kept, has)
		}
	}
}

package arm

import (
	"fmt"
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
)

// TestDeployedAgain counts a resource once that several templates deploy to one
// place: what they agree on is known.
func TestDeployedAgain(t *testing.T) {
	const network = `{"type": "Microsoft.Network/virtualNetworks", "apiVersion": "%s", "name": %s, "properties": {"a": "same", "b": %s, "l": [{"x": 1, "y": %s}]}}`
	outer := fmt.Sprintf(network, "1", `"[parameters('name')]"`, `"one"`, `1`)
	inner := func(name, more string) string {
		return fmt.Sprintf(`{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "again" %s, "properties": {"mode": "Incremental",
			"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"given": {"value": "[parameters('name')]"}},
			"template": {"parameters": {"given": {"type": "string"}, "open": {"type": "string"}}, "resources": [%s,
			{"type": "Microsoft.Network/networkInterfaces", "apiVersion": "1", "name": "nic", "properties": {"to": "[resourceId('Microsoft.Network/virtualNetworks', parameters('given'))]"}}]}}}`,
			more, fmt.Sprintf(network, "2", name, `"two"`, `2, "z": true`))
	}
	for what, c := range map[string]struct {
		resources string
		parameter string
		want      int
	}{
		"known":                  {outer + "," + inner(`"[parameters('given')]"`, ""), `, "defaultValue": "net"`, 1},
		"of an open name":        {outer + "," + inner(`"[parameters('given')]"`, ""), "", 1},
		"in any case":            {outer + "," + inner(`"NET"`, ""), `, "defaultValue": "net"`, 1},
		"to another group":       {outer + "," + inner(`"[parameters('given')]"`, `, "resourceGroup": "other"`), `, "defaultValue": "net"`, 2},
		"to another scope":       {outer + "," + inner(`"[parameters('given')]"`, `, "scope": "/"`), `, "defaultValue": "net"`, 2},
		"of perhaps other names": {outer + "," + inner(`"[parameters('open')]"`, ""), "", 2},
		"in one template":        {outer + "," + outer, `, "defaultValue": "net"`, 2},
		"perhaps, and for sure": {
			`{"type": "Microsoft.Network/virtualNetworks", "apiVersion": "1", "name": "net", "condition": "[parameters('if')]"},` + inner(`"net"`, ""),
			`, "defaultValue": "net"`, 2,
		},
	} {
		rec := readText(t, `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
			"parameters": {"if": {"type": "bool"}, "name": {"type": "string"`+c.parameter+`}}, "resources": [`+c.resources+`]}`)
		var networks []*source.Resource
		var nic *source.Resource
		for _, r := range rec.Resources {
			if r.Type == "Microsoft.Network/virtualNetworks" {
				networks = append(networks, r)
			} else {
				nic = r
			}
		}
		if len(networks) != c.want {
			t.Errorf("%s: %d networks, want %d", what, len(networks), c.want)
			continue
		}
		if c.want != 1 {
			continue
		}
		p, _ := networks[0].Body["properties"].(map[string]any)
		one, _ := p["l"].([]any)[0].(map[string]any)
		if p["a"] != "same" || one["x"] != 1.0 {
			t.Errorf("%s: what both say became %v", what, p)
		}
		for _, v := range []any{p["b"], one["y"], one["z"]} {
			if _, open := v.(*source.Unknown); !open {
				t.Errorf("%s: what they disagree on became %v", what, v)
			}
		}
		if refs := nic.Refs["properties.to"]; len(refs) != 1 || refs[0].Address != networks[0].Address {
			t.Errorf("%s: the interface refers to %v", what, refs)
		}
	}
}

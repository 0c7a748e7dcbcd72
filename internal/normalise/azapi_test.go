package normalise

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
)

// TestAzureInsideTerraform reads what the azapi provider writes as what it is.
func TestAzureInsideTerraform(t *testing.T) {
	properties := map[string]any{"minimumTlsVersion": "TLS1_0", "allowBlobPublicAccess": true}
	account := func(name string, body any) *source.Resource {
		r := resource("azapi_resource", name, map[string]any{
			"type": "Microsoft.Storage/storageAccounts@2023-01-01", "name": name, "location": "westeurope",
			"tags": map[string]any{"team": "shop"}, "body": body,
		})
		r.Provider, r.Lines = "azapi", map[string]int{"body.properties.minimumTlsVersion": 7}
		return r
	}
	child := resource("azapi_resource", "child", map[string]any{
		"type": "Microsoft.Storage/storageAccounts/blobServices@2023-01-01", "name": "default",
		"parent_id": &source.Unknown{NotNull: true}, "body": map[string]any{"properties": map[string]any{"isVersioningEnabled": true}},
	})
	child.Refs = map[string][]source.Ref{"parent_id": {{Address: "azapi_resource.object", Attribute: "id"}}}
	res, as := finish(t,
		account("object", map[string]any{"properties": properties}),
		account("text", `{"properties": {"minimumTlsVersion": "TLS1_0", "allowBlobPublicAccess": true}}`),
		account("sketch", &source.Unknown{NotNull: true, Text: `{"properties": {"minimumTlsVersion": "TLS1_0", "x": "` + source.HoleOpen + "var.x" + source.HoleClose + `"}}`}),
		account("open", &source.Unknown{Reason: "depends on var.body"}),
		child,
		resource("azapi_resource", "nothing", map[string]any{"type": &source.Unknown{Reason: "var.type"}}),
	)
	for _, name := range []string{"object", "text", "sketch"} {
		a := as["azapi_resource."+name]
		if a == nil || a.Means != "azurerm_storage_account" || a.Provider != "azure" || a.Name != name || a.Region != "westeurope" || a.Tags["team"] != "shop" {
			t.Fatalf("%s became %+v", name, a)
		}
		if f, _ := a.Fact("min_tls"); f.Value != "1.0" || f.Origin.Attribute != "body.properties.minimumTlsVersion" || f.Origin.At.Line != 7 {
			t.Errorf("%s: min_tls is %+v", name, f)
		}
	}
	if f, _ := as["azapi_resource.open"].Fact("min_tls"); f.Known() {
		t.Errorf("min_tls of an unknown body is %v", f.Value)
	}
	if f, _ := as["azapi_resource.object"].Fact("versioned"); f.Value != true {
		t.Errorf("the child says versioned is %+v", f)
	}
	if len(res.Uncovered) != 1 || res.Uncovered[0].Type != "azapi_resource" {
		t.Errorf("uncovered: %+v", res.Uncovered)
	}
}

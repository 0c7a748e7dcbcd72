package normalise

import (
	"maps"
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

// TestChangesOfAzureInsideTerraform lays what azapi_update_resource writes over
// the resource it changes, and says nothing of what it does not write.
func TestChangesOfAzureInsideTerraform(t *testing.T) {
	account := resource("azurerm_storage_account", "store", map[string]any{
		"name": "store", "min_tls_version": "TLS1_2", "allow_nested_items_to_be_public": false,
	})
	update := func(name, native string, body, more map[string]any) *source.Resource {
		r := resource("azapi_update_resource", name, map[string]any{"type": native, "body": map[string]any{"properties": body}})
		maps.Copy(r.Body, more)
		return r
	}
	weaker := update("weaker", "Microsoft.Storage/storageAccounts@2023-01-01", map[string]any{"minimumTlsVersion": "TLS1_0"}, map[string]any{
		"resource_id": &source.Unknown{NotNull: true},
	})
	weaker.Refs = map[string][]source.Ref{"resource_id": {{Address: "azurerm_storage_account.store", Attribute: "id"}}}
	versioned := update("versioned", "Microsoft.Storage/storageAccounts/blobServices@2023-01-01", map[string]any{"isVersioningEnabled": true}, map[string]any{
		"resource_id": &source.Unknown{NotNull: true, Text: source.HoleOpen + "azurerm_storage_account.store.id" + source.HoleClose + "/blobServices/default"},
	})
	versioned.Refs = map[string][]source.Ref{"resource_id": {{Address: "azurerm_storage_account.store", Attribute: "id"}}}
	other := update("other", "Microsoft.Storage/storageAccounts@2023-01-01", map[string]any{"minimumTlsVersion": "TLS1_0"}, map[string]any{
		"resource_id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/far",
	})
	dated := resource("azapi_resource", "dated", map[string]any{
		"type": &source.Unknown{NotNull: true, Text: "Microsoft.Storage/storageAccounts@" + source.HoleOpen + "var.version" + source.HoleClose},
		"name": "dated", "body": map[string]any{"properties": map[string]any{"minimumTlsVersion": "TLS1_0"}},
	})
	split := resource("azapi_resource", "split", map[string]any{
		"type": &source.Unknown{NotNull: true, Text: "Microsoft.Storage/storageAccounts" + source.HoleOpen + "var.rest" + source.HoleClose},
	})
	res, as := finish(t, weaker, versioned, other, account, dated, split)

	store := as["azurerm_storage_account.store"]
	for fact, want := range map[string]any{"min_tls": "1.0", "versioned": true} {
		if f, _ := store.Fact(fact); f.Value != want {
			t.Errorf("the changed account says of %s: %+v", fact, f)
		}
	}
	if f, _ := store.Fact("min_tls"); f.Origin.Address != "azapi_update_resource.weaker" || f.Origin.Attribute != "properties.minimumTlsVersion" {
		t.Errorf("min_tls comes from %+v", f.Origin)
	}
	if f, _ := store.Fact("block_public_acls"); f.Value != true {
		t.Errorf("what no update writes became %+v", f)
	}
	if len(store.Addresses) != 3 {
		t.Errorf("the account is written at %v", store.Addresses)
	}

	far := as["azapi_update_resource.other"]
	if far == nil || !far.Elsewhere || far.Name != "far" {
		t.Fatalf("the account that is written elsewhere became %+v", far)
	}
	if f, _ := far.Fact("min_tls"); f.Value != "1.0" {
		t.Errorf("what is known of an account written elsewhere: %+v", f)
	}
	if f, _ := far.Fact("versioned"); f.Known() {
		t.Errorf("versioned of an account written elsewhere is %v", f.Value)
	}

	if f, _ := as["azapi_resource.dated"].Fact("min_tls"); f.Value != "1.0" {
		t.Errorf("of a type whose version is open: %+v", f)
	}
	if len(res.Uncovered) != 1 || res.Uncovered[0].Addresses[0] != "azapi_resource.split" {
		t.Errorf("uncovered: %+v", res.Uncovered)
	}
}

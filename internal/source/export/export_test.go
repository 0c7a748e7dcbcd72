package export

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func readText(t testing.TB, text string) *sourcetest.Recorder {
	t.Helper()
	return readDir(t, sourcetest.Write(t, t.TempDir(), map[string]string{"export.json": text}))
}

// readDir reads the export.json of dir.
func readDir(t testing.TB, dir string) *sourcetest.Recorder {
	t.Helper()
	r := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "export.json", Options{}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestGolden reads export.json of each archive in testdata and compares what
// came of it with the archive's own golden.json.
func TestGolden(t *testing.T) {
	sourcetest.Golden(t, func(t *testing.T, dir, _ string) *sourcetest.Recorder { return readDir(t, dir) })
}

func TestDetect(t *testing.T) {
	for text, want := range map[string]string{
		`{"count":1,"data":[{"id":"/subscriptions/x/providers/Microsoft.A/b/c","type":"microsoft.a/b"`:                    ResourceGraph,
		`[{"id":"/subscriptions/x/resourceGroups/y","name":"y","type":"microsoft.resources/subscriptions/resourcegroups"`: ResourceGraph,
		`{"name":"//a.googleapis.com/b","asset_type":"a/B"`:                                                               AssetInventory,
		`{"assets":[{"assetType":"a/B","name":"//a.googleapis.com/b"`:                                                     AssetInventory,
		`{"fileVersion":"1.0","configurationItems":[]}`:                                                                   Config,
		`{"configurationItems":[{"resourceType":"AWS::S3::Bucket","configuration":"{}"`:                                   Config,
		`{"Results":["{\"resourceType\":\"AWS::S3::Bucket\"}"`:                                                            Config,
		`{"ResourceDescriptions":[{"Identifier":"a","Properties":"{}"}],"TypeName":"AWS::A::B"}`:                          CloudControl,
		`{"data":[{"id":1,"type":"x"}]}`:                                                                                  "",
		`{"results":[{"id":"/a","type":"page"}]}`:                                                                         "",
		`{"$schema":"https://x/deploymentTemplate.json#","resources":[]}`:                                                 "",
		`{"Resources":{}}`: "",
		`[1,2]`:            "",
		`[`:                "",
		``:                 "",
		`{"format_version":"1.2","planned_values":{}}`: "",
	} {
		got, ok := Detect("f.json", []byte(text))
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v; want %q", text, got, ok, want)
		}
	}
	if _, ok := Detect("f.yaml", []byte(`{"name":"//a.googleapis.com/b","asset_type":"a/B"}`)); ok {
		t.Error("a file that is no JSON by its name is detected")
	}
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	if err := Read(t.Context(), dir, "../x.json", Options{}, &sourcetest.Recorder{}); err == nil {
		t.Error("a path outside is read")
	}
	r := &sourcetest.Recorder{}
	if err := Read(t.Context(), dir, "missing.json", Options{}, r); err != nil || len(r.Gaps) != 1 || !r.Gaps[0].Fatal {
		t.Errorf("a file that is not there: %v, %v", err, r.Gaps)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(`{"name":"//a/b","asset_type":"c/D"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Read(ctx, dir, "a.json", Options{}, r); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestInlineChildren reads what Resource Graph shows inside another resource as
// resources of their own, each once, whichever record tells of it first.
func TestInlineChildren(t *testing.T) {
	const rg = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.Network/"
	rec := readText(t, `{"data": [
	{"id": "`+rg+`virtualNetworks/net/subnets/early", "type": "microsoft.network/virtualnetworks/subnets", "name": "early", "properties": {"from": "itself"}},
	{"id": "`+rg+`virtualNetworks/net", "type": "microsoft.network/virtualnetworks", "name": "net", "location": "westeurope", "properties": {"addressSpace": {}, "subnets": [
		{"id": "`+rg+`virtualNetworks/net/subnets/App", "name": "App", "properties": {"networkSecurityGroup": {"id": "`+rg+`networkSecurityGroups/NSG"}}},
		{"name": "early", "properties": {"from": "network"}},
		{"name": "late", "properties": {"from": "network"}}]}},
	{"id": "`+rg+`virtualNetworks/net/subnets/late", "type": "microsoft.network/virtualnetworks/subnets", "name": "late", "properties": {"from": "itself"}},
	{"id": "`+rg+`virtualNetworks/odd", "type": "microsoft.network/virtualnetworks", "name": "odd", "properties": {"subnets": [{"properties": {}}, 7]}},
	{"id": "`+rg+`virtualNetworks/none", "type": "microsoft.network/virtualnetworks", "name": "none", "properties": {"subnets": []}},
	{"id": "`+rg+`loadBalancers/lb", "type": "microsoft.network/loadbalancers", "name": "lb", "properties": {
		"frontendIPConfigurations": [{"name": "front"}], "backendAddressPools": [{"name": "pool"}]}}
	]}`)
	var addresses []string
	for _, r := range rec.Resources {
		addresses = append(addresses, strings.TrimPrefix(r.Address, rg))
	}
	want := []string{
		"virtualNetworks/net/subnets/early", "virtualNetworks/net", "virtualNetworks/net/subnets/App", "virtualNetworks/net/subnets/late",
		"virtualNetworks/odd", "virtualNetworks/none", "loadBalancers/lb", "loadBalancers/lb/backendAddressPools/pool",
	}
	if !slices.Equal(addresses, want) {
		t.Fatalf("read %q, want %q", addresses, want)
	}
	app := rec.Find(t, rg+"virtualNetworks/net/subnets/App")
	lower := strings.ToLower(rg)
	for path, want := range map[string]string{
		"id": lower + "virtualnetworks/net/subnets/app", "parent": lower + "virtualnetworks/net", "label": "App", "properties.networkSecurityGroup.id": lower + "networksecuritygroups/nsg",
	} {
		if got := expr.Values(app.Body, path); len(got) != 1 || got[0] != want {
			t.Errorf("%s of the subnet is %v, want %s", path, got, want)
		}
	}
	if app.Account != "s" || app.Region != "westeurope" || app.Partial || app.Location.Line == 0 {
		t.Errorf("the subnet is %+v", app)
	}
	if pool := rec.Find(t, rg+"loadBalancers/lb/backendAddressPools/pool"); !pool.Partial {
		t.Error("a pool without properties is told of in full")
	}
	for name, has := range map[string]bool{"virtualNetworks/net": false, "virtualNetworks/odd": true} {
		if got := expr.Values(rec.Find(t, rg+name).Body, "properties.subnets"); slices.ContainsFunc(got, func(v any) bool { return v != nil }) != has {
			t.Errorf("%s keeps its subnets: %v", name, got)
		}
	}
}

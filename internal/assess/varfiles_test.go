package assess

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSortValues(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tfvars, tfjson, values1 := file("a.tfvars", `a = 1`), file("b.tfvars.json", `{"a": 1}`), file("prod.yaml", "a: 1")
	azure := file("p.json", `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "parameters": {}}`)
	bare := file("bare.json", `{"contentVersion": "1.0.0.0", "parameters": {"size": {"value": "small"}}}`)
	other := file("c.tfvars.json", `{"parameters": {"size": "small"}}`)
	list := file("list.json", `[{"ParameterKey": "Size", "ParameterValue": "small"}, {"ParameterKey": "Name", "ParameterValue": "x"}]`)
	object := file("object.json", `{"Parameters": {"Subnets": ["a", "b"], "Count": 3}}`)
	got, err := sortValues([]string{tfvars, tfjson, values1, azure, bare, other, list, object}, map[string]string{"Name": "given"})
	if err != nil {
		t.Fatal(err)
	}
	want := values{
		terraform: []string{tfvars, tfjson, other}, arm: []string{azure, bare}, helm: []string{values1},
		parameters: map[string]string{"Size": "small", "Name": "given", "Subnets": "a,b", "Count": "3"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(values{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if _, err := sortValues([]string{file("bad.json", `[{"ParameterKey": 3`)}, nil); err == nil || !strings.Contains(err.Error(), "bad.json") {
		t.Errorf("a broken file: %v", err)
	}
	if _, err := sortValues([]string{filepath.Join(dir, "none.json")}, nil); err == nil {
		t.Error("a missing file is no error")
	}
}

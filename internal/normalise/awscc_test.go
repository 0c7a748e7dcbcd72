package normalise

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPropertyNames spells the arguments of the awscc provider as the
// properties they stand for: as the catalogue writes them, else regularly, and
// what is data not at all.
func TestPropertyNames(t *testing.T) {
	v := &propertyNames{known: map[string]string{"kmskeyid": "KMSKeyId", "variables": "Variables"}, verbatim: map[string]bool{"Environment.Variables": true}}
	got := v.value(map[string]any{
		"kms_key_id":      "k",
		"environment":     map[string]any{"variables": map[string]any{"db_host": "h"}},
		"cidr_ipv_6":      "::/0",
		"computed":        nil,
		"storage_configs": []any{map[string]any{"s3_path": "p"}},
	}, "", 0)
	want := map[string]any{
		"KMSKeyId":       "k",
		"Environment":    map[string]any{"Variables": map[string]any{"db_host": "h"}},
		"CidrIpv6":       "::/0",
		"StorageConfigs": []any{map[string]any{"S3Path": "p"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if p := v.path("environment.variables.db_host"); p != "Environment.Variables.db_host" {
		t.Errorf("path %s", p)
	}
	if a := v.argument("Environment.KMSKeyId"); a != "environment.kms_key_id" {
		t.Errorf("argument %s", a)
	}
}

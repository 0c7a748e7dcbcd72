package normalise

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/enrich/secrets"
	"github.com/demarc-sec/demarc/internal/source"
)

// TestKeyThatIsMadeElsewhere finds a key that another resource makes where
// whoever may describe the function reads it, and not where it is kept.
func TestKeyThatIsMadeElsewhere(t *testing.T) {
	cat, err := builtIn()
	if cat == nil {
		t.Fatal(err)
	}
	later := &source.Unknown{Reason: "known after apply", NotNull: true}
	key := []source.Ref{{Address: "aws_iam_access_key.app", Attribute: "secret"}}
	f := resource("aws_lambda_function", "f", map[string]any{"environment": []any{map[string]any{"variables": map[string]any{"AWS_SECRET": later}}}})
	f.Refs = map[string][]source.Ref{"environment.variables.AWS_SECRET": key}
	s := resource("aws_secretsmanager_secret_version", "s", map[string]any{"secret_id": "s", "secret_string": later})
	s.Refs = map[string][]source.Ref{"secret_string": key}
	item := resource("aws_dynamodb_table_item", "i", map[string]any{
		"table_name": "t", "item": &source.Unknown{Reason: "known after apply", Text: `{"v":{"S":"` + source.HoleOpen + "aws_iam_access_key.app.secret" + source.HoleClose + `"}}`},
	})
	item.Refs = map[string][]source.Ref{"item": key}
	n := New(NewMapper(cat, (&secrets.Scanner{}).Strings))
	n.Resource(f)
	n.Resource(s)
	n.Resource(item)
	for _, a := range n.Finish().Estate.Assets {
		got, ok := a.Fact("plaintext_secrets")
		if !ok || a.Kind == catalogue.Account {
			continue
		}
		list, _ := got.Value.([]string)
		found := slices.ContainsFunc(list, func(x string) bool { return strings.Contains(x, "generated-key") })
		if len(list) > 1 {
			t.Errorf("%s: %v names a credential twice", a.Address, list)
		}
		if want := a.NativeType != "aws_secretsmanager_secret"; found != want {
			t.Errorf("%s: %v (%s), want a key found: %v", a.Address, got.Value, got.Unknown, want)
		}
	}
}

// TestSecureStrings finds a SecureString of Data Factory under the name of the
// property that holds it, in an object and in text.
func TestSecureStrings(t *testing.T) {
	scan := (&secrets.Scanner{}).Strings
	for _, v := range []any{
		map[string]any{"password": map[string]any{"type": "SecureString", "value": "Geheim-9Kx2pQ7z"}, "host": "db"},
		`{"password": {"type": "SecureString", "value": "Geheim-9Kx2pQ7z"}, "host": "db"}`,
	} {
		var found []any
		scanValue("properties", v, scan, &found, "", 0)
		if len(found) != 1 || found[0] != "properties.password: password" {
			t.Errorf("%v: found %v", v, found)
		}
	}
	for text, want := range map[string]int{"kD8s9Jf3mQ0xv7LzT2wYc5RbN1hU": 1, "@linkedService().functionKey27": 0, "": 0} {
		var found []any
		scanValue("properties", map[string]any{"key": map[string]any{"type": "SecureString", "value": text}}, scan, &found, "", 0)
		if len(found) != want || want == 1 && found[0] != "properties.key: secret-by-name" {
			t.Errorf("key %q: found %v", text, found)
		}
	}
	var found []any
	scanValue("properties", map[string]any{"password": map[string]any{"type": "AzureKeyVaultSecret", "secretName": "db"}}, scan, &found, "", 0)
	if len(found) != 0 {
		t.Errorf("a secret in a vault: found %v", found)
	}
}

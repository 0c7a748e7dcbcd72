package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

func TestReadProviders(t *testing.T) {
	dir := t.TempDir()
	secret, file := filepath.Join(dir, "secret"), filepath.Join(dir, "sign-in.yaml")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(secret, "hunter2\n")
	write(file, `providers:
  - name: corp
    title: Example Corp
    issuer: https://login.example.com
    client_id: demarc
    client_secret_file: `+secret+`
    domains: [example.com]
    groups_claim: groups
    grants:
      - {group: cloud-security, organisation: shop, role: administrator}
      - {group: "*", organisation: shop, path: [Web], role: viewer}
`)
	got, err := readProviders(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []identity.Provider{{
		Name: "corp", Title: "Example Corp", Issuer: "https://login.example.com", ClientID: "demarc", ClientSecret: "hunter2",
		Domains: []string{"example.com"}, GroupsClaim: "groups", Grants: []identity.ClaimGrant{
			{Claim: "cloud-security", Organisation: "shop", Role: tenant.Administrator},
			{Claim: "*", Organisation: "shop", Path: []string{"Web"}, Role: tenant.Viewer},
		},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for text, says := range map[string]string{
		"providers: [{nam: x}]":                                "nam",
		"providers: [{name: x, grants: [{role: r}]}]":          "no role",
		"providers: [{name: x, client_secret_file: /nowhere}]": "nowhere",
		"providers: {": "sign-in.yaml",
	} {
		write(file, text)
		if _, err := readProviders(file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

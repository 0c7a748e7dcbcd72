package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/strictyaml"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// providerFile is the file of --sign-in: the OpenID Connect providers by which
// people sign in to a control plane.
type providerFile struct {
	Providers []struct {
		Name          string   `yaml:"name"`
		Title         string   `yaml:"title"`
		Issuer        string   `yaml:"issuer"`
		ClientID      string   `yaml:"client_id"`
		SecretFile    string   `yaml:"client_secret_file"`
		Scopes        []string `yaml:"scopes"`
		Domains       []string `yaml:"domains"`
		TrustEmail    bool     `yaml:"trust_email"`
		Organisations []string `yaml:"organisations"`
		GroupsClaim   string   `yaml:"groups_claim"`
		ACR           []string `yaml:"acr"`
		AMR           []string `yaml:"amr"`
		Grants        []struct {
			Group        string   `yaml:"group"`
			Organisation string   `yaml:"organisation"`
			Path         []string `yaml:"path"`
			Role         string   `yaml:"role"`
		} `yaml:"grants"`
	} `yaml:"providers"`
}

// readProviders reads the file. Secrets are in files of their own, so that
// this one can be shown and kept with the rest of the configuration.
func readProviders(file string) ([]identity.Provider, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var f providerFile
	if err := strictyaml.Decode(file, text, &f); err != nil {
		return nil, err
	}
	var out []identity.Provider
	for _, p := range f.Providers {
		made := identity.Provider{
			Name: p.Name, Title: p.Title, Issuer: p.Issuer, ClientID: p.ClientID, Scopes: p.Scopes, Domains: p.Domains,
			TrustEmail: p.TrustEmail, Organisations: p.Organisations, GroupsClaim: p.GroupsClaim,
			ACR: p.ACR, AMR: p.AMR,
		}
		if p.SecretFile != "" {
			secret, err := os.ReadFile(p.SecretFile)
			if err != nil {
				return nil, err
			}
			made.ClientSecret = strings.TrimSpace(string(secret))
		}
		for _, g := range p.Grants {
			role, err := tenant.ParseRole(g.Role)
			if err != nil {
				return nil, fmt.Errorf("%s: provider %s: %w", file, p.Name, err)
			}
			made.Grants = append(made.Grants, identity.ClaimGrant{Claim: g.Group, Organisation: g.Organisation, Path: g.Path, Role: role})
		}
		out = append(out, made)
	}
	return out, nil
}

package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// Provider is an identity provider that speaks OpenID Connect.
type Provider struct {
	Name         string // in URLs: small letters, digits and hyphens
	Title        string // on the button
	Issuer       string
	ClientID     string
	ClientSecret string
	Scopes       []string // asked for besides openid, profile and email

	// Domains are the e-mail domains it speaks for. Somebody is known by
	// e-mail address only within them; without any, only by subject.
	Domains []string

	// TrustEmail takes addresses as verified that the provider does not call
	// so. Some that verify all of them never say it.
	TrustEmail bool

	// Organisations are the slugs of those it may let people into; without
	// any, all. Somebody who belongs to another one is not known by e-mail
	// address, since that one's administrators did not choose the provider.
	Organisations []string

	// GroupsClaim is the claim with a person's groups, with dots between the
	// names where it is nested. Grants say what they mean here.
	GroupsClaim string
	Grants      []ClaimGrant

	// ACR and AMR are what is asked of how it knew somebody: one of these
	// contexts of authentication, one of these methods. What its answer does
	// not say does not hold.
	ACR []string
	AMR []string

	Client *http.Client // for requests to it; one with bounds where nil
}

// ClaimGrant gives everybody in a group of the provider's a role.
type ClaimGrant struct {
	Claim        string // the group, as the provider calls it; * is everybody it signs in
	Organisation string // slug
	Path         []string
	Role         tenant.Role
}

// ProvidersOf returns those that may let people into the organisation, with
// what is about it alone, without their secrets, and in the order in which they
// are configured.
func (i *Identity) ProvidersOf(ctx context.Context, who tenant.Who) ([]Provider, error) {
	if err := who.Check(tenant.Administer, 0); err != nil {
		return nil, err
	}
	org, err := i.Directory.Organisation(ctx, who.Org)
	if err != nil {
		return nil, err
	}
	var out []Provider
	for _, p := range i.Config.Providers {
		if len(p.Organisations) > 0 && !slices.Contains(p.Organisations, org.Slug) {
			continue
		}
		p.ClientSecret, p.Organisations, p.Client = "", nil, nil
		p.Grants = slices.DeleteFunc(slices.Clone(p.Grants), func(g ClaimGrant) bool { return g.Organisation != org.Slug })
		out = append(out, p)
	}
	return out, nil
}

// ReturnURL is where a provider of this name sends people back to, which it
// has to be told.
func (i *Identity) ReturnURL(provider string) string {
	return strings.TrimSuffix(i.URL, "/") + "/sign-in/" + provider + "/callback"
}

// provider is a Provider that may have been met.
type provider struct {
	Provider
	redirect string

	mu  sync.Mutex
	met *oidc.Provider
}

func (i *Identity) newProviders() (map[string]*provider, error) {
	out := map[string]*provider{}
	for _, p := range i.Config.Providers {
		if p.Name == "" || strings.Trim(p.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || out[p.Name] != nil {
			return nil, fmt.Errorf("the name of the identity provider %q is taken, or has more than small letters, digits and hyphens", p.Name)
		}
		if p.ClientID == "" || (!strings.HasPrefix(p.Issuer, "https://") && !strings.HasPrefix(p.Issuer, "http://")) {
			return nil, fmt.Errorf("the identity provider %s needs an issuer that begins with https:// and a client id", p.Name)
		}
		for _, g := range p.Grants {
			if _, err := tenant.ParseRole(string(g.Role)); err != nil || g.Claim == "" || g.Organisation == "" {
				return nil, fmt.Errorf("the identity provider %s: a grant has a claim, an organisation and a role of %v", p.Name, tenant.Roles)
			}
			if len(p.Organisations) > 0 && !slices.Contains(p.Organisations, g.Organisation) {
				return nil, fmt.Errorf("the identity provider %s gives a role in %s, which is not among its organisations", p.Name, g.Organisation)
			}
		}
		p.Domains = slices.Clone(p.Domains)
		for k, d := range p.Domains {
			p.Domains[k] = fold(d)
		}
		if p.Client == nil {
			p.Client = &http.Client{Timeout: 10 * time.Second, Transport: bounded{http.DefaultTransport}}
		}
		out[p.Name] = &provider{Provider: p, redirect: i.ReturnURL(p.Name)}
	}
	return out, nil
}

// bounded bounds the answers of a server.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, 1<<20)
	}
	return res, err
}

// meet reads the provider's own description of itself, once.
func (p *provider) meet(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.met == nil {
		met, err := oidc.NewProvider(p.client(context.WithoutCancel(ctx)), p.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("asking the identity provider %s: %w", p.Name, err)
		}
		p.met = met
	}
	return p.met, &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: p.met.Endpoint(), RedirectURL: p.redirect,
		Scopes: append([]string{oidc.ScopeOpenID, "profile", "email"}, p.Scopes...),
	}, nil
}

func (p *provider) client(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.Client)
}

// claims is what a provider says of somebody.
type claims struct {
	Subject  string
	Email    string
	Verified bool
	Name     string
	Groups   []string
}

// read takes what counts out of a token's or an answer's claims.
func (p *provider) read(all map[string]any) claims {
	text := func(name string) string {
		s, ok := all[name].(string)
		if !ok {
			return ""
		}
		return s
	}
	c := claims{Subject: text("sub"), Email: text("email"), Name: text("name")}
	switch v := all["email_verified"].(type) {
	case bool:
		c.Verified = v
	case string: // some providers write it so
		c.Verified = v == "true"
	case nil:
		c.Verified = p.TrustEmail
	}
	if c.Name == "" {
		c.Name = text("preferred_username")
	}
	c.Groups = p.groups(all)
	return c
}

// groups reads the groups' claim: a list of texts, or one text.
func (p *provider) groups(all map[string]any) []string {
	if p.GroupsClaim == "" {
		return nil
	}
	v := all[p.GroupsClaim]
	if v == nil {
		v = all
		for name := range strings.SplitSeq(p.GroupsClaim, ".") {
			m, ok := v.(map[string]any)
			if !ok {
				return nil
			}
			v = m[name]
		}
	}
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, g := range v {
			if s, ok := g.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// knows reports whether the provider may tell people by their address.
func (p *provider) knows(c claims) bool {
	return c.Verified && validEmail(c.Email) == nil && slices.Contains(p.Domains, domain(fold(c.Email)))
}

// strong refuses somebody whom the provider knew in another way than is asked
// of it.
func (p *provider) strong(all map[string]any) error {
	if acr, _ := all["acr"].(string); len(p.ACR) > 0 && !slices.Contains(p.ACR, acr) {
		return fmt.Errorf("%w: its acr is %q", errClaims, cut(acr, 100))
	}
	if len(p.AMR) == 0 {
		return nil
	}
	methods, _ := all["amr"].([]any)
	for _, m := range methods {
		if s, ok := m.(string); ok && slices.Contains(p.AMR, s) {
			return nil
		}
	}
	return fmt.Errorf("%w: its amr has none of %v", errClaims, p.AMR)
}

// errClaims says that a provider's answer was not what it should be.
var errClaims = errors.New("the identity provider's answer does not hold")

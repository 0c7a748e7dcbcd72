// Package oidctest is an identity provider for tests: a certified
// implementation of OpenID Connect on the loopback interface, with people and
// groups of the test's.
package oidctest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// What the one client of the provider is called and proves itself with, and
// everybody's password there.
const (
	ClientID     = "demarc"
	ClientSecret = "client secret"
	Password     = "of the provider"
)

// Provider is the provider. People sign in at a page of it with their name and
// Password; their groups come in the claim realm.groups.
type Provider struct {
	*storage.Storage

	URL string // its issuer

	mu      sync.Mutex
	handler http.Handler
	users   map[string]*storage.User
	groups  map[string][]string
}

var _ op.Storage = (*Provider)(nil)

// Start begins to listen. There is nothing there until Serve.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{handler: http.NotFoundHandler(), users: map[string]*storage.User{}, groups: map[string][]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		handler := p.handler
		p.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// Serve serves the client that takes people back at the callback.
func (p *Provider) Serve(callback string) {
	client := storage.WebClient(ClientID, ClientSecret, callback)
	p.Storage = storage.NewStorageWithClients(p, map[string]*storage.Client{ClientID: client})
	handler := exampleop.SetupServer(p.URL, p, nil, false)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handler = handler
}

// Add adds a person, or replaces the one of the same name.
func (p *Provider) Add(name, email string, verified bool, groups ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[name] = &storage.User{ID: name, Username: name, Password: Password, FirstName: "Given", LastName: name, Email: email, EmailVerified: verified}
	p.groups[name] = groups
}

// GetUserByID is what the provider asks for people by.
func (p *Provider) GetUserByID(id string) *storage.User {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.users[id]
}

// GetUserByUsername is GetUserByID: the name is the id.
func (p *Provider) GetUserByUsername(name string) *storage.User { return p.GetUserByID(name) }

// ExampleClientID is a client for machines, which there is none of here.
func (p *Provider) ExampleClientID() string { return storage.ServiceUserID }

// SetUserinfoFromToken says which groups somebody is in.
func (p *Provider) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	err := p.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
	p.mu.Lock()
	defer p.mu.Unlock()
	info.AppendClaims("realm", map[string]any{"groups": p.groups[subject]})
	return err
}

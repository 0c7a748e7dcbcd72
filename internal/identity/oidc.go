package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/demarc-sec/demarc/internal/store"
)

// ErrNoAccount says that a provider vouches for somebody who has no access
// here.
var ErrNoAccount = errors.New("you have no account here; ask an administrator for access")

// ProviderChoice is a provider on the sign-in page.
type ProviderChoice struct{ Name, Title string }

// SignInProviders returns the providers in the order of the configuration.
func (i *Identity) SignInProviders() []ProviderChoice {
	out := make([]ProviderChoice, len(i.Config.Providers))
	for k, p := range i.Config.Providers {
		if out[k] = (ProviderChoice{p.Name, p.Title}); p.Title == "" {
			out[k].Title = p.Name
		}
	}
	return out
}

// asked is a request to a provider, as the session keeps it.
type asked struct {
	Provider, State, Nonce, Verifier, Return string
	Until                                    time.Time
}

// BeginProviderSignIn returns the URL of the provider to send the browser to.
// The provider sends it back to URL/sign-in/NAME/callback, and after the
// sign-in it goes to the path of the console that is asked for here.
func (i *Identity) BeginProviderSignIn(ctx context.Context, name, returnTo string) (string, error) {
	if !hasSession(ctx) {
		return "", errNoSession
	}
	p := i.providers[name]
	if p == nil {
		return "", store.ErrNotFound
	}
	_, config, err := p.meet(ctx)
	if err != nil {
		return "", err
	}
	a := asked{
		Provider: name, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Return: localPath(returnTo), Until: i.Now().Add(10 * time.Minute),
	}
	kept, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	i.sessions.Put(ctx, keyOIDC, kept)
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if len(p.ACR) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(p.ACR, " ")))
	}
	return config.AuthCodeURL(a.State, options...), nil
}

// localPath is a path of the console itself, whatever it was asked to be.
func localPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return "/"
	}
	return s
}

// FinishProviderSignIn takes the query with which the provider sent the
// browser back, signs in, and returns the path to go to.
func (i *Identity) FinishProviderSignIn(ctx context.Context, name string, query url.Values) (string, error) {
	if !hasSession(ctx) {
		return "", errNoSession
	}
	var a asked
	kept := i.sessions.PopBytes(ctx, keyOIDC)
	if kept == nil || json.Unmarshal(kept, &a) != nil || a.Provider != name || i.Now().After(a.Until) {
		return "", ErrExpired
	}
	if subtle.ConstantTimeCompare([]byte(a.State), []byte(query.Get("state"))) != 1 {
		return "", ErrExpired
	}
	p := i.providers[name]
	if p == nil {
		return "", store.ErrNotFound
	}
	if err := i.attempt(ctx, byAddress(ctx)); err != nil {
		return "", err
	}
	c, err := i.ask(ctx, p, &a, query)
	if err != nil {
		i.Log.WarnContext(ctx, "sign-in through an identity provider", "provider", name, "error", err)
		return "", errors.Join(ErrSignIn, i.recordFailure(ctx, &personRow{}, name))
	}
	person, err := i.meetPerson(ctx, p, c)
	if errors.Is(err, ErrNoAccount) {
		return "", errors.Join(err, i.recordFailure(ctx, &personRow{}, name))
	}
	if err != nil {
		return "", err
	}
	if err := i.succeeded(ctx, byAccount("password", person.EmailKey), byAddress(ctx)); err != nil {
		return "", err
	}
	if err := i.begin(ctx, person, name); err != nil {
		return "", err
	}
	i.sessions.Put(ctx, keyVia, name)
	return a.Return, nil
}

// ask exchanges the code for what the provider says of the person.
func (i *Identity) ask(ctx context.Context, p *provider, a *asked, query url.Values) (claims, error) {
	if reason := query.Get("error"); reason != "" {
		return claims{}, fmt.Errorf("%w: it says %q", errClaims, cut(reason, 100))
	}
	if iss := query.Get("iss"); iss != "" && iss != p.Issuer {
		return claims{}, fmt.Errorf("%w: it is of another issuer", errClaims)
	}
	met, config, err := p.meet(ctx)
	if err != nil {
		return claims{}, err
	}
	ctx = p.client(ctx)
	token, err := config.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return claims{}, reasonOf(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return claims{}, fmt.Errorf("%w: there is no ID token", errClaims)
	}
	id, err := met.VerifierContext(ctx, &oidc.Config{ClientID: p.ClientID, Now: i.Now}).Verify(ctx, raw)
	if err != nil {
		return claims{}, err
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1 {
		return claims{}, fmt.Errorf("%w: its nonce is another one", errClaims)
	}
	all := map[string]any{}
	if err := id.Claims(&all); err != nil {
		return claims{}, err
	}
	if err := p.strong(all); err != nil {
		return claims{}, err
	}
	return i.askMore(ctx, p, met, token, all)
}

// askMore asks the provider's user information for what the ID token does not
// say.
func (i *Identity) askMore(ctx context.Context, p *provider, met *oidc.Provider, token *oauth2.Token, all map[string]any) (claims, error) {
	c := p.read(all)
	if c.Subject == "" || len(c.Subject) > 255 {
		return claims{}, fmt.Errorf("%w: there is no subject", errClaims)
	}
	complete := c.Email != "" && c.Name != "" && (p.GroupsClaim == "" || c.Groups != nil)
	if complete || met.UserInfoEndpoint() == "" {
		return c, nil
	}
	info, err := met.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return claims{}, err
	}
	if info.Subject != c.Subject {
		return claims{}, fmt.Errorf("%w: the user information is of another subject", errClaims)
	}
	more := map[string]any{}
	if err := info.Claims(&more); err != nil {
		return claims{}, err
	}
	// what is signed counts more
	maps.Copy(more, all)
	return p.read(more), nil
}

// reasonOf leaves out the body of the provider's answer, which may hold
// anything.
func reasonOf(err error) error {
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return fmt.Errorf("%w: it says %q", errClaims, cut(r.ErrorCode, 100))
	}
	return err
}

// Package settings is the pages of those who run an organisation: its groups
// and their scopes, people and their roles, service accounts, tokens, identity
// providers, and the audit log.
package settings

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// groups is what the pages ask of the directory.
type groups interface {
	Tree(ctx context.Context, org int64) (*tenant.Tree, error)
	Add(ctx context.Context, who tenant.Who, g tenant.Group) (int64, error)
	Change(ctx context.Context, who tenant.Who, g tenant.Group) error
	Drop(ctx context.Context, who tenant.Who, id int64) error
}

// members is what they ask of identity.
type members interface {
	Members(ctx context.Context, who tenant.Who, cursor string, limit int) (identity.Members, error)
	Member(ctx context.Context, who tenant.Who, person int64) (identity.Member, error)
	Invite(ctx context.Context, who tenant.Who, email, name string, grants []tenant.Grant) (identity.OneTime, error)
	Invitations(ctx context.Context, who tenant.Who) ([]identity.Invitation, error)
	Uninvite(ctx context.Context, who tenant.Who, id int64) error
	Give(ctx context.Context, who tenant.Who, to identity.Holder, g tenant.Grant) error
	Take(ctx context.Context, who tenant.Who, from identity.Holder, g tenant.Grant) error
	Disable(ctx context.Context, who tenant.Who, person int64) error
	Enable(ctx context.Context, who tenant.Who, person int64) error
	Remove(ctx context.Context, who tenant.Who, person int64) error
	PasswordLink(ctx context.Context, who tenant.Who, person int64) (identity.OneTime, error)
	ResetTOTP(ctx context.Context, who tenant.Who, person int64) error
	ResetPasskeys(ctx context.Context, who tenant.Who, person int64) error
	EndSessionsOf(ctx context.Context, who tenant.Who, person int64) error
	Rules(ctx context.Context, who tenant.Who) (identity.Rules, error)
	SetRules(ctx context.Context, who tenant.Who, r identity.Rules) error
	ProvidersOf(ctx context.Context, who tenant.Who) ([]identity.Provider, error)
	ReturnURL(provider string) string

	Services(ctx context.Context, who tenant.Who) ([]identity.ServiceAccount, error)
	AddService(ctx context.Context, who tenant.Who, name string, grants []tenant.Grant) (int64, error)
	DisableService(ctx context.Context, who tenant.Who, id int64) error
	EnableService(ctx context.Context, who tenant.Who, id int64) error
	RemoveService(ctx context.Context, who tenant.Who, id int64) error
	ServiceTokens(ctx context.Context, who tenant.Who, service int64) ([]identity.Token, error)
	CreateToken(ctx context.Context, who tenant.Who, n identity.NewToken) (identity.Token, string, error)
	AllTokens(ctx context.Context, who tenant.Who, cursor string) (tokens []identity.Token, next string, err error)
	RevokeToken(ctx context.Context, who tenant.Who, id int64) error
}

// ledger is what they ask of the inventory.
type ledger interface {
	AssetFacets(ctx context.Context, who tenant.Who, ask inventory.AssetQuery) (inventory.Facets, error)
	Replace(ctx context.Context, who tenant.Who) (moved int, later bool, err error)
	Retention(ctx context.Context, who tenant.Who) (inventory.Retention, error)
}

// origins is what they ask of the sources.
type origins interface {
	List(ctx context.Context, who tenant.Who) ([]sources.Source, error)
}

// trail is what they ask of the audit log.
type trail interface {
	List(ctx context.Context, who tenant.Who, f audit.Filter) (audit.Page, error)
	Export(ctx context.Context, who tenant.Who, after int64, w io.Writer) error
	Verify(ctx context.Context, who tenant.Who, known *audit.Head) (audit.Head, error)
}

// servers is what they ask of the fleet.
type servers interface {
	VulnerabilityData(ctx context.Context, who tenant.Who) (fleet.VulnerabilityData, error)
}

// Pages are the pages.
type Pages struct {
	Groups    groups
	People    members
	Inventory ledger
	Sources   origins
	Audit     trail
	Fleet     servers
	URL       string // of the console, for links that are sent to people
	Now       func() time.Time
}

// Tab is one of the settings.
type Tab struct {
	ID, Title, URL string
	Needs          tenant.Permission
	Whole          bool // in the whole organisation
}

// Tabs are the settings, left to right.
var Tabs = []Tab{
	{"groups", "Groups", "/settings/groups", tenant.Read, false},
	{"people", "People", "/settings/people", tenant.Administer, false},
	{"services", "Service accounts", "/settings/services", tenant.Administer, false},
	{"tokens", "API tokens", "/settings/tokens", tenant.Administer, true},
	{"sign-in", "Sign-in", "/settings/sign-in", tenant.Administer, true},
	{"providers", "Identity providers", "/settings/providers", tenant.Administer, true},
	{"notifications", "Notifications", "/settings/notifications", tenant.Administer, false},
	{"vulnerabilities", "Vulnerabilities", "/settings/vulnerabilities", tenant.Read, false},
	{"history", "History", "/settings/history", tenant.Administer, true},
	{"audit", "Audit log", "/settings/audit", tenant.ReadAudit, true},
}

// seen reports whether the tab is for somebody.
func (t Tab) seen(who tenant.Who) bool {
	if t.Whole {
		return who.Check(t.Needs, 0) == nil
	}
	return !who.Reach(t.Needs).None()
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	for pattern, f := range map[string]page.Func{
		"GET /settings": func(w http.ResponseWriter, r *http.Request, _ tenant.Who) error {
			return page.Done(w, r, "/settings/groups", "")
		},

		"GET /settings/groups":              p.groups,
		"GET /settings/groups/new":          p.newGroup,
		"POST /settings/groups":             p.addGroup,
		"GET /settings/groups/{id}":         p.group,
		"POST /settings/groups/{id}":        p.changeGroup,
		"POST /settings/groups/{id}/remove": p.removeGroup,

		"GET /settings/people":                          p.people,
		"POST /settings/people/invite":                  p.invite,
		"POST /settings/people/invitations/{id}/remove": p.uninvite,
		"GET /settings/people/{id}":                     p.person,
		"POST /settings/people/{id}/give":               p.give(tenant.Person),
		"POST /settings/people/{id}/take":               p.take(tenant.Person),
		"POST /settings/people/{id}/{act}":              p.actOnPerson,

		"GET /settings/services":             p.services,
		"POST /settings/services":            p.addService,
		"GET /settings/services/{id}":        p.service,
		"POST /settings/services/{id}/give":  p.give(tenant.Service),
		"POST /settings/services/{id}/take":  p.take(tenant.Service),
		"POST /settings/services/{id}/token": p.serviceToken,
		"POST /settings/services/{id}/{act}": p.actOnService,

		"GET /settings/tokens":              p.tokens,
		"POST /settings/tokens/{id}/revoke": p.revoke,
		"GET /settings/sign-in":             p.signIn,
		"POST /settings/sign-in":            p.setSignIn,
		"GET /settings/providers":           p.providers,
		"GET /settings/vulnerabilities":     p.vulnerabilities,
		"GET /settings/history":             p.history,
		"GET /settings/audit":               p.audit,
		"GET /settings/audit/export":        p.exportAudit,
		"POST /settings/audit/verify":       p.verifyAudit,
	} {
		mux.Handle(pattern, page.For(f))
	}
}

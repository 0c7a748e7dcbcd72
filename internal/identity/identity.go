// Package identity keeps who uses the control plane: people and service
// accounts, how they sign in, their sessions and tokens, and their grants.
//
// People are known to the whole installation and belong to organisations by
// membership; an administrator of one organisation decides on memberships and
// grants in it, and on nothing of a person that another organisation shares.
package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Directory is what identity asks about organisations and their groups.
type Directory interface {
	Organisation(ctx context.Context, id int64) (tenant.Organisation, error)
	Organisations(ctx context.Context) ([]tenant.Organisation, error)
	Tree(ctx context.Context, org int64) (*tenant.Tree, error)
}

// Config is what an Identity is made of.
type Config struct {
	DB        *store.DB
	Directory Directory
	Seal      seal.Sealer
	Log       *slog.Logger
	Now       func() time.Time // time.Now where nil

	// URL is where browsers reach the console, such as https://demarc.example.com.
	// Passkeys hold for its host, and cookies are secure where it is https.
	URL string

	Idle     time.Duration // a session that is not used ends; 30 minutes where 0
	Absolute time.Duration // every session ends; 12 hours where 0

	Providers []Provider // of OpenID Connect

	// Mail sends a text to somebody. Without it nothing goes by mail, and
	// links are handed over by administrators.
	Mail func(ctx context.Context, to, subject, text string) error

	// Left is told in the transaction that takes a person out of an
	// organisation, so that others forget what was theirs alone. May be nil.
	Left func(ctx context.Context, tx bun.IDB, org, person int64) error

	Hashing Hashing // of passwords; DefaultHashing where zero
}

// Identity is the people and programs of a control plane. It is safe for
// concurrent use.
type Identity struct {
	Config
	base      *url.URL
	sessions  *scs.SessionManager
	passkeys  *webauthn.WebAuthn
	providers map[string]*provider
	hashing   chan struct{} // bounds the memory that hashing takes
	decoy     string        // hash that unknown people's passwords are held against
}

// New returns an Identity. It asks nobody yet: providers are met when the
// first person signs in with them.
func New(c Config) (*Identity, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Hostname() == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, fmt.Errorf("the URL of the console, %q, is no http or https URL", c.URL)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Idle == 0 {
		c.Idle = 30 * time.Minute
	}
	if c.Absolute == 0 {
		c.Absolute = 12 * time.Hour
	}
	if c.Hashing == (Hashing{}) {
		c.Hashing = DefaultHashing
	}
	i := &Identity{Config: c, base: base, hashing: make(chan struct{}, 4)}
	if i.decoy, err = i.Hashing.hash("nobody has this password"); err != nil {
		return nil, err
	}
	i.sessions = i.newSessions()
	if i.passkeys, err = newPasskeys(base); err != nil {
		return nil, fmt.Errorf("preparing passkeys: %w", err)
	}
	if i.providers, err = i.newProviders(); err != nil {
		return nil, err
	}
	return i, nil
}

func (i *Identity) now() store.Time { return store.At(i.Now()) }

// Who places an actor in the tree of its organisation.
func (i *Identity) Who(ctx context.Context, a tenant.Actor) (tenant.Who, error) {
	tree, err := i.Directory.Tree(ctx, a.Org)
	if err != nil {
		return tenant.Who{}, err
	}
	return tenant.Who{Actor: a, Tree: tree}, nil
}

// Clean removes what is of no more use: sessions, links and tokens that
// expired, and attempts long past. It is called now and then.
func (i *Identity) Clean(ctx context.Context) error {
	now := i.now()
	day := store.At(now.Add(-24 * time.Hour))
	var errs []error
	for _, q := range []struct {
		model any
		where string
		than  store.Time
	}{
		{(*sessionRow)(nil), "expires < ?", now},
		{(*linkRow)(nil), "expires < ?", now},
		{(*tokenRow)(nil), "expires < ?", store.At(now.Add(-30 * 24 * time.Hour))}, // shown as expired for a while
		{(*attemptRow)(nil), "last < ?", day},
	} {
		_, err := i.DB.NewDelete().Model(q.model).Where(q.where, q.than).Exec(ctx)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// digest is what is kept of a random secret that is never read back.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

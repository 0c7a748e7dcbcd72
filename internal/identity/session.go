package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// What a session holds.
const (
	keyPerson  = "person"
	keyEpoch   = "epoch" // of the person when they signed in
	keyOrg     = "organisation"
	keySince   = "since"   // when they signed in, in milliseconds
	keyVia     = "via"     // the provider they signed in through
	keyWeak    = "weak"    // a password alone opened it
	keyPending = "pending" // who gave a password and owes a code
	keyUntil   = "until"   // by when, in milliseconds
	keyTOTP    = "totp"    // sealed secret that is being set up
	keyPasskey = "passkey" // ceremony that was begun
	keyOIDC    = "oidc"    // request to a provider that was begun
)

// RecentSignIn is how long after a sign-in a person may change how they sign in.
const RecentSignIn = time.Hour

func (i *Identity) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Lifetime = i.Absolute
	m.HashTokenInStore = true
	m.Store = sessionStore{i}
	m.Cookie.Name, m.Cookie.Persist = "demarc", false
	if m.Cookie.Secure = i.base.Scheme == "https"; m.Cookie.Secure {
		m.Cookie.Name = "__Host-demarc" // browsers take it only secure, and from this host alone
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		i.Log.ErrorContext(r.Context(), "keeping the session", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
	return m
}

type sessionKey struct{}

// Middleware gives each request its session, and writes it when the response
// begins. Requests with an Authorization header have none. The methods that
// sign in or out, and Authenticate, need it around them; it needs
// audit.WithOrigin before it.
func (i *Identity) Middleware(next http.Handler) http.Handler {
	marked := i.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), sessionKey{}, true)))
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := r.Header["Authorization"]; ok {
			next.ServeHTTP(w, r)
			return
		}
		marked.ServeHTTP(w, r)
	})
}

func hasSession(ctx context.Context) bool { return ctx.Value(sessionKey{}) != nil }

// errNoSession says that the program forgot Middleware, or a token was used
// where only a session will do.
var errNoSession = errors.New("the request has no session")

// begin makes the session one of the person, under a new token.
func (i *Identity) begin(ctx context.Context, p *personRow, how string) error {
	if err := i.renew(ctx); err != nil {
		return err
	}
	now := i.now()
	err := i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model(p).Set("seen = ?", now).WherePK().Exec(ctx); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "session.begun", audit.Detail{"with": how})
	})
	if err != nil {
		return err
	}
	i.sessions.Put(ctx, keyPerson, p.ID)
	i.sessions.Put(ctx, keyEpoch, p.Epoch)
	i.sessions.Put(ctx, keySince, now.UnixMilli())
	return nil
}

// beginWeakly is begin after a password, or a link that sets one, and nothing
// else.
func (i *Identity) beginWeakly(ctx context.Context, p *personRow, how string) error {
	if err := i.begin(ctx, p, how); err != nil {
		return err
	}
	i.sessions.Put(ctx, keyWeak, true)
	return nil
}

// renew empties the session and gives it a new token, so that nothing that
// was known before a sign-in counts after it.
func (i *Identity) renew(ctx context.Context) error {
	if !hasSession(ctx) {
		return errNoSession
	}
	if err := i.sessions.Clear(ctx); err != nil {
		return err
	}
	return i.sessions.RenewToken(ctx)
}

// SignOut ends the session of the request.
func (i *Identity) SignOut(ctx context.Context) error {
	if !hasSession(ctx) {
		return errNoSession
	}
	p, err := i.signedIn(ctx)
	if err != nil && !errors.Is(err, ErrUnauthenticated) {
		return err
	}
	if p != nil {
		err := i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
			return i.recordOf(ctx, tx, p, "session.ended", nil)
		})
		if err != nil {
			return err
		}
	}
	return i.sessions.Destroy(ctx)
}

// signedIn returns the person of the session.
func (i *Identity) signedIn(ctx context.Context) (*personRow, error) {
	if !hasSession(ctx) {
		return nil, ErrUnauthenticated
	}
	id := i.sessions.GetInt64(ctx, keyPerson)
	if id == 0 {
		return nil, ErrUnauthenticated
	}
	p, err := i.person(ctx, i.DB, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrUnauthenticated
	}
	if err != nil {
		return nil, err
	}
	if p.Epoch != i.sessions.GetInt64(ctx, keyEpoch) {
		return nil, ErrUnauthenticated
	}
	return p, nil
}

func (i *Identity) person(ctx context.Context, db bun.IDB, id int64) (*personRow, error) {
	var p personRow
	if err := db.NewSelect().Model(&p).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	return &p, nil
}

// oneself returns the person who asks about their own account, which takes a
// session: a token must not change how its holder signs in.
func (i *Identity) oneself(ctx context.Context, who tenant.Who) (*personRow, error) {
	if who.Kind != tenant.Person || who.Token != nil {
		return nil, tenant.ErrForbidden
	}
	p, err := i.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	if p.ID != who.ID {
		return nil, tenant.ErrForbidden
	}
	return p, nil
}

// Recent reports whether the session's sign-in is recent enough for changes to
// how the person signs in.
func (i *Identity) Recent(ctx context.Context) bool {
	return hasSession(ctx) && i.Now().Sub(time.UnixMilli(i.sessions.GetInt64(ctx, keySince))) <= RecentSignIn
}

// recently is oneself after a recent sign-in.
func (i *Identity) recently(ctx context.Context, who tenant.Who) (*personRow, error) {
	p, err := i.oneself(ctx, who)
	if err == nil && !i.Recent(ctx) {
		return nil, ErrRecent
	}
	return p, err
}

// freely is recently for changes to how the person signs in. A provider that
// serves only some organisations must not get at the others by it.
func (i *Identity) freely(ctx context.Context, who tenant.Who) (*personRow, error) {
	p, err := i.recently(ctx, who)
	if err != nil {
		return nil, err
	}
	if err := i.proven(ctx, who); err != nil {
		return nil, err
	}
	return p, i.unbound(ctx, p)
}

func (i *Identity) unbound(ctx context.Context, p *personRow) error {
	name := i.sessions.GetString(ctx, keyVia)
	if name == "" {
		return nil
	}
	orgs, err := i.belongs(ctx, i.DB, p.ID)
	if err != nil {
		return err
	}
	for _, org := range orgs {
		if err := i.serves(ctx, name, org); errors.Is(err, ErrInvalid) {
			return fmt.Errorf("%w: you belong to other organisations too; sign in another way to do this", tenant.ErrForbidden)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// Sessions returns the person's own sessions, the latest first.
func (i *Identity) Sessions(ctx context.Context, who tenant.Who) ([]Session, error) {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return nil, err
	}
	now := i.now()
	var rows []sessionRow
	err = i.DB.NewSelect().Model(&rows).
		Where("person = ? AND epoch = ? AND ended IS NULL AND expires > ? AND seen > ?", p.ID, p.Epoch, now, store.At(now.Add(-i.Idle))).
		Order("seen DESC", "id DESC").Limit(200).Scan(ctx)
	if err != nil {
		return nil, store.Translate(err)
	}
	current := i.currentToken(ctx)
	out := make([]Session, len(rows))
	for k, r := range rows {
		out[k] = Session{ID: r.ID, Begun: r.Begun.Time, Seen: r.Seen.Time, Address: r.Address, Agent: r.Agent, Current: r.Token == current}
	}
	return out, nil
}

// EndSession ends one of the person's own sessions.
func (i *Identity) EndSession(ctx context.Context, who tenant.Who, id int64) error {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*sessionRow)(nil)).Set("ended = ?", i.now()).Set("data = ?", []byte{}).
			Where("id = ? AND person = ? AND ended IS NULL", id, p.ID).Exec(ctx)
		if err := one(res, err); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "session.revoked", nil)
	})
}

// EndOtherSessions ends all of the person's sessions but the one that asks.
func (i *Identity) EndOtherSessions(ctx context.Context, who tenant.Who) error {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return err
	}
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := i.newEpoch(ctx, tx, p); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "session.revoked", audit.Detail{"all": true})
	})
	if err == nil {
		i.sessions.Put(ctx, keyEpoch, p.Epoch)
	}
	return err
}

// newEpoch ends all sessions of a person at once, those included that are
// about to begin; the one that is to stay takes the new epoch.
func (i *Identity) newEpoch(ctx context.Context, tx bun.IDB, p *personRow) error {
	err := tx.NewUpdate().Model(p).Set("epoch = epoch + 1").WherePK().Returning("epoch").Scan(ctx)
	return store.Translate(err)
}

// currentToken is the request's session as scs names it to the store.
func (i *Identity) currentToken(ctx context.Context) string {
	sum := sha256.Sum256([]byte(i.sessions.Token(ctx)))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

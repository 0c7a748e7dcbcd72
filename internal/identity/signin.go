package identity

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Step is what a sign-in needs next.
type Step string

// The steps.
const (
	SignedIn  Step = "signed-in"
	NeedsCode Step = "needs-code" // of the authenticator app, or a recovery code
)

// codeWithin is how long the code may follow the password.
const codeWithin = 5 * time.Minute

// SignInWithPassword signs in to the session, or remembers in it who owes a
// code. It fails with ErrSignIn, in the same time whatever was wrong, or with
// a *LimitedError.
func (i *Identity) SignInWithPassword(ctx context.Context, email, password string) (Step, error) {
	if !hasSession(ctx) {
		return "", errNoSession
	}
	key := fold(cut(email, MaxEmail))
	account, address := byAccount("password", key), byAddress(ctx)
	if err := i.attempt(ctx, account, address); err != nil {
		return "", err
	}
	var p personRow
	err := store.Translate(i.DB.NewSelect().Model(&p).Where("email_key = ?", key).Scan(ctx))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	ok, outdated, err := i.matches(ctx, password, p.Password)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errors.Join(ErrSignIn, i.recordFailure(ctx, &p, "password"))
	}
	if err := i.succeeded(ctx, account, address); err != nil {
		return "", err
	}
	if outdated {
		if err := i.rehash(ctx, &p, password); err != nil {
			return "", err
		}
	}
	if p.TOTP == nil {
		return SignedIn, i.beginWeakly(ctx, &p, "password")
	}
	if err := i.renew(ctx); err != nil {
		return "", err
	}
	i.sessions.Put(ctx, keyPending, p.ID)
	i.sessions.Put(ctx, keyEpoch, p.Epoch)
	i.sessions.Put(ctx, keyUntil, i.Now().Add(codeWithin).UnixMilli())
	return NeedsCode, nil
}

// SignInWithCode finishes what SignInWithPassword began, with a code of the
// authenticator app or a recovery code.
func (i *Identity) SignInWithCode(ctx context.Context, code string) error {
	if !hasSession(ctx) {
		return errNoSession
	}
	id := i.sessions.GetInt64(ctx, keyPending)
	if id == 0 || i.Now().UnixMilli() > i.sessions.GetInt64(ctx, keyUntil) {
		return ErrExpired
	}
	p, err := i.person(ctx, i.DB, id)
	if err != nil {
		return err
	}
	if p.Epoch != i.sessions.GetInt64(ctx, keyEpoch) {
		return ErrExpired
	}
	account, address := byAccount("code", p.EmailKey), byAddress(ctx)
	if err := i.attempt(ctx, account, address); err != nil {
		return err
	}
	how, err := i.takeCode(ctx, p, code)
	if errors.Is(err, ErrSignIn) {
		return errors.Join(err, i.recordFailure(ctx, p, "code"))
	}
	if err != nil {
		return err
	}
	if err := i.succeeded(ctx, account, address); err != nil {
		return err
	}
	return i.begin(ctx, p, "password and "+how)
}

// recordFailure records a failed sign-in, where the person is not known in the
// installation's chain: that takes as long.
func (i *Identity) recordFailure(ctx context.Context, p *personRow, how string) error {
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if p.ID != 0 {
			return i.recordOf(ctx, tx, p, "sign-in.failed", audit.Detail{"with": how})
		}
		return audit.Record(ctx, tx, tenant.BySystem(audit.Installation), "sign-in.failed", audit.Object{Kind: "person"}, audit.Detail{"with": how})
	})
}

// rehash keeps the password with today's amount of work.
func (i *Identity) rehash(ctx context.Context, p *personRow, password string) error {
	phc, err := i.hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = i.DB.NewUpdate().Model(p).Set("password = ?", phc).Where("id = ? AND password = ?", p.ID, p.Password).Exec(ctx)
	return err
}

// ChangePassword gives the person another password, or a first one, and ends
// their other sessions. The old one is asked for where there is one.
func (i *Identity) ChangePassword(ctx context.Context, who tenant.Who, old, password string) error {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return err
	}
	if p.Password == "" && !i.Recent(ctx) {
		return ErrRecent
	}
	if err := i.proven(ctx, who); err != nil {
		return err
	}
	if err := i.unbound(ctx, p); err != nil {
		return err
	}
	if p.Password != "" {
		account, address := byAccount("password", p.EmailKey), byAddress(ctx)
		if err := i.attempt(ctx, account, address); err != nil {
			return err
		}
		ok, _, err := i.matches(ctx, old, p.Password)
		if err != nil {
			return err
		}
		if !ok {
			return errors.Join(ErrSignIn, i.recordFailure(ctx, p, "password"))
		}
		if err := i.succeeded(ctx, account, address); err != nil {
			return err
		}
	}
	phc, err := i.newPassword(ctx, p.EmailKey, p.Name, password)
	if err != nil {
		return err
	}
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		return i.keepPassword(ctx, tx, p, phc, "old password")
	})
	if err != nil {
		return err
	}
	i.sessions.Put(ctx, keyEpoch, p.Epoch)
	return i.sessions.RenewToken(ctx)
}

// newPassword is the hash of a password that the person may have.
func (i *Identity) newPassword(ctx context.Context, email, name, password string) (string, error) {
	words := []string{name, domain(email), email, email[:max(0, len(email)-len(domain(email))-1)], "demarc"}
	if err := validPassword(password, words...); err != nil {
		return "", err
	}
	return i.hash(ctx, password)
}

package identity

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// BeginPasskeySignIn returns what the browser needs to sign in with any
// passkey it has for the console, as JSON for navigator.credentials.get.
func (i *Identity) BeginPasskeySignIn(ctx context.Context) ([]byte, error) {
	if !hasSession(ctx) {
		return nil, errNoSession
	}
	if i.passkeys == nil {
		return nil, ErrNoPasskeys
	}
	options, ceremony, err := i.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("beginning a sign-in with a passkey: %w", err)
	}
	return i.keepCeremony(ctx, ceremony, options)
}

// FinishPasskeySignIn signs in with the JSON of the browser's answer. A
// passkey verifies its user, so that no code is asked for.
func (i *Identity) FinishPasskeySignIn(ctx context.Context, answer []byte) error {
	if !hasSession(ctx) {
		return errNoSession
	}
	if i.passkeys == nil {
		return ErrNoPasskeys
	}
	address := byAddress(ctx)
	if err := i.attempt(ctx, address); err != nil {
		return err
	}
	ceremony, err := i.ceremony(ctx)
	if err != nil {
		return err
	}
	u, used, err := i.validate(ctx, ceremony, answer)
	if err != nil {
		return errors.Join(err, i.recordFailure(ctx, u.orNobody(), "passkey"))
	}
	if err := i.passkeyUsed(ctx, u.personRow, used); err != nil {
		return err
	}
	if err := i.succeeded(ctx, byAccount("password", u.EmailKey), address); err != nil {
		return err
	}
	return i.begin(ctx, u.personRow, "passkey")
}

func (u passkeyUser) orNobody() *personRow {
	if u.personRow == nil {
		return &personRow{}
	}
	return u.personRow
}

// validate finds whose passkey answered and holds the answer against it. A
// counter that did not go up is that of a copy, and refused.
func (i *Identity) validate(ctx context.Context, ceremony webauthn.SessionData, answer []byte) (passkeyUser, *webauthn.Credential, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return passkeyUser{}, nil, ErrSignIn
	}
	var u passkeyUser
	var failed error // of the database, which is no wrong answer
	_, used, err := i.passkeys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var p personRow
		err := store.Translate(i.DB.NewSelect().Model(&p).Where("handle = ?", handle).Scan(ctx))
		if err == nil {
			u, err = i.passkeyUser(ctx, &p)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			failed = err
		}
		return u, err
	}, ceremony, parsed)
	if failed != nil {
		return u, nil, failed
	}
	if err != nil || used.Authenticator.CloneWarning || !used.Flags.UserVerified {
		return u, nil, ErrSignIn
	}
	return u, used, nil
}

// passkeyUsed keeps the passkey's counter, unless another sign-in with the
// same answer was quicker.
func (i *Identity) passkeyUsed(ctx context.Context, p *personRow, used *webauthn.Credential) error {
	record, err := json.Marshal(used)
	if err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		// Setting something first holds the row until the transaction ends.
		var row passkeyRow
		err := tx.NewUpdate().Model(&row).Set("used = ?", i.now()).
			Where("credential = ? AND person = ?", credentialKey(used.ID), p.ID).Returning("*").Scan(ctx)
		if err != nil {
			return err
		}
		var before webauthn.Credential
		if err := json.Unmarshal([]byte(row.Record), &before); err != nil {
			return err
		}
		n := used.Authenticator.SignCount
		if !bytes.Equal(before.ID, used.ID) || (n != 0 && n <= before.Authenticator.SignCount) {
			return ErrSignIn
		}
		_, err = tx.NewUpdate().Model(&row).Set("record = ?", string(record)).WherePK().Exec(ctx)
		return err
	})
}

package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// MaxPasskeys bounds the passkeys of a person.
const MaxPasskeys = 20

// ErrNoPasskeys says that the console is reached in a way for which browsers
// make no passkeys.
var ErrNoPasskeys = fmt.Errorf("%w: passkeys need the console to have a host name, not a bare address", ErrInvalid)

// newPasskeys returns nil where the host is an address, which no passkey can be for.
func newPasskeys(base *url.URL) (*webauthn.WebAuthn, error) {
	if protocol.ValidateRPID(base.Hostname()) != nil {
		return nil, nil //nolint:nilerr // no passkey of ours
	}
	within := webauthn.TimeoutConfig{Enforce: true, Timeout: 5 * time.Minute, TimeoutUVD: 5 * time.Minute}
	return webauthn.New(&webauthn.Config{
		RPID:                  base.Hostname(),
		RPDisplayName:         "Demarc",
		RPOrigins:             []string{base.Scheme + "://" + base.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired, // so that no account is named before the sign-in
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired, // so that it is two factors
		},
		Timeouts: webauthn.TimeoutsConfig{Login: within, Registration: within},
	})
}

// passkeyUser is a person as the library asks for them.
type passkeyUser struct {
	*personRow
	credentials []webauthn.Credential
}

func (u passkeyUser) WebAuthnID() []byte                         { return u.Handle }
func (u passkeyUser) WebAuthnName() string                       { return u.Email }
func (u passkeyUser) WebAuthnDisplayName() string                { return u.Name }
func (u passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

func (i *Identity) passkeyUser(ctx context.Context, p *personRow) (passkeyUser, error) {
	var rows []passkeyRow
	if err := i.DB.NewSelect().Model(&rows).Where("person = ?", p.ID).Order("id").Scan(ctx); err != nil {
		return passkeyUser{}, store.Translate(err)
	}
	u := passkeyUser{p, make([]webauthn.Credential, len(rows))}
	for k, r := range rows {
		if err := json.Unmarshal([]byte(r.Record), &u.credentials[k]); err != nil {
			return u, fmt.Errorf("passkey %d: %w", r.ID, err)
		}
	}
	return u, nil
}

// BeginPasskey returns what the browser needs to make a passkey, as JSON for
// navigator.credentials.create.
func (i *Identity) BeginPasskey(ctx context.Context, who tenant.Who) ([]byte, error) {
	u, err := i.passkeysOf(ctx, who)
	if err != nil {
		return nil, err
	}
	if len(u.credentials) >= MaxPasskeys {
		return nil, fmt.Errorf("%w: a person has at most %d passkeys", ErrInvalid, MaxPasskeys)
	}
	options, ceremony, err := i.passkeys.BeginRegistration(u, webauthn.WithExclusions(webauthn.Credentials(u.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("beginning a passkey: %w", err)
	}
	return i.keepCeremony(ctx, ceremony, options)
}

func (i *Identity) passkeysOf(ctx context.Context, who tenant.Who) (passkeyUser, error) {
	p, err := i.freely(ctx, who)
	if err != nil {
		return passkeyUser{}, err
	}
	if i.passkeys == nil {
		return passkeyUser{}, ErrNoPasskeys
	}
	return i.passkeyUser(ctx, p)
}

// keepCeremony remembers in the session what was begun, and returns the
// options as JSON.
func (i *Identity) keepCeremony(ctx context.Context, ceremony *webauthn.SessionData, options any) ([]byte, error) {
	kept, err := json.Marshal(ceremony)
	if err != nil {
		return nil, err
	}
	i.sessions.Put(ctx, keyPasskey, kept)
	return json.Marshal(options)
}

// ceremony takes what was begun out of the session: it is finished once.
func (i *Identity) ceremony(ctx context.Context) (webauthn.SessionData, error) {
	var c webauthn.SessionData
	kept := i.sessions.PopBytes(ctx, keyPasskey)
	if kept == nil || json.Unmarshal(kept, &c) != nil {
		return c, ErrExpired
	}
	return c, nil
}

// FinishPasskey keeps the passkey that the browser made, from the JSON of its
// answer.
func (i *Identity) FinishPasskey(ctx context.Context, who tenant.Who, name string, answer []byte) error {
	u, err := i.passkeysOf(ctx, who)
	if err != nil {
		return err
	}
	if err := validName(name); err != nil {
		return err
	}
	ceremony, err := i.ceremony(ctx)
	if err != nil {
		return err
	}
	var made *webauthn.Credential
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err == nil {
		made, err = i.passkeys.CreateCredential(u, ceremony, parsed)
	}
	if err != nil {
		return fmt.Errorf("%w: the passkey was not taken; try again", ErrInvalid)
	}
	record, err := json.Marshal(made)
	if err != nil {
		return err
	}
	row := passkeyRow{Person: u.ID, Credential: credentialKey(made.ID), Record: string(record), Name: name, Created: i.now()}
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row.ID = 0
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, u.personRow, "passkey.added", audit.Detail{"name": name})
	})
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%w: this passkey is known already", ErrInvalid)
	}
	if err != nil {
		return err
	}
	i.strengthen(ctx)
	return i.sessions.RenewToken(ctx)
}

func credentialKey(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// Passkeys returns the person's own passkeys.
func (i *Identity) Passkeys(ctx context.Context, who tenant.Who) ([]Passkey, error) {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return nil, err
	}
	var rows []passkeyRow
	if err := i.DB.NewSelect().Model(&rows).Where("person = ?", p.ID).Order("id").Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	out := make([]Passkey, len(rows))
	for k, r := range rows {
		out[k] = Passkey{ID: r.ID, Name: r.Name, Created: r.Created.Time, Used: r.Used.Time}
	}
	return out, nil
}

// RenamePasskey gives one of the person's own passkeys another name. It changes
// nothing about how they sign in, and so needs no recent sign-in.
func (i *Identity) RenamePasskey(ctx context.Context, who tenant.Who, id int64, name string) error {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return err
	}
	if err := validName(name); err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewUpdate().Model((*passkeyRow)(nil)).Set("name = ?", name).Where("id = ? AND person = ?", id, p.ID).Exec(ctx)); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "passkey.renamed", audit.Detail{"name": name})
	})
}

// RemovePasskey removes one of the person's own passkeys.
func (i *Identity) RemovePasskey(ctx context.Context, who tenant.Who, id int64) error {
	p, err := i.freely(ctx, who)
	if err != nil {
		return err
	}
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewDelete().Model((*passkeyRow)(nil)).Where("id = ? AND person = ?", id, p.ID).Exec(ctx)); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "passkey.removed", nil)
	})
	if err != nil {
		return err
	}
	return i.weaken(ctx, p)
}

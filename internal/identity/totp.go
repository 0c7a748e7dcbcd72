package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

const (
	totpPeriod    = 30 // seconds
	recoveryCodes = 10
)

// TOTPSetup is what an authenticator app needs. The page shows the URL as a QR
// code, and the secret for typing.
type TOTPSetup struct {
	URL    string // otpauth://…
	Secret string // base32
}

func totpLabel(person int64) string { return fmt.Sprintf("totp of person %d", person) }

// BeginTOTP makes a secret for the person's authenticator app; it holds from
// FinishTOTP on, which must come in the same session.
func (i *Identity) BeginTOTP(ctx context.Context, who tenant.Who) (TOTPSetup, error) {
	p, err := i.freely(ctx, who)
	if err != nil {
		return TOTPSetup{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Demarc " + i.base.Hostname(), AccountName: p.Email, SecretSize: 20, Period: totpPeriod})
	if err != nil {
		return TOTPSetup{}, fmt.Errorf("making a secret for codes: %w", err)
	}
	sealed, err := i.Seal.Seal(ctx, totpLabel(p.ID), []byte(key.Secret()))
	if err != nil {
		return TOTPSetup{}, err
	}
	i.sessions.Put(ctx, keyTOTP, sealed)
	return TOTPSetup{URL: key.URL(), Secret: key.Secret()}, nil
}

// FinishTOTP takes a first code, from which on a password alone does not sign
// in any more, and returns the recovery codes, which are shown only now.
func (i *Identity) FinishTOTP(ctx context.Context, who tenant.Who, code string) ([]string, error) {
	p, err := i.freely(ctx, who)
	if err != nil {
		return nil, err
	}
	sealed := i.sessions.GetBytes(ctx, keyTOTP)
	if sealed == nil {
		return nil, ErrExpired
	}
	secret, err := i.Seal.Open(ctx, totpLabel(p.ID), sealed)
	if err != nil {
		return nil, err
	}
	step, ok := codeStep(string(secret), code, i.Now())
	if !ok {
		return nil, fmt.Errorf("%w: the code does not fit; is the clock of the device right?", ErrInvalid)
	}
	codes, rows := newRecoveryCodes(p.ID)
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(p).Set("totp = ?", sealed).Set("totp_step = ?", step).WherePK().Exec(ctx)
		if err != nil {
			return err
		}
		if err := replaceRecoveryCodes(ctx, tx, p.ID, rows); err != nil {
			return err
		}
		if err := i.newEpoch(ctx, tx, p); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "totp.set-up", nil)
	})
	if err != nil {
		return nil, err
	}
	i.sessions.Remove(ctx, keyTOTP)
	i.strengthen(ctx)
	i.sessions.Put(ctx, keyEpoch, p.Epoch)
	return codes, i.sessions.RenewToken(ctx)
}

// RemoveTOTP makes the password enough again.
func (i *Identity) RemoveTOTP(ctx context.Context, who tenant.Who) error {
	p, err := i.freely(ctx, who)
	if err != nil {
		return err
	}
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := i.removeTOTP(ctx, tx, p); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "totp.removed", nil)
	})
	if err != nil {
		return err
	}
	i.sessions.Put(ctx, keyEpoch, p.Epoch)
	return i.weaken(ctx, p)
}

func (i *Identity) removeTOTP(ctx context.Context, tx bun.IDB, p *personRow) error {
	if _, err := tx.NewUpdate().Model(p).Set("totp = NULL").WherePK().Exec(ctx); err != nil {
		return err
	}
	if err := replaceRecoveryCodes(ctx, tx, p.ID, nil); err != nil {
		return err
	}
	return i.newEpoch(ctx, tx, p)
}

// RenewRecoveryCodes replaces the person's recovery codes.
func (i *Identity) RenewRecoveryCodes(ctx context.Context, who tenant.Who) ([]string, error) {
	p, err := i.freely(ctx, who)
	if err != nil {
		return nil, err
	}
	if p.TOTP == nil {
		return nil, fmt.Errorf("%w: recovery codes stand in for an authenticator app; set one up first", ErrInvalid)
	}
	codes, rows := newRecoveryCodes(p.ID)
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := replaceRecoveryCodes(ctx, tx, p.ID, rows); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "recovery-codes.renewed", nil)
	})
	return codes, err
}

// RecoveryCodesLeft returns how many of the person's recovery codes are unused.
func (i *Identity) RecoveryCodesLeft(ctx context.Context, who tenant.Who) (int, error) {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return 0, err
	}
	n, err := i.DB.NewSelect().Model((*recoveryRow)(nil)).Where("person = ?", p.ID).Count(ctx)
	return int(n), store.Translate(err)
}

// takeCode uses up a code, and says which kind it was.
func (i *Identity) takeCode(ctx context.Context, p *personRow, code string) (string, error) {
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(cut(code, 64)))
	if len(code) != 6 {
		return "recovery code", i.takeRecoveryCode(ctx, p, code)
	}
	secret, err := i.Seal.Open(ctx, totpLabel(p.ID), p.TOTP)
	if err != nil {
		return "", err
	}
	step, ok := codeStep(string(secret), code, i.Now())
	if !ok {
		return "", ErrSignIn
	}
	// A code holds once: whoever looked over a shoulder is too late.
	res, err := i.DB.NewUpdate().Model(p).Set("totp_step = ?", step).Where("id = ? AND totp_step < ?", p.ID, step).Exec(ctx)
	if errors.Is(one(res, err), store.ErrNotFound) {
		return "", ErrSignIn
	}
	return "code", err
}

func (i *Identity) takeRecoveryCode(ctx context.Context, p *personRow, code string) error {
	res, err := i.DB.NewDelete().Model((*recoveryRow)(nil)).Where("person = ? AND hash = ?", p.ID, digest(code)).Exec(ctx)
	if err = one(res, err); errors.Is(err, store.ErrNotFound) {
		return ErrSignIn
	}
	return err
}

// codeStep returns the step of time whose code it is: this one, or one before
// or after, since clocks differ.
func codeStep(secret, code string, now time.Time) (int64, bool) {
	found, ok := int64(0), false
	for d := int64(-1); d <= 1; d++ {
		step := now.Unix()/totpPeriod + d
		want, err := totp.GenerateCodeCustom(secret, time.Unix(step*totpPeriod, 0), totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, ok = step, true
		}
	}
	return found, ok
}

// newRecoveryCodes returns codes of 80 random bits as people see them, and as
// they are kept.
func newRecoveryCodes(person int64) (codes []string, rows []recoveryRow) {
	for range recoveryCodes {
		c := strings.ToLower(rand.Text()[:16])
		codes = append(codes, c[:4]+"-"+c[4:8]+"-"+c[8:12]+"-"+c[12:])
		rows = append(rows, recoveryRow{Person: person, Hash: digest(c)})
	}
	return codes, rows
}

func replaceRecoveryCodes(ctx context.Context, tx bun.IDB, person int64, rows []recoveryRow) error {
	if _, err := tx.NewDelete().Model((*recoveryRow)(nil)).Where("person = ?", person).Exec(ctx); err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// SecondFactor says for whom in an organisation a password alone is not
// enough. Who signs in through an identity provider is that one's concern.
type SecondFactor string

// For whom a second factor is required.
const (
	ForNobody    SecondFactor = "nobody"
	ForDeciders  SecondFactor = "deciders" // who administers, or approves waivers
	ForEverybody SecondFactor = "everybody"
)

// SecondFactors are all of them.
var SecondFactors = []SecondFactor{ForNobody, ForDeciders, ForEverybody}

// ErrSecondFactor says that somebody is who they are by a password alone, and
// their organisation asks for more: a passkey or an authenticator app.
var ErrSecondFactor = errors.New("your organisation asks for a second factor; add a passkey or an authenticator app in the console")

// Rules are what an organisation asks of those who sign in.
type Rules struct{ SecondFactor SecondFactor }

// Rules returns what the organisation asks of those who sign in.
func (i *Identity) Rules(ctx context.Context, who tenant.Who) (Rules, error) {
	if err := who.Check(tenant.Administer, 0); err != nil {
		return Rules{}, err
	}
	return i.rules(ctx, who.Org)
}

func (i *Identity) rules(ctx context.Context, org int64) (Rules, error) {
	row := ruleRow{SecondFactor: ForNobody}
	err := store.Translate(i.DB.NewSelect().Model(&row).Where("org = ?", org).Scan(ctx))
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return Rules{row.SecondFactor}, err
}

// SetRules changes them, from the next request of everybody on.
func (i *Identity) SetRules(ctx context.Context, who tenant.Who, r Rules) error {
	if err := who.Check(tenant.Administer, 0); err != nil {
		return err
	}
	if !slices.Contains(SecondFactors, r.SecondFactor) {
		return fmt.Errorf("%w: a second factor is required for one of %v", ErrInvalid, SecondFactors)
	}
	row := ruleRow{Org: who.Org, SecondFactor: r.SecondFactor}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (org) DO UPDATE").Set("second_factor = EXCLUDED.second_factor").Exec(ctx)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "sign-in.rules", audit.On("organisation", who.Org), audit.Detail{"second-factor": r.SecondFactor})
	})
}

// asks reports whether the organisation asks more than a password of somebody
// with these roles.
func (i *Identity) asks(ctx context.Context, org int64, grants []tenant.Grant) (bool, error) {
	r, err := i.rules(ctx, org)
	if err != nil {
		return false, err
	}
	switch r.SecondFactor {
	case ForEverybody:
		return true, nil
	case ForDeciders:
		return slices.ContainsFunc(grants, func(g tenant.Grant) bool {
			return g.Role.May(tenant.Administer) || g.Role.May(tenant.ApproveWaiver)
		}), nil
	}
	return false, nil
}

// Owed is what the session of a person lacks.
type Owed struct {
	Factor  bool // a second one, which the organisation asks for
	Passkey bool // they have a passkey already, and must sign in with it
}

// Owed tells what the session lacks of what its organisation asks for.
func (i *Identity) Owed(ctx context.Context, who tenant.Who) (Owed, error) {
	p, err := i.oneself(ctx, who)
	if err != nil || !i.sessions.GetBool(ctx, keyWeak) {
		return Owed{}, err
	}
	grants, err := i.grants(ctx, i.DB, who.Org, tenant.Person, p.ID)
	if err != nil {
		return Owed{}, err
	}
	var out Owed
	if out.Factor, err = i.asks(ctx, who.Org, grants); err != nil || !out.Factor {
		return out, err
	}
	out.Passkey, err = i.hasPasskey(ctx, p.ID)
	return out, err
}

func (i *Identity) hasPasskey(ctx context.Context, person int64) (bool, error) {
	there, err := i.DB.NewSelect().Model((*passkeyRow)(nil)).Where("person = ?", person).Exists(ctx)
	return there, store.Translate(err)
}

// proven refuses to change how somebody signs in by a password alone where
// more is asked for and they have more: whoever got hold of the password would
// be rid of the rest.
func (i *Identity) proven(ctx context.Context, who tenant.Who) error {
	owed, err := i.Owed(ctx, who)
	if err == nil && owed.Passkey {
		err = fmt.Errorf("%w: sign in with your passkey to do this", tenant.ErrForbidden)
	}
	return err
}

// strengthen marks the session as one of somebody who showed a second factor.
func (i *Identity) strengthen(ctx context.Context) { i.sessions.Remove(ctx, keyWeak) }

// weaken marks it as one of a password alone when the last factor besides is
// gone. A sign-in through a provider stays one.
func (i *Identity) weaken(ctx context.Context, p *personRow) error {
	if i.sessions.GetString(ctx, keyVia) != "" {
		return nil
	}
	now, err := i.person(ctx, i.DB, p.ID)
	if err != nil || now.TOTP != nil {
		return err
	}
	has, err := i.hasPasskey(ctx, p.ID)
	if err == nil && !has {
		i.sessions.Put(ctx, keyWeak, true)
	}
	return err
}

// bare reports whether a token's holder could sign in by a password alone
// where the organisation asks for more.
func (i *Identity) bare(ctx context.Context, a tenant.Actor) (bool, error) {
	if a.Kind != tenant.Person {
		return false, nil
	}
	asked, err := i.asks(ctx, a.Org, a.Grants)
	if err != nil || !asked {
		return false, err
	}
	bare, err := i.DB.NewSelect().Model((*personRow)(nil)).Where("id = ? AND password IS NOT NULL AND totp IS NULL", a.ID).
		Where("NOT EXISTS (SELECT 1 FROM passkeys AS k WHERE k.person = person_row.id)").Exists(ctx)
	return bare, store.Translate(err)
}

// ResetPasskeys takes the passkeys from a member who lost them.
func (i *Identity) ResetPasskeys(ctx context.Context, who tenant.Who, person int64) error {
	return i.changeMember(ctx, who, person, "passkeys.reset", func(ctx context.Context, tx bun.Tx, p *personRow) error {
		if err := i.onlyHere(ctx, tx, who.Org, person); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*passkeyRow)(nil)).Where("person = ?", person).Exec(ctx); err != nil {
			return err
		}
		return i.newEpoch(ctx, tx, p)
	})
}

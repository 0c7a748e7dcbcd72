package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// PasswordLink returns a link by which a member sets a new password.
func (i *Identity) PasswordLink(ctx context.Context, who tenant.Who, person int64) (OneTime, error) {
	var link OneTime
	err := i.changeMember(ctx, who, person, "password.link", func(ctx context.Context, tx bun.Tx, _ *personRow) error {
		if err := i.onlyHere(ctx, tx, who.Org, person); err != nil {
			return err
		}
		row := linkRow{Kind: linkPassword, Org: who.Org, Person: person, Grants: "[]"}
		if who.Kind == tenant.Person {
			row.MadeBy = who.ID
		}
		var err error
		link, err = i.addLink(ctx, tx, row)
		return err
	})
	return link, err
}

// onlyHere refuses to touch how a person signs in who also belongs to another
// organisation, whose administrators did not agree.
func (i *Identity) onlyHere(ctx context.Context, tx bun.IDB, org, person int64) error {
	elsewhere, err := tx.NewSelect().Model((*membershipRow)(nil)).Where("person = ? AND org <> ?", person, org).Exists(ctx)
	if err == nil && elsewhere {
		return tenant.ErrForbidden
	}
	return err
}

// Rescue returns a link by which somebody sets a new password and is rid of an
// authenticator app that was lost. It is for whoever runs the program: the last
// administrator has nobody else to ask, nor has who belongs to several organisations.
func (i *Identity) Rescue(ctx context.Context, email string) (OneTime, error) {
	var link OneTime
	err := i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		var p personRow
		if err := tx.NewSelect().Model(&p).Where("email_key = ?", fold(email)).Scan(ctx); err != nil {
			return err
		}
		orgs, err := i.belongs(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if len(orgs) == 0 {
			return store.ErrNotFound
		}
		for _, org := range orgs {
			if err := audit.Record(ctx, tx, tenant.BySystem(org), "password.link", audit.On("person", p.ID), audit.Detail{"email": p.Email, "rescue": true}); err != nil {
				return err
			}
		}
		link, err = i.addLink(ctx, tx, linkRow{Kind: linkRescue, Org: orgs[0], Person: p.ID, Grants: "[]"})
		return err
	})
	return link, err
}

// passwordLink reads a link that sets a password.
func (i *Identity) passwordLink(ctx context.Context, secret string) (*linkRow, error) {
	for _, kind := range []linkKind{linkPassword, linkForgotten, linkRescue} {
		link, err := i.look(ctx, kind, secret)
		if !errors.Is(err, ErrLink) {
			return link, err
		}
	}
	return nil, ErrLink
}

// CheckPasswordLink reports with ErrLink that a link does not hold.
func (i *Identity) CheckPasswordLink(ctx context.Context, secret string) error {
	_, err := i.passwordLink(ctx, secret)
	return err
}

// ResetPassword sets the password of the link's person and ends all their
// sessions. They sign in with it then, and with a code where they have one.
func (i *Identity) ResetPassword(ctx context.Context, secret, password string) error {
	link, err := i.passwordLink(ctx, secret)
	if err != nil {
		return err
	}
	p, err := i.person(ctx, i.DB, link.Person)
	if err != nil {
		return err
	}
	phc, err := i.newPassword(ctx, p.EmailKey, p.Name, password)
	if err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := i.useLink(ctx, tx, link.Kind, secret); err != nil {
			return err
		}
		switch link.Kind {
		case linkRescue:
			if err := i.removeTOTP(ctx, tx, p); err != nil {
				return err
			}
		case linkPassword:
			if err := i.onlyHere(ctx, tx, link.Org, p.ID); err != nil { // they may have joined another since
				return err
			}
		}
		return i.keepPassword(ctx, tx, p, phc, "link")
	})
}

// ResetTOTP takes the authenticator app from a member who lost it.
func (i *Identity) ResetTOTP(ctx context.Context, who tenant.Who, person int64) error {
	return i.changeMember(ctx, who, person, "totp.reset", func(ctx context.Context, tx bun.Tx, p *personRow) error {
		if err := i.onlyHere(ctx, tx, who.Org, person); err != nil {
			return err
		}
		if p.TOTP == nil {
			return fmt.Errorf("%w: the person has no authenticator app", ErrInvalid)
		}
		return i.removeTOTP(ctx, tx, p)
	})
}

// keepPassword keeps a new password's hash, ends all sessions and records it.
func (i *Identity) keepPassword(ctx context.Context, tx bun.IDB, p *personRow, phc, how string) error {
	res, err := tx.NewUpdate().Model(p).Set("password = ?", phc).Set("password_changed = ?", i.now()).WherePK().Exec(ctx)
	if err := one(res, err); err != nil {
		return err
	}
	if err := i.newEpoch(ctx, tx, p); err != nil {
		return err
	}
	return i.recordOf(ctx, tx, p, "password.changed", audit.Detail{"with": how})
}

// ChangeName changes what the person is called.
func (i *Identity) ChangeName(ctx context.Context, who tenant.Who, name string) error {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return err
	}
	if err := validName(name); err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model(p).Set("name = ?", name).WherePK().Exec(ctx); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "person.renamed", audit.Detail{"to": name})
	})
}

// Me returns the person of the session.
func (i *Identity) Me(ctx context.Context, who tenant.Who) (Person, error) {
	p, err := i.oneself(ctx, who)
	if err != nil {
		return Person{}, err
	}
	out := p.noun()
	n, err := i.DB.NewSelect().Model((*passkeyRow)(nil)).Where("person = ?", p.ID).Count(ctx)
	out.Passkeys = int(n)
	return out, store.Translate(err)
}

package identity

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// LinkLife is how long a one-time link holds.
const LinkLife = 24 * time.Hour

type linkKind string

const (
	linkFirst     linkKind = "first"     // the organisation's first administrator
	linkInvite    linkKind = "invite"    // somebody who is to join
	linkPassword  linkKind = "password"  // a new password for a member
	linkForgotten linkKind = "forgotten" // a new password, sent to whoever forgot theirs
	linkEmail     linkKind = "email"     // another address, sent there
	linkRescue    linkKind = "rescue"    // the same from whoever runs the installation, without the authenticator app
)

// OneTime is the secret of a link that holds once. The console decides on the
// rest of its URL.
type OneTime struct {
	Secret  string
	Expires time.Time
}

// addLink writes a link and forgets those it replaces.
func (i *Identity) addLink(ctx context.Context, tx bun.IDB, row linkRow) (OneTime, error) {
	return i.addLinkFor(ctx, tx, row, LinkLife)
}

// addLinkFor is addLink for another while.
func (i *Identity) addLinkFor(ctx context.Context, tx bun.IDB, row linkRow, life time.Duration) (OneTime, error) {
	secret := rand.Text()
	row.Hash, row.Created, row.Expires = digest(secret), i.now(), store.At(i.Now().Add(life))
	_, err := tx.NewDelete().Model((*linkRow)(nil)).
		Where("kind = ? AND org = ? AND email = ? AND person = ?", row.Kind, row.Org, row.Email, row.Person).Exec(ctx)
	if err != nil {
		return OneTime{}, err
	}
	_, err = tx.NewInsert().Model(&row).Exec(ctx)
	return OneTime{secret, row.Expires.Time}, err
}

// useLink takes a link out, so that it holds for one transaction only.
func (i *Identity) useLink(ctx context.Context, tx bun.IDB, kind linkKind, secret string) (*linkRow, error) {
	var rows []linkRow
	err := tx.NewDelete().Model(&rows).Where("hash = ? AND kind = ? AND expires > ?", digest(secret), kind, i.now()).Returning("*").Scan(ctx)
	if err = store.Translate(err); err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if len(rows) != 1 {
		return nil, ErrLink
	}
	return &rows[0], nil
}

// look reads a link without using it.
func (i *Identity) look(ctx context.Context, kind linkKind, secret string) (*linkRow, error) {
	var row linkRow
	err := i.DB.NewSelect().Model(&row).Where("hash = ? AND kind = ? AND expires > ?", digest(secret), kind, i.now()).Scan(ctx)
	if err = store.Translate(err); errors.Is(err, store.ErrNotFound) {
		return nil, ErrLink
	}
	return &row, err
}

// FirstLink returns a new link by which an organisation gets its first
// administrator, and makes earlier ones void. It is for whoever runs the
// program, and fails with store.ErrConflict when there is an administrator.
func (i *Identity) FirstLink(ctx context.Context, org int64) (OneTime, error) {
	root, err := i.root(ctx, org)
	if err != nil {
		return OneTime{}, err
	}
	var link OneTime
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := i.noAdministrator(ctx, tx, org, root); err != nil {
			return err
		}
		if link, err = i.addLink(ctx, tx, linkRow{Kind: linkFirst, Org: org, Grants: "[]"}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, tenant.BySystem(org), "first-administrator.link", audit.On("organisation", org), nil)
	})
	return link, err
}

func (i *Identity) noAdministrator(ctx context.Context, tx bun.IDB, org, root int64) error {
	there, err := hasAdministrator(ctx, tx, org, root)
	if err == nil && there {
		return fmt.Errorf("%w: the organisation has an administrator", store.ErrConflict)
	}
	return err
}

func (i *Identity) root(ctx context.Context, org int64) (int64, error) {
	tree, err := i.Directory.Tree(ctx, org)
	if err != nil {
		return 0, err
	}
	if tree.Root() == 0 {
		return 0, store.ErrNotFound
	}
	return tree.Root(), nil
}

// CheckFirstLink reports with ErrLink that a first administrator's link does
// not hold, for the page that asks for the rest.
func (i *Identity) CheckFirstLink(ctx context.Context, secret string) error {
	_, err := i.look(ctx, linkFirst, secret)
	return err
}

// AcceptFirst makes the first administrator and signs them in.
func (i *Identity) AcceptFirst(ctx context.Context, secret, email, name, password string) error {
	root, err := i.firstRoot(ctx, secret)
	if err != nil {
		return err
	}
	return i.join(ctx, linkFirst, secret, email, name, password, func(ctx context.Context, tx bun.IDB, l *linkRow) ([]tenant.Grant, error) {
		return i.firstGrants(ctx, tx, l, root)
	})
}

// AcceptFirstAs makes the person of the session the first administrator of
// another organisation.
func (i *Identity) AcceptFirstAs(ctx context.Context, secret string) error {
	root, err := i.firstRoot(ctx, secret)
	if err != nil {
		return err
	}
	return i.joinAs(ctx, linkFirst, secret, func(ctx context.Context, tx bun.IDB, l *linkRow, _ *personRow) ([]tenant.Grant, error) {
		return i.firstGrants(ctx, tx, l, root)
	})
}

func (i *Identity) firstRoot(ctx context.Context, secret string) (int64, error) {
	link, err := i.look(ctx, linkFirst, secret)
	if err != nil {
		return 0, err
	}
	return i.root(ctx, link.Org)
}

// firstGrants are an administrator's, as long as there is none.
func (i *Identity) firstGrants(ctx context.Context, tx bun.IDB, l *linkRow, root int64) ([]tenant.Grant, error) {
	// The entry makes two who use links at the same time take turns.
	err := audit.Record(ctx, tx, tenant.BySystem(l.Org), "first-administrator.accepted", audit.On("organisation", l.Org), nil)
	if err != nil {
		return nil, err
	}
	return []tenant.Grant{{Group: root, Role: tenant.Administrator}}, i.noAdministrator(ctx, tx, l.Org, root)
}

// join makes a new person by a link, with the grants that it stands for, and
// signs them in.
func (i *Identity) join(ctx context.Context, kind linkKind, secret, email, name, password string,
	grants func(ctx context.Context, tx bun.IDB, l *linkRow) ([]tenant.Grant, error),
) error {
	if !hasSession(ctx) {
		return errNoSession
	}
	p, err := i.newPerson(email, name)
	if err != nil {
		return err
	}
	if p.Password, err = i.newPassword(ctx, p.EmailKey, p.Name, password); err != nil {
		return err
	}
	p.PasswordChanged = p.Created
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		link, err := i.useLink(ctx, tx, kind, secret)
		if err != nil {
			return err
		}
		give, err := grants(ctx, tx, link)
		if err != nil {
			return err
		}
		if err := i.insertMember(ctx, tx, link.Org, p); errors.Is(store.Translate(err), store.ErrConflict) {
			return fmt.Errorf("%w: there is an account of this address; sign in to it first", ErrInvalid)
		} else if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, p.actor(link.Org), "person.joined", audit.On("person", p.ID), audit.Detail{"email": p.Email}); err != nil {
			return err
		}
		return i.give(ctx, tx, p.actor(link.Org), Holder{tenant.Person, p.ID}, give, "")
	})
	if err != nil {
		return err
	}
	return i.beginWeakly(ctx, p, "one-time link")
}

func readGrants(text string) ([]tenant.Grant, error) {
	var out []tenant.Grant
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("the grants of a link: %w", err)
	}
	return out, nil
}

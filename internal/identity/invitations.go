package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Invitation asks somebody to join an organisation.
type Invitation struct {
	ID      int64
	Org     int64
	Email   string
	Name    string
	Grants  []tenant.Grant
	Created time.Time
	Expires time.Time

	// Known says that there is an account of the address: its owner signs in
	// and joins with JoinAs. It is set by ReadInvitation alone, which takes the secret.
	Known bool
}

// Invite returns a link by which somebody joins with these grants. A new one
// replaces an older one for the same address.
func (i *Identity) Invite(ctx context.Context, who tenant.Who, email, name string, grants []tenant.Grant) (OneTime, error) {
	if err := i.mayGrant(who, grants); err != nil {
		return OneTime{}, err
	}
	if len(grants) == 0 {
		return OneTime{}, fmt.Errorf("%w: give the person a role in some group", ErrInvalid)
	}
	if err := validEmail(email); err != nil {
		return OneTime{}, err
	}
	if err := validName(name); err != nil {
		return OneTime{}, err
	}
	text, err := json.Marshal(grants)
	if err != nil {
		return OneTime{}, err
	}
	row := linkRow{Kind: linkInvite, Org: who.Org, Email: fold(email), Name: name, Grants: string(text)}
	if who.Kind == tenant.Person {
		row.MadeBy = who.ID
	}
	var link OneTime
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if link, err = i.addLink(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "person.invited", audit.Object{Kind: "invitation", ID: row.Email}, audit.Detail{"grants": grants})
	})
	return link, err
}

// Invitations returns those that are open, to an administrator of every group
// they give a role in.
func (i *Identity) Invitations(ctx context.Context, who tenant.Who) ([]Invitation, error) {
	reach := who.Reach(tenant.Administer)
	if reach.None() {
		return nil, tenant.ErrForbidden
	}
	var rows []linkRow
	err := i.DB.NewSelect().Model(&rows).Where("org = ? AND kind = ? AND expires > ?", who.Org, linkInvite, i.now()).Order("email").Limit(1000).Scan(ctx)
	if err != nil {
		return nil, store.Translate(err)
	}
	var out []Invitation
	for k := range rows {
		inv, err := rows[k].invitation()
		if err != nil {
			return nil, err
		}
		if manages(reach, inv.Grants) {
			out = append(out, inv)
		}
	}
	return out, nil
}

func (l *linkRow) invitation() (Invitation, error) {
	grants, err := readGrants(l.Grants)
	return Invitation{ID: l.ID, Org: l.Org, Email: l.Email, Name: l.Name, Grants: grants, Created: l.Created.Time, Expires: l.Expires.Time}, err
}

// Uninvite makes an open invitation void.
func (i *Identity) Uninvite(ctx context.Context, who tenant.Who, id int64) error {
	reach := who.Reach(tenant.Administer)
	if reach.None() {
		return tenant.ErrForbidden
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		var row linkRow
		err := tx.NewSelect().Model(&row).Where("id = ? AND org = ? AND kind = ?", id, who.Org, linkInvite).Scan(ctx)
		if err != nil {
			return err
		}
		inv, err := row.invitation()
		if err != nil {
			return err
		}
		if !manages(reach, inv.Grants) {
			return store.ErrNotFound
		}
		if err := one(tx.NewDelete().Model(&row).WherePK().Exec(ctx)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "person.uninvited", audit.Object{Kind: "invitation", ID: row.Email}, nil)
	})
}

// ReadInvitation returns what an invitation's link says, for its page.
func (i *Identity) ReadInvitation(ctx context.Context, secret string) (Invitation, error) {
	row, err := i.look(ctx, linkInvite, secret)
	if err != nil {
		return Invitation{}, err
	}
	inv, err := row.invitation()
	if err != nil {
		return Invitation{}, err
	}
	inv.Known, err = i.DB.NewSelect().Model((*personRow)(nil)).Where("email_key = ?", row.Email).Exists(ctx)
	return inv, err
}

// Join makes the account of somebody who was invited, and signs them in.
func (i *Identity) Join(ctx context.Context, secret, name, password string) error {
	link, err := i.look(ctx, linkInvite, secret)
	if err != nil {
		return err
	}
	return i.join(ctx, linkInvite, secret, link.Email, name, password, func(_ context.Context, _ bun.IDB, l *linkRow) ([]tenant.Grant, error) {
		return readGrants(l.Grants)
	})
}

// JoinAs takes an invitation as the person of the session, whose address it
// must be for, and makes the session one in that organisation.
func (i *Identity) JoinAs(ctx context.Context, secret string) error {
	return i.joinAs(ctx, linkInvite, secret, func(_ context.Context, _ bun.IDB, l *linkRow, p *personRow) ([]tenant.Grant, error) {
		if l.Email != p.EmailKey {
			return nil, fmt.Errorf("%w: the invitation is for another address", ErrInvalid)
		}
		return readGrants(l.Grants)
	})
}

// joinAs makes the person of the session a member by a link, with the grants
// that it stands for.
func (i *Identity) joinAs(ctx context.Context, kind linkKind, secret string,
	grants func(ctx context.Context, tx bun.IDB, l *linkRow, p *personRow) ([]tenant.Grant, error),
) error {
	p, err := i.signedIn(ctx)
	if err != nil {
		return err
	}
	before, err := i.look(ctx, kind, secret)
	if err != nil {
		return err
	}
	org := before.Org
	if err := i.serves(ctx, i.sessions.GetString(ctx, keyVia), org); err != nil {
		return err
	}
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		link, err := i.useLink(ctx, tx, kind, secret)
		if err != nil {
			return err
		}
		give, err := grants(ctx, tx, link, p)
		if err != nil {
			return err
		}
		if err := i.enter(ctx, tx, org, p); err != nil {
			return err
		}
		return i.give(ctx, tx, p.actor(org), Holder{tenant.Person, p.ID}, give, "")
	})
	if err != nil {
		return err
	}
	i.sessions.Put(ctx, keyOrg, org)
	return nil
}

// enter makes a known person a member, if they are not one already.
func (i *Identity) enter(ctx context.Context, tx bun.IDB, org int64, p *personRow) error {
	var m membershipRow
	err := store.Translate(tx.NewSelect().Model(&m).Where("org = ? AND person = ?", org, p.ID).Scan(ctx))
	if err == nil && !m.Disabled.IsZero() {
		return fmt.Errorf("%w: your access to this organisation was disabled; ask an administrator", ErrInvalid)
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if _, err := tx.NewInsert().Model(&membershipRow{Org: org, Person: p.ID, Created: i.now()}).Exec(ctx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, p.actor(org), "person.joined", audit.On("person", p.ID), audit.Detail{"email": p.Email})
}

package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// NewPerson is somebody who is to sign in through an identity provider.
type NewPerson struct {
	Email  string
	Name   string
	Grants []tenant.Grant

	// What the provider calls the person; both or neither. Without them the
	// person is known by their verified e-mail address.
	Provider, Subject string
}

// AddPerson makes somebody known who has not signed in yet. Who is known to
// the installation already is invited instead: an account that another
// organisation made is not given access here without its owner's consent.
func (i *Identity) AddPerson(ctx context.Context, who tenant.Who, n NewPerson) (int64, error) {
	if err := i.mayGrant(who, n.Grants); err != nil {
		return 0, err
	}
	if len(n.Grants) == 0 {
		return 0, fmt.Errorf("%w: give the person a role in some group", ErrInvalid)
	}
	if (n.Provider == "") != (n.Subject == "") || len(n.Subject) > 255 {
		return 0, fmt.Errorf("%w: a subject stands with the name of its provider", ErrInvalid)
	}
	if err := i.serves(ctx, n.Provider, who.Org); err != nil {
		return 0, err
	}
	p, err := i.newPerson(n.Email, n.Name)
	if err != nil {
		return 0, err
	}
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := i.insertMember(ctx, tx, who.Org, p); err != nil {
			return err
		}
		if n.Provider != "" {
			row := subjectRow{Provider: n.Provider, Subject: n.Subject, Person: p.ID, Created: i.now()}
			if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
				return err
			}
		}
		err := audit.Record(ctx, tx, who.Actor, "person.added", audit.On("person", p.ID), audit.Detail{"email": p.Email, "provider": n.Provider})
		if err != nil {
			return err
		}
		return i.give(ctx, tx, who.Actor, Holder{tenant.Person, p.ID}, n.Grants, "")
	})
	if errors.Is(err, store.ErrConflict) {
		return 0, fmt.Errorf("%w: this address or subject is known already; invite the person instead", ErrInvalid)
	}
	return p.ID, err
}

func (i *Identity) newPerson(email, name string) (*personRow, error) {
	if err := validEmail(email); err != nil {
		return nil, err
	}
	if err := validName(name); err != nil {
		return nil, err
	}
	handle := make([]byte, 32)
	_, _ = rand.Read(handle) // it never fails
	return &personRow{Email: email, EmailKey: fold(email), Name: name, Handle: handle, Created: i.now()}, nil
}

// insertMember writes a new person with the first membership.
func (i *Identity) insertMember(ctx context.Context, tx bun.IDB, org int64, p *personRow) error {
	p.ID = 0 // as the transaction may run again
	if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(&membershipRow{Org: org, Person: p.ID, Created: i.now()}).Exec(ctx)
	return err
}

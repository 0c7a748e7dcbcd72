package identity

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// MaxGrants bounds the grants that are given at once.
const MaxGrants = 100

// Holder is who has a grant or a token.
type Holder struct {
	Kind tenant.ActorKind // a person or a service account
	ID   int64
}

// Give gives a role in a group. It needs the right to administer the group,
// and a holder who can be seen. What the holder has already is given again
// without effect.
func (i *Identity) Give(ctx context.Context, who tenant.Who, to Holder, g tenant.Grant) error {
	if err := i.mayGrant(who, []tenant.Grant{g}); err != nil {
		return err
	}
	if err := i.sees(ctx, who, to); err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		return i.give(ctx, tx, who.Actor, to, []tenant.Grant{g}, "")
	})
}

// Take takes a grant away. The organisation keeps at least one administrator
// of all of it.
func (i *Identity) Take(ctx context.Context, who tenant.Who, from Holder, g tenant.Grant) error {
	if err := i.mayGrant(who, []tenant.Grant{g}); err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		err := audit.Record(ctx, tx, who.Actor, "grant.taken", audit.On(string(from.Kind), from.ID), audit.Detail{"group": g.Group, "role": g.Role})
		if err != nil {
			return err
		}
		res, err := tx.NewDelete().Model((*grantRow)(nil)).
			Where("org = ? AND kind = ? AND holder = ? AND group_id = ? AND role = ? AND provider = ''", who.Org, from.Kind, from.ID, g.Group, g.Role).Exec(ctx)
		if err := one(res, err); err != nil {
			return err
		}
		return i.keepsAdministrator(ctx, tx, who)
	})
}

// mayGrant checks that grants make sense, and that somebody may give them.
func (i *Identity) mayGrant(who tenant.Who, grants []tenant.Grant) error {
	reach := who.Reach(tenant.Administer)
	if reach.None() {
		return tenant.ErrForbidden
	}
	if len(grants) > MaxGrants {
		return fmt.Errorf("%w: at most %d grants are given at once", ErrInvalid, MaxGrants)
	}
	for _, g := range grants {
		if _, err := tenant.ParseRole(string(g.Role)); err != nil {
			return fmt.Errorf("%w: %s", ErrInvalid, err.Error())
		}
		if _, ok := who.Tree.Group(g.Group); !ok {
			return fmt.Errorf("%w: there is no such group", ErrInvalid)
		}
		if !reach.Has(g.Group) {
			return tenant.ErrForbidden
		}
	}
	return nil
}

// sees returns store.ErrNotFound unless the holder is in the organisation and
// the administrator who asks reaches one of their groups.
func (i *Identity) sees(ctx context.Context, who tenant.Who, h Holder) error {
	var exists bool
	var err error
	switch h.Kind {
	case tenant.Person:
		exists, err = i.DB.NewSelect().Model((*membershipRow)(nil)).Where("org = ? AND person = ?", who.Org, h.ID).Exists(ctx)
	case tenant.Service:
		exists, err = i.DB.NewSelect().Model((*serviceRow)(nil)).Where("org = ? AND id = ?", who.Org, h.ID).Exists(ctx)
	}
	if err != nil {
		return store.Translate(err)
	}
	if !exists {
		return store.ErrNotFound
	}
	reach := who.Reach(tenant.Administer)
	if reach.All {
		return nil
	}
	have, err := i.grants(ctx, i.DB, who.Org, h.Kind, h.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(have, func(g tenant.Grant) bool { return reach.Has(g.Group) }) {
		return store.ErrNotFound
	}
	return nil
}

// give writes grants and records those that are new.
func (i *Identity) give(ctx context.Context, tx bun.IDB, by tenant.Actor, to Holder, grants []tenant.Grant, provider string) error {
	for _, g := range grants {
		row := grantRow{Org: by.Org, Kind: to.Kind, Holder: to.ID, GroupID: g.Group, Role: g.Role, Provider: provider}
		res, err := tx.NewInsert().Model(&row).On("CONFLICT (org, kind, holder, group_id, role, provider) DO NOTHING").Returning("NULL").Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return err
			}
			continue
		}
		detail := audit.Detail{"group": g.Group, "role": g.Role}
		if provider != "" {
			detail["provider"] = provider
		}
		if err := audit.Record(ctx, tx, by, "grant.given", audit.On(string(to.Kind), to.ID), detail); err != nil {
			return err
		}
	}
	return nil
}

// keepsAdministrator fails when nobody is left who may administer all of the
// organisation. Something was recorded in the transaction before, which makes
// those who ask at the same time take turns.
func (i *Identity) keepsAdministrator(ctx context.Context, tx bun.IDB, who tenant.Who) error {
	there, err := hasAdministrator(ctx, tx, who.Org, who.Tree.Root())
	if err == nil && !there {
		return fmt.Errorf("%w: this is the organisation's last administrator; make somebody else one first", ErrInvalid)
	}
	return err
}

func hasAdministrator(ctx context.Context, db bun.IDB, org, root int64) (bool, error) {
	return db.NewSelect().Model((*grantRow)(nil)).
		Join("JOIN memberships AS m ON m.org = grant_row.org AND m.person = grant_row.holder AND m.disabled IS NULL").
		Where("grant_row.org = ? AND grant_row.kind = ? AND grant_row.role = ? AND grant_row.group_id = ?", org, tenant.Person, tenant.Administrator, root).
		Exists(ctx)
}

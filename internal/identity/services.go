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

// MaxServices bounds the service accounts of an organisation.
const MaxServices = 1000

// Services returns the service accounts that the administrator who asks may
// manage, by name.
func (i *Identity) Services(ctx context.Context, who tenant.Who) ([]ServiceAccount, error) {
	reach := who.Reach(tenant.Administer)
	if reach.None() {
		return nil, tenant.ErrForbidden
	}
	var rows []serviceRow
	if err := i.DB.NewSelect().Model(&rows).Where("org = ?", who.Org).Order("name").Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	var grants []grantRow
	err := i.DB.NewSelect().Model(&grants).Where("org = ? AND kind = ?", who.Org, tenant.Service).Order("id").Scan(ctx)
	if err != nil {
		return nil, store.Translate(err)
	}
	of := map[int64][]tenant.Grant{}
	for _, g := range grants {
		of[g.Holder] = append(of[g.Holder], g.noun())
	}
	var out []ServiceAccount
	for _, r := range rows {
		if manages(reach, of[r.ID]) {
			out = append(out, ServiceAccount{ID: r.ID, Name: r.Name, Created: r.Created.Time, Disabled: r.Disabled.Time, Grants: of[r.ID]})
		}
	}
	return out, nil
}

// manages reports whether an administrator with that reach manages a service
// account with these grants: none of them may lie elsewhere.
func manages(reach tenant.Reach, grants []tenant.Grant) bool {
	if reach.All {
		return true
	}
	for _, g := range grants {
		if !reach.Has(g.Group) {
			return false
		}
	}
	return len(grants) > 0
}

// AddService makes a service account.
func (i *Identity) AddService(ctx context.Context, who tenant.Who, name string, grants []tenant.Grant) (int64, error) {
	if err := i.mayGrant(who, grants); err != nil {
		return 0, err
	}
	if len(grants) == 0 {
		return 0, fmt.Errorf("%w: give the service account a role in some group", ErrInvalid)
	}
	if err := validName(name); err != nil {
		return 0, err
	}
	row := serviceRow{Org: who.Org, Name: name, Created: i.now()}
	err := i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row.ID = 0
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, who.Actor, "service.added", audit.On("service", row.ID), audit.Detail{"name": name}); err != nil {
			return err
		}
		n, err := tx.NewSelect().Model((*serviceRow)(nil)).Where("org = ?", who.Org).Count(ctx)
		if err != nil {
			return err
		}
		if n > MaxServices {
			return fmt.Errorf("%w: an organisation has at most %d service accounts", ErrInvalid, MaxServices)
		}
		return i.give(ctx, tx, who.Actor, Holder{tenant.Service, row.ID}, grants, "")
	})
	if errors.Is(err, store.ErrConflict) {
		return 0, fmt.Errorf("%w: there is a service account %q already", ErrInvalid, name)
	}
	return row.ID, err
}

// DisableService makes the tokens of a service account dead.
func (i *Identity) DisableService(ctx context.Context, who tenant.Who, id int64) error {
	return i.changeService(ctx, who, id, "service.disabled", func(ctx context.Context, tx bun.Tx) error {
		return one(tx.NewUpdate().Model((*serviceRow)(nil)).Set("disabled = ?", i.now()).Where("id = ? AND disabled IS NULL", id).Exec(ctx))
	})
}

// EnableService makes them hold again.
func (i *Identity) EnableService(ctx context.Context, who tenant.Who, id int64) error {
	return i.changeService(ctx, who, id, "service.enabled", func(ctx context.Context, tx bun.Tx) error {
		return one(tx.NewUpdate().Model((*serviceRow)(nil)).Set("disabled = NULL").Where("id = ? AND disabled IS NOT NULL", id).Exec(ctx))
	})
}

// RemoveService removes a service account with its grants and tokens.
func (i *Identity) RemoveService(ctx context.Context, who tenant.Who, id int64) error {
	return i.changeService(ctx, who, id, "service.removed", func(ctx context.Context, tx bun.Tx) error {
		for _, q := range []*bun.DeleteQuery{
			tx.NewDelete().Model((*grantRow)(nil)).Where("org = ? AND kind = ? AND holder = ?", who.Org, tenant.Service, id),
			tx.NewDelete().Model((*tokenRow)(nil)).Where("org = ? AND kind = ? AND holder = ?", who.Org, tenant.Service, id),
			tx.NewDelete().Model((*serviceRow)(nil)).Where("org = ? AND id = ?", who.Org, id),
		} {
			if _, err := q.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// changeService changes a service account that the administrator manages.
func (i *Identity) changeService(ctx context.Context, who tenant.Who, id int64, action string, change func(ctx context.Context, tx bun.Tx) error) error {
	s, err := i.managed(ctx, who, id)
	if err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := audit.Record(ctx, tx, who.Actor, action, audit.On("service", id), audit.Detail{"name": s.Name}); err != nil {
			return err
		}
		return change(ctx, tx)
	})
}

// managed returns a service account that the administrator manages.
func (i *Identity) managed(ctx context.Context, who tenant.Who, id int64) (*serviceRow, error) {
	reach := who.Reach(tenant.Administer)
	if reach.None() {
		return nil, tenant.ErrForbidden
	}
	if err := i.sees(ctx, who, Holder{tenant.Service, id}); err != nil {
		return nil, err
	}
	have, err := i.grants(ctx, i.DB, who.Org, tenant.Service, id)
	if err != nil {
		return nil, err
	}
	if !manages(reach, have) {
		return nil, tenant.ErrForbidden
	}
	var s serviceRow
	err = i.DB.NewSelect().Model(&s).Where("id = ? AND org = ?", id, who.Org).Scan(ctx)
	return &s, store.Translate(err)
}

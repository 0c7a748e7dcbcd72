package directory

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Add is AddGroup by somebody who administers the group above. What a scope
// takes in lies elsewhere before, and may be out of their reach; so a group
// with a scope needs an administrator of the whole organisation.
func (d *Directory) Add(ctx context.Context, who tenant.Who, g tenant.Group) (int64, error) {
	if err := administers(who, g.Parent); err != nil {
		return 0, err
	}
	if !g.Scope.Empty() {
		if err := whole(who); err != nil {
			return 0, err
		}
	}
	g.ID, g.Org = 0, who.Org
	row, err := d.row(ctx, g)
	if err != nil {
		return 0, err
	}
	err = d.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row.ID = 0
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		if err := changed(ctx, tx, who.Org); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "group.added", audit.On("group", row.ID), detail(g))
	})
	return row.ID, beside(err, g.Name)
}

// Change is ChangeGroup by somebody who administers the group. Its scope and
// place decide on what lies in other groups, so those need an administrator of
// the whole organisation.
func (d *Directory) Change(ctx context.Context, who tenant.Who, g tenant.Group) error {
	before, err := seen(who, g.ID)
	if err != nil {
		return err
	}
	if err := administers(who, g.ID); err != nil {
		return err
	}
	if before.Parent != g.Parent || !reflect.DeepEqual(before.Scope, g.Scope) {
		if err := whole(who); err != nil {
			return err
		}
	}
	g.Org = who.Org
	row, err := d.row(ctx, g)
	if err != nil {
		return err
	}
	err = d.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(row).Column("parent", "kind", "name", "scope").
			Where("id = ? AND org = ? AND parent IS NOT NULL", g.ID, g.Org).Exec(ctx)
		if err != nil {
			return err
		}
		if err := one(res.RowsAffected()); err != nil {
			return err
		}
		if err := changed(ctx, tx, who.Org); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "group.changed", audit.On("group", g.ID), audit.Detail{"before": detail(before), "after": detail(g)})
	})
	return beside(err, g.Name)
}

// Drop is RemoveGroup by an administrator of the whole organisation: what
// lies in the group goes to another one.
func (d *Directory) Drop(ctx context.Context, who tenant.Who, id int64) error {
	g, err := seen(who, id)
	if err != nil {
		return err
	}
	if err := whole(who); err != nil {
		return err
	}
	if g.Parent == 0 || len(who.Tree.Children(id)) > 0 {
		return fmt.Errorf("%w: the root, and a group with others below it, cannot be removed", ErrInvalid)
	}
	return d.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		below, err := tx.NewSelect().Model((*group)(nil)).Where("org = ? AND parent = ?", who.Org, id).Exists(ctx)
		if err != nil {
			return err
		}
		if below {
			return store.ErrConflict // somebody was quicker
		}
		res, err := tx.NewDelete().Model((*group)(nil)).Where("id = ? AND org = ? AND parent IS NOT NULL", id, who.Org).Exec(ctx)
		if err != nil {
			return err
		}
		if err := one(res.RowsAffected()); err != nil {
			return err
		}
		if err := changed(ctx, tx, who.Org); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "group.removed", audit.On("group", id), detail(g))
	})
}

// seen returns a group that somebody may see.
func seen(who tenant.Who, id int64) (tenant.Group, error) {
	g, ok := who.Tree.Group(id)
	if !ok || !who.Reach(tenant.Read).Has(id) {
		return g, store.ErrNotFound
	}
	return g, nil
}

func administers(who tenant.Who, id int64) error {
	if _, err := seen(who, id); err != nil {
		return err
	}
	return who.Check(tenant.Administer, id)
}

func whole(who tenant.Who) error {
	if err := who.Check(tenant.Administer, 0); err != nil {
		return fmt.Errorf("%w: the scope and place of a group decide on what others see, so an administrator of the whole organisation changes them", err)
	}
	return nil
}

// beside tells of a group of the same name.
func beside(err error, name string) error {
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%w: there is a group %q beside it already", ErrInvalid, name)
	}
	return err
}

func detail(g tenant.Group) audit.Detail {
	out := audit.Detail{"name": g.Name, "kind": g.Kind, "parent": g.Parent}
	if !g.Scope.Empty() {
		out["scope"] = g.Scope
	}
	return out
}

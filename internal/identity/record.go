package identity

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
)

// recordOf records what happened to a person's own account, in every
// organisation they belong to, or in the installation's chain. The chains are
// taken in one order, so that two who record in several do not wait for each other.
func (i *Identity) recordOf(ctx context.Context, tx bun.IDB, p *personRow, action string, detail audit.Detail) error {
	orgs, err := i.belongs(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if len(orgs) == 0 {
		orgs = []int64{audit.Installation}
	}
	for _, org := range orgs {
		if err := audit.Record(ctx, tx, p.actor(org), action, audit.On("person", p.ID), detail); err != nil {
			return err
		}
	}
	return nil
}

// one wants exactly one row to be changed.
func one(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		return store.ErrNotFound
	}
	return err
}

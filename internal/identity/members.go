package identity

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// MaxPage bounds the rows of a page.
const MaxPage = 200

// Members is a page of an organisation's people.
type Members struct {
	Members []Member
	Next    string // the cursor of the page after, empty in the last
}

// Members returns the organisation's people by e-mail address. An administrator of
// some groups sees those who have a grant there, and only these grants.
func (i *Identity) Members(ctx context.Context, who tenant.Who, cursor string, limit int) (Members, error) {
	reach := who.Reach(tenant.Administer)
	if reach.None() {
		return Members{}, tenant.ErrForbidden
	}
	if limit <= 0 || limit > MaxPage {
		limit = MaxPage
	}
	q := i.memberQuery(who.Org, reach).OrderExpr("p.email_key").Limit(int64(limit + 1))
	if cursor != "" {
		var after string
		if err := store.ReadCursor(cursor, &after); err != nil {
			return Members{}, err
		}
		q = q.Where("p.email_key > ?", after)
	}
	rows, err := i.members(ctx, q, who.Org, reach)
	if err != nil {
		return Members{}, err
	}
	page := Members{Members: rows}
	if len(rows) > limit {
		page.Members = rows[:limit]
		page.Next = store.Cursor(fold(rows[limit-1].Email))
	}
	return page, nil
}

// Member returns one of the organisation's people.
func (i *Identity) Member(ctx context.Context, who tenant.Who, person int64) (Member, error) {
	reach := who.Reach(tenant.Administer)
	if reach.None() {
		return Member{}, tenant.ErrForbidden
	}
	rows, err := i.members(ctx, i.memberQuery(who.Org, reach).Where("p.id = ?", person), who.Org, reach)
	if err == nil && len(rows) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return Member{}, err
	}
	return rows[0], nil
}

func (i *Identity) memberQuery(org int64, reach tenant.Reach) *bun.SelectQuery {
	q := i.DB.NewSelect().TableExpr("memberships AS m").Join("JOIN people AS p ON p.id = m.person").
		ColumnExpr("p.*").ColumnExpr("m.disabled").
		ColumnExpr("(SELECT COUNT(*) FROM passkeys AS k WHERE k.person = p.id) AS passkeys").
		Where("m.org = ?", org)
	if !reach.All {
		q = q.Where("EXISTS (SELECT 1 FROM grants AS g WHERE g.org = m.org AND g.kind = ? AND g.holder = p.id AND g.group_id IN (?))",
			tenant.Person, bun.List(reach.Groups))
	}
	return q
}

func (i *Identity) members(ctx context.Context, q *bun.SelectQuery, org int64, reach tenant.Reach) ([]Member, error) {
	var rows []struct {
		personRow `bun:",extend"`

		Disabled store.Time
		Passkeys int
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, store.Translate(err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(rows))
	out := make([]Member, len(rows))
	at := make(map[int64]int, len(rows))
	for k := range rows {
		out[k] = Member{Person: rows[k].noun(), Disabled: rows[k].Disabled.Time, Seen: rows[k].Seen.Time}
		out[k].Passkeys = rows[k].Passkeys
		ids[k], at[rows[k].ID] = rows[k].ID, k
	}
	var grants []grantRow
	err := i.DB.NewSelect().Model(&grants).Where("org = ? AND kind = ? AND holder IN (?)", org, tenant.Person, bun.List(ids)).Order("id").Scan(ctx)
	if err != nil {
		return nil, store.Translate(err)
	}
	for _, g := range grants {
		if reach.Has(g.GroupID) {
			m := &out[at[g.Holder]]
			m.Grants = append(m.Grants, Granted{g.noun(), g.Provider})
		}
	}
	return out, nil
}

// Disable closes the organisation to a person: sessions and tokens are dead
// from that moment on.
func (i *Identity) Disable(ctx context.Context, who tenant.Who, person int64) error {
	return i.changeMember(ctx, who, person, "person.disabled", func(ctx context.Context, tx bun.Tx, p *personRow) error {
		res, err := tx.NewUpdate().Model((*membershipRow)(nil)).Set("disabled = ?", i.now()).
			Where("org = ? AND person = ? AND disabled IS NULL", who.Org, person).Exec(ctx)
		if err := one(res, err); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*linkRow)(nil)).Where("org = ? AND (made_by = ? OR person = ?)", who.Org, person, person).Exec(ctx); err != nil {
			return err
		}
		if err := i.newEpoch(ctx, tx, p); err != nil {
			return err
		}
		return i.keepsAdministrator(ctx, tx, who)
	})
}

// EndSessionsOf ends all sessions of a person, wherever they are signed in.
func (i *Identity) EndSessionsOf(ctx context.Context, who tenant.Who, person int64) error {
	return i.changeMember(ctx, who, person, "session.revoked", func(ctx context.Context, tx bun.Tx, p *personRow) error {
		return i.newEpoch(ctx, tx, p)
	})
}

// Enable opens the organisation to a person again.
func (i *Identity) Enable(ctx context.Context, who tenant.Who, person int64) error {
	return i.changeMember(ctx, who, person, "person.enabled", func(ctx context.Context, tx bun.Tx, _ *personRow) error {
		return one(tx.NewUpdate().Model((*membershipRow)(nil)).Set("disabled = NULL").
			Where("org = ? AND person = ? AND disabled IS NOT NULL", who.Org, person).Exec(ctx))
	})
}

// Remove takes a person out of the organisation, with their grants and tokens
// there, and forgets them altogether when they belong to no other.
func (i *Identity) Remove(ctx context.Context, who tenant.Who, person int64) error {
	return i.changeMember(ctx, who, person, "person.removed", func(ctx context.Context, tx bun.Tx, p *personRow) error {
		for _, q := range []*bun.DeleteQuery{
			tx.NewDelete().Model((*membershipRow)(nil)).Where("org = ? AND person = ?", who.Org, person),
			tx.NewDelete().Model((*grantRow)(nil)).Where("org = ? AND kind = ? AND holder = ?", who.Org, tenant.Person, person),
			tx.NewDelete().Model((*tokenRow)(nil)).Where("org = ? AND kind = ? AND holder = ?", who.Org, tenant.Person, person),
			tx.NewDelete().Model((*linkRow)(nil)).Where("org = ? AND (made_by = ? OR person = ?)", who.Org, person, person),
		} {
			if _, err := q.Exec(ctx); err != nil {
				return err
			}
		}
		if i.Left != nil {
			if err := i.Left(ctx, tx, who.Org, person); err != nil {
				return err
			}
		}
		if err := i.newEpoch(ctx, tx, p); err != nil {
			return err
		}
		if err := i.forgetStranger(ctx, tx, person); err != nil {
			return err
		}
		return i.keepsAdministrator(ctx, tx, who)
	})
}

// forgetStranger removes a person who belongs to no organisation any more.
func (i *Identity) forgetStranger(ctx context.Context, tx bun.IDB, person int64) error {
	belongs, err := tx.NewSelect().Model((*membershipRow)(nil)).Where("person = ?", person).Exists(ctx)
	if err != nil || belongs {
		return err
	}
	if _, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("person = ?", person).Exec(ctx); err != nil {
		return err
	}
	_, err = tx.NewDelete().Model((*personRow)(nil)).Where("id = ?", person).Exec(ctx)
	return err
}

// changeMember changes what a person is in the organisation, which takes an
// administrator of all of it.
func (i *Identity) changeMember(ctx context.Context, who tenant.Who, person int64, action string,
	change func(ctx context.Context, tx bun.Tx, p *personRow) error,
) error {
	if err := who.Check(tenant.Administer, 0); err != nil {
		return err
	}
	return i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := i.memberRow(ctx, tx, who.Org, person)
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, who.Actor, action, audit.On("person", person), audit.Detail{"email": p.Email}); err != nil {
			return err
		}
		return change(ctx, tx, p)
	})
}

// memberRow returns a person who belongs to the organisation.
func (i *Identity) memberRow(ctx context.Context, db bun.IDB, org, person int64) (*personRow, error) {
	var p personRow
	err := db.NewSelect().Model(&p).Join("JOIN memberships AS m ON m.person = person_row.id AND m.org = ?", org).
		Where("person_row.id = ?", person).Scan(ctx)
	return &p, store.Translate(err)
}

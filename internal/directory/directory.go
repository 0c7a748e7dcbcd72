// Package directory keeps organisations and their groups.
package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// MaxGroups bounds the groups of an organisation.
const MaxGroups = 5000

// ErrInvalid is wrapped by errors about what was asked for; their text is for
// the person who asked.
var ErrInvalid = errors.New("not valid")

// Directory is the organisations and groups of a control plane.
type Directory struct {
	DB  *store.DB
	Now func() time.Time
}

type organisation struct {
	bun.BaseModel `bun:"table:organisations"`

	ID      int64 `bun:",pk,autoincrement"`
	Slug    string
	Name    string
	Created store.Time
}

type group struct {
	bun.BaseModel `bun:"table:groups"`

	ID     int64 `bun:",pk,autoincrement"`
	Org    int64
	Parent int64 `bun:",nullzero"`
	Kind   string
	Name   string
	Scope  string
}

// Create makes an organisation with its root group.
func (d *Directory) Create(ctx context.Context, slug, name string) (tenant.Organisation, error) {
	if err := validSlug(slug); err != nil {
		return tenant.Organisation{}, err
	}
	if err := validName(name); err != nil {
		return tenant.Organisation{}, err
	}
	row := organisation{Slug: slug, Name: name, Created: store.At(d.Now())}
	err := d.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&group{Org: row.ID, Kind: string(tenant.Root), Name: name, Scope: "{}"}).Exec(ctx)
		return err
	})
	if err != nil {
		return tenant.Organisation{}, fmt.Errorf("creating the organisation %s: %w", slug, err)
	}
	return row.noun(), nil
}

func (o *organisation) noun() tenant.Organisation {
	return tenant.Organisation{ID: o.ID, Slug: o.Slug, Name: o.Name, Created: o.Created.Time}
}

// Organisation returns the one of that id.
func (d *Directory) Organisation(ctx context.Context, id int64) (tenant.Organisation, error) {
	var row organisation
	err := d.DB.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row.noun(), store.Translate(err)
}

// Organisations returns all of them by id.
func (d *Directory) Organisations(ctx context.Context) ([]tenant.Organisation, error) {
	var rows []organisation
	if err := d.DB.NewSelect().Model(&rows).Order("id").Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	out := make([]tenant.Organisation, len(rows))
	for i := range rows {
		out[i] = rows[i].noun()
	}
	return out, nil
}

// Tree returns the groups of an organisation.
func (d *Directory) Tree(ctx context.Context, org int64) (*tenant.Tree, error) {
	return d.tree(ctx, d.DB, org)
}

// tree reads the version before the groups: a tree may be newer than it says,
// but not older.
func (d *Directory) tree(ctx context.Context, db bun.IDB, org int64) (*tenant.Tree, error) {
	version, err := d.version(ctx, db, org, false)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	var rows []group
	if err := db.NewSelect().Model(&rows).Where("org = ?", org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	groups := make([]tenant.Group, len(rows))
	for i, r := range rows {
		g := tenant.Group{ID: r.ID, Org: r.Org, Parent: r.Parent, Kind: tenant.GroupKind(r.Kind), Name: r.Name}
		if err := json.Unmarshal([]byte(r.Scope), &g.Scope); err != nil {
			return nil, fmt.Errorf("the scope of group %d: %w", r.ID, err)
		}
		groups[i] = g
	}
	t := tenant.NewTree(groups)
	t.Version = version
	return t, nil
}

// Latest returns the groups of an organisation as a transaction sees them: the
// tree that is given where it is still that. With hold, nobody changes them until the
// transaction ends.
func (d *Directory) Latest(ctx context.Context, tx bun.Tx, t *tenant.Tree, org int64, hold bool) (*tenant.Tree, error) {
	version, err := d.version(ctx, tx, org, hold)
	if err != nil || version == t.Version {
		return t, err
	}
	return d.tree(ctx, tx, org)
}

func (d *Directory) version(ctx context.Context, db bun.IDB, org int64, hold bool) (version int64, err error) {
	q := db.NewSelect().Model((*organisation)(nil)).Column("tree").Where("id = ?", org)
	if hold && d.DB.Engine == store.PostgreSQL { // SQLite has one writer at a time as it is
		q = q.For("SHARE")
	}
	return version, store.Translate(q.Scan(ctx, &version))
}

// changed says in a change of an organisation's groups that there was one. It comes
// before the change's line in the audit log: whoever holds the groups may write
// there too.
func changed(ctx context.Context, tx bun.Tx, org int64) error {
	res, err := tx.NewUpdate().Model((*organisation)(nil)).Set("tree = tree + 1").Where("id = ?", org).Exec(ctx)
	if err != nil {
		return err
	}
	return one(res.RowsAffected())
}

// AddGroup makes a group below g.Parent and returns its id.
func (d *Directory) AddGroup(ctx context.Context, g tenant.Group) (int64, error) {
	row, err := d.row(ctx, g)
	if err != nil {
		return 0, err
	}
	err = d.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		return changed(ctx, tx, g.Org)
	})
	if errors.Is(err, store.ErrConflict) {
		return 0, fmt.Errorf("%w: there is a group %q beside it already", ErrInvalid, g.Name)
	}
	return row.ID, err
}

// ChangeGroup changes name, kind, scope and place of a group.
func (d *Directory) ChangeGroup(ctx context.Context, g tenant.Group) error {
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
		return changed(ctx, tx, g.Org)
	})
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%w: there is a group %q beside it already", ErrInvalid, g.Name)
	}
	return err
}

// RemoveGroup removes a group that has none below it and is not the root.
func (d *Directory) RemoveGroup(ctx context.Context, org, id int64) error {
	t, err := d.Tree(ctx, org)
	if err != nil {
		return err
	}
	if len(t.Children(id)) > 0 || id == t.Root() {
		return fmt.Errorf("%w: the root, and a group with others below it, cannot be removed", ErrInvalid)
	}
	return d.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewDelete().Model((*group)(nil)).Where("id = ? AND org = ?", id, org).Exec(ctx)
		if err != nil {
			return err
		}
		if err := one(res.RowsAffected()); err != nil {
			return err
		}
		return changed(ctx, tx, org)
	})
}

func one(n int64, err error) error {
	if err == nil && n != 1 {
		return store.ErrNotFound
	}
	return err
}

// row validates a group against the tree it is to stand in.
func (d *Directory) row(ctx context.Context, g tenant.Group) (*group, error) {
	if err := validName(g.Name); err != nil {
		return nil, err
	}
	known := false
	for _, k := range tenant.GroupKinds {
		known = known || k == g.Kind
	}
	if !known {
		return nil, fmt.Errorf("%w: a group's kind is one of %v", ErrInvalid, tenant.GroupKinds)
	}
	t, err := d.Tree(ctx, g.Org)
	if err != nil {
		return nil, err
	}
	if _, ok := t.Group(g.Parent); !ok {
		return nil, fmt.Errorf("%w: the group above it does not exist", ErrInvalid)
	}
	if len(t.Subtree(t.Root())) >= MaxGroups {
		return nil, fmt.Errorf("%w: an organisation has at most %d groups", ErrInvalid, MaxGroups)
	}
	for _, above := range t.Path(g.Parent) {
		if g.ID != 0 && above.ID == g.ID {
			return nil, fmt.Errorf("%w: a group cannot stand below itself", ErrInvalid)
		}
	}
	scope, err := json.Marshal(g.Scope)
	if err != nil {
		return nil, err
	}
	if len(scope) > 64<<10 {
		return nil, fmt.Errorf("%w: the scope is longer than 64 KiB", ErrInvalid)
	}
	return &group{ID: g.ID, Org: g.Org, Parent: g.Parent, Kind: string(g.Kind), Name: g.Name, Scope: string(scope)}, nil
}

func validName(name string) error {
	if strings.TrimSpace(name) == "" || len(name) > 200 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return fmt.Errorf("%w: a name has 1 to 200 characters in one line", ErrInvalid)
	}
	return nil
}

func validSlug(slug string) error {
	ok := len(slug) >= 1 && len(slug) <= 63 && slug[0] != '-'
	for _, r := range slug {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
	}
	if !ok {
		return fmt.Errorf("%w: a slug has 1 to 63 small letters, digits and hyphens", ErrInvalid)
	}
	return nil
}

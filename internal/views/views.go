// Package views keeps saved views: the filters of a list, under the name that
// somebody gave them, for themselves or shared with a group.
package views

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ErrInvalid is wrapped by errors about what was asked for; their text is for
// the person who asked.
var ErrInvalid = errors.New("not valid")

// Place is the list that a view is of.
type Place string

// The places.
const (
	Assets   Place = "assets"
	Findings Place = "findings"
	Duties   Place = "duties"
)

// Places are all of them.
var Places = []Place{Assets, Findings, Duties}

// Bounds of views.
const (
	MaxName  = 100
	MaxQuery = 4000
	MaxOwn   = 100 // of one holder
	maxSeen  = 500 // that a list shows
)

// passing are parameters that say where in a list somebody is, not what it
// shows.
var passing = []string{"cursor", "saved", "limit"}

// Canonical is a list's query as it is kept: without what is empty or passing,
// in one order, so that two that ask for the same are the same text.
func Canonical(q url.Values) string {
	kept := url.Values{}
	for name, values := range q {
		if slices.Contains(passing, name) {
			continue
		}
		for _, v := range values {
			if v != "" && !slices.Contains(kept[name], v) {
				kept.Add(name, v)
			}
		}
		slices.Sort(kept[name])
	}
	return kept.Encode()
}

// Person is the holder of a view by the name they had then.
type Person struct {
	Kind tenant.ActorKind
	ID   int64
	Name string
}

// View is a saved view.
type View struct {
	ID      int64
	Place   Place
	Name    string
	Query   string // canonical
	Group   int64  // that it is shared with: whoever reads there sees it; 0 is private
	Owner   Person
	Created time.Time
	Changed time.Time
}

// Of reports whether the view is the actor's own.
func (v *View) Of(who tenant.Who) bool { return v.Owner.Kind == who.Kind && v.Owner.ID == who.ID }

// MayChange reports whether the actor may change the view: its holder, or
// whoever administers the group that it is shared with.
func (v *View) MayChange(who tenant.Who) bool {
	return v.Of(who) || v.Group != 0 && who.Check(tenant.Administer, v.Group) == nil
}

// Views is all saved views of a control plane.
type Views struct {
	DB  *store.DB
	Now func() time.Time
}

type row struct {
	bun.BaseModel `bun:"table:views"`

	ID        int64 `bun:",pk,autoincrement"`
	Org       int64
	Place     string
	Name      string
	Query     string
	GroupID   int64
	OwnerKind string
	Owner     int64
	OwnerName string
	Created   store.Time
	Changed   store.Time
}

func (r *row) noun() View {
	return View{
		ID: r.ID, Place: Place(r.Place), Name: r.Name, Query: r.Query, Group: r.GroupID,
		Owner: Person{tenant.ActorKind(r.OwnerKind), r.Owner, r.OwnerName}, Created: r.Created.Time, Changed: r.Changed.Time,
	}
}

// List returns the views of a place, or of all where it is empty, that the
// actor may see: their own and those of groups they read, by name.
func (v *Views) List(ctx context.Context, who tenant.Who, place Place) ([]View, error) {
	reach := who.Reach(tenant.Read)
	if reach.None() {
		return nil, tenant.ErrForbidden
	}
	var rows []row
	q := v.DB.NewSelect().Model(&rows).Where("org = ?", who.Org)
	if place != "" {
		q = q.Where("place = ?", place)
	}
	q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("owner_kind = ? AND owner = ?", who.Kind, who.ID)
		if reach.All {
			return q.WhereOr("group_id <> 0")
		}
		return q.WhereOr("group_id IN (?)", bun.List(reach.Groups))
	})
	if err := q.Order("name", "id").Limit(maxSeen).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	out := make([]View, len(rows))
	for i := range rows {
		out[i] = rows[i].noun()
	}
	return out, nil
}

// Get returns a view that the actor may see.
func (v *Views) Get(ctx context.Context, who tenant.Who, id int64) (View, error) {
	var r row
	if err := v.DB.NewSelect().Model(&r).Where("id = ? AND org = ?", id, who.Org).Scan(ctx); err != nil {
		return View{}, store.Translate(err)
	}
	out, reach := r.noun(), who.Reach(tenant.Read)
	if reach.None() || !out.Of(who) && (out.Group == 0 || !reach.Has(out.Group)) {
		return View{}, store.ErrNotFound
	}
	return out, nil
}

// Add keeps a new view of the actor's.
func (v *Views) Add(ctx context.Context, who tenant.Who, n View) (View, error) {
	if who.Reach(tenant.Read).None() {
		return View{}, tenant.ErrForbidden
	}
	if err := v.valid(&n); err != nil {
		return View{}, err
	}
	if err := mayShare(who, 0, n.Group); err != nil {
		return View{}, err
	}
	now := store.At(v.Now())
	r := &row{
		Org: who.Org, Place: string(n.Place), Name: n.Name, Query: n.Query, GroupID: n.Group,
		OwnerKind: string(who.Kind), Owner: who.ID, OwnerName: who.Name, Created: now, Changed: now,
	}
	err := v.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		r.ID = 0
		have, err := tx.NewSelect().Model((*row)(nil)).Where("org = ? AND owner_kind = ? AND owner = ?", who.Org, who.Kind, who.ID).Count(ctx)
		if err != nil {
			return err
		}
		if have >= MaxOwn {
			return fmt.Errorf("%w: you have %d views already; remove one first", ErrInvalid, MaxOwn)
		}
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "view.saved", audit.On("view", r.ID), detail(n))
	})
	if err != nil {
		return View{}, named(err, n.Name)
	}
	return r.noun(), nil
}

// Change gives a view another name, other filters, or shares it with others.
// The place stays.
func (v *Views) Change(ctx context.Context, who tenant.Who, n View) (View, error) {
	before, err := v.changeable(ctx, who, n.ID)
	if err != nil {
		return View{}, err
	}
	n.Place = before.Place
	if err := v.valid(&n); err != nil {
		return View{}, err
	}
	if err := mayShare(who, before.Group, n.Group); err != nil {
		return View{}, err
	}
	if n.Group == 0 && !before.Of(who) {
		return View{}, fmt.Errorf("%w: the view is %s's; remove it instead of making it private", ErrInvalid, before.Owner.Name)
	}
	r := &row{ID: n.ID, Name: n.Name, Query: n.Query, GroupID: n.Group, Changed: store.At(v.Now())}
	err = v.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(r).Column("name", "query", "group_id", "changed").Where("id = ? AND org = ?", n.ID, who.Org).Exec(ctx)
		if err := one(res, err); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "view.changed", audit.On("view", n.ID), audit.Detail{"before": detail(before), "after": detail(n)})
	})
	if err != nil {
		return View{}, named(err, n.Name)
	}
	return v.Get(ctx, who, n.ID)
}

// Remove forgets a view.
func (v *Views) Remove(ctx context.Context, who tenant.Who, id int64) error {
	before, err := v.changeable(ctx, who, id)
	if err != nil {
		return err
	}
	return v.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewDelete().Model((*row)(nil)).Where("id = ? AND org = ?", id, who.Org).Exec(ctx)
		if err := one(res, err); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Actor, "view.removed", audit.On("view", id), detail(before))
	})
}

// Forget removes the private views of somebody who left an organisation, in
// the transaction that takes them out. What they shared stays.
func (v *Views) Forget(ctx context.Context, tx bun.IDB, org, person int64) error {
	_, err := tx.NewDelete().Model((*row)(nil)).
		Where("org = ? AND owner_kind = ? AND owner = ? AND group_id = 0", org, tenant.Person, person).Exec(ctx)
	return err
}

func (v *Views) changeable(ctx context.Context, who tenant.Who, id int64) (View, error) {
	before, err := v.Get(ctx, who, id)
	if err == nil && !before.MayChange(who) {
		err = tenant.ErrForbidden
	}
	return before, err
}

// MayShare reports whether the actor may share views with a group: whoever
// does more than read there. The permission is the one that every role has
// but those that change nothing.
func MayShare(who tenant.Who, group int64) bool { return who.Check(tenant.RequestWaiver, group) == nil }

// mayShare refuses to share with a group, unless the view is so already.
func mayShare(who tenant.Who, before, group int64) error {
	if group == before || group == 0 {
		return nil
	}
	if _, ok := who.Tree.Group(group); !ok || !who.Reach(tenant.Read).Has(group) {
		return fmt.Errorf("%w: the group to share with does not exist", ErrInvalid)
	}
	if !MayShare(who, group) {
		return fmt.Errorf("%w: sharing a view takes a role in the group that does more than read", tenant.ErrForbidden)
	}
	return nil
}

// valid checks a view and brings its query into one form.
func (v *Views) valid(n *View) error {
	if !slices.Contains(Places, n.Place) {
		return fmt.Errorf("%w: a view is of %v", ErrInvalid, Places)
	}
	n.Name = strings.TrimSpace(n.Name)
	if n.Name == "" || len(n.Name) > MaxName || strings.ContainsFunc(n.Name, func(r rune) bool { return r < ' ' }) {
		return fmt.Errorf("%w: a view's name has 1 to %d characters in one line", ErrInvalid, MaxName)
	}
	if len(n.Query) > MaxQuery {
		return fmt.Errorf("%w: the filters are longer than %d characters", ErrInvalid, MaxQuery)
	}
	q, err := url.ParseQuery(strings.TrimPrefix(n.Query, "?"))
	if err != nil {
		return fmt.Errorf("%w: the filters are no query of an address", ErrInvalid)
	}
	n.Query = Canonical(q)
	if len(n.Query) > MaxQuery {
		return fmt.Errorf("%w: the filters are longer than %d characters", ErrInvalid, MaxQuery)
	}
	return nil
}

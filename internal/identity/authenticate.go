package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Authenticate returns who makes the request: the holder of its bearer token,
// or the person of its session. It fails with ErrUnauthenticated, or with
// ErrNoOrganisation for somebody who belongs to none. With ErrSecondFactor it
// returns who it is, without any role, so that they can add one.
func (i *Identity) Authenticate(r *http.Request) (tenant.Actor, error) {
	if header, ok := r.Header["Authorization"]; ok {
		scheme, token, found := strings.Cut(header[0], " ")
		if len(header) != 1 || !found || !strings.EqualFold(scheme, "Bearer") {
			return tenant.Actor{}, ErrUnauthenticated
		}
		return i.byToken(r.Context(), strings.TrimSpace(token))
	}
	return i.bySession(r.Context())
}

func (i *Identity) bySession(ctx context.Context) (tenant.Actor, error) {
	p, err := i.signedIn(ctx)
	if err != nil {
		return tenant.Actor{}, err
	}
	orgs, err := i.open(ctx, p.ID)
	if err != nil {
		return tenant.Actor{}, err
	}
	if len(orgs) == 0 {
		return tenant.Actor{}, ErrNoOrganisation
	}
	org := i.sessions.GetInt64(ctx, keyOrg)
	if !slices.Contains(orgs, org) {
		org = orgs[0]
	}
	a := p.actor(org)
	if a.Grants, err = i.grants(ctx, i.DB, org, tenant.Person, p.ID); err != nil || !i.sessions.GetBool(ctx, keyWeak) {
		return a, err
	}
	owes, err := i.asks(ctx, org, a.Grants)
	if err == nil && owes {
		a.Grants = nil // until then they are somebody, who may nothing
		err = ErrSecondFactor
	}
	return a, err
}

// open returns the organisations that the session's person may enter: those
// they belong to, and of them those that the provider serves through which
// they signed in.
func (i *Identity) open(ctx context.Context, person int64) ([]int64, error) {
	var orgs []int64
	err := i.DB.NewSelect().Model((*membershipRow)(nil)).Column("org").Where("person = ? AND disabled IS NULL", person).Order("org").Scan(ctx, &orgs)
	if err != nil {
		return nil, store.Translate(err)
	}
	name := i.sessions.GetString(ctx, keyVia)
	if name == "" {
		return orgs, nil
	}
	p := i.providers[name]
	if p == nil {
		return nil, ErrUnauthenticated // it is not configured any more
	}
	if len(p.Organisations) == 0 {
		return orgs, nil
	}
	served, err := i.served(ctx, p)
	return slices.DeleteFunc(orgs, func(org int64) bool { return !within([]int64{org}, served) }), err
}

// belongs returns the organisations of a person, those included that are
// closed to them.
func (i *Identity) belongs(ctx context.Context, db bun.IDB, person int64) ([]int64, error) {
	var orgs []int64
	err := db.NewSelect().Model((*membershipRow)(nil)).Column("org").Where("person = ?", person).Order("org").Scan(ctx, &orgs)
	return orgs, store.Translate(err)
}

func (i *Identity) grants(ctx context.Context, db bun.IDB, org int64, kind tenant.ActorKind, holder int64) ([]tenant.Grant, error) {
	var rows []grantRow
	err := db.NewSelect().Model(&rows).Where("org = ? AND kind = ? AND holder = ?", org, kind, holder).Order("id").Scan(ctx)
	if err != nil {
		return nil, store.Translate(err)
	}
	out := make([]tenant.Grant, len(rows))
	for k := range rows {
		out[k] = rows[k].noun()
	}
	return out, nil
}

// Organisations returns those that the session's person may choose from.
func (i *Identity) Organisations(ctx context.Context) ([]tenant.Organisation, error) {
	p, err := i.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := i.open(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	all, err := i.Directory.Organisations(ctx)
	return slices.DeleteFunc(all, func(o tenant.Organisation) bool { return !slices.Contains(ids, o.ID) }), err
}

// ChooseOrganisation makes the session one in another organisation.
func (i *Identity) ChooseOrganisation(ctx context.Context, org int64) error {
	p, err := i.signedIn(ctx)
	if err != nil {
		return err
	}
	ids, err := i.open(ctx, p.ID)
	if err != nil {
		return err
	}
	if !slices.Contains(ids, org) {
		return store.ErrNotFound
	}
	i.sessions.Put(ctx, keyOrg, org)
	return nil
}

// byToken returns the holder of an API token, within its bounds.
func (i *Identity) byToken(ctx context.Context, token string) (tenant.Actor, error) {
	if !validToken(token) {
		return tenant.Actor{}, ErrUnauthenticated
	}
	now := i.now()
	var t tokenRow
	err := store.Translate(i.DB.NewSelect().Model(&t).Where("hash = ? AND expires > ?", digest(token), now).Scan(ctx))
	if errors.Is(err, store.ErrNotFound) {
		return tenant.Actor{}, ErrUnauthenticated
	}
	if err != nil {
		return tenant.Actor{}, err
	}
	a, err := i.holder(ctx, &t)
	if errors.Is(err, store.ErrNotFound) {
		return tenant.Actor{}, ErrUnauthenticated
	}
	if err != nil {
		return tenant.Actor{}, err
	}
	if a.Grants, err = i.grants(ctx, i.DB, t.Org, t.Kind, t.Holder); err != nil {
		return tenant.Actor{}, err
	}
	if bare, err := i.bare(ctx, a); err != nil || bare {
		return tenant.Actor{}, errors.Join(err, ErrSecondFactor)
	}
	a.Token = &tenant.TokenBounds{ID: t.ID, Group: t.GroupID}
	for p := range strings.FieldsSeq(t.Permissions) {
		a.Token.Permissions = append(a.Token.Permissions, tenant.Permission(p))
	}
	if now.Sub(t.Used.Time) >= time.Minute {
		_, err = i.DB.NewUpdate().Model(&t).Set("used = ?", now).WherePK().Exec(ctx)
	}
	return a, err
}

// holder returns the token's holder, unless the organisation is closed to them.
func (i *Identity) holder(ctx context.Context, t *tokenRow) (tenant.Actor, error) {
	if t.Kind == tenant.Service {
		var s serviceRow
		err := i.DB.NewSelect().Model(&s).Where("id = ? AND org = ? AND disabled IS NULL", t.Holder, t.Org).Scan(ctx)
		return tenant.Actor{Kind: tenant.Service, ID: s.ID, Name: s.Name, Org: t.Org}, store.Translate(err)
	}
	var p personRow
	err := i.DB.NewSelect().Model(&p).
		Join("JOIN memberships AS m ON m.person = person_row.id AND m.org = ? AND m.disabled IS NULL", t.Org).
		Where("person_row.id = ?", t.Holder).Scan(ctx)
	return p.actor(t.Org), store.Translate(err)
}

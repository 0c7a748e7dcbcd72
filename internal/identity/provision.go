package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// orgGrant is a grant in an organisation.
type orgGrant struct {
	Org   int64
	Root  int64
	Grant tenant.Grant
}

// meetPerson returns the person a provider speaks of: by subject, else by
// verified address, else a new one if the provider's groups give them a role.
// What the groups give is brought up to date.
func (i *Identity) meetPerson(ctx context.Context, p *provider, c claims) (*personRow, error) {
	wanted, err := i.claimed(ctx, p, c)
	if err != nil {
		return nil, err
	}
	orgs, err := i.served(ctx, p)
	if err != nil {
		return nil, err
	}
	roots, err := i.roots(ctx, p.Name)
	if err != nil {
		return nil, err
	}
	var person *personRow
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		person, err = i.known(ctx, tx, p, c, orgs)
		if errors.Is(err, store.ErrNotFound) {
			person, err = i.stranger(ctx, tx, p, c, wanted)
		}
		if err != nil {
			return err
		}
		return i.reconcile(ctx, tx, p.Name, person, wanted, roots)
	})
	if errors.Is(err, store.ErrConflict) {
		return nil, ErrNoAccount // the address is somebody's who is not known by it
	}
	return person, err
}

// claimed returns the grants that the person's groups mean.
func (i *Identity) claimed(ctx context.Context, p *provider, c claims) ([]orgGrant, error) {
	orgs, err := i.served(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []orgGrant
	for _, g := range p.Grants {
		if g.Claim != "*" && !slices.Contains(c.Groups, g.Claim) {
			continue
		}
		org, ok := orgs[g.Organisation]
		if !ok {
			continue
		}
		tree, err := i.Directory.Tree(ctx, org)
		if err != nil {
			return nil, err
		}
		group, ok := find(tree, g.Path)
		if !ok {
			i.Log.WarnContext(ctx, "an identity provider's group means a role in a group that is not there",
				"provider", p.Name, "claim", g.Claim, "organisation", g.Organisation, "path", g.Path)
			continue
		}
		out = append(out, orgGrant{org, tree.Root(), tenant.Grant{Group: group, Role: g.Role}})
	}
	return out, nil
}

// roots returns the root groups of the organisations in which a provider's
// groups make administrators.
func (i *Identity) roots(ctx context.Context, provider string) (map[int64]int64, error) {
	var orgs []int64
	err := i.DB.NewSelect().Model((*grantRow)(nil)).ColumnExpr("DISTINCT org").
		Where("provider = ? AND role = ?", provider, tenant.Administrator).Scan(ctx, &orgs)
	if err != nil {
		return nil, store.Translate(err)
	}
	out := make(map[int64]int64, len(orgs))
	for _, org := range orgs {
		if out[org], err = i.root(ctx, org); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// served returns the organisations that a provider may let people into, by slug.
func (i *Identity) served(ctx context.Context, p *provider) (map[string]int64, error) {
	all, err := i.Directory.Organisations(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, o := range all {
		if len(p.Organisations) == 0 || slices.Contains(p.Organisations, o.Slug) {
			out[o.Slug] = o.ID
		}
	}
	return out, nil
}

// serves checks that a provider, if one is named, may let people into the
// organisation.
func (i *Identity) serves(ctx context.Context, name string, org int64) error {
	if name == "" {
		return nil
	}
	if p := i.providers[name]; p != nil {
		orgs, err := i.served(ctx, p)
		if err != nil || within([]int64{org}, orgs) {
			return err
		}
	}
	return fmt.Errorf("%w: there is no identity provider %q for this organisation", ErrInvalid, name)
}

// within reports whether all of the organisations are among those served.
func within(orgs []int64, served map[string]int64) bool {
	ids := map[int64]bool{}
	for _, id := range served {
		ids[id] = true
	}
	return !slices.ContainsFunc(orgs, func(org int64) bool { return !ids[org] })
}

// find goes down a tree by the names of groups.
func find(t *tenant.Tree, path []string) (int64, bool) {
	at := t.Root()
	for _, name := range path {
		k := slices.IndexFunc(t.Children(at), func(id int64) bool {
			g, ok := t.Group(id)
			return ok && g.Name == name
		})
		if k < 0 {
			return 0, false
		}
		at = t.Children(at)[k]
	}
	return at, at != 0
}

// known finds somebody by subject, or by address, in which case the subject is
// kept from then on.
func (i *Identity) known(ctx context.Context, tx bun.IDB, p *provider, c claims, orgs map[string]int64) (*personRow, error) {
	var s subjectRow
	err := store.Translate(tx.NewSelect().Model(&s).Where("provider = ? AND subject = ?", p.Name, c.Subject).Scan(ctx))
	if err == nil {
		return i.person(ctx, tx, s.Person)
	}
	if !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if !p.knows(c) {
		return nil, store.ErrNotFound
	}
	var person personRow
	if err := tx.NewSelect().Model(&person).Where("email_key = ?", fold(c.Email)).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	if err := i.mayLink(ctx, tx, &person, orgs); err != nil {
		return nil, err
	}
	return &person, i.link(ctx, tx, p.Name, c.Subject, &person)
}

// mayLink refuses to take somebody's account by address when they belong to
// an organisation that the provider does not serve, or to none.
func (i *Identity) mayLink(ctx context.Context, tx bun.IDB, person *personRow, orgs map[string]int64) error {
	of, err := i.belongs(ctx, tx, person.ID)
	if err != nil {
		return err
	}
	if len(of) == 0 || !within(of, orgs) {
		return ErrNoAccount
	}
	return nil
}

// link keeps what the provider calls somebody. A second subject of the same
// provider is a conflict: the address went to somebody else there.
func (i *Identity) link(ctx context.Context, tx bun.IDB, provider, subject string, person *personRow) error {
	row := subjectRow{Provider: provider, Subject: subject, Person: person.ID, Created: i.now()}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return err
	}
	return i.recordOf(ctx, tx, person, "person.linked", audit.Detail{"provider": provider})
}

// stranger makes somebody known whom the provider's groups give a role.
func (i *Identity) stranger(ctx context.Context, tx bun.IDB, p *provider, c claims, wanted []orgGrant) (*personRow, error) {
	if len(wanted) == 0 || !p.knows(c) {
		return nil, ErrNoAccount
	}
	name := c.Name
	if validName(name) != nil {
		name = c.Email
	}
	person, err := i.newPerson(c.Email, name)
	if err != nil {
		return nil, err
	}
	if err := i.insertMember(ctx, tx, wanted[0].Org, person); err != nil {
		return nil, err
	}
	err = audit.Record(ctx, tx, person.actor(wanted[0].Org), "person.joined", audit.On("person", person.ID), audit.Detail{"email": person.Email, "provider": p.Name})
	if err != nil {
		return nil, err
	}
	return person, i.link(ctx, tx, p.Name, c.Subject, person)
}

// reconcile makes the grants that come from a provider those that its groups
// mean now. It opens no organisation to somebody for whom it was closed, and
// leaves every organisation an administrator.
func (i *Identity) reconcile(ctx context.Context, tx bun.IDB, provider string, person *personRow, wanted []orgGrant, roots map[int64]int64) error {
	var have []grantRow
	err := tx.NewSelect().Model(&have).Where("kind = ? AND holder = ? AND provider = ?", tenant.Person, person.ID, provider).Order("org", "id").Scan(ctx)
	if err != nil {
		return store.Translate(err)
	}
	slices.SortStableFunc(wanted, func(a, b orgGrant) int { return int(a.Org - b.Org) })
	for _, w := range wanted {
		if err := i.enter(ctx, tx, w.Org, person); errors.Is(err, ErrInvalid) {
			continue // disabled there
		} else if err != nil {
			return err
		}
		err := i.give(ctx, tx, tenant.BySystem(w.Org), Holder{tenant.Person, person.ID}, []tenant.Grant{w.Grant}, provider)
		if err != nil {
			return err
		}
	}
	for _, h := range have {
		if slices.ContainsFunc(wanted, func(w orgGrant) bool { return w.Org == h.Org && w.Grant == h.noun() }) {
			continue
		}
		if err := i.withdraw(ctx, tx, &h, roots[h.Org]); err != nil {
			return err
		}
	}
	return nil
}

// withdraw takes away a grant that a provider's groups do not give any more.
func (i *Identity) withdraw(ctx context.Context, tx bun.IDB, h *grantRow, root int64) error {
	err := audit.Record(ctx, tx, tenant.BySystem(h.Org), "grant.taken", audit.On("person", h.Holder),
		audit.Detail{"group": h.GroupID, "role": h.Role, "provider": h.Provider})
	if err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model(h).WherePK().Exec(ctx); err != nil {
		return err
	}
	if h.Role != tenant.Administrator || h.GroupID != root {
		return nil
	}
	there, err := hasAdministrator(ctx, tx, h.Org, h.GroupID)
	if err != nil || there {
		return err
	}
	i.Log.WarnContext(ctx, "the organisation's last administrator stays one, though the identity provider does not say so",
		"organisation", h.Org, "person", h.Holder, "provider", h.Provider)
	row := grantRow{Org: h.Org, Kind: h.Kind, Holder: h.Holder, GroupID: h.GroupID, Role: h.Role, Provider: h.Provider}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, tenant.BySystem(h.Org), "grant.given", audit.On("person", h.Holder),
		audit.Detail{"group": h.GroupID, "role": h.Role, "provider": h.Provider, "reason": "last administrator"})
}

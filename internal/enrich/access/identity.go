package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/iampolicy"
	"github.com/demarc-sec/demarc/internal/tri"
)

// identity derives what the permissions of a user, group, role or policy are
// worth, all its documents taken together and capped by its boundary.
func (d *deriver) identity(a *estate.Asset) {
	if !strings.HasPrefix(a.Kind, "identity-") || a.Kind == "identity-provider" {
		return
	}
	if a.Provider != "aws" {
		return // documents of another language
	}
	if d.caps[a] {
		return
	}
	if derive.Is(a, "service_linked").IsTrue() {
		return // the provider writes and governs its permissions
	}
	if a.Kind == "identity-policy" {
		if _, ok := a.Fact("identity_policies"); !ok {
			return
		}
	}
	ps := d.permissions(a)
	if a.Kind == "identity-user" {
		for g := range derive.Linked(a, "group") {
			ps = append(ps, d.permissions(g)...)
		}
		for _, r := range a.Linked("group") {
			if r.To == nil && (r.Unknown != "" || r.Ref != "") {
				ps = append(ps, iampolicy.UnknownDocument("the group "+r.Ref+" is not in the sources"))
			}
		}
		for _, g := range d.via[a] {
			if g.Kind == "identity-group" {
				ps = append(ps, d.permissions(g)...)
			}
		}
	}
	within := d.boundary(a)
	from := derive.FromFact(a, "identity_policies")
	derive.SetBool(a, "grants_admin", tri.And(ps.Admin(), capped(within, iampolicy.Policies.Admin)), from)

	wild := ps.ServiceWildcards()
	if within != nil {
		wild = wild.Within(within.ServiceWildcards())
	}
	derive.SetList(a, "grants_service_wildcard", wild.Services, wild.Why, from)
	if f, ok := a.Fact("trust_policies"); ok && policies(f).TrustsOnlyServices() {
		ps = d.permitted(a, false) // AWS says what its services need, and they do nothing else with it
	}
	esc := ps.Escalation(within)
	ids, why := d.overNamed(a, ps, within)
	esc.IDs = append(esc.IDs, ids...)
	slices.Sort(esc.IDs)
	esc.IDs, esc.Why = slices.Compact(esc.IDs), cmp.Or(esc.Why, why)
	derive.SetList(a, "privilege_escalation", esc.IDs, esc.Why, from)
}

func capped(within iampolicy.Policies, ask func(iampolicy.Policies) tri.Bool) tri.Bool {
	if within == nil {
		return tri.True
	}
	return ask(within)
}

// permissions are an identity's own documents and those of attached policies.
func (d *deriver) permissions(a *estate.Asset) iampolicy.Policies { return d.permitted(a, true) }

// permitted are they with or without the policies that the provider publishes.
func (d *deriver) permitted(a *estate.Asset, published bool) iampolicy.Policies {
	skip := func(ref string) bool {
		_, is := iampolicy.Managed(ref)
		return is && !published && strings.HasPrefix(ref, "arn:")
	}
	ps := append(iampolicy.Policies(nil), d.linked(a)...)
	resolved := make(map[string]bool)
	related := false
	for _, r := range a.Linked("policy") {
		related = true
		resolved[r.Ref] = true
		if r.To == nil && skip(r.Ref) {
			continue
		}
		ps = append(ps, d.attached(r)...)
	}
	for _, p := range d.via[a] {
		if p.Kind == "identity-policy" {
			ps = append(ps, d.linked(p)...)
		}
	}
	f, ok := a.Fact("managed_policies")
	if !ok {
		return ps
	}
	if !f.Known() {
		if !related { // else the relations tell what the names would
			ps = append(ps, iampolicy.UnknownDocument(f.Unknown))
		}
		return ps
	}
	names, _ := f.Value.([]string)
	for _, name := range names {
		if !resolved[name] && !named(a, name) && !skip(name) {
			ps = append(ps, managed(name))
		}
	}
	return ps
}

// named reports whether a relation already leads to the policy of that name.
func named(a *estate.Asset, ref string) bool {
	for p := range derive.Linked(a, "policy") {
		if p.Name != "" && (ref == p.Name || strings.HasSuffix(ref, "/"+p.Name)) {
			return true
		}
	}
	return false
}

// attached are the documents at the other end of a policy or boundary relation.
func (d *deriver) attached(r estate.Relation) iampolicy.Policies {
	switch {
	case r.To != nil:
		return d.linked(r.To)
	case r.Unknown != "":
		return iampolicy.Policies{iampolicy.UnknownDocument(r.Unknown)}
	default:
		return iampolicy.Policies{managed(r.Ref)}
	}
}

func managed(ref string) iampolicy.Document {
	if doc, ok := iampolicy.Managed(ref); ok {
		return doc
	}
	return iampolicy.UnknownDocument("the policy " + ref + " is not in the sources")
}

// boundary are the documents that cap an identity, or nil when none do.
func (d *deriver) boundary(a *estate.Asset) iampolicy.Policies {
	var ps iampolicy.Policies
	for _, r := range a.Linked("boundary") {
		ps = append(ps, d.attached(r)...)
	}
	if ps != nil {
		return ps
	}
	switch b := derive.Is(a, "permissions_boundary"); {
	case b.IsFalse():
		return nil
	case b.IsTrue():
		return iampolicy.Policies{iampolicy.UnknownDocument("what the permissions boundary leaves is not known")}
	default:
		return iampolicy.Policies{iampolicy.UnknownDocument(b.Why())}
	}
}

// trust derives who may assume a role.
func trust(a *estate.Asset) {
	f, ok := a.Fact("trust_policies")
	if !ok {
		return
	}
	ps, from := policies(f), derive.From(f)
	derive.SetBool(a, "trust_public", ps.TrustPublic(), from)
	external := ps.TrustExternal(a.Account)
	derive.SetList(a, "trust_external_unscoped", external.IDs, external.Why, from)
	if b, applies := ps.TrustOIDCUnscoped(); applies {
		derive.SetBool(a, "trust_oidc_unscoped", b, from)
	}
	if b, applies := ps.TrustConfusedDeputy(); applies {
		derive.SetBool(a, "trust_confused_deputy", b, from)
	}
}

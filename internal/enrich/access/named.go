package access

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/iampolicy"
	"github.com/demarc-sec/demarc/internal/tri"
)

// things finds identities and functions by address and by name.
type things map[[2]string]*estate.Asset

// prefixes are what precedes a name at the end of an ARN.
var prefixes = map[string]string{
	"identity-user": "user/", "identity-group": "group/", "identity-role": "role/", "identity-policy": "policy/", "function": "function:",
}

func thingsOf(e *estate.Estate) things {
	out := things{}
	for _, a := range e.Assets {
		prefix := prefixes[a.Kind]
		if prefix == "" || a.Provider != "aws" || a.Elsewhere {
			continue
		}
		for _, address := range append([]string{a.Address}, a.Addresses...) {
			out[[2]string{a.Root, address}] = a
		}
		if a.Name != "" {
			out[[2]string{a.Root, prefix + a.Name}] = a
		}
	}
	return out
}

var asInAddress = strings.NewReplacer("['", `["`, "']", `"]`)

// named is what a grant permits something on, or nil when the sources of the
// same root do not hold it.
func (ts things) named(root string, g iampolicy.Grant) *estate.Asset {
	if g.Ref == "" {
		return ts[[2]string{root, g.Name}]
	}
	i := strings.LastIndexByte(g.Ref, '.')
	if i < 0 {
		return nil
	}
	return ts[[2]string{root, asInAddress.Replace(g.Ref[:i])}]
}

// overOne are the actions that may widen rights although they are permitted on
// one thing only.
var overOne = []string{
	"iam:attachgrouppolicy", "iam:attachrolepolicy", "iam:attachuserpolicy", "iam:createaccesskey", "iam:createloginprofile",
	"iam:createpolicyversion", "iam:passrole", "iam:putgrouppolicy", "iam:putrolepolicy", "iam:putuserpolicy",
	"iam:setdefaultpolicyversion", "iam:updateassumerolepolicy", "iam:updateloginprofile", "lambda:updatefunctioncode", "sts:assumerole",
}

// overNamed lists the ways in which an identity widens its rights over things
// that its policies name one by one: itself, what it is attached to, or
// something stronger.
func (d *deriver) overNamed(a *estate.Asset, ps, within iampolicy.Policies) (ids []string, why string) {
	if within != nil || ps.Admin().IsTrue() {
		return nil, "" // what a boundary leaves is said of actions at large
	}
	grants := ps.Named(overOne)
	for _, g := range grants {
		to := d.things.named(a.Root, g)
		own := to == a && to != nil || g.Name == iampolicy.Own && a.Kind != "identity-role"
		var is tri.Bool
		var id string
		switch g.Action {
		case "iam:attachuserpolicy", "iam:putuserpolicy":
			// Also another's: whoever holds that one's key, or may make one, is administrator then.
			id, is = methodOf(g.Action), tri.Of(own || to != nil && to.Kind == "identity-user")
		case "iam:attachgrouppolicy", "iam:putgrouppolicy":
			id, is = methodOf(g.Action), tri.Of(own || to != nil && d.memberOf(a, to))
		case "iam:attachrolepolicy", "iam:putrolepolicy":
			id, is = methodOf(g.Action), tri.Of(own || to != nil && to.Kind == "identity-role" && d.wields(a, grants, to))
		case "iam:createpolicyversion", "iam:setdefaultpolicyversion":
			id, is = methodOf(g.Action), tri.Of(own || to != nil && d.holds(a, to))
		case "iam:createaccesskey", "iam:createloginprofile", "iam:updateloginprofile":
			if !own && to != nil && to.Kind == "identity-user" {
				id, is = methodOf(g.Action), d.admin(to)
			}
		case "iam:updateassumerolepolicy":
			if to != nil && to.Kind == "identity-role" && d.wields(a, grants, to) {
				id, is = "role-trust", d.admin(to)
			}
		case "lambda:updatefunctioncode":
			if to != nil {
				for role := range derive.Linked(to, "role") {
					if role != a {
						id, is = "lambda-code", d.admin(role)
					}
				}
			}
		case "iam:passrole":
			if to != nil && to.Kind == "identity-role" && to != a {
				if id = d.passes(ps, g, to); id != "" {
					is = d.admin(to)
				}
			}
		}
		switch {
		case id == "" || is.IsFalse():
		case is.IsTrue():
			ids = append(ids, id)
		case why == "":
			why = is.Why()
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), why
}

// methodOf is the method of the table that consists of the one action.
func methodOf(action string) string {
	for _, m := range iampolicy.Methods {
		if len(m.All) == 1 && m.All[0] == action {
			return m.ID
		}
	}
	return ""
}

// admin tells whether another identity is an administrator.
func (d *deriver) admin(a *estate.Asset) tri.Bool {
	if b, ok := d.admins[a]; ok {
		return b
	}
	b := tri.And(d.permissions(a).Admin(), capped(d.boundary(a), iampolicy.Policies.Admin))
	d.admins[a] = b
	return b
}

func (d *deriver) memberOf(a, group *estate.Asset) bool {
	return group.Kind == "identity-group" && (slices.Contains(d.via[a], group) || linked(a, "group", group))
}

func (d *deriver) holds(a, policy *estate.Asset) bool {
	return policy.Kind == "identity-policy" && (slices.Contains(d.via[a], policy) || linked(a, "policy", policy))
}

func linked(a *estate.Asset, name string, to *estate.Asset) bool {
	return slices.ContainsFunc(a.Relations, func(r estate.Relation) bool { return r.Name == name && r.To == to })
}

// wields tells whether the identity can act as the role: it may assume it by
// name, or rewrite a function that has it.
func (d *deriver) wields(a *estate.Asset, grants []iampolicy.Grant, role *estate.Asset) bool {
	return slices.ContainsFunc(grants, func(g iampolicy.Grant) bool {
		to := d.things.named(a.Root, g)
		switch {
		case to == nil:
			return false
		case g.Action == "sts:assumerole":
			return to == role
		}
		return g.Action == "lambda:updatefunctioncode" && linked(to, "role", role)
	})
}

// passes is a way to run something of one's own with a role that may be passed.
func (d *deriver) passes(ps iampolicy.Policies, g iampolicy.Grant, role *estate.Asset) string {
	f, ok := role.Fact("trust_policies")
	if !ok || !f.Known() {
		return ""
	}
	trust := policies(f)
	for _, m := range iampolicy.Methods {
		if m.Service == "" || !g.PassesTo(m.Service) || !trust.TrustsService(m.Service) {
			continue
		}
		if !slices.ContainsFunc(m.All, func(action string) bool { return action != "iam:passrole" && !ps.Permits(action).IsTrue() }) {
			return m.ID
		}
	}
	return ""
}

// Package googleaccess derives who can do what from the roles that Google
// Cloud's resources, projects and organisations grant to members: what the
// public may do, what service accounts are worth, and which people hold too
// much.
package googleaccess

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives the access facts of Google's assets. It runs after the
// package access, whose answers about public stores it completes.
func Enrich(e *estate.Estate) {
	d := deriver{accounts: make(map[string][]*estate.Asset), roles: make(map[string]*estate.Asset), held: make(map[*estate.Asset]*holding)}
	for _, a := range e.Assets {
		if a.Provider != "google" {
			continue
		}
		switch a.Means {
		case serviceAccount:
			local, _, _ := strings.Cut(a.Name, "@")
			d.accounts[local] = append(d.accounts[local], a)
			d.held[a] = &holding{}
		case "google_project_iam_custom_role", "google_organization_iam_custom_role":
			d.roles[lastPart(a.Name)] = a
		}
	}
	for _, a := range e.Assets {
		if a.Provider != "google" {
			continue
		}
		defaultIdentity(a)
		audit(a)
		g, ok := read(a)
		if !ok {
			continue
		}
		d.public(a, g)
		consumers(a, g)
		if wholeAccount(a) {
			d.collect(a, g)
		}
		if a.Kind == "account" {
			people(a, g)
		}
	}
	for _, a := range e.Assets {
		if h := d.held[a]; h != nil {
			h.set(a)
		}
	}
}

const serviceAccount = "google_service_account"

type deriver struct {
	accounts map[string][]*estate.Asset // service accounts by what stands before the @
	roles    map[string]*estate.Asset   // custom roles by their last part
	held     map[*estate.Asset]*holding
}

// wholeAccount tells whether a grant on the asset reaches everything in it.
func wholeAccount(a *estate.Asset) bool {
	return a.Kind == "account" || a.Means == "google_folder"
}

func lastPart(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// public derives what everybody may do with the asset.
func (d *deriver) public(a *estate.Asset, g grants) {
	open, why := tri.False, g.missing
	read, write := tri.False, tri.False
	if g.missing != "" {
		open = tri.Unknown(g.missing)
		read, write = open, open
	}
	var roles []string
	for _, b := range g.bindings {
		p := b.public()
		open = tri.Or(open, p)
		read = tri.Or(read, tri.And(p, d.allows(b, reading)))
		write = tri.Or(write, tri.And(p, d.allows(b, writing)))
		switch {
		case p.IsTrue() && b.role != "":
			roles = append(roles, b.role)
		case !p.Known():
			why = p.Why()
		}
	}
	slices.Sort(roles)
	derive.SetBool(a, "policy_public", open, g.from)
	derive.SetList(a, "policy_public_actions", slices.Compact(roles), why, g.from)
	if a.Kind == "object-store" {
		reach(a, "public_read", read, g.from)
		reach(a, "public_write", write, g.from)
	}
}

// reach adds what roles give everybody to what ACLs do. Public access
// prevention, on the bucket or by the organisation, makes either void.
func reach(a *estate.Asset, fact string, byRole tri.Bool, from estate.Origin) {
	prevented := derive.Is(a, "restrict_public_buckets")
	if acc := derive.Account(a); acc != nil {
		if b, ok := derive.Bool(acc, "restrict_public_buckets"); ok && b.Known() {
			prevented = tri.Or(prevented, b)
		}
	}
	out := tri.And(byRole, prevented.Not())
	if byACL, has := derive.Bool(a, fact); has {
		if byACL.IsTrue() {
			return
		}
		out = tri.Or(out, byACL)
	}
	derive.SetBool(a, fact, out, from)
}

// defaultIdentity: a workload that names a service account of the sources
// does not run as the default one, whatever that account's address will be.
func defaultIdentity(a *estate.Asset) {
	f, has := a.Fact("default_identity")
	if !has || f.Known() {
		return
	}
	found := false
	for r := range derive.Linked(a, "role") {
		if r.Means != serviceAccount {
			return
		}
		found = true
	}
	if found {
		derive.SetBool(a, "default_identity", tri.False, derive.From(f))
	}
}

// audit derives whether every access to data is recorded.
func audit(a *estate.Asset) {
	f, has := a.Fact("audit_configs")
	if !has || !f.Known() {
		return
	}
	list, _ := f.Value.([]any)
	all := map[string]bool{}
	doubt := ""
	for _, v := range list {
		c, ok := v.(map[string]any)
		if !ok {
			if u, isUnknown := v.(*source.Unknown); !isUnknown || u.Reason != estate.NotSetForAccount {
				doubt = reason(v, "what is recorded is not known")
			}
			continue
		}
		service, known := c["service"].(string)
		kind, kindKnown := c["log_type"].(string)
		exempted, _ := c["exempted"].([]any)
		switch {
		case !known || !kindKnown:
			doubt = reason(c["service"], "what is recorded is not known")
		case service == "allServices" && len(exempted) == 0 && c["exempted"] == nil || service == "allServices" && exempted != nil && len(exempted) == 0:
			all[kind] = true
		}
	}
	out := tri.Of(all["ADMIN_READ"] && all["DATA_READ"] && all["DATA_WRITE"])
	if out.IsFalse() && doubt != "" {
		out = tri.Unknown(doubt)
	}
	derive.SetBool(a, "data_access_recorded", out, derive.From(f))
}

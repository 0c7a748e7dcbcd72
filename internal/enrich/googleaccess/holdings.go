package googleaccess

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// holding is what a service account holds on whole accounts.
type holding struct {
	roles []string
	doubt string         // it may hold more
	from  *estate.Origin // the first grant
}

// collect notes which service accounts of the sources hold which roles on a
// whole account.
func (d *deriver) collect(a *estate.Asset, g grants) {
	for _, b := range g.bindings {
		for _, m := range b.members {
			for _, to := range d.named(m, a) {
				h := d.held[to]
				if h.from == nil {
					h.from = &g.from
				}
				if b.role == "" {
					h.doubt = b.doubt
				} else {
					h.roles = append(h.roles, b.role)
				}
			}
		}
	}
}

// named are the service accounts of the sources that a member may be. Where a
// name stands in several root modules, the one of the grant's own counts.
func (d *deriver) named(m member, at *estate.Asset) []*estate.Asset {
	address, ok := strings.CutPrefix(m.text, "serviceAccount:")
	if !ok {
		return nil
	}
	local, domain, _ := strings.Cut(address, "@")
	var out []*estate.Asset
	for _, a := range d.accounts[local] {
		project, isKnown := strings.CutSuffix(domain, ".iam.gserviceaccount.com")
		isKnown = isKnown && !strings.Contains(project, source.HoleOpen)
		if isKnown && a.Account != "" && a.Account != project {
			continue
		}
		out = append(out, a)
	}
	if own := slices.DeleteFunc(slices.Clone(out), func(a *estate.Asset) bool { return a.Root != at.Root }); len(own) > 0 {
		return own
	}
	return out
}

// set derives what the service account is worth.
func (h *holding) set(a *estate.Asset) {
	slices.Sort(h.roles)
	roles := slices.Compact(h.roles)
	from := derive.At(a)
	if h.from != nil {
		from = *h.from
	}
	admin := tri.Of(slices.Contains(roles, "roles/owner"))
	if h.doubt != "" {
		admin = tri.Or(admin, tri.Unknown(h.doubt))
	}
	derive.SetBool(a, "grants_admin", admin, from)
	derive.SetList(a, "wide_roles", slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return !wide(r) }), h.doubt, from)
	derive.SetList(a, "privilege_escalation", slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return !slices.Contains(ladders, r) }), h.doubt, from)
}

// consumers lists members of consumer services on any asset.
func consumers(a *estate.Asset, g grants) {
	var out []string
	why := g.missing
	for _, b := range g.bindings {
		for _, m := range b.members {
			switch c := consumer(m.known()); {
			case m.doubt == "" && c != "":
				out = append(out, c)
			case m.doubt != "" && (m.known() == "" || strings.HasPrefix(m.known(), "user:")):
				why = m.doubt
			}
		}
	}
	slices.Sort(out)
	derive.SetList(a, "consumer_members", slices.Compact(out), why, g.from)
}

// people derives who holds too much on a whole account.
func people(a *estate.Asset, g grants) {
	var basics, impersonators []string
	basicWhy, impersonateWhy := g.missing, g.missing
	held := map[string][]string{} // member -> roles
	why := g.missing
	for _, b := range g.bindings {
		if b.role == "" {
			basicWhy, impersonateWhy, why = b.doubt, b.doubt, b.doubt
			continue
		}
		for _, m := range b.members {
			if m.doubt != "" && m.known() == "" {
				if basic(b.role) {
					basicWhy = m.doubt
				}
				if separate(b.role) {
					why = m.doubt
				}
			} else {
				held[m.shown()] = append(held[m.shown()], b.role)
			}
			switch {
			case basic(b.role) && m.known() != "" && !ownServiceAccount(m):
				basics = append(basics, m.title(b.role))
			case b.role == "roles/iam.serviceAccountUser" || b.role == "roles/iam.serviceAccountTokenCreator":
				impersonators = append(impersonators, m.title(b.role))
			}
		}
	}
	var identities, keys []string
	for m, roles := range held {
		if slices.Contains(roles, "roles/iam.serviceAccountAdmin") && slices.Contains(roles, "roles/iam.serviceAccountUser") {
			identities = append(identities, m)
		}
		if slices.Contains(roles, "roles/cloudkms.admin") && slices.ContainsFunc(roles, usesKeys) {
			keys = append(keys, m)
		}
	}
	list := func(fact string, l []string, why string) {
		slices.Sort(l)
		derive.SetList(a, fact, slices.Compact(l), why, g.from)
	}
	list("basic_role_holders", basics, basicWhy)
	list("impersonation_holders", impersonators, impersonateWhy)
	list("service_identity_duties_joined", identities, why)
	list("key_duties_joined", keys, why)
}

// ownServiceAccount tells whether the member is a service account that somebody
// made for a purpose: what those hold is asked of themselves. The default ones
// and the service's agents are not.
func ownServiceAccount(m member) bool {
	address, ok := strings.CutPrefix(m.text, "serviceAccount:")
	return ok && !strings.HasSuffix(address, "-compute@developer.gserviceaccount.com") && !strings.HasSuffix(address, "@appspot.gserviceaccount.com") &&
		!strings.HasSuffix(address, "@cloudservices.gserviceaccount.com")
}

func usesKeys(role string) bool {
	return strings.HasPrefix(role, "roles/cloudkms.cryptoKey") || role == "roles/cloudkms.signer" || role == "roles/cloudkms.signerVerifier"
}

// separate tells whether a role is one of those that one member should not
// hold together with another.
func separate(role string) bool {
	return role == "roles/iam.serviceAccountAdmin" || role == "roles/iam.serviceAccountUser" || role == "roles/cloudkms.admin" || usesKeys(role)
}

package access

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/iampolicy"
	"github.com/demarc-sec/demarc/internal/tri"
)

// overHTTP are kinds whose endpoints also answer without TLS, or did, so that
// a policy which refuses plaintext is worth asking for.
var overHTTP = map[string]bool{"object-store": true, "queue": true, "topic": true, "file-store": true}

// resource derives what the policies on an asset itself admit.
func (d *deriver) resource(a *estate.Asset) {
	f, ok := a.Fact("resource_policies")
	if !ok {
		return
	}
	ps, from := policies(f), derive.From(f)
	public := ps.Public()
	derive.SetBool(a, "policy_public", public.Any, from)
	derive.SetList(a, "policy_public_actions", public.Actions, public.ActionsWhy, from)
	cross := ps.CrossAccount(a.Account)
	derive.SetList(a, "policy_cross_account", cross.IDs, cross.Why, from)
	derive.SetBool(a, "policy_wildcard_actions", ps.WildcardActions(a.Account), from)
	if overHTTP[a.Kind] {
		derive.SetBool(a, "policy_denies_plaintext", ps.DeniesPlaintext(a.Kind == "object-store"), from)
	}
}

// Actions by which a stranger reads, or changes, what a bucket holds.
var (
	reading = []string{
		"s3:getobject", "s3:getobjectversion", "s3:listbucket", "s3:listbucketversions",
		"s3:listbucketmultipartuploads", "s3:getobjectattributes", "s3:getobjectversionattributes",
	}
	writing = []string{
		"s3:putobject", "s3:deleteobject", "s3:deleteobjectversion", "s3:putobjectacl", "s3:putobjectversionacl",
		"s3:putbucketacl", "s3:putbucketpolicy", "s3:deletebucketpolicy", "s3:deletebucket", "s3:putobjecttagging",
		"s3:putbucketpublicaccessblock", "s3:putlifecycleconfiguration", "s3:putreplicationconfiguration",
		"s3:putbucketversioning", "s3:putbucketownershipcontrols", "s3:replicateobject", "s3:replicatedelete",
		"s3:bypassgovernanceretention", "s3:putbucketwebsite", "s3:objectowneroverridetobucketowner",
	}
)

// switches are the four blocks, at the bucket and at its account.
var switches = [...]string{"block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"}

// publicity derives what anybody can do to an object store after every policy,
// ACL and block, its own and the account's.
func (d *deriver) publicity(a *estate.Asset) {
	on := make(map[string]tri.Bool, len(switches))
	held := make(map[string]tri.Bool, len(switches)) // what holds shut a store that is opened explicitly
	any := false
	acc := derive.Account(a)
	for _, s := range switches {
		b, has := derive.Bool(a, s)
		any = any || has
		if !has {
			b = tri.False
		}
		if acc != nil {
			if ab, ok := derive.Bool(acc, s); ok && !(has && b.IsFalse() && unsaid(acc, s)) {
				b = tri.Or(b, ab)
			}
		}
		on[s], held[s] = b, b
		if has && unsaid(a, s) && (acc == nil || unsaid(acc, s)) {
			held[s] = tri.False
		}
	}
	if !any || a == acc || a.Kind == "account" {
		return
	}
	from := derive.FromFact(a, "restrict_public_buckets")
	var all []tri.Bool
	for _, s := range switches {
		if _, has := a.Fact(s); has { // a store without ACLs has no switches for them
			all = append(all, on[s])
		}
	}
	derive.SetBool(a, "public_access_blocked", tri.And(all...), from)
	if a.Kind != "object-store" {
		return
	}
	var ps iampolicy.Policies
	policyFrom := derive.At(a)
	if f, ok := a.Fact("resource_policies"); ok {
		ps, policyFrom = policies(f), derive.From(f)
	}
	d.reach(a, "public_read", "acl_public_read", ps.PublicFor(reading), held, policyFrom)
	d.reach(a, "public_write", "acl_public_write", ps.PublicFor(writing), held, policyFrom)
}

func (d *deriver) reach(a *estate.Asset, name, acl string, byPolicy tri.Bool, on map[string]tri.Bool, from estate.Origin) {
	policy := tri.And(byPolicy, on["restrict_public_buckets"].Not(),
		refused(on["block_public_policy"], "public policies are refused, but one set before that stays in force"))
	list := tri.False
	if b, ok := derive.Bool(a, acl); ok {
		disabled := derive.Is(a, "acls_disabled")
		if unsaid(a, "acls_disabled") {
			disabled = tri.False // a store that writes an ACL means it to count
		}
		list = tri.And(b, disabled.Not(), on["ignore_public_acls"].Not(),
			refused(on["block_public_acls"], "public ACLs are refused, but one set before that stays in force"))
		if list.IsTrue() && !policy.IsTrue() {
			from = derive.FromFact(a, acl)
		}
	}
	derive.SetBool(a, name, tri.Or(policy, list), from)
}

// unsaid tells whether nothing in the sources sets the switch, of the account
// or of the store itself. AWS leaves the account's four off until somebody
// turns them on, and a store's on only where it was made since April 2023; one
// whose code opens it by ACL or policy is meant to be open. To wait for word of
// the switches would keep silent about nearly every public store in code.
func unsaid(a *estate.Asset, name string) bool {
	f, ok := a.Fact(name)
	return ok && !f.Known() && f.Origin.How == estate.Default
}

// refused: a switch that only refuses new public settings leaves open whether
// one is in force.
func refused(on tri.Bool, why string) tri.Bool {
	if on.IsTrue() {
		return tri.Unknown(why)
	}
	return tri.True // off or not known: the other switches decide
}

package access

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

const (
	anyoneReads = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`
	orgReads    = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]}`
	adminDoc    = `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	s3Doc       = `{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	readDoc     = `{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	passDoc     = `{"Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}`
	lambdaDoc   = `{"Statement":[{"Effect":"Allow","Action":["lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}]}`
)

func docs(ds ...any) []any { return ds }

func switchesOf(v any) et.Facts {
	return et.Facts{"block_public_acls": v, "ignore_public_acls": v, "block_public_policy": v, "restrict_public_buckets": v}
}

func bucket(block any, more et.Facts) *estate.Asset {
	fs := switchesOf(block)
	fs["resource_policies"] = docs()
	fs["acl_public_read"], fs["acl_public_write"], fs["acls_disabled"] = false, false, et.Unknown("not written")
	maps.Copy(fs, more)
	return et.Asset("b", "object-store", fs)
}

func TestBuckets(t *testing.T) {
	unset := et.Unknown("nothing sets it")
	for _, c := range []struct {
		name    string
		block   any
		account any
		more    et.Facts
		want    et.Facts
	}{
		{
			"private, blocks not known", unset, unset, nil,
			et.Facts{"public_read": false, "public_write": false, "public_access_blocked": et.Unknown(""), "policy_public": false},
		},
		{
			"all on", true, unset,
			et.Facts{"resource_policies": docs(anyoneReads)},
			et.Facts{"public_read": false, "public_access_blocked": true, "policy_public": true},
		},
		{
			"account on", unset, true,
			et.Facts{"resource_policies": docs(anyoneReads), "acl_public_read": true},
			et.Facts{"public_read": false, "public_access_blocked": true},
		},
		{
			"both off", false, false,
			et.Facts{"resource_policies": docs(anyoneReads)},
			et.Facts{"public_read": true, "public_write": false, "public_access_blocked": false, "policy_public_actions": []string{"s3:GetObject"}},
		},
		{
			"off, account not known", false, unset,
			et.Facts{"resource_policies": docs(anyoneReads)},
			et.Facts{"public_read": et.Unknown("nothing sets it"), "public_access_blocked": et.Unknown("")},
		},
		{
			"public acl", false, false,
			et.Facts{"acl_public_read": true, "acls_disabled": false},
			et.Facts{"public_read": true, "public_write": false},
		},
		{
			"public acl without effect", false, false,
			et.Facts{"acl_public_read": true, "acls_disabled": true},
			et.Facts{"public_read": false},
		},
		{"organisation", false, false, et.Facts{"resource_policies": docs(orgReads)}, et.Facts{"public_read": false, "policy_public": false}},
		{"one document unknown", false, false, et.Facts{"resource_policies": docs(anyoneReads, nil)}, et.Facts{"public_read": true, "public_write": et.Unknown("")}},
		{"an unknown element", false, false, et.Facts{"resource_policies": docs(&source.Unknown{Reason: "later"})}, et.Facts{"public_read": et.Unknown("later")}},
		{
			"policy unknown, blocked", true, unset,
			et.Facts{"resource_policies": et.Unknown("later")},
			et.Facts{"public_read": false, "public_write": false, "policy_public": et.Unknown("later"), "policy_denies_plaintext": et.Unknown("later")},
		},
		{
			"new public policies refused", unset, et.Unknown("x"),
			et.Facts{"block_public_policy": true, "restrict_public_buckets": false, "resource_policies": docs(anyoneReads)},
			et.Facts{"public_read": et.Unknown("")},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			acc := et.Asset("account", "account", switchesOf(c.account))
			b := et.Link(bucket(c.block, c.more), "account", acc)
			Enrich(et.Estate(acc, b))
			et.Want(t, b, c.want)
			et.Want(t, acc, et.Facts{"public_access_blocked": et.Absent})
		})
	}
}

// TestAccountThatNothingSets holds that a bucket opened in so many words is
// open, unless the sources say something of the account.
func TestAccountThatNothingSets(t *testing.T) {
	acc := et.Asset("account", "account", switchesOf(et.Unknown("nothing that was read sets it")))
	fs := slices.Collect(acc.Facts())
	for i := range fs {
		fs[i].Origin.How = estate.Default
	}
	acc.SetFacts(fs)
	open := et.Link(bucket(false, et.Facts{"resource_policies": docs(anyoneReads)}), "account", acc)
	silent := et.Link(bucket(et.Unknown("not written"), et.Facts{"resource_policies": docs(anyoneReads)}), "account", acc)
	Enrich(et.Estate(acc, open, silent))
	et.Want(t, open, et.Facts{"public_read": true, "public_write": false, "public_access_blocked": false})
	et.Want(t, silent, et.Facts{"public_read": et.Unknown("not written"), "public_access_blocked": et.Unknown("")})
}

func TestOriginPointsAtTheDecider(t *testing.T) {
	b := bucket(false, et.Facts{"acl_public_read": true, "acls_disabled": false})
	Enrich(et.Estate(b))
	if f, _ := b.Fact("public_read"); f.Origin.Attribute != "acl_public_read" {
		t.Errorf("public_read decided by %q", f.Origin.Attribute)
	}
}

func TestOtherResources(t *testing.T) {
	q := et.Asset("q", "queue", et.Facts{"resource_policies": docs(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}}`)})
	k := et.Asset("k", "key", et.Facts{"resource_policies": docs()})
	d := et.Asset("d", "disk", nil)
	Enrich(et.Estate(q, k, d))
	et.Want(t, q, et.Facts{"policy_public": true, "policy_wildcard_actions": true, "policy_denies_plaintext": false, "public_read": et.Absent})
	et.Want(t, k, et.Facts{"policy_public": false, "policy_public_actions": []string{}, "policy_cross_account": []string{}, "policy_denies_plaintext": et.Absent})
	et.Want(t, d, et.Facts{"policy_public": et.Absent, "grants_admin": et.Absent})
}

func TestIdentities(t *testing.T) {
	policy := func(id, doc string) *estate.Asset {
		return et.Asset(id, "identity-policy", et.Facts{"identity_policies": docs(doc)})
	}
	role := func(fs et.Facts) *estate.Asset { return et.Asset("r", "identity-role", fs) }
	none := []string{}

	t.Run("a service's role with the policy AWS made for it", func(t *testing.T) {
		for service, want := range map[string]any{"batch": none, "ec2": []string{"pass-role-autoscaling", "pass-role-ec2", "pass-role-ecs-run", "pass-role-ecs-start"}} {
			r := role(et.Facts{
				"trust_policies":   docs(`{"Statement":{"Effect":"Allow","Principal":{"Service":"` + service + `.amazonaws.com"},"Action":"sts:AssumeRole"}}`),
				"managed_policies": []string{"arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole"},
			})
			Enrich(et.Estate(r))
			et.Want(t, r, et.Facts{"privilege_escalation": want})
		}
		own := role(et.Facts{
			"trust_policies":    docs(`{"Statement":{"Effect":"Allow","Principal":{"Service":"batch.amazonaws.com"},"Action":"sts:AssumeRole"}}`),
			"identity_policies": docs(`{"Statement":{"Effect":"Allow","Action":"iam:AttachRolePolicy","Resource":"*"}}`),
		})
		Enrich(et.Estate(own))
		et.Want(t, own, et.Facts{"privilege_escalation": []string{"attach-role-policy"}})
	})
	t.Run("own documents", func(t *testing.T) {
		r := role(et.Facts{"identity_policies": docs(adminDoc)})
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": true, "grants_service_wildcard": []string{"*"}, "privilege_escalation": none})
	})
	t.Run("attached asset, names not known", func(t *testing.T) {
		p := policy("p", s3Doc)
		r := et.Link(role(et.Facts{"managed_policies": et.Unknown("after apply")}), "policy", p)
		Enrich(et.Estate(r, p))
		et.Want(t, r, et.Facts{"grants_admin": false, "grants_service_wildcard": []string{"s3"}})
		et.Want(t, p, et.Facts{"grants_admin": false})
	})
	t.Run("administrator by arn", func(t *testing.T) {
		r := et.Elsewhere(role(nil), "policy", "arn:aws:iam::aws:policy/AdministratorAccess", "")
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": true})
	})
	t.Run("administrator by name", func(t *testing.T) {
		r := role(et.Facts{"managed_policies": []string{"AdministratorAccess"}})
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": true})
	})
	t.Run("policy elsewhere", func(t *testing.T) {
		r := et.Elsewhere(role(et.Facts{"identity_policies": docs(readDoc)}), "policy", "arn:aws:iam::111122223333:policy/x", "")
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": et.Unknown(""), "privilege_escalation": et.Unknown("")})
	})
	t.Run("attached from the policy's side", func(t *testing.T) {
		r := role(nil)
		p := et.Link(policy("p", adminDoc), "attached_to", r)
		Enrich(et.Estate(r, p))
		et.Want(t, r, et.Facts{"grants_admin": true})
	})
	t.Run("rights of two policies add up", func(t *testing.T) {
		r := et.Link(role(nil), "policy", policy("p1", passDoc), policy("p2", lambdaDoc))
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": false, "privilege_escalation": []string{"pass-role-lambda"}})
	})
	t.Run("user in groups", func(t *testing.T) {
		u := et.Asset("u", "identity-user", nil)
		g1 := et.Link(et.Asset("g1", "identity-group", et.Facts{"identity_policies": docs(passDoc)}), "member", u)
		g2 := et.Asset("g2", "identity-group", et.Facts{"identity_policies": docs(lambdaDoc)})
		et.Link(u, "group", g2)
		Enrich(et.Estate(g1, g2, u))
		et.Want(t, u, et.Facts{"privilege_escalation": []string{"pass-role-lambda"}})
		et.Want(t, g1, et.Facts{"privilege_escalation": none})
	})
	t.Run("boundary", func(t *testing.T) {
		r := et.Link(role(et.Facts{"identity_policies": docs(adminDoc), "permissions_boundary": true}), "boundary", policy("p", s3Doc))
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": false, "grants_service_wildcard": []string{"s3"}, "privilege_escalation": none})
	})
	t.Run("policy that only caps", func(t *testing.T) {
		limit, both := policy("limit", adminDoc), policy("both", adminDoc)
		r := et.Link(role(et.Facts{"identity_policies": docs(), "permissions_boundary": true}), "boundary", limit, both)
		et.Link(r, "policy", both)
		Enrich(et.Estate(limit, both, r))
		et.Want(t, limit, et.Facts{"grants_admin": et.Absent, "privilege_escalation": et.Absent})
		et.Want(t, both, et.Facts{"grants_admin": true})
	})
	t.Run("boundary elsewhere", func(t *testing.T) {
		r := role(et.Facts{"identity_policies": docs(adminDoc), "permissions_boundary": true})
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": et.Unknown("")})
		r = role(et.Facts{"identity_policies": docs(readDoc), "permissions_boundary": true})
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": false, "privilege_escalation": none})
	})
	t.Run("service-linked", func(t *testing.T) {
		r := role(et.Facts{"service_linked": true})
		Enrich(et.Estate(r))
		et.Want(t, r, et.Facts{"grants_admin": et.Absent})
	})
}

func TestTrust(t *testing.T) {
	r := et.Asset("r", "identity-role", et.Facts{"trust_policies": docs(`{"Statement":[
	  {"Effect":"Allow","Principal":{"Service":"scheduler.amazonaws.com"},"Action":"sts:AssumeRole"},
	  {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"}]}`)})
	r.Account = "111122223333"
	u := et.Asset("u", "identity-role", et.Facts{"trust_policies": et.Unknown("later")})
	Enrich(et.Estate(r, u))
	et.Want(t, r, et.Facts{
		"trust_public": false, "trust_external_unscoped": []string{"444455556666"},
		"trust_oidc_unscoped": et.Absent, "trust_confused_deputy": true,
	})
	et.Want(t, u, et.Facts{"trust_public": et.Unknown("later"), "trust_oidc_unscoped": et.Unknown("later")})
}

func BenchmarkEnrich(b *testing.B) {
	var as []*estate.Asset
	shared := et.Asset("p", "identity-policy", et.Facts{"identity_policies": docs(s3Doc)})
	acc := et.Asset("account", "account", switchesOf(false))
	for i := range 1000 {
		r := et.Asset(fmt.Sprint("r", i), "identity-role", et.Facts{"identity_policies": docs(readDoc, lambdaDoc)})
		as = append(as, et.Link(r, "policy", shared))
		as = append(as, et.Link(bucket(false, et.Facts{"resource_policies": docs(orgReads)}), "account", acc))
	}
	e := et.Estate(append(as, shared, acc)...)
	for b.Loop() {
		Enrich(e)
	}
}

// TestExplicitOpeningNeedsNoWordOfTheSwitches: a store that its code opens by
// ACL is public although nothing read says how the switches stand.
func TestExplicitOpeningNeedsNoWordOfTheSwitches(t *testing.T) {
	silent := estate.Origin{How: estate.Default}
	for _, c := range []struct {
		name   string
		acl    any
		origin estate.Origin // of the switches that are not known
		want   any
	}{
		{"opened", true, silent, true},
		{"not opened", false, silent, false},
		{"opened, switches depend on a variable", true, estate.Origin{How: estate.Set}, nil},
	} {
		a := &estate.Asset{Kind: "object-store", Provider: "aws"}
		a.SetFact(estate.Fact{Name: "acl_public_read", Value: c.acl, Origin: estate.Origin{How: estate.Set}})
		a.SetFact(estate.Fact{Name: "acl_public_write", Value: false})
		for _, s := range append([]string{"acls_disabled"}, switches[:]...) {
			a.SetFact(estate.Fact{Name: s, Unknown: "not known", Origin: c.origin})
		}
		Enrich(&estate.Estate{Assets: []*estate.Asset{a}})
		f, _ := a.Fact("public_read")
		if f.Value != c.want {
			t.Errorf("%s: public_read = %v (%s), want %v", c.name, f.Value, f.Unknown, c.want)
		}
	}
}

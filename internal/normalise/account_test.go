package normalise

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

func in(root string, r *source.Resource) *source.Resource {
	r.Root, r.Set = root, map[string]bool{}
	return r
}

func provider(root, name string, body map[string]any) *source.Resource {
	return &source.Resource{
		Dialect: estate.Terraform, Type: "provider", Setup: true, Address: "provider." + name, Name: name, Provider: name, Root: root,
		Body: body, Location: estate.Location{File: root + "/main.tf", Line: 3}, Lines: map[string]int{"secret_key": 5},
	}
}

func accountOf(t *testing.T, as map[string]*estate.Asset, address string) *estate.Asset {
	t.Helper()
	for _, r := range as[address].Relations {
		if r.Name == "account" {
			return r.To
		}
	}
	t.Fatalf("%s has no account", address)
	return nil
}

// TestUnnamedAccountShared gives one account to all roots that name none and
// set nothing for it, and keeps apart those that do.
func TestUnnamedAccountShared(t *testing.T) {
	named := in("e", resource("aws_sqs_queue", "e", nil))
	named.Account = "111122223333"
	_, as := finish(t,
		in("a", resource("aws_sqs_queue", "a", nil)),
		in("b", resource("aws_sqs_queue", "b", nil)),
		in("c", resource("aws_sqs_queue", "c", nil)),
		in("c", resource("aws_ebs_encryption_by_default", "c", map[string]any{"enabled": true})),
		in("d", resource("aws_sqs_queue", "d", nil)),
		in("d", resource("aws_cloudtrail", "d", map[string]any{"name": "d"})),
		named,
	)
	a, b, c, d := accountOf(t, as, "aws_sqs_queue.a"), accountOf(t, as, "aws_sqs_queue.b"), accountOf(t, as, "aws_sqs_queue.c"), accountOf(t, as, "aws_sqs_queue.d")
	if a != b || a.Name != Unnamed || a.Root != "" {
		t.Errorf("%s and %s are not one unnamed account", a.ID, b.ID)
	}
	if c == a || c.Name != "c" || value(t, c, "encrypted_at_rest_by_default") != true {
		t.Errorf("what root c sets for its account went to %s", c.ID)
	}
	if d == a || d == c {
		t.Errorf("the account of root d, which has a trail, is %s", d.ID)
	}
	if f, ok := a.Fact("encrypted_at_rest_by_default"); !ok || f.Known() {
		t.Error("nothing was read for the shared account, and still it knows")
	}
	if e := accountOf(t, as, "aws_sqs_queue.e"); e.Name != "111122223333" {
		t.Errorf("the named account is called %s", e.Name)
	}
}

// TestProviderCredentials lays what is written into a provider block on the
// account of its root.
func TestProviderCredentials(t *testing.T) {
	res, as := finish(t,
		in("a", resource("aws_sqs_queue", "a", nil)),
		provider("a", "aws", map[string]any{"secret_key": "hunter2", "assume_role": []any{map[string]any{"external_id": "x"}}}),
		in("b", resource("aws_sqs_queue", "b", nil)),
		provider("b", "aws", map[string]any{"profile": "b"}),
		provider("b", "nobody", map[string]any{"auth": []any{map[string]any{"password": "hunter2"}}}),
	)
	a, b := accountOf(t, as, "aws_sqs_queue.a"), accountOf(t, as, "aws_sqs_queue.b")
	f, _ := a.Fact(catalogue.SecretsFact)
	if found, _ := f.Value.([]string); len(found) != 1 || found[0] != "provider.aws.secret_key: test" {
		t.Fatalf("found %v", f.Value)
	}
	if f.Origin.Address != "provider.aws" || f.Origin.Attribute != "secret_key" || f.Origin.At == nil || *f.Origin.At != (estate.Location{File: "a/main.tf", Line: 5, EndLine: 5}) {
		t.Errorf("found at %+v, %+v", f.Origin, f.Origin.At)
	}
	if a.Location.File != "a/main.tf" || a.Location.Line != 5 {
		t.Errorf("the account is shown at %v", a.Location)
	}
	if a == b {
		t.Error("another root shares the account with the credentials")
	}
	if found, _ := value(t, b, catalogue.SecretsFact).([]string); found == nil || len(found) != 0 {
		t.Errorf("root b holds %v", found)
	}
	if len(res.Uncovered) != 1 || res.Uncovered[0].Type != "provider nobody" {
		t.Errorf("credentials of a provider without an account went unseen: %v", res.Uncovered)
	}
	if res.Resources != 2 {
		t.Errorf("%d resources counted", res.Resources)
	}
}

// TestStateShowsNoProvider leaves open what a state cannot show.
func TestStateShowsNoProvider(t *testing.T) {
	r := resource("aws_sqs_queue", "a", nil)
	r.Set = nil
	_, as := finish(t, r)
	if f, ok := accountOf(t, as, "aws_sqs_queue.a").Fact(catalogue.SecretsFact); !ok || f.Known() {
		t.Errorf("a state tells %v of the provider's configuration", f.Value)
	}
}

// TestRegionsThatDisagree leaves open what an account's regions are set to
// when they differ, whichever comes first.
func TestRegionsThatDisagree(t *testing.T) {
	setting := func(name string, on any) *source.Resource {
		return in("a", resource("aws_ebs_encryption_by_default", name, map[string]any{"enabled": on}))
	}
	for name, c := range map[string]struct {
		settings []*source.Resource
		want     any
	}{
		"agree":          {[]*source.Resource{setting("a", true), setting("b", true)}, true},
		"one is off":     {[]*source.Resource{setting("a", false), setting("b", true)}, nil},
		"the last is":    {[]*source.Resource{setting("a", true), setting("b", false)}, nil},
		"two of three":   {[]*source.Resource{setting("a", true), setting("b", false), setting("c", false)}, nil},
		"one is unknown": {[]*source.Resource{setting("a", &source.Unknown{}), setting("b", true)}, nil},
	} {
		_, as := finish(t, append(c.settings, in("a", resource("aws_sqs_queue", "q", nil)))...)
		f, ok := accountOf(t, as, "aws_sqs_queue.q").Fact("encrypted_at_rest_by_default")
		if !ok || f.Value != c.want || f.Known() != (c.want != nil) {
			t.Errorf("%s: %v (%s), want %v", name, f.Value, f.Unknown, c.want)
		}
	}
}

func cluster(root, name, argument string, to ...string) *source.Resource {
	r := provider(root, name, map[string]any{"host": &source.Unknown{Reason: "known after apply"}})
	r.Refs = map[string][]source.Ref{}
	for _, address := range to {
		r.Refs[argument] = append(r.Refs[argument], source.Ref{Address: address, Attribute: "endpoint"})
	}
	return r
}

// TestClusterOfProvider reads off the provider's configuration whose cluster a
// root's objects live in, where all providers of the root agree.
func TestClusterOfProvider(t *testing.T) {
	for name, tc := range map[string]struct {
		setups []*source.Resource
		want   any
	}{
		"module":      {[]*source.Resource{cluster("a", "kubernetes", "host", `module.eks["x.y"].aws_eks_cluster.this[0]`)}, "eks"},
		"data":        {[]*source.Resource{cluster("a", "kubernetes", "host", "data.google_container_cluster.c")}, "gke"},
		"both agree":  {[]*source.Resource{cluster("a", "kubernetes", "host", "azurerm_kubernetes_cluster.c"), cluster("a", "helm", "kubernetes.host", "azurerm_kubernetes_cluster.c")}, "aks"},
		"they differ": {[]*source.Resource{cluster("a", "kubernetes", "host", "aws_eks_cluster.c"), cluster("a", "kubernetes", "host", "google_container_cluster.c")}, nil},
		"one unknown": {[]*source.Resource{cluster("a", "kubernetes", "host", "aws_eks_cluster.c"), cluster("a", "kubernetes", "host")}, nil},
		"another":     {[]*source.Resource{cluster("a", "kubernetes", "host", "digitalocean_kubernetes_cluster.c")}, nil},
		"not a host":  {[]*source.Resource{cluster("a", "kubernetes", "token", "aws_eks_cluster.c")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, as := finish(t, append(tc.setups, in("a", resource("kubernetes_namespace", "n", nil)), in("b", resource("kubernetes_namespace", "m", nil)))...)
			f, _ := accountOf(t, as, "kubernetes_namespace.n").Fact("cluster_kind")
			if f.Known() != (tc.want != nil) || f.Known() && f.Value != tc.want {
				t.Errorf("cluster_kind is %v (%s), want %v", f.Value, f.Unknown, tc.want)
			}
			if f, _ := accountOf(t, as, "kubernetes_namespace.m").Fact("cluster_kind"); f.Known() {
				t.Errorf("the cluster of another root is %v", f.Value)
			}
		})
	}
}

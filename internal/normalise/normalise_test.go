package normalise

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

var builtIn = sync.OnceValues(func() (*catalogue.Catalogue, error) {
	return catalogue.Load(catalogue.Options{Today: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)})
})

func mapper(t testing.TB) *Mapper {
	t.Helper()
	cat, err := builtIn()
	if cat == nil {
		t.Fatal(err)
	}
	return NewMapper(cat, func(path, text string) []string {
		if strings.Contains(text, "hunter2") {
			return []string{path + ": test"}
		}
		return nil
	})
}

func resource(native, name string, body map[string]any) *source.Resource {
	return &source.Resource{
		Dialect: estate.Terraform, Type: native, Address: native + "." + name, Name: name, Provider: "aws", Root: ".", Body: body,
		Location: estate.Location{File: "main.tf", Line: 1},
	}
}

func finish(t *testing.T, rs ...*source.Resource) (*Result, map[string]*estate.Asset) {
	t.Helper()
	n := New(mapper(t))
	for _, r := range rs {
		n.Resource(r)
	}
	res := n.Finish()
	out := map[string]*estate.Asset{}
	for _, a := range res.Estate.Assets {
		out[a.Address] = a
	}
	return res, out
}

func value(t *testing.T, a *estate.Asset, fact string) any {
	t.Helper()
	f, ok := a.Fact(fact)
	if !ok {
		t.Fatalf("%s has no fact %s", a.Address, fact)
	}
	if !f.Known() {
		return "unknown: " + f.Unknown
	}
	return f.Value
}

func versioning(name string, bucket any, refs ...source.Ref) *source.Resource {
	r := resource("aws_s3_bucket_versioning", name, map[string]any{
		"bucket": bucket, "versioning_configuration": []any{map[string]any{"status": "Enabled"}},
	})
	r.Refs = map[string][]source.Ref{"bucket": refs}
	return r
}

// TestPartsJoin joins a bucket and its versioning by reference and by name,
// in either order.
func TestPartsJoin(t *testing.T) {
	bucket := func() *source.Resource {
		return resource("aws_s3_bucket", "logs", map[string]any{"bucket": "acme-logs"})
	}
	byRef := func() *source.Resource {
		return versioning("logs", &source.Unknown{NotNull: true}, source.Ref{Address: "aws_s3_bucket.logs", Attribute: "id"})
	}
	byName := func() *source.Resource { return versioning("logs", "acme-logs") }
	for name, rs := range map[string][]*source.Resource{
		"by reference":          {bucket(), byRef()},
		"by reference, reverse": {byRef(), bucket()},
		"by name":               {bucket(), byName()},
		"by name, reverse":      {byName(), bucket()},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := finish(t, rs...)
			a := got["aws_s3_bucket.logs"]
			if a == nil || value(t, a, "versioned") != true {
				t.Fatalf("the versioning did not join: %v", got)
			}
			if !slices.Contains(a.Addresses, "aws_s3_bucket_versioning.logs") || got["aws_s3_bucket_versioning.logs"] != nil {
				t.Errorf("addresses = %v", a.Addresses)
			}
		})
	}
}

// TestPartOfAny: a setting that can hang on anything is laid over what it
// names, of whatever type, and makes no asset of its own where that is missing.
func TestPartOfAny(t *testing.T) {
	of := func(native, name, target string) *source.Resource {
		r := resource(native, name, map[string]any{
			"name": name, "target_resource_id": &source.Unknown{NotNull: true},
			"enabled_log": []any{map[string]any{"category_group": "allLogs"}},
		})
		r.Provider = "azurerm"
		if target != "" {
			r.Refs = map[string][]source.Ref{"target_resource_id": {{Address: target, Attribute: "id"}}}
		}
		return r
	}
	vault, hsm := of("azurerm_key_vault", "v", ""), of("azurerm_key_vault_managed_hardware_security_module", "h", "")
	plain := of("azurerm_key_vault", "plain", "")
	res, got := finish(t, vault, hsm, plain,
		of("azurerm_monitor_diagnostic_setting", "v", "azurerm_key_vault.v"),
		of("azurerm_monitor_diagnostic_setting", "h", "azurerm_key_vault_managed_hardware_security_module.h"),
		of("azurerm_monitor_diagnostic_setting", "gone", "azurerm_key_vault.gone"))
	for address, want := range map[string]bool{
		"azurerm_key_vault.v": true, "azurerm_key_vault_managed_hardware_security_module.h": true, "azurerm_key_vault.plain": false,
	} {
		if v := value(t, got[address], "access_logged"); v != want {
			t.Errorf("%s: access_logged = %v, want %t", address, v, want)
		}
	}
	for _, a := range res.Estate.Assets {
		if a.Elsewhere {
			t.Errorf("%s stands for what is not in the sources", a.Address)
		}
	}
}

func TestPartOfAnotherAccountDoesNotJoinByName(t *testing.T) {
	bucket := resource("aws_s3_bucket", "logs", map[string]any{"bucket": "acme-logs"})
	bucket.Account = "111122223333"
	part := versioning("logs", "acme-logs")
	part.Account = "444455556666"
	_, got := finish(t, bucket, part)
	if f, _ := got["aws_s3_bucket.logs"].Fact("versioned"); f.Value == true {
		t.Error("a part of another account joined")
	}
}

// TestPartElsewhere stands for what is defined outside: known by its part,
// unknown in all else, and one for all parts that name the same.
func TestPartElsewhere(t *testing.T) {
	rule := func(name string, port float64) *source.Resource {
		return resource("aws_security_group_rule", name, map[string]any{
			"type": "ingress", "security_group_id": "sg-0123", "protocol": "tcp", "from_port": port, "to_port": port,
			"cidr_blocks": []any{"0.0.0.0/0"},
		})
	}
	res, _ := finish(t, rule("ssh", 22), rule("rdp", 3389))
	var groups []*estate.Asset
	for _, a := range res.Estate.Assets {
		if a.Kind == "security-group" {
			groups = append(groups, a)
		}
	}
	if len(groups) != 1 || !groups[0].Elsewhere {
		t.Fatalf("want one group that is elsewhere, got %v", groups)
	}
	rules, _ := groups[0].Fact("ingress_rules")
	list, _ := rules.Value.([]any)
	open := 0
	for _, r := range list {
		if _, unknown := r.(*source.Unknown); unknown {
			open++
		}
	}
	if len(list)-open != 2 || open == 0 {
		t.Errorf("ingress_rules = %v, want the two rules and that there may be more", list)
	}
}

// TestInstancesPair pairs instances of resources with count by their keys.
func TestInstancesPair(t *testing.T) {
	var rs []*source.Resource
	for i := range 3 {
		b := resource("aws_s3_bucket", "b", map[string]any{"bucket": fmt.Sprint("b-", i)})
		b.Address = fmt.Sprintf("aws_s3_bucket.b[%d]", i)
		v := versioning("b", &source.Unknown{NotNull: true}, source.Ref{Address: "aws_s3_bucket.b"})
		v.Address = fmt.Sprintf("aws_s3_bucket_versioning.b[%d]", i)
		rs = append(rs, v, b)
	}
	_, got := finish(t, rs...)
	for i := range 3 {
		a := got[fmt.Sprintf("aws_s3_bucket.b[%d]", i)]
		if want := fmt.Sprintf("aws_s3_bucket_versioning.b[%d]", i); !slices.Equal(a.Addresses[1:], []string{want}) {
			t.Errorf("%s has %v, want %s", a.Address, a.Addresses[1:], want)
		}
	}
}

// TestPartThatMayNotBeMade leaves open what only such a part says.
func TestPartThatMayNotBeMade(t *testing.T) {
	v := versioning("logs", &source.Unknown{NotNull: true}, source.Ref{Address: "aws_s3_bucket.logs"})
	v.Address = "aws_s3_bucket_versioning.logs[*]"
	_, got := finish(t, resource("aws_s3_bucket", "logs", map[string]any{"bucket": "acme-logs"}), v)
	if s, _ := value(t, got["aws_s3_bucket.logs"], "versioned").(string); !strings.Contains(s, "is made is not known") {
		t.Errorf("versioned = %q", s)
	}
	b := resource("aws_s3_bucket", "logs", map[string]any{"bucket": "acme-logs"})
	b.Address = "aws_s3_bucket.logs[*]" // both hang on the same switch
	_, got = finish(t, b, v)
	if value(t, got["aws_s3_bucket.logs[*]"], "versioned") != true {
		t.Error("a part as doubtful as its asset does not count")
	}
}

func TestUncoveredAndDataAreCounted(t *testing.T) {
	data := resource("aws_ami", "x", nil)
	data.Data = true
	res, got := finish(t, resource("exotic_thing", "a", nil), resource("exotic_thing", "b", nil), data)
	if len(res.Uncovered) != 1 || res.Uncovered[0].Count != 2 || res.Resources != 2 || len(got) != 0 {
		t.Errorf("uncovered %+v, resources %d, assets %v", res.Uncovered, res.Resources, got)
	}
}

func TestWithoutKeys(t *testing.T) {
	for in, want := range map[string]string{
		`a.b`:                                  `a.b`,
		`module.m["a.b[0]\"]"].aws_x.y[3]`:     `module.m.aws_x.y`,
		`module.m[each.key].module.n[0].a_b.c`: `module.m.module.n.a_b.c`,
		`module.m["unclosed`:                   `module.m`,
	} {
		if got := withoutKeys(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// TestUnknownIsNoDefault tells an argument that is not written from one that
// is not known.
func TestUnknownIsNoDefault(t *testing.T) {
	for _, c := range []struct {
		name string
		body map[string]any
		want any
	}{
		{"not written", map[string]any{}, false},
		{"written", map[string]any{"encrypted": true}, true},
		{"as text", map[string]any{"encrypted": "true"}, true},
		{"not known", map[string]any{"encrypted": &source.Unknown{Reason: "later"}}, nil},
		{"wrong type", map[string]any{"encrypted": []any{map[string]any{"a": 1.0}}}, nil},
	} {
		_, got := finish(t, resource("aws_ebs_volume", "v", c.body))
		v := value(t, got["aws_ebs_volume.v"], "encrypted_at_rest")
		if c.want == nil {
			if s, ok := v.(string); !ok || !strings.HasPrefix(s, "unknown: ") {
				t.Errorf("%s: got %v, want it unknown", c.name, v)
			}
		} else if v != c.want {
			t.Errorf("%s: got %v, want %v", c.name, v, c.want)
		}
	}
}

// TestNoTypePanics gives every covered type hostile values for every
// argument its mappings read.
func TestNoTypePanics(t *testing.T) {
	if testing.Short() {
		t.Skip("many values, one after the other")
	}
	m := mapper(t)
	deep := any("x")
	for range 200 {
		deep = []any{map[string]any{"cidr_blocks": deep}}
	}
	hostile := []any{
		nil, true, 1e300, "", "x", "[{]", `{"a":`, strings.Repeat("[", 10_000), &source.Unknown{}, &source.Unknown{Text: "{\uE000}"},
		[]any{},
		[]any{nil},
		[]any{&source.Unknown{}},
		map[string]any{},
		[]any{map[string]any{}},
		[]any{[]any{[]any{}}},
		deep,
	}
	for native, t := range m.cat.All().Assets {
		hit(m, native, t.Facts, hostile)
	}
	for native, p := range m.cat.All().Parts {
		hit(m, native, p.Facts, hostile)
	}
}

func hit(m *Mapper, native string, facts map[string]*catalogue.Mapping, hostile []any) {
	for _, v := range hostile {
		n := New(m)
		body := map[string]any{}
		for _, mapping := range facts {
			for _, p := range slices.Concat(mapping.From, mapping.Policy, mapping.Secrets) {
				first, _, _ := strings.Cut(p, ".")
				body[first] = v
			}
		}
		for _, word := range []string{"name", "tags", "policy", "rule", "ingress", "egress", "bucket"} {
			body[word] = v
		}
		n.Resource(resource(native, "x", body))
		n.Finish()
	}
}

// TestIngredientsAreNoEnds leaves out what only goes into names when another
// reference leads to an asset, and keeps what may be an end of its own.
func TestIngredientsAreNoEnds(t *testing.T) {
	db := resource("aws_db_instance", "d", map[string]any{"parameter_group_name": &source.Unknown{NotNull: true}})
	db.Refs = map[string][]source.Ref{"parameter_group_name": {
		{Address: "aws_db_parameter_group.p", Attribute: "name"},
		{Address: "data.aws_caller_identity.current", Attribute: "account_id"},
		{Address: "module.names.random_id.suffix", Attribute: "hex"},
	}}
	i := resource("aws_instance", "i", map[string]any{"vpc_security_group_ids": &source.Unknown{NotNull: true}})
	i.Refs = map[string][]source.Ref{"vpc_security_group_ids": {
		{Address: "aws_security_group.s", Attribute: "id"},
		{Address: "data.aws_security_group.shared", Attribute: "id"},
	}}
	_, got := finish(t, db, i, resource("aws_db_parameter_group", "p", nil), resource("aws_security_group", "s", nil))
	if rs := got["aws_db_instance.d"].Linked("parameter_group"); len(rs) != 1 || rs[0].To == nil {
		t.Errorf("parameter_group %+v, want the parameter group alone", rs)
	}
	if rs := got["aws_instance.i"].Linked("security_group"); len(rs) != 2 {
		t.Errorf("security_group %+v, want the shared one too", rs)
	}
}

// TestTextBesideIngredients takes the name itself when all it refers to are
// ingredients: "arn:${data.aws_partition.x.partition}:iam::aws:policy/…".
func TestTextBesideIngredients(t *testing.T) {
	const arn = "arn:aws:iam::aws:policy/AdministratorAccess"
	role := resource("aws_iam_role", "r", map[string]any{"name": "r"})
	att := resource("aws_iam_role_policy_attachment", "a", map[string]any{"role": "r", "policy_arn": arn})
	att.Refs = map[string][]source.Ref{"policy_arn": {{Address: "module.m.data.aws_partition.current[0]", Attribute: "partition"}}}
	_, got := finish(t, role, att)
	if rs := got["aws_iam_role.r"].Linked("policy"); len(rs) != 1 || rs[0].Ref != arn {
		t.Errorf("policy %+v, want %s alone", rs, arn)
	}
}

// TestNameOpenInPart follows a name of which only the account is not known,
// and takes a policy that is looked up for what it is called.
func TestNameOpenInPart(t *testing.T) {
	role := resource("aws_iam_role", "r", map[string]any{"name": "r"})
	attach := func(name, ref, text string) *source.Resource {
		att := resource("aws_iam_role_policy_attachment", name, map[string]any{"role": "r", "policy_arn": &source.Unknown{NotNull: true, Text: text}})
		att.Refs = map[string][]source.Ref{"policy_arn": {{Address: ref, Attribute: "x"}}}
		return att
	}
	admin := resource("aws_iam_policy", "admin", map[string]any{"name": "AdministratorAccess"})
	admin.Address, admin.Data = "data.aws_iam_policy.admin", true
	hole := source.HoleOpen + "data.aws_caller_identity.current.account_id" + source.HoleClose
	_, got := finish(t, role, resource("aws_iam_policy", "cni", map[string]any{"name": "cni"}), admin,
		attach("here", "data.aws_caller_identity.current", "arn:aws:iam::"+hole+":policy/cni"),
		attach("elsewhere", "data.aws_caller_identity.current", "arn:aws:iam::"+hole+":policy/other"),
		attach("looked_up", "data.aws_iam_policy.admin", ""))
	rs := map[string]*estate.Asset{}
	for _, r := range got["aws_iam_role.r"].Linked("policy") {
		rs[r.Ref] = r.To
	}
	if len(rs) != 3 || rs["arn:aws:iam::${data.aws_caller_identity.current.account_id}:policy/cni"] != got["aws_iam_policy.cni"] {
		t.Errorf("policy %+v, want the policy of the account", rs)
	}
	for _, ref := range []string{"arn:aws:iam::${data.aws_caller_identity.current.account_id}:policy/other", "AdministratorAccess"} {
		if to, has := rs[ref]; !has || to != nil {
			t.Errorf("policy %+v, want %s to be elsewhere", rs, ref)
		}
	}
}

// TestARNBesideReferences keeps the policies of the provider that a list names
// among the configuration's own.
func TestARNBesideReferences(t *testing.T) {
	const arn = "arn:aws:iam::aws:policy/AdministratorAccess"
	role := resource("aws_iam_role", "r", map[string]any{"managed_policy_arns": []any{&source.Unknown{NotNull: true}, arn}})
	role.Refs = map[string][]source.Ref{"managed_policy_arns": {{Address: "aws_iam_policy.own", Attribute: "arn"}}}
	_, got := finish(t, role, resource("aws_iam_policy", "own", map[string]any{"name": "own"}))
	rs := got["aws_iam_role.r"].Linked("policy")
	if len(rs) != 2 || rs[0].To != got["aws_iam_policy.own"] || rs[1].Ref != arn {
		t.Errorf("policy %+v, want both", rs)
	}
}

// TestReferencesThatComeAlong leaves out what the other end was made from,
// when something that fits the relation is there.
func TestReferencesThatComeAlong(t *testing.T) {
	s := resource("aws_ecs_service", "s", map[string]any{"name": "s", "capacity_provider_strategy": []any{map[string]any{"capacity_provider": "spot"}}})
	s.Refs = map[string][]source.Ref{"capacity_provider_strategy.capacity_provider": {{Address: "aws_autoscaling_group.g", Attribute: "arn"}}}
	_, got := finish(t, s, resource("aws_ecs_capacity_provider", "c", map[string]any{"name": "spot"}), resource("aws_autoscaling_group", "g", map[string]any{"name": "g"}))
	if rs := got["aws_ecs_service.s"].Linked("capacity"); len(rs) != 1 || rs[0].To != got["aws_ecs_capacity_provider.c"] {
		t.Errorf("capacity %+v, want the capacity provider alone", rs)
	}
}

func TestCalledAs(t *testing.T) {
	for address, want := range map[string]string{
		"aws_launch_template.this":                                      "this",
		"aws_launch_template.web":                                       "web",
		"module.web.aws_launch_template.this[0]":                        "web",
		`module.eks.module.nodes["blue"].aws_launch_template.this["x"]`: `nodes["blue"]`,
		"module.web.aws_launch_template.blue[0]":                        "blue",
		`module.web["module.a"].aws_launch_template.main`:               `web["module.a"]`,
	} {
		label := withoutLastKey(address)
		label = label[strings.LastIndexByte(label, '.')+1:]
		r := resource("aws_launch_template", label, nil)
		r.Address = address
		if got := calledAs(r); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// What a partial source does not hold is unknown, whatever the default is.
func TestPartial(t *testing.T) {
	partial := resource("aws_s3_bucket", "b", map[string]any{"bucket": "b"})
	partial.Partial = true
	whole := resource("aws_s3_bucket", "c", map[string]any{"bucket": "c"})
	_, assets := finish(t, partial, whole)
	compared := 0
	for f := range assets["aws_s3_bucket.c"].Facts() {
		got, ok := assets["aws_s3_bucket.b"].Fact(f.Name)
		if !ok {
			t.Errorf("the partial resource has no fact %s", f.Name)
			continue
		}
		if f.Origin.How != estate.Default || f.Name == catalogue.SecretsFact {
			continue
		}
		compared++
		if got.Known() || got.Unknown != "the export does not carry it" {
			t.Errorf("%s: %v, %q", f.Name, got.Value, got.Unknown)
		}
	}
	if compared == 0 {
		t.Error("the bucket has no fact by default")
	}
}

// A template cannot switch on that deleting needs a second factor, a bucket
// that an export shows may well have it.
func TestPartialTwin(t *testing.T) {
	for partial, want := range map[bool]any{false: false, true: "unknown: the export does not carry it"} {
		r := resource("AWS::S3::Bucket", "b", map[string]any{"BucketName": "b", "PublicAccessBlockConfiguration": map[string]any{"BlockPublicAcls": true}})
		r.Dialect, r.Address, r.Partial = estate.CloudFormation, "b", partial
		_, assets := finish(t, r)
		if got := value(t, assets["b"], "mfa_delete"); got != want {
			t.Errorf("partial %v: mfa_delete %v", partial, got)
		}
		if got := value(t, assets["b"], "block_public_acls"); got != true {
			t.Errorf("partial %v: block_public_acls %v", partial, got)
		}
	}
}

func TestPartialKeepsWhatIsWritten(t *testing.T) {
	r := resource("aws_db_instance", "d", map[string]any{"storage_encrypted": true, "engine": "postgres"})
	r.Partial = true
	_, assets := finish(t, r)
	a := assets["aws_db_instance.d"]
	if got := value(t, a, "encrypted_at_rest"); got != true {
		t.Errorf("encrypted_at_rest: %v", got)
	}
	if got := value(t, a, "deletion_protection"); got != "unknown: the export does not carry it" {
		t.Errorf("deletion_protection: %v", got)
	}
}

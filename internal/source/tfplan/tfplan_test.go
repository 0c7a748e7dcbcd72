package tfplan_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
	"github.com/demarc-sec/demarc/internal/source/tfplan"
)

func readFile(t *testing.T, path string) *sourcetest.Recorder {
	t.Helper()
	c := &sourcetest.Recorder{}
	if err := tfplan.Read(t.Context(), filepath.Dir(path), path, c); err != nil {
		t.Fatal(err)
	}
	return c
}

func readText(t *testing.T, text string) *sourcetest.Recorder {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return readFile(t, path)
}

// one is a plan of a single resource, with its change and its configuration.
func one(change, expressions string) string {
	return `{"format_version":"1.2","resource_changes":[{"address":"aws_x.y","mode":"managed","type":"aws_x","name":"y",
"provider_name":"registry.terraform.io/hashicorp/aws","change":` + change + `}],
"configuration":{"root_module":{"resources":[{"address":"aws_x.y","mode":"managed","type":"aws_x","name":"y","expressions":` + expressions + `}]}}}`
}

// The testdata are what Terraform 1.11 wrote for the same configuration.
func TestRealDocuments(t *testing.T) {
	plan := readFile(t, "testdata/plan.json")
	for _, file := range []string{"state.json", "terraform.tfstate"} {
		state := readFile(t, filepath.Join("testdata", file))
		if diff := cmp.Diff(addresses(plan), addresses(state)); diff != "" || len(state.Gaps) > 0 {
			t.Errorf("%s against the plan: %s%v", file, diff, state.Gaps)
		}
		if state.Resources[0].Set != nil {
			t.Errorf("%s: a state cannot tell what is written", file)
		}
	}
	if len(plan.Gaps) > 0 {
		t.Errorf("gaps: %v", plan.Gaps)
	}
	r := plan.Find(t, `terraform_data.b["q.r\"s"]`)
	if r.Location.Line != 333 || r.Location.File != "plan.json" || r.Provider != "terraform" || r.Name != "b" {
		t.Errorf("unexpected resource %+v", r)
	}
}

func addresses(c *sourcetest.Recorder) []string {
	var out []string
	for _, r := range c.Resources {
		out = append(out, r.Address)
	}
	slices.Sort(out)
	return out
}

func TestReferences(t *testing.T) {
	c := readFile(t, "testdata/plan.json")
	for _, tc := range []struct{ address, path, want string }{
		{`terraform_data.b["p"]`, "input", "terraform_data.a id"},
		{`terraform_data.c["p"]`, "input", `terraform_data.b["p"] id`},      // each.value
		{`terraform_data.n[1]`, "triggers_replace", "terraform_data.d[1] "}, // [count.index]
		{`module.m["x"].terraform_data.x`, "input", "terraform_data.a id, module.single.terraform_data.y output"},
		{`module.m["y"].module.inner[0].terraform_data.y`, "input", `terraform_data.b["p"] id`}, // var of var
		{`terraform_data.e`, "input", `module.m["x"].module.inner[0].terraform_data.y output`},  // output of output
	} {
		var got []string
		for _, ref := range c.Find(t, tc.address).Refs[tc.path] {
			got = append(got, ref.Address+" "+ref.Attribute)
		}
		if g := strings.Join(got, ", "); g != tc.want {
			t.Errorf("%s.%s leads to %q, want %q", tc.address, tc.path, g, tc.want)
		}
	}
}

func TestReferenceWithinModuleInstance(t *testing.T) {
	c := readText(t, `{"format_version":"1.2","resource_changes":[{"address":"module.a[\"x.y\"].aws_p.p","module_address":"module.a[\"x.y\"]",
"mode":"managed","type":"aws_p","name":"p","change":{"actions":["create"],"after":{},"after_unknown":{"rule":[{"bucket":true}]}}}],
"configuration":{"root_module":{"module_calls":{"a":{"module":{"resources":[{"mode":"managed","type":"aws_p","name":"p","expressions":
{"rule":[{"bucket":{"references":["aws_b.b[\"k\"].id","aws_b.b[\"k\"]","aws_b.b"]}}]}}]}}}}}}`)
	want := map[string][]source.Ref{"rule.bucket": {{Address: `module.a["x.y"].aws_b.b["k"]`, Attribute: "id"}}}
	if diff := cmp.Diff(want, c.Resources[0].Refs); diff != "" {
		t.Error(diff)
	}
}

func TestUnknown(t *testing.T) {
	sure := &source.Unknown{Reason: "known after apply", NotNull: true}
	unsure := &source.Unknown{Reason: "known after apply"}
	for name, tc := range map[string]struct {
		after, unknown, expressions string
		want                        map[string]any
	}{
		"computed is absent": {`{}`, `{"arn":true}`, `{}`, map[string]any{"arn": nil}},
		"written":            {`{}`, `{"key":true}`, `{"key":{"references":["aws_k.k.arn","aws_k.k"]}}`, map[string]any{"key": sure}},
		"in a map": {
			`{"tags":{"a":"b"}}`, `{"tags":{"n":true}}`, `{"tags":{"references":["aws_k.k.id"]}}`,
			map[string]any{"tags": map[string]any{"a": "b", "n": sure}},
		},
		"in a list": {
			`{"ids":[null,"b"]}`, `{"ids":[true,false]}`, `{"ids":{"references":["aws_k.k.id"]}}`,
			map[string]any{"ids": []any{sure, "b"}},
		},
		"in a block": {
			`{"disk":[{"size":1}]}`, `{"disk":[{"key":true,"id":true}]}`, `{"disk":[{"key":{"references":["aws_k.k.id"]},"size":{"constant_value":1}}]}`,
			map[string]any{"disk": []any{map[string]any{"size": 1.0, "key": sure, "id": nil}}},
		},
		"in some of the blocks": {
			`{"d":[{},{}]}`, `{"d":[{"key":true},{"key":true}]}`, `{"d":[{"key":{"references":["aws_k.k.id"]}},{}]}`,
			map[string]any{"d": []any{map[string]any{"key": unsure}, map[string]any{"key": unsure}}},
		},
		"in a dynamic block": {
			`{"d":[{"n":1}]}`, `{"d":[{"key":true}]}`, `{}`,
			map[string]any{"d": []any{map[string]any{"n": 1.0, "key": unsure}}},
		},
		"nothing":    {`{"a":null,"b":[]}`, `{"b":[]}`, `{"a":{}}`, map[string]any{"a": nil, "b": []any{}}},
		"write-only": {`{"password_wo":null}`, `{}`, `{"password_wo":{"references":["var.p"]}}`, map[string]any{"password_wo": &source.Unknown{Reason: "write-only argument"}}},
	} {
		t.Run(name, func(t *testing.T) {
			c := readText(t, one(`{"actions":["create"],"after":`+tc.after+`,"after_unknown":`+tc.unknown+`}`, tc.expressions))
			if diff := cmp.Diff(tc.want, c.Find(t, "aws_x.y").Body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSet(t *testing.T) {
	c := readText(t, one(`{"actions":["update"],"before":{"z":1},"after":{"a":1,"n":null,"computed":"x","block":[{"c":true}]},"after_unknown":{"u":true}}`,
		`{"a":{"constant_value":1},"n":{"references":["var.n"]},"u":{"references":["aws_k.k.id"]},"block":[{"c":{"constant_value":true}}]}`))
	want := map[string]bool{"a": true, "u": true, "block": true}
	if diff := cmp.Diff(want, c.Find(t, "aws_x.y").Set); diff != "" {
		t.Error(diff)
	}
	without, _, _ := strings.Cut(one(`{"actions":["create"],"after":{},"after_unknown":{"u":true}}`, `{}`), `,
"configuration"`)
	r := readText(t, without+"}").Find(t, "aws_x.y")
	if _, ok := r.Body["u"].(*source.Unknown); !ok || r.Set != nil {
		t.Errorf("without configuration: Set %v, Body %v", r.Set, r.Body)
	}
}

func TestActions(t *testing.T) {
	for actions, want := range map[string]int{
		`"create"`: 1, `"no-op"`: 1, `"update"`: 1, `"read"`: 1, `"delete","create"`: 1, `"create","delete"`: 1,
		`"delete"`: 0, `"forget"`: 0,
	} {
		after := "{}"
		if want == 0 {
			after = "null"
		}
		c := readText(t, one(`{"actions":[`+actions+`],"before":{},"after":`+after+`}`, `{}`))
		if len(c.Resources) != want || len(c.Gaps) > 0 {
			t.Errorf("%s: %d resources, gaps %v", actions, len(c.Resources), c.Gaps)
		}
	}
	data := readText(t, strings.ReplaceAll(one(`{"actions":["read"],"after":{}}`, `{}`), `"managed"`, `"data"`))
	if !data.Resources[0].Data {
		t.Error("a data source is not marked as one")
	}
}

func TestPlannedValues(t *testing.T) {
	c := readText(t, `{"format_version":"1.0","planned_values":{"root_module":{"child_modules":[{"address":"module.a[0]","resources":[
{"address":"module.a[0].aws_x.y","mode":"managed","type":"aws_x","name":"y","values":{"n":"v","o":null}}]}]}},
"configuration":{"root_module":{"module_calls":{"a":{"module":{"resources":[{"mode":"managed","type":"aws_x","name":"y",
"expressions":{"n":{"constant_value":"v"},"k":{"references":["aws_k.k.arn","aws_k.k"]}}}]}}}}}}`)
	r := c.Find(t, "module.a[0].aws_x.y")
	want := map[string]any{"n": "v", "o": nil, "k": &source.Unknown{Reason: "known after apply", NotNull: true}}
	if diff := cmp.Diff(want, r.Body); diff != "" {
		t.Error(diff)
	}
	if got := r.Refs["k"]; len(got) != 1 || got[0].Address != "module.a[0].aws_k.k" || r.Location.Line != 2 {
		t.Errorf("refs %v, line %d", got, r.Location.Line)
	}
}

func TestProvider(t *testing.T) {
	plan := func(provider, key, after string) string {
		return `{"format_version":"1.2","variables":{"r":{"value":"eu-north-1"},"acc":{"value":"210987654321"}},"resource_changes":[
{"address":"module.m.aws_x.y","module_address":"module.m","mode":"managed","type":"aws_x","name":"y","change":{"actions":["create"],"after":` + after + `,"after_unknown":{"tags_all":true}}}],
"configuration":{"provider_config":{` + provider + `},"root_module":{"module_calls":{"m":{"expressions":{"where":{"references":["var.r"]}},
"module":{"resources":[{"mode":"managed","type":"aws_x","name":"y","provider_config_key":"` + key + `","expressions":{}}]}}}}}}`
	}
	for name, tc := range map[string]struct{ provider, key, after, account, region string }{
		"constant":  {`"aws":{"expressions":{"region":{"constant_value":"eu-west-1"},"allowed_account_ids":{"constant_value":["123456789012"]}}}`, "aws", `{}`, "123456789012", "eu-west-1"},
		"inherited": {`"aws.b":{"expressions":{"region":{"references":["var.r"]}}}`, "module.m:aws.b", `{}`, "", "eu-north-1"},
		"module's": {`"module.m:aws":{"module_address":"module.m","expressions":{"region":{"references":["var.where"]},
			"assume_role":[{"role_arn":{"constant_value":"arn:aws:iam::111122223333:role/x"}}]}}`, "module.m:aws", `{}`, "111122223333", "eu-north-1"},
		"part of an expression": {`"aws":{"expressions":{"region":{"references":["var.acc"]}}}`, "aws", `{}`, "", ""},
		"arn":                   {`"aws":{"expressions":{"region":{"constant_value":"eu-west-1"}}}`, "aws", `{"arn":"arn:aws:sqs:us-east-2:444455556666:q"}`, "444455556666", "us-east-2"},
		"own region":            {`"aws":{"expressions":{"region":{"constant_value":"eu-west-1"}}}`, "aws", `{"region":"ap-south-1"}`, "", "ap-south-1"},
		"several accounts":      {`"aws":{"expressions":{"allowed_account_ids":{"constant_value":["123456789012","210987654321"]}}}`, "aws", `{}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := readText(t, plan(tc.provider, tc.key, tc.after)).Find(t, "module.m.aws_x.y")
			if r.Account != tc.account || r.Region != tc.region {
				t.Errorf("account %q, region %q, want %q and %q", r.Account, r.Region, tc.account, tc.region)
			}
		})
	}
	tagged := readText(t, plan(`"aws":{"expressions":{"default_tags":[{"tags":{"constant_value":{"env":"prod","a":"0"}}}]}}`, "aws", `{"tags":{"a":"1"}}`))
	want := map[string]any{"env": "prod", "a": "1"}
	if diff := cmp.Diff(want, tagged.Resources[0].Body["tags_all"]); diff != "" {
		t.Error(diff)
	}
}

func TestRawState(t *testing.T) {
	c := readText(t, `{"version":4,"terraform_version":"1.9.0","serial":3,"lineage":"x","resources":[
{"module":"module.a[\"b\"]","mode":"managed","type":"aws_sqs_queue","name":"q","provider":"provider[\"registry.terraform.io/hashicorp/aws\"].west",
 "instances":[
  {"index_key":"k","attributes":{"arn":"arn:aws:sqs:us-west-2:111122223333:q","name":"q"}},
  {"index_key":0,"attributes":{}},
  {"deposed":"0123abcd","attributes":{}}]},
{"instances":[{"attributes":{"json":"{}"}}],"mode":"data","name":"d","type":"aws_iam_policy_document"}]}`)
	if len(c.Gaps) > 0 {
		t.Error(c.Gaps)
	}
	want := []string{`data.aws_iam_policy_document.d`, `module.a["b"].aws_sqs_queue.q["k"]`, `module.a["b"].aws_sqs_queue.q[0]`}
	if diff := cmp.Diff(want, addresses(c)); diff != "" {
		t.Error(diff)
	}
	q := c.Find(t, want[1])
	if q.Account != "111122223333" || q.Region != "us-west-2" || q.Provider != "aws" || q.Location.Line != 4 {
		t.Errorf("unexpected resource %+v", q)
	}
}

func TestIncompletePlan(t *testing.T) {
	for _, flag := range []string{`"complete":false`, `"errored":true`, `"deferred_changes":[{}]`} {
		c := readText(t, `{"format_version":"1.2","resource_changes":[],`+flag+`}`)
		if len(c.Gaps) != 1 || c.Gaps[0].Fatal {
			t.Errorf("%s: gaps %+v", flag, c.Gaps)
		}
	}
}

func TestDetect(t *testing.T) {
	for text, want := range map[string]string{
		`{"format_version":"1.2","terraform_version":"1","variables":{},"planned_values":{`: tfplan.Plan,
		`{"applyable":true,"complete":true,"configuration":{}`:                              tfplan.Plan,
		`{"format_version":"1.0","values":{}}`:                                              tfplan.State,
		`{"format_version":"1.0"}`:                                                          tfplan.State,
		`{"version":4,"terraform_version":"1.9"`:                                            tfplan.RawState,
		`{"check_results":null,"lineage":"x","outputs":{},"resources":[],"serial":1}`:       tfplan.RawState,
		"\xef\xbb\xbf" + `{"format_version":"1.0","values":{}}`:                             tfplan.State,
		`{"AWSTemplateFormatVersion":"2010-09-09","Resources":{}}`:                          "",
		`{"version":4}`:                   "",
		`[]`:                              "",
		``:                                "",
		`resource "aws_s3_bucket" "b" {}`: "",
	} {
		got, err := tfplan.Detect(strings.NewReader(text))
		if got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"PK\x03\x04 padding to the name -----tfplan", "\x1f\x8b\x08", "\xff\xfe{\x00", `{"@level":"info"}`, `{"meta":{},"encrypted_data":"x"}`} {
		if kind, err := tfplan.Detect(strings.NewReader(text)); err == nil || kind != "" {
			t.Errorf("%q: %q, %v, want an error", text, kind, err)
		}
	}
}

func TestReadCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := &sourcetest.Recorder{}
	if err := tfplan.Read(ctx, "", "testdata/plan.json", c); err == nil || len(c.Gaps) > 0 {
		t.Errorf("error %v, gaps %v", err, c.Gaps)
	}
}

// TestProviderConfiguration yields what is written into a provider's
// configuration, and not what was given when the plan was made.
func TestProviderConfiguration(t *testing.T) {
	c := readText(t, `{"format_version":"1.2","variables":{"key":{"value":"by default"},"given":{"value":"at run time"}},
"resource_changes":[],"configuration":{
"provider_config":{
 "aws":{"name":"aws","expressions":{"region":{"constant_value":"eu-west-1"},"access_key":{"constant_value":"written"},"secret_key":{"references":["var.key"]},"token":{"references":["var.given"]}}},
 "module.m:github":{"name":"github","module_address":"module.m","expressions":{"token":{"references":["var.token"]}}},
 "aws.plain":{"name":"aws","alias":"plain","expressions":{"region":{"constant_value":"eu-west-1"}}}},
"root_module":{"variables":{"key":{"default":"by default"},"given":{"default":"another"}},
 "module_calls":{"m":{"expressions":{"token":{"constant_value":"passed"}},"module":{"variables":{"token":{}}}}}}}}`)
	if len(c.Resources) != 2 {
		t.Fatalf("%d provider configurations, want 2: %v", len(c.Resources), c.Gaps)
	}
	aws, github := c.Find(t, "provider.aws"), c.Find(t, "module.m.provider.github")
	if diff := cmp.Diff(map[string]any{"access_key": "written", "secret_key": "by default"}, aws.Body); diff != "" || !aws.Setup {
		t.Error(aws.Setup, diff)
	}
	if github.Body["token"] != "passed" || github.Provider != "github" {
		t.Errorf("%+v", github)
	}
}

// TestProviderCluster tells which cluster a Kubernetes provider leads to, also
// through outputs of modules.
func TestProviderCluster(t *testing.T) {
	c := readText(t, `{"format_version":"1.2","resource_changes":[],"configuration":{"provider_config":{
 "kubernetes":{"name":"kubernetes","expressions":{"host":{"references":["module.m.endpoint","module.m"]}}},
 "helm":{"name":"helm","expressions":{"kubernetes":[{"host":{"references":["data.aws_eks_cluster.a.endpoint","data.aws_eks_cluster.a"]}}]}},
 "helm.three":{"name":"helm","expressions":{"kubernetes":{"host":{"references":["data.aws_eks_cluster.a.endpoint","data.aws_eks_cluster.a"]}}}}},
"root_module":{"module_calls":{"m":{"expressions":{},"module":{"outputs":{"endpoint":{"expression":{"references":["google_container_cluster.c.endpoint","google_container_cluster.c"]}}}}}}}}}`)
	for address, want := range map[string][2]string{
		"provider.kubernetes": {"host", "module.m.google_container_cluster.c"}, "provider.helm": {"kubernetes.host", "data.aws_eks_cluster.a"},
		"provider.helm.three": {"kubernetes.host", "data.aws_eks_cluster.a"},
	} {
		if refs := c.Find(t, address).Refs[want[0]]; len(refs) != 1 || refs[0].Address != want[1] {
			t.Errorf("%s leads to %v", address, c.Find(t, address).Refs)
		}
	}
}

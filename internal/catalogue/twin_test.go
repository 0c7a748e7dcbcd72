package catalogue

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	data "github.com/demarc-sec/demarc/catalogue"
	"github.com/demarc-sec/demarc/internal/source"
)

func TestSpelling(t *testing.T) {
	for in, want := range map[string]string{
		"StorageEncrypted":                "storage_encrypted",
		"DBInstanceIdentifier":            "db_instance_identifier",
		"KmsKeyId":                        "kms_key_id",
		"EnableIAMDatabaseAuthentication": "enable_iam_database_authentication",
		"SSESpecification":                "sse_specification",
		"Ipv6CidrBlock":                   "ipv6_cidr_block",
		"minimumTlsVersion":               "minimum_tls_version",
		"DB_PASSWORD":                     "DB_PASSWORD",
		"app.kubernetes.io/name":          "app.kubernetes.io/name",
		"Österreich":                      "österreich",
	} {
		if got := Snake(in); got != want {
			t.Errorf("Snake(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"service_account_name": "serviceAccountName", "spec": "spec", "_x": "_x", "host_pid": "hostPid"} {
		if got := Camel(in); got != want {
			t.Errorf("Camel(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestAzure tells Azure's types, of Microsoft and of its partners, from others
// with a dot in their names.
func TestAzure(t *testing.T) {
	for name, want := range map[string]bool{
		"Microsoft.Storage/storageAccounts": true, "microsoft.aadiam/diagnosticsettings": true, "Nginx.NginxPlus/nginxDeployments": true,
		"nginx.nginxplus/nginxdeployments": true, "PALOALTONETWORKS.CLOUDNGFW/firewalls": true, "Microsoft.": false,
		"compute.googleapis.com/Instance": false, "networking.k8s.io/Ingress": false, "azurerm_lb": false, "AWS::S3::Bucket": false, "": false,
	} {
		if Azure(name) != want {
			t.Errorf("Azure(%q) = %v", name, !want)
		}
	}
}

// TestTwins lays twins over the built-in catalogue: a good one takes over what
// its type has, mistaken ones are told with their file.
func TestTwins(t *testing.T) {
	service := `
title: Test
model: paas
documents: {d: {url: "https://example.com/", title: D}}
assets:
  test_queue:
    kind: queue
    facts:
      encrypted_at_rest: {from: encrypted, absent: false}
      customer_key: {from: key, is: set}
    relations: {key: key}
parts:
  test_queue_policy: {of: test_queue, by: queue, facts: {resource_policies: {policy: policy}}}
  test_queue_tag: {of: test_queue, by: queue}
owners:
  - {rule: r, for: [encryption-at-rest.configure], assets: [test_queue], owner: provider, inferred: true}
`
	files := func(twins string) fstest.MapFS {
		return fstest.MapFS{
			"services/test/queue/service.yaml": {Data: []byte(service)},
			"services/test/queue/twins.yaml":   {Data: []byte(twins)},
		}
	}
	c, err := Load(Options{Today: testDay, Overlays: []fs.FS{files(`
twins:
  Microsoft.Test/Queues:
    of: test_queue
    facts: {customer_key: {from: properties.key, is: set}}
  TEST::Policy: {of: test_queue_policy}
ignored:
  TEST::Other: no asset
without:
  test_queue_tag: a tag is a word on the queue itself
`)}})
	if err != nil {
		t.Fatal(err)
	}
	twin := c.Assets[c.Canonical("microsoft.test/queues")]
	if twin == nil || twin.Means != "test_queue" || twin.KindID != "queue" {
		t.Fatalf("the twin is %+v", twin)
	}
	if got := slices.Sorted(maps.Keys(twin.Facts)); !slices.Equal(got, []string{"encrypted_at_rest"}) {
		t.Errorf("taken over are the facts %v", got)
	}
	for _, fact := range []string{"encrypted_at_rest", "customer_key", "resource_policies"} {
		if !twin.PossibleFacts[fact] {
			t.Errorf("the twin cannot have %s", fact)
		}
	}
	i := slices.IndexFunc(twin.Responsibilities, func(r *Responsibility) bool { return r.ID == "encryption-at-rest.configure" })
	if i < 0 || len(twin.Rules[i]) != 1 {
		t.Errorf("the rule of its type is not the twin's")
	}
	if p := c.Parts["TEST::Policy"]; p == nil || p.Means != "test_queue_policy" || len(p.By) != 1 {
		t.Errorf("the part's twin is %+v", p)
	}
	if c.Ignored["TEST::Other"] == "" {
		t.Error("the ignored type is not ignored")
	}

	if c.Services["test/queue"].Twinless["test_queue_tag"] == "" {
		t.Error("the reason for having no twin is lost")
	}

	sqs, err := fs.ReadFile(data.FS, "services/aws/sqs/service.yaml")
	if err != nil {
		t.Fatal(err)
	}
	base := embedded(t)
	for twins, want := range map[string]string{
		`without: {test_topic: none}`:                                      "`without`: test_topic is neither an asset nor a part",
		`without: {test_queue: " "}`:                                       "`without`: test_queue needs a reason",
		`{twins: {"A::B": {of: test_queue}}, without: {test_queue: none}}`: "`without`: test_queue has a twin, A::B",
		`twins: {"A::B": {of: nothing}}`:                                   "neither an asset nor a part",
		`twins: {"A::B": {of: test_queue, set: {x: {}}}}`:                  "",
		`twins: {"A::B": {of: test_queue, facts: {nonsense: {}}}}`:         `no fact "nonsense"`,
		`twins: {"A::B": }`:                                                "is empty",
		`twins: {"A::B": {of: test_queue, nmes: {}}}`:                      "nmes",
		"twins: {aws_sqs_queue: {of: test_queue}}":                         "covered twice",
		`twins: {"A::B": {of: test_queue, set: {x: }}}`:                    "has no mapping",
	} {
		beside := files(twins)
		beside["services/aws/sqs/service.yaml"] = &fstest.MapFile{Data: sqs}
		_, err := only(base, beside)
		if want == "" {
			continue // told when it is compiled
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "services/test/queue/") {
			t.Errorf("%s: %v, want %q and the file", twins, err, want)
		}
	}
}

// TestFormsOfParts tells the forms of a native type apart that is the twin of a
// part.
func TestFormsOfParts(t *testing.T) {
	c, err := only(embedded(t), fstest.MapFS{
		"services/test/queue/service.yaml": {Data: []byte(`
title: Test
model: paas
documents: {d: {url: "https://example.com/", title: D}}
assets:
  test_queue: {kind: queue, facts: {encrypted_at_rest: {from: encrypted, absent: false}}}
parts:
  test_queue_policy: {of: test_queue, by: queue, facts: {resource_policies: {policy: policy}}}
  test_queue_key: {of: test_queue, by: queue, facts: {customer_key: {from: key, is: set}}}
`)},
		"services/test/queue/twins.yaml": {Data: []byte(`
twins:
  Test::Queue::Setting:
    of: test_queue_policy
    forms:
      - {type: Test::Queue::Setting(key), from: Kind, matches: ^key$}
      - {type: Test::Queue::Setting(lock), from: Kind, matches: /locked/}
  Test::Queue::Setting(lock):
    of: test_queue_key
  Test::Queue::Setting(key):
    of: test_queue_key
`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c2 := range []struct {
		kind any
		want string
	}{
		{"Key", "Test::Queue::Setting(key)"},
		{"policy", "Test::Queue::Setting"},
		{[]any{"policy", "key"}, "Test::Queue::Setting(key)"},
		{[]any{nil, "policy"}, "Test::Queue::Setting"},
		{nil, "Test::Queue::Setting"},
		{&source.Unknown{Text: "key" + source.HoleOpen + "name" + source.HoleClose}, "Test::Queue::Setting"},
		{&source.Unknown{Text: source.HoleOpen + "id" + source.HoleClose + "/locked/box"}, "Test::Queue::Setting(lock)"},
	} {
		if got := c.FormOf("Test::Queue::Setting", map[string]any{"Kind": c2.kind}); got != c2.want {
			t.Errorf("a setting of kind %v is a %s, want %s", c2.kind, got, c2.want)
		}
	}
}

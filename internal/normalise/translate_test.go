package normalise

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// argument compiles the mapping of one argument, as twins.yaml writes it.
func argument(t *testing.T, name, yaml string) *reader {
	t.Helper()
	m := &catalogue.Mapping{}
	if err := catalogue.DecodeBuiltIn("test.yaml", []byte(yaml), m); err != nil {
		t.Fatal(err)
	}
	m.Fact = &catalogue.FactSpec{Name: name, Type: expr.Any}
	if m.Equals.Set {
		m.Fact.Type = expr.Bool
	}
	env, err := expr.NewResourceEnv()
	if err != nil {
		t.Fatal(err)
	}
	rd, err := compile(env, m, nil)
	if err != nil {
		t.Fatal(err)
	}
	return rd
}

func TestTranslate(t *testing.T) {
	unknown := &source.Unknown{Reason: "a parameter"}
	for name, tc := range map[string]struct {
		twin       catalogue.Twin
		set        map[string]string
		r          source.Resource
		body       map[string]any
		lines      map[string]int
		names      map[string]string
		referredAt string
	}{
		"of several blocks each keeps what is taken out of its inner objects": {
			twin: catalogue.Twin{Of: "aws_ecs_task_definition", Names: map[string]string{"Volumes": "volume", "Volumes.Host.SourcePath": "volume.host_path"}},
			r: source.Resource{Body: map[string]any{"Volumes": []any{
				map[string]any{"Name": "a", "Host": map[string]any{"SourcePath": "/a"}},
				map[string]any{"Name": "b", "Host": map[string]any{"SourcePath": "/b"}},
			}}},
			body: map[string]any{"volume": []any{
				map[string]any{"name": "a", "host_path": "/a", "host": []any{map[string]any{}}},
				map[string]any{"name": "b", "host_path": "/b", "host": []any{map[string]any{}}},
			}},
			names: map[string]string{
				"volume": "Volumes", "volume.host": "Volumes.Host", "volume.host_path": "Volumes.Host.SourcePath", "volume.name": "Volumes.Name",
			},
		},
		"properties of a template become arguments": {
			twin: catalogue.Twin{Of: "aws_db_instance", Names: map[string]string{"DBInstanceIdentifier": "identifier", "Old": ""}, Verbatim: []string{"Env.Vars"}},
			r: source.Resource{
				Body: map[string]any{
					"DBInstanceIdentifier": "orders", "StorageEncrypted": unknown, "Old": "x",
					"VpcConfig": map[string]any{"SubnetIds": []any{"a", "b"}},
					"Rules":     []any{map[string]any{"CidrIp": "10.0.0.0/8"}},
					"Env":       map[string]any{"Vars": map[string]any{"DbUrl": "y"}},
				},
				Lines: map[string]int{"DBInstanceIdentifier": 3, "VpcConfig.SubnetIds": 5, "Env.Vars.DbUrl": 9, "Old": 10},
				Refs:  map[string][]source.Ref{"VpcConfig.SubnetIds": {{Address: "Net"}}},
			},
			body: map[string]any{
				"identifier": "orders", "storage_encrypted": unknown,
				"vpc_config": []any{map[string]any{"subnet_ids": []any{"a", "b"}}},
				"rules":      []any{map[string]any{"cidr_ip": "10.0.0.0/8"}},
				"env":        []any{map[string]any{"vars": map[string]any{"DbUrl": "y"}}},
			},
			lines: map[string]int{"identifier": 3, "vpc_config.subnet_ids": 5, "env.vars.DbUrl": 9},
			names: map[string]string{
				"identifier": "DBInstanceIdentifier", "storage_encrypted": "StorageEncrypted", "vpc_config": "VpcConfig",
				"vpc_config.subnet_ids": "VpcConfig.SubnetIds", "rules": "Rules", "rules.cidr_ip": "Rules.CidrIp", "env": "Env", "env.vars": "Env.Vars",
			},
			referredAt: "vpc_config.subnet_ids",
		},
		"Azure writes settings under properties, and says enabled in words": {
			twin: catalogue.Twin{Of: "azurerm_storage_account", Names: map[string]string{"properties.encryption.keySource": "key_source"}},
			set:  map[string]string{"public_network_access_enabled": "{from: properties.publicNetworkAccess, equals: Enabled, absent: true}"},
			r: source.Resource{
				Body: map[string]any{"name": "st", "properties": map[string]any{
					"minimumTlsVersion": "TLS1_2", "publicNetworkAccess": "Disabled",
					"encryption": map[string]any{"keySource": "Microsoft.Keyvault", "x": 1.0},
					"rules":      []any{map[string]any{"name": "a", "properties": map[string]any{"access": "Allow"}}},
				}},
				Lines: map[string]int{"properties.publicNetworkAccess": 7},
			},
			body: map[string]any{
				"name": "st", "minimum_tls_version": "TLS1_2", "public_network_access": "Disabled", "public_network_access_enabled": false,
				"encryption": []any{map[string]any{"x": 1.0}}, "key_source": "Microsoft.Keyvault",
				"rules": []any{map[string]any{"name": "a", "access": "Allow"}},
			},
			lines: map[string]int{"public_network_access": 7, "public_network_access_enabled": 7},
			names: map[string]string{
				"minimum_tls_version": "properties.minimumTlsVersion", "public_network_access": "properties.publicNetworkAccess",
				"public_network_access_enabled": "properties.publicNetworkAccess", "key_source": "properties.encryption.keySource",
				"encryption": "properties.encryption", "encryption.x": "properties.encryption.x", "rules": "properties.rules",
				"rules.name": "properties.rules.name", "rules.access": "properties.rules.properties.access",
			},
		},
		"blocks become the objects of a manifest": {
			twin: catalogue.Twin{Of: "core/Pod", Names: map[string]string{"spec.container": "spec.containers"}},
			r: source.Resource{Body: map[string]any{"spec": []any{map[string]any{
				"host_network": true, "container": []any{map[string]any{"image_pull_policy": "Always"}},
			}}}},
			body: map[string]any{"spec": map[string]any{"hostNetwork": true, "containers": []any{map[string]any{"imagePullPolicy": "Always"}}}},
			names: map[string]string{
				"spec.hostNetwork": "spec.host_network", "spec.containers": "spec.container", "spec.containers.imagePullPolicy": "spec.container.image_pull_policy",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var set []*reader
			for argumentName, yaml := range tc.set {
				set = append(set, argument(t, argumentName, yaml))
			}
			got := newTranslator(&tc.twin, set, nil).translate(&tc.r)
			if diff := cmp.Diff(tc.body, got.Body); diff != "" {
				t.Errorf("body: -want +got\n%s", diff)
			}
			if diff := cmp.Diff(tc.lines, got.Lines); diff != "" {
				t.Errorf("lines: -want +got\n%s", diff)
			}
			if diff := cmp.Diff(tc.names, got.Names); diff != "" {
				t.Errorf("names: -want +got\n%s", diff)
			}
			if tc.referredAt != "" && len(got.Refs[tc.referredAt]) != 1 {
				t.Errorf("references are %v", got.Refs)
			}
		})
	}
}

// TestTranslateWithinADialect: where both types are written alike only places
// differ; names, lists of one and keys with dots stay as they are.
func TestTranslateWithinADialect(t *testing.T) {
	twin := &catalogue.Twin{Type: "apps/Deployment", Of: "core/Pod", Names: map[string]string{"spec.template.spec": "spec"}}
	got := newTranslator(twin, nil, nil).translate(&source.Resource{
		Body: map[string]any{"spec": map[string]any{
			"replicas": float64(2),
			"template": map[string]any{
				"metadata": map[string]any{"labels": map[string]any{"app.kubernetes.io/name": "web", "my_app": "x"}},
				"spec":     map[string]any{"containers": []any{map[string]any{"name": "web"}}},
			},
		}},
		Lines: map[string]int{"spec.template.spec.containers.name": 7},
	})
	want := map[string]any{"spec": map[string]any{
		"replicas":   float64(2),
		"template":   map[string]any{"metadata": map[string]any{"labels": map[string]any{"app.kubernetes.io/name": "web", "my_app": "x"}}},
		"containers": []any{map[string]any{"name": "web"}},
	}}
	if d := cmp.Diff(want, got.Body); d != "" {
		t.Error(d)
	}
	if got.Lines["spec.containers.name"] != 7 || got.Names["spec.containers"] == "spec.containers" {
		t.Errorf("lines %v, names %v", got.Lines, got.Names)
	}
}

// TestTagsOfEveryDialect keeps an asset's tags, whatever writes them.
func TestTagsOfEveryDialect(t *testing.T) {
	queue := resource("AWS::SQS::Queue", "q", map[string]any{
		"Tags": []any{map[string]any{"Key": "CostCentre", "Value": "7"}}, "tags": map[string]any{"CostCentre": "7"},
	})
	account := resource("Microsoft.Storage/storageAccounts", "st", map[string]any{"name": "st", "tags": map[string]any{"costCentre": "8"}})
	topic := resource("pubsub.googleapis.com/Topic", "t", map[string]any{"name": "projects/p/topics/t", "labels": map[string]any{"costCentre": "9"}})
	_, as := finish(t, queue, account, topic)
	for address, want := range map[string][2]string{
		"AWS::SQS::Queue.q": {"CostCentre", "7"}, "Microsoft.Storage/storageAccounts.st": {"costCentre", "8"}, "pubsub.googleapis.com/Topic.t": {"costCentre", "9"},
	} {
		if a := as[address]; a == nil || len(a.Tags) != 1 || a.Tags[want[0]] != want[1] {
			t.Errorf("%s is %+v", address, a)
		}
	}
}

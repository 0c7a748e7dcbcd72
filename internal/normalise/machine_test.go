package normalise

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// The id of a machine is the provider's, never a name that somebody gave.
func TestInstance(t *testing.T) {
	const guid = "0F3A8D9C-1111-2222-3333-444455556666"
	resource := func(body map[string]any) *source.Resource { return &source.Resource{Body: body} }
	none := resource(nil)
	for _, c := range []struct {
		what, provider string
		identity       []string
		r, written     *source.Resource
		want           string
	}{
		{"state", "aws", []string{"id", "arn"}, resource(map[string]any{"id": "i-0123456789abcdef0"}), none, "i-0123456789abcdef0"},
		{"configuration", "aws", []string{"id", "arn"}, resource(map[string]any{"ami": "ami-1"}), none, ""},
		{"not known yet", "aws", []string{"id", "arn"}, resource(map[string]any{"id": &source.Unknown{Reason: "x"}}), none, ""},
		{"a spot request", "aws", []string{"id", "spot_instance_id"}, resource(map[string]any{"id": "sir-1", "spot_instance_id": "i-01234567"}), none, "i-01234567"},
		{"inventory", "aws", []string{"id", "arn"}, none, resource(map[string]any{"InstanceId": "i-01234567"}), "i-01234567"},
		{"azure", "azure", []string{"id", "name", "virtual_machine_id"}, resource(map[string]any{"id": "/subscriptions/0", "name": "web", "virtual_machine_id": guid}), none, "0f3a8d9c-1111-2222-3333-444455556666"},
		{"a name like an id", "azure", []string{"id", "name", "virtual_machine_id"}, resource(map[string]any{"name": guid}), none, ""},
		{"resource graph", "azure", []string{"name"}, none, resource(map[string]any{"properties": map[string]any{"vmId": guid}}), "0f3a8d9c-1111-2222-3333-444455556666"},
		{"google", "google", []string{"name", "id", "instance_id"}, resource(map[string]any{"id": "projects/p/zones/z/instances/web", "instance_id": "1234567890123456789"}), none, "1234567890123456789"},
		{"own machine", "onpremises", []string{"id"}, resource(map[string]any{"id": "i-01234567"}), none, ""},
	} {
		n := &Normaliser{interned: map[string]string{}}
		if got := n.instance(c.provider, c.identity, c.r, c.written); got != c.want {
			t.Errorf("%s: %q", c.what, got)
		}
	}
}

// A name joins a server to a machine of a cloud only where account and region
// are known to be the same; the cloud's own id does wherever it is met.
func TestSameMachine(t *testing.T) {
	const id = "i-0123456789abcdef0"
	in := func(provider, account, region string) *estate.Asset {
		return &estate.Asset{Provider: provider, Account: account, Region: region}
	}
	for _, c := range []struct {
		what, name      string
		machine, inside *estate.Asset
		want            bool
	}{
		{"id", id, in("aws", "", ""), in("aws", "1", "eu-west-1"), true},
		{"id in another account", id, in("aws", "2", "eu-west-1"), in("aws", "1", "eu-west-1"), false},
		{"id in another region", id, in("aws", "1", "us-east-1"), in("aws", "1", "eu-west-1"), false},
		{"name", "web-1", in("aws", "1", "eu-west-1"), in("aws", "1", "eu-west-1"), true},
		{"name without account", "web-1", in("aws", "", "eu-west-1"), in("aws", "", "eu-west-1"), false},
		{"name where only one knows", "web-1", in("aws", "", ""), in("aws", "1", "eu-west-1"), false},
		{"name without region", "web-1", in("google", "p", ""), in("google", "p", "europe-west1"), false},
		{"name like an id", "i-am-no-id", in("aws", "", ""), in("aws", "1", "eu-west-1"), false},
		{"own machine", "web-1", in("onpremises", "", ""), in("onpremises", "", ""), true},
	} {
		if got := sameMachine(c.name, c.machine, c.inside); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

package fleet

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
)

// What a server claims of its cloud counts only as it was verified.
func TestLocated(t *testing.T) {
	verified := Cloud{Provider: "aws", Account: "1", Region: "eu-west-1", Instance: "i-1", Proof: cloudid.Verified}
	const lie = `{"demarc_host":1,"host":{"hostname":"web-1"},"cloud":{"provider":"aws","account":"9","instance_id":"i-9","verified":true,"metadata_token_required":true},"CLOUD":{"instance_id":"i-8"}}`
	if host.Marker != marker {
		t.Fatalf("the marker is %q", host.Marker)
	}
	for _, c := range []struct {
		name  string
		cloud Cloud
		want  string
	}{
		{"verified", verified, "i-1"},
		{"claimed", Cloud{Provider: "aws", Instance: "i-9", Proof: cloudid.Claimed}, ""},
		{"unknown", Cloud{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := located([]byte(lie), c.cloud)
			if !strings.HasPrefix(string(text), `{"demarc_host":1,`) {
				t.Errorf("it begins %.40s", text)
			}
			var doc host.Document
			if err := json.Unmarshal(text, &doc); err != nil {
				t.Fatal(err)
			}
			switch {
			case doc.Host.Hostname != "web-1":
				t.Errorf("the rest is lost: %s", text)
			case c.want == "" && doc.Cloud != nil:
				t.Errorf("it is %+v", doc.Cloud)
			case c.want != "" && (doc.Cloud == nil || doc.Cloud.InstanceID != c.want || !doc.Cloud.Verified || doc.Cloud.MetadataTokenRequired == nil):
				t.Errorf("it is %+v", doc.Cloud)
			}
		})
	}
	for _, other := range []string{`{"a":1}`, `[]`, `x`, ``} {
		if got := located([]byte(other), verified); string(got) != other {
			t.Errorf("%s became %s", other, got)
		}
	}
	if got := located([]byte(`{"demarc_host":1}`), Cloud{}); string(got) != `{"demarc_host":1}` {
		t.Errorf("an empty one became %s", got)
	}
}

func FuzzLocated(f *testing.F) {
	f.Add([]byte(`{"demarc_host":1,"cloud":{"verified":true}}`))
	f.Add([]byte(`{"demarc_host":{"x":[1,2]},"Cloud":5}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		out := located(text, Cloud{})
		var doc struct {
			Marker json.RawMessage `json:"demarc_host"`
			Cloud  any             `json:"cloud"`
		}
		if json.Unmarshal(out, &doc) == nil && doc.Marker != nil && string(doc.Marker) != "null" && doc.Cloud != nil {
			t.Fatalf("%s claims a cloud", out)
		}
	})
}

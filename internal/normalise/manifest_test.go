package normalise

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/enrich/secrets"
	"github.com/demarc-sec/demarc/internal/secretobject"
	"github.com/demarc-sec/demarc/internal/source"
)

func TestObjectsInsideTerraform(t *testing.T) {
	n := &Normaliser{mapper: &Mapper{scan: new(secrets.Scanner).Strings}}
	got := n.held(&source.Resource{
		Type: "kubernetes_manifest", Address: "kubernetes_manifest.web",
		Body:  map[string]any{"manifest": map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "spec": map[string]any{"replicas": float64(2)}}},
		Lines: map[string]int{"manifest": 2, "manifest.spec.replicas": 5},
		Refs:  map[string][]source.Ref{"manifest.spec.serviceName": {{Address: "a.b"}}},
	})
	if got.Type != "apps/Deployment" || got.Address != "kubernetes_manifest.web" || got.Lines["spec.replicas"] != 5 ||
		got.Names["spec.replicas"] != "manifest.spec.replicas" || len(got.Refs["spec.serviceName"]) != 1 || !got.Set["spec"] {
		t.Errorf("got %+v", got)
	}
	for text, want := range map[string]string{
		"{apiVersion: v1, kind: Pod, spec: {hostNetwork: true, x: 3}}": "core/Pod",
		"{apiVersion: extensions/v1beta1, kind: Ingress}":              "networking.k8s.io/Ingress",
		"{apiVersion: extensions/v1beta1, kind: DaemonSet}":            "apps/DaemonSet",
		"{kind: Pod}":   "kubectl_manifest",
		"- a":           "kubectl_manifest",
		"a: [":          "kubectl_manifest",
		bomb():          "kubectl_manifest",
		"a: &a {b: *a}": "kubectl_manifest",
		strings.Repeat("[", 5000) + strings.Repeat("]", 5000): "kubectl_manifest",
		strings.Repeat("x", maxManifest+1):                    "kubectl_manifest",
	} {
		r := n.held(&source.Resource{Type: "kubectl_manifest", Body: map[string]any{"yaml_body": text}})
		if r.Type != want {
			t.Errorf("%.60q is %s, want %s", text, r.Type, want)
		}
	}
	unknown := &source.Resource{Type: "kubectl_manifest", Body: map[string]any{"yaml_body": &source.Unknown{Reason: "variable"}}}
	if n.held(unknown) != unknown {
		t.Error("what is not known is read as an object")
	}
}

func TestObjectOfWhichPartsAreUnknown(t *testing.T) {
	n := &Normaliser{mapper: &Mapper{scan: new(secrets.Scanner).Strings}}
	hole := func(what string) string { return source.HoleOpen + what + source.HoleClose }
	text := "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: " + hole(`local.names["a: b"]`) + "}\n" +
		"stringData:\n  url: postgres://app:Sup3rS3cretPw@" + hole("aws_db_instance.a.address") + "/app\n  token: " + hole("var.token") + "\n"
	r := n.held(&source.Resource{Type: "kubectl_manifest", Body: map[string]any{"yaml_body": &source.Unknown{Text: text}}})
	if r.Type != "core/Secret" {
		t.Fatalf("it is read as %s", r.Type)
	}
	meta, _ := r.Body["metadata"].(map[string]any)
	if u, ok := meta["namespace"].(*source.Unknown); !ok || u.Text != hole(`local.names["a: b"]`) {
		t.Errorf("the namespace is %#v", meta["namespace"])
	}
	if diff := cmp.Diff([]any{"stringData.url: url-password"}, r.Body[secretobject.Found]); diff != "" || r.Body[secretobject.Written] != true {
		t.Errorf("it is written: %v; found (-want +got):\n%s", r.Body[secretobject.Written], diff)
	}
	if strings.Contains(fmt.Sprintf("%#v", r.Body["stringData"]), "Sup3r") {
		t.Error("the value is kept")
	}
	key := "apiVersion: v1\nkind: ConfigMap\ndata: {" + hole("var.key") + ": x}\n"
	if r := n.held(&source.Resource{Type: "kubectl_manifest", Body: map[string]any{"yaml_body": &source.Unknown{Text: key}}}); r.Type != "kubectl_manifest" {
		t.Errorf("an object with a key that is not known is read as %s", r.Type)
	}
}

func TestSecretInsideTerraformWhoseValuesComeFromElsewhere(t *testing.T) {
	n := &Normaliser{mapper: &Mapper{scan: new(secrets.Scanner).Strings}}
	r := n.held(&source.Resource{Type: "kubernetes_manifest", Body: map[string]any{"manifest": map[string]any{
		"apiVersion": "v1", "kind": "Secret", "data": map[string]any{"password": &source.Unknown{Reason: "variable"}},
	}}})
	if _, open := r.Body[secretobject.Written].(*source.Unknown); !open {
		t.Errorf("whether a value is written is %#v", r.Body[secretobject.Written])
	}
}

// bomb is a short text that stands for a billion values.
func bomb() string {
	var b strings.Builder
	b.WriteString("apiVersion: v1\nkind: Pod\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 9 {
		b.WriteString(strings.NewReplacer("N", string(rune('1'+i)), "M", string(rune('0'+i))).Replace("aN: &aN [*aM, *aM, *aM, *aM, *aM, *aM, *aM, *aM, *aM, *aM]\n"))
	}
	return b.String()
}

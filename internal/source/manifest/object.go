package manifest

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/secretobject"
	"github.com/demarc-sec/demarc/internal/source"
)

// Object makes the native resource of one object that stands in another
// document, as a cloud's inventory of clusters does. It is nil for what is no
// object of a cluster.
func Object(body map[string]any, opt Options) *source.Resource { return resource(body, opt) }

// resource makes the native resource of one object, or nil when the document
// is for another tool on this machine rather than for a cluster.
func resource(body map[string]any, opt Options) *source.Resource {
	kind, _ := body["kind"].(string)
	version, _ := body["apiVersion"].(string)
	if kind == "" || version == "" {
		return nil
	}
	group := groupOf(version, kind)
	if local(group, kind) {
		return nil
	}
	meta, _ := body["metadata"].(map[string]any)
	name := text(meta["name"])
	if name == "" {
		if g := text(meta["generateName"]); g != "" {
			name = g + "*"
		}
	}
	namespace := text(meta["namespace"])
	if opt.Namespace != "" && namespace == opt.Namespace {
		namespace = ""
		delete(meta, "namespace")
	}
	if clusterScoped[group+"/"+kind] {
		namespace = ""
	}
	r := &source.Resource{
		Dialect:  estate.Kubernetes,
		Type:     group + "/" + kind,
		Address:  Address(namespace, kind, name),
		Name:     name,
		Provider: "kubernetes",
		Root:     opt.Root,
		Body:     body,
		Set:      make(map[string]bool, len(body)),
	}
	for k := range body {
		r.Set[k] = true
	}
	secretobject.Hide(r.Type, body, opt.Scan)
	r.Refs = refs(r.Type, body, namespace, opt.Namespace)
	return r
}

// Address is how an object is called within its root: its kind and name, and
// its namespace before them when it has one.
func Address(namespace, kind, name string) string {
	switch {
	case name == "":
		return kind
	case namespace == "":
		return kind + "/" + name
	}
	return namespace + "/" + kind + "/" + name
}

// groupOf is the API group, where objects of groups that are gone count as
// those of the group they went to: extensions/v1beta1 Deployment is a
// Deployment.
func groupOf(version, kind string) string {
	group, _, ok := strings.Cut(version, "/")
	if !ok {
		return "core"
	}
	if group == "extensions" {
		switch kind {
		case "Deployment", "DaemonSet", "ReplicaSet":
			return "apps"
		case "Ingress", "NetworkPolicy":
			return "networking.k8s.io"
		case "PodSecurityPolicy":
			return "policy"
		}
	}
	return group
}

// local tells documents of the form that no cluster ever sees. A kubeconfig is
// one, and holds credentials.
func local(group, kind string) bool {
	return group == "kustomize.config.k8s.io" || group == "core" && kind == "Config"
}

// clusterScoped are the built-in types that belong to no namespace, whatever
// their metadata says.
var clusterScoped = map[string]bool{
	"core/Namespace":        true,
	"core/Node":             true,
	"core/PersistentVolume": true,
	"admissionregistration.k8s.io/MutatingAdmissionPolicy":          true,
	"admissionregistration.k8s.io/MutatingAdmissionPolicyBinding":   true,
	"admissionregistration.k8s.io/MutatingWebhookConfiguration":     true,
	"admissionregistration.k8s.io/ValidatingAdmissionPolicy":        true,
	"admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": true,
	"admissionregistration.k8s.io/ValidatingWebhookConfiguration":   true,
	"apiextensions.k8s.io/CustomResourceDefinition":                 true,
	"apiregistration.k8s.io/APIService":                             true,
	"certificates.k8s.io/CertificateSigningRequest":                 true,
	"flowcontrol.apiserver.k8s.io/FlowSchema":                       true,
	"flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration":       true,
	"networking.k8s.io/IngressClass":                                true,
	"node.k8s.io/RuntimeClass":                                      true,
	"policy/PodSecurityPolicy":                                      true,
	"rbac.authorization.k8s.io/ClusterRole":                         true,
	"rbac.authorization.k8s.io/ClusterRoleBinding":                  true,
	"scheduling.k8s.io/PriorityClass":                               true,
	"storage.k8s.io/CSIDriver":                                      true,
	"storage.k8s.io/CSINode":                                        true,
	"storage.k8s.io/StorageClass":                                   true,
	"storage.k8s.io/VolumeAttachment":                               true,
}

// text is a name as written: numbers and placeholders are names too.
func text(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case *source.Unknown:
		return strings.NewReplacer(source.HoleOpen, "", source.HoleClose, "").Replace(x.Text)
	}
	return ""
}

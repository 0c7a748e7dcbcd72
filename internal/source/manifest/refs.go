package manifest

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// A reference names an object by a field, within the namespace of the object
// that has the field unless said otherwise.
type reference struct {
	path    string
	kind    string
	cluster bool // the object named has no namespace
}

// ofPod are the references of a pod's specification.
var ofPod = []reference{
	{"serviceAccountName", "ServiceAccount", false},
	{"serviceAccount", "ServiceAccount", false},
	{"priorityClassName", "PriorityClass", true},
	{"runtimeClassName", "RuntimeClass", true},
	{"imagePullSecrets.name", "Secret", false},
	{"volumes.secret.secretName", "Secret", false},
	{"volumes.configMap.name", "ConfigMap", false},
	{"volumes.persistentVolumeClaim.claimName", "PersistentVolumeClaim", false},
	{"volumes.projected.sources.secret.name", "Secret", false},
	{"volumes.projected.sources.configMap.name", "ConfigMap", false},
	{"containers.env.valueFrom.secretKeyRef.name", "Secret", false},
	{"containers.env.valueFrom.configMapKeyRef.name", "ConfigMap", false},
	{"containers.envFrom.secretRef.name", "Secret", false},
	{"containers.envFrom.configMapRef.name", "ConfigMap", false},
	{"initContainers.env.valueFrom.secretKeyRef.name", "Secret", false},
	{"initContainers.env.valueFrom.configMapKeyRef.name", "ConfigMap", false},
	{"initContainers.envFrom.secretRef.name", "Secret", false},
	{"initContainers.envFrom.configMapRef.name", "ConfigMap", false},
}

// podAt says where an object has its pods' specification. Other types that
// have a template of pods have it where a Deployment has.
var podAt = map[string]string{
	"core/Pod":         "spec",
	"core/PodTemplate": "template.spec",
	"batch/CronJob":    "spec.jobTemplate.spec.template.spec",
}

const podTemplate = "spec.template.spec"

var ofType = map[string][]reference{
	"apps/StatefulSet": {{"spec.serviceName", "Service", false}},
	"core/PersistentVolumeClaim": {
		{"spec.volumeName", "PersistentVolume", true},
		{"spec.storageClassName", "StorageClass", true},
	},
	"core/PersistentVolume": {{"spec.storageClassName", "StorageClass", true}},
	"core/ServiceAccount": {
		{"secrets.name", "Secret", false},
		{"imagePullSecrets.name", "Secret", false},
	},
	"networking.k8s.io/Ingress": {
		{"spec.ingressClassName", "IngressClass", true},
		{"spec.tls.secretName", "Secret", false},
		{"spec.defaultBackend.service.name", "Service", false},
		{"spec.rules.http.paths.backend.service.name", "Service", false},
		{"spec.rules.http.paths.backend.serviceName", "Service", false},
	},
}

// refs finds the objects that a body names. Whether they exist is for the
// normaliser to see.
func refs(typ string, body map[string]any, namespace, released string) map[string][]source.Ref {
	out := map[string][]source.Ref{}
	add := func(path, namespace, kind, name string) {
		if name == "" {
			return
		}
		if namespace == released {
			namespace = ""
		}
		r := source.Ref{Address: Address(namespace, kind, name), Attribute: "metadata.name"}
		if !slices.Contains(out[path], r) {
			out[path] = append(out[path], r)
		}
	}
	byName := func(prefix string, v any, rs []reference) {
		for _, ref := range rs {
			ns := namespace
			if ref.cluster {
				ns = ""
			}
			each(v, ref.path, func(v any) { add(join(prefix, ref.path), ns, ref.kind, text(v)) })
		}
	}
	byName("", body, ofType[typ])
	if namespace != "" {
		add("metadata.namespace", "", "Namespace", namespace)
	}
	at, ok := podAt[typ]
	if !ok {
		at = podTemplate
	}
	each(body, at, func(v any) { byName(at, v, ofPod) })

	switch typ {
	case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
		each(body, "roleRef", func(v any) {
			ns := namespace
			if field(v, "kind") == "ClusterRole" {
				ns = ""
			}
			add("roleRef.name", ns, field(v, "kind"), field(v, "name"))
		})
		each(body, "subjects", func(v any) {
			if field(v, "kind") == "ServiceAccount" {
				ns := field(v, "namespace")
				if ns == "" {
					ns = namespace
				}
				add("subjects.name", ns, "ServiceAccount", field(v, "name"))
			}
		})
	case "autoscaling/HorizontalPodAutoscaler":
		each(body, "spec.scaleTargetRef", func(v any) {
			add("spec.scaleTargetRef.name", namespace, field(v, "kind"), field(v, "name"))
		})
	case "admissionregistration.k8s.io/MutatingWebhookConfiguration", "admissionregistration.k8s.io/ValidatingWebhookConfiguration":
		each(body, "webhooks.clientConfig.service", func(v any) {
			add("webhooks.clientConfig.service.name", field(v, "namespace"), "Service", field(v, "name"))
		})
	case "apiregistration.k8s.io/APIService":
		each(body, "spec.service", func(v any) {
			add("spec.service.name", field(v, "namespace"), "Service", field(v, "name"))
		})
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func field(v any, key string) string {
	m, _ := v.(map[string]any)
	return text(m[key])
}

// each calls f with every value at the path, in every element of the lists on
// the way.
func each(v any, path string, f func(any)) {
	if l, ok := v.([]any); ok {
		for _, e := range l {
			each(e, path, f)
		}
		return
	}
	if path == "" {
		if v != nil {
			f(v)
		}
		return
	}
	m, ok := v.(map[string]any)
	if !ok {
		return
	}
	key, rest, _ := strings.Cut(path, ".")
	each(m[key], rest, f)
}

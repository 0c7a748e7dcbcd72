package kubernetes

import (
	"slices"
	"strings"
)

// Every API server makes some roles and bindings for itself, and mends them
// whenever it starts. As they are shipped they say nothing of this cluster; one
// to which somebody was added does.

// shippedTo are the groups that the default bindings are for, by their names.
var shippedTo = map[string][]string{
	"cluster-admin":                           {"system:masters"},
	"system:basic-user":                       {"system:authenticated"},
	"system:discovery":                        {"system:authenticated"},
	"system:public-info-viewer":               {"system:authenticated", "system:unauthenticated"},
	"system:service-account-issuer-discovery": {"system:serviceaccounts"},
	"system:monitoring":                       {"system:monitoring"},
}

// asShipped tells whether the object is a default of the API server's, and says
// nothing else than the default.
func asShipped(native string, item, meta map[string]any) bool {
	if native == "apiregistration.k8s.io/APIService" {
		spec, _ := item["spec"].(map[string]any)
		return spec["service"] == nil // served by the API server itself
	}
	labels, _ := meta["labels"].(map[string]any)
	notes, _ := meta["annotations"].(map[string]any)
	if labels["kubernetes.io/bootstrapping"] != "rbac-defaults" || notes["rbac.authorization.kubernetes.io/autoupdate"] != "true" {
		return false
	}
	name, _ := meta["name"].(string)
	switch native {
	case "rbac.authorization.k8s.io/ClusterRole":
		return name == "cluster-admin"
	case "rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding":
		ref, _ := item["roleRef"].(map[string]any)
		if role, _ := ref["name"].(string); native == "rbac.authorization.k8s.io/ClusterRoleBinding" && role != name {
			return false
		}
		subjects, _ := item["subjects"].([]any)
		return !slices.ContainsFunc(subjects, func(s any) bool { return !shippedSubject(name, s) })
	}
	return false
}

// shippedSubject tells whether a default binding of the name has the subject.
func shippedSubject(binding string, subject any) bool {
	s, _ := subject.(map[string]any)
	kind, _ := s["kind"].(string)
	name, _ := s["name"].(string)
	namespace, _ := s["namespace"].(string)
	switch kind {
	case "Group":
		return slices.Contains(shippedTo[binding], name)
	case "User":
		return strings.HasPrefix(name, "system:kube-") && strings.HasPrefix(binding, "system:")
	case "ServiceAccount":
		return namespace == "kube-system" && strings.HasPrefix(binding, "system:")
	}
	return false
}

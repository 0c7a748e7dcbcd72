package kubernetes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Role is the least role, with its binding, that lets the service account or
// user read what Collect asks for, as YAML. natives are the types that the
// catalogue takes (group/Kind).
func Role(natives []string, kubelet bool) string {
	var b strings.Builder
	b.WriteString(`apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: demarc
rules:
`)
	groups := map[string][]string{}
	for _, n := range natives {
		group, kind, _ := strings.Cut(n, "/")
		if group == "core" {
			group = ""
		}
		groups[group] = append(groups[group], plural(kind))
	}
	for _, g := range slices.Sorted(maps.Keys(groups)) {
		if slices.Contains(groups[g], "secrets") {
			b.WriteString("  # Of secrets only names, types and keys are asked for. Kubernetes has no right for that alone.\n")
		}
		slices.Sort(groups[g])
		fmt.Fprintf(&b, "  - apiGroups: [%q]\n    resources: [%s]\n    verbs: [list]\n", g, strings.Join(slices.Compact(groups[g]), ", "))
	}
	if kubelet {
		b.WriteString(`  # The settings of node agents. Beware: to a node agent this right is also one to run commands in the node's
  # pods, so give it only to those who may be cluster-admin.
  - apiGroups: [""]
    resources: [nodes/proxy]
    verbs: [get]
`)
	}
	b.WriteString(`---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: demarc
  namespace: default
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: demarc
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: demarc
subjects:
  - kind: ServiceAccount
    name: demarc
    namespace: default
`)
	return b.String()
}

// plural is what the API calls objects of a kind in its paths.
func plural(kind string) string {
	s := strings.ToLower(kind)
	switch {
	case strings.HasSuffix(s, "y") && !strings.HasSuffix(s, "ay") && !strings.HasSuffix(s, "ey"):
		return strings.TrimSuffix(s, "y") + "ies"
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"):
		return s + "es"
	}
	return s + "s"
}

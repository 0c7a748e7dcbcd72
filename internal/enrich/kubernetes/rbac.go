package kubernetes

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// powers are rights that lead beyond what they name, and why there may be more
// of them.
type powers struct {
	names []string
	why   string
}

func (p powers) has(name string) tri.Bool {
	if slices.Contains(p.names, name) {
		return tri.True
	}
	if p.why != "" {
		return tri.Unknown(p.why)
	}
	return tri.False
}

// everything is the power of an administrator.
const everything = "everything"

// dangerous lists the rights by name. Verbs and resources are alternatives.
var dangerous = []struct {
	name             string
	groups           []string
	resources, verbs []string
}{
	{"secrets", []string{""}, []string{"secrets"}, []string{"get", "list", "watch"}},
	{"pods", []string{""}, []string{"pods", "replicationcontrollers"}, []string{"create", "update", "patch"}},
	{"pods", []string{"apps"}, []string{"deployments", "daemonsets", "statefulsets", "replicasets"}, []string{"create", "update", "patch"}},
	{"pods", []string{"batch"}, []string{"jobs", "cronjobs"}, []string{"create", "update", "patch"}},
	{"exec", []string{""}, []string{"pods/exec", "pods/attach", "pods/portforward"}, []string{"create", "get"}},
	{"exec", []string{""}, []string{"pods/ephemeralcontainers"}, []string{"update", "patch"}},
	{"escalate", []string{"rbac.authorization.k8s.io"}, []string{"roles", "clusterroles"}, []string{"escalate"}},
	{"bind", []string{"rbac.authorization.k8s.io"}, []string{"roles", "clusterroles"}, []string{"bind"}},
	{"impersonate", []string{"", "authentication.k8s.io"}, []string{"users", "groups", "serviceaccounts", "userextras"}, []string{"impersonate"}},
	{"node-proxy", []string{""}, []string{"nodes/proxy"}, []string{"get", "create"}},
	{"csr", []string{"certificates.k8s.io"}, []string{"certificatesigningrequests/approval"}, []string{"update", "patch"}},
	{"webhooks", []string{"admissionregistration.k8s.io"}, []string{"validatingwebhookconfigurations", "mutatingwebhookconfigurations"}, []string{"create", "update", "patch", "delete"}},
	{"tokens", []string{""}, []string{"serviceaccounts/token"}, []string{"create"}},
	{"volumes", []string{""}, []string{"persistentvolumes"}, []string{"create"}},
}

// namedOnly are the rights that are harmless when limited to objects by name,
// as far as what they name is.
var namedOnly = map[string]bool{"secrets": true, "exec": true, "bind": true, "impersonate": true, "tokens": true, "escalate": true, "pods": true, "webhooks": true}

// builtin are the roles that every cluster has.
var builtin = map[string]powers{
	"cluster-admin": {names: []string{everything}},
	"admin":         {names: []string{"exec", "impersonate", "pods", "secrets", "tokens"}},
	"edit":          {names: []string{"exec", "impersonate", "pods", "secrets", "tokens"}},
	"view":          {},

	"system:auth-delegator":                     {},
	"system:basic-user":                         {},
	"system:discovery":                          {},
	"system:public-info-viewer":                 {},
	"system:kubelet-api-admin":                  {names: []string{"node-proxy"}},
	"system:persistent-volume-provisioner":      {names: []string{"volumes"}},
	"extension-apiserver-authentication-reader": {},
}

// roles judges what each role admits.
func (w *world) roles() {
	for _, kind := range []string{"Role", "ClusterRole"} {
		for _, a := range w.kinds[kind] {
			f, ok := a.Fact("rbac_rules")
			if !ok {
				continue
			}
			p := judge(f)
			w.powers[a] = p
			derive.SetList(a, "rbac_powers", p.names, p.why, derive.From(f))
		}
	}
}

func judge(f estate.Fact) (p powers) {
	if !f.Known() {
		p.why = f.Unknown
		return p
	}
	rules, _ := f.Value.([]any)
	for _, x := range rules {
		rule, ok := x.(map[string]any)
		if !ok {
			p.why = "a rule of the role is not known"
			continue
		}
		p.add(rule)
	}
	slices.Sort(p.names)
	p.names = slices.Compact(p.names)
	return p
}

func (p *powers) add(rule map[string]any) {
	groups, openGroups := texts(rule["apiGroups"])
	resources, openResources := texts(rule["resources"])
	verbs, openVerbs := texts(rule["verbs"])
	names, openNames := texts(rule["resourceNames"])
	if openGroups || openResources || openVerbs {
		p.why = "a rule of the role is not known"
	}
	if len(resources) == 0 {
		return // paths of the API that are no objects
	}
	limited := len(names) > 0 || openNames
	any := func(list []string) bool { return slices.Contains(list, "*") }
	if any(verbs) && any(resources) && any(groups) && !limited {
		p.names = append(p.names, everything)
	}
	if any(verbs) || any(resources) {
		p.names = append(p.names, "wildcards")
	}
	for _, d := range dangerous {
		if limited && namedOnly[d.name] {
			continue
		}
		if common(groups, d.groups) && commonResource(resources, d.resources) && common(verbs, d.verbs) {
			p.names = append(p.names, d.name)
		}
	}
}

func common(have, want []string) bool {
	return slices.Contains(have, "*") || slices.ContainsFunc(want, func(s string) bool { return slices.Contains(have, s) })
}

// commonResource is common for resources, of which */exec names a part of all.
func commonResource(have, want []string) bool {
	return common(have, want) || slices.ContainsFunc(want, func(s string) bool {
		_, part, ok := strings.Cut(s, "/")
		return ok && slices.Contains(have, "*/"+part)
	})
}

// texts reads a list of strings, and whether it may hold more.
func texts(v any) (out []string, open bool) {
	switch x := v.(type) {
	case string:
		return []string{x}, false
	case *source.Unknown:
		return nil, true
	case []any:
		for _, e := range x {
			if s, ok := e.(string); ok {
				out = append(out, s)
			} else {
				open = true
			}
		}
	}
	return out, open
}

// holding is a role that a binding gives a service account.
type holding struct {
	binding *estate.Asset
	powers  powers
	wide    bool
}

// bindings joins roles and whom they are given to.
func (w *world) bindings() {
	for _, kind := range []string{"RoleBinding", "ClusterRoleBinding"} {
		for _, b := range w.kinds[kind] {
			w.bind(b)
		}
	}
	for sa, held := range w.held {
		w.holdings(sa, held)
	}
}

func (w *world) bind(b *estate.Asset) {
	wide := derive.Is(b, "cluster_wide").IsTrue()
	p := w.given(b)
	derive.SetBool(b, "binds_admin", tri.And(tri.Of(wide), p.has(everything)), derive.FromFact(b, "rbac_role"))
	f, ok := b.Fact("rbac_subjects")
	if !ok || !f.Known() {
		return
	}
	for _, s := range list(f.Value) {
		subject := members(s)
		if kind, _ := subject["kind"].(string); kind != "ServiceAccount" {
			continue
		}
		name, _ := subject["name"].(string)
		namespace, _ := subject["namespace"].(string)
		if namespace == "" {
			namespace = derive.Text(b, "namespace")
		}
		if sa := w.find(b, "ServiceAccount", namespace, name); sa != nil {
			w.held[sa] = append(w.held[sa], holding{b, p, wide})
		}
	}
}

// given are the powers of the role a binding gives.
func (w *world) given(b *estate.Asset) powers {
	f, ok := b.Fact("rbac_role")
	if !ok {
		return powers{why: "the role is not known"}
	}
	ref, why := onlyObject(f)
	if why != "" {
		return powers{why: why}
	}
	kind, _ := ref["kind"].(string)
	name, _ := ref["name"].(string)
	namespace := ""
	if kind == "Role" {
		namespace = derive.Text(b, "namespace")
	}
	if role := w.find(b, kind, namespace, name); role != nil {
		return w.powers[role]
	}
	if p, ok := builtin[name]; ok {
		return p
	}
	return powers{why: "the role " + name + " is not in the sources"}
}

// holdings says what a service account may do to the whole cluster.
func (w *world) holdings(sa *estate.Asset, held []holding) {
	admin := tri.False
	var over powers
	for _, h := range held {
		if !h.wide {
			continue
		}
		admin = tri.Or(admin, h.powers.has(everything))
		over.names = append(over.names, h.powers.names...)
		if h.powers.why != "" {
			over.why = h.powers.why
		}
	}
	over.names = slices.DeleteFunc(over.names, func(s string) bool { return s == "wildcards" }) // what they reach stands beside
	slices.Sort(over.names)
	over.names = slices.Compact(over.names)
	if missing := w.hidden(sa, "ClusterRoleBinding"); !missing.Known() {
		over.why, admin = missing.Why(), tri.Or(admin, missing)
	}
	from := derive.FromFact(held[0].binding, "rbac_role")
	derive.SetBool(sa, "grants_admin", admin, from)
	derive.SetList(sa, "privilege_escalation", over.names, over.why, from)
}

// rights says what the token in a workload is worth to somebody who gets into
// it.
func (w *world) rights(a *estate.Asset) {
	mounted, _ := derive.Bool(a, "token_mounted")
	if mounted.IsFalse() {
		derive.SetList(a, "cluster_rights", nil, "", derive.FromFact(a, "token_mounted"))
		return
	}
	name, sa, open := w.serviceAccount(a)
	switch {
	case open != "":
	case sa == nil && name != defaultAccount:
		open = "the service account " + name + " is not in the sources"
	case name == defaultAccount && (sa == nil || len(w.held[sa]) == 0):
		return // has no rights of its own, and what else gives it some is asked of bindings
	case len(w.held[sa]) == 0:
		open = "no binding in the sources names its service account " + name
	}
	if open != "" {
		derive.SetList(a, "cluster_rights", nil, open, derive.FromFact(a, "token_wanted"))
		return
	}
	f, _ := sa.Fact("privilege_escalation")
	names, _ := f.Value.([]string)
	why := f.Unknown
	if !mounted.Known() && len(names) > 0 {
		names, why = nil, mounted.Why()
	}
	derive.SetList(a, "cluster_rights", names, why, derive.From(f))
}

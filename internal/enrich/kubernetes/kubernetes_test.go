package kubernetes

import (
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// made makes an object of a cluster.
func made(native, kind, namespace, name string, facts enrichtest.Facts) *estate.Asset {
	a := enrichtest.Asset(namespace+"/"+native+"/"+name, kind, facts)
	a.Provider, a.NativeType, a.Means, a.Name = "kubernetes", native, native, name
	if namespace != "" {
		a.SetFact(estate.Fact{Name: "namespace", Value: namespace})
	}
	return a
}

func pod(namespace, name string, labels map[string]any, facts enrichtest.Facts) *estate.Asset {
	a := made("core/Pod", "workload", namespace, name, facts)
	a.SetFact(estate.Fact{Name: "labels", Value: []any{labels}})
	if _, ok := a.Fact("token_wanted"); !ok {
		a.SetFact(estate.Fact{Name: "token_wanted", Value: "unsaid"})
	}
	return a
}

func policy(namespace, name string, selector map[string]any, admits any, directions ...string) *estate.Asset {
	return made("networking.k8s.io/NetworkPolicy", "network-policy", namespace, name, enrichtest.Facts{
		"pod_selector": []any{selector}, "policy_types": directions, "admits_everybody": admits,
	})
}

func TestSelectors(t *testing.T) {
	labels := map[string]any{"app": "web", "tier": &source.Unknown{Reason: "variable"}}
	for _, c := range []struct {
		selector map[string]any
		want     string
	}{
		{nil, "true"},
		{map[string]any{"matchLabels": map[string]any{"app": "web"}}, "true"},
		{map[string]any{"matchLabels": map[string]any{"app": "db"}}, "false"},
		{map[string]any{"matchLabels": map[string]any{"app": "web", "tier": "a"}}, "unknown"},
		{map[string]any{"matchLabels": map[string]any{"app": "db", "tier": "a"}}, "false"},
		{map[string]any{"matchExpressions": []any{map[string]any{"key": "app", "operator": "In", "values": []any{"db", "web"}}}}, "true"},
		{map[string]any{"matchExpressions": []any{map[string]any{"key": "app", "operator": "NotIn", "values": []any{"web"}}}}, "false"},
		{map[string]any{"matchExpressions": []any{map[string]any{"key": "other", "operator": "NotIn", "values": []any{"web"}}}}, "true"},
		{map[string]any{"matchExpressions": []any{map[string]any{"key": "tier", "operator": "Exists"}}}, "true"},
		{map[string]any{"matchExpressions": []any{map[string]any{"key": "app", "operator": "DoesNotExist"}}}, "false"},
		{map[string]any{"matchExpressions": []any{map[string]any{"key": "app", "operator": "Gt"}}}, "unknown"},
		{map[string]any{"matchLabels": &source.Unknown{Reason: "values"}}, "unknown"},
	} {
		if got := matches(c.selector, labels).String(); got != c.want {
			t.Errorf("%v = %s, want %s", c.selector, got, c.want)
		}
	}
}

func TestIsolation(t *testing.T) {
	web, db := pod("shop", "web", map[string]any{"app": "web"}, nil), pod("shop", "db", map[string]any{"app": "db"}, nil)
	open := pod("shop", "open", map[string]any{"app": "open"}, nil)
	alone, foreign := pod("lab", "alone", map[string]any{"app": "web"}, nil), pod("far", "foreign", map[string]any{"app": "web"}, nil)
	empty := pod("empty", "e", map[string]any{}, nil)
	shop, lab, none := made("core/Namespace", "namespace", "", "shop", nil), made("core/Namespace", "namespace", "", "lab", nil), made("core/Namespace", "namespace", "", "empty", nil)
	enrich := enrichtest.Estate(web, db, open, alone, foreign, empty, shop, lab, none,
		policy("shop", "web", map[string]any{"matchLabels": map[string]any{"app": "web"}}, false, "Ingress"),
		policy("shop", "open", map[string]any{"matchLabels": map[string]any{"app": "open"}}, true, "Ingress"),
		policy("shop", "out", map[string]any{}, false, "Egress"),
		policy("lab", "all", map[string]any{}, false, "Ingress", "Egress"),
	)
	Enrich(enrich)
	enrichtest.Want(t, web, enrichtest.Facts{"ingress_isolated": true, "egress_isolated": true})
	enrichtest.Want(t, db, enrichtest.Facts{"ingress_isolated": false, "egress_isolated": true})
	enrichtest.Want(t, open, enrichtest.Facts{"ingress_isolated": false})
	enrichtest.Want(t, alone, enrichtest.Facts{"ingress_isolated": true})
	enrichtest.Want(t, foreign, enrichtest.Facts{"ingress_isolated": enrichtest.Unknown("no network policy for its namespace is in the sources")})
	enrichtest.Want(t, empty, enrichtest.Facts{"ingress_isolated": false})
	enrichtest.Want(t, shop, enrichtest.Facts{"namespace_isolated": false})
	enrichtest.Want(t, lab, enrichtest.Facts{"namespace_isolated": true})
	enrichtest.Want(t, none, enrichtest.Facts{"namespace_isolated": false})
	if n := len(web.Linked("network_policy")); n != 2 {
		t.Errorf("%d policies are related to web, want 2", n)
	}
}

func TestPluginPoliciesLeaveItOpen(t *testing.T) {
	web, ns := pod("shop", "web", map[string]any{"app": "web"}, nil), made("core/Namespace", "namespace", "", "shop", nil)
	wide := made("cilium.io/CiliumClusterwideNetworkPolicy", "network-policy", "", "x", enrichtest.Facts{"engine": "plugin", "cluster_wide": true})
	Enrich(enrichtest.Estate(web, ns, wide))
	enrichtest.Want(t, web, enrichtest.Facts{"ingress_isolated": enrichtest.Unknown("policies of the network plugin are not read")})
	enrichtest.Want(t, ns, enrichtest.Facts{"namespace_isolated": enrichtest.Unknown("")})
}

func rules(rs ...map[string]any) enrichtest.Facts {
	list := []any{}
	for _, r := range rs {
		list = append(list, r)
	}
	return enrichtest.Facts{"rbac_rules": list, "cluster_wide": true}
}

func rule(group string, resources, verbs []any, names ...any) map[string]any {
	r := map[string]any{"apiGroups": []any{group}, "resources": resources, "verbs": verbs}
	if len(names) > 0 {
		r["resourceNames"] = names
	}
	return r
}

func TestPowers(t *testing.T) {
	for want, r := range map[string]map[string]any{
		"[]":            rule("", []any{"pods", "services"}, []any{"get", "list"}),
		"[secrets]":     rule("", []any{"secrets"}, []any{"list"}),
		"[pods]":        rule("apps", []any{"deployments"}, []any{"patch"}),
		"[exec]":        rule("", []any{"pods/exec"}, []any{"create"}),
		"[bind]":        rule("rbac.authorization.k8s.io", []any{"clusterroles"}, []any{"bind"}),
		"[escalate]":    rule("rbac.authorization.k8s.io", []any{"roles"}, []any{"escalate"}),
		"[impersonate]": rule("", []any{"users"}, []any{"impersonate"}),
		"[node-proxy]":  rule("", []any{"nodes/proxy"}, []any{"get"}),
		"[csr]":         rule("certificates.k8s.io", []any{"certificatesigningrequests/approval"}, []any{"update"}),
		"[webhooks]":    rule("admissionregistration.k8s.io", []any{"mutatingwebhookconfigurations"}, []any{"patch"}),
		"[tokens]":      rule("", []any{"serviceaccounts/token"}, []any{"create"}),
		"[volumes]":     rule("", []any{"persistentvolumes"}, []any{"create"}),
		"[bind csr escalate everything exec impersonate node-proxy pods secrets tokens volumes webhooks wildcards]": rule("*", []any{"*"}, []any{"*"}),
	} {
		f, _ := made("x/ClusterRole", "identity-policy", "", "r", rules(r)).Fact("rbac_rules")
		if got := fmt.Sprint(judge(f).names); got != want {
			t.Errorf("%v = %s, want %s", r, got, want)
		}
	}
	f, _ := made("x/ClusterRole", "identity-policy", "", "r", rules(rule("", []any{"secrets"}, []any{"get"}, "mine"))).Fact("rbac_rules")
	if got := judge(f); len(got.names) > 0 || got.why != "" {
		t.Errorf("limited to a name: %v", got)
	}
	f, _ = made("x/ClusterRole", "identity-policy", "", "r", rules(rule("", []any{"secrets"}, []any{&source.Unknown{}}))).Fact("rbac_rules")
	if judge(f).why == "" {
		t.Error("unknown verbs leave nothing open")
	}
}

func binding(namespace, name, kind, role string, subjects ...map[string]any) *estate.Asset {
	list := []any{}
	for _, s := range subjects {
		list = append(list, s)
	}
	native := "rbac.authorization.k8s.io/ClusterRoleBinding"
	if namespace != "" {
		native = "rbac.authorization.k8s.io/RoleBinding"
	}
	return made(native, "role-binding", namespace, name, enrichtest.Facts{
		"rbac_role": []any{map[string]any{"kind": kind, "name": role}}, "rbac_subjects": list, "cluster_wide": namespace == "",
	})
}

func TestRightsOfWorkloads(t *testing.T) {
	sa := func(name, wanted string) *estate.Asset {
		return made("core/ServiceAccount", "identity-role", "shop", name, enrichtest.Facts{"token_wanted": wanted})
	}
	as := func(p, account *estate.Asset) *estate.Asset { return enrichtest.Link(p, "role", account) }
	operator, admin, reader, quiet := sa("operator", "unsaid"), sa("admin", "unsaid"), sa("reader", "unsaid"), sa("quiet", "no")
	subject := func(name string) map[string]any {
		return map[string]any{"kind": "ServiceAccount", "name": name, "namespace": "shop"}
	}
	secrets := made("rbac.authorization.k8s.io/ClusterRole", "identity-policy", "", "secrets", rules(rule("", []any{"secrets"}, []any{"get"})))
	toAdmin := binding("", "admin", "ClusterRole", "cluster-admin", subject("admin"), subject("quiet"))
	workloads := map[string]*estate.Asset{}
	for name, account := range map[string]*estate.Asset{"operator": operator, "admin": admin, "reader": reader, "quiet": quiet} {
		workloads[name] = as(pod("shop", name, map[string]any{}, nil), account)
	}
	released := made("core/ServiceAccount", "identity-role", "", "released", enrichtest.Facts{"token_wanted": "unsaid"}) // its namespace is chosen when it is applied
	workloads["released"] = as(pod("", "released", map[string]any{}, nil), released)
	workloads["none"] = pod("shop", "none", map[string]any{}, nil)
	workloads["refused"] = as(pod("shop", "refused", map[string]any{}, enrichtest.Facts{"token_wanted": "no"}), admin)
	workloads["elsewhere"] = enrichtest.Elsewhere(pod("shop", "elsewhere", map[string]any{}, nil), "role", "shop/ServiceAccount/elsewhere", "")
	all := []*estate.Asset{
		operator, admin, reader, quiet, released, secrets, toAdmin,
		binding("", "secrets", "ClusterRole", "secrets", subject("operator")),
		binding("shop", "read", "ClusterRole", "secrets", subject("reader")),
		binding("", "unwritten", "ClusterRole", "secrets", subject("released")),
		binding("", "other", "ClusterRole", "missing", map[string]any{"kind": "User", "name": "x"}),
	}
	missing := all[len(all)-1]
	for _, w := range workloads {
		all = append(all, w)
	}
	Enrich(enrichtest.Estate(all...))
	for name, want := range map[string]enrichtest.Facts{
		"operator":  {"token_mounted": true, "token_used": true, "cluster_rights": []string{"secrets"}},
		"admin":     {"cluster_rights": []string{"everything"}},
		"reader":    {"token_used": true, "cluster_rights": []string{}},
		"released":  {"token_used": true, "cluster_rights": []string{"secrets"}},
		"quiet":     {"token_mounted": false, "cluster_rights": []string{}},
		"none":      {"token_mounted": true, "token_used": false, "cluster_rights": enrichtest.Absent},
		"refused":   {"token_mounted": false, "token_used": true, "cluster_rights": []string{}},
		"elsewhere": {"token_mounted": enrichtest.Unknown(""), "token_used": enrichtest.Unknown(""), "cluster_rights": enrichtest.Unknown("")},
	} {
		enrichtest.Want(t, workloads[name], want)
	}
	enrichtest.Want(t, admin, enrichtest.Facts{"grants_admin": true})
	enrichtest.Want(t, reader, enrichtest.Facts{"grants_admin": false, "privilege_escalation": []string{}})
	enrichtest.Want(t, toAdmin, enrichtest.Facts{"binds_admin": true})
	enrichtest.Want(t, missing, enrichtest.Facts{"binds_admin": enrichtest.Unknown("the role missing is not in the sources")})
}

func TestReach(t *testing.T) {
	selector := func(app string) []any {
		return []any{map[string]any{"matchLabels": map[string]any{"app": app}}}
	}
	service := func(name, app, kind string, public bool, cidrs ...string) *estate.Asset {
		f := enrichtest.Facts{"pod_selector": selector(app), "service_type": kind, "publicly_accessible": public}
		if len(cidrs) > 0 {
			f["public_cidrs"] = cidrs
		}
		return made("core/Service", "workload-service", "shop", name, f)
	}
	pods := map[string]*estate.Asset{}
	all := []*estate.Asset{
		service("open", "open", "LoadBalancer", true, "0.0.0.0/0"), service("limited", "limited", "LoadBalancer", true, "10.0.0.0/8"),
		service("node", "node", "NodePort", false), service("fronted", "fronted", "ClusterIP", false), service("inside", "inside", "ClusterIP", false),
		made("networking.k8s.io/Ingress", "ingress", "shop", "in", enrichtest.Facts{"backends": []any{"fronted"}, "internet_facing": true}),
	}
	for _, app := range []string{"open", "limited", "node", "fronted", "inside", "none"} {
		pods[app] = pod("shop", app, map[string]any{"app": app}, nil)
		all = append(all, pods[app])
	}
	Enrich(enrichtest.Estate(all...))
	for app, want := range map[string]any{"open": true, "limited": false, "node": enrichtest.Unknown(""), "fronted": true, "inside": false, "none": enrichtest.Absent} {
		enrichtest.Want(t, pods[app], enrichtest.Facts{"internet_exposed": want})
	}
}

// TestManyObjects: what thousands of policies and workloads of one namespace
// cost is not their product.
func TestManyObjects(t *testing.T) {
	all := crowd(20_000)
	Enrich(enrichtest.Estate(all...))
	enrichtest.Want(t, all[0], enrichtest.Facts{"ingress_isolated": true, "internet_exposed": false})
}

// BenchmarkCrowd enriches namespaces of 15,000 and 60,000 objects: four times
// as many take about four times as long.
func BenchmarkCrowd(b *testing.B) {
	for _, n := range []int{5_000, 20_000} {
		b.Run(fmt.Sprint(3*n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				e := enrichtest.Estate(crowd(n)...)
				b.StartTimer()
				Enrich(e)
			}
		})
	}
}

// crowd is a namespace of n applications, each with a policy and a service.
func crowd(n int) []*estate.Asset {
	var all []*estate.Asset
	for i := range n {
		app := map[string]any{"app": fmt.Sprint("app", i)}
		all = append(all, pod("shop", fmt.Sprint("app", i), app, nil),
			policy("shop", fmt.Sprint("p", i), map[string]any{"matchLabels": app}, false, "Ingress"),
			made("core/Service", "workload-service", "shop", fmt.Sprint("s", i), enrichtest.Facts{"pod_selector": []any{map[string]any{"matchLabels": app}}, "service_type": "ClusterIP"}))
	}
	return all
}

func TestControlPlane(t *testing.T) {
	cluster := enrichtest.Asset("cluster", "account", enrichtest.Facts{"cluster_kind": enrichtest.Unknown("nobody said")})
	cluster.Provider = "kubernetes"
	process := func(name string, words ...string) *estate.Asset {
		a := pod("kube-system", name, map[string]any{}, enrichtest.Facts{"control_plane_flags": append([]string{name}, words...)})
		return enrichtest.Link(a, "account", cluster)
	}
	Enrich(enrichtest.Estate(cluster,
		process("kube-apiserver", "--anonymous-auth=false", "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
			"--client-ca-file=a", "--tls-cert-file=a", "--tls-private-key-file=a", "--etcd-cafile=a", "--etcd-certfile=a"),
		process("etcd", "--cert-file=a", "--key-file=a", "--trusted-ca-file=a", "--client-cert-auth=true", "--peer-cert-file=a", "--peer-key-file=a", "--peer-trusted-ca-file=a")))
	enrichtest.Want(t, cluster, enrichtest.Facts{
		"cluster_kind": "self-managed", "anonymous_api": false, "api_authorised": true, "api_admission": true, "api_tls": false,
		"api_audited": false, "api_secrets_encrypted": false, "etcd_authenticated": false,
	})
}

// TestUnseenControlPlane: what nothing tells of a cluster is unknown, and no
// failure.
func TestUnseenControlPlane(t *testing.T) {
	cluster := enrichtest.Asset("cluster", "account", nil)
	cluster.Provider = "kubernetes"
	Enrich(enrichtest.Estate(cluster))
	enrichtest.Want(t, cluster, enrichtest.Facts{"anonymous_api": enrichtest.Unknown(""), "etcd_authenticated": enrichtest.Unknown("")})
}

// TestCalicoSelector reads conditions joined by &&, and leaves others open.
func TestCalicoSelector(t *testing.T) {
	labels := map[string]any{"app": "web", "tier": "front"}
	for text, want := range map[string]string{
		"":                                "true",
		"all()":                           "true",
		"app=='web'":                      "true",
		`app == "db"`:                     "false",
		"app == 'web' && tier != 'front'": "false",
		"has(app) && !has(gone) && app in {'db', 'web'}":  "true",
		"app not in {'web'}":                              "false",
		"app == 'web' && app == 'db'":                     "false",
		"app == 'web' || app == 'db'":                     "open",
		"(app == 'web')":                                  "open",
		"app starts with 'w'":                             "open",
		strings.Repeat("has(app) && ", 1000) + "has(app)": "open",
	} {
		selector, open := calico(text)
		got := "open"
		if open == "" {
			got = matches(selector, labels).String()
		}
		if got != want {
			t.Errorf("%.60q: %s, want %s (%s)", text, got, want, open)
		}
	}
}

// TestClusterPolicies holds policies of several namespaces for those they
// name, and leaves open what hangs on labels that are not in the sources.
func TestClusterPolicies(t *testing.T) {
	wide := func(name string, namespaces map[string]any, directions ...string) *estate.Asset {
		p := made("policy.networking.k8s.io/BaselineAdminNetworkPolicy", "network-policy", "", name, enrichtest.Facts{
			"engine": "plugin", "cluster_wide": true, "pod_selector": []any{map[string]any{}}, "namespace_selector": []any{namespaces},
			"policy_types": directions, "admits_everybody": false,
		})
		return p
	}
	byLabel := func(key, value string) map[string]any {
		return map[string]any{"matchLabels": map[string]any{key: value}}
	}
	a, b := pod("shop", "a", map[string]any{}, nil), pod("elsewhere", "b", map[string]any{}, nil)
	ns := made("core/Namespace", "namespace", "", "shop", enrichtest.Facts{"labels": []any{map[string]any{"team": "shop"}}})
	Enrich(enrichtest.Estate(a, b, ns, wide("in", byLabel("team", "shop"), "Ingress"), wide("out", byLabel("kubernetes.io/metadata.name", "elsewhere"), "Egress")))
	enrichtest.Want(t, a, enrichtest.Facts{"ingress_isolated": true, "egress_isolated": false})
	enrichtest.Want(t, b, enrichtest.Facts{
		"ingress_isolated": enrichtest.Unknown("the labels of the namespace elsewhere are not in the sources"), "egress_isolated": true,
	})
	enrichtest.Want(t, ns, enrichtest.Facts{"namespace_isolated": true})
}

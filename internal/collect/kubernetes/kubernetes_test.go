package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

var waited atomic.Int64

func noWait(ctx context.Context, d time.Duration) error {
	waited.Store(int64(d))
	return ctx.Err()
}

func addresses(rec *sourcetest.Recorder) (out []string) {
	for _, r := range rec.Resources {
		out = append(out, r.Address)
	}
	slices.Sort(out)
	return out
}

func find(t *testing.T, rec *sourcetest.Recorder, address string) *source.Resource {
	t.Helper()
	for _, r := range rec.Resources {
		if r.Address == address {
			return r
		}
	}
	t.Fatalf("no %s among %q", address, addresses(rec))
	return nil
}

func said(rec *sourcetest.Recorder) string {
	var b strings.Builder
	for _, g := range rec.Gaps {
		fmt.Fprintf(&b, "%s: %s; %s\n", g.Kind, g.What, g.Mend)
	}
	return b.String()
}

func unread(t *testing.T, rec *sourcetest.Recorder) []any {
	t.Helper()
	l, _ := find(t, rec, "Cluster/here").Body["unread"].([]any)
	return l
}

func TestReadsAll(t *testing.T) {
	d := newDouble(t)
	d.estate()
	d.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/proxy/configz") {
			return false
		}
		w.Write([]byte(`{"kubeletconfig":{"authentication":{"anonymous":{"enabled":false}},"readOnlyPort":10255,"staticPodURLHeader":{"Authorization":["Bearer x"]}}}`))
		return true
	}
	rec, err := d.collect(t, Target{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Cluster/here", "Namespace/shop", "Node/node-0", "Node/node-1", "shop/ConfigMap/config-0", "shop/Deployment/web-0",
		"shop/Pod/pod-0", "shop/Pod/pod-1", "shop/Pod/pod-2", "shop/Pod/pod-3", "shop/Pod/pod-4", "shop/Pod/pod-5", "shop/Pod/pod-6", "shop/Secret/secret-0",
	}
	if diff := cmp.Diff(want, addresses(rec)); diff != "" {
		t.Errorf("-want +got:\n%s\n%s", diff, said(rec))
	}
	if n := d.asked("/api/v1/pods"); n != 3 {
		t.Errorf("7 pods by pages of 3 took %d requests", n)
	}
	for _, a := range d.asks {
		if strings.Contains(a, "resourceVersion") || strings.Contains(a, "watch") {
			t.Errorf("asked %s", a)
		}
	}
	if d.asked("/apis/example.com/v1/widgets") != 0 || !strings.Contains(said(rec), "widgets.example.com") {
		t.Errorf("a type nobody knows is named and not read: %s", said(rec))
	}
	kubelet, _ := find(t, rec, "Node/node-0").Body["kubelet"].(map[string]any)
	if kubelet["readOnlyPort"] != 10255.0 || kubelet["staticPodURLHeader"] != nil {
		t.Errorf("settings of the node agent: %v", kubelet)
	}
	if len(unread(t, rec)) != 0 {
		t.Errorf("unread: %v", unread(t, rec))
	}
}

// TestSecretsHaveNoValues holds that what is asked for carries none, and that
// what came along with the metadata is not kept.
func TestSecretsHaveNoValues(t *testing.T) {
	d := newDouble(t)
	d.estate()
	rec, err := d.collect(t, Target{NoKubelet: true})
	if err != nil {
		t.Fatal(err)
	}
	s := find(t, rec, "shop/Secret/secret-0")
	if text := fmt.Sprint(s.Body); strings.Contains(text, "c2VjcmV0") {
		t.Errorf("kept %s", text)
	}
	data, _ := s.Body["data"].(map[string]any)
	if _, hidden := data["password"].(*source.Unknown); !hidden || len(data) != 1 || s.Body["type"] != "Opaque" {
		t.Errorf("of the secret is known %v", s.Body)
	}
	d.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/v1/secrets" {
			return false
		}
		w.Write([]byte(`{"kind":"SecretList","items":[{"metadata":{"name":"s","namespace":"shop"},"data":{"password":"c2VjcmV0"}}]}`))
		return true
	}
	if rec, err = d.collect(t, Target{NoKubelet: true}); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(addresses(rec), "shop/Secret/s") || !slices.Contains(unread(t, rec), any("core/Secret")) {
		t.Errorf("a server that gives no tables gave %v", addresses(rec))
	}
}

// TestRefusals makes one type fail in each way; the rest is read all the same,
// and the type is named as one from whose absence nothing follows.
func TestRefusals(t *testing.T) {
	for name, x := range map[string]struct {
		refuse func(w http.ResponseWriter)
		kind   string
		says   string
	}{
		"denied": {func(w http.ResponseWriter) { status(w, 403, "networkpolicies is forbidden", "") }, "permission", `{apiGroups: ["networking.k8s.io"], resources: [networkpolicies], verbs: [list]}`},
		"throttled": {func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "3")
			status(w, 429, "too many requests", "")
		}, "throttled", "priority level"},
		"dead":    {func(w http.ResponseWriter) { status(w, 503, "the server is unable to handle the request", "") }, "network", "apiservices"},
		"removed": {func(w http.ResponseWriter) { status(w, 404, "not found", "") }, "network", "removed meanwhile"},
		"no JSON": {func(w http.ResponseWriter) { w.Write([]byte("<html>")) }, "network", "no JSON"},
		"cut off": {func(w http.ResponseWriter) { w.Write([]byte(`{"items":[{"metadata":{"name":"x"}},`)) }, "network", "unexpected EOF"},
		"deep": {func(w http.ResponseWriter) {
			w.Write([]byte(`{"items":[{"a":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}]}`))
		}, "network", "nested too deeply"},
		"endless": {func(w http.ResponseWriter) { w.Write([]byte(`{"metadata":{"continue":"a"},"items":[]}`)) }, "network", "lead back"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDouble(t)
			d.estate()
			waited.Store(0)
			d.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/apis/networking.k8s.io/v1/networkpolicies" {
					x.refuse(w)
					return true
				}
				return false
			}
			rec, err := d.collect(t, Target{NoKubelet: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]any{"networking.k8s.io/NetworkPolicy"}, unread(t, rec)); diff != "" {
				t.Errorf("unread: -want +got:\n%s", diff)
			}
			if text := said(rec); !strings.Contains(text, x.kind+": ") || !strings.Contains(text, x.says) {
				t.Errorf("gaps say %s", text)
			}
			find(t, rec, "shop/Pod/pod-6")
			if name == "throttled" && waited.Load() != int64(3*time.Second) {
				t.Errorf("waited %v where the server asked for 3s", time.Duration(waited.Load()))
			}
		})
	}
}

// TestThrottledOnce goes on once the server takes requests again.
func TestThrottledOnce(t *testing.T) {
	d := newDouble(t)
	d.estate()
	var refused atomic.Bool
	d.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/api/v1/pods" && refused.CompareAndSwap(false, true) {
			status(w, 429, "too many requests", "")
			return true
		}
		return false
	}
	rec, err := d.collect(t, Target{NoKubelet: true})
	if err != nil || len(unread(t, rec)) != 0 {
		t.Fatalf("%v, unread %v", err, unread(t, rec))
	}
	find(t, rec, "shop/Pod/pod-0")
}

// TestGone loses the state of a list between two pages. It is begun again, or
// continued where the server offers that, and nothing is there twice.
func TestGone(t *testing.T) {
	for _, more := range []string{"", `"continue":"3"`} {
		d := newDouble(t)
		d.estate()
		var gone atomic.Bool
		d.answer = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/api/v1/pods" && r.URL.Query().Get("continue") == "3" && gone.CompareAndSwap(false, true) {
				status(w, http.StatusGone, "the provided continue parameter is too old", more)
				return true
			}
			return false
		}
		rec, err := d.collect(t, Target{NoKubelet: true})
		if err != nil || !gone.Load() {
			t.Fatal(err)
		}
		pods := slices.DeleteFunc(addresses(rec), func(a string) bool { return !strings.Contains(a, "/Pod/") })
		if len(pods) != 7 || len(slices.Compact(pods)) != 7 || len(unread(t, rec)) != 0 {
			t.Errorf("continue %q: pods %v, unread %v", more, pods, unread(t, rec))
		}
	}
}

// TestBrokenOff cuts a page in its middle; what had come is not handed on twice.
func TestBrokenOff(t *testing.T) {
	d := newDouble(t)
	d.estate()
	var cut atomic.Bool
	d.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/api/v1/pods" && cut.CompareAndSwap(false, true) {
			w.Header().Set("Content-Length", "5000")
			w.Write([]byte(`{"items":[` + d.served["/api/v1/pods"].object(0) + `,`))
			return true
		}
		return false
	}
	rec, err := d.collect(t, Target{NoKubelet: true})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(slices.DeleteFunc(addresses(rec), func(a string) bool { return !strings.Contains(a, "/Pod/") })); n != 7 {
		t.Errorf("%d pods", n)
	}
}

func TestDeadGroup(t *testing.T) {
	d := newDouble(t)
	d.estate()
	d.groups = []string{"dead.example.com/v1"}
	rec, err := d.collect(t, Target{NoKubelet: true})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(unread(t, rec), any("dead.example.com/Thing")) || !strings.Contains(said(rec), "dead.example.com/v1 is not served") {
		t.Errorf("unread %v; %s", unread(t, rec), said(rec))
	}
	find(t, rec, "shop/Pod/pod-0")
}

func TestKubeletDenied(t *testing.T) {
	d := newDouble(t)
	d.estate()
	d.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/proxy/") {
			status(w, 403, "nodes/proxy is forbidden", "")
			return true
		}
		return false
	}
	rec, err := d.collect(t, Target{})
	if err != nil {
		t.Fatal(err)
	}
	u, ok := find(t, rec, "Node/node-1").Body["kubelet"].(*source.Unknown)
	if !ok || !strings.Contains(u.Reason, "nodes/proxy is forbidden") || !strings.Contains(said(rec), Open+": ") {
		t.Errorf("%v; %s", u, said(rec))
	}
}

func TestNothingCanBeRead(t *testing.T) {
	for _, x := range []struct {
		code int
		says string
	}{{401, "does not accept the credentials"}, {403, "demarc permissions kubernetes"}} {
		d := newDouble(t)
		d.estate()
		d.answer = func(w http.ResponseWriter, r *http.Request) bool {
			if x.code == 403 && (strings.Count(r.URL.Path, "/") < 3 || r.URL.Path == "/apis/apps/v1" || strings.HasSuffix(r.URL.Path, "/v1")) {
				return false // discovery is open to all
			}
			status(w, x.code, "no", "")
			return true
		}
		_, err := d.collect(t, Target{})
		if _, ok := errors.AsType[*UnreachableError](err); !ok || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%d: %v", x.code, err)
		}
	}
	d := newDouble(t)
	d.Close()
	if _, err := d.collect(t, Target{}); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Error(err)
	}
}

// TestSilence has the server die after its first list: what is left is named,
// and not waited for one by one.
func TestSilence(t *testing.T) {
	d := newDouble(t)
	d.estate()
	d.answer = func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/apis/apps/v1/") {
			panic(http.ErrAbortHandler)
		}
		return false
	}
	rec, err := d.collect(t, Target{NoKubelet: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(unread(t, rec)) < 4 || !strings.Contains(said(rec), "reading stopped before its end") || !slices.ContainsFunc(rec.Gaps, func(g source.Gap) bool { return g.Fatal }) {
		t.Errorf("unread %v; %s", unread(t, rec), said(rec))
	}
}

func TestNamespaces(t *testing.T) {
	d := newDouble(t)
	d.estate()
	d.served["/api/v1/namespaces/shop/pods"] = d.served["/api/v1/pods"]
	rec, err := d.collect(t, Target{Namespaces: []string{"shop"}})
	if err != nil {
		t.Fatal(err)
	}
	if d.asked("/api/v1/pods") != 0 || d.asked("/api/v1/nodes") != 0 || !slices.Contains(unread(t, rec), any("core/Node")) {
		t.Errorf("unread %v", unread(t, rec))
	}
	find(t, rec, "shop/Pod/pod-6")
}

func TestWhoseCluster(t *testing.T) {
	for _, x := range []struct {
		version, label, kind string
		groups               []string
	}{
		{version: "v1.30.1-eks-036c24b", kind: "eks"},
		{version: "v1.30.1-gke.1234", kind: "gke"},
		{version: "v1.30.1", label: "kubernetes.azure.com/cluster", kind: "aks"},
		{version: "v1.30.1", label: "node-role.kubernetes.io/control-plane", kind: "self-managed"},
		{version: "v1.30.1+k3s1", kind: "self-managed"},
		{version: "v1.30.1", groups: []string{"config.openshift.io"}, kind: "openshift"},
		{version: "v1.30.1", groups: []string{"config.openshift.io", "aro.openshift.io"}, kind: "openshift-managed"},
		{version: "v1.30.1"},
	} {
		d := newDouble(t)
		d.estate()
		d.version = x.version
		for _, g := range x.groups {
			d.served["/apis/"+g+"/v1/things"] = served{"Thing", false, 0, nil}
		}
		d.served["/api/v1/nodes"] = served{"Node", false, 1, named("node", fmt.Sprintf(`,"labels":{%q:"mc_group_prod_westeurope"}},"spec":{"providerID":"azure:///subscriptions/s/x"}}`, x.label))}
		rec, err := d.collect(t, Target{NoKubelet: true})
		if err != nil {
			t.Fatal(err)
		}
		c := find(t, rec, "Cluster/here").Body
		if u, open := c["clusterKind"].(*source.Unknown); x.kind == "" && (!open || u.Reason == "") || x.kind != "" && c["clusterKind"] != x.kind {
			t.Errorf("%+v: %v", x, c["clusterKind"])
		}
		if x.kind == "aks" && c["cluster"] != "/subscriptions/s/resourceGroups/group/providers/Microsoft.ContainerService/managedClusters/prod" {
			t.Errorf("the cluster in its cloud is %v", c["cluster"])
		}
	}
}

func TestPlaces(t *testing.T) {
	user := &api.AuthInfo{Exec: &api.ExecConfig{Args: []string{"eks", "get-token", "--cluster-name", "prod"}}}
	for _, x := range []struct {
		cluster, server string
		want            place
	}{
		{"arn:aws:eks:eu-west-1:123456789012:cluster/prod", "https://A.gr7.eu-west-1.eks.amazonaws.com", place{
			name: "arn:aws:eks:eu-west-1:123456789012:cluster/prod", cloud: "arn:aws:eks:eu-west-1:123456789012:cluster/prod", kind: "eks", region: "eu-west-1",
		}},
		{"mine", "https://A.gr7.eu-west-1.eks.amazonaws.com", place{name: "mine", cloud: "prod", kind: "eks", region: "eu-west-1"}},
		{"gke_my-project_europe-west1_prod", "https://10.0.0.1", place{
			name: "projects/my-project/locations/europe-west1/clusters/prod", cloud: "projects/my-project/locations/europe-west1/clusters/prod", kind: "gke", region: "europe-west1",
		}},
		{"prod", "https://prod-x.hcp.westeurope.azmk8s.io:443", place{name: "prod", kind: "aks", region: "westeurope"}},
		{"prod", "https://10.0.0.1:6443", place{name: "prod"}},
	} {
		got := placeOf(x.cluster, user, x.server)
		got.cluster, got.host = "", ""
		if got != x.want {
			t.Errorf("%s: %+v, want %+v", x.cluster, got, x.want)
		}
	}
}

func TestParse(t *testing.T) {
	for path, want := range map[string]Target{
		"kubernetes://": {},
		"kubernetes://arn:aws:eks:eu-west-1:1:cluster/prod": {Context: "arn:aws:eks:eu-west-1:1:cluster/prod"},
		"kubernetes://a%20b?namespace=x,y&namespace=z":      {Context: "a b", Namespaces: []string{"x", "y", "z"}},
		"kubernetes://a?kubeconfig=/tmp/k&kubelet=no":       {Context: "a", Kubeconfig: "/tmp/k", NoKubelet: true},
	} {
		got, err := Parse(path)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", path, diff)
		}
	}
	for _, path := range []string{"kubernetes://a?namespace=../x", "kubernetes://a?colour=red", "kubernetes://a%zz", "kubernetes://a?kubelet=maybe"} {
		if _, err := Parse(path); err == nil {
			t.Errorf("%s was taken", path)
		}
	}
}

func TestShipped(t *testing.T) {
	meta := map[string]any{
		"name": "system:discovery", "labels": map[string]any{"kubernetes.io/bootstrapping": "rbac-defaults"},
		"annotations": map[string]any{"rbac.authorization.kubernetes.io/autoupdate": "true"},
	}
	binding := func(groups ...any) map[string]any {
		return map[string]any{"roleRef": map[string]any{"name": "system:discovery"}, "subjects": groups}
	}
	group := func(name string) any { return map[string]any{"kind": "Group", "name": name} }
	const native = "rbac.authorization.k8s.io/ClusterRoleBinding"
	if !asShipped(native, binding(group("system:authenticated")), meta) {
		t.Error("the default is not told as such")
	}
	if asShipped(native, binding(group("system:authenticated"), group("system:unauthenticated")), meta) {
		t.Error("a default to which somebody was added is left out")
	}
}

// TestRole holds that the printed role has all that is asked for, and nothing
// else.
func TestRole(t *testing.T) {
	d := newDouble(t)
	d.estate()
	rules := map[string]bool{}
	for block := range strings.SplitSeq(Role(known, true), "  - apiGroups: [\"") {
		group, rest, ok := strings.Cut(block, "\"]\n    resources: [")
		if !ok {
			continue
		}
		resources, verbs, _ := strings.Cut(rest, "]\n    verbs: [")
		verb, _, _ := strings.Cut(verbs, "]")
		for r := range strings.SplitSeq(resources, ", ") {
			rules[group+"/"+r+"/"+verb] = false
		}
	}
	d.answer = func(w http.ResponseWriter, r *http.Request) bool {
		parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
		var need string
		switch {
		case parts[0] == "api" && len(parts) == 3:
			need = "/" + parts[2] + "/list"
		case parts[0] == "apis" && len(parts) == 4:
			need = parts[1] + "/" + parts[3] + "/list"
		case strings.Contains(r.URL.Path, "/proxy/"):
			need = "/nodes/proxy/get"
		default:
			return false
		}
		if _, ok := rules[need]; !ok {
			t.Errorf("%s is not allowed by the role", need)
		}
		rules[need] = true
		return false
	}
	if _, err := d.collect(t, Target{}); err != nil {
		t.Fatal(err)
	}
	for r, used := range rules {
		if !used && r != "dead.example.com/things/list" { // which the double does not serve
			t.Errorf("the role allows %s, which nothing asked for", r)
		}
	}
	if strings.Contains(Role(known, false), "nodes/proxy") {
		t.Error("the dangerous right is printed unasked")
	}
}

// TestMemory reads 100,000 objects and holds no more than a page of them.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const n = 100_000
	d := newDouble(t)
	d.served = map[string]served{"/api/v1/pods": {"Pod", true, n, named("pod", `,"namespace":"shop"},"spec":{"containers":[{"name":"c","image":"nginx"}]}}`)}}
	count := &counter{}
	err := collect(t.Context(), Target{}, &rest.Config{Host: d.URL}, place{name: "x"}, Options{Want: func(string) Want { return Taken }}, count)
	if err != nil || count.n != n+1 {
		t.Fatal(err, count.n)
	}
	if count.most > 48<<20 {
		t.Errorf("held %d MB", count.most>>20)
	}
	t.Logf("most held: %d MB", count.most>>20)
}

// counter counts, and looks at what is in use now and then.
type counter struct {
	n    int
	most uint64
	base uint64
}

func (c *counter) Resource(*source.Resource) {
	if c.n++; c.n%20_000 != 1 {
		return
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if c.base == 0 {
		c.base = m.HeapAlloc
	}
	c.most = max(c.most, m.HeapAlloc-min(m.HeapAlloc, c.base))
}

func (c *counter) Gap(source.Gap) {}

// BenchmarkCollect compares reading with merely taking the answers.
func BenchmarkCollect(b *testing.B) {
	const n = 20_000
	d := newDouble(b)
	d.served = map[string]served{"/api/v1/pods": {"Pod", true, n, named("pod", `,"namespace":"shop"},"spec":{"containers":[{"name":"c","image":"nginx"}]}}`)}}
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			for from := 0; from < n; from += pageSize {
				resp, err := http.Get(fmt.Sprintf("%s/api/v1/pods?limit=%d&continue=%d", d.URL, pageSize, from)) //nolint:noctx // a benchmark ends by itself
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil {
					b.Fatal(err)
				}
				resp.Body.Close()
			}
		}
	})
	b.Run("collect", func(b *testing.B) {
		for b.Loop() {
			if err := collect(b.Context(), Target{}, &rest.Config{Host: d.URL}, place{name: "x"}, Options{Want: func(string) Want { return Taken }}, &counter{n: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// FuzzDecode holds that nothing a server says brings the reader down, or has it
// hold what it should not.
func FuzzDecode(f *testing.F) {
	f.Add(`{"kind":"PodList","metadata":{"continue":"x"},"items":[{"metadata":{"name":"a"}}]}`)
	f.Add(`{"kind":"Table","columnDefinitions":[{"name":"Type"}],"rows":[{"cells":["a",1],"object":{"metadata":{"name":"a"}}}]}`)
	f.Add(`{"items":null}`)
	f.Add(`{"items":[1,null,{"metadata":7,"spec":{"containers":[[]]}}]}`)
	f.Fuzz(func(_ *testing.T, text string) {
		for _, native := range []string{"core/Pod", "core/Secret", "core/Node", "rbac.authorization.k8s.io/ClusterRoleBinding"} {
			_, kind, _ := strings.Cut(native, "/")
			c := &collector{sink: &sourcetest.Recorder{}, listed: map[string]bool{}, unread: map[string]bool{}, modes: map[string]bool{}, target: Target{NoKubelet: true}}
			l := &listing{collector: c, t: resource{native: native, kind: kind, version: "v1"}, accept: asJSON, seen: map[uint64]struct{}{}, seed: maphash.MakeSeed()}
			if native == "core/Secret" {
				l.accept = asTable
			}
			_, _ = decode(strings.NewReader(text), l.object) // an error is fine, a panic is not
			l.nodes(context.Background())                    //nolint:usetesting // a fuzz target's context ends with it, and this asks nobody
		}
	})
}

// TestKubeconfig reads a context with a credential plugin, as a cloud's own
// tools write it.
func TestKubeconfig(t *testing.T) {
	d := newDouble(t)
	d.estate()
	var token atomic.Value
	d.answer = func(_ http.ResponseWriter, r *http.Request) bool {
		token.Store(r.Header.Get("Authorization"))
		return false
	}
	front := httptest.NewTLSServer(d)
	t.Cleanup(front.Close)
	dir := t.TempDir()
	plugin := filepath.Join(dir, "plugin")
	if err := os.WriteFile(plugin, []byte("#!/bin/sh\necho '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"from-plugin\"}}'\n"), 0o700); err != nil { //nolint:gosec // it has to run
		t.Fatal(err)
	}
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs a shell for the plugin")
	}
	file := filepath.Join(dir, "config")
	text := fmt.Sprintf(`
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: %q, insecure-skip-tls-verify: true}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: %q, interactiveMode: Never}}}]
`, front.URL, plugin)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	rec := &sourcetest.Recorder{}
	if err := Collect(t.Context(), Target{Context: "x", Kubeconfig: file, NoKubelet: true}, Options{Want: func(string) Want { return Taken }}, rec); err != nil {
		t.Fatal(err)
	}
	if token.Load() != "Bearer from-plugin" {
		t.Errorf("signed in as %v", token.Load())
	}
	err := Collect(t.Context(), Target{Context: "y", Kubeconfig: file}, Options{}, rec)
	if err == nil || !strings.Contains(err.Error(), `no context "y"`) {
		t.Error(err)
	}
}

// TestAgainstCluster reads a real API server: the current context of
// DEMARC_TEST_KUBECONFIG, whose user may read all.
func TestAgainstCluster(t *testing.T) {
	file := os.Getenv("DEMARC_TEST_KUBECONFIG")
	if file == "" {
		t.Skip("DEMARC_TEST_KUBECONFIG names no cluster")
	}
	rec := &sourcetest.Recorder{}
	err := Collect(t.Context(), Target{Kubeconfig: file, NoKubelet: true}, Options{page: 5, Want: func(native string) Want {
		if native == "example.com/Thing" {
			return Unmapped
		}
		return Taken
	}}, rec)
	if err != nil {
		t.Fatal(err)
	}
	find(t, rec, "Namespace/kube-system")
	for _, g := range rec.Gaps {
		t.Errorf("%s: %s", g.Kind, g.What)
	}
	for _, r := range rec.Resources {
		if r.Type != "core/Secret" {
			continue
		}
		data, _ := r.Body["data"].(map[string]any)
		for key, v := range data {
			if _, hidden := v.(*source.Unknown); !hidden {
				t.Errorf("%s has a value under %s", r.Address, key)
			}
		}
		if len(data) == 0 || r.Body["type"] == nil {
			t.Errorf("of %s neither keys nor type are known: %v", r.Address, r.Body)
		}
	}
}

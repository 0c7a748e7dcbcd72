package assess

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/report"
)

// clusterAnswers is all that a small cluster says; what is not in it, the
// credentials may not list.
var clusterAnswers = map[string]string{
	"/version":                   `{"gitVersion":"v1.30.1-eks-036c24b"}`,
	"/api":                       `{"kind":"APIVersions","versions":["v1"]}`,
	"/apis":                      `{"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}},{"name":"networking.k8s.io","versions":[{"groupVersion":"networking.k8s.io/v1","version":"v1"}],"preferredVersion":{"groupVersion":"networking.k8s.io/v1","version":"v1"}}]}`,
	"/api/v1":                    `{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"namespaces","kind":"Namespace","verbs":["list"]}]}`,
	"/apis/apps/v1":              `{"kind":"APIResourceList","groupVersion":"apps/v1","resources":[{"name":"deployments","kind":"Deployment","namespaced":true,"verbs":["list"]}]}`,
	"/apis/networking.k8s.io/v1": `{"kind":"APIResourceList","groupVersion":"networking.k8s.io/v1","resources":[{"name":"networkpolicies","kind":"NetworkPolicy","namespaced":true,"verbs":["list"]}]}`,
	"/api/v1/namespaces":         `{"kind":"NamespaceList","metadata":{},"items":[{"metadata":{"name":"shop"}}]}`,
	"/apis/apps/v1/deployments":  `{"kind":"DeploymentList","metadata":{},"items":[{"metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"c","image":"nginx","securityContext":{"privileged":true},"env":[{"name":"DATABASE_URL","value":"postgres://app:tr0ub4dor-and-3@db.example.com/app"}]}]}}}}]}`,
}

// TestCluster assesses a running cluster and the manifests it was made of: the
// workload is the same asset in both, and what was denied is nobody's failure.
func TestCluster(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body, ok := clusterAnswers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusForbidden)
			body = `{"kind":"Status","message":"forbidden","code":403}`
		}
		_, _ = fmt.Fprint(w, body) // whoever asked is gone
	}))
	t.Cleanup(srv.Close)
	dir := t.TempDir()
	config := filepath.Join(dir, "kubeconfig")
	write(t, config, fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: x\nclusters: [{name: prod, cluster: {server: %q}}]\ncontexts: [{name: x, context: {cluster: prod}}]\n", srv.URL))
	live := runAssessment(t, "kubernetes://x?kubeconfig="+config)
	code := filepath.Join(dir, "code")
	if err := os.Mkdir(code, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(code, "web.yaml"), "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {template: {spec: {containers: [{name: c, image: nginx}]}}}\n")
	manifests := runAssessment(t, code)

	const id = "shop/Deployment/web"
	results := func(a *report.Assessment) map[string]string {
		out := map[string]string{}
		for f := range a.Findings {
			if f.Asset == id {
				out[f.Check] = f.Result
			}
		}
		return out
	}
	got, before := results(live), results(manifests)
	if got["privileged-container"] != "fail" || before["privileged-container"] != "pass" {
		t.Errorf("privileged: %q live, %q in code", got["privileged-container"], before["privileged-container"])
	}
	if got["plaintext-secrets"] != "fail" {
		t.Errorf("a password in the environment: %q", got["plaintext-secrets"])
	}
	if got["k8s-netpol-ingress"] != "unknown" || before["k8s-netpol-ingress"] != "fail" {
		t.Errorf("policies: %q where they were denied, %q where there are none", got["k8s-netpol-ingress"], before["k8s-netpol-ingress"])
	}
	gaps := live.Sources[0].Gaps
	if live.Sources[0].Kind != liveCluster || len(gaps) != 1 || gaps[0].Kind != "permission" || gaps[0].Error || !strings.Contains(gaps[0].Mend, "networkpolicies") {
		t.Errorf("the source is %+v", live.Sources[0])
	}
	// Beside code, both are there, each as what it is.
	both := runAssessment(t, code, "kubernetes://x?kubeconfig="+config)
	n := 0
	for a := range both.Assets {
		if a.Address == id {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d assets of that name in one run", n)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func runAssessment(t *testing.T, paths ...string) *report.Assessment {
	t.Helper()
	e, err := NewEngine(EngineOptions{Today: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	res, err := e.Run(t.Context(), Options{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	return res.Assessment(report.Tool{}, time.Now())
}

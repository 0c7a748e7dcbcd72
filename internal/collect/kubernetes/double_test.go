package kubernetes

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

// double answers as an API server does, as far as its published shapes go:
// discovery in its older form, lists by pages, tables, refusals.
type double struct {
	*httptest.Server
	version string
	served  map[string]served // by path of the list
	groups  []string          // whose discovery fails
	// answer, when set, may answer a request itself.
	answer func(w http.ResponseWriter, r *http.Request) bool

	mu   sync.Mutex
	asks []string // paths with their queries
}

type served struct {
	kind       string
	namespaced bool
	count      int
	object     func(i int) string // JSON without apiVersion and kind
}

func newDouble(tb testing.TB) *double {
	tb.Helper()
	d := &double{version: "v1.30.1", served: map[string]served{}}
	d.Server = httptest.NewServer(d)
	tb.Cleanup(d.Close)
	return d
}

func named(name, rest string) func(int) string {
	return func(i int) string { return fmt.Sprintf(`{"metadata":{"name":"%s-%d"%s`, name, i, rest) }
}

func say(w http.ResponseWriter, format string, args ...any) {
	w.Write(fmt.Appendf(nil, format, args...))
}

func status(w http.ResponseWriter, code int, message, more string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	say(w, `{"kind":"Status","apiVersion":"v1","metadata":{%s},"status":"Failure","message":%q,"code":%d}`, more, message, code)
}

func (d *double) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.asks = append(d.asks, r.URL.RequestURI())
	d.mu.Unlock()
	if d.answer != nil && d.answer(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	p := r.URL.Path
	switch {
	case p == "/version":
		say(w, `{"major":"1","minor":"30","gitVersion":%q}`, d.version)
	case p == "/api":
		w.Write([]byte(`{"kind":"APIVersions","versions":["v1"]}`))
	case p == "/apis":
		d.groupList(w)
	case strings.Count(p, "/") == 2 && strings.HasPrefix(p, "/api/") || strings.Count(p, "/") == 3 && strings.HasPrefix(p, "/apis/"):
		d.resourceList(w, p)
	default:
		d.list(w, r)
	}
}

func groupVersion(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if parts[0] == "api" {
		return parts[1]
	}
	return parts[1] + "/" + parts[2]
}

func (d *double) groupList(w http.ResponseWriter) {
	var gvs []string
	for p := range d.served {
		if gv := groupVersion(p); strings.Contains(gv, "/") {
			gvs = append(gvs, gv)
		}
	}
	gvs = append(gvs, d.groups...)
	slices.Sort(gvs)
	var out []string
	for _, gv := range slices.Compact(gvs) {
		g, v, _ := strings.Cut(gv, "/")
		version := fmt.Sprintf(`{"groupVersion":%q,"version":%q}`, gv, v)
		out = append(out, fmt.Sprintf(`{"name":%q,"versions":[%s],"preferredVersion":%s}`, g, version, version))
	}
	say(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[%s]}`, strings.Join(out, ","))
}

func (d *double) resourceList(w http.ResponseWriter, path string) {
	gv := groupVersion(path)
	if slices.Contains(d.groups, gv) {
		status(w, http.StatusServiceUnavailable, "the server is currently unable to handle the request", "")
		return
	}
	var out []string
	for p, s := range d.served {
		if groupVersion(p) == gv {
			out = append(out, fmt.Sprintf(`{"name":%q,"kind":%q,"namespaced":%v,"verbs":["get","list"]}`, p[strings.LastIndexByte(p, '/')+1:], s.kind, s.namespaced))
		}
	}
	say(w, `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":%q,"resources":[%s]}`, gv, strings.Join(out, ","))
}

func (d *double) list(w http.ResponseWriter, r *http.Request) {
	s, ok := d.served[r.URL.Path]
	if !ok {
		status(w, http.StatusNotFound, "the server could not find the requested resource", "")
		return
	}
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	to := min(from+limit, s.count)
	next := ""
	if to < s.count {
		next = strconv.Itoa(to)
	}
	table := strings.Contains(r.Header.Get("Accept"), "as=Table")
	key := "items"
	if table {
		w.Write([]byte(`{"kind":"Table","apiVersion":"meta.k8s.io/v1","columnDefinitions":[{"name":"Name","type":"string"},{"name":"Type","type":"string"},{"name":"Data","type":"string"}],`))
		key = "rows"
	} else {
		say(w, `{"kind":"%sList","apiVersion":"v1",`, s.kind)
	}
	say(w, `"metadata":{"resourceVersion":"7","continue":%q},"%s":[`, next, key)
	for i := from; i < to; i++ {
		if i > from {
			w.Write([]byte(","))
		}
		if table {
			say(w, `{"cells":["x","Opaque",1],"object":%s}`, s.object(i))
		} else {
			w.Write([]byte(s.object(i)))
		}
	}
	w.Write([]byte("]}"))
}

// asked tells how often a path was asked for.
func (d *double) asked(path string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.asks {
		if p, _, _ := strings.Cut(a, "?"); p == path {
			n++
		}
	}
	return n
}

// estate fills the double with a little of much.
func (d *double) estate() {
	const pod = `,"namespace":"shop"},"spec":{"containers":[{"name":"c","image":"nginx"}]}}`
	d.served = map[string]served{
		"/api/v1/namespaces":                         {"Namespace", false, 1, func(int) string { return `{"metadata":{"name":"shop"}}` }},
		"/api/v1/nodes":                              {"Node", false, 2, named("node", `,"labels":{}},"status":{"nodeInfo":{"kubeletVersion":"v1.30.1","osImage":"Debian"}}}`)},
		"/api/v1/pods":                               {"Pod", true, 7, named("pod", pod)},
		"/api/v1/secrets":                            {"Secret", true, 1, named("secret", `,"namespace":"shop","managedFields":[{"fieldsV1":{"f:data":{".":{},"f:password":{}}}}],"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"password\":\"c2VjcmV0\"}}"}}}`)},
		"/api/v1/configmaps":                         {"ConfigMap", true, 1, named("config", `,"namespace":"shop"},"data":{"a":"b"}}`)},
		"/apis/apps/v1/deployments":                  {"Deployment", true, 1, named("web", `,"namespace":"shop"},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"c","image":"nginx"}]}}}}`)},
		"/apis/apps/v1/replicasets":                  {"ReplicaSet", true, 1, named("web-rs", `,"namespace":"shop","ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web-0","controller":true}]},"spec":{}}`)},
		"/apis/networking.k8s.io/v1/networkpolicies": {"NetworkPolicy", true, 0, nil},
		"/apis/example.com/v1/widgets":               {"Widget", true, 3, named("widget", `}}`)},
	}
}

var known = []string{
	"apps/Deployment", "apps/ReplicaSet", "core/ConfigMap", "core/Namespace", "core/Node", "core/Pod", "core/Secret",
	"dead.example.com/Thing", "networking.k8s.io/NetworkPolicy",
}

func (d *double) collect(t testing.TB, target Target) (*sourcetest.Recorder, error) {
	t.Helper()
	rec := &sourcetest.Recorder{}
	target.Context = "here"
	cfg := &rest.Config{Host: d.URL}
	err := collect(t.Context(), target, cfg, placeOf("here", nil, d.URL), Options{
		Root: ".", page: 3, Types: known, wait: noWait,
		Want: func(native string) Want {
			if slices.Contains(known, native) {
				return Taken
			}
			return Unmapped
		},
	}, rec)
	return rec, err
}

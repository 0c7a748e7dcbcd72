package kubernetes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
)

// resource is a type of objects as the API serves it.
type resource struct {
	native     string // group/Kind
	group      string // "" is the core
	version    string
	plural     string
	kind       string
	namespaced bool
}

// name is what a person calls it.
func (r resource) name() string {
	if r.group == "" {
		return r.plural
	}
	return r.plural + "." + r.group
}

// rule is what a role needs in order to read it.
func (r resource) rule() string {
	return fmt.Sprintf(`{apiGroups: [%q], resources: [%s], verbs: [list]}`, r.group, r.plural)
}

// path is where it is listed; namespace is empty for all of them.
func (r resource) path(namespace string) string {
	p := "/apis/" + url.PathEscape(r.group) + "/" + url.PathEscape(r.version)
	if r.group == "" {
		p = "/api/" + url.PathEscape(r.version)
	}
	if namespace != "" {
		p += "/namespaces/" + url.PathEscape(namespace)
	}
	return p + "/" + url.PathEscape(r.plural)
}

// apiVersion is what objects of it say.
func (r resource) apiVersion() string {
	if r.group == "" {
		return r.version
	}
	return r.group + "/" + r.version
}

// first are the types that have to be read before others: nodes tell whose the
// cluster is, and objects that make others before those that they make.
var first = []string{"core/Node", "core/Namespace", "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "batch/CronJob", "core/ReplicationController", "apps/ReplicaSet", "batch/Job"}

const (
	maxDiscovery = 64 << 20 // of one answer
	maxTypes     = 20_000
)

// discover finds what the API serves, and of that what is wanted.
func (c *collector) discover(ctx context.Context) error {
	cfg := rest.CopyConfig(c.api.config)
	cfg.Timeout = c.opt.timeout
	cfg.Wrap(func(rt http.RoundTripper) http.RoundTripper { return bounded{rt} })
	d, err := discovery.NewDiscoveryClientForConfig(cfg)
	if err != nil {
		return err
	}
	lists, err := discovery.ServerPreferredResourcesWithContext(ctx, discovery.ToDiscoveryInterfaceWithContext(d))
	dead := map[string]bool{}
	if failed, ok := errors.AsType[*discovery.ErrGroupDiscoveryFailed](err); ok {
		for gv, why := range failed.Groups {
			if !dead[gv.Group] {
				dead[gv.Group] = true
				for _, t := range c.opt.Types {
					if strings.HasPrefix(t, cmp.Or(gv.Group, "core")+"/") {
						c.unread[t] = true
					}
				}
				c.gap("network", "the API group "+gv.String()+" is not served: "+reason(why)+"; objects of it are not assessed", "see kubectl get apiservices, and mend or remove what serves it", false)
			}
		}
	} else if err != nil {
		return err
	}
	c.sort(lists)
	if len(c.types) == 0 {
		return &shapeError{"the API serves nothing that is known of Kubernetes"}
	}
	return nil
}

// sort takes what is wanted of what is served.
func (c *collector) sort(lists []*metav1.APIResourceList) {
	var unmapped []string
	seen := map[string]bool{}
	for _, l := range lists {
		if l == nil {
			continue
		}
		group, version, ok := strings.Cut(l.GroupVersion, "/")
		if !ok {
			group, version = "", l.GroupVersion
		}
		if group != "" && !slices.Contains(c.groups, group) {
			c.groups = append(c.groups, group)
		}
		for _, r := range l.APIResources {
			if r.Name == "" || r.Kind == "" || strings.Contains(r.Name, "/") || !slices.Contains(r.Verbs, "list") || len(seen) > maxTypes {
				continue
			}
			t := resource{native: cmp.Or(group, "core") + "/" + r.Kind, group: group, version: version, plural: r.Name, kind: r.Kind, namespaced: r.Namespaced}
			if seen[t.native] {
				continue
			}
			seen[t.native] = true
			switch c.opt.Want(t.native) {
			case Taken:
				c.take(t)
			case Unmapped:
				if !internal[t.native] {
					unmapped = append(unmapped, t.name())
				}
			}
		}
	}
	slices.SortFunc(c.types, func(a, b resource) int {
		return cmp.Or(cmp.Compare(rank(a.native), rank(b.native)), strings.Compare(a.native, b.native))
	})
	if len(unmapped) > 0 {
		slices.Sort(unmapped)
		more := ""
		if n := len(unmapped); n > 20 {
			unmapped, more = unmapped[:20], fmt.Sprintf(" and %d more", n-20)
		}
		c.gap("unmapped", "the cluster serves types that the catalogue does not know, whose objects were not read: "+strings.Join(unmapped, ", ")+more, "", false)
	}
}

// internal are the API server's own answers, which are no objects of anybody.
var internal = map[string]bool{"core/ComponentStatus": true, "events.k8s.io/Event": true, "metrics.k8s.io/NodeMetrics": true, "metrics.k8s.io/PodMetrics": true}

// take asks for a type, unless the choice of namespaces leaves it out.
func (c *collector) take(t resource) {
	if len(c.target.Namespaces) > 0 && !t.namespaced && t.native != "core/Namespace" {
		c.unread[t.native] = true
		return
	}
	c.types = append(c.types, t)
}

// rank orders the reading.
func rank(native string) int {
	if i := slices.Index(first, native); i >= 0 {
		return i
	}
	return len(first)
}

// bounded stops answers that do not end.
type bounded struct{ next http.RoundTripper }

// RoundTrip passes the request on.
func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxDiscovery), resp.Body}
	return resp, nil
}

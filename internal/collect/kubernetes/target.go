package kubernetes

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Scheme begins the name of a cluster that is to be read.
const Scheme = "kubernetes://"

// Target names a cluster: a context of a kubeconfig, and what of it is read.
type Target struct {
	Context    string   // empty: the current one, or the cluster this runs in
	Kubeconfig string   // empty: $KUBECONFIG, ~/.kube/config
	Namespaces []string // empty: all
	NoKubelet  bool     // do not ask node agents for their settings
}

// Is tells whether a path names a cluster.
func Is(path string) bool { return strings.HasPrefix(path, Scheme) }

// Parse reads kubernetes://CONTEXT[?namespace=…&kubeconfig=…&kubelet=no].
// Contexts may hold whatever stands in a kubeconfig, an ARN with its colons and
// slashes for one, so that this is no URL in every detail.
func Parse(path string) (Target, error) {
	name, query, _ := strings.Cut(strings.TrimPrefix(path, Scheme), "?")
	bad := func(what string) (Target, error) {
		return Target{}, fmt.Errorf("%s: %s; write %sCONTEXT?namespace=NAME&kubeconfig=FILE&kubelet=no", path, what, Scheme)
	}
	context, err := url.PathUnescape(name)
	if err != nil {
		return bad("the name of the context is not written as in a URL")
	}
	t := Target{Context: context}
	values, err := url.ParseQuery(query)
	if err != nil {
		return bad("what follows ? cannot be read")
	}
	for key, list := range values {
		switch key {
		case "namespace":
			for _, v := range list {
				for n := range strings.SplitSeq(v, ",") {
					if !namespaceName.MatchString(n) {
						return bad(fmt.Sprintf("%q is no namespace", n))
					}
					t.Namespaces = append(t.Namespaces, n)
				}
			}
		case "kubeconfig":
			t.Kubeconfig = list[len(list)-1]
		case "kubelet":
			switch list[len(list)-1] {
			case "yes":
			case "no":
				t.NoKubelet = true
			default:
				return bad("kubelet is yes or no")
			}
		default:
			return bad(fmt.Sprintf("%q is not known", key))
		}
	}
	return t, nil
}

var namespaceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// String names the cluster in reports.
func (t Target) String() string { return Scheme + t.Context }

// base is what locations of objects begin with.
func (t Target) base() string { return t.String() }

// place is what the client's own configuration tells of where the cluster is.
type place struct {
	name    string // of the account its objects are in
	cluster string // as the kubeconfig calls it
	host    string
	version string
	cloud   string // identity of the cluster in its cloud
	region  string
	kind    string // who runs it, as far as its address or name tells
}

// config finds how to reach the cluster, as every client of Kubernetes does.
func (t Target) config() (*rest.Config, place, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.WarnIfAllMissing = false
	if t.Kubeconfig != "" {
		if _, err := os.Stat(t.Kubeconfig); err != nil {
			return nil, place{}, err
		}
		rules.ExplicitPath = t.Kubeconfig
	}
	raw, err := rules.Load()
	if err != nil {
		return nil, place{}, fmt.Errorf("the kubeconfig cannot be read: %w", err)
	}
	name := t.Context
	if name == "" {
		name = raw.CurrentContext
	}
	if name == "" {
		cfg, err := rest.InClusterConfig()
		if err != nil {
			return nil, place{}, fmt.Errorf("no context is named or current, and this is not a pod of a cluster: name one as %sCONTEXT (kubectl config get-contexts lists them)", Scheme)
		}
		return cfg, placeOf("in-cluster", nil, cfg.Host), nil
	}
	context := raw.Contexts[name]
	if context == nil {
		return nil, place{}, fmt.Errorf("the kubeconfig has no context %q: kubectl config get-contexts lists them", name)
	}
	cfg, err := clientcmd.NewNonInteractiveClientConfig(*raw, name, &clientcmd.ConfigOverrides{}, rules).ClientConfig()
	if err != nil {
		return nil, place{}, fmt.Errorf("context %q is not complete: %w", name, err)
	}
	return cfg, placeOf(context.Cluster, raw.AuthInfos[context.AuthInfo], cfg.Host), nil
}

var (
	eksARN  = regexp.MustCompile(`^arn:aws[a-z-]*:eks:([a-z0-9-]+):([0-9]{12}):cluster/([A-Za-z0-9_-]+)$`)
	gkeName = regexp.MustCompile(`^gke_([a-z0-9:.-]+)_([a-z0-9-]+)_([a-z0-9-]+)$`)
	eksHost = regexp.MustCompile(`\.([a-z0-9-]+)\.eks\.amazonaws\.com(\.cn)?$`)
	aksHost = regexp.MustCompile(`\.([a-z0-9]+)\.azmk8s\.(io|us|cn)$`)
)

// placeOf reads the names that the clouds' own tools write into a kubeconfig.
func placeOf(cluster string, user *api.AuthInfo, server string) place {
	p := place{name: cluster, cluster: cluster, host: server}
	if u, err := url.Parse(server); err == nil && u.Hostname() != "" {
		p.host = u.Hostname()
	}
	if m := eksHost.FindStringSubmatch(p.host); m != nil {
		p.kind, p.region = "eks", m[1]
	} else if m := aksHost.FindStringSubmatch(p.host); m != nil {
		p.kind, p.region = "aks", m[1]
	}
	if m := eksARN.FindStringSubmatch(cluster); m != nil {
		p.kind, p.region, p.cloud = "eks", m[1], cluster
	} else if m := gkeName.FindStringSubmatch(cluster); m != nil {
		p.kind, p.region = "gke", m[2]
		p.name = "projects/" + m[1] + "/locations/" + m[2] + "/clusters/" + m[3]
		p.cloud = p.name
	}
	if p.kind == "eks" && p.cloud == "" && user != nil && user.Exec != nil {
		p.cloud = argument(user.Exec.Args, "--cluster-name")
	}
	return p
}

// argument is the value of a flag.
func argument(args []string, flag string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, flag+"="); ok {
			return v
		}
		if a == flag && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

package kubernetes

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/go-json-experiment/json"

	"github.com/demarc-sec/demarc/internal/source"
)

// atOnce is how many node agents are asked at a time.
const atOnce = 8

// configTries is how often one agent is asked: a node that is away keeps the
// others waiting.
const configTries = 2

// maxConfig bounds the settings of a node agent.
const maxConfig = 1 << 20

// nodes hands on the nodes of a page, each with what its agent says of itself.
func (l *listing) nodes(ctx context.Context) {
	if len(l.batch) == 0 {
		return
	}
	configs := make([]map[string]any, len(l.batch))
	errs := make([]error, len(l.batch))
	var g errgroup.Group
	g.SetLimit(atOnce)
	var mu sync.Mutex
	denied := l.noConfig
	if l.target.NoKubelet {
		denied = "it was not asked for"
	}
	for i, n := range l.batch {
		g.Go(func() error {
			mu.Lock()
			stop := denied != "" || l.api.silent()
			mu.Unlock()
			if stop {
				return nil
			}
			configs[i], errs[i] = l.api.configz(ctx, nodeName(n))
			if r, ok := errors.AsType[*refusal](errs[i]); ok && (r.status == http.StatusForbidden || r.status == http.StatusUnauthorized) {
				mu.Lock()
				denied = oneLine(r.Error())
				mu.Unlock()
			}
			return nil
		})
	}
	_ = g.Wait() // the functions leave their errors beside the nodes
	if !l.target.NoKubelet {
		l.noConfig = denied
	}
	for i, n := range l.batch {
		l.node(n, configs[i], errs[i], denied)
	}
	l.batch = l.batch[:0]
}

func nodeName(n map[string]any) string {
	meta, _ := n["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	return name
}

// node yields one node. What it runs is in its status, so that stays.
func (l *listing) node(n, config map[string]any, err error, denied string) {
	meta, _ := n["metadata"].(map[string]any)
	status, _ := n["status"].(map[string]any)
	info := status["nodeInfo"]
	spec, _ := n["spec"].(map[string]any)
	mode := l.see(meta, spec)
	tidy(n, meta)
	delete(meta, "annotations")
	n["info"], n["mode"] = info, mode
	unseen := func(what string) *source.Unknown {
		return &source.Unknown{Reason: "a cluster's API does not show " + what, NotNull: true}
	}
	switch mode {
	case "eks-managed":
		n["ownImage"] = unseen("whether a group of nodes has an image of one's own")
	case "aks-managed", "gke-managed":
		n["upgrades"] = unseen("whether the service upgrades the nodes")
	}
	switch {
	case config != nil:
		n["kubelet"] = config
	case err != nil:
		n["kubelet"] = &source.Unknown{Reason: "the settings of the node's agent were not read: " + reason(err), NotNull: true}
	default:
		n["kubelet"] = &source.Unknown{Reason: "the settings of the node's agent were not read: " + denied, NotNull: true}
	}
	l.yield(n, l.t.path("")+"/"+nodeName(n))
}

// configz asks a node's agent, through the API server, how it is set up.
func (c *client) configz(ctx context.Context, node string) (map[string]any, error) {
	var answer struct {
		Config map[string]any `json:"kubeletconfig"`
	}
	err := c.try(ctx, configTries, "/api/v1/nodes/"+node+"/proxy/configz", url.Values{}, asJSON, func(r io.Reader) error {
		text, err := io.ReadAll(io.LimitReader(r, maxConfig))
		if err != nil {
			return err
		}
		if tooDeep(text) || json.Unmarshal(text, &answer) != nil || answer.Config == nil {
			return &shapeError{"what the node's agent says of itself is not understood"}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(answer.Config, func(k string, _ any) bool { return !slices.Contains(asked, k) })
	return answer.Config, nil
}

// asked are the settings that mean something to the catalogue. Others, such as
// headers for static pods, may hold credentials, and are not kept.
var asked = []string{"authentication", "authorization", "readOnlyPort", "rotateCertificates", "serverTLSBootstrap", "tlsMinVersion", "tlsCipherSuites", "protectKernelDefaults", "eventRecordQPS", "streamingConnectionIdleTimeout"}

// see notes what a node tells of who runs the cluster, and returns how it is
// run itself.
func (l *listing) see(meta, spec map[string]any) string {
	labels, _ := meta["labels"].(map[string]any)
	label := func(name string) string { s, _ := labels[name].(string); return s }
	id, _ := spec["providerID"].(string)
	switch {
	case label("eks.amazonaws.com/compute-type") == "fargate":
		l.modes["eks"] = true
		return "serverless"
	case label("eks.amazonaws.com/compute-type") == "auto":
		l.modes["eks"] = true
		return "auto"
	case label("eks.amazonaws.com/nodegroup") != "":
		l.modes["eks"] = true
		return "eks-managed"
	case label("cloud.google.com/gke-nodepool") != "":
		l.modes["gke"] = true
		if strings.HasPrefix(nodeName(map[string]any{"metadata": meta}), "gk3-") {
			return "autopilot"
		}
		return "gke-managed"
	case label("kubernetes.azure.com/cluster") != "":
		l.modes["aks"] = true
		if l.place.cloud == "" {
			l.place.cloud = aksCluster(label("kubernetes.azure.com/cluster"), id)
		}
		return "aks-managed"
	}
	for _, role := range []string{"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"} {
		if _, ok := labels[role]; ok { // no managed service shows the machines of its control plane
			l.modes["own"] = true
		}
	}
	return "own"
}

// aksCluster is the identity of a cluster, read off the resource group that its
// nodes are in: MC_<group>_<cluster>_<region>. A name with a low line of its own
// leaves open where it begins.
func aksCluster(group, providerID string) string {
	parts := strings.Split(group, "_")
	_, rest, ok := strings.Cut(providerID, "azure:///subscriptions/")
	subscription, _, _ := strings.Cut(rest, "/")
	if !ok || len(parts) != 4 || !strings.EqualFold(parts[0], "MC") || subscription == "" {
		return ""
	}
	return "/subscriptions/" + subscription + "/resourceGroups/" + parts[1] + "/providers/Microsoft.ContainerService/managedClusters/" + parts[2]
}

package export

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/manifest"
)

// clusterOf tells the cluster whose object an asset is:
// //container.googleapis.com/projects/p/locations/l/clusters/c/k8s/….
func clusterOf(a asset) (string, bool) {
	rest, ok := strings.CutPrefix(a.name, "//container.googleapis.com/")
	cluster, _, found := strings.Cut(rest, "/k8s/")
	return cluster, ok && found && a.data != nil && strings.Contains(a.typ, "k8s.io/")
}

// object is an object of a cluster that the inventory lists, and before the
// first of a cluster what tells who runs it.
func (v inventory) object(a asset, cluster string) []*source.Resource {
	body := a.data
	if body["kind"] == nil || body["apiVersion"] == nil {
		group, kind, _ := strings.Cut(a.typ, "/")
		body["kind"], body["apiVersion"] = kind, versionOf(group)
	}
	r := manifest.Object(body, manifest.Options{Root: cluster})
	if r == nil {
		return nil
	}
	r.Account, r.Partial = cluster, a.partial
	if v.known.clusters[cluster] {
		return []*source.Resource{r}
	}
	v.known.clusters[cluster] = true
	return []*source.Resource{{
		Dialect: estate.AssetInventory, Type: "provider", Setup: true, Address: "//container.googleapis.com/" + cluster, Name: cluster,
		Provider: "kubernetes", Root: cluster, Account: cluster, Body: map[string]any{},
		Refs: map[string][]source.Ref{"host": {{Address: "google_container_cluster." + cluster[strings.LastIndexByte(cluster, '/')+1:], Attribute: "endpoint"}}},
	}, r}
}

// versionOf is the API version for an asset type's group: the inventory writes
// k8s.io for the core's, and apps.k8s.io for apps.
func versionOf(group string) string {
	switch group {
	case "k8s.io":
		return "v1"
	case "apps.k8s.io", "batch.k8s.io", "autoscaling.k8s.io", "extensions.k8s.io", "policy.k8s.io":
		return strings.TrimSuffix(group, ".k8s.io") + "/v1"
	}
	return group + "/v1"
}

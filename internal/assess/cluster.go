package assess

import (
	"context"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	live "github.com/demarc-sec/demarc/internal/collect/kubernetes"
	"github.com/demarc-sec/demarc/internal/report"
)

// liveCluster is the kind of source that a running cluster is.
const liveCluster = "kubernetes-cluster"

// ClusterTypes are the types of a cluster's objects that the catalogue makes
// something of, by group and kind.
func ClusterTypes(cat *catalogue.Catalogue) []string {
	var out []string
	for _, t := range cat.NativeTypes() {
		if clusterType(t) && wanted(cat, t) == live.Taken {
			out = append(out, t)
		}
	}
	return out
}

// clusterType tells a type of Kubernetes from those of others, by its form and
// by who describes it.
func clusterType(native string) bool {
	group, kind, ok := strings.Cut(native, "/")
	return ok && kind != "" && !strings.Contains(kind, "/") && kind[0] >= 'A' && kind[0] <= 'Z' && group == strings.ToLower(group) && !strings.HasPrefix(group, "live.demarc.dev")
}

func wanted(cat *catalogue.Catalogue, native string) live.Want {
	if t := cat.Asset(native); t != nil {
		if t.Service.Provider == "kubernetes" {
			return live.Taken
		}
		return live.Ignored
	}
	switch {
	case cat.Has(native):
		return live.Ignored
	default:
		return live.Unmapped
	}
}

// cluster reads a running cluster. Alone, its objects have the addresses that
// they have in manifests; beside other sources, the cluster tells them apart.
func (e *Engine) cluster(ctx context.Context, rd *reading, path string, opt Options) error {
	target, err := live.Parse(path)
	if err != nil {
		return err
	}
	info := report.Source{Kind: liveCluster, Path: path}
	root := "."
	if len(opt.Paths) > 1 {
		root = target.String()
	}
	s := sink{rd.feed, &info, nil}
	err = live.Collect(ctx, target, live.Options{
		Root: root, Scan: opt.Scan, Types: ClusterTypes(e.Catalogue),
		Want: func(native string) live.Want { return wanted(e.Catalogue, native) },
	}, s)
	if err != nil {
		return err
	}
	rd.sources = append(rd.sources, info)
	return nil
}
